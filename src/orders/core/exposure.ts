/**
 * Sums over a trade's orders.
 *
 * Rule  what could be ours takes the larger of two counts, what may be sold the smaller: the
 *       broker's filled count can run ahead of its fill rows, and an order that is not proven
 *       terminal may still fill for its whole remainder.
 */
import type { OrderRole } from '#kernel/ids.ts';
import { type Money, moneyFromUnits, notional, type Price, ZERO_MONEY } from '#kernel/price.ts';
import { type Quantity, quantity } from '#kernel/quantity.ts';
import type { Trade, TradeOrder } from '../model.ts';

/** Fills we hold row by row. */
export function filledKnown(order: TradeOrder): number {
  let sum = 0;
  for (const fill of order.fills) sum += fill.quantity;
  return sum;
}

/** The most that may have filled so far. */
export function filledPossible(order: TradeOrder): number {
  return Math.max(filledKnown(order), order.reported);
}

export function isLive(order: TradeOrder): boolean {
  return order.phase !== 'terminal';
}

/** Terminal, and every fill the broker counts is here row by row. */
export function isSettled(order: TradeOrder): boolean {
  return order.phase === 'terminal' && filledKnown(order) >= order.reported;
}

export function ordersOf(trade: Trade, role: OrderRole): readonly TradeOrder[] {
  return trade.orders.filter((order) => order.role === role);
}

export function liveOrders(trade: Trade, role: OrderRole): readonly TradeOrder[] {
  return trade.orders.filter((order) => order.role === role && isLive(order));
}

/** Contracts bought, by fill rows. */
export function bought(trade: Trade): number {
  return sumOver(trade, 'entry', filledKnown);
}

/** The most that may have been bought so far. */
export function boughtPossible(trade: Trade): number {
  return sumOver(trade, 'entry', filledPossible);
}

/** Contracts sold by this desk, by fill rows. */
export function sold(trade: Trade): number {
  return sumOver(trade, 'exit', filledKnown) + sumOver(trade, 'close', filledKnown);
}

/** Contracts still held, by fill rows on both sides: what their value and cost go with. */
export function heldByFills(trade: Trade): number {
  return bought(trade) - sold(trade) - trade.soldElsewhere;
}

/** Contracts surely still held: bought by fill rows, less all that may be sold. */
export function held(trade: Trade): number {
  const gone = sumOver(trade, 'exit', filledPossible) + sumOver(trade, 'close', filledPossible);
  return bought(trade) - gone - trade.soldElsewhere;
}

/**
 * Worst case of one role: filled + could still fill. A replacement and the order it replaces are
 * one chain and count once, with the larger remainder.
 */
export function worstCase(trade: Trade, role: OrderRole): number {
  let total = 0;
  for (const order of trade.orders) {
    if (order.role !== role) continue;
    total += filledPossible(order);
    if (isLive(order)) total += ownRemainder(trade, order);
  }
  return total;
}

/** What this order may still fill. */
export function remainder(order: TradeOrder): number {
  return Math.max(0, order.quantity - filledPossible(order));
}

/** The same without what the live order it replaces may still fill: the two count once. */
export function ownRemainder(trade: Trade, order: TradeOrder): number {
  return remainder(order) - overlap(trade, order);
}

/** The part of a live order's remainder already counted by the live order it replaces. */
function overlap(trade: Trade, order: TradeOrder): number {
  if (order.replaces === null) return 0;
  const original = trade.orders.find((other) => other.cid === order.replaces);
  if (original === undefined || !isLive(original)) return 0;
  return Math.min(remainder(order), remainder(original));
}

/** Dollars paid for what was bought, by fill rows. */
export function cost(trade: Trade): Money {
  return valueOf(trade, ['entry']);
}

/** Dollars received for what was sold, by fill rows. */
export function proceeds(trade: Trade): Money {
  return valueOf(trade, ['exit', 'close']);
}

/** Dollars that so many contracts take from the account at that price. */
export function tiedUp(trade: Trade, each: Price, count: Quantity): Money {
  const { marginEach, instrument } = trade.plan;
  return marginEach === null
    ? notional(each, count, instrument.multiplier)
    : moneyFromUnits(marginEach * BigInt(count));
}

export function entryFills(trade: Trade): { readonly quantity: Quantity; readonly units: bigint } {
  let count = 0;
  let units = 0n;
  for (const order of trade.orders) {
    if (order.role !== 'entry') continue;
    for (const fill of order.fills) {
      count += fill.quantity;
      units += fill.price * BigInt(fill.quantity);
    }
  }
  return { quantity: quantity(count), units };
}

function valueOf(trade: Trade, roles: readonly OrderRole[]): Money {
  let total: bigint = ZERO_MONEY;
  for (const order of trade.orders) {
    if (!roles.includes(order.role)) continue;
    for (const fill of order.fills) {
      total += notional(fill.price, fill.quantity, trade.plan.instrument.multiplier);
    }
  }
  return moneyFromUnits(total);
}

function sumOver(trade: Trade, role: OrderRole, count: (order: TradeOrder) => number): number {
  let sum = 0;
  for (const order of trade.orders) if (order.role === role) sum += count(order);
  return sum;
}
