/**
 * The stand-in's quotes: set by a test, or walking by themselves; one source for orders and feeds.
 *
 * A quote that was set stands in place of the walk until it is released.
 */
import { type Price, price } from '#kernel/price.ts';
import { type Clock, type EpochMs, epochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Timers } from '../support/timers.ts';
import type { Catalogue } from './catalogue.ts';
import { createWalk, type OptionFigures } from './walk.ts';

export interface MarketQuote {
  /** `null` when nobody bids. */
  readonly bid: Price | null;
  readonly ask: Price | null;
  readonly bidSize: number;
  readonly askSize: number;
  /** Of the last trade; the middle when no trade was told. */
  readonly last: Price | null;
  readonly isHalted: boolean;
  readonly at: EpochMs;
}

/** Prices as decimal strings or exact; what is absent stays as it was. */
export interface QuoteChange {
  readonly bid?: Price | string | null;
  readonly ask?: Price | string | null;
  readonly bidSize?: number;
  readonly askSize?: number;
  readonly last?: Price | string | null;
  readonly isHalted?: boolean;
  /** The venue's own time of it; now when absent. */
  readonly at?: number;
}

export interface Market {
  readonly quote: (instrument: Instrument) => MarketQuote | null;
  readonly greeks: (instrument: Instrument) => OptionFigures | null;
  /** Throws for a symbol that is not listed: a test that misspells one must fail. */
  readonly set: (symbol: string, change: QuoteChange) => void;
  /** The walk again, or no quote at all. */
  readonly release: (symbol: string) => void;
  /** Ticks of the walk are told for what is watched. */
  readonly watch: (instrument: Instrument) => void;
  readonly onChange: (listener: (instrument: Instrument, quote: MarketQuote) => void) => () => void;
}

export interface MarketOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly catalogue: Catalogue;
  readonly kind: 'set' | 'walk';
  readonly seed: number | string;
  readonly walkEveryMs: number;
}

const SIZE_USUAL = 50;
const WATCHED_MAX = 2000;

export function createMarket(options: MarketOptions): Market {
  const { clock, timers, catalogue, kind } = options;
  const walk = createWalk(options.seed, (symbol) => catalogue.bySymbol(symbol));
  const pinned = new Map<InstrumentSymbol, MarketQuote>();
  const watched = new Map<InstrumentSymbol, { instrument: Instrument; told: string }>();
  const listeners = new Set<(instrument: Instrument, quote: MarketQuote) => void>();

  function quote(instrument: Instrument): MarketQuote | null {
    const set = pinned.get(instrument.symbol);
    if (set !== undefined || kind === 'set') return set ?? null;
    const at = clock.now();
    const sides = walk.sides(instrument, at);
    if (sides === null) return null;
    const { bidSize, askSize } = sides;
    const bid = sides.bid > 0n ? sides.bid : null;
    const last = bid === null ? sides.ask : bid;
    return { bid, ask: sides.ask, bidSize, askSize, last, isHalted: false, at };
  }

  function tell(instrument: Instrument, change: MarketQuote): void {
    for (const listener of [...listeners]) listener(instrument, change);
  }

  function step(): void {
    for (const entry of watched.values()) {
      const now = pinned.has(entry.instrument.symbol) ? null : quote(entry.instrument);
      if (now === null) continue;
      const told = `${now.bid} ${now.ask} ${now.bidSize} ${now.askSize}`;
      if (told === entry.told) continue;
      entry.told = told;
      tell(entry.instrument, now);
    }
  }

  if (kind === 'walk') timers.every(options.walkEveryMs, step);

  return {
    quote,
    greeks: (instrument) => walk.greeks(instrument, clock.now()),
    set(symbol, change) {
      const instrument = catalogue.bySymbol(symbol) ?? catalogue.byStreamer(symbol);
      if (instrument === null) throw new Error(`expected a listed symbol, was ${symbol}`);
      const before = pinned.get(instrument.symbol);
      const now: MarketQuote = {
        bid: sideOf(change.bid, before?.bid),
        ask: sideOf(change.ask, before?.ask),
        bidSize: change.bidSize ?? before?.bidSize ?? SIZE_USUAL,
        askSize: change.askSize ?? before?.askSize ?? SIZE_USUAL,
        last: sideOf(change.last, before?.last ?? sideOf(change.bid, before?.bid)),
        isHalted: change.isHalted ?? before?.isHalted ?? false,
        at: epochMs(change.at ?? clock.now()),
      };
      pinned.set(instrument.symbol, now);
      tell(instrument, now);
    },
    release(symbol) {
      const instrument = catalogue.bySymbol(symbol) ?? catalogue.byStreamer(symbol);
      if (instrument !== null) pinned.delete(instrument.symbol);
    },
    watch(instrument) {
      if (kind === 'set' || watched.has(instrument.symbol)) return;
      const [oldest] = watched.keys();
      if (watched.size >= WATCHED_MAX && oldest !== undefined) watched.delete(oldest);
      watched.set(instrument.symbol, { instrument, told: '' });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function sideOf(
  given: Price | string | null | undefined,
  before: Price | null | undefined,
): Price | null {
  if (given === undefined) return before ?? null;
  return typeof given === 'string' ? price(given) : given;
}
