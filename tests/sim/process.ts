/**
 * One process of the desk as the world sees it: its timers, its calls to the broker, the quotes it
 * hears. Killed, it does nothing any more, and what it had sent is on its way.
 */
import type { QuoteSource } from '#feeds/ports.ts';
import type { Clock } from '#kernel/time.ts';
import type { Broker, BrokerOrder, OrderTicket, ReplaceRequest } from '#orders/ports.ts';
import { never } from './never.ts';

export type Mutation =
  | { readonly op: 'submit'; readonly ticket: OrderTicket }
  | { readonly op: 'replace'; readonly request: ReplaceRequest }
  | { readonly op: 'cancel'; readonly orderId: string };

export interface ProcessEvents {
  /** About to leave: the process may die before it does. */
  readonly beforeSend: (mutation: Mutation) => void;
  readonly sent: () => void;
  /** An answer has come and has not been heard. */
  readonly beforeAnswer: () => void;
  /** An answer is about to be acted on, all it leads to in this turn included. */
  readonly answered: () => void;
}

interface Surroundings {
  readonly clock: Clock;
  readonly broker: Broker;
  readonly quotes: QuoteSource;
}

export class SimProcess {
  readonly #events: ProcessEvents;
  readonly #waiting: (() => void)[] = [];
  readonly #hearers = new Set<(order: BrokerOrder) => void>();
  readonly #undo: (() => void)[] = [];
  /** Every notification heard by this process, to be told once more. */
  readonly #heard: BrokerOrder[] = [];
  #state: 'running' | 'still' | 'dead' = 'running';
  readonly clock: Clock;
  readonly broker: Broker;
  readonly quotes: QuoteSource;

  constructor(around: Surroundings, events: ProcessEvents) {
    this.#events = events;
    this.clock = this.#clockOf(around.clock);
    this.broker = this.#brokerOf(around.broker);
    this.quotes = this.#quotesOf(around.quotes);
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  standStill(): void {
    if (this.#state === 'running') this.#state = 'still';
  }

  goOn(): void {
    if (this.#state !== 'still') return;
    this.#state = 'running';
    for (const action of this.#waiting.splice(0)) this.#whenRunning(action);
  }

  kill(): void {
    this.#state = 'dead';
    this.#waiting.length = 0;
    for (const undo of this.#undo) undo();
  }

  /** Brings every notification once more. */
  notifyAgain(): void {
    for (const order of [...this.#heard]) for (const hear of this.#hearers) hear(order);
  }

  /** Now, when it goes on, or never. */
  #whenRunning(action: () => void): void {
    if (this.#state === 'running') action();
    else if (this.#state === 'still') this.#waiting.push(action);
  }

  #clockOf(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      mono: () => clock.mono(),
      after: (delayMs, action) => {
        if (this.#state === 'dead') return () => undefined;
        let isCancelled = false;
        const cancel = clock.after(delayMs, () =>
          this.#whenRunning(() => {
            if (!isCancelled) action();
          }),
        );
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    };
  }

  #ask<T>(call: () => Promise<T>): Promise<T> {
    if (this.#state === 'dead') return never();
    return new Promise<T>((resolve) => {
      void call().then((answer) => this.#whenRunning(() => resolve(answer)));
    });
  }

  #mutate<T>(mutation: Mutation, call: () => Promise<T>): Promise<T> {
    if (this.#state === 'dead') return never();
    this.#events.beforeSend(mutation);
    if (this.isDead) return never();
    const answer = new Promise<T>((resolve) => {
      void call().then((outcome) =>
        this.#whenRunning(() => {
          this.#events.beforeAnswer();
          if (this.isDead) return;
          resolve(outcome);
          this.#events.answered();
        }),
      );
    });
    this.#events.sent();
    return answer;
  }

  #brokerOf(broker: Broker): Broker {
    return {
      place: (ticket) => this.#mutate({ op: 'submit', ticket }, () => broker.place(ticket)),
      replace: (request) => this.#mutate({ op: 'replace', request }, () => broker.replace(request)),
      cancel: (orderId) => this.#mutate({ op: 'cancel', orderId }, () => broker.cancel(orderId)),
      orders: (since) => this.#ask(() => broker.orders(since)),
      orderById: (id) => this.#ask(() => broker.orderById(id)),
      ordersByClientId: (id, since) => this.#ask(() => broker.ordersByClientId(id, since)),
      positions: () => this.#ask(() => broker.positions()),
      balances: () => this.#ask(() => broker.balances()),
      onOrder: (listener) => {
        this.#hearers.add(listener);
        const undo = broker.onOrder((order) => {
          this.#heard.push(order);
          this.#whenRunning(() => listener(order));
        });
        this.#undo.push(undo);
        return undo;
      },
      onReconnect: (listener) => {
        const undo = broker.onReconnect(() => this.#whenRunning(listener));
        this.#undo.push(undo);
        return undo;
      },
    };
  }

  #quotesOf(quotes: QuoteSource): QuoteSource {
    return {
      subscribe: (instrument) => quotes.subscribe(instrument),
      unsubscribe: (symbol) => quotes.unsubscribe(symbol),
      latest: (symbol) => quotes.latest(symbol),
      onQuote: (listener) => {
        const undo = quotes.onQuote((quote) => this.#whenRunning(() => listener(quote)));
        this.#undo.push(undo);
        return undo;
      },
    };
  }
}
