/**
 * The simulated market: quotes and instruments of the demonstration universe.
 *
 * Every price is a function of the seed and the instant, so a restarted process continues where the
 * market is, and any day can be looked at. Quotes are made for what is subscribed, at their ticks,
 * inside the hours of the instrument; outside, the last one stands. Tests put their own quotes in
 * the place of the market's.
 */
import type { InstrumentSource, QuoteSource } from '#feeds/ports.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import {
  type Money,
  moneyFromUnits,
  type Price,
  priceFromUnits,
  ZERO_MONEY,
  ZERO_PRICE,
} from '#kernel/price.ts';
import type { Clock } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import { newYorkDate } from '#market/session.ts';
import { roundDown } from '#market/tick-grid.ts';
import { CENT_GRID } from '#market/tick-tables.ts';
import { bySymbol, find, isListed, listingOf } from './listing.ts';
import type { Pin } from './override.ts';
import { createPrices, type Prices } from './prices.ts';
import { createQuoteMaker, priceOf } from './quote-maker.ts';
import { TickerBoard } from './ticker-board.ts';
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
  /** The instrument of a symbol, at once; also of one that has ended. */
  instrumentOf(symbol: InstrumentSymbol): Instrument | null;
  /** Initial margin of one future. */
  marginOf(instrument: Instrument): Money;
  /** What one unit of a contract is worth at its last trade: how a broker settles it. */
  settlementOf(instrument: Instrument): Price;
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

const PIN_EVERY_MS = 1000;

export function createSimulatedMarket(options: SimulatedMarketOptions): SimulatedMarket {
  const { clock, seed, pinEveryMs = PIN_EVERY_MS } = options;
  const prices = createPrices(seed);
  const board = new TickerBoard({
    clock,
    pinEveryMs,
    makerOf: (instrument) => createQuoteMaker(instrument, prices, seed),
  });
  const today = (): IsoDate => newYorkDate(clock.now());
  return {
    ...board.openFeed(),
    openFeed: () => board.openFeed(),
    find: async (query) => find(query, today()),
    listing: async (underlying) => listingOf(underlying, today()),
    bySymbol: async (symbol) => bySymbol(symbol, today()),
    isListed: (instrument) => isListed(instrument, today()),
    instrumentOf(symbol) {
      const found = bySymbol(symbol, today());
      return found.ok ? found.value : null;
    },
    marginOf,
    settlementOf: (instrument) => settlementOf(instrument, prices),
    quoteNow: (instrument) => board.quoteNow(instrument),
    spot: (underlying) => prices.at(underlying, clock.now()),
    pin: (symbol, pin) => board.override(symbol, { pin }),
    unpin: (symbol) => board.override(symbol, { pin: null }),
    freeze: (symbol) => board.override(symbol, { isFrozen: true }),
    thaw: (symbol) => board.override(symbol, { isFrozen: false }),
    halt: (symbol) => board.override(symbol, { isHalted: true }),
    resume: (symbol) => board.override(symbol, { isHalted: false }),
    close: () => board.close(),
  };
}

function marginOf(instrument: Instrument): Money {
  const future = instrument.kind === 'future' ? FUTURES.get(instrument.root) : undefined;
  if (future === undefined) return ZERO_MONEY;
  return moneyFromUnits(BigInt(future.marginDollars) * 1_000_000_000n);
}

function settlementOf(instrument: Instrument, prices: Prices): Price {
  if (instrument.kind !== 'option' && instrument.kind !== 'future') return ZERO_PRICE;
  const isFuture = instrument.kind === 'future';
  const name = isFuture ? FUTURES.get(instrument.root)?.follows : instrument.underlying;
  const spot = name === undefined ? null : prices.at(name, instrument.lastTradeAt);
  if (spot === null) return ZERO_PRICE;
  const final = roundDown(CENT_GRID, priceOf(spot));
  if (isFuture) return final;
  const worth = instrument.right === 'C' ? final - instrument.strike : instrument.strike - final;
  return worth > 0n ? priceFromUnits(worth) : ZERO_PRICE;
}
