/**
 * One process of the desk, as far as the world can tell: what it says to the broker, the timers it
 * set and the quotes it hears. Killed, it does nothing any more; what it had sent is on its way.
 */
import type { QuoteSource } from '#feeds/ports.ts';
import type { Clock } from '#kernel/time.ts';
import type { Broker, BrokerOrder } from '#orders/ports.ts';

const MUTATIONS = ['place', 'replace', 'cancel'] as const;
export type MutationKind = (typeof MUTATIONS)[number];
type CallName = Exclude<keyof Broker, 'onOrder' | 'onReconnect'>;
/** About to be made, made, and answered before the desk hears it. */
export type CallMoment = 'leaving' | 'sent' | 'answered';
type CallListener = (moment: CallMoment, name: CallName) => void;

export interface Process {
  readonly clock: Clock;
  readonly broker: Broker;
  readonly quotes: QuoteSource;
  /** Calls `listener` at each moment of every call to the broker. */
  onCall(listener: CallListener): void;
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
  readonly onKill?: () => void;
}

const NEVER = new Promise<never>(() => undefined);

export function startProcess({ clock, broker, quotes, onKill }: Surroundings): Process {
  let state: 'running' | 'still' | 'dead' = 'running';
  const waiting: (() => void)[] = [];
  const listeners = new Set<CallListener>();
  const hearers = new Set<(order: BrokerOrder) => void>();
  const heard: BrokerOrder[] = [];

  /** Now, or when it goes on, or never. */
  function whenRunning(action: () => void): void {
    if (state === 'running') action();
    if (state === 'still') waiting.push(action);
  }

  function tell(moment: CallMoment, name: CallName): void {
    for (const listener of listeners) listener(moment, name);
  }

  function onMutation(at: CallMoment, listener: (kind: MutationKind) => void): void {
    listeners.add((moment, name) => {
      const kind = MUTATIONS.find((other) => other === name);
      if (moment === at && kind !== undefined) listener(kind);
    });
  }

  function ask<T>(name: CallName, call: () => Promise<T>): Promise<T> {
    if (state !== 'dead') tell('leaving', name);
    // Whoever is told of it may have been the end of this process.
    if (state === 'dead') return NEVER;
    const { promise, resolve } = Promise.withResolvers<T>();
    void call().then((answer) =>
      whenRunning(() => {
        tell('answered', name);
        whenRunning(() => resolve(answer));
      }),
    );
    tell('sent', name);
    return promise;
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
      place: (ticket) => ask('place', () => broker.place(ticket)),
      replace: (request) => ask('replace', () => broker.replace(request)),
      cancel: (id) => ask('cancel', () => broker.cancel(id)),
      orders: (since) => ask('orders', () => broker.orders(since)),
      orderById: (id) => ask('orderById', () => broker.orderById(id)),
      ordersByClientId: (id, since) =>
        ask('ordersByClientId', () => broker.ordersByClientId(id, since)),
      positions: () => ask('positions', () => broker.positions()),
      balances: () => ask('balances', () => broker.balances()),
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
    onCall: (listener) => listeners.add(listener),
    onSent: (listener) => onMutation('sent', listener),
    onAnswer: (listener) => onMutation('answered', listener),
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
      onKill?.();
    },
  };
}
