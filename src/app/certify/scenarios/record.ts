/** Scenarios of what the venue tells afterwards: lists, the account stream, and what is left. */

import { decodeOrder } from '#adapters/tastytrade/wire/order.ts';
import { formatInstant } from '#kernel/time.ts';
import { hasEnded } from '#orders/ports.ts';
import { shown } from '../order-words.ts';
import { cannotTest, check } from '../scenario-end.ts';
import type { Play } from './play.ts';

const RECONNECT_WAIT_MS = 30_000;

const streamReconnect: Play = async (course) => {
  const { stream } = course.venue;
  const isUp = () => stream.health().state === 'up';
  await course.waitFor('the account stream up', isUp, RECONNECT_WAIT_MS);
  const { connections } = stream.health();
  course.step('end the connection of the account stream');
  stream.restart('certification');
  const isAgain = () => isUp() && stream.health().connections > connections;
  await course.waitFor('the account stream up again', isAgain, RECONNECT_WAIT_MS);
  const order = await course.working();
  await course.waitFor(`news of ${order.orderId}`, () => course.memory.toldOf.has(order.orderId));
  return `up again, and told of ${order.orderId}`;
};

const paging: Play = async (course) => {
  const known = (await course.ours()).map(({ orderId }) => orderId);
  if (known.length < 3) cannotTest(`${known.length} orders make no two pages`);
  const rows = await course.ask('orders', course.venue.paged.orders(course.memory.startedAt));
  const listed = new Set(
    rows.map(decodeOrder).flatMap((one) => (one.ok ? [one.value.orderId] : [])),
  );
  const missing = known.filter((id) => !listed.has(id));
  check(missing.length === 0, `not listed: ${missing.join(', ')}`);
  return `${rows.length} rows in pages of two, all ${known.length} of this run among them`;
};

const streamComplete: Play = async (course) => {
  const known = (await course.ours()).map(({ orderId }) => orderId);
  if (known.length === 0) cannotTest('no order of this run reached the venue');
  const missing = () => known.filter((id) => !course.memory.toldOf.has(id));
  await course.waitFor(`news of ${missing().join(', ')}`, () => missing().length === 0);
  return `told of all ${known.length} orders`;
};

const nothingLeft: Play = async (course) => {
  const { sent, startedAt } = course.memory;
  if (sent.size === 0) return 'no order was sent';
  const orders = await course.ours();
  const open = orders.filter((order) => !hasEnded(order));
  check(open.length === 0, `still open: ${open.map(shown).join('; ')}`);
  const held = await course.held();
  check(held === 0, `${held} contracts are still held`);
  return `${orders.length} orders since ${formatInstant(startedAt)}, all ended; none held`;
};

export const RECORD = {
  stream_reconnect: streamReconnect,
  paging,
  stream_complete: streamComplete,
  nothing_left: nothingLeft,
} as const;
