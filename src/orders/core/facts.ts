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
import { freshFills, isNews, isStale } from './order-life.ts';

/** One record has no room for a thousand; as long as some are missing the order is read again. */
const FILLS_AT_ONCE_MAX = 200;

/** A sighting of one of the trade's orders, or `null` when it says nothing new. */
export function sightingOf(
  order: TradeOrder,
  stated: BrokerOrder,
  source: SightingSource,
): Sighting | null {
  const filled = stated.quantity - stated.remaining;
  const sighting: Sighting = {
    cid: order.cid,
    orderId: stated.orderId,
    status: stated.status,
    statedAt: stated.updatedAt,
    quantity: stated.quantity,
    filled,
    fills: freshFills(order, { fills: stated.fills, filled }).slice(0, FILLS_AT_ONCE_MAX),
    editable: stated.editable,
    rejection:
      stated.rejectReason === null
        ? null
        : { code: 'rejected_by_broker', message: stated.rejectReason },
  };
  if (!isNews(order, sighting, source)) return null;
  return isStale(order, sighting, source) ? onlyFills(order, sighting) : sighting;
}

/** An old statement can still bring fills; of everything else what is known stands. */
function onlyFills(order: TradeOrder, sighting: Sighting): Sighting {
  const { status, statedAt, quantity, editable } = order;
  return {
    ...sighting,
    status: status ?? sighting.status,
    statedAt: statedAt ?? sighting.statedAt,
    quantity,
    editable,
  };
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
