/**
 * The course of an order between the desk that sent it and the book: routing, waiting for a
 * session, a condition or an original, cancel and replace requests, expiry.
 *
 * Every delayed step looks at the order's status first: one that came too late does nothing.
 */
import type { IsoDate } from '#kernel/calendar.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import { newYorkInstant, nextOpen, sessionOf, tradeDate } from '#market/session.ts';
import type { Timers } from '../../support/timers.ts';
import type { Book } from './book.ts';
import { isMarketOpen } from './checks.ts';
import type { Matcher } from './matching.ts';
import { firstLeg, isOnBook, isTerminal, type Order, remainingUnits } from './model.ts';
import type { EngineSettings } from './settings.ts';
import type { Trading } from './trading.ts';

export interface Lifecycle {
  /** Sends an order on its way, or parks it. */
  readonly start: (order: Order) => void;
  /** Waits for its trigger order. */
  readonly hold: (order: Order) => void;
  /** What was held goes its way. */
  readonly release: (order: Order) => void;
  /** False when the order cannot be cancelled as it is. */
  readonly cancel: (order: Order) => boolean;
  readonly replace: (original: Order, replacement: Order) => void;
  /** Looks at conditions that wait for the market. */
  readonly checkConditions: (order: Order) => void;
}

export interface LifecycleOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly book: Book;
  readonly trading: Trading;
  readonly matcher: Matcher;
  readonly settings: EngineSettings;
}

const LASTING = ['GTC', 'GTC Ext', 'GTC Ext Overnight'];
const DAY_MINUTES = 24 * 60;

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { clock, timers, book, trading, matcher, settings } = options;
  const { latency } = settings;

  function start(order: Order): void {
    book.publish(order);
    const expiresAt = expiryOf(order, clock.now(), settings);
    if (expiresAt !== null) at(expiresAt, () => trading.end(order, 'Expired'));
    const { rules } = order;
    if (rules?.cancelAt) at(rules.cancelAt, () => void cancel(order));
    if (rules?.routeAfter && rules.routeAfter > clock.now()) {
      wait(order, 'Pending Condition');
      at(rules.routeAfter, () => release(order));
      return;
    }
    if (rules?.conditions.some(({ action }) => action === 'route') === true) {
      wait(order, 'Pending Condition');
      checkConditions(order);
    } else go(order);
  }

  function go(order: Order): void {
    const { instrument } = firstLeg(order);
    const extended = order.tif.includes('Ext') && instrument.kind === 'equity';
    if (!extended && !isMarketOpen(instrument, { settings, now: clock.now() })) {
      order.isParked = true;
      book.publish(order);
      at(nextOpen(instrument.session, clock.now()), () => {
        if (order.status !== 'Received' || !order.isParked) return;
        order.isParked = false;
        route(order);
      });
      return;
    }
    if (latency.routeMs === 0) {
      route(order);
      return;
    }
    timers.after(latency.routeMs, () => {
      if (order.status === 'Received') route(order);
    });
  }

  function route(order: Order): void {
    order.status = 'Routed';
    order.contingentStatus = null;
    book.publish(order);
    const later = order.behaviour.rejectLater;
    if (later !== undefined) {
      timers.after(later.afterMs, () => {
        if (isTerminal(order)) return;
        order.rejectReason = later.reason;
        trading.end(order, 'Rejected');
      });
    }
    timers.after(latency.inFlightMs, () => {
      if (order.status !== 'Routed') return;
      order.status = 'In Flight';
      order.inFlightAt = clock.now();
      book.publish(order);
      timers.after(latency.liveMs, () => {
        if (order.status === 'In Flight') work(order);
      });
    });
  }

  function work(order: Order): void {
    order.status = 'Live';
    order.liveAt = clock.now();
    book.publish(order);
    runPlan(order);
    const meet = (): void => {
      trading.meetMarket(order);
      // What an immediate order does not get at once it does not get.
      if (order.tif === 'IOC' && !isTerminal(order)) trading.end(order, 'Cancelled');
    };
    if (latency.fillMs === 0) meet();
    else timers.after(latency.fillMs, meet);
  }

  function runPlan(order: Order): void {
    const plan = order.behaviour.fills;
    if (plan === undefined) return;
    switch (plan.kind) {
      case 'market':
      case 'never':
        return;
      case 'immediate':
        trading.fillAtOwn(order, remainingUnits(order));
        return;
      case 'delayed':
        after(plan.afterMs, () => trading.fillAtOwn(order, remainingUnits(order)));
        return;
      case 'partial':
        trading.fillAtOwn(order, plan.quantity);
        if (plan.thenAfterMs === null) return;
        after(plan.thenAfterMs, () => trading.fillAtOwn(order, remainingUnits(order)));
        return;
      case 'scheduled':
        for (const { afterMs, quantity, price } of plan.fills) {
          after(afterMs, () => trading.fillAtOwn(order, quantity, price));
        }
    }
  }

  function cancel(order: Order): boolean {
    if (order.status === 'Received' || order.status === 'Contingent') {
      giveBackOriginal(order);
      trading.end(order, 'Cancelled');
      return true;
    }
    if (order.status !== 'Live' && order.status !== 'Cancel Requested') return false;
    if (order.status === 'Live') {
      order.status = 'Cancel Requested';
      book.publish(order);
    }
    if (order.cancelsIgnored < (order.behaviour.cancelsIgnored ?? 0)) {
      order.cancelsIgnored += 1;
      return true;
    }
    after(latency.cancelMs, () => {
      if (order.status !== 'Cancel Requested') return;
      const late = order.behaviour.fillDuringCancel ?? 0;
      if (late > 0) trading.fillAtOwn(order, late);
      trading.end(order, 'Cancelled');
    });
    return true;
  }

  /** A replacement that goes before it took over leaves its original working. */
  function giveBackOriginal(order: Order): void {
    const { replaces } = order;
    if (replaces?.status !== 'Replace Requested') return;
    replaces.status = 'Live';
    replaces.replacedBy = null;
    book.publish(replaces);
  }

  function replace(original: Order, replacement: Order): void {
    original.replacedBy = replacement;
    replacement.status = 'Contingent';
    if (!isOnBook(original)) {
      // It never reached the book: nothing can fill in between.
      endReplaced(original);
      replacement.status = 'Received';
      start(replacement);
      return;
    }
    original.status = 'Replace Requested';
    book.publish(original);
    book.publish(replacement);
    after(latency.replaceMs, () => {
      if (replacement.status !== 'Contingent') return;
      const late = original.behaviour.fillDuringReplace ?? 0;
      if (late > 0) trading.fillAtOwn(original, late);
      if (original.status !== 'Replace Requested') {
        if (!isTerminal(replacement)) trading.end(replacement, settings.abortedReplacementStatus);
        return;
      }
      endReplaced(original);
      replacement.status = 'Received';
      start(replacement);
    });
  }

  function endReplaced(original: Order): void {
    original.isEdited = true;
    trading.end(original, 'Cancelled');
  }

  function wait(order: Order, why: 'Pending Order' | 'Pending Condition'): void {
    order.status = 'Contingent';
    order.contingentStatus = why;
    book.publish(order);
  }

  function release(order: Order): void {
    if (order.status !== 'Contingent') return;
    order.status = 'Received';
    order.contingentStatus = null;
    go(order);
  }

  function checkConditions(order: Order): void {
    if (isTerminal(order)) return;
    if (matcher.isCancelMet(order)) cancel(order);
    if (order.contingentStatus !== 'Pending Condition' || order.rules?.routeAfter) return;
    if (matcher.isConditionMet(order)) release(order);
  }

  function after(delayMs: number, action: () => void): void {
    timers.after(delayMs, action);
  }

  function at(instant: EpochMs, action: () => void): void {
    timers.after(instant - clock.now(), action);
  }

  return {
    start,
    hold: (order) => wait(order, 'Pending Order'),
    release,
    cancel,
    replace,
    checkConditions,
  };
}

/** When an order ends by itself, or `null`. */
function expiryOf(order: Order, now: EpochMs, settings: EngineSettings): EpochMs | null {
  const { instrument } = firstLeg(order);
  const last = instrument.kind === 'equity' ? null : instrument.lastTradeAt;
  const own = tifEnd(order, now, settings);
  if (own === null || last === null) return own ?? last;
  return own < last ? own : last;
}

function tifEnd(order: Order, now: EpochMs, settings: EngineSettings): EpochMs | null {
  if (LASTING.includes(order.tif) || order.tif === 'IOC') return null;
  const { session } = firstLeg(order).instrument;
  if (order.gtcDate !== null) return endOf(order.gtcDate);
  if (settings.session === 'always-open') return endOf(tradeDate('equity', now));
  const today = sessionOf(session, tradeDate(session, now));
  if (today !== null && now < today.close) return today.close;
  const next = nextOpen(session, now);
  return sessionOf(session, tradeDate(session, next))?.close ?? next;
}

/** Midnight in New York at the end of that day. */
function endOf(day: IsoDate): EpochMs {
  return newYorkInstant(day, DAY_MINUTES);
}
