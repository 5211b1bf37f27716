/** What a test or a demonstration may ask of one order instead of the market's own course. */
import type { Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';

export interface PlannedFill {
  /** Counted from the moment the order works. */
  readonly afterMs: number;
  readonly quantity: Quantity;
  /** The order's own limit, or the touch for a market order, when absent. */
  readonly price?: Price;
}

export interface OrderPlan {
  /** `by_market` when absent. A list replaces the market: nothing else fills the order. */
  readonly fills?: 'by_market' | 'never' | readonly PlannedFill[];
  /** Accepted, then rejected this long after. */
  readonly rejectLater?: { readonly afterMs: number; readonly reason: string };
  /** Fills this many between the request to cancel and the cancellation. */
  readonly fillDuringCancel?: Quantity;
  /** Fills this many of the original while it is being replaced, which aborts the replacement. */
  readonly fillDuringReplace?: Quantity;
  /** What becomes of a partly filled original of an aborted replacement; `lives` when absent. */
  readonly abortedOriginal?: 'lives' | 'cancelled';
  /** So many requests to cancel are taken and lead to nothing: `cancel_requested` stays. */
  readonly cancelsIgnored?: number;
  /** The filled count and status show this long before the fill rows do. */
  readonly fillRowsLagMs?: number;
}

export const BY_MARKET: OrderPlan = {};
