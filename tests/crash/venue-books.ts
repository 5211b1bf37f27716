/**
 * The stand-in's own books in the shape judges read: a desk is held to the same invariants whether
 * its broker is simulated or stands behind a wire.
 */
import type { SeenMutation, SeenStatus, SeenTrade } from '#adapters/simulated/ledger.ts';
import { asClientOrderId, asFillId, asOrderId, type ClientOrderId } from '#kernel/ids.ts';
import { type Price, price, priceFromUnits } from '#kernel/price.ts';
import { type Quantity, quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import { createSystemClock } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import type { BrokerOrder, Fill, OrderStatus, OrderTerms } from '#orders/ports.ts';
import type { Books } from '../desk/evidence.ts';
import { isRecord, listOf, recordOf, textOf } from '../stand-ins/support/json.ts';
import type { Status } from '../stand-ins/tastytrade/engine/model.ts';
import type {
  Change,
  Ledger,
  LedgerFill,
  Mutation,
  OrderEntry,
} from '../stand-ins/tastytrade/ledger.ts';

const STATUSES: Readonly<Record<Status, OrderStatus>> = {
  Received: 'received',
  Contingent: 'contingent',
  Routed: 'routed',
  'In Flight': 'routed',
  Live: 'working',
  'Cancel Requested': 'cancel_requested',
  'Replace Requested': 'replace_requested',
  Filled: 'filled',
  Cancelled: 'cancelled',
  Rejected: 'rejected',
  Expired: 'expired',
  Removed: 'removed',
  'Partially Removed': 'removed',
};
const REFUSED_FROM = 400;
const UNAUTHORIZED = 401;

/** One time for all that happens in one turn: judges tell the steps of a venue apart by it. */
export function createTurnClock(): ReturnType<typeof createSystemClock> {
  const clock = createSystemClock();
  let held: EpochMs | null = null;
  return {
    ...clock,
    now() {
      if (held === null) {
        held = clock.now();
        queueMicrotask(() => {
          held = null;
        });
      }
      return held;
    },
  };
}

/** The books as they are now; of mutations, those that came as far as the broker. */
export function venueBooks(ledger: Ledger): Books {
  const fills = ledger.fills();
  const positions = ledger.positions();
  return {
    mutations: ledger.mutations().flatMap(mutationOf),
    statuses: ledger.changes().map(statusOf),
    trades: fills.map(tradeOf),
    orders: () => ledger.orders().map((order) => orderOf(order, fills)),
    net: (symbol) => positions.get(symbol) ?? 0,
  };
}

function mutationOf(mutation: Mutation): readonly SeenMutation[] {
  const { seq, at, method, path, externalIdentifier, body, status, orderId } = mutation;
  // Lost or turned away before it had any effect.
  if (status === null || status === UNAUTHORIZED) return [];
  const kinds: Readonly<Record<string, SeenMutation['kind']>> = { POST: 'place', DELETE: 'cancel' };
  const target = /\/orders\/(\d+)$/.exec(path)?.[1];
  const entry: SeenMutation = {
    ...{ seq, at },
    kind: kinds[method] ?? 'replace',
    clientOrderId: identityOf(externalIdentifier),
    target: target === undefined ? null : asOrderId(target),
    orderId: orderId === null ? null : asOrderId(String(orderId)),
    terms: method === 'DELETE' ? null : termsOf(body),
    quantity: method === 'POST' ? sizeOf(body) : null,
    rejection: status < REFUSED_FROM ? null : { code: String(status), message: '' },
  };
  return [entry];
}

function termsOf(body: unknown): OrderTerms | null {
  if (!isRecord(body)) return null;
  const asked = textOf(body['price']);
  return asked === null ? { kind: 'market' } : { kind: 'limit', limit: price(asked) };
}

function sizeOf(body: unknown): Quantity | null {
  const [leg] = listOf(recordOf(body)['legs']);
  const size = Number(recordOf(leg)['quantity']);
  return Number.isSafeInteger(size) ? quantity(size) : null;
}

function statusOf({ seq, at, order }: Change): SeenStatus {
  return {
    ...{ seq, at },
    orderId: asOrderId(String(order.id)),
    clientOrderId: identityOf(order.externalIdentifier),
    status: STATUSES[order.status],
    filled: order.filled,
  };
}

function tradeOf({ seq, at, orderId, externalIdentifier, ...fill }: LedgerFill): SeenTrade {
  return {
    ...{ seq, at },
    ...fillOf({ at, ...fill }),
    orderId: asOrderId(String(orderId)),
    clientOrderId: identityOf(externalIdentifier),
    symbol: asInstrumentSymbol(fill.symbol),
    side: fill.side,
    effect: fill.side === 'buy' ? 'open' : 'close',
  };
}

function fillOf(fill: Pick<LedgerFill, 'at' | 'fillId' | 'quantity' | 'price'>): Fill {
  return {
    at: fill.at,
    fillId: asFillId(fill.fillId),
    quantity: quantity(fill.quantity),
    price: priceFromUnits(fill.price),
  };
}

function orderOf(order: OrderEntry, fills: readonly LedgerFill[]): BrokerOrder {
  const limit: Price | null = order.price === null ? null : priceFromUnits(order.price);
  return {
    orderId: asOrderId(String(order.id)),
    clientOrderId: identityOf(order.externalIdentifier),
    symbol: asInstrumentSymbol(order.symbol),
    side: order.side,
    effect: order.action.endsWith('Open') ? 'open' : 'close',
    quantity: quantity(order.quantity),
    remaining: quantity(order.quantity - order.filled),
    terms: limit === null ? { kind: 'market' } : { kind: 'limit', limit },
    status: STATUSES[order.status],
    fills: fills.filter(({ orderId }) => orderId === order.id).map(fillOf),
    rejectReason: null,
    cancellable: !order.isTerminal,
    editable: !order.isTerminal,
    replaces: order.replaces === null ? null : asOrderId(String(order.replaces)),
    replacedBy: null,
    receivedAt: order.receivedAt,
    updatedAt: order.receivedAt,
  };
}

function identityOf(text: string | null): ClientOrderId | null {
  return text === null ? null : asClientOrderId(text);
}
