/**
 * Quotes for whoever subscribed: one ticker per instrument, shared by every feed that wants it.
 *
 * A ticker ticks when its quotes do, inside the hours of the instrument; outside, the last quote
 * stands. What a test has put in place of the market's quotes goes first.
 */
import type { QuoteSource } from '#feeds/ports.ts';
import { type Cancel, type Clock, type EpochMs, epochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import { isOpen, nextOpen, previousTradingDay, sessionOf, tradeDate } from '#market/session.ts';
import { type Pin, pinnedQuote } from './override.ts';
import type { QuoteMaker } from './quote-maker.ts';

export interface Override {
  pin: Pin | null;
  /** Nothing more arrives. */
  isFrozen: boolean;
  isHalted: boolean;
}

interface Ticker {
  readonly instrument: Instrument;
  /** `null` for what the market does not know: only a pin gives it quotes. */
  readonly maker: QuoteMaker | null;
  readonly feeds: Set<Feed>;
  latest: Quote | null;
  stop: Cancel;
}

interface Feed {
  readonly listeners: Set<(quote: Quote) => void>;
}

export interface BoardParts {
  readonly clock: Clock;
  /** How often a pinned quote is sent again, unchanged. */
  readonly pinEveryMs: number;
  readonly makerOf: (instrument: Instrument) => QuoteMaker | null;
}

export class TickerBoard {
  readonly #parts: BoardParts;
  readonly #tickers = new Map<InstrumentSymbol, Ticker>();
  readonly #overrides = new Map<InstrumentSymbol, Override>();

  constructor(parts: BoardParts) {
    this.#parts = parts;
  }

  /** A subscriber of its own: subscriptions and listeners over the same quotes. */
  openFeed(): QuoteSource {
    const feed: Feed = { listeners: new Set() };
    return {
      subscribe: (instrument) => this.#subscribe(feed, instrument),
      unsubscribe: (symbol) => this.#unsubscribe(feed, symbol),
      latest: (symbol) => {
        const ticker = this.#tickers.get(symbol);
        return ticker?.feeds.has(feed) ? ticker.latest : null;
      },
      onQuote: (listener) => {
        feed.listeners.add(listener);
        return () => feed.listeners.delete(listener);
      },
    };
  }

  /** The quote an instrument has now, subscribed or not. */
  quoteNow(instrument: Instrument): Quote | null {
    const ticker = this.#tickers.get(instrument.symbol);
    return ticker?.latest ?? this.#make(instrument, this.#parts.makerOf(instrument));
  }

  /** Changes what stands in place of the market's quotes, and sends the result at once. */
  override(symbol: InstrumentSymbol, change: Partial<Override>): void {
    const known = this.#overrides.get(symbol) ?? { pin: null, isFrozen: false, isHalted: false };
    this.#overrides.set(symbol, { ...known, ...change });
    const ticker = this.#tickers.get(symbol);
    if (ticker === undefined) return;
    ticker.stop();
    this.#tick(ticker);
    this.#schedule(ticker);
  }

  close(): void {
    for (const ticker of this.#tickers.values()) ticker.stop();
    this.#tickers.clear();
  }

  #subscribe(feed: Feed, instrument: Instrument): void {
    const known = this.#tickers.get(instrument.symbol);
    if (known !== undefined) {
      known.feeds.add(feed);
      return;
    }
    const maker = this.#parts.makerOf(instrument);
    const latest = this.#make(instrument, maker);
    const feeds = new Set([feed]);
    const ticker: Ticker = { instrument, maker, feeds, latest, stop: () => undefined };
    this.#tickers.set(instrument.symbol, ticker);
    this.#schedule(ticker);
  }

  #unsubscribe(feed: Feed, symbol: InstrumentSymbol): void {
    const ticker = this.#tickers.get(symbol);
    if (ticker === undefined || !ticker.feeds.delete(feed) || ticker.feeds.size > 0) return;
    ticker.stop();
    this.#tickers.delete(symbol);
  }

  #schedule(ticker: Ticker): void {
    const now = this.#parts.clock.now();
    const pinned = this.#overrides.get(ticker.instrument.symbol)?.pin;
    const due = pinned ? now + this.#parts.pinEveryMs : nextTick(ticker, now);
    ticker.stop = this.#parts.clock.after(due - now, () => {
      this.#tick(ticker);
      // A listener may have ended the subscription, or changed what is pinned.
      if (this.#tickers.get(ticker.instrument.symbol) === ticker) {
        ticker.stop();
        this.#schedule(ticker);
      }
    });
  }

  #tick(ticker: Ticker): void {
    const { instrument, maker, feeds } = ticker;
    if (this.#overrides.get(instrument.symbol)?.isFrozen) return;
    const quote = this.#make(instrument, maker);
    ticker.latest = quote;
    if (quote === null) return;
    for (const feed of feeds) for (const listener of feed.listeners) listener(quote);
  }

  #make(instrument: Instrument, maker: QuoteMaker | null): Quote | null {
    const override = this.#overrides.get(instrument.symbol);
    const now = this.#parts.clock.now();
    const pin = override?.pin;
    const quote = pin ? pinnedQuote(instrument.symbol, pin, now) : quoteOf(instrument, maker, now);
    return quote !== null && override?.isHalted ? { ...quote, halted: true } : quote;
  }
}

/** The quote now, or the last of the session before, stamped with when it was made. */
function quoteOf(instrument: Instrument, maker: QuoteMaker | null, now: EpochMs): Quote | null {
  if (maker === null) return null;
  if (isOpen(instrument.session, now)) {
    const quote = maker.at(now);
    // The first quote of a session is made at its opening, whenever the tick before it was.
    const eventAt = isOpen(instrument.session, quote.eventAt) ? quote.eventAt : now;
    return { ...quote, eventAt, receivedAt: now };
  }
  return { ...maker.at(epochMs(lastClose(instrument, now) - 1)), receivedAt: now };
}

function lastClose({ session }: Instrument, now: EpochMs): EpochMs {
  let day = tradeDate(session, now);
  for (;;) {
    const close = sessionOf(session, day)?.close;
    if (close !== undefined && close <= now) return close;
    day = previousTradingDay(day);
  }
}

/** The next tick inside the hours of the instrument. */
function nextTick({ instrument, maker }: Ticker, now: EpochMs): EpochMs {
  const { session } = instrument;
  if (maker === null || !isOpen(session, now)) return nextOpen(session, now);
  const next = maker.nextTick(now);
  return isOpen(session, next) ? next : nextOpen(session, now);
}
