/**
 * Bringing one side of a trade to what it should be: the same rules for an entry and for a close.
 *
 * Rules
 * 1. Nothing is decided on an order that is unanswered, unknown, doubtful or being changed.
 * 2. A change of price edits an order of one contract in place: a fill not seen yet leaves nothing
 *    to edit. One of several is cancelled, and only what is left is sent anew once it is terminal,
 *    because a venue may give a replacement the size its original began with.
 * 3. An order that has fills, or whose edit has failed, goes by cancel and new as well.
 * 4. A cancel taken is not a cancellation: the order counts until its own status says so.
 * 5. A market order is sent only while the market allows it; else the last limit stands.
 */
import { type EpochMs, plus } from '#kernel/time.ts';
import type { Trade, TradeOrder } from '../model.ts';
import type { OrderTerms } from '../ports.ts';
import { filledPossible } from './exposure.ts';
import {
  cancel,
  type Move,
  type PlanView,
  record,
  replace,
  sameTerms,
  submitAgain,
} from './moves.ts';

/** One side of a trade as it is being worked. */
export interface WorkedSide {
  /** Every order sent for it, oldest first. */
  readonly orders: readonly TradeOrder[];
  /** Its first limit. */
  readonly first: OrderTerms;
  /** What its schedule wants. */
  readonly wanted: OrderTerms;
  /** Quote and bound allow a market order now. */
  readonly marketAllowed: boolean;
}

const BACK_OFF_DOUBLINGS_MAX = 5;

/** An order on which something can be decided now. */
export function isCalm(order: TradeOrder): boolean {
  return order.phase === 'live' && order.pending === null && !order.doubtful;
}

/** What should be at the broker now. */
export function termsNow({ orders, first, wanted, marketAllowed }: WorkedSide): OrderTerms {
  if (wanted.kind === 'limit' || (marketAllowed && !isMarketRefused(orders))) return wanted;
  return orders.findLast((order) => order.terms.kind === 'limit')?.terms ?? first;
}

export function isMarketRefused(orders: readonly TradeOrder[]): boolean {
  return orders.some((order) => order.terms.kind === 'market' && isRefusal(order, orders));
}

/** Refused for itself. An edit that a fill of its original has ended was not. */
export function isRefusal({ end, replaces }: TradeOrder, orders: readonly TradeOrder[]): boolean {
  if (end !== 'rejected') return false;
  const original = orders.find((order) => order.cid === replaces);
  return original === undefined || filledPossible(original) === 0;
}

/**
 * Orders that used up one of a purpose's tries. What never arrived was no try, or an outage would
 * use all of them up; nor was a day order that ended with its day.
 */
export function tries(orders: readonly TradeOrder[]): number {
  return orders.filter(({ end }) => end !== 'not_sent' && end !== 'expired').length;
}

/** Sends again what provably never arrived, or gives it up. */
export function retryUnsent(
  trade: Trade,
  view: PlanView,
  { marketAllowed, orders }: Pick<WorkedSide, 'marketAllowed' | 'orders'>,
): Move | null {
  const order = orders.find((other) => other.phase === 'unsent');
  if (order === undefined || !isLookedFor(order, view)) return null;
  const isBarred = order.terms.kind === 'market' && !marketAllowed;
  if (isBarred || order.retryAt === null || order.unsentTries > view.settings.unsentTriesMax) {
    return giveUp(trade, view, order);
  }
  return view.now >= order.retryAt && view.marketOpen && roomFor(order, view) >= 1
    ? submitAgain(trade, view, order)
    : null;
}

/** What a venue has turned away it may have taken all the same, and its lists lag. */
function isLookedFor({ doubtful, misses }: TradeOrder, { settings }: PlanView): boolean {
  return !doubtful || (misses !== null && misses.count >= settings.looksMin);
}

/** Moves a calm order to the terms it should have, by the rules above. */
export function converge(
  trade: Trade,
  view: PlanView,
  side: WorkedSide,
  order: TradeOrder,
): Move | null {
  const wanted = termsNow(side);
  if (order.terms.kind === 'market' || sameTerms(order.terms, wanted) || !isCalm(order))
    return null;
  if (tries(side.orders) >= view.settings.ordersPerPurposeMax) return null;
  const room = roomFor(order, view);
  if (!mayEdit(view, side.orders, order)) return room >= 2 ? cancel(trade, view, order) : null;
  return order.editable && room >= 1 ? replace(trade, view, order, wanted) : null;
}

/** Takes back what is live, one order after another; `null` while only waiting is left. */
export function takeBack(trade: Trade, view: PlanView, live: readonly TradeOrder[]): Move | null {
  for (const order of live) {
    if (order.phase === 'unsent' && isLookedFor(order, view)) return giveUp(trade, view, order);
    if (order.phase === 'live' && mayCancelNow(order, view)) return cancel(trade, view, order);
  }
  return null;
}

/** Asks again for cancels that have led to nothing. */
export function cancelAgain(
  trade: Trade,
  view: PlanView,
  live: readonly TradeOrder[],
): Move | null {
  return takeBack(
    trade,
    view,
    live.filter(({ pending }) => pending?.kind === 'cancel'),
  );
}

/**
 * Until when the next sell waits after those before it were refused or could not be sent: twice as
 * long with each in a row. `null` when nothing is to be waited for.
 */
export function pausedUntil(orders: readonly TradeOrder[], view: PlanView): EpochMs | null {
  const hasFailed = (order: TradeOrder): boolean =>
    order.end === 'not_sent' || isRefusal(order, orders);
  const latest = orders.at(-1);
  if (latest === undefined || !hasFailed(latest)) return null;
  const failures = orders.length - 1 - orders.findLastIndex((order) => !hasFailed(order));
  const doublings = Math.min(failures - 1, BACK_OFF_DOUBLINGS_MAX);
  return plus(latest.changedAt, view.settings.sellRetryMs * 2 ** doublings);
}

function mayEdit(view: PlanView, orders: readonly TradeOrder[], order: TradeOrder): boolean {
  const { stepBy } = view.settings;
  if (stepBy === 'cancel_new' || filledPossible(order) > 0) return false;
  if (stepBy === 'edit_single' && order.quantity > 1) return false;
  return orders.every(
    ({ replaces, rejection }) =>
      replaces !== order.cid && rejection?.code !== 'replace_unsupported',
  );
}

function roomFor({ side }: TradeOrder, view: PlanView): number {
  return side === 'buy' ? view.entryRoom : view.sellRoom;
}

function mayCancelNow({ pending }: TradeOrder, { now, settings }: PlanView): boolean {
  if (pending === null) return true;
  if (pending.answer === null) return false;
  if (pending.kind === 'replace') return true;
  const wasTaken = pending.answer === 'acked' || pending.answer === 'ambiguous';
  return now - pending.at >= (wasTaken ? settings.cancelAgainMs : settings.readEveryMs);
}

function giveUp(trade: Trade, view: PlanView, order: TradeOrder): Move {
  return record(trade, {
    kind: 'order.ended',
    body: { cid: order.cid, end: 'not_sent', at: view.now },
  });
}
