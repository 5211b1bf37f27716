/** Trades: orders meet the market; what a fill does to one, to its replacement and to cash. */

import { asFillId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import { type Price, ZERO_MONEY } from '#kernel/price.ts';
import { type Quantity, quantity } from '#kernel/quantity.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { OrderStatus } from '#orders/ports.ts';
import { reserveFor, setReserve, settle } from './accounting.ts';
import { canFill, isTerminal, remainingOf, retire, type VenueOrder } from './book.ts';
import { match } from './matching.ts';
import { touchFor } from './validation.ts';
import { type Course, publish, scheduleExactly } from './venue.ts';

/** Remembers the quote and gives every order of its symbol its chance, in order of arrival. */
export function meetQuote(course: Course, quote: Quote): void {
  const { book } = course.venue;
  const before = book.quotes.get(quote.symbol);
  // A side repeated as it was shows nothing new: what was taken of it stays taken.
  const sameBid = before?.quote.bid === quote.bid && before.quote.bidSize === quote.bidSize;
  const sameAsk = before?.quote.ask === quote.ask && before.quote.askSize === quote.askSize;
  book.quotes.set(quote.symbol, {
    quote,
    bidTaken: sameBid ? before.bidTaken : 0,
    askTaken: sameAsk ? before.askTaken : 0,
  });
  const live = book.live.get(quote.symbol);
  if (live === undefined) return;
  for (const order of live) meetMarket(course, order);
}

/** Matches one order against the newest quote of its symbol. */
export function meetMarket(course: Course, order: VenueOrder): void {
  const { book, settings, random } = course.venue;
  const seen = book.quotes.get(order.instrument.symbol);
  if (seen === undefined || !canFill(order.status)) return;
  if ((order.plan.fills ?? 'by_market') !== 'by_market') return;
  if (!settings.rules.isOpen(order.instrument, course.at)) return;
  const execution = match(order, seen, { at: course.at, queue: settings.queue, random });
  if (execution !== null) fill(course, order, execution.quantity, execution.price);
}

export function fill(course: Course, order: VenueOrder, count: Quantity, price: Price): void {
  invariant(
    canFill(order.status) && count >= 1 && count <= remainingOf(order),
    'a fill meets an order on the book and fits into what is left of it',
  );
  const { book, settings } = course.venue;
  book.fillsMade += 1;
  const row = { fillId: asFillId(`f${book.fillsMade}`), quantity: count, price, at: course.at };
  order.fills = [...order.fills, row];
  order.filled += count;
  const lagMs = order.plan.fillRowsLagMs ?? settings.fillRowsLagMs;
  if (lagMs === 0) order.shown = order.fills.length;
  else scheduleExactly(course, lagMs, { kind: 'show_fills', orderId: order.orderId });
  const { instrument, side, effect } = order;
  settle(book, { instrument, side, effect, quantity: count, price }, settings.account);
  course.effects.push({ kind: 'traded', order, fill: row });

  const wasReplacing = order.status === 'replace_requested';
  const replacement = wasReplacing ? detachReplacement(course, order) : null;
  if (remainingOf(order) === 0) {
    end(course, order, 'filled');
  } else if (wasReplacing && order.plan.abortedOriginal === 'cancelled') {
    end(course, order, 'cancelled');
  } else {
    if (wasReplacing) order.status = 'working';
    holdBack(course, order);
    publish(course, order);
  }
  if (replacement !== null) {
    replacement.rejectReason = 'The original order was filled during the replace.';
    end(course, replacement, settings.abortedReplacement);
  }
}

/** What the order is matched at when a plan names no price. */
export function planPrice(course: Course, order: VenueOrder): Price | null {
  if (order.terms.kind === 'limit') return order.terms.limit;
  return touchFor(course.venue.book, order);
}

/** The last step of an order: it holds back nothing and nothing reaches it any more. */
export function end(course: Course, order: VenueOrder, status: OrderStatus): void {
  order.status = status;
  const { book } = course.venue;
  setReserve(book, order, ZERO_MONEY);
  retire(book, order);
  publish(course, order);
}

/** Holds back what the rest of the order may cost. */
export function holdBack(course: Course, order: VenueOrder): void {
  const { book, settings } = course.venue;
  const touch = touchFor(book, order);
  const left = quantity(remainingOf(order));
  setReserve(book, order, reserveFor(order, left, touch, settings.account));
}

export function removePosition(course: Course, symbol: InstrumentSymbol, price: Price): void {
  const { book, settings } = course.venue;
  const holding = book.holdings.get(symbol);
  if (holding === undefined) return;
  const { instrument, net } = holding;
  const side = net > 0 ? 'sell' : 'buy';
  const count = quantity(Math.abs(net));
  settle(book, { instrument, side, effect: 'close', quantity: count, price }, settings.account);
  course.effects.push({ kind: 'removed', symbol });
}

/** The replacement still waiting for this original, which from now on stands alone. */
function detachReplacement(course: Course, original: VenueOrder): VenueOrder | null {
  const { replacedBy } = original;
  original.replacedBy = null;
  const replacement = replacedBy === null ? undefined : course.venue.book.orders.get(replacedBy);
  return replacement === undefined || isTerminal(replacement.status) ? null : replacement;
}
