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
import { activeClose, CLOSE_REFUSED } from './close-plan.ts';
import {
  bought,
  entryFills,
  filledPossible,
  held,
  liveOrders,
  ordersOf,
  ownRemainder,
  remainder,
  worstCase,
} from './exposure.ts';
import { latest } from './instants.ts';
import { type Move, type PlanView, record, submit } from './moves.ts';
import { pausedUntil, retryUnsent, takeBack, tries } from './working.ts';

const REFUSALS_MAX = 2;

export function exitMove(trade: Trade, view: PlanView): Move | null {
  const orders = ordersOf(trade, 'exit');
  const live = liveOrders(trade, 'exit');
  const excess = takeBackExcess(trade, view, live);
  if (excess !== null) return excess;
  // While a close is under way, exits are only taken back, never placed.
  if (!view.exits || activeClose(trade) !== null) return null;
  // A close that was refused gives the exit back its place.
  if (trade.blocked !== null && trade.blocked !== CLOSE_REFUSED) return null;
  if (live.some((order) => order.phase !== 'live')) {
    return retryUnsent(trade, view, { orders, marketAllowed: false });
  }
  const missing = exitTarget(trade) - worstCase(trade, 'exit');
  const due = dueAt(trade, view);
  if (missing <= 0 || (due !== null && view.now < due)) return null;
  const fault = faultOf(trade, view);
  if (fault !== null) {
    return record(trade, { kind: 'trade.blocked', body: { reason: fault, at: view.now } });
  }
  if (!view.marketOpen || view.sellRoom < 1) return null;
  const { instrument, exit } = trade.plan;
  const limit = exitPrice(entryFills(trade), exit.profit, instrument.grid);
  return submit(trade, view, {
    role: 'exit',
    quantity: quantity(missing),
    terms: { kind: 'limit', limit },
  });
}

/** Contracts that should rest at the target: the plan's share, as far as they are still ours. */
function exitTarget(trade: Trade): number {
  const ours = bought(trade) - trade.soldElsewhere - worstCase(trade, 'close');
  return Math.max(0, Math.min(exitQuantity(trade.plan.exit, bought(trade)), ours));
}

/** All that should rest on exits does, and no more. */
export function isCovered(trade: Trade): boolean {
  const live = liveOrders(trade, 'exit');
  if (live.length === 0 || isExcess(trade, live)) return false;
  return worstCase(trade, 'exit') >= exitTarget(trade);
}

/** What is held should be on sale, by a close or at the target, and no order for it is live. */
export function lacksOrder(trade: Trade): boolean {
  if (trade.entry.kind !== 'ended' || trade.blocked !== null || held(trade) <= 0) return false;
  const sells = [...liveOrders(trade, 'exit'), ...liveOrders(trade, 'close')];
  if (sells.length > 0) return false;
  return activeClose(trade) !== null || exitTarget(trade) > worstCase(trade, 'exit');
}

/** When exits need a look without anything happening. */
export function exitWakes(trade: Trade, view: PlanView): readonly (EpochMs | null)[] {
  return [dueAt(trade, view), ...liveOrders(trade, 'exit').map((order) => order.retryAt)];
}

/** Why a person has to take over, or `null`. */
function faultOf(trade: Trade, { settings }: PlanView): string | null {
  if (trade.exitRejections >= REFUSALS_MAX) return 'exit_refused_twice';
  const sent = tries(ordersOf(trade, 'exit'));
  return sent >= settings.ordersPerPurposeMax ? 'too_many_orders' : null;
}

/** Fills are gathered for a moment, unless the entry is over anyway; a refusal adds its pause. */
function dueAt(trade: Trade, view: PlanView): EpochMs | null {
  const { entry, uncoveredSince, plan } = trade;
  const gathered =
    entry.kind === 'ended' || uncoveredSince === null
      ? null
      : plus(uncoveredSince, plan.exit.gatherMs);
  return latest([gathered, pausedUntil(ordersOf(trade, 'exit'), view)]);
}

/**
 * What rests beyond what is held, or beyond what should rest, is cancelled, newest first: a person
 * sold some by hand, or an exit thought absent turned up.
 */
function takeBackExcess(trade: Trade, view: PlanView, live: readonly TradeOrder[]): Move | null {
  if (live.length === 0 || !isExcess(trade, live)) return null;
  const newest = live.findLast((order) => remainder(order) > 0);
  return newest === undefined ? null : takeBack(trade, view, [newest]);
}

function isExcess(trade: Trade, live: readonly TradeOrder[]): boolean {
  let resting = 0;
  for (const order of [...live, ...liveOrders(trade, 'close')]) {
    resting += ownRemainder(trade, order);
  }
  let filled = 0;
  for (const order of ordersOf(trade, 'exit')) filled += filledPossible(order);
  const beyondHeld = resting > Math.max(0, held(trade));
  const beyondTarget = worstCase(trade, 'exit') > Math.max(exitTarget(trade), filled);
  return beyondHeld || beyondTarget;
}
