/**
 * The planner: the next moves of one trade, derived from its state alone.
 *
 * It is asked after every record and every timer, and asking twice changes nothing: a lost timer, a
 * doubled event or a restart cannot lose or repeat a step.
 *
 * Order  what must be read · what is proven absent · what an expiry leaves undone · the entry · the
 * close · the exit · the end
 */

import { moneyFromUnits } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Trade, TradeEndReason, TradeOrder } from '../model.ts';
import { activeClose, closeMove, closeWakes, endClose } from './close-plan.ts';
import { entryMove, entryWakes } from './entry-plan.ts';
import { exitMove, exitWakes, isCovered } from './exit-plan.ts';
import { bought, cost, held, isLive, isSettled, proceeds, sold } from './exposure.ts';
import { nextAfter, soonest } from './instants.ts';
import { type Move, type PlanView, record } from './moves.ts';
import { absence, wantedReads } from './reads.ts';
import { isCalm, takeBack } from './working.ts';

/** The broker reads to make now, and the one write to make next, if any. */
export interface Plan {
  readonly reads: readonly Move[];
  readonly write: Move | null;
}

/** Positions of an expired contract are settled by the clearing house, not by an order. */
const AFTER_EXPIRY_MS = 30 * 60_000;

export function plan(trade: Trade, view: PlanView): Plan {
  if (isOver(trade)) return { reads: [], write: null };
  const write =
    absence(trade, view) ??
    expiryMove(trade, view) ??
    entryMove(trade, view) ??
    closeMove(trade, view) ??
    exitMove(trade, view) ??
    endMove(trade, view);
  return { reads: wantedReads(trade, view), write };
}

/**
 * The next moment that matters to the trade by itself. Whatever else a plan may wait for (a quote,
 * an opening, room to send, a reading) brings a look of its own, at the latest the desk's sweep.
 */
export function wakeAt(trade: Trade, view: PlanView): EpochMs | null {
  if (isOver(trade)) return null;
  const { now } = view;
  return soonest([
    nextAfter(now, entryWakes(trade)),
    nextAfter(now, closeWakes(trade, view)),
    nextAfter(now, exitWakes(trade, view)),
  ]);
}

/**
 * Its entry is over, its exits stand and nothing of it is in doubt: whatever the moment, nothing is
 * to be done before something is recorded of it.
 */
export function rests(trade: Trade): boolean {
  if (trade.entry.kind !== 'ended' || activeClose(trade) !== null) return false;
  const isAtRest = (order: TradeOrder): boolean =>
    order.role === 'exit' && isLive(order) ? isCalm(order) : isSettled(order);
  return trade.orders.every(isAtRest) && isCovered(trade);
}

/** Ended, and no order of it has turned up live since. */
function isOver(trade: Trade): boolean {
  return trade.ended !== null && !trade.orders.some(isLive);
}

/** What was still to be sold of an expired contract, or to be sent, never will be. */
function expiryMove(trade: Trade, view: PlanView): Move | null {
  if (trade.ended !== null || !hasExpired(trade, view.now)) return null;
  const unsent = trade.orders.filter(({ phase }) => phase === 'unsent');
  return takeBack(trade, view, unsent) ?? endClose(trade, view);
}

function hasExpired({ plan: { instrument } }: Trade, now: EpochMs): boolean {
  return instrument.kind !== 'equity' && now > instrument.lastTradeAt + AFTER_EXPIRY_MS;
}

function endMove(trade: Trade, view: PlanView): Move | null {
  if (trade.ended !== null) return null;
  if (trade.entry.kind !== 'ended' || trade.closes.some((close) => !close.ended)) return null;
  if (trade.orders.some((order) => isLive(order) || !isSettled(order))) return null;
  const reason = endReason(trade, view.now);
  if (reason === null) return null;
  const result = moneyFromUnits(proceeds(trade) - cost(trade));
  return record(trade, { kind: 'trade.ended', body: { reason, result, at: view.now } });
}

function endReason(trade: Trade, now: EpochMs): TradeEndReason | null {
  if (bought(trade) === 0) return 'no_fill';
  if (held(trade) <= 0) return sold(trade) > 0 ? 'sold' : 'closed_elsewhere';
  return hasExpired(trade, now) ? 'expired' : null;
}
