/**
 * A lean market: a dozen contracts whose mids wander by ticks, quoted together every so often.
 *
 * A contract's path depends on the seed and the number of the beat alone, never on who listens.
 * Spoilt quotes are set from outside, for one contract or for all.
 */
import type { InstrumentSource, Listing, QuoteSource } from '#feeds/ports.ts';
import { date } from '#kernel/calendar.ts';
import { invariant } from '#kernel/invariant.ts';
import { type Price, price, priceFromUnits, ZERO_PRICE } from '#kernel/price.ts';
import { err, ok } from '#kernel/result.ts';
import { type Clock, plus } from '#kernel/time.ts';
import type { EquityInstrument, Instrument, OptionInstrument } from '#market/instrument.ts';
import { equity, option } from '#market/instruments.ts';
import type { Quote } from '#market/quote.ts';
import { addTicks, roundDown, type TickGrid } from '#market/tick-grid.ts';
import { hashOf } from './faults.ts';

export interface Listed {
  readonly instrument: OptionInstrument;
  /** As an alert names it: `UBER 78p 12/04`. */
  readonly name: string;
  readonly base: Price;
}

const EXPIRY = date('2026-12-04');
const LATER = date('2026-12-18');

/** Cents, nickels and the classes between, below and above 3.00 where the tick changes. */
const CONTRACTS: readonly (readonly [string, number, 'C' | 'P', string, string])[] = [
  ['UBER', 78, 'P', '12/04', '0.80'],
  ['UBER', 80, 'C', '12/04', '1.45'],
  ['UBER', 85, 'C', '12/18', '0.42'],
  ['XOM', 115, 'C', '12/04', '1.10'],
  ['XOM', 110, 'P', '12/18', '2.92'],
  ['SPY', 660, 'P', '12/04', '3.05'],
  ['SPY', 670, 'C', '12/04', '2.20'],
  ['SPY', 655, 'P', '12/18', '5.10'],
  ['AAPL', 270, 'C', '12/04', '2.85'],
  ['AAPL', 260, 'P', '12/04', '1.30'],
  ['TSLA', 400, 'C', '12/04', '6.40'],
  ['BA', 190, 'P', '12/04', '1.95'],
  ['BA', 200, 'C', '12/18', '3.10'],
  ['CVX', 155, 'C', '12/04', '0.65'],
  ['MU', 230, 'P', '12/04', '2.40'],
  ['MU', 250, 'C', '12/18', '1.75'],
];

export const UNIVERSE: readonly Listed[] = CONTRACTS.map(([root, strike, right, day, base]) => {
  const expiry = day === '12/04' ? EXPIRY : LATER;
  const made = option({ underlying: root, expiry, strike: price(String(strike)), right });
  invariant(made.ok, `${root} ${strike} is an option`);
  const name = `${root} ${strike}${right.toLowerCase()} ${day}`;
  return { instrument: made.value, name, base: price(base) };
});

const BY_SYMBOL = new Map<string, Instrument>();
const LISTINGS = new Map<string, Listing>();
for (const { instrument } of UNIVERSE) {
  BY_SYMBOL.set(instrument.symbol, instrument);
  const share = LISTINGS.get(instrument.underlying)?.underlying ?? shareOf(instrument.underlying);
  BY_SYMBOL.set(share.symbol, share);
  const own = UNIVERSE.filter((each) => each.instrument.underlying === instrument.underlying);
  const expiries = [EXPIRY, LATER].map((expiry) => ({
    expiry,
    strikes: own
      .filter((each) => each.instrument.expiry === expiry)
      .map((each) => each.instrument.strike)
      .toSorted((a, b) => Number(a - b)),
  }));
  LISTINGS.set(instrument.underlying, { underlying: share, expiries });
}

function shareOf(symbol: string): EquityInstrument {
  const made = equity(symbol);
  invariant(made.ok, `${symbol} is a share`);
  return made.value;
}

export type Spoiling = 'stopped' | 'crossed' | 'locked' | 'empty' | 'halted' | 'wide' | 'fallen';

/** Where a contract stands; `steps` beats have been walked. */
interface Path {
  readonly instrument: Instrument;
  readonly base: Price;
  readonly salt: number;
  ticks: number;
  steps: number;
  /** By place and spread. */
  readonly touches: Map<number, Touch>;
  latest: Quote | null;
}

interface Touch {
  readonly bid: Price;
  readonly ask: Price;
}

export interface MarketParts {
  readonly clock: Clock;
  readonly seed: number;
  readonly everyMs: number;
}

const SPREAD_TICKS = [1, 2, 2, 3, 4] as const;
const TICKS_AWAY_MAX = 12;
const NIGHT_MS = Infinity;

export class SimMarket {
  readonly #parts: MarketParts;
  readonly #paths = new Map<string, Path>();
  readonly #feeds: Feed[] = [];
  readonly #spoilt = new Map<string, Spoiling>();
  #beat = 0;
  #everyMs: number;
  /** Percent by which every quote is raised, to let resting exits fill at the end. */
  #lift = 0n;

  constructor(parts: MarketParts) {
    this.#parts = parts;
    this.#everyMs = parts.everyMs;
    this.#quoteLater();
  }

  openFeed(): QuoteSource & { close(): void } {
    const feed: Feed = { symbols: new Set(), listeners: new Set() };
    this.#feeds.push(feed);
    return {
      close: () => {
        this.#feeds.splice(this.#feeds.indexOf(feed), 1);
      },
      subscribe: (instrument) => {
        feed.symbols.add(instrument.symbol);
        const path = this.#path(instrument);
        // Nobody else has it quoted: the newest quote comes with the subscription.
        if (!this.#isStopped(instrument.symbol)) path.latest = this.#quote(path);
      },
      unsubscribe: (symbol) => feed.symbols.delete(symbol),
      latest: (symbol) => this.#paths.get(symbol)?.latest ?? null,
      onQuote: (listener) => {
        feed.listeners.add(listener);
        return () => feed.listeners.delete(listener);
      },
    };
  }

  spoil(symbol: string, how: Spoiling): void {
    this.#spoilt.set(symbol, how);
  }

  mend(symbol: string): void {
    this.#spoilt.delete(symbol);
  }

  mendAll(): void {
    this.#spoilt.clear();
  }

  lift(percent: bigint): void {
    this.#lift = percent;
    for (const { touches } of this.#paths.values()) touches.clear();
  }

  /** Nothing is quoted over a night. */
  sleep(): void {
    this.#everyMs = NIGHT_MS;
  }

  wake(): void {
    this.#everyMs = this.#parts.everyMs;
    this.#quoteLater();
  }

  midOf(listed: Listed): Price {
    const path = this.#path(listed.instrument);
    this.#walk(path);
    return addTicks(listed.instrument.grid, listed.base, path.ticks);
  }

  #isStopped(symbol: string): boolean {
    return this.#spoilt.get(symbol) === 'stopped';
  }

  #path(instrument: Instrument): Path {
    const known = this.#paths.get(instrument.symbol);
    if (known !== undefined) return known;
    const listed = UNIVERSE.find((each) => each.instrument.symbol === instrument.symbol);
    const salt = hashOf(this.#parts.seed, 'market', instrument.symbol);
    const base = listed?.base ?? priceFromUnits(100_000_000_000n);
    const path: Path = {
      instrument,
      base,
      salt,
      ticks: 0,
      steps: 0,
      touches: new Map(),
      latest: null,
    };
    this.#paths.set(instrument.symbol, path);
    return path;
  }

  #quoteLater(): void {
    if (this.#everyMs === NIGHT_MS) return;
    this.#parts.clock.after(this.#everyMs, () => {
      this.#beat += 1;
      this.#quoteAll();
      this.#quoteLater();
    });
  }

  #quoteAll(): void {
    const wanted = new Set<string>();
    for (const { symbols } of this.#feeds) for (const symbol of symbols) wanted.add(symbol);
    for (const symbol of wanted) {
      const path = this.#paths.get(symbol);
      if (path === undefined || this.#isStopped(symbol)) continue;
      path.latest = this.#quote(path);
      this.#tell(path.latest);
    }
  }

  #tell(quote: Quote): void {
    for (const { symbols, listeners } of this.#feeds) {
      if (!symbols.has(quote.symbol)) continue;
      for (const listener of listeners) listener(quote);
    }
  }

  #walk(path: Path): void {
    while (path.steps < this.#beat) {
      path.steps += 1;
      const drawn = walkBits(path.salt, path.steps);
      const move = drawn < 3 ? -1 : drawn > 4 ? 1 : 0;
      if (Math.abs(path.ticks + move) <= TICKS_AWAY_MAX) path.ticks += move;
    }
  }

  #quote(path: Path): Quote {
    this.#walk(path);
    const { grid, symbol } = path.instrument;
    const { bid, ask } = this.#touch(path);
    const at = this.#parts.clock.now();
    const sizes = { bidSize: 12, askSize: 12 };
    const quote: Quote = { symbol, bid, ask, ...sizes, eventAt: plus(at, -40), receivedAt: at };
    const how = this.#spoilt.get(symbol);
    return how === undefined ? quote : spoiled(quote, how, grid);
  }

  /** A path comes by the same places again and again. */
  #touch(path: Path): Touch {
    const spread = SPREAD_TICKS[walkBits(path.salt, path.steps + 7) % SPREAD_TICKS.length] ?? 2;
    const place = path.ticks * SPREAD_TICKS.length + spread;
    const known = path.touches.get(place);
    if (known !== undefined) return known;
    const { grid } = path.instrument;
    const middle = addTicks(grid, path.base, path.ticks);
    let bid = addTicks(grid, middle, -Math.floor(spread / 2));
    if (this.#lift > 0n) {
      bid = roundDown(grid, priceFromUnits((bid * (100n + this.#lift)) / 100n));
    }
    const touch = { bid, ask: addTicks(grid, bid, spread) };
    path.touches.set(place, touch);
    return touch;
  }
}

interface Feed {
  readonly symbols: Set<string>;
  readonly listeners: Set<(quote: Quote) => void>;
}

function spoiled(quote: Quote, how: Spoiling, grid: TickGrid): Quote {
  switch (how) {
    case 'crossed':
      return { ...quote, bid: quote.ask, ask: quote.bid };
    case 'locked':
      return { ...quote, ask: quote.bid };
    case 'empty':
      return { ...quote, bid: ZERO_PRICE, bidSize: 0 };
    case 'halted':
      return { ...quote, halted: true };
    case 'wide':
      return { ...quote, ask: addTicks(grid, quote.ask, 40) };
    case 'fallen': {
      const bid = roundDown(grid, priceFromUnits(quote.bid / 2n));
      return { ...quote, bid, ask: addTicks(grid, bid, 2) };
    }
    case 'stopped':
      return quote;
  }
}

/** 0 to 7. */
function walkBits(salt: number, step: number): number {
  let hash = Math.imul(salt ^ Math.imul(step, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0xc2b2ae35) >>> 29) & 7;
}

const NOT_LISTED = Promise.resolve(err({ kind: 'not_listed' } as const));
const UNKNOWN = Promise.resolve(err({ kind: 'unknown_symbol' } as const));

export const INSTRUMENTS: InstrumentSource = {
  find(query) {
    if ('root' in query) return UNKNOWN;
    const found = [...BY_SYMBOL.values()].find((instrument) =>
      query.kind === 'equity'
        ? instrument.kind === 'equity' && instrument.symbol === query.symbol
        : instrument.kind === 'option' &&
          instrument.underlying === query.underlying &&
          instrument.right === query.right &&
          instrument.strike === query.strike &&
          instrument.expiry === query.expiry,
    );
    return found === undefined ? NOT_LISTED : Promise.resolve(ok(found));
  },
  listing(underlying) {
    const listing = LISTINGS.get(underlying);
    return listing === undefined ? UNKNOWN : Promise.resolve(ok(listing));
  },
  bySymbol(symbol) {
    const found = BY_SYMBOL.get(symbol);
    return found === undefined ? UNKNOWN : Promise.resolve(ok(found));
  },
};

export function isListed(instrument: Instrument): boolean {
  return BY_SYMBOL.has(instrument.symbol);
}
