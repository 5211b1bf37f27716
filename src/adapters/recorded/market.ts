/**
 * A real recorded day as a market: its quotes at their times of day, its contracts as the listing.
 *
 * The desk's clock says where in the day it is (`day.startAt` is where to set it). Minute bars hold
 * four tops of book a minute; between two of them the last one is sent again every second, as it
 * stood: nothing is made up, and a quote that did not change does not grow old.
 */
import type {
  InstrumentQuery,
  InstrumentSource,
  Listing,
  LookupFault,
  QuoteSource,
} from '#feeds/ports.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { type Cancel, type Clock, type EpochMs, epochMs, plus } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol, OptionInstrument } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import { isOpen } from '#market/session.ts';
import type { Moment } from './lean-bars.ts';
import { loadRecordedDay, type RecordedDay, type RecordedDayName } from './recorded-day.ts';

export interface RecordedMarketOptions {
  readonly clock: Clock;
  /** The SPXW day when absent. */
  readonly day?: RecordedDayName;
}

export interface RecordedMarket extends QuoteSource, InstrumentSource {
  readonly day: RecordedDay;
  /** Another subscriber's view: its own subscriptions and listeners over the same quotes. */
  openFeed(): QuoteSource;
  isListed(instrument: Instrument): boolean;
  instrumentOf(symbol: InstrumentSymbol): Instrument | null;
  /** The recorded quote of that instant, `null` before the first; for writing alerts. */
  quoteAt(symbol: InstrumentSymbol, at: EpochMs): Quote | null;
  close(): void;
}

interface Feed {
  readonly symbols: Map<InstrumentSymbol, Quote | null>;
  readonly listeners: Set<(quote: Quote) => void>;
}

const EVERY_MS = 1000;

export function createRecordedMarket(options: RecordedMarketOptions): RecordedMarket {
  const day = loadRecordedDay(options.day ?? 'spxw-2021-01-04');
  const tape = new Tape(options.clock, day);
  const instrumentOf = (symbol: InstrumentSymbol): Instrument | null =>
    day.series.get(symbol)?.instrument ?? null;
  return {
    ...tape.openFeed(),
    day,
    openFeed: () => tape.openFeed(),
    isListed: ({ symbol }) => day.series.has(symbol),
    instrumentOf,
    quoteAt: (symbol, at) => quoteAt(day, symbol, at),
    find: async (query) => find(day, query),
    async bySymbol(symbol) {
      const instrument = instrumentOf(symbol);
      return instrument === null ? err({ kind: 'unknown_symbol' }) : ok(instrument);
    },
    async listing(underlying) {
      const { instrument } = day.underlying;
      if (instrument.underlying !== underlying) return err({ kind: 'unknown_symbol' });
      return ok({ underlying: instrument, expiries: expiriesOf(day) });
    },
    close: () => tape.close(),
  };
}

/** Plays the recording to its feeds, once a second while somebody listens to anything. */
class Tape {
  readonly #clock: Clock;
  readonly #day: RecordedDay;
  readonly #feeds = new Set<Feed>();
  #stop: Cancel | null = null;

  constructor(clock: Clock, day: RecordedDay) {
    this.#clock = clock;
    this.#day = day;
  }

  openFeed(): QuoteSource {
    const feed: Feed = { symbols: new Map(), listeners: new Set() };
    this.#feeds.add(feed);
    return {
      subscribe: ({ symbol }) => {
        if (feed.symbols.has(symbol)) return;
        feed.symbols.set(symbol, quoteAt(this.#day, symbol, this.#clock.now()));
        this.#run();
      },
      unsubscribe: (symbol) => {
        feed.symbols.delete(symbol);
      },
      latest: (symbol) => feed.symbols.get(symbol) ?? null,
      onQuote: (listener) => {
        feed.listeners.add(listener);
        return () => feed.listeners.delete(listener);
      },
    };
  }

  close(): void {
    this.#stop?.();
    this.#stop = null;
  }

  #run(): void {
    if (this.#stop !== null) return;
    const untilNext = EVERY_MS - (this.#clock.now() % EVERY_MS);
    this.#stop = this.#clock.after(untilNext, () => {
      this.#stop = null;
      let wanted = 0;
      for (const feed of this.#feeds) {
        this.#play(feed);
        wanted += feed.symbols.size;
      }
      if (wanted > 0) this.#run();
    });
  }

  #play(feed: Feed): void {
    const now = this.#clock.now();
    for (const symbol of feed.symbols.keys()) {
      const series = this.#day.series.get(symbol);
      if (series === undefined || !isOpen(series.instrument.session, now)) continue;
      const quote = quoteAt(this.#day, symbol, now);
      if (quote === null) continue;
      feed.symbols.set(symbol, quote);
      for (const listener of feed.listeners) listener(quote);
    }
  }
}

/** The recorded top of book that stands at that instant. */
function quoteAt(day: RecordedDay, symbol: InstrumentSymbol, at: EpochMs): Quote | null {
  const series = day.series.get(symbol);
  const moment = series === undefined ? null : momentAt(series.moments, at - day.midnight);
  if (series === undefined || moment === null) return null;
  const { bid, ask, bidSize, askSize } = moment;
  // Repeated every second while its market is open; after the close it grows old.
  const isStanding = isOpen(series.instrument.session, at);
  const eventAt = isStanding ? epochMs(at - (at % EVERY_MS)) : plus(day.midnight, moment.at);
  return { symbol, bid, ask, bidSize, askSize, eventAt, receivedAt: at };
}

/** The last moment not after `at`. */
function momentAt(moments: readonly Moment[], at: number): Moment | null {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moments[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return moments[low - 1] ?? null;
}

function find(day: RecordedDay, query: InstrumentQuery): Result<Instrument, LookupFault> {
  const { instrument } = day.underlying;
  if ('root' in query) return err({ kind: 'unknown_symbol' });
  if (query.kind === 'equity') {
    return query.symbol === instrument.symbol ? ok(instrument) : err({ kind: 'unknown_symbol' });
  }
  if (query.underlying !== instrument.underlying) return err({ kind: 'unknown_symbol' });
  const found = optionsOf(day).find(
    ({ right, strike, expiry }) =>
      right === query.right && strike === query.strike && expiry === query.expiry,
  );
  return found === undefined ? err({ kind: 'not_listed' }) : ok(found);
}

function expiriesOf(day: RecordedDay): Listing['expiries'] {
  const strikesOf = new Map<IsoDate, Set<Price>>();
  for (const { expiry, strike } of optionsOf(day)) {
    strikesOf.set(expiry, (strikesOf.get(expiry) ?? new Set<Price>()).add(strike));
  }
  return [...strikesOf]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([expiry, strikes]) => ({
      expiry,
      strikes: [...strikes].toSorted((a, b) => (a < b ? -1 : 1)),
    }));
}

function optionsOf(day: RecordedDay): readonly OptionInstrument[] {
  const options: OptionInstrument[] = [];
  for (const { instrument } of day.series.values()) {
    if (instrument.kind === 'option') options.push(instrument);
  }
  return options;
}
