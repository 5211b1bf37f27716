/** A simulated market and broker under a clock that tests move. */
import { setImmediate as turn } from 'node:timers/promises';
import { createSimulatedBroker, type SimulatedBroker } from '#adapters/simulated/broker.ts';
import type { SimulatedBrokerOptions } from '#adapters/simulated/broker-settings.ts';
import { createSimulatedMarket, type SimulatedMarket } from '#adapters/simulated/market.ts';
import type { InstrumentQuery } from '#feeds/ports.ts';
import { date } from '#kernel/calendar.ts';
import { asClientOrderId } from '#kernel/ids.ts';
import { type Price, price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { createRandom } from '#kernel/random.ts';
import type { EpochMs } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import type { Instrument } from '#market/instrument.ts';
import { newYorkInstant } from '#market/session.ts';
import type { BrokerOrder, MutationOutcome, OrderTicket } from '#orders/ports.ts';

/** A Tuesday with plain hours, and the day the canonical example was posted. */
export const MORNING = newYorkInstant(date('2025-12-02'), '10:00');

/** Listed in the simulated market on that day. */
export const UBER_PUT: Extract<InstrumentQuery, { readonly kind: 'option' }> = {
  kind: 'option',
  underlying: 'UBER',
  right: 'P',
  strike: price('78'),
  expiry: date('2025-12-05'),
};

export interface Bench {
  readonly clock: VirtualClock;
  readonly market: SimulatedMarket;
  readonly broker: SimulatedBroker;
  readonly put: Instrument;
  /** Moves the clock in steps of 10 ms and lets promises settle between them. */
  readonly pass: (ms: number) => Promise<void>;
  /** The answer of a call, with as much time as it takes. */
  readonly done: <T>(call: Promise<T>) => Promise<T>;
  readonly send: (id: string, over?: Partial<OrderTicket>) => Promise<MutationOutcome>;
  /** Taken by the broker, or the test fails. */
  readonly place: (id: string, over?: Partial<OrderTicket>) => Promise<BrokerOrder>;
  readonly truth: (orderId: BrokerOrder['orderId']) => BrokerOrder;
  readonly quote: (bid: string, ask: string, sizes?: readonly [number, number]) => void;
}

export interface BenchOptions extends Partial<SimulatedBrokerOptions> {
  readonly at?: EpochMs;
  readonly query?: InstrumentQuery;
}

export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const { at = MORNING, query = UBER_PUT, ...over } = options;
  const clock = createVirtualClock(at);
  const market = createSimulatedMarket({ clock, seed: 1 });
  const broker = createSimulatedBroker({
    clock,
    random: createRandom(1),
    quotes: market.openFeed(),
    isListed: (instrument) => market.isListed(instrument),
    marginOf: (instrument) => market.marginOf(instrument),
    settlementOf: (instrument) => market.settlementOf(instrument),
    queue: { kind: 'touch' },
    ...over,
  });
  const found = await market.find(query);
  if (!found.ok) throw new Error(`expected a listed instrument, was ${found.error.kind}`);
  const put = found.value;
  market.pin(put.symbol, { bid: price('0.70'), ask: price('0.80') });

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10) {
      clock.advance(Math.min(10, left));
      await turn();
    }
  }

  async function done<T>(call: Promise<T>): Promise<T> {
    const waiting = { is: true };
    const watched = call.finally(() => {
      waiting.is = false;
    });
    for (let waited = 0; waiting.is && waited < 3000; waited += 1) await pass(10);
    return watched;
  }

  const send: Bench['send'] = (id, terms = {}) =>
    done(broker.place({ ...ticket(id, put), ...terms }));
  return {
    clock,
    market,
    broker,
    put,
    pass,
    done,
    send,
    async place(id, terms) {
      const outcome = await send(id, terms);
      if (outcome.kind !== 'acked') throw new Error(`was ${JSON.stringify(outcome)}`);
      await pass(200);
      return outcome.order;
    },
    truth(orderId) {
      const order = broker.ledger.orders().find((known) => known.orderId === orderId);
      if (order === undefined) throw new Error(`expected an order, was ${orderId}`);
      return order;
    },
    quote(bid, ask, [bidSize, askSize] = [10, 10]) {
      market.pin(put.symbol, { bid: price(bid), ask: price(ask), bidSize, askSize });
    },
  };
}

/** Two contracts bought at 0.72 for the day: inside the usual quote of the bench. */
export function ticket(id: string, instrument: Instrument): OrderTicket {
  return {
    clientOrderId: asClientOrderId(id),
    instrument,
    side: 'buy',
    effect: 'open',
    quantity: quantity(2),
    terms: limitAt(price('0.72')),
    timeInForce: 'day',
  };
}

export function limitAt(limit: Price): OrderTicket['terms'] {
  return { kind: 'limit', limit };
}
