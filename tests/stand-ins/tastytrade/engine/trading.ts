/** Orders on the book: they meet the market, fill, abort their replacements, and end. */

import type { Price } from '#kernel/price.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import { formatInstant } from '#kernel/time.ts';
import type { Timers } from '../../support/timers.ts';
import type { Book } from './book.ts';
import { isMarketOpen } from './checks.ts';
import { settle } from './funds.ts';
import type { Matcher } from './matching.ts';
import {
  type Fees,
  type FillRow,
  isOnBook,
  isTerminal,
  type Leg,
  type Order,
  remainingUnits,
  type Status,
  unitsOf,
} from './model.ts';
import type { EngineSettings } from './settings.ts';

export interface FillEvent {
  readonly order: Order;
  readonly leg: Leg;
  readonly fill: FillRow;
  readonly fees: Fees;
}

export interface Trading {
  /** Gives an order its chance at the market as it is. */
  readonly meetMarket: (order: Order) => void;
  /** Fills units at a price for each leg; more than is left is cut down. */
  readonly fill: (order: Order, units: number, prices: readonly Price[]) => void;
  /** At its limit, or at the touch; without either nothing happens. */
  readonly fillAtOwn: (order: Order, units: number, each?: Price) => void;
  readonly end: (order: Order, status: Status) => void;
  readonly onFill: (listener: (event: FillEvent) => void) => void;
  readonly onEnd: (listener: (order: Order) => void) => void;
}

export interface TradingOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly book: Book;
  readonly matcher: Matcher;
  readonly settings: EngineSettings;
}

export function createTrading(options: TradingOptions): Trading {
  const { clock, timers, book, matcher, settings } = options;
  const fillListeners: ((event: FillEvent) => void)[] = [];
  const endListeners: ((order: Order) => void)[] = [];
  let fillsMade = 0;

  function row(quantity: number, price: Price, at: EpochMs): FillRow {
    fillsMade += 1;
    const day = formatInstant(at).slice(0, 10).replaceAll('-', '');
    return {
      fillId: `${fillsMade}_TW::${settings.venue}::${day}.${fillsMade}`,
      execId: String(90_304 + fillsMade),
      quantity,
      price,
      at,
      venue: settings.venue,
    };
  }

  function fillLeg(order: Order, leg: Leg, count: number, price: Price): void {
    const at = clock.now();
    const pieces = Math.max(1, Math.min(order.behaviour.fillPieces ?? 1, count));
    for (let piece = 0; piece < pieces; piece += 1) {
      const share =
        Math.floor((count * (piece + 1)) / pieces) - Math.floor((count * piece) / pieces);
      const fees = settle(order.account, { leg, quantity: share, price, at });
      const fill = row(share, price, at);
      leg.fills.push(fill);
      leg.remaining -= share;
      for (const listener of fillListeners) listener({ order, leg, fill, fees });
    }
  }

  function trade(order: Order, wanted: number, prices: readonly Price[]): void {
    const units = Math.min(wanted, remainingUnits(order));
    if (units < 1 || !isOnBook(order)) return;
    const whole = unitsOf(order.legs);
    for (const [at, leg] of order.legs.entries()) {
      const price = prices[at] ?? prices[0];
      if (price !== undefined) fillLeg(order, leg, (leg.quantity * units) / whole, price);
    }
    showFills(order);
    const replacement = order.status === 'Replace Requested' ? order.replacedBy : null;
    if (replacement !== null) order.replacedBy = null;
    settleStatus(order, replacement);
    if (replacement !== null && !isTerminal(replacement)) {
      replacement.rejectReason = 'The original order was filled during the replacement.';
      end(replacement, settings.abortedReplacementStatus);
    }
  }

  function settleStatus(order: Order, replacement: Order | null): void {
    const isAborted = replacement !== null;
    if (remainingUnits(order) === 0) end(order, 'Filled');
    else if (isAborted && order.behaviour.abortedOriginal === 'cancelled') end(order, 'Cancelled');
    else {
      if (isAborted) order.status = 'Live';
      book.publish(order);
    }
  }

  /** Rows may be told later than what they add up to. */
  function showFills(order: Order): void {
    const lagMs = order.behaviour.fillRowsLagMs ?? 0;
    const counts = order.legs.map((leg) => leg.fills.length);
    const show = (): void => {
      for (const [at, leg] of order.legs.entries())
        leg.shown = Math.max(leg.shown, counts[at] ?? 0);
    };
    if (lagMs === 0) {
      show();
      return;
    }
    timers.after(lagMs, () => {
      show();
      book.publish(order);
    });
  }

  function end(order: Order, status: Status): void {
    if (isTerminal(order)) return;
    order.status = status;
    order.terminalAt = clock.now();
    order.contingentStatus = null;
    order.isParked = false;
    if (status === 'Cancelled') order.cancelledAt = order.terminalAt;
    book.publish(order);
    for (const listener of endListeners) listener(order);
  }

  function meetMarket(order: Order): void {
    const plan = order.behaviour.fills ?? { kind: 'market' };
    if (!isOnBook(order) || plan.kind !== 'market') return;
    if (order.legs.some((leg) => !isMarketOpen(leg.instrument, { settings, now: clock.now() })))
      return;
    const isStop = order.type === 'Stop' || order.type === 'Stop Limit';
    if (isStop && !order.isTriggered) {
      if (!matcher.isStopMet(order)) return;
      order.isTriggered = true;
    }
    const execution = matcher.match(order);
    order.hasRested ||= order.price !== null;
    if (execution === null) return;
    matcher.take(order, execution.units);
    trade(order, execution.units, execution.prices);
  }

  return {
    meetMarket,
    fill: trade,
    fillAtOwn(order, units, each) {
      const prices = order.legs.map((leg) => {
        const own = order.legs.length === 1 ? order.price : null;
        return (
          each ?? own ?? matcher.touch(leg.instrument, sideOf(leg)) ?? matcher.mark(leg.instrument)
        );
      });
      const known = prices.filter((price) => price !== null);
      if (known.length === prices.length) trade(order, units, known);
    },
    end,
    onFill: (listener) => void fillListeners.push(listener),
    onEnd: (listener) => void endListeners.push(listener),
  };
}

function sideOf(leg: Leg): 'buy' | 'sell' {
  return leg.action.startsWith('Buy') ? 'buy' : 'sell';
}
