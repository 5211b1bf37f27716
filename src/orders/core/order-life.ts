/**
 * The life of one order, as a pure function of what was recorded about it.
 *
 * Invariants
 * 1. What the broker called over stays over; fill rows that arrive late are still counted.
 * 2. Each fill id is counted once, never more than the broker counts, and no count ever falls.
 * 3. Only the broker's own word, proven absence or a definite refusal ends an order. The last two
 *    are our conclusions: the broker's word overturns them.
 */
import type { ClientOrderId, OrderRole } from '#kernel/ids.ts';
import type { Quantity } from '#kernel/quantity.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import type { Answer, OrderEnd, Sighting, SightingSource, TradeOrder } from '../model.ts';
import type { Fill, OrderStatus, OrderTerms, Side } from '../ports.ts';
import { filledKnown } from './exposure.ts';
import { notAfter } from './instants.ts';

const NO_FILLS: readonly Fill[] = [];

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
    statedAt: null,
    editable: false,
    fills: [],
    reported: 0,
    pending: null,
    ownCancel: 'none',
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
      if (answer.reason === 'withdrawn') return ended(order, 'not_sent', at);
      if (answer.reason === 'unreachable') return unsent({ ...order, doubtful: false }, at);
      // An edit turned away may be taken all the same, and its original end by it.
      if (order.replaces !== null) return { ...order, phase: 'unknown', changedAt: at };
      return turnedAway(order, answer.reason, at);
    case 'ambiguous':
      if (order.phase === 'live') return { ...order, doubtful: true };
      return { ...order, phase: 'unknown', changedAt: at };
  }
}

/** Back-off before the same intent is sent again: 0.5, 1, 2 … s, spread by its own id. */
function unsent(order: TradeOrder, at: EpochMs): TradeOrder {
  const tries = order.unsentTries + 1;
  const spreadMs = (order.cid.charCodeAt(order.cid.length - 3) * 37) % 250;
  const retryAt = plus(at, 500 * 2 ** (tries - 1) + spreadMs);
  return { ...order, phase: 'unsent', unsentTries: tries, retryAt, changedAt: at };
}

/** It may be taken all the same: looked for, and without valid credentials not sent again. */
function turnedAway(order: TradeOrder, why: 'throttled' | 'unauthorized', at: EpochMs): TradeOrder {
  const doubted = unsent({ ...order, doubtful: true }, at);
  return why === 'unauthorized' ? { ...doubted, retryAt: null } : doubted;
}

/** Looks made before this send say nothing about it. */
export function sentAgain(order: TradeOrder, at: EpochMs): TradeOrder {
  if (order.phase !== 'unsent') return order;
  const sent = { ...order, retryAt: null, misses: null, doubtful: false, changedAt: at };
  return { ...sent, phase: 'intended' };
}

/** Concluded by us: it never arrived. What the broker has shown is not ours to end. */
export function givenUp(order: TradeOrder, end: 'absent' | 'not_sent', at: EpochMs): TradeOrder {
  return order.phase === 'live' || order.phase === 'terminal' ? order : ended(order, end, at);
}

function ended(order: TradeOrder, end: OrderEnd, at: EpochMs): TradeOrder {
  return { ...order, phase: 'terminal', end, pending: null, doubtful: false, changedAt: at };
}

/** A cancel of this desk is on its way to it. */
export function cancelSent(order: TradeOrder): TradeOrder {
  return { ...order, ownCancel: order.ownCancel === 'possible' ? 'possible' : 'unanswered' };
}

/** Refused, or never there, it was not this desk that ended the order. */
export function cancelHeard(order: TradeOrder, answer: Answer): TradeOrder {
  if (order.ownCancel !== 'unanswered') return order;
  const isWithoutEffect =
    answer.kind === 'rejected' || (answer.kind === 'not_sent' && answer.reason !== 'throttled');
  return { ...order, ownCancel: isWithoutEffect ? 'none' : 'possible' };
}

/** Nothing of what was in flight when a run stopped can be trusted; all of it is read again. */
export function afterRestart(before: TradeOrder, at: EpochMs): TradeOrder {
  const isUnanswered = before.ownCancel === 'unanswered';
  const order: TradeOrder = isUnanswered ? { ...before, ownCancel: 'possible' } : before;
  if (order.phase === 'terminal') return order;
  // On a full disk a cancel can be on record of an order whose answer is not.
  const pending = order.pending && {
    ...order.pending,
    answer: order.pending.answer ?? 'ambiguous',
  };
  if (order.phase === 'intended') return { ...order, pending, phase: 'unknown', changedAt: at };
  return order.phase === 'live' ? { ...order, pending, doubtful: true } : { ...order, pending };
}

/** See `timedAnew`. Looks were timed by the clock as it was: proof of absence begins again. */
export function orderTimedAnew(order: TradeOrder, at: EpochMs): TradeOrder {
  const { pending } = order;
  return {
    ...order,
    intendedAt: notAfter(order.intendedAt, at),
    firstSeenAt: notAfter(order.firstSeenAt, at),
    changedAt: notAfter(order.changedAt, at),
    retryAt: notAfter(order.retryAt, at),
    pending: pending && {
      ...pending,
      since: notAfter(pending.since, at),
      at: notAfter(pending.at, at),
    },
    misses: null,
  };
}

export function seen(order: TradeOrder, sighting: Sighting, at: EpochMs): TradeOrder {
  const fills = freshFills(order, sighting);
  const counted: TradeOrder = {
    ...order,
    orderId: sighting.orderId,
    fills: fills.length === 0 ? order.fills : [...order.fills, ...fills],
    reported: Math.max(order.reported, sighting.filled),
    rejection: sighting.rejection ?? order.rejection,
    misses: null,
    firstSeenAt: order.firstSeenAt ?? at,
    changedAt: at,
  };
  if (isOverByBroker(order)) return counted;
  const next: TradeOrder = {
    ...counted,
    status: sighting.status,
    statedAt: sighting.statedAt,
    editable: sighting.editable,
    // The venue's own size counts: a replacement may carry only what its original left.
    quantity: sighting.quantity,
    doubtful: false,
  };
  const end = endOf(sighting.status);
  return end === null ? { ...next, phase: 'live', end: null } : ended(next, end, at);
}

export function missed(order: TradeOrder, at: EpochMs): TradeOrder {
  const { misses } = order;
  const count = (misses?.count ?? 0) + 1;
  return { ...order, misses: { count, firstAt: misses?.firstAt ?? at, lastAt: at } };
}

/** Whether a sighting says anything this order does not know yet. */
export function isNews(order: TradeOrder, sighting: Sighting, source: SightingSource): boolean {
  if (sighting.filled > order.reported || freshFills(order, sighting).length > 0) return true;
  if (isOverByBroker(order) || isStale(order, sighting, source)) return false;
  if (order.phase !== 'live' || order.doubtful || order.misses !== null) return true;
  return (
    order.orderId !== sighting.orderId ||
    !isSameStatus(order.status, sighting.status) ||
    order.editable !== sighting.editable ||
    order.quantity !== sighting.quantity
  );
}

/** How far an order has come on its way to the exchange says nothing that anybody acts on. */
function isSameStatus(known: OrderStatus | null, stated: OrderStatus): boolean {
  return known === stated || (known === 'received' && stated === 'routed');
}

/**
 * Said before what is known was said. Of two statements with one time a read is the newer, because
 * it was asked for later; a notification or an answer only when it is further along. An end is
 * never stale, whatever the broker's clock did: nothing comes after it.
 */
export function isStale(order: TradeOrder, sighting: Sighting, source: SightingSource): boolean {
  const { statedAt, status } = order;
  if (statedAt === null || status === null || sighting.statedAt > statedAt) return false;
  if (endOf(sighting.status) !== null) return false;
  if (sighting.statedAt < statedAt) return true;
  const wasAskedFor = source === 'poll' || source === 'look_up';
  return !wasAskedFor && PROGRESS[sighting.status] <= PROGRESS[status];
}

/** Ended by the broker's own word: nothing it says later makes it live again. */
function isOverByBroker({ phase, status }: TradeOrder): boolean {
  return phase === 'terminal' && status !== null && endOf(status) !== null;
}

/** Fills not known yet, as far as the broker's own count allows them: a row told twice is one. */
export function freshFills(
  order: TradeOrder,
  { fills, filled }: Pick<Sighting, 'fills' | 'filled'>,
): readonly Fill[] {
  let room = Math.max(order.reported, filled) - filledKnown(order);
  if (room <= 0) return NO_FILLS;
  return fills.filter((fill) => {
    const isFresh = fill.quantity <= room && order.fills.every((one) => one.fillId !== fill.fillId);
    if (isFresh) room -= fill.quantity;
    return isFresh;
  });
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

/** How far along a status is, for notifications that carry one time. */
const PROGRESS: Readonly<Record<OrderStatus, number>> = {
  unknown: 0,
  received: 1,
  contingent: 1,
  routed: 2,
  working: 3,
  replace_requested: 4,
  cancel_requested: 5,
  filled: 6,
  cancelled: 6,
  rejected: 6,
  expired: 6,
  removed: 6,
};
