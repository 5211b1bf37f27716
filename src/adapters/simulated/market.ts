/**
 * The simulated market: quotes and instruments of the demonstration universe.
 *
 * Every price is a function of the seed and the instant, so a restarted process continues where the
 * market is, and any day can be looked at. Quotes are made for what is subscribed, at their ticks,
 * inside the hours of the instrument; outside, the last one stands. Tests put their own quotes in
 * the place of the market's.
 */
import type { InstrumentSource, QuoteSource } from '#feeds/ports.ts';
import { type Money, moneyFromUnits, ZERO_MONEY } from '#kernel/price.ts';
import { type Cancel, type Clock, type EpochMs, epochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import {
  isOpen,
  newYorkDate,
  nextOpen,
  previousTradingDay,
  sessionOf,
  tradeDate,
} from '#market/session.ts';
import { bySymbol, find, isListed, listingOf } from './listing.ts';
import { type Pin, pinnedQuote } from './override.ts';
import { createPrices } from './prices.ts';
import { createQuoteMaker, type QuoteMaker } from './quote-maker.ts';
import { FUTURES } from './universe.ts';

export interface SimulatedMarketOptions {
  readonly clock: Clock;
  readonly seed: number | string;
  /** How often a pinned quote is sent again, unchanged; 1,000 when absent. */
  readonly pinEveryMs?: number;
}

export interface SimulatedMarket extends QuoteSource, InstrumentSource {
  /** Another subscriber's view: its own subscriptions and listeners over the same quotes. */
  openFeed(): QuoteSource;
  isListed(instrument: Instrument): boolean;
  /** Initial margin of one future. */
  marginOf(instrument: Instrument): Money;
  /** The quote an instrument has now, subscribed or not; `null` for one unknown here. */
  quoteNow(instrument: Instrument): Quote | null;
  /** What an underlying is worth now, in dollars; for making up alerts, never for orders. */
  spot(underlying: string): number | null;
  /** Stands in place of the market's quotes from now on, and is sent at once. */
  pin(symbol: InstrumentSymbol, pin: Pin): void;
  /** The market's own quotes again. */
  unpin(symbol: InstrumentSymbol): void;
  /** Nothing more arrives: the last quote grows old. */
  freeze(symbol: InstrumentSymbol): void;
  thaw(symbol: InstrumentSymbol): void;
  /** Quotes arrive marked as halted. */
  halt(symbol: InstrumentSymbol): void;
  resume(symbol: InstrumentSymbol): void;
  close(): void;
}

interface Override {
  pin: Pin | null;
  isFrozen: boolean;
  isHalted: boolean;
}

interface Ticker {
  readonly instrument: Instrument;
  readonly maker: QuoteMaker | null;
  readonly feeds: Set<Feed>;
  latest: Quote | null;
  stop: Cancel;
}

interface Feed {
  readonly listeners: Set<(quote: Quote) => void>;
}

const PIN_EVERY_MS = 1000;

export function createSimulatedMarket(options: SimulatedMarketOptions): SimulatedMarket {
  const { clock, seed, pinEveryMs = PIN_EVERY_MS } = options;
  const prices = createPrices(seed);
  const tickers = new Map<InstrumentSymbol, Ticker>();
  const overrides = new Map<InstrumentSymbol, Override>();

  function make(instrument: Instrument, maker: QuoteMaker | null): Quote | null {
    const override = overrides.get(instrument.symbol);
    const now = clock.now();
    const pin = override?.pin;
    const made = pin ? pinnedQuote(instrument.symbol, pin, now) : quoteOf(instrument, maker, now);
    return made !== null && override?.isHalted ? { ...made, halted: true } : made;
  }

  function tick(ticker: Ticker): void {
    const { instrument, maker, feeds } = ticker;
    if (!overrides.get(instrument.symbol)?.isFrozen) {
      const quote = make(instrument, maker);
      ticker.latest = quote;
      if (quote !== null) for (const feed of feeds) tell(feed, quote);
    }
  }

  function schedule(ticker: Ticker): void {
    const now = clock.now();
    const pinned = overrides.get(ticker.instrument.symbol)?.pin;
    const next = pinned ? now + pinEveryMs : nextTick(ticker, now);
    ticker.stop = clock.after(next - now, () => {
      tick(ticker);
      schedule(ticker);
    });
  }

  function restart(symbol: InstrumentSymbol): void {
    const ticker = tickers.get(symbol);
    if (ticker === undefined) return;
    ticker.stop();
    tick(ticker);
    schedule(ticker);
  }

  function overrideOf(symbol: InstrumentSymbol): Override {
    const known = overrides.get(symbol) ?? { pin: null, isFrozen: false, isHalted: false };
    overrides.set(symbol, known);
    return known;
  }

  function subscribe(feed: Feed, instrument: Instrument): void {
    const known = tickers.get(instrument.symbol);
    if (known !== undefined) {
      known.feeds.add(feed);
      return;
    }
    const maker = createQuoteMaker(instrument, prices, seed);
    const feeds = new Set([feed]);
    const latest = make(instrument, maker);
    const ticker: Ticker = { instrument, maker, feeds, latest, stop: () => undefined };
    tickers.set(instrument.symbol, ticker);
    schedule(ticker);
  }

  function unsubscribe(feed: Feed, symbol: InstrumentSymbol): void {
    const ticker = tickers.get(symbol);
    if (ticker === undefined || !ticker.feeds.delete(feed) || ticker.feeds.size > 0) return;
    ticker.stop();
    tickers.delete(symbol);
  }

  function openFeed(): QuoteSource {
    const feed: Feed = { listeners: new Set() };
    return {
      subscribe: (instrument) => subscribe(feed, instrument),
      unsubscribe: (symbol) => unsubscribe(feed, symbol),
      latest(symbol) {
        const ticker = tickers.get(symbol);
        return ticker?.feeds.has(feed) ? ticker.latest : null;
      },
      onQuote(listener) {
        feed.listeners.add(listener);
        return () => feed.listeners.delete(listener);
      },
    };
  }

  const today = (): ReturnType<typeof newYorkDate> => newYorkDate(clock.now());
  return {
    ...openFeed(),
    openFeed,
    find: async (query) => find(query, today()),
    listing: async (underlying) => listingOf(underlying, today()),
    bySymbol: async (symbol) => bySymbol(symbol, today()),
    isListed: (instrument) => isListed(instrument, today()),
    marginOf: (instrument) => marginOf(instrument),
    quoteNow(instrument) {
      const ticker = tickers.get(instrument.symbol);
      return ticker?.latest ?? make(instrument, createQuoteMaker(instrument, prices, seed));
    },
    spot: (underlying) => prices.at(underlying, clock.now()),
    pin(symbol, pin) {
      overrideOf(symbol).pin = pin;
      restart(symbol);
    },
    unpin(symbol) {
      overrideOf(symbol).pin = null;
      restart(symbol);
    },
    freeze(symbol) {
      overrideOf(symbol).isFrozen = true;
    },
    thaw(symbol) {
      overrideOf(symbol).isFrozen = false;
      restart(symbol);
    },
    halt(symbol) {
      overrideOf(symbol).isHalted = true;
      restart(symbol);
    },
    resume(symbol) {
      overrideOf(symbol).isHalted = false;
      restart(symbol);
    },
    close() {
      for (const ticker of tickers.values()) ticker.stop();
      tickers.clear();
    },
  };
}

function tell(feed: Feed, quote: Quote): void {
  for (const listener of feed.listeners) listener(quote);
}

/** The quote now, or the last of the session before, stamped with when it was made. */
function quoteOf(instrument: Instrument, maker: QuoteMaker | null, now: EpochMs): Quote | null {
  if (maker === null) return null;
  if (isOpen(instrument.session, now)) return { ...maker.at(now), receivedAt: now };
  const close = lastClose(instrument, now);
  return close === null ? null : { ...maker.at(epochMs(close - 1)), receivedAt: now };
}

function lastClose({ session }: Instrument, now: EpochMs): EpochMs | null {
  let day = tradeDate(session, now);
  for (let back = 0; back < 2; back += 1) {
    const close = sessionOf(session, day)?.close;
    if (close !== undefined && close <= now) return close;
    day = previousTradingDay(day);
  }
  return sessionOf(session, day)?.close ?? null;
}

/** The next tick inside the hours of the instrument. */
function nextTick({ instrument, maker }: Ticker, now: EpochMs): EpochMs {
  if (maker === null || !isOpen(instrument.session, now)) return nextOpen(instrument.session, now);
  const next = maker.nextTick(now);
  return isOpen(instrument.session, next) ? next : nextOpen(instrument.session, now);
}

function marginOf(instrument: Instrument): Money {
  const future = instrument.kind === 'future' ? FUTURES.get(instrument.root) : undefined;
  if (future === undefined) return ZERO_MONEY;
  return moneyFromUnits(BigInt(future.marginDollars) * 1_000_000_000n);
}
