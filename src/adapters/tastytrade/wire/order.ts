/**
 * Orders as the venue states them, as orders of the desk (`BrokerOrder`).
 *
 * The venue's object is cumulative and comes alike from answers, lists and the account stream. It
 * has no status for a partial fill and no total of fills: both are read off the one leg.
 */
import { z } from 'zod';
import {
  asClientOrderId,
  asFillId,
  asOrderId,
  type ClientOrderId,
  type OrderId,
} from '#kernel/ids.ts';
import { type Quantity, quantity } from '#kernel/quantity.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { clip, oneLine } from '#kernel/text.ts';
import type { EpochMs } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import type {
  BrokerOrder,
  Fill,
  OrderStatus,
  OrderTerms,
  PositionEffect,
  Side,
} from '#orders/ports.ts';
import { DATE, FLAG, ID, INSTANT, lenient, maybe, PRICE, problemOf, QUANTITY } from './values.ts';

/**
 * unsupported: an order no desk of ours can have made (several legs, a fraction of a share, another
 * kind of instrument). malformed: anything else that cannot be read.
 */
export interface OrderFault {
  readonly kind: 'unsupported' | 'malformed';
  readonly detail: string;
  /** What could be read of whose order it is. */
  readonly orderId: OrderId | null;
  readonly clientOrderId: ClientOrderId | null;
}

/** Statuses by their names on the wire; `In Flight` is on its way like `Routed`. */
const STATUS: ReadonlyMap<string, OrderStatus> = new Map([
  ['Received', 'received'],
  ['Contingent', 'contingent'],
  ['Routed', 'routed'],
  ['In Flight', 'routed'],
  ['Live', 'working'],
  ['Cancel Requested', 'cancel_requested'],
  ['Replace Requested', 'replace_requested'],
  ['Filled', 'filled'],
  ['Cancelled', 'cancelled'],
  ['Rejected', 'rejected'],
  ['Expired', 'expired'],
  ['Removed', 'removed'],
  ['Partially Removed', 'removed'],
]);

const TERMINAL: ReadonlySet<OrderStatus> = new Set([
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'removed',
]);

/** `Buy` and `Sell` are those of futures, which have no position effect on the wire. */
const ACTIONS: ReadonlyMap<string, { readonly side: Side; readonly effect: PositionEffect }> =
  new Map([
    ['Buy to Open', { side: 'buy', effect: 'open' }],
    ['Buy to Close', { side: 'buy', effect: 'close' }],
    ['Sell to Open', { side: 'sell', effect: 'open' }],
    ['Sell to Close', { side: 'sell', effect: 'close' }],
    ['Buy', { side: 'buy', effect: 'open' }],
    ['Sell', { side: 'sell', effect: 'close' }],
  ]);

const INSTRUMENT_TYPES: ReadonlySet<string> = new Set([
  'Equity',
  'Equity Option',
  'Future',
  'Future Option',
]);

/** Words of the venue, cut to what a record has room for. */
const WORDS = z.string().transform((text) => clip(oneLine(text), WORDS_MAX));
const WORDS_MAX = 500;
/** One that is longer was given by somebody else. */
const OUR_ID = z.string().max(128);
/** Longer than any instrument is called. */
const SYMBOL_MAX = 64;

const FILL = z.object({
  'fill-id': lenient(ID),
  quantity: QUANTITY,
  'fill-price': PRICE,
  'filled-at': lenient(INSTANT),
});
type WireFill = z.output<typeof FILL>;

const LEG = z.object({
  'instrument-type': z.string(),
  symbol: z.string().min(1).max(SYMBOL_MAX),
  action: z.string(),
  quantity: QUANTITY,
  'remaining-quantity': maybe(QUANTITY),
  fills: lenient(z.array(z.unknown())),
});
type WireLeg = z.output<typeof LEG>;

const HEAD = z.object({
  id: lenient(ID),
  'external-identifier': lenient(OUR_ID),
  legs: z.array(z.object({ 'instrument-type': z.string(), quantity: z.unknown().optional() })),
});

const ORDER = z.object({
  id: ID,
  'external-identifier': lenient(OUR_ID),
  'order-type': z.string(),
  'time-in-force': lenient(z.string()),
  'gtc-date': lenient(DATE),
  price: maybe(PRICE),
  status: z.string(),
  cancellable: lenient(FLAG),
  editable: lenient(FLAG),
  'cancelled-size': lenient(QUANTITY),
  'reject-reason': lenient(WORDS),
  'replaces-order-id': lenient(ID),
  'replacing-order-id': lenient(ID),
  'received-at': lenient(INSTANT),
  'updated-at': lenient(INSTANT),
  'terminal-at': lenient(INSTANT),
  legs: z.array(LEG).length(1),
});
type WireOrder = z.output<typeof ORDER>;

/** One order as it came, from whatever source. */
export function decodeOrder(raw: unknown): Result<BrokerOrder, OrderFault> {
  const parsed = ORDER.safeParse(raw);
  if (!parsed.success) return err(faultOf(raw, problemOf(parsed.error)));
  const [leg] = parsed.data.legs;
  const action = leg === undefined ? undefined : ACTIONS.get(leg.action);
  if (leg === undefined || action === undefined || !INSTRUMENT_TYPES.has(leg['instrument-type'])) {
    return err({ ...faultOf(raw, 'expected one leg of ours'), kind: 'unsupported' });
  }
  const terms = termsOf(parsed.data);
  const times = timesOf(parsed.data);
  if (terms === null) return err(faultOf(raw, 'price: expected one on a limit order'));
  if (times === null) return err(faultOf(raw, 'received-at: expected an instant'));
  return ok(assemble(parsed.data, leg, { ...action, ...times, terms }));
}

interface Known {
  readonly side: Side;
  readonly effect: PositionEffect;
  readonly terms: OrderTerms;
  readonly receivedAt: EpochMs;
  readonly updatedAt: EpochMs;
}

function assemble(order: WireOrder, leg: WireLeg, known: Known): BrokerOrder {
  const fills = fillsOf(order.id, leg, known.updatedAt);
  const status = statusOf(order, { isWhole: countOf(fills) >= leg.quantity });
  const isTerminal = TERMINAL.has(status);
  const clientOrderId = order['external-identifier'];
  return {
    orderId: asOrderId(order.id),
    clientOrderId: clientOrderId === null ? null : asClientOrderId(clientOrderId),
    symbol: asInstrumentSymbol(leg.symbol),
    quantity: leg.quantity,
    remaining: remainingOf(order, leg, { status, fills }),
    status,
    fills,
    rejectReason: order['reject-reason'],
    // Neither word is enough alone: terminal orders have been seen with both flags still set.
    cancellable: order.cancellable === true && !isTerminal,
    editable: order.editable === true && !isTerminal,
    replaces: idOrNull(order['replaces-order-id']),
    replacedBy: idOrNull(order['replacing-order-id']),
    ...known,
  };
}

/** An unknown status is read again, unless the venue says when the order ended. */
function statusOf(order: WireOrder, { isWhole }: { readonly isWhole: boolean }): OrderStatus {
  const known = STATUS.get(order.status);
  if (known !== undefined) return known;
  if (order['terminal-at'] === null) return 'unknown';
  return isWhole ? 'filled' : 'removed';
}

/**
 * What has not filled. The count runs ahead of the listed fills, so the larger number of fills
 * counts. An order ended unfilled may state 0 remaining because nothing works any more:
 * `cancelled-size` tells, and without it only listed fills count (a full fill ends as `Filled`).
 */
function remainingOf(
  order: WireOrder,
  leg: WireLeg,
  { status, fills }: Pick<BrokerOrder, 'status' | 'fills'>,
): Quantity {
  if (status === 'filled') return quantity(0);
  const listed = countOf(fills);
  const stated = leg.quantity - (leg['remaining-quantity'] ?? leg.quantity - listed);
  const filled = TERMINAL.has(status) ? endedCount(order, leg, { listed, stated }) : stated;
  return quantity(Math.max(0, leg.quantity - Math.max(listed, filled)));
}

function endedCount(
  order: WireOrder,
  leg: WireLeg,
  { listed, stated }: { readonly listed: number; readonly stated: number },
): number {
  const cancelled = order['cancelled-size'];
  if (cancelled !== null && cancelled > 0) return Math.min(stated, leg.quantity - cancelled);
  return stated >= leg.quantity ? listed : stated;
}

function termsOf(order: WireOrder): OrderTerms | null {
  switch (order['order-type']) {
    case 'Limit':
    case 'Stop Limit':
      return order.price === null ? null : { kind: 'limit', limit: order.price };
    default:
      return { kind: 'market' };
  }
}

function timesOf(order: WireOrder): Pick<BrokerOrder, 'receivedAt' | 'updatedAt'> | null {
  const received = order['received-at'];
  const updated = order['updated-at'];
  const receivedAt = received ?? updated;
  const updatedAt = updated ?? received;
  return receivedAt === null || updatedAt === null ? null : { receivedAt, updatedAt };
}

function countOf(fills: readonly Fill[]): number {
  return fills.reduce((total, fill) => total + fill.quantity, 0);
}

/**
 * Each fill once. One without an id gets one from what it is, the same at every reading; one that
 * cannot be read is left out, and the remaining quantity tells that it is missing.
 */
function fillsOf(orderId: string, leg: WireLeg, updatedAt: EpochMs): readonly Fill[] {
  const fills = new Map<string, Fill>();
  const alike = new Map<string, number>();
  for (const raw of leg.fills ?? []) {
    const parsed = FILL.safeParse(raw);
    if (!parsed.success || parsed.data.quantity === 0) continue;
    const wire = parsed.data;
    const price = wire['fill-price'];
    if (price === null) continue;
    const id = wire['fill-id'] ?? derivedId(orderId, wire, alike);
    if (fills.has(id)) continue;
    const at = wire['filled-at'] ?? updatedAt;
    fills.set(id, { fillId: asFillId(id), quantity: wire.quantity, price, at });
  }
  return [...fills.values()];
}

function derivedId(orderId: string, wire: WireFill, alike: Map<string, number>): string {
  const what = `${wire['fill-price']}:${wire.quantity}:${wire['filled-at'] ?? ''}`;
  const nth = alike.get(what) ?? 0;
  alike.set(what, nth + 1);
  return `derived:${orderId}:${what}:${nth}`;
}

function faultOf(raw: unknown, detail: string): OrderFault {
  const head = HEAD.safeParse(raw);
  if (!head.success) return { kind: 'malformed', detail, ...whose(raw) };
  const { legs } = head.data;
  const isForeign = legs.length !== 1 || legs.some((leg) => !isOfOurs(leg));
  return { kind: isForeign ? 'unsupported' : 'malformed', detail, ...whose(raw) };
}

function isOfOurs(leg: z.output<typeof HEAD>['legs'][number]): boolean {
  if (!INSTRUMENT_TYPES.has(leg['instrument-type'])) return false;
  // A fraction of a share, or an amount of money instead of a quantity.
  return leg.quantity !== undefined && QUANTITY.safeParse(leg.quantity).success;
}

const WHOSE = z.object({ id: lenient(ID), 'external-identifier': lenient(OUR_ID) });

function whose(raw: unknown): Pick<OrderFault, 'orderId' | 'clientOrderId'> {
  const parsed = WHOSE.safeParse(raw);
  if (!parsed.success) return { orderId: null, clientOrderId: null };
  const clientOrderId = parsed.data['external-identifier'];
  return {
    orderId: idOrNull(parsed.data.id),
    clientOrderId: clientOrderId === null ? null : asClientOrderId(clientOrderId),
  };
}

function idOrNull(id: string | null): OrderId | null {
  return id === null ? null : asOrderId(id);
}
