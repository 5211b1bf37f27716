/**
 * Cash, positions, reserves and fees of the simulated account, exact.
 *
 * Shares and options are paid in full; a future moves no cash but its fees until it is closed, and
 * holds margin meanwhile. Fees follow the points recorded at tastytrade: an option costs 1.00
 * commission and 0.12 clearing and regulatory to open, 0.12 to close; shares trade free.
 */
import {
  addMoney,
  type Money,
  money,
  moneyFromUnits,
  notional,
  type Price,
  subtractMoney,
  ZERO_MONEY,
  ZERO_PRICE,
} from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Balances, OrderTerms, PositionEffect, Side } from '#orders/ports.ts';
import type { Book, Holding, VenueOrder } from './book.ts';

/** Dollars per contract. */
export interface FeeSchedule {
  readonly optionOpen: Money;
  readonly optionClose: Money;
  readonly future: Money;
}

export const RECORDED_FEES: FeeSchedule = {
  optionOpen: money('1.12'),
  optionClose: money('0.12'),
  future: money('2.02'),
};

export interface AccountRules {
  readonly fees: FeeSchedule;
  /** Initial margin of one future. */
  readonly marginOf: (instrument: Instrument) => Money;
}

export interface Trade {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly effect: PositionEffect;
  readonly quantity: Quantity;
  readonly price: Price;
}

export function buyingPower(book: Book): Money {
  const { cash, reserved, margin } = book.account;
  return moneyFromUnits(cash - reserved - margin);
}

/** What an order with this much left would hold back; a closing order holds back nothing. */
export function reserveFor(
  order: Pick<VenueOrder, 'instrument' | 'side' | 'effect' | 'terms'>,
  count: Quantity,
  touch: Price | null,
  rules: AccountRules,
): Money {
  const { instrument } = order;
  if (order.effect === 'close' || count === 0) return ZERO_MONEY;
  const fees = times(feeOf(instrument, 'open', rules.fees), count);
  if (isFuture(instrument)) return addMoney(times(rules.marginOf(instrument), count), fees);
  const each = debitEach(order.terms, touch);
  return addMoney(notional(each, count, instrument.multiplier), fees);
}

/** Sets what an order holds back, and the account's sum with it. */
export function setReserve(book: Book, order: VenueOrder, reserve: Money): void {
  book.account.reserved = moneyFromUnits(book.account.reserved - order.reserve + reserve);
  order.reserve = reserve;
}

/** Books one trade: position, cash, realised result, fee, margin. */
export function settle(book: Book, trade: Trade, rules: AccountRules): void {
  const { instrument, price, quantity: count } = trade;
  const { account } = book;
  const holding = book.holdings.get(instrument.symbol) ?? { instrument, net: 0, cost: 0n };
  const signed = trade.side === 'buy' ? count : -count;
  const realised = reduce(holding, signed, price);
  const result = moneyFromUnits(realised * BigInt(instrument.multiplier));
  const before = Math.abs(holding.net);
  grow(holding, signed, price);
  if (holding.net === 0) book.holdings.delete(instrument.symbol);
  else book.holdings.set(instrument.symbol, holding);

  const fee = times(feeOf(instrument, trade.effect, rules.fees), count);
  account.fees = addMoney(account.fees, fee);
  account.realised = addMoney(account.realised, result);
  account.cash = subtractMoney(account.cash, fee);
  if (isFuture(instrument)) {
    account.cash = addMoney(account.cash, result);
    const opened = BigInt(Math.abs(holding.net) - before);
    account.margin = moneyFromUnits(account.margin + rules.marginOf(instrument) * opened);
  } else {
    const paid = notional(price, count, instrument.multiplier);
    account.cash = moneyFromUnits(account.cash + (trade.side === 'buy' ? -paid : paid));
  }
}

/** `markOf` gives what one unit could be closed at now, or `null` when there is no quote. */
export function balancesOf(
  book: Book,
  markOf: (symbol: InstrumentSymbol, net: number) => Price | null,
): Balances {
  let open = 0n;
  for (const [symbol, holding] of book.holdings) {
    const mark = markOf(symbol, holding.net);
    const { multiplier } = holding.instrument;
    const value = mark === null ? holding.cost : mark * BigInt(holding.net);
    const counted = isFuture(holding.instrument) ? value - holding.cost : value;
    open += counted * BigInt(multiplier);
  }
  return {
    buyingPower: buyingPower(book),
    netLiquidation: moneyFromUnits(book.account.cash + open),
    cash: book.account.cash,
  };
}

function isFuture(instrument: Instrument): boolean {
  return instrument.kind === 'future';
}

function feeOf(instrument: Instrument, effect: PositionEffect, fees: FeeSchedule): Money {
  switch (instrument.kind) {
    case 'equity':
      return ZERO_MONEY;
    case 'future':
    case 'future_option':
      return fees.future;
    case 'option':
      return effect === 'open' ? fees.optionOpen : fees.optionClose;
  }
}

function debitEach(terms: OrderTerms, touch: Price | null): Price {
  if (terms.kind === 'limit') return terms.limit;
  return touch ?? ZERO_PRICE;
}

function times(each: Money, count: number): Money {
  return moneyFromUnits(each * BigInt(count));
}

/** Closes against what is held and returns the result, in price units × quantity. */
function reduce(holding: Holding, signed: number, price: Price): bigint {
  if (holding.net === 0 || Math.sign(signed) === Math.sign(holding.net)) return 0n;
  const closed = Math.min(Math.abs(signed), Math.abs(holding.net)) * Math.sign(holding.net);
  const cost = (holding.cost * BigInt(closed)) / BigInt(holding.net);
  return price * BigInt(closed) - cost;
}

/** Moves the position by `signed`, with the cost of what stays open. */
function grow(holding: Holding, signed: number, price: Price): void {
  const net = holding.net + signed;
  const flips = Math.sign(net) !== Math.sign(holding.net);
  if (flips || holding.net === 0) holding.cost = price * BigInt(net);
  else if (Math.abs(net) > Math.abs(holding.net)) holding.cost += price * BigInt(signed);
  else holding.cost = (holding.cost * BigInt(net)) / BigInt(holding.net);
  holding.net = net;
}
