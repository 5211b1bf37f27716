/**
 * Prices and money: exact, branded, in units of 1e-9 dollars.
 *
 * A price is dollars for one unit of an instrument as the venue quotes it (per share for an option,
 * per point for a future). Money is dollars. They meet only through `notional`.
 */
import type { Branded } from './brand.ts';
import { type DecimalFault, formatDecimal, parseDecimal } from './decimal.ts';
import { invariant } from './invariant.ts';
import type { Quantity } from './quantity.ts';
import { ok, type Result } from './result.ts';

export type Price = Branded<bigint, 'Price'>;
export type Money = Branded<bigint, 'Money'>;

export const ZERO_MONEY = 0n as Money;
export const ZERO_PRICE = 0n as Price;

export function parsePrice(text: string): Result<Price, DecimalFault> {
  const units = parseDecimal(text);
  return units.ok ? ok(units.value as Price) : units;
}

export function parseMoney(text: string): Result<Money, DecimalFault> {
  const units = parseDecimal(text);
  return units.ok ? ok(units.value as Money) : units;
}

/** A price written in the program itself; a malformed one is a defect, not bad input. */
export function price(text: string): Price {
  const parsed = parsePrice(text);
  invariant(parsed.ok, `a literal price is a decimal, was ${text}`);
  return parsed.value;
}

/** Money written in the program itself; a malformed one is a defect, not bad input. */
export function money(text: string): Money {
  return price(text) as bigint as Money;
}

/** A price from exact units of 1e-9 dollars, for arithmetic that has just been done on units. */
export function priceFromUnits(units: bigint): Price {
  return units as Price;
}

/** Money from exact units of 1e-9 dollars, for arithmetic that has just been done on units. */
export function moneyFromUnits(units: bigint): Money {
  return units as Money;
}

export const formatPrice = formatDecimal as (value: Price) => string;
export const formatMoney = formatDecimal as (value: Money) => string;

/** Dollars that change hands: price × quantity × the instrument's multiplier. */
export function notional(each: Price, quantity: Quantity, multiplier: number): Money {
  invariant(
    Number.isSafeInteger(multiplier) && multiplier > 0,
    'a multiplier is a whole number above 0',
  );
  return (each * BigInt(quantity) * BigInt(multiplier)) as Money;
}

export function addMoney(a: Money, b: Money): Money {
  return (a + b) as Money;
}

export function subtractMoney(a: Money, b: Money): Money {
  return (a - b) as Money;
}

export function minPrice(a: Price, b: Price): Price {
  return a < b ? a : b;
}

export function maxPrice(a: Price, b: Price): Price {
  return a > b ? a : b;
}

export function minMoney(a: Money, b: Money): Money {
  return a < b ? a : b;
}
