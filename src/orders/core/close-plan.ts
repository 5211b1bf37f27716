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
import { allowsMarket, nextTerms } from '../discovery/next-terms.ts';
import { mayConvert, nextStepAt, type Progress, windowEnd } from '../discovery/schedule.ts';
import type { Trade, TradeClose, TradeOrder } from '../model.ts';
import {
  filledPossible,
  held,
  isLive,
  isSettled,
  liveOrders,
  ordersOf,
  ownRemainder,
  remainder,
} from './exposure.ts';
import { latest, soonest } from './instants.ts';
import { type Move, type PlanView, record, sameTerms, submit } from './moves.ts';
import {
  cancelAgain,
  converge,
  isCalm,
  isMarketRefused,
  isRefusal,
  pausedUntil,
  retryUnsent,
  takeBack,
  termsNow,
  tries,
  type WorkedSide,
} from './working.ts';

const REFUSALS_MAX = 2;
/** Why a trade is blocked whose close was refused: its exits may rest all the same. */
export const CLOSE_REFUSED = 'close_refused_twice';

export function closeMove(trade: Trade, view: PlanView): Move | null {
  const close = activeClose(trade);
  const unasked = unaskedSells(trade, close);
  if (unasked.length > 0) return takeBack(trade, view, unasked);
  if (close === null || trade.entry.kind !== 'ended') return null;
  const side = closeSide(trade, close, view);
  const live = side.orders.filter(isLive);
  const order = live[0];
  if (order === undefined) return startOrEnd(trade, view, { close, side });
  if (isSuperseded(trade, close)) return takeBack(trade, view, live);
  if (!view.closes) return null;
  const again = retryUnsent(trade, view, side) ?? cancelAgain(trade, view, live);
  if (again !== null || live.length > 1 || !isCalm(order)) return again;
  if (!sameTerms(order.terms, termsNow(side))) return converge(trade, view, side, order);
  return step(trade, view, { close, side });
}

export function activeClose(trade: Trade): TradeClose | null {
  return trade.closes.find((close) => !close.ended) ?? null;
}

/** Ends the close under way as it stands, once none of its orders can fill any more. */
export function endClose(trade: Trade, view: PlanView): Move | null {
  const close = activeClose(trade);
  if (close === null) return null;
  const orders = ordersFor(trade, close);
  return orders.every(isSettled) ? closeEnded(trade, view, sum(orders, filledPossible)) : null;
}

/** Contracts that closes asked for and not ended will still sell. */
export function closing(trade: Trade): number {
  let count = 0;
  for (const close of trade.closes) {
    if (close.ended) continue;
    if (close.plan.scope === 'all') return Math.max(0, held(trade));
    count += Math.max(0, close.plan.quantity - sum(ordersFor(trade, close), filledPossible));
  }
  return count;
}

/** When the close under way needs a look without anything happening. */
export function closeWakes(trade: Trade, view: PlanView): readonly (EpochMs | null)[] {
  const close = activeClose(trade);
  if (close === null) return [];
  const progress = closeProgress(trade, close);
  return [
    nextStepAt(close.plan.entry, progress),
    windowEnd(close.plan.entry, progress),
    pausedUntil(ordersFor(trade, close), view),
    ...liveOrders(trade, 'close').map((order) => order.retryAt),
  ];
}

/** Closes run one after another, but one of everything takes over at once. */
function isSuperseded(trade: Trade, close: TradeClose): boolean {
  const later = trade.closes.slice(trade.closes.indexOf(close) + 1);
  return later.some((other) => !other.ended && other.plan.scope === 'all');
}

/**
 * What is on sale beyond what is held, because other hands sold some, or beyond what its close is
 * for, because one thought absent turned up.
 */
function unaskedSells(trade: Trade, close: TradeClose | null): readonly TradeOrder[] {
  const live = liveOrders(trade, 'close');
  if (live.length === 0) return live;
  const onSale = sum(live, (order) => ownRemainder(trade, order));
  if (onSale > Math.max(0, held(trade))) return live;
  const strays = live.filter(({ cid }) => close === null || !close.orders.includes(cid));
  if (strays.length > 0 || close === null || close.plan.scope === 'all') return strays;
  const sold = sum(ordersFor(trade, close), filledPossible);
  return sold + onSale > close.plan.quantity ? live : [];
}

interface Closing {
  readonly close: TradeClose;
  readonly side: WorkedSide;
}

function closeSide(trade: Trade, close: TradeClose, view: PlanView): WorkedSide {
  const { limit, floor } = close.plan;
  return {
    orders: ordersFor(trade, close),
    first: { kind: 'limit', limit },
    wanted: close.wanted,
    marketAllowed: allowsMarket('sell', view.quote, floor),
  };
}

function ordersFor(trade: Trade, close: TradeClose): readonly TradeOrder[] {
  return trade.orders.filter((order) => close.orders.includes(order.cid));
}

function startOrEnd(trade: Trade, view: PlanView, { close, side }: Closing): Move | null {
  const { orders } = side;
  const sells = [...orders, ...ordersOf(trade, 'exit')];
  if (sells.some((order) => !isLive(order) && !isSettled(order))) return null;
  const sold = sum(orders, filledPossible);
  const most = close.plan.scope === 'all' ? held(trade) : close.plan.quantity - sold;
  const wanted = Math.min(most, held(trade));
  if (wanted <= 0 || isSuperseded(trade, close)) return closeEnded(trade, view, sold);
  const fault = faultOf(orders, view);
  if (fault !== null) {
    return trade.blocked === null
      ? record(trade, { kind: 'trade.blocked', body: { reason: fault, at: view.now } })
      : closeEnded(trade, view, sold);
  }
  const paused = pausedUntil(orders, view);
  if (paused !== null && view.now < paused) return null;
  const exits = liveOrders(trade, 'exit');
  const needsExits = held(trade) - sum(exits, remainder) < wanted;
  // Exits rest until the close itself can be sent, or the position would be without an order.
  if (closeObstacle(view) !== null || view.sellRoom < (needsExits ? 2 : 1)) return null;
  if (needsExits) return takeBack(trade, view, exits);
  return submit(trade, view, { role: 'close', quantity: quantity(wanted), terms: termsNow(side) });
}

/** What keeps closes from being sent now, in words, or `null`. */
export function closeObstacle({ closes, marketOpen }: PlanView): string | null {
  if (!closes) return 'the kill state sends nothing new';
  return marketOpen ? null : 'the venue is closed';
}

/** A close that has no order yet, with nothing to wait for but its own sending. */
export function awaitsSending(trade: Trade): boolean {
  const isAsked = activeClose(trade) !== null && trade.entry.kind === 'ended';
  return isAsked && held(trade) > 0 && liveOrders(trade, 'close').length === 0;
}

/** Why a person has to take over, or `null`. */
function faultOf(orders: readonly TradeOrder[], { settings }: PlanView): string | null {
  const refusals = orders.filter((order) => isRefusal(order, orders)).length;
  if (refusals >= REFUSALS_MAX) return CLOSE_REFUSED;
  return tries(orders) >= settings.ordersPerPurposeMax ? 'too_many_orders' : null;
}

function closeEnded(trade: Trade, view: PlanView, sold: number): Move {
  return record(trade, { kind: 'close.ended', body: { sold, at: view.now } });
}

function closeProgress(trade: Trade, close: TradeClose): Progress {
  const orders = ordersFor(trade, close);
  return {
    startedAt: orders[0]?.intendedAt ?? null,
    takenAt: soonest(orders.map((order) => order.firstSeenAt)),
    steps: close.steps,
    lastStepAt: close.lastStepAt,
    reachedAt: latest(orders.map((order) => order.firstSeenAt)),
  };
}

function step(trade: Trade, view: PlanView, { close, side }: Closing): Move | null {
  const { quote, now, settings } = view;
  const policy = close.plan.entry;
  const progress = closeProgress(trade, close);
  if (quote === null || !mayConvert(policy, progress, now)) return null;
  if (view.sellRoom < 2 || tries(side.orders) >= settings.ordersPerPurposeMax) return null;
  const end = windowEnd(policy, progress);
  if (end !== null && now >= end) return rest(trade, view, close);
  const working = {
    side: 'sell',
    terms: close.wanted,
    grid: trade.plan.instrument.grid,
    bound: close.plan.floor,
    policy: isMarketRefused(side.orders) ? { ...policy, convert: 'never' as const } : policy,
    stepsLeft: close.steps < policy.stepsMax,
  } as const;
  const next = nextTerms(working, quote);
  if (next.kind === 'stay') return null;
  // A conversion ends the steps, as for an entry.
  const taken = next.kind === 'convert' ? policy.stepsMax : close.steps + 1;
  const body = { step: taken, terms: next.terms, quote, at: now };
  return record(trade, { kind: 'close.stepped', body });
}

/** At the bid, never below the floor and never above what is already asked. */
function rest(trade: Trade, { quote, now }: PlanView, close: TradeClose): Move | null {
  if (quote === null || close.wanted.kind === 'market') return null;
  const bid = roundDown(trade.plan.instrument.grid, quote.bid);
  const limit = maxPrice(close.plan.floor, bid);
  if (limit >= close.wanted.limit) return null;
  const terms = { kind: 'limit', limit } as const;
  return record(trade, {
    kind: 'close.stepped',
    body: { step: close.plan.entry.stepsMax, terms, quote, at: now },
  });
}

function sum(orders: readonly TradeOrder[], count: (order: TradeOrder) => number): number {
  let total = 0;
  for (const order of orders) total += count(order);
  return total;
}
