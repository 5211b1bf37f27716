/**
 * This venue's own books: every order it took, what became of it, and whether the desk kept its
 * promises at each instant. Statuses follow one another in real time; chance decides what fills,
 * what a cancel loses to, and which way an edit ends.
 */
import type { Random } from '#kernel/random.ts';
import type { Json, JsonObject } from '../support/json.ts';
import type { Market } from './tastytrade-market.ts';
import type { Words } from './tastytrade-words.ts';

export interface Fill {
  readonly id: string;
  readonly quantity: number;
  readonly cents: number;
  readonly at: number;
}

export interface Order {
  readonly id: number;
  readonly cid: string | null;
  readonly symbol: string;
  readonly kind: string;
  readonly action: string;
  readonly tif: string;
  readonly type: string;
  /** Of a limit; `null` of a market order. */
  readonly cents: number | null;
  quantity: number;
  readonly replaces: Order | null;
  readonly receivedAt: number;
  replacedBy: Order | null;
  fills: Fill[];
  /** Of the newest fills, not shown yet. */
  hidden: number;
  status: string;
  updatedAt: number;
  endedAt: number | null;
  reason: string | null;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export interface Terms {
  readonly cid: string | null;
  readonly tif: string;
  readonly type: string;
  readonly cents: number | null;
}

export interface Ticket extends Terms {
  readonly symbol: string;
  readonly kind: string;
  readonly action: string;
  readonly quantity: number;
  readonly strict: boolean;
}

const TERMINAL = ['Filled', 'Cancelled', 'Rejected', 'Expired', 'Removed'];

export const isOver = ({ status }: Order): boolean => TERMINAL.includes(status);
export const isBuy = ({ action }: Pick<Order, 'action'>): boolean => action.startsWith('Buy');
const filledOf = ({ fills }: Order): number => fills.reduce((n, one) => n + one.quantity, 0);

/** What of it can still fill: a replacement waits for its original. */
function working(order: Order): number {
  const waits = order.status === 'Contingent' && order.replaces !== null;
  return isOver(order) || waits ? 0 : order.quantity - filledOf(order);
}

export class Books {
  readonly orders: Order[] = [];
  /** Promises that were broken, in words. */
  readonly broken: string[] = [];
  /** Told of every change; what is told is the whole order. */
  tell: (order: Order) => void = () => undefined;
  /** Contracts an entry of this symbol may come to. */
  authorised = new Map<string, number>();
  readonly #random: Random;
  readonly #market: Market;
  readonly #timers = new Set<NodeJS.Timeout>();
  #nextId = 9_007_100;

  constructor(market: Market, random: Random) {
    this.#market = market;
    this.#random = random;
  }

  held(symbol: string): number {
    return this.orders
      .filter((order) => order.symbol === symbol)
      .reduce((net, order) => net + (isBuy(order) ? 1 : -1) * filledOf(order), 0);
  }

  place(ticket: Ticket): Order | Refusal {
    if (this.orders.some(({ cid }) => cid === ticket.cid)) this.#break(`${ticket.cid} came twice`);
    if (!isBuy(ticket) && ticket.quantity > this.#free(ticket.symbol)) {
      this.#break(`${ticket.cid} sells more than is held`);
      return { code: 'close_without_position', message: 'Nothing to close.' };
    }
    if (!ticket.action.endsWith('Open') && ticket.kind !== 'Future' && !ticket.strict) {
      this.#break(`${ticket.cid} closes without a check`);
    }
    const order = this.#make(ticket, null);
    this.#go(order);
    return order;
  }

  edit(id: number, terms: Terms): Order | Refusal {
    const original = this.orders.find((order) => order.id === id);
    if (original === undefined) return { code: 'not_found', message: 'No such order.' };
    const isFree = original.status === 'Live' && original.replacedBy === null;
    if (!isFree) return { code: 'cannot_update_order', message: 'Order cannot be edited.' };
    if (this.orders.some(({ cid }) => cid === terms.cid)) this.#break(`${terms.cid} came twice`);
    const { symbol, kind, action } = original;
    const quantity = this.#random.pick([original.quantity, original.quantity - filledOf(original)]);
    const next = this.#make({ ...terms, symbol, kind, action, quantity, strict: true }, original);
    original.replacedBy = next;
    this.#become(original, 'Replace Requested');
    this.#become(next, 'Contingent');
    this.#later(5, 120, () => this.#settleEdit(original, next));
    return next;
  }

  cancel(id: number): Order | Refusal {
    const order = this.orders.find((one) => one.id === id);
    if (order === undefined) return { code: 'not_found', message: 'No such order.' };
    const isOpen = ['Received', 'Live', 'Cancel Requested'].includes(order.status);
    if (!isOpen) return { code: 'cannot_update_order', message: 'Order could not be cancelled.' };
    if (order.status === 'Received') this.#become(order, 'Cancelled');
    if (order.status !== 'Live') return order;
    this.#become(order, 'Cancel Requested');
    this.#later(5, 250, () => {
      if (isOver(order)) return;
      if (isBuy(order) && this.#random.chance(0.3)) this.fill(order, this.#random.integer(1, 9));
      if (!isOver(order)) this.#become(order, 'Cancelled');
    });
    return order;
  }

  /** At its limit, or at the touch; no more than is left of it. */
  fill(order: Order, most: number): void {
    const quantity = Math.min(most, working(order));
    if (quantity <= 0) return;
    const touch = this.#market.touches.get(order.symbol);
    const cents = order.cents ?? (isBuy(order) ? touch?.ask : touch?.bid) ?? 100;
    const id = `3_${order.id}.${order.fills.length}`;
    order.fills.push({ id, quantity, cents, at: Date.now() });
    const isWhole = working(order) === 0;
    // Filled at times before its last fills are listed.
    order.hidden = isWhole && this.#random.chance(0.3) ? 1 : 0;
    this.#become(order, isWhole ? 'Filled' : order.status);
    if (order.hidden === 0) return;
    this.#later(50, 400, () => {
      order.hidden = 0;
      this.#become(order, 'Filled');
    });
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #make(ticket: Ticket, replaces: Order | null): Order {
    const { strict: _strict, ...rest } = ticket;
    const now = Date.now();
    const status = replaces === null ? 'Received' : 'Contingent';
    const made = { hidden: 0, fills: [], status, replacedBy: null, reason: null };
    const order: Order = {
      ...{ ...rest, ...made, replaces, receivedAt: now, updatedAt: now, endedAt: null },
      id: this.#nextId,
    };
    this.#nextId += this.#random.integer(1, 40);
    this.orders.push(order);
    return order;
  }

  #go(order: Order): void {
    const steps = this.#random.pick([
      ['Routed', 'In Flight', 'Live'],
      ['Live'],
      ['Routed', 'Live'],
    ]);
    const isRefused = isBuy(order) && order.replaces === null && this.#random.chance(0.04);
    const step = (at: number): void => {
      if (isOver(order) || order.status === 'Cancel Requested') return;
      const status = steps[at];
      if (status === undefined) this.#meet(order);
      else if (status === 'Live' && isRefused) this.#refuse(order, 'Rejected');
      else {
        this.#become(order, status);
        this.#later(1, 40, () => step(at + 1));
      }
    };
    this.#become(order, order.status);
    this.#later(1, 60, () => step(0));
  }

  /** What becomes of an order that has just begun to work. */
  #meet(order: Order): void {
    const touch = this.#market.touches.get(order.symbol);
    const isSell = !isBuy(order);
    if (touch === undefined || isOver(order)) return;
    const crosses =
      order.cents === null || (isSell ? order.cents <= touch.bid : order.cents >= touch.ask);
    if (crosses) this.fill(order, order.quantity);
    const course = isSell ? 'rest' : this.#random.pick(['rest', 'rest', 'rest', 'fill', 'part']);
    if (course !== 'rest') this.#later(1, 900, () => this.fill(order, 1));
    if (course === 'fill') this.#later(100, 1_200, () => this.fill(order, order.quantity));
  }

  #settleEdit(original: Order, next: Order): void {
    if (!isOver(original) && this.#random.chance(0.25)) this.fill(original, 1);
    if (original.fills.length > 0 && this.#random.chance(0.7)) {
      this.#refuse(next, this.#random.pick(['Rejected', 'Cancelled']));
      if (!isOver(original)) this.#become(original, 'Live');
      return;
    }
    if (original.status === 'Filled') {
      this.#refuse(next, 'Rejected');
      return;
    }
    this.#become(original, 'Cancelled');
    this.#go(next);
  }

  #refuse(order: Order, status: string): void {
    order.reason = 'The exchange says no';
    this.#become(order, status);
  }

  #become(order: Order, status: string): void {
    order.status = status;
    order.updatedAt = Math.max(Date.now(), order.updatedAt + 1);
    if (isOver(order)) order.endedAt ??= order.updatedAt;
    this.#judge(order.symbol);
    this.tell(order);
  }

  #judge(symbol: string): void {
    const own = this.orders.filter((order) => order.symbol === symbol);
    const bought = own.filter(isBuy).reduce((n, order) => n + filledOf(order) + working(order), 0);
    const most = this.authorised.get(symbol) ?? 0;
    if (bought > most) this.#break(`${symbol}: ${bought} bought or working, authorised ${most}`);
    if (this.#free(symbol) < 0) this.#break(`${symbol}: more to be sold than is held`);
  }

  #free(symbol: string): number {
    const sells = this.orders.filter((order) => order.symbol === symbol && !isBuy(order));
    return this.held(symbol) - sells.reduce((n, order) => n + working(order), 0);
  }

  #break(words: string): void {
    this.broken.push(words);
  }

  #later(from: number, to: number, act: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        act();
      },
      this.#random.integer(from, to),
    );
    this.#timers.add(timer);
  }
}

/** As it is told now: whole, and never the same way twice. */
export function orderJson(order: Order, words: Words): JsonObject {
  const shown = order.fills.slice(0, order.fills.length - order.hidden);
  const left = isOver(order) && order.status !== 'Cancelled' ? 0 : order.quantity - filledOf(order);
  const fills: Json = shown.map(({ id, quantity, cents, at }) =>
    words.thing(
      { 'fill-id': id, quantity: words.count(quantity), 'fill-price': words.decimal(cents) },
      { 'filled-at': words.instant(at), 'destination-venue': 'STRANGER_A', 'ext-exec-id': id },
    ),
  );
  const isLive = order.status === 'Live' && order.replacedBy === null;
  const leg = words.thing({
    ...{ 'instrument-type': order.kind, symbol: order.symbol, action: order.action },
    quantity: words.count(order.quantity),
    'remaining-quantity': words.count(order.status === 'Rejected' ? order.quantity : left),
    fills,
  });
  const price: JsonObject =
    order.cents === null
      ? {}
      : { price: words.decimal(order.cents), 'price-effect': isBuy(order) ? 'Debit' : 'Credit' };
  return words.thing(
    {
      ...{ id: words.id(order.id), 'order-type': order.type, status: order.status, ...price },
      'time-in-force': order.tif,
      'external-identifier': order.cid,
      'updated-at': words.stamp(order.updatedAt),
      'received-at': words.instant(order.receivedAt),
      cancellable: isLive || order.status === 'Received' || order.status === 'Cancelled',
      editable: isLive || order.status === 'Cancelled',
      legs: [leg],
      ...(order.endedAt !== null && { 'terminal-at': words.instant(order.endedAt) }),
    },
    {
      size: words.count(order.quantity),
      edited: order.replacedBy !== null,
      'reject-reason': order.reason,
      ...(order.replaces !== null && { 'replaces-order-id': words.id(order.replaces.id) }),
      ...(order.replacedBy !== null && { 'replacing-order-id': words.id(order.replacedBy.id) }),
    },
  );
}
