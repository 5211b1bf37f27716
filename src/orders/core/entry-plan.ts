/**
 * The next move of an entry: place, step, convert, take back, end.
 *
 * Invariants
 * 1. Worst case of all its orders never exceeds the approved quantity; if the broker makes it so,
 *    everything working is taken back.
 * 2. At most one chain of orders works at a time.
 * 3. An entry never placed within its time is given up, so that a restart never trades late.
 */
import { quantity } from '#kernel/quantity.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { nextTerms } from '../discovery/next-terms.ts';
import { mayConvert, nextStepAt, type Progress, windowEnd } from '../discovery/schedule.ts';
import { exitQuantity } from '../exits/target.ts';
import type { EntryEndReason, Trade, TradeOrder } from '../model.ts';
import { bought, boughtPossible, liveOrders, worstCase } from './exposure.ts';
import { type Move, type PlanView, record, sameTerms, submit } from './moves.ts';
import { converge, isCalm, retryUnsent, takeBack } from './working.ts';

export function entryMove(trade: Trade, view: PlanView): Move | null {
  const live = liveOrders(trade, 'entry');
  // One thought absent or refused can turn up after the entry has ended: it is taken back.
  if (trade.entry.kind === 'ended') return takeBack(trade, view, live);
  if (trade.entry.kind === 'ending') {
    return live.length === 0 ? end(trade, view, trade.entry.reason) : takeBack(trade, view, live);
  }
  const reason = endReason(trade, view, live);
  if (reason !== null) {
    return live.length === 0
      ? end(trade, view, reason)
      : record(trade, { kind: 'entry.ending', body: { reason, at: view.now } });
  }
  if (worstCase(trade, 'entry') > trade.plan.quantity) return takeBack(trade, view, live);
  if (view.entries === 'wait') return null;
  if (live.length === 0) return place(trade, view);
  return retryUnsent(trade, view, live) ?? work(trade, view, live);
}

/** Where the entry stands in its schedule. */
export function entryProgress(trade: Trade): Progress {
  const first = trade.orders.find((order) => order.role === 'entry');
  let takenAt: EpochMs | null = null;
  for (const order of trade.orders) {
    if (order.role !== 'entry' || order.firstSeenAt === null) continue;
    if (takenAt === null || order.firstSeenAt < takenAt) takenAt = order.firstSeenAt;
  }
  return {
    startedAt: first?.intendedAt ?? null,
    takenAt,
    steps: trade.steps,
    lastStepAt: trade.lastStepAt,
  };
}

/** When the entry next needs a look without anything happening, or `null`. */
export function entryWakeAt(trade: Trade): EpochMs | null {
  if (trade.entry.kind !== 'open') return null;
  const progress = entryProgress(trade);
  const times = [
    nextStepAt(trade.plan.entry, progress),
    windowEnd(trade.plan.entry, progress),
    ...liveOrders(trade, 'entry').map((order) => order.retryAt),
  ].filter((at) => at !== null);
  return times.length === 0 ? null : (Math.min(...times) as EpochMs);
}

function endReason(
  trade: Trade,
  view: PlanView,
  live: readonly TradeOrder[],
): EntryEndReason | null {
  if (view.entries === 'no') return 'kill_state';
  if (trade.closes.some((close) => !close.ended)) return 'author_exit';
  const windowOver = windowEnd(trade.plan.entry, entryProgress(trade));
  if (windowOver !== null && view.now >= windowOver) return 'window_over';
  if (live.length > 0) return null;
  if (boughtPossible(trade) >= trade.plan.quantity) return 'filled';
  return lastOrderEnd(trade, view);
}

/** Why an entry with nothing working cannot go on, or `null` when it can. */
function lastOrderEnd(trade: Trade, view: PlanView): EntryEndReason | null {
  const last = trade.orders.findLast((order) => order.role === 'entry' && order.replaces === null);
  if (last === undefined) {
    const late = view.now > plus(trade.openedAt, view.settings.placeWithinMs);
    return late ? 'not_sent' : null;
  }
  if (last.end === 'rejected') return 'rejected';
  if (last.end === 'not_sent') return 'not_sent';
  if (last.end === 'expired' || last.end === 'removed') return 'session_over';
  return view.marketOpen ? null : 'session_over';
}

function end(trade: Trade, view: PlanView, reason: EntryEndReason): Move {
  const filled = bought(trade);
  const why = boughtPossible(trade) >= trade.plan.quantity ? 'filled' : reason;
  const exitTarget = exitQuantity(trade.plan.exit, filled);
  return record(trade, {
    kind: 'entry.ended',
    body: { reason: why, filled, exitTarget, at: view.now },
  });
}

function place(trade: Trade, view: PlanView): Move | null {
  const left = trade.plan.quantity - boughtPossible(trade);
  if (left <= 0 || !view.rateAllows || !view.marketOpen) return null;
  if (trade.mutations >= view.settings.mutationsPerTradeMax) return null;
  return submit(trade, view, { role: 'entry', quantity: quantity(left), terms: trade.wanted });
}

function work(trade: Trade, view: PlanView, live: readonly TradeOrder[]): Move | null {
  const order = live[0];
  if (order === undefined || live.length > 1 || !isCalm(order)) return null;
  if (!sameTerms(order.terms, trade.wanted)) return converge(trade, view, order, trade.wanted);
  return step(trade, view);
}

/** Never blind: without a sound, fresh quote a due step waits, and the window goes on. */
function step(trade: Trade, view: PlanView): Move | null {
  const { quote, now } = view;
  const policy = trade.plan.entry;
  const progress = entryProgress(trade);
  if (quote === null || !mayConvert(policy, progress, now)) return null;
  if (trade.mutations >= view.settings.mutationsPerTradeMax || !view.rateAllows) return null;
  const working = {
    side: 'buy',
    terms: trade.wanted,
    grid: trade.plan.instrument.grid,
    bound: trade.plan.collar,
    policy,
    stepsLeft: trade.steps < policy.stepsMax,
  } as const;
  const next = nextTerms(working, quote);
  if (next.kind === 'convert') {
    return record(trade, { kind: 'entry.converted', body: { terms: next.terms, quote, at: now } });
  }
  if (next.kind === 'stay') return null;
  return record(trade, {
    kind: 'entry.stepped',
    body: {
      step: trade.steps + 1,
      terms: next.terms,
      quote,
      at: now,
    },
  });
}
