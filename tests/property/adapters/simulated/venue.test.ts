/** The engine of the simulated broker under any sequence of inputs. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingsOf, USUAL_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { createSimulatedMarket } from '#adapters/simulated/market.ts';
import { buyingPower, RECORDED_FEES } from '#adapters/simulated/venue/accounting.ts';
import { isTerminal, type VenueOrder } from '#adapters/simulated/venue/book.ts';
import { step } from '#adapters/simulated/venue/engine.ts';
import { createVenue, type Venue, type VenueInput } from '#adapters/simulated/venue/venue.ts';
import { date } from '#kernel/calendar.ts';
import { asClientOrderId } from '#kernel/ids.ts';
import { money, price, priceFromUnits } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { createRandom } from '#kernel/random.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { option } from '#market/instruments.ts';
import { newYorkInstant } from '#market/session.ts';

const START = newYorkInstant(date('2025-12-02'), '10:00');
const CASH = money('4000.00');
const CENT = 10_000_000n;

const made = option({
  underlying: 'UBER',
  expiry: date('2025-12-05'),
  strike: price('78'),
  right: 'P',
});
if (!made.ok) throw new Error('expected the option');
const PUT = made.value;

type Act =
  | { readonly kind: 'buy' | 'sell'; readonly count: number; readonly cents: number }
  | { readonly kind: 'replace'; readonly which: number; readonly cents: number }
  | { readonly kind: 'cancel' | 'fill'; readonly which: number }
  | { readonly kind: 'quote'; readonly cents: number; readonly size: number }
  | { readonly kind: 'pass'; readonly ms: number };

const cents = fc.integer({ min: 60, max: 90 });
/** Among the newest orders. */
const which = fc.nat({ max: 5 });
const count = fc.integer({ min: 1, max: 6 });

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('buy', 'sell'), count, cents }),
  fc.record({ kind: fc.constant('replace'), which, cents }),
  fc.record({ kind: fc.constantFrom('cancel', 'fill'), which }),
  fc.record({ kind: fc.constant('quote'), cents, size: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 1, max: 300 }) }),
);

/** A venue, the inputs it has asked to be given back, and what it has said so far. */
class World {
  readonly venue: Venue;
  readonly #waiting: { readonly due: EpochMs; readonly input: VenueInput }[] = [];
  readonly #ends = new Map<string, string>();
  readonly faults: string[] = [];
  #now = START;
  #placed = 0;

  constructor(seed: number, abortedReplacement: 'rejected' | 'cancelled') {
    const clock = createVirtualClock(START);
    const random = createRandom(seed);
    const quotes = createSimulatedMarket({ clock, seed });
    const options = { clock, random, quotes, isListed: () => true, abortedReplacement };
    this.venue = createVenue(CASH, settingsOf(options, USUAL_LATENCY), random);
  }

  do(chosen: Act): void {
    switch (chosen.kind) {
      case 'buy':
      case 'sell':
        this.#place(chosen.kind, chosen.count, chosen.cents);
        return;
      case 'replace':
        this.#replace(chosen.which, chosen.cents);
        return;
      case 'cancel':
        this.#about(chosen.which, ({ orderId }) => ({ kind: 'cancel', orderId, at: this.#now }));
        return;
      case 'fill':
        this.#about(chosen.which, ({ orderId }) => {
          const timer = { kind: 'fill', orderId, quantity: quantity(1), price: null } as const;
          return { kind: 'timer', timer, at: this.#now };
        });
        return;
      case 'quote':
        this.#quote(chosen.cents, chosen.size);
        return;
      case 'pass':
        this.pass(chosen.ms);
    }
  }

  pass(ms: number): void {
    const until = plus(this.#now, ms);
    for (;;) {
      this.#waiting.sort((a, b) => a.due - b.due);
      const next = this.#waiting[0];
      if (next === undefined || next.due > until) break;
      this.#waiting.shift();
      this.#now = next.due;
      this.#step({ ...next.input, at: next.due });
    }
    this.#now = until;
  }

  #place(side: 'buy' | 'sell', size: number, limitCents: number): void {
    this.#placed += 1;
    const order = {
      clientOrderId: asClientOrderId(`c${this.#placed}`),
      instrument: PUT,
      side,
      effect: side === 'buy' ? 'open' : 'close',
      quantity: quantity(size),
      terms: { kind: 'limit', limit: priceFromUnits(BigInt(limitCents) * CENT) },
      timeInForce: 'day',
    } as const;
    this.#step({ kind: 'place', order, plan: {}, at: this.#now });
  }

  #replace(place: number, limitCents: number): void {
    const terms = { kind: 'limit', limit: priceFromUnits(BigInt(limitCents) * CENT) } as const;
    this.#about(place, ({ orderId }) => {
      const clientOrderId = asClientOrderId(`r${limitCents}`);
      return { kind: 'replace', orderId, clientOrderId, terms, plan: {}, at: this.#now };
    });
  }

  #about(place: number, input: (order: VenueOrder) => VenueInput): void {
    const orders = [...this.venue.book.orders.values()];
    const order = orders.at(-1 - (place % Math.max(1, Math.min(6, orders.length))));
    if (order !== undefined) this.#step(input(order));
  }

  #quote(bidCents: number, size: number): void {
    const bid = priceFromUnits(BigInt(bidCents) * CENT);
    const ask = priceFromUnits(BigInt(bidCents + 4) * CENT);
    const at = this.#now;
    const times = { eventAt: at, receivedAt: at };
    const quote = { symbol: PUT.symbol, bid, ask, bidSize: size, askSize: size, ...times };
    this.#step({ kind: 'quote', quote, at });
  }

  #step(input: VenueInput): void {
    for (const effect of step(this.venue, input).effects) {
      if (effect.kind !== 'later') continue;
      const { timer, afterMs } = effect;
      const due = plus(this.#now, afterMs);
      this.#waiting.push({ due, input: { kind: 'timer', timer, at: due } });
    }
    this.#check();
  }

  #check(): void {
    const { book } = this.venue;
    let net = 0;
    let cash: bigint = CASH;
    let reserved = 0n;
    for (const order of book.orders.values()) {
      this.#checkOrder(order);
      const sign = order.side === 'buy' ? 1 : -1;
      net += sign * order.filled;
      reserved += order.reserve;
      for (const fill of order.fills) {
        cash -= BigInt(sign) * fill.price * BigInt(fill.quantity) * 100n;
      }
    }
    this.#agree('position', book.holdings.get(PUT.symbol)?.net ?? 0, net);
    this.#agree('cash', book.account.cash, cash - book.account.fees);
    this.#agree('reserved', book.account.reserved, reserved);
    const live = [...book.orders.values()].filter(({ status }) => !isTerminal(status));
    const listed = [...(book.live.get(PUT.symbol) ?? [])];
    this.#agree('live orders', idsOf(listed), idsOf(live));
    this.#agree('short', net < 0, false);
    this.#agree('overdrawn', buyingPower(book) < 0n, false);
    this.#agree('oversold', sellable(live) > net, false);
  }

  #checkOrder(order: VenueOrder): void {
    const { orderId, status, filled } = order;
    const rows = order.fills.reduce((sum, fill) => sum + fill.quantity, 0);
    this.#agree(`fill rows of ${orderId}`, rows, filled);
    this.#agree(`overfill of ${orderId}`, filled > order.quantity, false);
    this.#agree(`${orderId} filled`, status === 'filled', filled === order.quantity);
    if (order.side === 'buy' && status === 'working' && order.terms.kind === 'limit') {
      const each = order.terms.limit * 100n + RECORDED_FEES.optionOpen;
      const cost = each * BigInt(order.quantity - filled);
      this.#agree(`reserve of working ${orderId}`, order.reserve, cost);
    }
    if (!isTerminal(status)) return;
    const end = `${status} after ${filled}`;
    this.#agree(`end of ${orderId}`, end, this.#ends.get(orderId) ?? end);
    this.#ends.set(orderId, end);
    this.#agree(`reserve of ${orderId}`, order.reserve, 0n);
  }

  #agree(what: string, actual: unknown, expected: unknown): void {
    if (actual !== expected)
      this.faults.push(`${what}: ${String(actual)}, not ${String(expected)}`);
  }
}

function idsOf(orders: readonly VenueOrder[]): string {
  return orders.map(({ orderId }) => orderId).join(' ');
}

/** The most that could still be sold; a waiting replacement counts through its original. */
function sellable(live: readonly VenueOrder[]): number {
  let sum = 0;
  for (const { side, status, quantity: size, filled } of live) {
    if (side === 'sell' && status !== 'contingent') sum += size - filled;
  }
  return sum;
}

/** An order and all that replaced it, by the first of them. */
function chains(venue: Venue): Map<VenueOrder, VenueOrder[]> {
  const first = new Map<string, VenueOrder>();
  const members = new Map<VenueOrder, VenueOrder[]>();
  for (const order of venue.book.orders.values()) {
    const root = order.replaces === null ? order : (first.get(order.replaces) ?? order);
    first.set(order.orderId, root);
    members.set(root, [...(members.get(root) ?? []), order]);
  }
  return members;
}

const acts = fc.array(act, { minLength: 1, maxLength: 150, size: 'max' });
const seeds = fc.nat();
const aborts = fc.constantFrom('rejected' as const, 'cancelled' as const);

describe('the simulated venue under any inputs', () => {
  it('keeps its books: fills, positions, cash and reserves agree after every step', () => {
    fc.assert(
      fc.property(acts, seeds, aborts, (chosen, seed, aborted) => {
        const world = new World(seed, aborted);
        for (const each of chosen) world.do(each);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('never fills more over an order and its replacements than was ordered', () => {
    fc.assert(
      fc.property(acts, seeds, aborts, (chosen, seed, aborted) => {
        const world = new World(seed, aborted);
        for (const each of chosen) {
          world.do(each);
          for (const [root, members] of chains(world.venue)) {
            const filled = members.reduce((sum, order) => sum + order.filled, 0);
            expect(filled).toBeLessThanOrEqual(root.quantity);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('brings everything under way to an end', () => {
    fc.assert(
      fc.property(acts, seeds, aborts, (chosen, seed, aborted) => {
        const world = new World(seed, aborted);
        for (const each of chosen) world.do(each);
        world.pass(5000);
        const open = [...world.venue.book.orders.values()].filter(
          ({ status }) => !isTerminal(status) && status !== 'working',
        );
        expect(open).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('takes the same steps for the same inputs', () => {
    fc.assert(
      fc.property(acts, seeds, (chosen, seed) => {
        const [one, two] = [new World(seed, 'rejected'), new World(seed, 'rejected')];
        for (const each of chosen) {
          one.do(each);
          two.do(each);
        }
        expect([...two.venue.book.orders.values()]).toEqual([...one.venue.book.orders.values()]);
      }),
      { numRuns: 30 },
    );
  });
});
