/**
 * One process of the desk, as far as the world can tell: what it says to the broker, the timers it
 * set and the quotes it hears. Killed, it does nothing any more; what it had sent is on its way.
 */
import type { QuoteSource } from '#feeds/ports.ts';
import type { Clock } from '#kernel/time.ts';
import type { Broker, BrokerOrder } from '#orders/ports.ts';

export type MutationKind = 'place' | 'replace' | 'cancel';

export interface Process {
  readonly clock: Clock;
  readonly broker: Broker;
  readonly quotes: QuoteSource;
  /** Calls `listener` with every mutation, once it has left for the broker. */
  onSent(listener: (kind: MutationKind) => void): void;
  /** Calls `listener` with every answer to a mutation, before the desk hears it. */
  onAnswer(listener: (kind: MutationKind) => void): void;
  /** Brings the desk every notification of an order once more, in the order they came. */
  notifyAgain(): void;
  kill(): void;
}

interface Surroundings {
  readonly clock: Clock;
  readonly broker: Broker;
  readonly quotes: QuoteSource;
}

const NEVER = new Promise<never>(() => undefined);

export function startProcess({ clock, broker, quotes }: Surroundings): Process {
  let isAlive = true;
  const sent = new Set<(kind: MutationKind) => void>();
  const answered = new Set<(kind: MutationKind) => void>();
  const hearers = new Set<(order: BrokerOrder) => void>();
  const heard: BrokerOrder[] = [];

  function ask<T>(call: () => Promise<T>): Promise<T> {
    if (!isAlive) return NEVER;
    return call().then((answer) => (isAlive ? answer : NEVER));
  }

  function mutate<T>(kind: MutationKind, call: () => Promise<T>): Promise<T> {
    if (!isAlive) return NEVER;
    const answer = call();
    for (const listener of sent) listener(kind);
    return answer.then((outcome) => {
      if (isAlive) for (const listener of answered) listener(kind);
      return isAlive ? outcome : NEVER;
    });
  }

  return {
    clock: {
      now: () => clock.now(),
      mono: () => clock.mono(),
      after: (delayMs, action) =>
        clock.after(delayMs, () => {
          if (isAlive) action();
        }),
    },
    broker: {
      place: (ticket) => mutate('place', () => broker.place(ticket)),
      replace: (request) => mutate('replace', () => broker.replace(request)),
      cancel: (id) => mutate('cancel', () => broker.cancel(id)),
      orders: (since) => ask(() => broker.orders(since)),
      orderById: (id) => ask(() => broker.orderById(id)),
      ordersByClientId: (id, since) => ask(() => broker.ordersByClientId(id, since)),
      positions: () => ask(() => broker.positions()),
      balances: () => ask(() => broker.balances()),
      onOrder(listener) {
        hearers.add(listener);
        return broker.onOrder((order) => {
          if (!isAlive) return;
          heard.push(order);
          listener(order);
        });
      },
      onReconnect: (listener) =>
        broker.onReconnect(() => {
          if (isAlive) listener();
        }),
    },
    quotes: {
      subscribe: (instrument) => quotes.subscribe(instrument),
      unsubscribe: (symbol) => quotes.unsubscribe(symbol),
      latest: (symbol) => quotes.latest(symbol),
      onQuote: (listener) =>
        quotes.onQuote((quote) => {
          if (isAlive) listener(quote);
        }),
    },
    onSent: (listener) => sent.add(listener),
    onAnswer: (listener) => answered.add(listener),
    notifyAgain() {
      for (const order of [...heard]) for (const hear of hearers) hear(order);
    },
    kill() {
      isAlive = false;
    },
  };
}
