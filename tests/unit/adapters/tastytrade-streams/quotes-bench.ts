/** Quotes of tastytrade over a venue spoken for by the test. */
import type { SnapshotReader } from '#adapters/tastytrade/streams/gap-filler.ts';
import { createTastytradeQuotes } from '#adapters/tastytrade/streams/quotes.ts';
import type { Snapshot } from '#adapters/tastytrade/wire/market.ts';
import { date } from '#kernel/calendar.ts';
import { ok } from '#kernel/result.ts';
import { asInstrumentSymbol, type Instrument } from '#market/instrument.ts';
import { instrumentOf } from '#market/instruments.ts';
import type { Quote } from '#market/quote.ts';
import { createFakeDxlink, createFakeTokens } from './fake-dxlink.ts';
import { openBench, START } from './fake-sockets.ts';

export const PUT = known('UBER  260320P00078000');
export const SHARE = known('UBER');
export const FUTURE = known('/ESH6');

function known(symbol: string): Instrument {
  const found = instrumentOf(asInstrumentSymbol(symbol), date('2026-03-02'));
  if (!found.ok) throw new Error(`expected an instrument, was ${symbol}`);
  return found.value;
}

interface Options {
  readonly streamerSymbol?: (symbol: string) => string | null;
  readonly snapshots?: SnapshotReader;
  readonly tokens?: Parameters<typeof createFakeTokens>[1];
}

export function openCase(options: Options = {}) {
  const { streamerSymbol = () => null, snapshots, tokens } = options;
  const bench = openBench();
  const sockets = createFakeDxlink();
  const quotes = createTastytradeQuotes({
    clock: bench.clock,
    random: bench.random,
    openSocket: sockets.factory,
    tokens: createFakeTokens(bench.clock, tokens),
    streamerSymbol,
    ...(snapshots !== undefined && { snapshots }),
  });
  const heard: Quote[] = [];
  quotes.onQuote((quote) => heard.push(quote));
  return {
    ...bench,
    sockets,
    quotes,
    heard,
    async open() {
      await bench.pass(0);
      sockets.last().open();
      await bench.pass(100);
      return sockets.last();
    },
  };
}

interface FakeSnapshots {
  asked: number;
  /** When they were made. */
  at: () => Snapshot['updatedAt'];
  readonly read: SnapshotReader;
}

/** Snapshots of the same touch for whatever is asked. */
export function snapshotsOf(touch: Partial<Snapshot>): FakeSnapshots {
  const source: FakeSnapshots = {
    asked: 0,
    at: () => START,
    async read(instruments) {
      source.asked += 1;
      const updatedAt = source.at();
      return ok(instruments.map(({ symbol }) => ({ ...NO_SNAPSHOT, ...touch, symbol, updatedAt })));
    },
  };
  return source;
}

const NO_SNAPSHOT: Snapshot = {
  symbol: asInstrumentSymbol(''),
  bid: null,
  ask: null,
  bidSize: 10,
  askSize: 10,
  last: null,
  mark: null,
  isHalted: false,
  updatedAt: null,
};

export function raise(): never {
  throw new Error('expected a quote');
}
