/** From the book to lines of its memory, and back. */
import type { OrderId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import { priceFromUnits } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { LedgerEntries } from './ledger.ts';
import { type Book, enter, type VenueOrder } from './venue/book.ts';
import { BY_MARKET } from './venue/plan.ts';
import type { VenueEffect } from './venue/venue.ts';
import type { OrderLine, VenueLine } from './venue-lines.ts';

/** What one step changed, complete. */
export function lineOf(
  book: Book,
  at: EpochMs,
  effects: readonly VenueEffect[],
  entries: LedgerEntries,
): VenueLine {
  const orders = new Map<OrderId, OrderLine>();
  const symbols = new Set<InstrumentSymbol>();
  for (const effect of effects) {
    if (effect.kind === 'later') continue;
    if (effect.kind === 'removed') {
      symbols.add(effect.symbol);
      continue;
    }
    const order = book.orders.get(effect.order.orderId);
    if (order !== undefined) orders.set(order.orderId, orderLineOf(order));
    if (effect.kind === 'traded') symbols.add(effect.order.instrument.symbol);
  }
  return {
    at,
    account: { ...book.account },
    ordersMade: book.ordersMade,
    fillsMade: book.fillsMade,
    orders: [...orders.values()],
    holdings: [...symbols].map((symbol) => holdingLineOf(book, symbol)),
    mutations: [...entries.mutations],
    statuses: [...entries.statuses],
    trades: [...entries.trades],
  };
}

/** Brings an empty book to where the lines left it. */
export function restoreBook(
  book: Book,
  lines: readonly VenueLine[],
  instrumentOf: (symbol: InstrumentSymbol) => Instrument | null,
): void {
  const orders = new Map<OrderId, OrderLine>();
  for (const line of lines) {
    for (const order of line.orders) orders.set(order.orderId, order);
    for (const { symbol, net, cost } of line.holdings) {
      const instrument = known(instrumentOf, symbol);
      if (net === 0) book.holdings.delete(symbol);
      else book.holdings.set(symbol, { instrument, net, cost });
    }
  }
  const last = lines.at(-1);
  if (last === undefined) return;
  Object.assign(book.account, last.account);
  book.ordersMade = last.ordersMade;
  book.fillsMade = last.fillsMade;
  for (const order of orders.values()) {
    const instrument = known(instrumentOf, order.symbol);
    enter(book, {
      ...order,
      instrument,
      plan: BY_MARKET,
      ahead: null,
      matchedAt: null,
      cancelsIgnored: 0,
    });
  }
}

function known(
  instrumentOf: (symbol: InstrumentSymbol) => Instrument | null,
  symbol: InstrumentSymbol,
): Instrument {
  const instrument = instrumentOf(symbol);
  invariant(instrument !== null, `the market knows what the broker keeps, was ${symbol}`);
  return instrument;
}

function holdingLineOf(book: Book, symbol: InstrumentSymbol): VenueLine['holdings'][number] {
  const holding = book.holdings.get(symbol);
  return { symbol, net: holding?.net ?? 0, cost: priceFromUnits(holding?.cost ?? 0n) };
}

function orderLineOf(order: VenueOrder): OrderLine {
  return {
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    symbol: order.instrument.symbol,
    side: order.side,
    effect: order.effect,
    quantity: order.quantity,
    terms: order.terms,
    timeInForce: order.timeInForce,
    replaces: order.replaces,
    replacedBy: order.replacedBy,
    receivedAt: order.receivedAt,
    expiresAt: order.expiresAt,
    status: order.status,
    fills: [...order.fills],
    filled: order.filled,
    shown: order.shown,
    rejectReason: order.rejectReason,
    updatedAt: order.updatedAt,
    reserve: order.reserve,
  };
}
