/**
 * A world at tastytrade's stand-in whose faults are the venue's own, and how it is judged: by the
 * stand-in's books and the journal, and by neither alone.
 */
import { expect } from 'vitest';
import type { TastytradeSettings } from '#adapters/tastytrade/settings.ts';
import { holdInvariants } from '../desk/invariants.ts';
import { openWorld, type World, type WorldOptions } from '../desk/world.ts';
import type { FaultAction, FaultRule } from '../stand-ins/tastytrade/http/faults.ts';
import type { StandInOptions } from '../stand-ins/tastytrade/options.ts';
import type { TastytradeStandIn } from '../stand-ins/tastytrade/stand-in.ts';
import { openTastytradeVenue } from './tastytrade-venue.ts';

export const UBER = 'UBER  261204P00078000';
export const BTO = 'BTO 4 UBER 78p 12/04 @ 0.75';
export const STC = 'STC UBER 78p 12/04 @ 0.70';

export const ORDERS = /^\/accounts\/[^/]+\/orders(?:\/\d+)?$/;
export const LISTS = /^\/accounts\/[^/]+\/orders(?:\/live)?$/;

export interface AtVenue {
  readonly world: World;
  readonly standIn: TastytradeStandIn;
}

export interface VenueChoice {
  readonly world?: Omit<WorldOptions, 'venue'>;
  readonly standIn?: StandInOptions;
  readonly tastytrade?: Partial<TastytradeSettings>;
}

const opened: AtVenue[] = [];
/** The books of stand-ins that were given faults. */
const faulty = new WeakSet<object>();

/** A quiet market: bid 0.70, ask 0.85, and nothing fills but what a test lets fill. */
export async function openAtVenue(choice: VenueChoice = {}): Promise<AtVenue> {
  const { standIn: chosen = {}, tastytrade } = choice;
  let standIn: TastytradeStandIn | null = null;
  const world = await openWorld({
    ...choice.world,
    venue(options) {
      const venue = openTastytradeVenue({ ...options, tastytrade, standIn: chosen });
      ({ standIn } = venue);
      return venue;
    },
  });
  if (standIn === null) throw new Error('a world opens its venue');
  world.pin(UBER, '0.70', '0.85');
  const made = { world, standIn: countingFaults(standIn) };
  opened.push(made);
  return made;
}

/** A fault that met nothing has shown nothing: its test must not pass. */
function countingFaults(standIn: TastytradeStandIn): TastytradeStandIn {
  const { faults } = standIn;
  const add: typeof faults.add = (rule) => {
    faulty.add(standIn.ledger);
    return faults.add(rule);
  };
  return { ...standIn, faults: { ...faults, add } };
}

/** One fault of one kind of request. */
export function on(
  method: 'POST' | 'PATCH' | 'DELETE',
  when: FaultRule['when'],
  fault: FaultAction,
): FaultRule {
  return { method, path: ORDERS, nth: 1, when, fault };
}

/** To be called after each test: everything comes to rest, then both books are compared. */
export async function holdToTheBooks(): Promise<void> {
  await holdInvariants();
  for (const { world, standIn } of opened.splice(0)) {
    expect(broken(world, standIn)).toEqual([]);
    await standIn.close();
  }
}

/** What the stand-in's books say against the desk; nothing when it kept its promises. */
function broken(world: World, { ledger, faults }: TastytradeStandIn): readonly string[] {
  const authorised = world.bodies('trade.opened').reduce((sum, { plan }) => sum + plan.quantity, 0);
  const exposure = ledger.exposureMax(UBER);
  const sought = world.bodies('order.intended').map(({ intent }) => intent);
  const seen = new Set<string>(world.bodies('order.seen').map(({ sighting }) => sighting.orderId));
  const own = ledger.orders().filter(({ externalIdentifier }) => externalIdentifier !== null);
  return [
    ...(faulty.has(ledger) && faults.met() === 0 ? ['no fault has met a request'] : []),
    ...ledger.duplicates().map((id) => `${id} is on two orders`),
    ...(exposure > authorised ? [`${exposure} at risk, ${authorised} authorised`] : []),
    ...shortfalls(ledger.fills()),
    ...own
      .filter(({ externalIdentifier: id }) => !sought.some(({ cid }) => cid === id))
      .map(({ externalIdentifier }) => `${externalIdentifier} was never intended`),
    ...own
      .filter(({ id }) => !seen.has(String(id)))
      .map(({ id }) => `order ${id} is not on record`),
  ];
}

function shortfalls(fills: ReturnType<TastytradeStandIn['ledger']['fills']>): readonly string[] {
  const held = new Map<string, number>();
  return fills.flatMap(({ symbol, side, quantity }) => {
    const now = (held.get(symbol) ?? 0) + (side === 'buy' ? quantity : -quantity);
    held.set(symbol, now);
    return now < 0 ? [`${-now} of ${symbol} sold that were not held`] : [];
  });
}

/** Orders that bought or were to buy, oldest first, each with what it filled. */
export function bought({ standIn }: AtVenue): readonly string[] {
  return standIn.ledger
    .orders()
    .filter(({ side }) => side === 'buy')
    .map(({ quantity, filled, status }) => `${quantity} ${status}, ${filled} filled`);
}
