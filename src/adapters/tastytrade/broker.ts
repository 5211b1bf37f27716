/**
 * tastytrade behind the broker port.
 *
 * Rules
 * 1. Every order and every edit carries its own external identifier; by it, and by nothing the
 *    venue may or may not echo, an order is found again.
 * 2. An answer that cannot be read, or that is about another order, is `ambiguous`: never refused.
 * 3. A close is strict: by the venue's own check, and for futures, which have none, by ours.
 * 4. A list that holds an order of ours which cannot be read is no list.
 */
import type { ClientOrderId, OrderId } from '#kernel/ids.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type {
  Broker,
  BrokerOrder,
  MayLeave,
  MutationOutcome,
  OrderTicket,
  QueryFault,
  ReplaceRequest,
} from '#orders/ports.ts';
import type { OrderFeed } from './access.ts';
import type { AccountClient } from './account-client.ts';
import { createFutureCloses, type FutureCloses } from './future-closes.ts';
import type { Verdict } from './http/judge.ts';
import type { Seen } from './http/rest.ts';
import { createKnownOrders, type KnownOrders } from './known-orders.ts';
import { cancelled, placed, rawOrder, replaced } from './outcomes.ts';
import { decodeOrder, type OrderFault } from './wire/order.ts';
import { type EditedOrder, editBody, newOrderBody } from './wire/ticket.ts';

export interface TastytradeBrokerOptions {
  readonly account: AccountClient;
  /** Hints of changes; without one the desk lives by its polls. */
  readonly feed: OrderFeed | null;
  readonly clock: Clock;
  /** Told of an order that came and could not be read. */
  readonly onUnreadable?: (fault: OrderFault) => void;
}

export function createTastytradeBroker(options: TastytradeBrokerOptions): Broker {
  return new TastytradeBroker(options);
}

class TastytradeBroker implements Broker {
  readonly #account: AccountClient;
  readonly #feed: OrderFeed | null;
  readonly #clock: Clock;
  readonly #onUnreadable: (fault: OrderFault) => void;
  readonly #known: KnownOrders = createKnownOrders();
  readonly #futureCloses: FutureCloses;

  constructor({ account, feed, clock, onUnreadable }: TastytradeBrokerOptions) {
    this.#account = account;
    this.#feed = feed;
    this.#clock = clock;
    this.#onUnreadable = onUnreadable ?? (() => undefined);
    this.#futureCloses = createFutureCloses({
      clock,
      positions: () => account.positions(),
      workingOrders: async () => {
        const read = await this.#read([account.workingOrders(), account.liveOrders()]);
        return read.ok ? complete(read.value) : read;
      },
    });
  }

  async place(ticket: OrderTicket, mayLeave?: MayLeave): Promise<MutationOutcome> {
    const send = () => this.#place(ticket, mayLeave);
    if (ticket.instrument.kind !== 'future' || ticket.effect !== 'close') return send();
    return this.#futureCloses.guard(ticket, send);
  }

  async #place(ticket: OrderTicket, mayLeave?: MayLeave): Promise<MutationOutcome> {
    const { clientOrderId } = ticket;
    const recheck = this.#recheck(clientOrderId);
    const verdict = await this.#account.place(newOrderBody(ticket), recheck, mayLeave);
    return this.#learn(verdict, placed(verdict, ticket));
  }

  async replace(request: ReplaceRequest, mayLeave?: MayLeave): Promise<MutationOutcome> {
    const { orderId, clientOrderId, terms } = request;
    const original = this.#known.toEdit(orderId) ?? (await this.#readToEdit(orderId));
    if ('kind' in original) return original;
    const body = editBody(original, terms, clientOrderId);
    const recheck = this.#recheck(clientOrderId);
    const verdict = await this.#account.edit(orderId, body, recheck, mayLeave);
    const outcome = replaced(verdict, request);
    if (outcome.kind === 'acked') this.#known.claim(outcome.order.orderId, clientOrderId);
    return this.#learn(verdict, outcome);
  }

  async cancel(orderId: OrderId): Promise<MutationOutcome> {
    const verdict = await this.#account.cancel(orderId);
    if (verdict.kind !== 'done' || verdict.body.data !== null) {
      return this.#learn(verdict, cancelled(verdict, orderId));
    }
    // Taken without a word about the order: what became of it is asked.
    const order = await this.orderById(orderId);
    if (order.ok && order.value !== null) return { kind: 'acked', order: order.value };
    return { kind: 'ambiguous', detail: 'cancel: taken, and the order cannot be read' };
  }

  async orders(since: EpochMs): Promise<Result<readonly BrokerOrder[], QueryFault>> {
    const read = await this.#readSince(since);
    const all = read.ok ? complete(read.value) : read;
    return all.ok ? ok(all.value.filter(({ updatedAt }) => updatedAt >= since)) : all;
  }

  async orderById(orderId: OrderId): Promise<Result<BrokerOrder | null, QueryFault>> {
    const raw = await this.#account.order(orderId);
    if (!raw.ok) return raw;
    if (raw.value === null) return ok(null);
    const order = this.#take(raw.value);
    if (!order.ok) return unreadable(order.error);
    if (order.value.orderId === orderId) return order;
    return err({ kind: 'malformed', detail: `order: expected ${orderId}, was another` });
  }

  async ordersByClientId(
    id: ClientOrderId,
    since: EpochMs,
  ): Promise<Result<readonly BrokerOrder[], QueryFault>> {
    const read = await this.#readSince(since);
    if (!read.ok) return read;
    const { orders, faults } = read.value;
    // One that cannot be read at all may be the one that is looked for.
    const inDoubt = faults.find((fault) => fault.clientOrderId === id || fault.orderId === null);
    if (inDoubt !== undefined) return unreadable(inDoubt);
    const found = orders.filter((order) => order.clientOrderId === id);
    const nameless = found.length > 0 ? null : namelessReplacement(orders, id);
    if (nameless === null) return ok(found);
    const detail = `order ${nameless.orderId} replaces one of ours and does not say by whose request`;
    return err({ kind: 'malformed', detail });
  }

  positions: Broker['positions'] = () => this.#account.positions();

  balances: Broker['balances'] = () => this.#account.balances();

  onOrder(listener: (order: BrokerOrder) => void): () => void {
    if (this.#feed === null) return () => undefined;
    return this.#feed.onOrder((raw) => {
      const order = this.#take(raw);
      if (order.ok) listener(order.value);
    });
  }

  onReconnect(listener: () => void): () => void {
    return this.#feed === null ? () => undefined : this.#feed.onConnected(listener);
  }

  /** Whether a send that was refused as unauthorized has made an order after all. */
  #recheck(id: ClientOrderId): () => Promise<Seen> {
    return async () => {
      const found = await this.ordersByClientId(id, this.#clock.now());
      if (!found.ok) return 'unknown';
      return found.value.length === 0 ? 'absent' : 'found';
    };
  }

  #readSince(since: EpochMs): Promise<Result<OrdersRead, QueryFault>> {
    // Today's list has old orders that changed today; the dated one goes back over midnight.
    return this.#read([this.#account.liveOrders(), this.#account.orders(since)]);
  }

  async #read(
    lists: readonly ReturnType<AccountClient['liveOrders']>[],
  ): Promise<Result<OrdersRead, QueryFault>> {
    const newest = new Map<OrderId, BrokerOrder>();
    const faults: OrderFault[] = [];
    for (const rows of await Promise.all(lists)) {
      if (!rows.ok) return rows;
      for (const raw of rows.value) {
        const order = this.#take(raw);
        if (!order.ok) faults.push(order.error);
        else if (isNewer(order.value, newest.get(order.value.orderId))) {
          newest.set(order.value.orderId, order.value);
        }
      }
    }
    return ok({ orders: [...newest.values()], faults });
  }

  /** One order as the venue states it, under the id we know it by. */
  #take(raw: unknown): Result<BrokerOrder, OrderFault> {
    const order = decodeOrder(raw);
    if (!order.ok) {
      this.#onUnreadable(order.error);
      return order;
    }
    this.#known.learn(order.value, raw);
    return ok(this.#known.named(order.value));
  }

  #learn(verdict: Verdict, outcome: MutationOutcome): MutationOutcome {
    if (outcome.kind !== 'acked') return outcome;
    this.#known.learn(outcome.order, rawOrder(verdict));
    return { kind: 'acked', order: this.#known.named(outcome.order) };
  }

  async #readToEdit(orderId: OrderId): Promise<EditedOrder | MutationOutcome> {
    const order = await this.orderById(orderId);
    if (!order.ok) {
      const { kind, detail } = order.error;
      return { kind: 'not_sent', reason: kind === 'malformed' ? 'unreachable' : kind, detail };
    }
    const known = this.#known.toEdit(orderId);
    if (known !== null) return known;
    const message = 'expected an order that can be edited, the broker knows none';
    return { kind: 'rejected', rejection: { code: 'order_unknown', message } };
  }
}

interface OrdersRead {
  /** Each once, as last changed. */
  readonly orders: readonly BrokerOrder[];
  readonly faults: readonly OrderFault[];
}

/** All orders, unless one of ours cannot be read; what only others can make is left out. */
function complete({ orders, faults }: OrdersRead): Result<readonly BrokerOrder[], QueryFault> {
  const inDoubt = faults.find(
    ({ kind, orderId, clientOrderId }) =>
      kind === 'malformed' && (clientOrderId !== null || orderId === null),
  );
  return inDoubt === undefined ? ok(orders) : unreadable(inDoubt);
}

function unreadable({ orderId, detail }: OrderFault): Result<never, QueryFault> {
  return err({ kind: 'malformed', detail: `order ${orderId ?? 'without an id'}: ${detail}` });
}

/**
 * A replacement of an order of the same trade that has not kept its own identifier: it may be the
 * one that is looked for, and must not be taken for absent.
 */
function namelessReplacement(
  orders: readonly BrokerOrder[],
  id: ClientOrderId,
): BrokerOrder | null {
  const trade = tradePart(id);
  const isOurs = ({ clientOrderId, replaces }: BrokerOrder): boolean => {
    const original = orders.find(({ orderId }) => orderId === replaces);
    const name = original?.clientOrderId ?? null;
    if (replaces === null || name === null || tradePart(name) !== trade) return false;
    return clientOrderId === null || clientOrderId === name;
  };
  return orders.find(isOurs) ?? null;
}

/** `sw.1.t_abc` of `sw.1.t_abc.E1`. */
function tradePart(id: ClientOrderId): string {
  return id.slice(0, id.lastIndexOf('.'));
}

/** Of two statements of one order the later, and among equals the one that knows of more fills. */
function isNewer(order: BrokerOrder, known: BrokerOrder | undefined): boolean {
  if (known === undefined || order.updatedAt > known.updatedAt) return true;
  return order.updatedAt === known.updatedAt && order.remaining <= known.remaining;
}
