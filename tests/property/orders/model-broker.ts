/**
 * A broker as small as it can be, for random courses of one trade: orders, a position, and a
 * history of everything it ever stated. It shares nothing with the simulated one.
 */
import { asFillId, asOrderId, type ClientOrderId, type OrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import type { OrderIntent } from '#orders/model.ts';
import type { BrokerOrder, Fill, MutationOutcome, OrderStatus, Side } from '#orders/ports.ts';
import { optionOf } from '../../fixtures/risk.ts';

interface Kept {
  readonly orderId: OrderId;
  readonly cid: ClientOrderId;
  readonly side: Side;
  readonly size: number;
  readonly replaces: Kept | null;
  status: OrderStatus;
  fills: Fill[];
  /** Rows not listed yet. */
  hidden: number;
  statedAt: EpochMs;
}

export interface ModelSettings {
  readonly replacementQuantity: 'remaining' | 'original';
  readonly abortedReplacement: 'rejected' | 'cancelled';
}

const LIVE: readonly OrderStatus[] = ['working', 'cancel_requested', 'replace_requested'];

export class ModelBroker {
  readonly orders: Kept[] = [];
  readonly history: BrokerOrder[] = [];
  readonly #settings: ModelSettings;
  #now: EpochMs;
  #fills = 0;

  constructor(settings: ModelSettings, now: EpochMs) {
    this.#settings = settings;
    this.#now = now;
  }

  wait(ms: number): void {
    this.#now = plus(this.#now, ms);
  }

  get net(): number {
    return sum(this.orders, (order) => (order.side === 'buy' ? filled(order) : -filled(order)));
  }

  /** Filled and still to fill on the buying side; a replacement and its original count once. */
  get worstEntry(): number {
    return sum(this.orders, (order) =>
      order.side === 'buy' ? filled(order) + open(order) - shared(order) : 0,
    );
  }

  /** Sold and on sale. */
  get worstSale(): number {
    return sum(this.orders, (order) =>
      order.side === 'sell' ? filled(order) + open(order) - shared(order) : 0,
    );
  }

  get bought(): number {
    return sum(this.orders, (order) => (order.side === 'buy' ? filled(order) : 0));
  }

  execute(intent: OrderIntent): MutationOutcome {
    switch (intent.op) {
      case 'submit':
        return this.#submit(intent);
      case 'replace':
        return this.#replace(intent);
      case 'cancel':
        return this.#cancel(intent.orderId);
    }
  }

  /** Fills the order at that place of the live ones, hiding its row or not. */
  fill(place: number, count: number, hidden: number): void {
    const live = this.orders.filter(({ status }) => LIVE.includes(status));
    const order = live[place % Math.max(1, live.length)];
    if (order === undefined) return;
    const left = order.size - filled(order);
    const most = order.side === 'sell' ? Math.min(left, this.net) : left;
    const part = Math.min(1 + (count % 4), most);
    if (part < 1) return;
    this.#fills += 1;
    const fillId = asFillId(`f${this.#fills}`);
    order.fills.push({ fillId, quantity: quantity(part), price: price('0.75'), at: this.#now });
    order.hidden = Math.min(order.fills.length, hidden);
    const replacement = this.orders.find(
      (other) => other.replaces === order && other.status === 'contingent',
    );
    if (order.size === filled(order)) order.status = 'filled';
    else if (order.status === 'replace_requested') order.status = 'working';
    this.#state(order);
    if (replacement === undefined) return;
    replacement.status = this.#settings.abortedReplacement;
    this.#state(replacement);
  }

  /** What was asked for comes to its end. */
  finish(): void {
    for (const order of this.orders) {
      if (order.status === 'cancel_requested') {
        order.status = 'cancelled';
        this.#state(order);
      }
      const { replaces } = order;
      if (order.status !== 'contingent' || replaces === null) continue;
      if (replaces.status === 'replace_requested') {
        replaces.status = 'cancelled';
        this.#state(replaces);
        order.status = 'working';
      } else order.status = 'cancelled';
      this.#state(order);
    }
  }

  /** Every row is listed. */
  list(): void {
    for (const order of this.orders) {
      if (order.hidden === 0) continue;
      order.hidden = 0;
      this.#state(order);
    }
  }

  byId(id: OrderId): BrokerOrder | null {
    const order = this.orders.find((other) => other.orderId === id);
    return order === undefined ? null : this.#shown(order);
  }

  byClientId(cid: ClientOrderId): readonly BrokerOrder[] {
    return this.orders.filter((order) => order.cid === cid).map((order) => this.#shown(order));
  }

  all(): readonly BrokerOrder[] {
    return this.orders.map((order) => this.#shown(order));
  }

  #submit(intent: Extract<OrderIntent, { op: 'submit' }>): MutationOutcome {
    const onSale = sum(this.orders, (order) => (order.side === 'sell' ? open(order) : 0));
    if (intent.side === 'sell' && intent.quantity > this.net - onSale) return refused('not_held');
    return this.#made(intent, intent.quantity, null);
  }

  #replace(intent: Extract<OrderIntent, { op: 'replace' }>): MutationOutcome {
    const original = this.orders.find(({ orderId }) => orderId === intent.orderId);
    if (original?.status !== 'working') return refused('cannot_update_order');
    const kept = this.#settings.replacementQuantity === 'original' ? 0 : filled(original);
    original.status = 'replace_requested';
    this.#state(original);
    return this.#made({ cid: intent.cid, side: original.side }, original.size - kept, original);
  }

  #cancel(orderId: OrderId): MutationOutcome {
    const order = this.orders.find((other) => other.orderId === orderId);
    if (order === undefined) return refused('order_not_found');
    if (order.status === 'contingent') {
      order.status = 'cancelled';
      if (order.replaces?.status === 'replace_requested') {
        order.replaces.status = 'working';
        this.#state(order.replaces);
      }
    } else if (order.status === 'working') order.status = 'cancel_requested';
    else if (order.status !== 'cancel_requested') return refused('cannot_update_order');
    this.#state(order);
    return { kind: 'acked', order: this.#shown(order) };
  }

  #made(
    { cid, side }: { readonly cid: ClientOrderId; readonly side: Side },
    size: number,
    replaces: Kept | null,
  ): MutationOutcome {
    const order: Kept = {
      orderId: asOrderId(`b${this.orders.length}`),
      cid,
      side,
      size,
      replaces,
      status: replaces === null ? 'working' : 'contingent',
      fills: [],
      hidden: 0,
      statedAt: this.#now,
    };
    this.orders.push(order);
    this.#state(order);
    return { kind: 'acked', order: this.#shown(order) };
  }

  /** Each statement has a time of its own, as every venue stamps its changes. */
  #state(order: Kept): void {
    this.#now = plus(this.#now, 1);
    order.statedAt = this.#now;
    this.history.push(this.#shown(order));
  }

  #shown(order: Kept): BrokerOrder {
    const { orderId, cid, side, size, status, statedAt } = order;
    return {
      orderId,
      clientOrderId: cid,
      symbol: optionOf().symbol,
      side,
      effect: side === 'buy' ? 'open' : 'close',
      quantity: quantity(size),
      remaining: quantity(size - filled(order)),
      terms: { kind: 'market' },
      status,
      fills: order.fills.slice(0, order.fills.length - order.hidden),
      rejectReason: null,
      cancellable: true,
      editable: status === 'working',
      replaces: order.replaces?.orderId ?? null,
      replacedBy: null,
      receivedAt: statedAt,
      updatedAt: statedAt,
    };
  }
}

function refused(code: string): MutationOutcome {
  return { kind: 'rejected', rejection: { code, message: code } };
}

function filled(order: Kept): number {
  return sum(order.fills, (fill) => fill.quantity);
}

function open(order: Kept): number {
  const canFill = LIVE.includes(order.status) || order.status === 'contingent';
  return canFill ? order.size - filled(order) : 0;
}

/** What a replacement and the original it waits for have in common. */
function shared(order: Kept): number {
  return order.replaces === null ? 0 : Math.min(open(order), open(order.replaces));
}

function sum<T>(of: readonly T[], count: (each: T) => number): number {
  let total = 0;
  for (const each of of) total += count(each);
  return total;
}
