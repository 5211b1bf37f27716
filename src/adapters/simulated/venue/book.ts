/**
 * The state of the simulated venue and broker: orders, positions, cash, last quotes.
 *
 * One venue owns one book and changes it in place, because the desk's simulation runs ten thousand
 * trade lifecycles a second through it. What leaves the book is an immutable snapshot.
 */
import { asOrderId, type ClientOrderId, type OrderId } from '#kernel/ids.ts';
import { type Money, type Price, priceFromUnits, ZERO_MONEY } from '#kernel/price.ts';
import { type Quantity, quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type {
  BrokerOrder,
  Fill,
  OrderStatus,
  OrderTerms,
  PositionEffect,
  Side,
} from '#orders/ports.ts';
import type { OrderPlan } from './plan.ts';

export interface VenueOrder {
  readonly orderId: OrderId;
  readonly clientOrderId: ClientOrderId | null;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly effect: PositionEffect;
  readonly quantity: Quantity;
  readonly terms: OrderTerms;
  readonly timeInForce: 'day' | 'gtc';
  readonly plan: OrderPlan;
  readonly replaces: OrderId | null;
  readonly receivedAt: EpochMs;
  /** End of the session for a day order, last trade of a contract; `null` when neither ends it. */
  readonly expiresAt: EpochMs | null;
  replacedBy: OrderId | null;
  status: OrderStatus;
  fills: readonly Fill[];
  /** True count; `fills` beyond `shown` rows are not published yet. */
  filled: number;
  shown: number;
  rejectReason: string | null;
  updatedAt: EpochMs;
  /** Contracts in front of it at its price; `null` while it is not at or inside the touch. */
  ahead: number | null;
  /** When the market last had its chance to trade against it; `null` before its first match. */
  matchedAt: EpochMs | null;
  cancelsIgnored: number;
  /** Dollars held back from buying power for it. */
  reserve: Money;
}

export interface Holding {
  readonly instrument: Instrument;
  /** Negative when short. */
  net: number;
  /** Σ price × quantity of what is open, in price units; the sign of `net`. */
  cost: bigint;
}

export interface Book {
  readonly orders: Map<OrderId, VenueOrder>;
  readonly byClientId: Map<ClientOrderId, VenueOrder[]>;
  /** Orders not yet terminal, by symbol, in order of arrival. */
  readonly live: Map<InstrumentSymbol, Set<VenueOrder>>;
  readonly holdings: Map<InstrumentSymbol, Holding>;
  readonly quotes: Map<InstrumentSymbol, SeenQuote>;
  readonly account: Account;
  ordersMade: number;
  fillsMade: number;
}

export interface Account {
  cash: Money;
  reserved: Money;
  /** Margin held for open futures. */
  margin: Money;
  realised: Money;
  fees: Money;
}

/** A quote and how much of its displayed size has been taken already. */
export interface SeenQuote {
  readonly quote: Quote;
  bidTaken: number;
  askTaken: number;
}

export function createBook(cash: Money): Book {
  return {
    orders: new Map(),
    byClientId: new Map(),
    live: new Map(),
    holdings: new Map(),
    quotes: new Map(),
    account: {
      cash,
      reserved: ZERO_MONEY,
      margin: ZERO_MONEY,
      realised: ZERO_MONEY,
      fees: ZERO_MONEY,
    },
    ordersMade: 0,
    fillsMade: 0,
  };
}

const FIRST_ORDER_ID = 100_001;

export function nextOrderId(book: Book): OrderId {
  book.ordersMade += 1;
  return asOrderId(String(FIRST_ORDER_ID + book.ordersMade - 1));
}

export function enter(book: Book, order: VenueOrder): void {
  book.orders.set(order.orderId, order);
  if (order.clientOrderId !== null) {
    const sharing = book.byClientId.get(order.clientOrderId);
    if (sharing === undefined) book.byClientId.set(order.clientOrderId, [order]);
    else sharing.push(order);
  }
  if (isTerminal(order.status)) return;
  const live = book.live.get(order.instrument.symbol);
  if (live === undefined) book.live.set(order.instrument.symbol, new Set([order]));
  else live.add(order);
}

/** Takes a terminal order off the live list. */
export function retire(book: Book, order: VenueOrder): void {
  const { symbol } = order.instrument;
  const live = book.live.get(symbol);
  if (live === undefined) return;
  live.delete(order);
  if (live.size === 0) book.live.delete(symbol);
}

export function isTerminal(status: OrderStatus): boolean {
  return (
    status === 'filled' ||
    status === 'cancelled' ||
    status === 'rejected' ||
    status === 'expired' ||
    status === 'removed'
  );
}

/** On the venue's book, where a trade can reach it. */
export function canFill(status: OrderStatus): boolean {
  return status === 'working' || status === 'cancel_requested' || status === 'replace_requested';
}

export function remainingOf(order: VenueOrder): number {
  return order.quantity - order.filled;
}

export function averagePrice(holding: Holding): Price {
  return priceFromUnits(holding.net === 0 ? 0n : holding.cost / BigInt(holding.net));
}

/**
 * The order as the broker shows it. `quantity − remaining` is what the broker counts as filled in
 * every status, as in recorded cancelled orders: what was given up stays in `remaining`.
 */
export function snapshot(order: VenueOrder): BrokerOrder {
  const { status } = order;
  return {
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    symbol: order.instrument.symbol,
    side: order.side,
    effect: order.effect,
    quantity: order.quantity,
    remaining: quantity(order.quantity - order.filled),
    terms: order.terms,
    status,
    fills: order.shown === order.fills.length ? order.fills : order.fills.slice(0, order.shown),
    rejectReason: order.rejectReason,
    cancellable: status === 'working' || status === 'received' || status === 'contingent',
    editable: status === 'working',
    replaces: order.replaces,
    replacedBy: order.replacedBy,
    receivedAt: order.receivedAt,
    updatedAt: order.updatedAt,
  };
}
