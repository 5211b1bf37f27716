/**
 * The simulated venue: a state machine over one book.
 *
 * In    what reaches a broker: place, replace, cancel, quotes, the passing of its own latencies,
 *       and, from tests, fills, rejections and trades made by others.
 * Out   an answer (for the three mutations) and effects, in order: changed orders, trades, and
 *       timers to be given back after a while.
 * Rule  a step reads no clock and does no I/O; chance comes from the venue's own stream. The same
 *       inputs in the same order give the same steps. A timer that no longer fits the state of
 *       its order does nothing.
 *
 * Invariants
 * 1. Σ filled of an order never exceeds its quantity, and a terminal order fills no more.
 * 2. A replacement takes over what the original left, and works only after the original ended.
 * 3. Any fill of the original during a replace ends the replacement (tastytrade order API).
 * 4. A closing order never exceeds what is held and not promised to another one.
 */
import type { OrderId } from '#kernel/ids.ts';
import { moneyFromUnits, type Price, ZERO_MONEY } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { reserveFor, setReserve } from './accounting.ts';
import {
  canFill,
  enter,
  isTerminal,
  nextOrderId,
  remainingOf,
  snapshot,
  type VenueOrder,
} from './book.ts';
import {
  end,
  fill,
  holdBack,
  meetMarket,
  meetQuote,
  planPrice,
  removePosition,
} from './execution.ts';
import type { OrderPlan } from './plan.ts';
import {
  affordable,
  type RejectionCode,
  refusal,
  rejection,
  type Terms,
  termsRefusal,
  touchFor,
} from './validation.ts';
import {
  type Course,
  type NewOrder,
  publish,
  schedule,
  scheduleExactly,
  type Venue,
  type VenueAnswer,
  type VenueInput,
  type VenueStep,
  type VenueTimer,
} from './venue.ts';

type Input<Kind extends VenueInput['kind']> = Extract<VenueInput, { readonly kind: Kind }>;

export function step(venue: Venue, input: VenueInput): VenueStep {
  const course: Course = { venue, at: input.at, effects: [] };
  return { answer: advance(course, input), effects: course.effects };
}

function advance(course: Course, input: VenueInput): VenueAnswer | null {
  switch (input.kind) {
    case 'place':
      return place(course, input);
    case 'replace':
      return replace(course, input);
    case 'cancel':
      return cancel(course, input.orderId);
    case 'quote':
      meetQuote(course, input.quote);
      return null;
    case 'expire':
      expire(course);
      return null;
    case 'trade_elsewhere':
      tradeElsewhere(course, input);
      return null;
    case 'remove_position':
      removePosition(course, input.symbol, input.price);
      return null;
    case 'timer':
      return due(course, input.timer);
  }
}

/** Steps of one order's own course; each applies only while the order is where it was. */
function due(course: Course, timer: VenueTimer): null {
  const order = course.venue.book.orders.get(timer.orderId);
  if (order === undefined) return null;
  switch (timer.kind) {
    case 'route':
      if (order.status === 'received') route(course, order);
      return null;
    case 'work':
      if (order.status === 'routed') work(course, order);
      return null;
    case 'finish_cancel':
      if (order.status === 'cancel_requested') finishCancel(course, order);
      return null;
    case 'finish_replace':
      if (order.status === 'contingent') finishReplace(course, order);
      return null;
    case 'show_fills':
      showFills(course, order);
      return null;
    case 'reject':
      if (!isTerminal(order.status)) reject(course, order, timer.reason);
      return null;
    case 'fill':
      forceFill(course, order, timer.quantity, timer.price ?? planPrice(course, order));
      return null;
  }
}

function place(course: Course, input: Input<'place'>): VenueAnswer {
  const { book, settings } = course.venue;
  const terms = input.order;
  const refused = refusal(book, terms, course.at, settings.rules);
  if (refused !== null) return refuse(refused);
  const reserve = reserveFor(terms, terms.quantity, touchFor(book, terms), settings.account);
  if (!affordable(book, reserve, ZERO_MONEY)) return refuse('margin_check_failed');
  const order = createOrder(course, terms, input.plan, null);
  setReserve(book, order, reserve);
  publish(course, order);
  schedule(course, settings.latency.routeMs, { kind: 'route', orderId: order.orderId });
  const later = input.plan.rejectLater;
  if (later !== undefined) {
    const { orderId } = order;
    scheduleExactly(course, later.afterMs, { kind: 'reject', orderId, reason: later.reason });
  }
  return { kind: 'accepted', order: snapshot(order) };
}

function replace(course: Course, input: Input<'replace'>): VenueAnswer {
  const { book, settings } = course.venue;
  const original = book.orders.get(input.orderId);
  if (original === undefined) return refuse('order_not_found');
  if (original.status !== 'working') return refuse('cannot_update_order');
  const { instrument } = original;
  const refused = termsRefusal(instrument, input.terms);
  if (refused !== null) return refuse(refused);
  if (!settings.rules.isOpen(instrument, course.at)) return refuse('market_closed');
  const left = settings.replacementQuantity === 'original' ? 0 : original.filled;
  const order: NewOrder = {
    ...termsOf(original),
    clientOrderId: input.clientOrderId,
    quantity: quantity(original.quantity - left),
    terms: input.terms,
  };
  const reserve = reserveFor(order, order.quantity, touchFor(book, order), settings.account);
  if (!affordable(book, reserve, original.reserve)) return refuse('margin_check_failed');

  const replacement = createOrder(course, order, input.plan, original);
  const more = reserve > original.reserve ? reserve - original.reserve : 0n;
  setReserve(book, replacement, moneyFromUnits(more));
  original.status = 'replace_requested';
  publish(course, original);
  publish(course, replacement);
  schedule(course, settings.latency.replaceMs, {
    kind: 'finish_replace',
    orderId: replacement.orderId,
  });
  return { kind: 'accepted', order: snapshot(replacement) };
}

function cancel(course: Course, orderId: OrderId): VenueAnswer {
  const order = course.venue.book.orders.get(orderId);
  if (order === undefined) return refuse('order_not_found');
  const { status } = order;
  if (status === 'received') end(course, order, 'cancelled');
  else if (status === 'contingent') giveUpReplacement(course, order);
  else if (status === 'working' || status === 'cancel_requested') requestCancel(course, order);
  else return refuse('cannot_update_order');
  return { kind: 'accepted', order: snapshot(order) };
}

/** Asking again is taken and starts another cancellation; the first to end it counts. */
function requestCancel(course: Course, order: VenueOrder): void {
  const { orderId } = order;
  if (order.status === 'working') {
    order.status = 'cancel_requested';
    publish(course, order);
  }
  if (order.cancelsIgnored < (order.plan.cancelsIgnored ?? 0)) {
    order.cancelsIgnored += 1;
    return;
  }
  const { cancelMs } = course.venue.settings.latency;
  schedule(course, cancelMs, { kind: 'finish_cancel', orderId });
}

function route(course: Course, order: VenueOrder): void {
  order.status = 'routed';
  publish(course, order);
  const { workMs } = course.venue.settings.latency;
  schedule(course, workMs, { kind: 'work', orderId: order.orderId });
}

function work(course: Course, order: VenueOrder): void {
  order.status = 'working';
  publish(course, order);
  const planned = order.plan.fills ?? 'by_market';
  if (typeof planned !== 'string') {
    for (const one of planned) {
      const { quantity: count, afterMs, price } = one;
      const { orderId } = order;
      const fillTimer = { kind: 'fill', orderId, quantity: count, price: price ?? null } as const;
      scheduleExactly(course, afterMs, fillTimer);
    }
  }
  meetMarket(course, order);
}

function finishCancel(course: Course, order: VenueOrder): void {
  const late = order.plan.fillDuringCancel ?? 0;
  if (late > 0) forceFill(course, order, late, planPrice(course, order));
  if (!isTerminal(order.status)) end(course, order, 'cancelled');
}

function finishReplace(course: Course, replacement: VenueOrder): void {
  const { book, settings } = course.venue;
  const original = replacement.replaces === null ? null : book.orders.get(replacement.replaces);
  if (original === null || original === undefined) return;
  const late = original.plan.fillDuringReplace ?? 0;
  if (late > 0) forceFill(course, original, late, planPrice(course, original));
  if (original.status !== 'replace_requested') {
    // Either a fill has ended the replacement meanwhile, or the original ended by other means.
    if (!isTerminal(replacement.status)) end(course, replacement, 'cancelled');
    return;
  }
  end(course, original, 'cancelled');
  holdBack(course, replacement);
  replacement.status = 'routed';
  publish(course, replacement);
  const { orderId } = replacement;
  schedule(course, settings.latency.workMs, { kind: 'work', orderId });
}

/** The replacement is cancelled before it took over: its original works on. */
function giveUpReplacement(course: Course, replacement: VenueOrder): void {
  end(course, replacement, 'cancelled');
  const { book } = course.venue;
  const original = replacement.replaces === null ? null : book.orders.get(replacement.replaces);
  if (original === null || original === undefined || original.status !== 'replace_requested')
    return;
  original.status = 'working';
  original.replacedBy = null;
  publish(course, original);
}

function showFills(course: Course, order: VenueOrder): void {
  if (order.shown === order.fills.length) return;
  order.shown += 1;
  publish(course, order);
}

function reject(course: Course, order: VenueOrder, reason: string): void {
  order.rejectReason = reason;
  end(course, order, 'rejected');
}

/** A fill by plan: as much of it as is left, if the order can still trade at all. */
function forceFill(course: Course, order: VenueOrder, count: number, each: Price | null): void {
  const left = Math.min(count, remainingOf(order));
  if (each !== null && left > 0 && canFill(order.status)) fill(course, order, quantity(left), each);
}

function expire(course: Course): void {
  const ended: VenueOrder[] = [];
  for (const live of course.venue.book.live.values()) {
    for (const order of live) {
      if (order.expiresAt !== null && order.expiresAt <= course.at) ended.push(order);
    }
  }
  for (const order of ended) end(course, order, 'expired');
}

function tradeElsewhere(course: Course, input: Input<'trade_elsewhere'>): void {
  const net = course.venue.book.holdings.get(input.instrument.symbol)?.net ?? 0;
  const closes = input.side === 'sell' ? net > 0 : net < 0;
  const order = createOrder(
    course,
    {
      clientOrderId: null,
      instrument: input.instrument,
      side: input.side,
      effect: closes ? 'close' : 'open',
      quantity: input.quantity,
      terms: { kind: 'limit', limit: input.price },
      timeInForce: 'day',
    },
    { fills: 'never' },
    null,
  );
  order.status = 'working';
  fill(course, order, input.quantity, input.price);
}

function createOrder(
  course: Course,
  order: NewOrder,
  plan: OrderPlan,
  original: VenueOrder | null,
): VenueOrder {
  const { book, settings } = course.venue;
  const created: VenueOrder = {
    ...termsOf(order),
    orderId: nextOrderId(book),
    clientOrderId: order.clientOrderId,
    plan,
    replaces: original?.orderId ?? null,
    receivedAt: course.at,
    expiresAt: settings.expiresAt(order, course.at),
    replacedBy: null,
    status: original === null ? 'received' : 'contingent',
    fills: [],
    filled: 0,
    shown: 0,
    rejectReason: null,
    updatedAt: course.at,
    ahead: null,
    matchedAt: null,
    cancelsIgnored: 0,
    reserve: ZERO_MONEY,
  };
  if (original !== null) original.replacedBy = created.orderId;
  enter(book, created);
  return created;
}

function termsOf(order: Terms): Terms {
  const { instrument, side, effect, timeInForce } = order;
  return { instrument, side, effect, quantity: order.quantity, terms: order.terms, timeInForce };
}

function refuse(code: RejectionCode): VenueAnswer {
  return { kind: 'rejected', rejection: rejection(code) };
}
