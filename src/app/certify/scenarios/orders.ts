/**
 * Scenarios of orders that never fill: a limit far from the market, changed, taken back, refused.
 */
import { z } from 'zod';
import { rawOrder } from '#adapters/tastytrade/outcomes.ts';
import { decodeOrder } from '#adapters/tastytrade/wire/order.ts';
import { editBody } from '#adapters/tastytrade/wire/ticket.ts';
import { asClientOrderId, asOrderId } from '#kernel/ids.ts';
import { type Price, price, priceFromUnits } from '#kernel/price.ts';
import { formatOcc } from '#market/symbols.ts';
import { addTicks } from '#market/tick-grid.ts';
import { type BrokerOrder, hasEnded } from '#orders/ports.ts';
import { otherOption } from '../contracts.ts';
import type { Course } from '../course.ts';
import { lowest, said, shown, told } from '../order-words.ts';
import { cannotTest, check, fail } from '../scenario-end.ts';
import type { Play } from './play.ts';

/** Beyond the buying power of any sandbox. */
const HUGE = { quantity: 1_000, limit: price('900') } as const;

const dryRun: Play = async (course) => {
  const verdict = await course.dryRun({});
  if (verdict.kind !== 'done') fail(`expected it taken, was ${said(verdict)}`);
  const cost = COST.safeParse(verdict.body.data);
  check(cost.success, 'the venue does not say what it would cost');
  const effect = cost.data['buying-power-effect'];
  return `${effect['change-in-buying-power']} of buying power`;
};

const COST = z.object({
  'buying-power-effect': z.object({ 'change-in-buying-power': z.union([z.string(), z.number()]) }),
});

const dryRunRefused: Play = async (course) => {
  const verdict = await course.dryRun(HUGE);
  check(verdict.kind === 'rejected', `expected a refusal, was ${said(verdict)}`);
  return `${verdict.rejection.code}: ${verdict.rejection.message}`;
};

const limitLive: Play = async (course) => {
  const order = await course.working();
  return shown(order);
};

const limitFound: Play = async (course) => {
  const clientOrderId = course.newId();
  const order = await course.working({ clientOrderId });
  const found = await course.byId(clientOrderId);
  const ids = found.map(({ orderId }) => orderId);
  check(ids.length === 1 && ids[0] === order.orderId, `found ${ids.join(', ') || 'none'}`);
  return `found once, as ${order.orderId}`;
};

const edit: Play = async (course) => {
  const original = await course.working();
  const replacement = await edited(course, original, 1);
  return `${original.orderId} ended, ${replacement.orderId} works`;
};

const editAgain: Play = async (course) => {
  const original = await course.working();
  const second = await edited(course, original, 1);
  const third = await edited(course, second, 2);
  return [original, second, third].map(({ orderId }) => orderId).join(' → ');
};

/** Two orders of one entry must never work together: that could fill twice. */
async function edited(course: Course, original: BrokerOrder, ticks: number): Promise<BrokerOrder> {
  const clientOrderId = course.newId();
  const limit = await ticksUp(course, ticks);
  course.step(`edit ${original.orderId} as ${clientOrderId}`);
  const request = {
    orderId: original.orderId,
    clientOrderId,
    terms: { kind: 'limit', limit },
  } as const;
  const outcome = await course.venue.broker.replace(request);
  course.see(`edit ${clientOrderId}: ${told(outcome)}`);
  if (outcome.kind !== 'acked') fail(`expected it acknowledged, was ${told(outcome)}`);
  return seeThrough(course, original, outcome.order);
}

async function seeThrough(
  course: Course,
  original: BrokerOrder,
  replacement: BrokerOrder,
): Promise<BrokerOrder> {
  check(replacement.orderId !== original.orderId, 'the replacement has the id of the original');
  const works = (order: BrokerOrder): boolean => order.status === 'working' || hasEnded(order);
  const now = await course.until(replacement.orderId, works, 'works');
  const before = await course.order(original.orderId);
  check(before.status !== 'working', `both work: ${shown(before)}, ${shown(now)}`);
  await course.until(original.orderId, hasEnded, 'has ended');
  check(now.status === 'working', `expected working, was ${shown(now)}`);
  check(now.quantity === original.quantity, `expected the quantity kept, was ${now.quantity}`);
  return now;
}

const put: Play = async (course) => {
  const original = await course.working();
  const clientOrderId = course.newId();
  const limit = await ticksUp(course, 1);
  const body = editBody(
    { side: 'buy', effect: 'open', timeInForce: 'Day' },
    { kind: 'limit', limit },
    clientOrderId,
  );
  course.step(`replace ${original.orderId} by PUT as ${clientOrderId}`);
  const verdict = await course.venue.calls.replace(original.orderId, body, async () => 'unknown');
  if (verdict.kind !== 'done') cannotTest(`not taken here: ${said(verdict)}`);
  const decoded = decodeOrder(rawOrder(verdict));
  if (!decoded.ok) fail(`the answer cannot be read: ${decoded.error.detail}`);
  const replacement = await seeThrough(course, original, decoded.value);
  return `${original.orderId} ended, ${replacement.orderId} works`;
};

const cancel: Play = async (course) => {
  const order = await course.working();
  const ended = await cancelled(course, order);
  check(ended.fills.length === 0, `it filled: ${shown(ended)}`);
  return shown(ended);
};

const cancelTerminal: Play = async (course) => {
  const ended = await cancelled(course, await course.working());
  course.step(`cancel ${ended.orderId} again`);
  const again = await course.venue.broker.cancel(ended.orderId);
  check(again.kind === 'rejected', `expected a refusal, was ${told(again)}`);
  return again.rejection.code;
};

export async function cancelled(course: Course, order: BrokerOrder): Promise<BrokerOrder> {
  course.step(`cancel ${order.orderId}`);
  const outcome = await course.venue.broker.cancel(order.orderId);
  course.see(`cancel ${order.orderId}: ${told(outcome)}`);
  if (outcome.kind !== 'acked') fail(`expected it acknowledged, was ${told(outcome)}`);
  const ended = await course.until(order.orderId, hasEnded, 'has ended');
  check(ended.status === 'cancelled', `expected cancelled, was ${shown(ended)}`);
  return ended;
}

const absent: Play = async (course) => {
  const never = asClientOrderId(`${course.newId()}.never`);
  const found = await course.byId(never);
  check(found.length === 0, `found ${found.length} orders nobody sent`);
  const none = await course.ask('order', course.venue.broker.orderById(asOrderId('1')));
  course.see(none === null ? 'no order 1' : shown(none));
  return 'found none';
};

const duplicateIdentifier: Play = async (course) => {
  const clientOrderId = course.newId();
  const first = await course.working({ clientOrderId });
  const second = await course.place({ clientOrderId });
  if (second.kind === 'rejected') return `the venue refuses the second: ${second.rejection.code}`;
  if (second.kind !== 'acked') fail(`expected an answer, was ${told(second)}`);
  const found = (await course.byId(clientOrderId)).map(({ orderId }) => orderId);
  const both = [first.orderId, second.order.orderId];
  check(
    both.every((id) => found.includes(id)),
    `found ${found.join(', ') || 'none'}`,
  );
  return `the venue takes both; ${found.join(' and ')} are found`;
};

/** A strike between two thousandths of the listed ones: no venue can have it. */
const rejected: Play = async (course) => {
  const option = await course.option();
  const beside = { ...option, strike: priceFromUnits(option.strike + 1_000_000n) };
  const symbol = formatOcc(beside);
  if (!symbol.ok) fail(`no symbol: ${symbol.error.kind}`);
  const instrument = { ...beside, symbol: symbol.value };
  return refused(course, await course.place({ instrument }));
};

const strictClose: Play = async (course) => {
  const instrument = await otherOption(course);
  const held = await course.position(instrument.symbol);
  if (held !== 0) cannotTest(`${instrument.symbol} is held already`);
  // So dear that it could not fill, were it taken after all.
  const limit = price('500');
  const outcome = await course.place({ instrument, side: 'sell', effect: 'close', limit });
  const words = await refused(course, outcome);
  check((await course.position(instrument.symbol)) === 0, 'it opened a position');
  return words;
};

/** Told as rejected, at once or a moment later. */
async function refused(
  course: Course,
  outcome: Awaited<ReturnType<Course['place']>>,
): Promise<string> {
  if (outcome.kind === 'rejected') return `${outcome.rejection.code}: ${outcome.rejection.message}`;
  if (outcome.kind !== 'acked') fail(`expected a refusal, was ${told(outcome)}`);
  const isDecided = (order: BrokerOrder): boolean => order.status === 'working' || hasEnded(order);
  const order = await course.until(outcome.order.orderId, isDecided, 'is decided');
  check(order.status === 'rejected', `expected rejected, was ${shown(order)}`);
  return `rejected a moment later: ${order.rejectReason ?? 'no reason told'}`;
}

async function ticksUp(course: Course, ticks: number): Promise<Price> {
  const option = await course.option();
  return addTicks(option.grid, lowest(option), ticks);
}

export const ORDERS = {
  dry_run: dryRun,
  dry_run_refused: dryRunRefused,
  limit_live: limitLive,
  limit_found: limitFound,
  edit,
  edit_again: editAgain,
  put,
  cancel,
  cancel_terminal: cancelTerminal,
  absent,
  duplicate_identifier: duplicateIdentifier,
  rejected,
  strict_close: strictClose,
} as const;
