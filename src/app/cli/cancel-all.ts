/**
 * `strikewire cancel-all`: takes back every working order of ours at the venue, with the desk dead.
 *
 * Small on purpose: it reads the configuration, logs in with its own credential where there is one,
 * and knows the broker's list alone. No journal, no lock, no market is opened.
 */
import { join } from 'node:path';
import { errorCode } from '#adapters/disk/errors.ts';
import { createTastytradeBroker } from '#adapters/tastytrade/broker.ts';
import { deskBadge } from '#audit/badge.ts';
import { formatPrice } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import { createSystemClock } from '#kernel/time.ts';
import { type CancelAllReport, type CancelStep, cancelAll } from '#orders/cancel-all.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { makeDirectory } from '../make-directory.ts';
import { noteOutside } from '../outside-acts.ts';
import { openVenueClient } from '../venue.ts';
import { VenueUnavailable } from '../venue-unavailable.ts';
import { VERSION } from '../version.ts';
import { CommandFailed, confirmsBy, type Io } from './io.ts';

export interface CancelAllOptions {
  /** Resting exits stay: what is held goes on being sold at its target. */
  readonly keepSells: boolean;
  readonly confirmed: boolean;
  /** How long it goes on reading and asking. */
  readonly withinSeconds: number;
  readonly json: boolean;
}

export async function runCancelAll(
  config: Config,
  options: CancelAllOptions,
  io: Io,
): Promise<Exit> {
  if (config.environment === 'simulated') {
    const words = 'The simulated broker lives and dies with its desk: nothing works without it.';
    throw new CommandFailed('usage', `${words} Stop the desk to take its entries back.`);
  }
  const { account } = config.tastytrade;
  const badge = deskBadge(config.environment, account);
  const what = options.keepSells ? 'every working buy' : 'every working order';
  io.note(
    `${badge}: cancels ${what} marked ${config.orders.idPrefix} in ****${account?.slice(-4)}.\n`,
  );
  if (!options.confirmed && !(await confirmsBy('CANCEL', io))) {
    throw new CommandFailed('refused', 'Nothing was done: type CANCEL, or pass --yes.');
  }
  const report = await cancelWith(config, options, io).finally(() => {
    // Afterwards: a disk that hangs must not stand before a cancel, which is never too much.
    leaveNote(config, `cancel ${what} at the broker`, io);
  });
  if (options.json) await io.print(`${JSON.stringify(asJson(report))}\n`);
  else await io.print(`${sentence(report)}\n`);
  return report.verified && report.left.length === 0 ? 'done' : 'refused';
}

/** For the record, once a desk runs again; what is at work is cancelled whatever becomes of it. */
function leaveNote({ data }: Config, act: string, io: Io): void {
  try {
    noteOutside(data.directory, act, '');
  } catch (error) {
    io.note(`No note of it could be left for the record (${errorCode(error)}).\n`);
  }
}

async function cancelWith(
  config: Config,
  { keepSells, withinSeconds, json }: CancelAllOptions,
  io: Io,
): Promise<CancelAllReport> {
  const clock = createSystemClock();
  const random = createRandom(clock.now());
  try {
    const own = withOwnGrant(config);
    const venue = openVenueClient({ ...own, version: VERSION, clock, random });
    const account = venue.client.account(venue.account);
    try {
      return await cancelAll({
        clock,
        broker: createTastytradeBroker({ account, feed: null, clock }),
        idPrefix: config.orders.idPrefix,
        sides: keepSells ? ['buy'] : ['buy', 'sell'],
        deadlineMs: withinSeconds * 1_000,
        onStep: (step) => (json ? undefined : io.note(`${told(step)}\n`)),
      });
    } finally {
      venue.close();
    }
  } catch (error) {
    if (error instanceof VenueUnavailable) throw new CommandFailed('refused', error.message);
    throw error;
  }
}

/** With a grant of its own, kept apart from the desk's; else with the desk's. */
function withOwnGrant(config: Config): { readonly config: Config; readonly directory: string } {
  const { secrets, data } = config;
  const own = secrets.tastytradeCancelRefreshToken;
  const real = secrets.tastytradeProductionCancelRefreshToken;
  const hasOwn = (config.environment === 'production' ? real : own) !== null;
  if (!hasOwn) return { config, directory: data.directory };
  const directory = join(data.directory, 'cancel-all');
  makeDirectory(directory);
  const tastytradeRefreshToken = own ?? secrets.tastytradeRefreshToken;
  const tastytradeProductionRefreshToken = real ?? secrets.tastytradeProductionRefreshToken;
  const given = { ...secrets, tastytradeRefreshToken, tastytradeProductionRefreshToken };
  return { config: { ...config, secrets: given }, directory };
}

function told(step: CancelStep): string {
  switch (step.kind) {
    case 'found':
      return `${step.orders.length} at work`;
    case 'asked':
      return `cancel ${nameOf(step.order)}: ${step.answer}`;
    case 'unreadable':
      return `the broker's list cannot be read (${step.fault.kind}: ${step.fault.detail})`;
  }
}

function nameOf({ orderId, side, quantity, symbol, terms }: BrokerOrder): string {
  const price = terms.kind === 'limit' ? formatPrice(terms.limit) : 'the market';
  return `${orderId} (${side} ${quantity} ${symbol} at ${price})`;
}

function sentence({ ended, left, verified, fault }: CancelAllReport): string {
  if (!verified) {
    const why = fault === null ? '' : ` (${fault.detail})`;
    return `NOT VERIFIED: the broker's list could not be read at the end${why}. Look at the broker's own site.`;
  }
  if (left.length > 0) return `STILL AT WORK: ${left.map(nameOf).join('; ')}`;
  const filled = ended.filter(({ status }) => status === 'filled').length;
  const also = filled === 0 ? '' : `, of which ${filled} filled first`;
  return ended.length === 0
    ? 'Nothing of ours was at work; the list was read.'
    : `${ended.length} ended${also}; none is left at work, and the list was read again.`;
}

function asJson({ ended, left, verified, fault }: CancelAllReport): unknown {
  const shown = ({ orderId, clientOrderId, side, status }: BrokerOrder) => ({
    order_id: orderId,
    client_order_id: clientOrderId,
    side,
    status,
  });
  return { verified, fault, ended: ended.map(shown), left: left.map(shown) };
}
