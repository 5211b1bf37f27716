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
import { allowsMarket, nextTerms } from '../discovery/next-terms.ts';
import { mayConvert, nextStepAt, type Progress, windowEnd } from '../discovery/schedule.ts';
import { exitQuantity } from '../exits/target.ts';
import type { EntryEndReason, Trade, TradeOrder } from '../model.ts';
import {
  bought,
  boughtPossible,
  filledPossible,
  isLive,
  isSettled,
  liveOrders,
  ordersOf,
  worstCase,
} from './exposure.ts';
import { latest, soonest } from './instants.ts';
import { type Move, type PlanView, record, sameTerms, submit } from './moves.ts';
import {
  cancelAgain,
  converge,
  isCalm,
  isMarketRefused,
  retryUnsent,
  takeBack,
  termsNow,
  type WorkedSide,
} from './working.ts';

/** The next order waits no longer for the answer to a cancel of the last. */
const CANCEL_ANSWER_MS = 1_000;

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
  const side = entrySide(trade, view);
  if (live.length === 0) return place(trade, view, side);
  return retryUnsent(trade, view, side) ?? work(trade, view, side);
}

/** Where the entry stands in its schedule. */
function entryProgress(trade: Trade): Progress {
  const orders = ordersOf(trade, 'entry');
  return {
    startedAt: orders[0]?.intendedAt ?? null,
    takenAt: soonest(orders.map((order) => order.firstSeenAt)),
    steps: trade.steps,
    lastStepAt: trade.lastStepAt,
    reachedAt: latest(orders.map((order) => order.firstSeenAt)),
  };
}

/** When the entry needs a look without anything happening. */
export function entryWakes(trade: Trade): readonly (EpochMs | null)[] {
  if (trade.entry.kind !== 'open') return [];
  const progress = entryProgress(trade);
  return [
    nextStepAt(trade.plan.entry, progress),
    windowEnd(trade.plan.entry, progress),
    ...liveOrders(trade, 'entry').map((order) => order.retryAt),
    ...ordersOf(trade, 'entry').map(answerDueAt),
  ];
}

function entrySide(trade: Trade, view: PlanView): WorkedSide {
  const { limit, collar } = trade.plan;
  return {
    orders: ordersOf(trade, 'entry'),
    first: { kind: 'limit', limit },
    wanted: trade.wanted,
    marketAllowed: allowsMarket('buy', view.quote, collar),
  };
}

function endReason(
  trade: Trade,
  view: PlanView,
  live: readonly TradeOrder[],
): EntryEndReason | null {
  if (view.entries === 'kill_state' || view.entries === 'shutdown') return view.entries;
  if (trade.closes.some((close) => !close.ended)) return 'author_exit';
  const windowOver = windowEnd(trade.plan.entry, entryProgress(trade));
  if (windowOver !== null && view.now >= windowOver) return 'window_over';
  if (live.length > 0) return null;
  if (boughtPossible(trade) >= trade.plan.quantity) return 'filled';
  return lastOrderEnd(trade, view);
}

/** Why an entry with nothing working cannot go on, or `null` when it can. */
function lastOrderEnd(trade: Trade, view: PlanView): EntryEndReason | null {
  const orders = ordersOf(trade, 'entry');
  const last = orders.findLast((order) => order.replaces === null);
  if (last === undefined) {
    const late = view.now > plus(trade.openedAt, view.settings.placeWithinMs);
    return late ? 'not_sent' : null;
  }
  // A market order that is refused leaves the limit to be tried.
  if (last.end === 'rejected' && last.terms.kind === 'limit') return 'rejected';
  if (orders.length >= view.settings.ordersPerPurposeMax) return 'rejected';
  if (last.end === 'not_sent') return 'not_sent';
  if (orders.some((order) => isTakenBackElsewhere(order, orders))) return 'cancelled_elsewhere';
  if (last.end === 'expired' || last.end === 'removed') return 'session_over';
  return view.marketOpen ? null : 'session_over';
}

/** Cancelled, and not by this desk, no edit took its place, and no fill ended an edit. */
function isTakenBackElsewhere(order: TradeOrder, orders: readonly TradeOrder[]): boolean {
  if (order.end !== 'cancelled' || order.ownCancel !== 'none') return false;
  const original = orders.find(({ cid }) => cid === order.replaces);
  if (original !== undefined && filledPossible(original) > 0) return false;
  // An edit the broker never showed was refused or lost: it has ended nothing.
  const edits = orders.filter(({ replaces, status }) => replaces === order.cid && status !== null);
  if (filledPossible(order) > 0) return edits.length === 0;
  return edits.every(({ end: how }) => how === 'rejected');
}

/** Waits until every fill the broker counts is here: the exit is sized from them. */
function end(trade: Trade, view: PlanView, reason: EntryEndReason): Move | null {
  if (ordersOf(trade, 'entry').some((order) => !isSettled(order))) return null;
  const filled = bought(trade);
  const why = filled >= trade.plan.quantity ? 'filled' : reason;
  const exitTarget = exitQuantity(trade.plan.exit, filled);
  return record(trade, {
    kind: 'entry.ended',
    body: { reason: why, filled, exitTarget, at: view.now },
  });
}

function place(trade: Trade, view: PlanView, side: WorkedSide): Move | null {
  const left = trade.plan.quantity - boughtPossible(trade);
  if (left <= 0 || view.entryRoom < 1 || !view.marketOpen) return null;
  if (side.orders.some((order) => view.now < answerDueAt(order))) return null;
  return submit(trade, view, { role: 'entry', quantity: quantity(left), terms: termsNow(side) });
}

/** Whether somebody else has ended it is known when our own cancel of it is answered. */
function answerDueAt({ ownCancel, changedAt }: TradeOrder): EpochMs {
  return ownCancel === 'unanswered' ? plus(changedAt, CANCEL_ANSWER_MS) : changedAt;
}

function work(trade: Trade, view: PlanView, side: WorkedSide): Move | null {
  const live = side.orders.filter(isLive);
  const order = live[0];
  const again = cancelAgain(trade, view, live);
  if (again !== null || order === undefined || live.length > 1 || !isCalm(order)) return again;
  if (!sameTerms(order.terms, termsNow(side))) return converge(trade, view, side, order);
  return step(trade, view, side);
}

/** Never blind: without a sound, fresh quote a due step waits, and the window goes on. */
function step(trade: Trade, view: PlanView, { orders }: WorkedSide): Move | null {
  const { quote, now, settings } = view;
  const policy = trade.plan.entry;
  const progress = entryProgress(trade);
  if (trade.hasConverted || quote === null || !mayConvert(policy, progress, now)) return null;
  if (view.entryRoom < 2 || orders.length >= settings.ordersPerPurposeMax) return null;
  const working = {
    side: 'buy',
    terms: trade.wanted,
    grid: trade.plan.instrument.grid,
    bound: trade.plan.collar,
    policy: isMarketRefused(orders) ? { ...policy, convert: 'never' as const } : policy,
    stepsLeft: trade.steps < policy.stepsMax,
  } as const;
  const next = nextTerms(working, quote);
  if (next.kind === 'convert') {
    return record(trade, { kind: 'entry.converted', body: { terms: next.terms, quote, at: now } });
  }
  if (next.kind === 'stay') return null;
  const body = { step: trade.steps + 1, terms: next.terms, quote, at: now };
  return record(trade, { kind: 'entry.stepped', body });
}
