/**
 * Takes back every working order that carries our mark, without a desk: for when the main process
 * is dead, or must not be trusted.
 *
 * It knows the broker's own list and nothing else. A cancel acknowledged is no cancellation, so it
 * reads the list again until every order has ended, and says which have not. A venue's list may lag
 * behind what it has taken, and the desk may have died while sending: that nothing works is only
 * believed when the list has said so for a while.
 */
import type { OrderId } from '#kernel/ids.ts';
import { type Clock, plus } from '#kernel/time.ts';
import { type Broker, type BrokerOrder, hasEnded, type QueryFault, type Side } from './ports.ts';

/** Orders rest for weeks: good till cancelled exits among them. */
const LOOK_BACK_MS = 90 * 24 * 60 * 60_000;
const ASK_AGAIN_MS = 3_000;
const LOOK_EVERY_MS = 1_000;
const REFUSALS_MAX = 3;
/** For so long every read has to show nothing at work. */
const QUIET_MS = 5_000;

export interface CancelAllRequest {
  readonly broker: Broker;
  readonly clock: Clock;
  /** First part of every client order id of ours. */
  readonly idPrefix: string;
  /** Both, unless resting exits are to stay. */
  readonly sides: readonly Side[];
  readonly deadlineMs: number;
  /** Called with each thing that happens, for whoever watches. */
  readonly onStep?: (step: CancelStep) => void;
}

export type CancelStep =
  | { readonly kind: 'found'; readonly orders: readonly BrokerOrder[] }
  | { readonly kind: 'asked'; readonly order: BrokerOrder; readonly answer: string }
  | { readonly kind: 'unreadable'; readonly fault: QueryFault };

export interface CancelAllReport {
  /** Ended since this began, with what the broker last said of each. */
  readonly ended: readonly BrokerOrder[];
  /** Still at work when time was up. */
  readonly left: readonly BrokerOrder[];
  /** The broker's list was read after the last cancel: only then does an empty `left` mean none. */
  readonly verified: boolean;
  readonly fault: QueryFault | null;
}

export async function cancelAll(request: CancelAllRequest): Promise<CancelAllReport> {
  const { clock, deadlineMs, onStep = () => undefined } = request;
  const since = plus(clock.now(), -LOOK_BACK_MS);
  const until = clock.mono() + deadlineMs;
  const look = new Look(request);
  const askedAt = new Map<OrderId, number>();
  do {
    const read = await request.broker.orders(since);
    if (read.ok) look.see(read.value);
    else look.fail(read.error);
    const working = look.working();
    if (look.isFirst) onStep({ kind: 'found', orders: working });
    if (look.isOver()) break;
    for (const order of working) await ask(order, askedAt, request);
    await pause(clock, LOOK_EVERY_MS);
  } while (clock.mono() < until);
  return look.report();
}

/** What the broker's list has said so far. */
class Look {
  readonly #request: CancelAllRequest;
  readonly #met = new Map<OrderId, BrokerOrder>();
  #fault: QueryFault | null = null;
  #reads = 0;
  #refusals = 0;
  #quietSince: number | null = null;

  constructor(request: CancelAllRequest) {
    this.#request = request;
  }

  see(orders: readonly BrokerOrder[]): void {
    this.#reads += 1;
    this.#fault = null;
    this.#refusals = 0;
    const ours = ourIds(orders, this.#request.idPrefix);
    for (const order of orders) {
      const isNews = this.#met.has(order.orderId) || !hasEnded(order);
      const isMeant = ours.has(order.orderId) && this.#request.sides.includes(order.side);
      if (isNews && isMeant) this.#met.set(order.orderId, order);
    }
    const isQuiet = this.working().length === 0;
    this.#quietSince = isQuiet ? (this.#quietSince ?? this.#request.clock.mono()) : null;
  }

  fail(fault: QueryFault): void {
    this.#fault = fault;
    this.#quietSince = null;
    this.#refusals = fault.kind === 'unauthorized' ? this.#refusals + 1 : 0;
    this.#request.onStep?.({ kind: 'unreadable', fault });
  }

  working(): readonly BrokerOrder[] {
    return [...this.#met.values()].filter((order) => !hasEnded(order));
  }

  /** The list has just been read for the first time. */
  get isFirst(): boolean {
    return this.#reads === 1 && this.#fault === null;
  }

  /** Credentials refused now are refused in a minute, too: a person must know at once. */
  isOver(): boolean {
    if (this.#refusals >= REFUSALS_MAX) return true;
    return this.#quietSince !== null && this.#request.clock.mono() - this.#quietSince >= QUIET_MS;
  }

  report(): CancelAllReport {
    const all = [...this.#met.values()];
    return {
      ended: all.filter(hasEnded),
      left: this.working(),
      verified: this.#reads > 0 && this.#fault === null,
      fault: this.#fault,
    };
  }
}

/** Those that carry our mark, and what took their place under no mark at all. */
function ourIds(orders: readonly BrokerOrder[], idPrefix: string): ReadonlySet<OrderId> {
  const marked = orders.filter(({ clientOrderId }) => clientOrderId?.startsWith(`${idPrefix}.`));
  const ours = new Set(marked.map(({ orderId }) => orderId));
  const nameless = orders.filter(({ clientOrderId }) => clientOrderId === null);
  const originals = new Map(orders.map(({ orderId, replacedBy }) => [replacedBy, orderId]));
  for (let before = -1; before < ours.size; ) {
    before = ours.size;
    for (const { orderId, replaces } of nameless) {
      const original = replaces ?? originals.get(orderId);
      if (original !== undefined && ours.has(original)) ours.add(orderId);
    }
  }
  return ours;
}

/** A refusal is tried again too: an order just placed cannot be cancelled until it is routed. */
async function ask(
  order: BrokerOrder,
  askedAt: Map<OrderId, number>,
  { broker, clock, onStep = () => undefined }: CancelAllRequest,
): Promise<void> {
  const last = askedAt.get(order.orderId);
  if (last !== undefined && clock.mono() - last < ASK_AGAIN_MS) return;
  askedAt.set(order.orderId, clock.mono());
  const outcome = await broker.cancel(order.orderId);
  onStep({ kind: 'asked', order, answer: outcome.kind });
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
