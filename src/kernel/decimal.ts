/**
 * Exact decimals: `bigint` counts of 1e-9, written and read as decimal strings.
 *
 * Nine places hold every price quoted in the venues' smallest fraction and the product of a price
 * and a percentage in hundredths, without ever rounding in between.
 */
import { err, ok, type Result } from './result.ts';

export const UNITS_PER_ONE = 1_000_000_000n;
const PLACES = 9;
const LENGTH_MAX = 32;
const DECIMAL = /^(-?)(\d*)(?:\.(\d*))?$/;

export interface DecimalFault {
  readonly kind: 'not_a_decimal' | 'too_many_places' | 'too_long';
  readonly text: string;
}

/** Reads `-12.5`, `.75`, `3.`; refuses exponents, grouping, signs other than a leading minus. */
export function parseDecimal(text: string): Result<bigint, DecimalFault> {
  if (text.length > LENGTH_MAX) return err({ kind: 'too_long', text: text.slice(0, LENGTH_MAX) });
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole + fraction === '') return err({ kind: 'not_a_decimal', text });
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > PLACES) return err({ kind: 'too_many_places', text });
  const units =
    BigInt(whole === '' ? '0' : whole) * UNITS_PER_ONE + BigInt(significant.padEnd(PLACES, '0'));
  return ok(match[1] === '-' ? -units : units);
}

/** Writes at least two places and no needless ones: `4.00`, `0.75`, `0.0625`. */
export function formatDecimal(units: bigint): string {
  const magnitude = units < 0n ? -units : units;
  const fraction = String(magnitude % UNITS_PER_ONE).padStart(PLACES, '0');
  let places = PLACES;
  while (places > 2 && fraction[places - 1] === '0') places -= 1;
  return `${units < 0n ? '-' : ''}${magnitude / UNITS_PER_ONE}.${fraction.slice(0, places)}`;
}

/** Quotient rounded toward minus infinity. */
export function divideDown(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const inexact = dividend % divisor !== 0n;
  return inexact && dividend < 0n !== divisor < 0n ? quotient - 1n : quotient;
}

/** Quotient rounded toward plus infinity. */
export function divideUp(dividend: bigint, divisor: bigint): bigint {
  return -divideDown(-dividend, divisor);
}
