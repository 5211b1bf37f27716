/**
 * What a desk stands in: its market, its instruments and its broker. This version has the simulated
 * market and a recorded day, both with the simulated broker; other brokers are chosen here.
 */
import { join } from 'node:path';
import { createRecordedMarket } from '#adapters/recorded/market.ts';
import { createSimulatedBroker } from '#adapters/simulated/broker.ts';
import { createSimulatedMarket } from '#adapters/simulated/market.ts';
import { openVenueFile, type VenueMemory } from '#adapters/simulated/venue-file.ts';
import type { InstrumentSource, QuoteSource } from '#feeds/ports.ts';
import { money } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import type { Clock } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import { instrumentOf } from '#market/instruments.ts';
import type { Quote } from '#market/quote.ts';
import { newYorkDate } from '#market/session.ts';
import type { Desk } from '#orders/desk.ts';
import type { Broker } from '#orders/ports.ts';

export interface Surroundings {
  readonly quotes: QuoteSource;
  readonly instruments: InstrumentSource;
  readonly broker: Broker;
  /** Number of the account orders go to; `null` where it is made up. */
  readonly account: string | null;
  /** Underlyings that alerts can be made up about. */
  readonly symbols: readonly string[];
  quoteNow(instrument: Instrument): Quote | null;
  /** Begins to watch what the desk must know of beside orders and quotes. */
  start(desk: Desk): void;
  close(): void;
}

export interface SurroundingsOptions {
  readonly clock: Clock;
  readonly source: 'simulated' | 'recorded';
  readonly seed: number;
  /** Where the simulated broker keeps its account; `null`: it forgets. */
  readonly directory: string | null;
}

/** Named in alert rooms, liquid, and cheap enough for the default limits. */
const TALKED_ABOUT = [
  'SPY',
  'QQQ',
  'IWM',
  'UBER',
  'AMD',
  'PLTR',
  'SOFI',
  'BAC',
  'F',
  'DIS',
  'AAPL',
  'NVDA',
];
const CASH = money('100000');

export function openSurroundings(options: SurroundingsOptions): Surroundings {
  const { clock, source, seed, directory } = options;
  const file = directory === null ? null : openVenueFile(join(directory, `${source}-broker.jsonl`));
  return source === 'simulated' ? simulated(clock, seed, file) : recorded(clock, seed, file);
}

function simulated(clock: Clock, seed: number, file: VenueMemory | null): Surroundings {
  const market = createSimulatedMarket({ clock, seed });
  const broker = createSimulatedBroker({
    clock,
    random: createRandom(seed).fork('broker'),
    quotes: market.openFeed(),
    isListed: (instrument) => market.isListed(instrument),
    marginOf: (instrument) => market.marginOf(instrument),
    settlementOf: (instrument) => market.settlementOf(instrument),
    cash: CASH,
    ...(file !== null && { memory: { file, instrumentOf: instrumentNear(clock) } }),
  });
  return {
    quotes: market.openFeed(),
    instruments: market,
    broker,
    account: null,
    symbols: TALKED_ABOUT,
    quoteNow: (instrument) => market.quoteNow(instrument),
    start: () => undefined,
    close() {
      broker.close();
      market.close();
      file?.close();
    },
  };
}

function recorded(clock: Clock, seed: number, file: VenueMemory | null): Surroundings {
  const market = createRecordedMarket({ clock });
  const broker = createSimulatedBroker({
    clock,
    random: createRandom(seed).fork('broker'),
    quotes: market.openFeed(),
    isListed: (instrument) => market.isListed(instrument),
    cash: CASH,
    ...(file !== null && {
      memory: { file, instrumentOf: (symbol) => market.instrumentOf(symbol) },
    }),
  });
  return {
    quotes: market.openFeed(),
    instruments: market,
    broker,
    account: null,
    symbols: [market.day.underlying.instrument.underlying],
    quoteNow: (instrument) => market.quoteAt(instrument.symbol, clock.now()),
    start: () => undefined,
    close() {
      broker.close();
      market.close();
      file?.close();
    },
  };
}

/** One-digit years of futures are read as the nearest to today. */
function instrumentNear(clock: Clock): (symbol: InstrumentSymbol) => Instrument | null {
  return (symbol) => {
    const found = instrumentOf(symbol, newYorkDate(clock.now()));
    return found.ok ? found.value : null;
  };
}
