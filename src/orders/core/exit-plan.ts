/**
 * The next move of the resting exit.
 *
 * Invariants
 * 1. Worst case of all sells never exceeds what is held, by fill rows.
 * 2. No exit is sent while another is unanswered or unknown.
 */
import { quantity } from '#kernel/quantity.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { exitPrice, exitQuantity } from '../exits/target.ts';
import type { Trade, TradeOrder } from '../model.ts';
import {
  bought,
  entryFills,
  filledKnown,
  filledPossible,
  held,
  liveOrders,
  ordersOf,
  remainder,
  worstCase,
} from './exposure.ts';
import { cancel, type Move, type PlanView, record, submit } from './moves.ts';
import { isCalm, retryUnsent } from './working.ts';

export function exitMove(trade: Trade, view: PlanView): Move | null {
  const live = liveOrders(trade, 'exit');
  const excess = takeBackExcess(trade, view, live);
  if (excess !== null) return excess;
  if (!view.exits || trade.blocked !== null || closing(trade)) return null;
  if (live.some((order) => order.phase !== 'live')) return retryUnsent(trade, view, live);
  const missing = exitTarget(trade) - worstCase(trade, 'exit');
  if (missing <= 0 || !isDue(trade, view)) return null;
  if (trade.exitRejections > 1) {
    return record(trade, {
      kind: 'trade.blocked',
      body: { reason: 'exit_refused_twice', at: view.now },
    });
  }
  if (trade.mutations >= view.settings.mutationsPerTradeMax || !view.exitRateAllows) return null;
  const { instrument, exit } = trade.plan;
  const limit = exitPrice(entryFills(trade), exit.profit, instrument.grid);
  return submit(trade, view, {
    role: 'exit',
    quantity: quantity(missing),
    terms: { kind: 'limit', limit },
  });
}

/** Contracts that should rest at the target: the plan's share, as far as they are still ours. */
export function exitTarget(trade: Trade): number {
  const ours = bought(trade) - trade.soldElsewhere - worstCase(trade, 'close');
  return Math.max(0, Math.min(exitQuantity(trade.plan.exit, bought(trade)), ours));
}

export function exitWakeAt(trade: Trade, view: PlanView): EpochMs | null {
  if (trade.uncoveredSince === null || !view.exits || trade.blocked !== null) return null;
  return exitTarget(trade) > worstCase(trade, 'exit') ? dueAt(trade, view) : null;
}

/** While a close is under way, exits are only taken back, never placed. */
function closing(trade: Trade): boolean {
  return trade.closes.some((close) => !close.ended);
}

function isDue(trade: Trade, view: PlanView): boolean {
  return view.now >= dueAt(trade, view);
}

/** Fills are gathered for a moment, unless the entry is over anyway; a refusal adds its pause. */
function dueAt(trade: Trade, view: PlanView): EpochMs {
  const refused = ordersOf(trade, 'exit').findLast((order) => order.end === 'rejected');
  const afterRefusal =
    refused === undefined ? 0 : plus(refused.changedAt, view.settings.exitRetryMs);
  const gathered =
    trade.entry.kind === 'ended' || trade.uncoveredSince === null
      ? 0
      : plus(trade.uncoveredSince, trade.plan.exit.gatherMs);
  return Math.max(afterRefusal, gathered) as EpochMs;
}

/**
 * What rests beyond what is held, or beyond what should rest, is cancelled, newest first: a person
 * sold some by hand, or an exit thought absent turned up.
 */
function takeBackExcess(trade: Trade, view: PlanView, live: readonly TradeOrder[]): Move | null {
  if (live.length === 0) return null;
  let resting = 0;
  for (const order of [...live, ...liveOrders(trade, 'close')]) {
    resting += order.quantity - filledKnown(order);
  }
  let filled = 0;
  for (const order of ordersOf(trade, 'exit')) filled += filledPossible(order);
  const beyondHeld = resting > Math.max(0, held(trade));
  const beyondTarget = worstCase(trade, 'exit') > Math.max(exitTarget(trade), filled);
  if (!beyondHeld && !beyondTarget) return null;
  const newest = live.findLast((order) => isCalm(order) && remainder(order) > 0);
  return newest === undefined ? null : cancel(trade, view, newest);
}
