/**
 * Where a world's orders go, by choice of whoever runs the tests: the simulated broker, or the
 * tastytrade adapter and its stand-in (`STRIKEWIRE_TEST_BROKER=tastytrade`).
 */
import { createSimulatedBroker, type SimulatedBroker } from '#adapters/simulated/broker.ts';
import type { SimulatedBrokerOptions } from '#adapters/simulated/broker-settings.ts';
import type { SimulatedMarket } from '#adapters/simulated/market.ts';
import type { TastytradeSettings } from '#adapters/tastytrade/settings.ts';
import type { InstrumentSource, QuoteSource } from '#feeds/ports.ts';
import { money } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import type { VirtualClock } from '#kernel/virtual-clock.ts';
import type { Desk } from '#orders/desk.ts';
import type { Broker } from '#orders/ports.ts';
import type { StandInOptions } from '../stand-ins/tastytrade/options.ts';
import type { Books } from './evidence.ts';

/** The venue as a test holds it: its books, its script, other hands. */
export interface WorldBroker extends Omit<SimulatedBroker, 'ledger' | 'placeElsewhere' | 'close'> {
  readonly ledger: Books;
}

/** What one process of the desk stands in. */
export interface Connected {
  readonly broker: Broker;
  readonly quotes: QuoteSource;
  readonly instruments: InstrumentSource;
  start(desk: Desk): void;
  /** The process is gone: nothing of it leaves any more. */
  end(): void;
}

export interface WorldVenue {
  readonly broker: WorldBroker;
  connect(): Connected;
}

export interface VenueOptions {
  readonly clock: VirtualClock;
  readonly market: SimulatedMarket;
  readonly seed: number;
  readonly broker: Partial<SimulatedBrokerOptions>;
  /** Of the tastytrade venue alone. */
  readonly standIn?: StandInOptions | undefined;
  readonly tastytrade?: Partial<TastytradeSettings> | undefined;
}

export type OpenWorldVenue = (options: VenueOptions) => WorldVenue;

const TEST_BROKER = process.env['STRIKEWIRE_TEST_BROKER'] ?? 'simulated';

// Loaded only where it is used: most tests need nothing of it.
export const openChosenVenue: OpenWorldVenue =
  TEST_BROKER === 'tastytrade'
    ? (await import('../acceptance/tastytrade-venue.ts')).openTastytradeVenue
    : openSimulatedVenue;

function openSimulatedVenue({ clock, market, seed, broker: options }: VenueOptions): WorldVenue {
  const broker = createSimulatedBroker({
    clock,
    random: createRandom(seed),
    quotes: market.openFeed(),
    isListed: (instrument) => market.isListed(instrument),
    marginOf: (instrument) => market.marginOf(instrument),
    cash: money('100000'),
    queue: { kind: 'touch' },
    ...options,
  });
  return {
    broker,
    connect: () => ({
      broker,
      quotes: market.openFeed(),
      instruments: market,
      start: () => undefined,
      end: () => undefined,
    }),
  };
}
