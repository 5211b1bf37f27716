/**
 * Quotes from tastytrade: its stream, and its snapshots for what the stream does not give.
 *
 * The feed sends a quote when it changes. A quiet one is therefore asked for again every so often:
 * what comes back is received anew, and what does not come grows old, as it should. Ages are judged
 * by those who use a quote; here nothing is held back, made up or made younger.
 */
import type { QuoteSource } from '#feeds/ports.ts';
import type { Random } from '#kernel/random.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { QuoteTokens } from '../access.ts';
import type { Snapshot } from '../wire/market.ts';
import { type Dxlink, type DxlinkHealth, openDxlink } from './dxlink.ts';
import type { FeedEvent } from './feed-events.ts';
import { GapFiller, type SnapshotReader } from './gap-filler.ts';
import { Halts } from './halts.ts';
import { makeQuote, type Touch, touchOf } from './make-quote.ts';
import type { SocketFactory } from './socket.ts';
import { type KnownSymbols, type StreamerSymbols, streamerSymbols } from './streamer-symbol.ts';

export interface TastytradeQuotesOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly openSocket: SocketFactory;
  readonly tokens: QuoteTokens;
  readonly streamerSymbol: KnownSymbols;
  /** Without it nothing fills the gaps of the stream. */
  readonly snapshots?: SnapshotReader;
}

export interface TastytradeQuotesHealth extends DxlinkHealth {
  readonly instruments: number;
  /** Instruments whose name on the stream is not known. */
  readonly unnamed: number;
  /** Instruments without any quote yet. */
  readonly silent: number;
  /** Since the newest quote of the instrument that has waited longest; `null` without one. */
  readonly oldestQuoteMs: number | null;
  readonly snapshots: { readonly asked: number; readonly failed: number };
}

export interface TastytradeQuotes extends QuoteSource {
  health(): TastytradeQuotesHealth;
  /** Ends the stream's connection and makes another. */
  restart(reason: string): void;
  close(): void;
}

/** A stream that is already being connected when this returns. */
export function createTastytradeQuotes(options: TastytradeQuotesOptions): TastytradeQuotes {
  return new Quotes(options);
}

/** Quotes are used up to 3 s after their receipt: asked for in time to be there before. */
const QUIET_MS = 1_500;
/** One that does not come when it is asked for is asked for with less effort. */
const SILENT_MS = 15_000;
const ROUND_MS = 500;
const RENEWALS_MAX = 50;
const GAP_MS = 5_000;

interface Ticker {
  readonly instrument: Instrument;
  readonly names: StreamerSymbols | null;
  latest: Quote | null;
  heardAt: number | null;
  readonly wantedAt: number;
  askedAt: number;
}

class Quotes implements TastytradeQuotes {
  readonly #options: TastytradeQuotesOptions;
  readonly #clock: Clock;
  readonly #feed: Dxlink;
  readonly #gaps: GapFiller | null;
  readonly #tickers = new Map<InstrumentSymbol, Ticker>();
  readonly #byStreamer = new Map<string, Ticker>();
  readonly #halts = new Halts();
  readonly #listeners = new Set<(quote: Quote) => void>();
  #cancelRound: Cancel = () => {};

  constructor(options: TastytradeQuotesOptions) {
    this.#options = options;
    this.#clock = options.clock;
    const { clock, random, openSocket, tokens, snapshots } = options;
    this.#gaps =
      snapshots === undefined
        ? null
        : new GapFiller(clock, snapshots, (found) => this.#onSnapshots(found));
    this.#feed = openDxlink({
      clock,
      random,
      openSocket,
      tokens,
      onEvents: (events) => {
        for (const event of events) this.#onEvent(event);
      },
    });
    this.#roundLater();
  }

  subscribe(instrument: Instrument): void {
    const { symbol } = instrument;
    if (this.#tickers.has(symbol)) return;
    const names = this.#freeNames(instrument);
    const now = this.#clock.mono();
    const ticker = { instrument, names, latest: null, heardAt: null, wantedAt: now, askedAt: now };
    this.#tickers.set(symbol, ticker);
    if (names === null) return;
    this.#byStreamer.set(names.quote, ticker);
    this.#feed.add({ type: 'Quote', symbol: names.quote });
    for (const name of names.statuses) {
      if (this.#halts.watch(name)) this.#feed.add({ type: 'Profile', symbol: name });
    }
  }

  unsubscribe(symbol: InstrumentSymbol): void {
    const names = this.#tickers.get(symbol)?.names ?? null;
    this.#tickers.delete(symbol);
    if (names === null) return;
    this.#byStreamer.delete(names.quote);
    this.#feed.remove({ type: 'Quote', symbol: names.quote });
    for (const name of names.statuses) {
      if (this.#halts.unwatch(name)) this.#feed.remove({ type: 'Profile', symbol: name });
    }
  }

  latest(symbol: InstrumentSymbol): Quote | null {
    return this.#tickers.get(symbol)?.latest ?? null;
  }

  onQuote(listener: (quote: Quote) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  health(): TastytradeQuotesHealth {
    const tickers = [...this.#tickers.values()];
    const heard = tickers.flatMap(({ heardAt }) => heardAt ?? []);
    return {
      ...this.#feed.health(),
      instruments: tickers.length,
      unnamed: tickers.filter(({ names }) => names === null).length,
      silent: tickers.length - heard.length,
      oldestQuoteMs: heard.length === 0 ? null : this.#clock.mono() - Math.min(...heard),
      snapshots: this.#gaps?.counts ?? { asked: 0, failed: 0 },
    };
  }

  restart(reason: string): void {
    this.#feed.restart(reason);
  }

  close(): void {
    this.#cancelRound();
    this.#feed.close();
  }

  /** `null` also when another instrument is already quoted under this name: whose would it be? */
  #freeNames(instrument: Instrument): StreamerSymbols | null {
    const names = streamerSymbols(instrument, this.#options.streamerSymbol);
    return names === null || this.#byStreamer.has(names.quote) ? null : names;
  }

  #onEvent(event: FeedEvent): void {
    if (event.kind === 'quote') {
      const ticker = this.#byStreamer.get(event.symbol);
      if (ticker !== undefined) this.#tell(ticker, event, { isHalted: false });
    }
    if (event.kind !== 'profile' || !this.#halts.note(event.symbol, event.status)) return;
    for (const ticker of this.#tickers.values()) {
      if (ticker.names?.statuses.includes(event.symbol)) this.#tellHalted(ticker);
    }
  }

  /** The quote before the halt, marked: its age is left as it is. */
  #tellHalted(ticker: Ticker): void {
    if (ticker.latest === null || ticker.latest.halted) return;
    ticker.latest = { ...ticker.latest, halted: true };
    for (const listener of this.#listeners) listener(ticker.latest);
  }

  #tell(ticker: Ticker, touch: Touch, { isHalted }: { readonly isHalted: boolean }): void {
    const quote = makeQuote(touch, {
      symbol: ticker.instrument.symbol,
      now: this.#clock.now(),
      // Until a quote token says that it is not.
      isDelayed: this.#feed.isDelayed() ?? true,
      isHalted: isHalted || this.#halts.isHalted(ticker.names?.statuses ?? []),
    });
    ticker.latest = quote;
    ticker.heardAt = this.#clock.mono();
    for (const listener of this.#listeners) listener(quote);
  }

  #onSnapshots(snapshots: readonly Snapshot[]): void {
    for (const snapshot of snapshots) {
      const ticker = this.#tickers.get(snapshot.symbol);
      const { updatedAt } = snapshot;
      if (ticker === undefined || updatedAt === null || !this.#isGap(ticker)) continue;
      const isOlder = ticker.latest !== null && updatedAt < ticker.latest.eventAt;
      if (!isOlder) this.#tell(ticker, touchOf(snapshot), snapshot);
    }
  }

  /** Whether the stream gives nothing of it. */
  #isGap({ heardAt, wantedAt }: Ticker): boolean {
    return !this.#feed.isUp() || this.#clock.mono() - (heardAt ?? wantedAt) >= GAP_MS;
  }

  #roundLater(): void {
    this.#cancelRound = this.#clock.after(ROUND_MS, () => {
      this.#round();
      this.#roundLater();
    });
  }

  #round(): void {
    const tickers = [...this.#tickers.values()].toSorted((a, b) => lastAt(a) - lastAt(b));
    const now = this.#clock.mono();
    for (const ticker of tickers.filter((one) => isQuiet(one, now)).slice(0, RENEWALS_MAX)) {
      ticker.askedAt = now;
      if (ticker.names !== null) this.#feed.renew({ type: 'Quote', symbol: ticker.names.quote });
    }
    const gaps = tickers.filter((ticker) => this.#isGap(ticker));
    this.#gaps?.fill(gaps.map(({ instrument }) => instrument));
  }
}

function lastAt({ heardAt, wantedAt }: Ticker): number {
  return heardAt ?? wantedAt;
}

function isQuiet(ticker: Ticker, now: number): boolean {
  const since = Math.max(lastAt(ticker), ticker.askedAt);
  const isSilent = now - lastAt(ticker) >= SILENT_MS;
  return now - since >= (isSilent ? SILENT_MS : QUIET_MS);
}
