/**
 * The story of a trade's orders, from what was intended, answered and seen.
 *
 * Invariants
 * 1. An order stays terminal once it is, unless it was only thought absent or refused.
 * 2. A fill id counts once, and the stated filled count never falls.
 */
import { divideDown } from '#kernel/decimal.ts';
import type { ClientOrderId } from '#kernel/ids.ts';
import { type Price, priceFromUnits } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { OrderEnd, OrderIntent, Sighting } from '#orders/model.ts';
import type { Fill, OrderStatus, Rejection } from '#orders/ports.ts';
import type { BodyOf, ByKind, EntryOf, Kind } from './by-kind.ts';
import { quoted } from './mask.ts';
import type { OrderStory } from './model.ts';

/** 0.0001, in units of 1e-9. */
const AVERAGE_STEP = 100_000n;

/** A status after which an order can fill no more, and how it ended. */
const ENDS: Partial<Record<OrderStatus, OrderEnd>> = {
  filled: 'filled',
  cancelled: 'cancelled',
  rejected: 'rejected',
  expired: 'expired',
  removed: 'removed',
};

const FOLDS: Partial<ByKind<Kind, readonly OrderStory[], readonly OrderStory[]>> = {
  'order.intended': ({ body: { intent, at } }, orders) => intended(orders, intent, at),
  'order.answered': ({ body }, orders) =>
    change(orders, body.cid, (order) => answered(order, body)),
  'order.seen': ({ body: { sighting, at } }, orders) =>
    change(orders, sighting.cid, (order) => seen(order, sighting, at)),
  'order.ended': ({ body: { cid, end } }, orders) =>
    change(orders, cid, (order) => ended(order, end)),
  // What was in flight when the last run stopped may or may not have arrived.
  'run.started': (_, orders) => (orders.some(isInFlight) ? orders.map(unanswered) : orders),
};

/** The orders after one more record; the same list when it does not concern them. */
export function foldOrders<K extends Kind>(
  orders: readonly OrderStory[],
  entry: EntryOf<K>,
): readonly OrderStory[] {
  return FOLDS[entry.kind]?.(entry, orders) ?? orders;
}

/** What these fills come to: contracts, and their average price for reading. */
export function sumOf(fills: readonly Fill[]): Pick<OrderStory, 'filled' | 'average'> {
  let filled = 0;
  let units = 0n;
  for (const { quantity: count, price } of fills) {
    filled += count;
    units += price * BigInt(count);
  }
  return { filled, average: filled === 0 ? null : averageOf(units, BigInt(filled)) };
}

/** To the nearest 0.0001: it is read, never traded on. */
function averageOf(units: bigint, count: bigint): Price {
  const steps = divideDown(2n * units + count * AVERAGE_STEP, 2n * count * AVERAGE_STEP);
  return priceFromUnits(steps * AVERAGE_STEP);
}

export function isLive(order: OrderStory): boolean {
  return order.phase !== 'terminal';
}

function intended(
  orders: readonly OrderStory[],
  intent: OrderIntent,
  at: EpochMs,
): readonly OrderStory[] {
  if (intent.op === 'cancel') return orders;
  if (orders.some((order) => order.cid === intent.cid)) {
    return change(orders, intent.cid, (order) => ({
      ...order,
      phase: 'intended',
      sends: order.sends + 1,
    }));
  }
  if (intent.op === 'submit') return [...orders, newOrder({ ...intent, replaces: null }, at)];
  const original = orders.find((order) => order.cid === intent.replaces);
  if (original === undefined) return orders;
  const left = Math.max(0, original.quantity - Math.max(original.filled, original.reported));
  const { role, side, timeInForce } = original;
  const replacement = { ...intent, role, side, timeInForce, quantity: quantity(left) };
  return [...orders, newOrder(replacement, at)];
}

function isInFlight(order: OrderStory): boolean {
  return order.phase === 'intended';
}

function unanswered(order: OrderStory): OrderStory {
  return isInFlight(order) ? { ...order, phase: 'unknown' } : order;
}

function newOrder(
  order: Pick<OrderStory, 'cid' | 'role' | 'side' | 'quantity' | 'terms' | 'replaces'> &
    Pick<OrderStory, 'timeInForce'>,
  at: EpochMs,
): OrderStory {
  return {
    cid: order.cid,
    role: order.role,
    side: order.side,
    quantity: order.quantity,
    terms: order.terms,
    timeInForce: order.timeInForce,
    replaces: order.replaces,
    phase: 'intended',
    end: null,
    orderId: null,
    status: null,
    fills: [],
    filled: 0,
    average: null,
    reported: 0,
    rejection: null,
    intendedAt: at,
    takenAt: null,
    sends: 1,
  };
}

/** A cancel's answer decides nothing: only the order's own status does. */
function answered(order: OrderStory, { op, answer, at }: BodyOf<'order.answered'>): OrderStory {
  if (op === 'cancel' || order.phase === 'terminal') return order;
  switch (answer.kind) {
    case 'acked': {
      const takenAt = order.takenAt ?? at;
      return { ...order, phase: 'live', orderId: answer.orderId, takenAt };
    }
    case 'rejected':
      return order.phase === 'live'
        ? order
        : { ...ended(order, 'rejected'), rejection: readable(answer.rejection) };
    case 'not_sent':
      if (order.phase === 'live') return order;
      return op === 'replace' ? ended(order, 'not_sent') : { ...order, phase: 'unsent' };
    case 'ambiguous':
      return order.phase === 'live' ? order : { ...order, phase: 'unknown' };
  }
}

function seen(order: OrderStory, sighting: Sighting, at: EpochMs): OrderStory {
  const fills = merged(order.fills, sighting.fills);
  const next: OrderStory = {
    ...order,
    ...sumOf(fills),
    fills,
    orderId: sighting.orderId,
    status: sighting.status,
    quantity: sighting.quantity,
    reported: Math.max(order.reported, sighting.filled),
    rejection: sighting.rejection === null ? order.rejection : readable(sighting.rejection),
    takenAt: order.takenAt ?? at,
  };
  const end = ENDS[sighting.status] ?? null;
  if (order.phase === 'terminal' && (end !== null || !wasOnlyBelieved(order.end))) {
    return { ...next, status: order.status ?? sighting.status };
  }
  return end === null ? { ...next, phase: 'live', end: null } : ended(next, end);
}

/** The broker's words as a reader may see them. */
function readable({ code, message }: Rejection): Rejection {
  return { code: quoted(code), message: quoted(message) };
}

/** Ended by our own reasoning, not by the broker's word. */
function wasOnlyBelieved(end: OrderEnd | null): boolean {
  return end === 'absent' || end === 'not_sent' || end === 'rejected';
}

function ended(order: OrderStory, end: OrderEnd): OrderStory {
  return { ...order, phase: 'terminal', end };
}

function merged(known: readonly Fill[], stated: readonly Fill[]): readonly Fill[] {
  const fresh = stated.filter((fill) => !known.some((other) => other.fillId === fill.fillId));
  return fresh.length === 0 ? known : [...known, ...fresh];
}

function change(
  orders: readonly OrderStory[],
  cid: ClientOrderId,
  how: (order: OrderStory) => OrderStory,
): readonly OrderStory[] {
  return orders.map((order) => (order.cid === cid ? how(order) : order));
}
