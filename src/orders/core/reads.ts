/**
 * Which orders of a trade the broker must be asked about, and when an order that cannot be found is
 * given up. Unknown counts as live: nothing else of its role is sent meanwhile.
 */
import type { Trade, TradeOrder } from '../model.ts';
import { isAbsent, nextLookAt } from '../resolve/absence.ts';
import { isSettled } from './exposure.ts';
import { type Move, type PlanView, record } from './moves.ts';

/** Reads wanted now. The shell leaves out those still under way or asked a moment ago. */
export function wantedReads(trade: Trade, view: PlanView): readonly Move[] {
  const moves: Move[] = [];
  for (const order of trade.orders) {
    if (needsLookUp(order)) {
      if (view.now >= nextLookAt(order, view.settings)) {
        moves.push({ kind: 'look_up', cid: order.cid });
      }
    } else if (order.orderId !== null && needsRead(order, view)) {
      moves.push({ kind: 'read', cid: order.cid, orderId: order.orderId });
    }
  }
  return moves;
}

/** The next order whose absence is established, as the record that says so. */
export function absence(trade: Trade, view: PlanView): Move | null {
  const order = trade.orders.find(
    (other) => other.phase === 'unknown' && isAbsent(other, view.settings),
  );
  if (order === undefined) return null;
  return record(trade, {
    kind: 'order.ended',
    body: { cid: order.cid, end: 'absent', at: view.now },
  });
}

function needsLookUp(order: TradeOrder): boolean {
  return order.phase === 'unknown' || (order.phase === 'unsent' && order.doubtful);
}

function needsRead(order: TradeOrder, view: PlanView): boolean {
  if (order.phase === 'terminal') return !isSettled(order);
  if (order.phase !== 'live') return false;
  if (order.doubtful) return true;
  const { pending } = order;
  if (pending === null || pending.answer === null) return false;
  return view.now - pending.at >= view.settings.readEveryMs;
}
