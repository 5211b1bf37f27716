/**
 * The life of one order, as a pure function of what was recorded about it.
 *
 * Invariants
 * 1. A terminal order stays terminal; fill rows that arrive late are still counted.
 * 2. Each fill id is counted once, and the stated filled count never falls.
 * 3. Only the broker's own word, proven absence or a definite refusal ends an order.
 */
import type { ClientOrderId, OrderRole } from '#kernel/ids.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Answer, OrderEnd, Sighting, TradeOrder } from '../model.ts';
import type { Fill, OrderStatus, OrderTerms, Side } from '../ports.ts';
import { filledPossible } from './exposure.ts';

export interface NewOrder {
  readonly cid: ClientOrderId;
  readonly role: OrderRole;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly terms: OrderTerms;
  readonly replaces: ClientOrderId | null;
  readonly at: EpochMs;
}

export function intendedOrder(order: NewOrder): TradeOrder {
  return {
    cid: order.cid,
    role: order.role,
    side: order.side,
    quantity: order.quantity,
    terms: order.terms,
    replaces: order.replaces,
    intendedAt: order.at,
    phase: 'intended',
    end: null,
    orderId: null,
    status: null,
    editable: false,
    fills: [],
    reported: 0,
    pending: null,
    doubtful: false,
    misses: null,
    unsentTries: 0,
    retryAt: null,
    rejection: null,
    firstSeenAt: null,
    changedAt: order.at,
  };
}

/** The broker's answer to a submit or to the replace that made this order. */
export function answered(order: TradeOrder, answer: Answer, at: EpochMs): TradeOrder {
  if (order.phase === 'terminal') return order;
  switch (answer.kind) {
    case 'acked': {
      const firstSeenAt = order.firstSeenAt ?? at;
      return { ...order, phase: 'live', orderId: answer.orderId, firstSeenAt, changedAt: at };
    }
    case 'rejected':
      // A fill or sighting that overtook the refusal proves the order lives.
      if (order.phase === 'live') return { ...order, doubtful: true };
      return ended({ ...order, rejection: answer.rejection }, 'rejected', at);
    case 'not_sent':
      if (order.phase === 'live') return { ...order, doubtful: true };
      if (answer.reason === 'withdrawn' || answer.reason === 'unauthorized') {
        return ended(order, 'not_sent', at);
      }
      return unsent(order, answer.reason === 'throttled', at);
    case 'ambiguous':
      return order.phase === 'live' ? order : { ...order, phase: 'unknown', changedAt: at };
  }
}

/** Back-off before the same intent is sent again: 0.5, 1, 2 … s, spread by its own id. */
function unsent(order: TradeOrder, doubtful: boolean, at: EpochMs): TradeOrder {
  const tries = order.unsentTries + 1;
  const delayMs =
    500 * 2 ** (tries - 1) + ((order.cid.charCodeAt(order.cid.length - 3) * 37) % 250);
  return {
    ...order,
    phase: 'unsent',
    doubtful,
    unsentTries: tries,
    retryAt: (at + delayMs) as EpochMs,
    changedAt: at,
  };
}

export function sentAgain(order: TradeOrder, at: EpochMs): TradeOrder {
  return { ...order, phase: 'intended', retryAt: null, changedAt: at };
}

export function ended(order: TradeOrder, end: OrderEnd, at: EpochMs): TradeOrder {
  return { ...order, phase: 'terminal', end, pending: null, doubtful: false, changedAt: at };
}

/** Nothing of what was in flight when a run stopped can be trusted; all of it is read again. */
export function afterRestart(order: TradeOrder, at: EpochMs): TradeOrder {
  if (order.phase === 'intended') return { ...order, phase: 'unknown', changedAt: at };
  if (order.phase !== 'live') return order;
  const pending = order.pending === null ? null : { ...order.pending, inFlight: false };
  return { ...order, pending, doubtful: true };
}

export function seen(order: TradeOrder, sighting: Sighting, at: EpochMs): TradeOrder {
  const fills = mergeFills(order.fills, sighting.fills);
  const next: TradeOrder = {
    ...order,
    orderId: sighting.orderId,
    status: sighting.status,
    editable: sighting.editable,
    fills,
    reported: Math.max(order.reported, sighting.filled),
    // The venue's own size counts: a replacement may carry only what its original left.
    quantity: sighting.quantity,
    rejection: sighting.rejection ?? order.rejection,
    doubtful: false,
    misses: null,
    firstSeenAt: order.firstSeenAt ?? at,
    changedAt: at,
  };
  const end = endOf(sighting.status);
  if (order.phase === 'terminal') {
    // Thought absent or refused, and there after all: it is as live as the broker says.
    const wrong = order.end === 'absent' || order.end === 'not_sent' || order.end === 'rejected';
    return wrong && end === null
      ? { ...next, phase: 'live', end: null }
      : { ...next, status: order.status };
  }
  return end === null ? { ...next, phase: 'live' } : ended(next, end, at);
}

export function missed(order: TradeOrder, at: EpochMs): TradeOrder {
  const { misses } = order;
  const count = (misses?.count ?? 0) + 1;
  const next = { ...order, misses: { count, firstAt: misses?.firstAt ?? at, lastAt: at } };
  // A throttled send was looked for and is not there: it may be sent again.
  return order.phase === 'unsent' ? { ...next, doubtful: false } : next;
}

/** Whether a sighting says anything this order does not know yet. */
export function isNews(order: TradeOrder, sighting: Sighting): boolean {
  if (order.doubtful || order.misses !== null || order.phase === 'intended') return true;
  if (order.phase === 'unknown' || order.phase === 'unsent') return true;
  if (order.orderId !== sighting.orderId || sighting.filled > order.reported) return true;
  if (sighting.fills.some((fill) => !order.fills.some((known) => known.fillId === fill.fillId))) {
    return true;
  }
  if (order.phase === 'terminal') {
    return endOf(sighting.status) === null &&
      filledPossible(order) === 0 &&
      order.end !== 'cancelled'
      ? order.end === 'absent' || order.end === 'not_sent'
      : false;
  }
  return (
    order.status !== sighting.status ||
    order.editable !== sighting.editable ||
    order.quantity !== sighting.quantity
  );
}

/** The end a venue's status states, or `null` while the order can still fill. */
export function endOf(status: OrderStatus): OrderEnd | null {
  switch (status) {
    case 'filled':
    case 'cancelled':
    case 'rejected':
    case 'expired':
    case 'removed':
      return status;
    case 'received':
    case 'contingent':
    case 'routed':
    case 'working':
    case 'cancel_requested':
    case 'replace_requested':
    case 'unknown':
      return null;
  }
}

function mergeFills(known: readonly Fill[], stated: readonly Fill[]): readonly Fill[] {
  const fresh = stated.filter((fill) => !known.some((other) => other.fillId === fill.fillId));
  return fresh.length === 0 ? known : [...known, ...fresh];
}
