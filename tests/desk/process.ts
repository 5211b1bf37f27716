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
  /** Stands still, as stopped by a signal: whatever is due or comes waits until it goes on. */
  standStill(): void;
  goOn(): void;
  kill(): void;
}

interface Surroundings {
  readonly clock: Clock;
  readonly broker: Broker;
  readonly quotes: QuoteSource;
}

const NEVER = new Promise<never>(() => undefined);

export function startProcess({ clock, broker, quotes }: Surroundings): Process {
  let state: 'running' | 'still' | 'dead' = 'running';
  const waiting: (() => void)[] = [];
  const sent = new Set<(kind: MutationKind) => void>();
  const answered = new Set<(kind: MutationKind) => void>();
  const hearers = new Set<(order: BrokerOrder) => void>();
  const heard: BrokerOrder[] = [];

  /** Now, or when it goes on, or never. */
  function whenRunning(action: () => void): void {
    if (state === 'running') action();
    if (state === 'still') waiting.push(action);
  }

  function ask<T>(call: () => Promise<T>, heardFirst: () => void = () => undefined): Promise<T> {
    if (state === 'dead') return NEVER;
    const { promise, resolve } = Promise.withResolvers<T>();
    void call().then((answer) =>
      whenRunning(() => {
        heardFirst();
        // Whoever heard it first may have been the end of this process.
        whenRunning(() => resolve(answer));
      }),
    );
    return promise;
  }

  function mutate<T>(kind: MutationKind, call: () => Promise<T>): Promise<T> {
    const answer = ask(call, () => {
      for (const listener of answered) listener(kind);
    });
    if (state !== 'dead') for (const listener of sent) listener(kind);
    return answer;
  }

  return {
    clock: {
      now: () => clock.now(),
      mono: () => clock.mono(),
      after: (delayMs, action) => {
        let isCancelled = false;
        const cancel = clock.after(delayMs, () =>
          whenRunning(() => {
            if (!isCancelled) action();
          }),
        );
        return () => {
          isCancelled = true;
          cancel();
        };
      },
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
        return broker.onOrder((order) =>
          whenRunning(() => {
            heard.push(order);
            listener(order);
          }),
        );
      },
      onReconnect: (listener) => broker.onReconnect(() => whenRunning(listener)),
    },
    quotes: {
      subscribe: (instrument) => quotes.subscribe(instrument),
      unsubscribe: (symbol) => quotes.unsubscribe(symbol),
      latest: (symbol) => quotes.latest(symbol),
      onQuote: (listener) => quotes.onQuote((quote) => whenRunning(() => listener(quote))),
    },
    onSent: (listener) => sent.add(listener),
    onAnswer: (listener) => answered.add(listener),
    notifyAgain() {
      for (const order of [...heard]) for (const hear of hearers) hear(order);
    },
    standStill() {
      state = 'still';
    },
    goOn() {
      state = 'running';
      for (const action of waiting.splice(0)) action();
    },
    kill() {
      state = 'dead';
      waiting.length = 0;
    },
  };
}
