/**
 * Bringing one side of a trade to what it should be: the same rules for an entry and for a close.
 *
 * Rules
 * 1. Nothing is decided on an order that is unanswered, unknown, doubtful or being changed.
 * 2. A change of price edits an order without fills in place; one with fills, or that the broker
 *    will not edit, is cancelled, and only what is left is sent anew once it is terminal.
 * 3. A cancel taken is not a cancellation: the order counts until its own status says so.
 */
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

/** An order on which something can be decided now. */
export function isCalm(order: TradeOrder): boolean {
  return order.phase === 'live' && order.pending === null && !order.doubtful;
}

/** Sends again what provably never arrived, or gives it up. */
export function retryUnsent(
  trade: Trade,
  view: PlanView,
  live: readonly TradeOrder[],
): Move | null {
  const order = live.find((other) => other.phase === 'unsent');
  if (order === undefined || order.doubtful) return null;
  if (order.unsentTries > view.settings.unsentTriesMax) return giveUp(trade, view, order);
  if (order.retryAt === null || view.now < order.retryAt || !mayMutate(trade, view, order))
    return null;
  return submitAgain(trade, view, order);
}

/** Moves a calm order to the wanted terms, by the rules above. */
export function converge(
  trade: Trade,
  view: PlanView,
  order: TradeOrder,
  wanted: OrderTerms,
): Move | null {
  if (sameTerms(order.terms, wanted) || !isCalm(order)) return null;
  if (!mayMutate(trade, view, order)) return null;
  const inPlace =
    view.settings.stepBy === 'replace' && !trade.editsRefused && filledPossible(order) === 0;
  if (!inPlace) return cancel(trade, view, order);
  return order.editable ? replace(trade, view, order, wanted) : null;
}

/** Takes back what is live, one order after another; `null` while only waiting is left. */
export function takeBack(trade: Trade, view: PlanView, live: readonly TradeOrder[]): Move | null {
  for (const order of live) {
    if (order.phase === 'unsent') return giveUp(trade, view, order);
    if (order.phase !== 'live' || order.orderId === null) continue;
    if (mayCancelNow(order, view)) return cancel(trade, view, order);
  }
  return null;
}

function mayMutate(trade: Trade, view: PlanView, order: TradeOrder): boolean {
  if (trade.mutations >= view.settings.mutationsPerTradeMax) return false;
  return order.side === 'buy' ? view.rateAllows : view.exitRateAllows;
}

function mayCancelNow({ pending }: TradeOrder, view: PlanView): boolean {
  if (pending === null) return true;
  if (pending.inFlight) return false;
  return pending.kind === 'replace' || view.now - pending.at >= view.settings.cancelAgainMs;
}

function giveUp(trade: Trade, view: PlanView, order: TradeOrder): Move {
  return record(trade, {
    kind: 'order.ended',
    body: { cid: order.cid, end: 'not_sent', at: view.now },
  });
}
