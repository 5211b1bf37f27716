/** What the broker says, turned into records: only what is new, each thing once. */
import type { Draft } from '#events/record.ts';
import type { EpochMs } from '#kernel/time.ts';
import type {
  Answer,
  OrderIntent,
  Sighting,
  SightingSource,
  Trade,
  TradeOrder,
  TradeRecord,
} from '../model.ts';
import type { BrokerOrder, MutationOutcome } from '../ports.ts';
import { isNews } from './order-life.ts';

/** A sighting of one of the trade's orders, or `null` when it says nothing new. */
export function sightingOf(order: TradeOrder, stated: BrokerOrder): Sighting | null {
  const known = new Set(order.fills.map((fill) => fill.fillId));
  const sighting: Sighting = {
    cid: order.cid,
    orderId: stated.orderId,
    status: stated.status,
    quantity: stated.quantity,
    filled: stated.quantity - stated.remaining,
    fills: stated.fills.filter((fill) => !known.has(fill.fillId)),
    editable: stated.editable,
    rejection:
      stated.rejectReason === null
        ? null
        : { code: 'rejected_by_broker', message: stated.rejectReason },
  };
  return isNews(order, sighting) ? sighting : null;
}

export function seenRecord(
  trade: Trade,
  sighting: Sighting,
  source: SightingSource,
  at: EpochMs,
): TradeRecord {
  return { ...context(trade, 'broker'), kind: 'order.seen', body: { sighting, source, at } };
}

export function answeredRecord(
  trade: Trade,
  intent: OrderIntent,
  outcome: MutationOutcome,
  at: EpochMs,
): TradeRecord {
  const body = { cid: intent.cid, op: intent.op, answer: answerOf(outcome), at };
  return { ...context(trade, 'broker'), kind: 'order.answered', body };
}

export function missedRecord(trade: Trade, order: TradeOrder, at: EpochMs): TradeRecord {
  return { ...context(trade, 'broker'), kind: 'order.missed', body: { cid: order.cid, at } };
}

function answerOf(outcome: MutationOutcome): Answer {
  return outcome.kind === 'acked' ? { kind: 'acked', orderId: outcome.order.orderId } : outcome;
}

function context(
  trade: Trade,
  actor: string,
): Pick<Draft, 'actor'> & Required<Pick<Draft, 'trade' | 'message'>> {
  return { actor, trade: trade.id, message: trade.plan.message };
}
