/**
 * The broker, as the desk needs it.
 *
 * Every mutation answers with one of four outcomes and never throws for what a venue or a network
 * does. Order objects are cumulative: each carries the whole life of the order so far.
 */
import type { ClientOrderId, FillId, OrderId } from '#kernel/ids.ts';
import type { Money, Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { Result } from '#kernel/result.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';

export type Side = 'buy' | 'sell';
export type PositionEffect = 'open' | 'close';
export type OrderTerms =
  | { readonly kind: 'limit'; readonly limit: Price }
  | { readonly kind: 'market' };

export interface OrderTicket {
  readonly clientOrderId: ClientOrderId;
  readonly instrument: Instrument;
  readonly side: Side;
  /** `close` is strict: an adapter must never let it open a position. */
  readonly effect: PositionEffect;
  readonly quantity: Quantity;
  readonly terms: OrderTerms;
  readonly timeInForce: 'day' | 'gtc';
}

export interface ReplaceRequest {
  readonly orderId: OrderId;
  /** Identity of the replacement: a new order at most venues. */
  readonly clientOrderId: ClientOrderId;
  readonly terms: OrderTerms;
}

export const ORDER_STATUSES = [
  'received',
  'contingent',
  'routed',
  'working',
  'cancel_requested',
  'replace_requested',
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'removed',
  'unknown',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

const ENDED: ReadonlySet<OrderStatus> = new Set([
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'removed',
]);

/** It works no more; `unknown` may. */
export function hasEnded({ status }: Pick<BrokerOrder, 'status'>): boolean {
  return ENDED.has(status);
}

export interface Fill {
  readonly fillId: FillId;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly at: EpochMs;
}

export interface BrokerOrder {
  readonly orderId: OrderId;
  /** `null` on orders made elsewhere without an identifier. */
  readonly clientOrderId: ClientOrderId | null;
  readonly symbol: InstrumentSymbol;
  readonly side: Side;
  readonly effect: PositionEffect;
  readonly quantity: Quantity;
  /**
   * `quantity` less what the broker counts as filled, in every status: a cancelled order keeps what
   * it did not fill. Can run ahead of `fills`.
   */
  readonly remaining: Quantity;
  readonly terms: OrderTerms;
  readonly status: OrderStatus;
  /** Distinct by id; may lag behind `remaining`. */
  readonly fills: readonly Fill[];
  readonly rejectReason: string | null;
  readonly cancellable: boolean;
  readonly editable: boolean;
  readonly replaces: OrderId | null;
  readonly replacedBy: OrderId | null;
  readonly receivedAt: EpochMs;
  readonly updatedAt: EpochMs;
}

export interface Rejection {
  /** `not_permitted`: the credentials may not do this at all, whatever the order. */
  readonly code: string;
  readonly message: string;
}

export type NotSentReason = 'unreachable' | 'unauthorized' | 'throttled' | 'withdrawn';

/** `reliability` outcome classes: only `not_sent` may be tried again as it is. */
export type MutationOutcome =
  | { readonly kind: 'acked'; readonly order: BrokerOrder }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'not_sent'; readonly reason: NotSentReason; readonly detail: string }
  | { readonly kind: 'ambiguous'; readonly detail: string };

export interface Position {
  readonly symbol: InstrumentSymbol;
  /** Negative when short. */
  readonly net: number;
  readonly averagePrice: Price;
  readonly multiplier: number;
}

export interface Balances {
  readonly buyingPower: Money;
  readonly netLiquidation: Money;
  readonly cash: Money;
  /** Why the venue lets the account open nothing now; absent or `null` when it does. */
  readonly restriction?: string | null;
}

export type QueryFault = {
  readonly kind: 'unreachable' | 'unauthorized' | 'throttled' | 'malformed';
  readonly detail: string;
};

/** Asked by an adapter that had to wait, before the bytes leave; `false`: `withdrawn` instead. */
export type MayLeave = () => boolean;

export interface Broker {
  /** At most one order per call, with the ticket's client id; the venue does not de-duplicate. */
  place(ticket: OrderTicket, mayLeave?: MayLeave): Promise<MutationOutcome>;
  /**
   * Changes price or type only. May answer with a new order id; a fill of the original may abort
   * it. An adapter that cannot edit rejects with code `replace_unsupported`.
   */
  replace(request: ReplaceRequest, mayLeave?: MayLeave): Promise<MutationOutcome>;
  /** An `acked` cancel is a request taken, no cancellation: read the order until it is terminal. */
  cancel(orderId: OrderId): Promise<MutationOutcome>;
  /** Every order created or changed since, in any status, all pages. May be stale by seconds. */
  orders(since: EpochMs): Promise<Result<readonly BrokerOrder[], QueryFault>>;
  /** One order, or `null` when the broker knows none. */
  orderById(orderId: OrderId): Promise<Result<BrokerOrder | null, QueryFault>>;
  /** Every order carrying the client id: more than one only after a defect worth an alarm. */
  ordersByClientId(
    id: ClientOrderId,
    since: EpochMs,
  ): Promise<Result<readonly BrokerOrder[], QueryFault>>;
  /** A failed query says nothing about positions; it is never "flat". */
  positions(): Promise<Result<readonly Position[], QueryFault>>;
  balances(): Promise<Result<Balances, QueryFault>>;
  /** Calls `listener` with each changed order; a hint that may be lost, doubled or out of order. */
  onOrder(listener: (order: BrokerOrder) => void): () => void;
  /** Calls `listener` when the order stream has (re)connected and what was missed must be read. */
  onReconnect(listener: () => void): () => void;
}
