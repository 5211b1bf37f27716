/** A small desk at any broker, for its contract: places, reads and waits in few words. */
import { expect } from 'vitest';
import { asClientOrderId } from '#kernel/ids.ts';
import { type Price, price, priceFromUnits } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import type { Broker, BrokerOrder, MutationOutcome, OrderTicket, Position } from '#orders/ports.ts';

export interface TopOfBook {
  readonly bid: Price;
  readonly ask: Price;
  readonly bidSize: number;
  readonly askSize: number;
}

export interface BrokerHarness {
  readonly broker: Broker;
  /** Trades now; the account holds none and can pay for ten. An option of cents when not scaled. */
  readonly instrument: Instrument;
  /** Every price of the contract is multiplied by it: the cents are then the instrument's ticks. */
  readonly scale?: bigint;
  /** The size a replacement of a partly filled order has at this venue; what was left if absent. */
  readonly replacementQuantity?: 'remaining' | 'original';
  /** Nothing fills but what this quote meets. */
  readonly setQuote: (quote: TopOfBook) => Promise<void>;
  /** The answer of a call, once the time it takes has passed. */
  readonly done: <T>(call: Promise<T>) => Promise<T>;
  /** Lets everything under way at the broker come to its end. */
  readonly settle: () => Promise<void>;
  readonly now: () => EpochMs;
  readonly close: () => Promise<void>;
}

export const SELL = { side: 'sell', effect: 'close' } as const;

export interface Desk {
  readonly harness: BrokerHarness;
  /** A price of the contract in the instrument's own. */
  readonly at: (text: string) => Price;
  readonly quote: TopOfBook;
  /** Inside the quote. */
  readonly resting: Price;
  readonly marketable: Price;
  readonly send: (id: string, over: Partial<OrderTicket>) => Promise<MutationOutcome>;
  readonly sendReplace: (order: BrokerOrder, id: string, limit: Price) => Promise<MutationOutcome>;
  /** Places and waits until it works or has ended. */
  readonly place: (
    id: string,
    over: Partial<OrderTicket> & { readonly limit: Price },
  ) => Promise<BrokerOrder>;
  readonly reprice: (order: BrokerOrder, id: string, limit: Price) => Promise<BrokerOrder>;
  /** Two contracts resting inside the spread. */
  readonly rest: (id: string) => Promise<BrokerOrder>;
  /** Bought at the ask. */
  readonly buy: (id: string, count: number) => Promise<BrokerOrder>;
  readonly read: (order: BrokerOrder) => Promise<BrokerOrder>;
  readonly byClientId: (id: string) => Promise<readonly BrokerOrder[]>;
  readonly all: () => Promise<readonly BrokerOrder[]>;
  readonly positions: () => Promise<readonly Position[]>;
  readonly buyingPower: () => Promise<bigint>;
}

export function createDesk(harness: BrokerHarness): Desk {
  const { broker, instrument, done, scale = 1n } = harness;
  const start = plus(harness.now(), -1000);
  const at = (text: string): Price => priceFromUnits(price(text) * scale);
  const desk: Desk = {
    harness,
    at,
    quote: { bid: at('0.70'), ask: at('0.80'), bidSize: 50, askSize: 50 },
    resting: at('0.72'),
    marketable: at('0.80'),
    send: (id, over) =>
      done(
        broker.place({
          clientOrderId: asClientOrderId(id),
          instrument,
          side: 'buy',
          effect: 'open',
          quantity: quantity(2),
          terms: { kind: 'limit', limit: desk.resting },
          timeInForce: 'day',
          ...over,
        }),
      ),
    sendReplace: (order, id, limit) =>
      done(
        broker.replace({
          orderId: order.orderId,
          clientOrderId: asClientOrderId(id),
          terms: { kind: 'limit', limit },
        }),
      ),
    async place(id, { limit, ...over }) {
      const order = orderOf(await desk.send(id, { ...over, terms: { kind: 'limit', limit } }));
      await harness.settle();
      return order;
    },
    reprice: async (order, id, limit) => orderOf(await desk.sendReplace(order, id, limit)),
    rest: (id) => desk.place(id, { limit: desk.resting }),
    async buy(id, count) {
      const order = await desk.place(id, { quantity: quantity(count), limit: desk.marketable });
      return desk.read(order);
    },
    async read(order) {
      await harness.settle();
      const found = valueOf(await done(broker.orderById(order.orderId)));
      expect(found).not.toBeNull();
      return found ?? order;
    },
    byClientId: async (id) =>
      valueOf(await done(broker.ordersByClientId(asClientOrderId(id), start))),
    all: async () => valueOf(await done(broker.orders(start))),
    positions: async () => valueOf(await done(broker.positions())),
    buyingPower: async () => valueOf(await done(broker.balances())).buyingPower,
  };
  return desk;
}

export function orderOf(outcome: MutationOutcome): BrokerOrder {
  if (outcome.kind !== 'acked') {
    throw new Error(`expected the broker to take it, was ${JSON.stringify(outcome)}`);
  }
  return outcome.order;
}

/** Why it was rejected; a call that was not is a failure. */
export function rejectionOf(outcome: MutationOutcome): string {
  if (outcome.kind !== 'rejected') {
    throw new Error(`expected a rejection, was ${JSON.stringify(outcome)}`);
  }
  return outcome.rejection.code;
}

function valueOf<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(`expected an answer, was ${JSON.stringify(result)}`);
  return result.value;
}

export function sum(order: BrokerOrder): number {
  return order.fills.reduce((total, fill) => total + fill.quantity, 0);
}
