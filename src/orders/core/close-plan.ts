/**
 * The next move of a close: an author's STC, an operator's close, a flatten.
 *
 * The entry ends first, then resting exits give back what the close needs, then the sell is worked
 * down from its first limit to its floor. At the end of its window it rests at the bid, never below
 * the floor: a position someone wants closed is not left without an order.
 *
 * Invariant  worst case of exits and closes never exceeds what is held: nothing is over-sold.
 */
import { maxPrice } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import { roundDown } from '#market/tick-grid.ts';
import { nextTerms } from '../discovery/next-terms.ts';
import { mayConvert, nextStepAt, type Progress, windowEnd } from '../discovery/schedule.ts';
import type { Trade, TradeClose, TradeOrder } from '../model.ts';
import type { OrderTerms } from '../ports.ts';
import { filledPossible, held, isSettled, liveOrders, remainder } from './exposure.ts';
import { type Move, type PlanView, record, sameTerms, submit } from './moves.ts';
import { converge, isCalm, retryUnsent, takeBack } from './working.ts';

export function closeMove(trade: Trade, view: PlanView): Move | null {
  const close = activeClose(trade);
  if (close === null || trade.entry.kind !== 'ended') return null;
  const live = liveOrders(trade, 'close');
  if (live.length === 0) return startOrEnd(trade, view, close);
  if (!view.closes) return null;
  const unsent = retryUnsent(trade, view, live);
  const order = live[0];
  if (unsent !== null || order === undefined || live.length > 1 || !isCalm(order)) return unsent;
  if (!sameTerms(order.terms, close.wanted)) return converge(trade, view, order, close.wanted);
  return step(trade, view, close);
}

export function activeClose(trade: Trade): TradeClose | null {
  return trade.closes.find((close) => !close.ended) ?? null;
}

export function closeWakeAt(trade: Trade): EpochMs | null {
  const close = activeClose(trade);
  if (close === null) return null;
  const progress = closeProgress(trade, close);
  const times = [
    nextStepAt(close.plan.entry, progress),
    windowEnd(close.plan.entry, progress),
    ...liveOrders(trade, 'close').map((order) => order.retryAt),
  ].filter((at) => at !== null);
  return times.length === 0 ? null : (Math.min(...times) as EpochMs);
}

/** Orders sent for this close: closes run one after another. */
function ordersFor(trade: Trade, close: TradeClose): readonly TradeOrder[] {
  return trade.orders.filter(
    (order) => order.role === 'close' && order.intendedAt >= close.requestedAt,
  );
}

function startOrEnd(trade: Trade, view: PlanView, close: TradeClose): Move | null {
  const orders = ordersFor(trade, close);
  if (orders.some((order) => !isSettled(order))) return null;
  let sold = 0;
  for (const order of orders) sold += filledPossible(order);
  const refused = orders.some((order) => order.end === 'rejected');
  const most = close.plan.scope === 'all' ? held(trade) : close.plan.quantity - sold;
  const wanted = refused ? 0 : Math.min(most, held(trade));
  if (wanted <= 0) return record(trade, { kind: 'close.ended', body: { sold, at: view.now } });
  const exits = liveOrders(trade, 'exit');
  let resting = 0;
  for (const order of exits) resting += remainder(order);
  if (held(trade) - resting < wanted) return takeBack(trade, view, exits);
  if (
    trade.orders.some((order) => order.role === 'exit' && !isSettled(order) && order.end !== null)
  ) {
    return null;
  }
  if (!view.closes || !view.marketOpen || !view.exitRateAllows) return null;
  return submit(trade, view, { role: 'close', quantity: quantity(wanted), terms: close.wanted });
}

function closeProgress(trade: Trade, close: TradeClose): Progress {
  const orders = ordersFor(trade, close);
  const taken = orders.map((order) => order.firstSeenAt).filter((at) => at !== null);
  return {
    startedAt: orders[0]?.intendedAt ?? null,
    takenAt: taken.length === 0 ? null : (Math.min(...taken) as EpochMs),
    steps: close.steps,
    lastStepAt: close.lastStepAt,
  };
}

function step(trade: Trade, view: PlanView, close: TradeClose): Move | null {
  const { quote, now } = view;
  const policy = close.plan.entry;
  const progress = closeProgress(trade, close);
  if (quote === null || !mayConvert(policy, progress, now)) return null;
  const end = windowEnd(policy, progress);
  const terms =
    end !== null && now >= end
      ? atLast(trade, close, quote.bid > 0n ? quote.bid : close.plan.floor)
      : stepped(trade, close, view);
  if (terms === null || sameTerms(terms, close.wanted)) return null;
  return record(trade, {
    kind: 'close.stepped',
    body: { step: close.steps + 1, terms, quote, at: now },
  });
}

function stepped(trade: Trade, close: TradeClose, view: PlanView): OrderTerms | null {
  if (view.quote === null) return null;
  const working = {
    side: 'sell',
    terms: close.wanted,
    grid: trade.plan.instrument.grid,
    bound: close.plan.floor,
    policy: close.plan.entry,
    stepsLeft: close.steps < close.plan.entry.stepsMax,
  } as const;
  const next = nextTerms(working, view.quote);
  return next.kind === 'stay' ? null : next.terms;
}

/** The bid, never below the floor and never above what is already asked. */
function atLast(
  trade: Trade,
  close: TradeClose,
  bid: Parameters<typeof maxPrice>[0],
): OrderTerms | null {
  if (close.wanted.kind === 'market') return null;
  const limit = maxPrice(close.plan.floor, roundDown(trade.plan.instrument.grid, bid));
  return limit < close.wanted.limit ? { kind: 'limit', limit } : null;
}
