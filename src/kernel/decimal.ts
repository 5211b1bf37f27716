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
/** What is read can be written, and then read again: sign, point and places take the rest. */
const WHOLE_DIGITS_MAX = LENGTH_MAX - PLACES - 2;
/** Less than this, either side of zero, has a text that reads. */
export const UNITS_LIMIT = 10n ** BigInt(WHOLE_DIGITS_MAX + PLACES);
/**
 * Whole cents, as most amounts are, are read and written as numbers: exact below 2^53, and many
 * times as fast.
 */
const UNITS_PER_CENT = 10_000_000n;
const UNITS_COUNTED = 2n ** 53n;
const WHOLE_DIGITS_COUNTED = 12;
const ZERO_CODE = 48;
const DECIMAL = /^(-?)(\d*)(?:\.(\d*))?$/;

export interface DecimalFault {
  readonly kind: 'not_a_decimal' | 'too_many_places' | 'too_long';
  readonly text: string;
}

/** Reads `-12.5`, `.75`, `3.`; refuses exponents, grouping, signs other than a leading minus. */
export function parseDecimal(text: string): Result<bigint, DecimalFault> {
  const cents = centsIn(text);
  if (cents >= 0) return ok(BigInt(cents) * UNITS_PER_CENT);
  if (text.length > LENGTH_MAX) return err({ kind: 'too_long', text: text.slice(0, LENGTH_MAX) });
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (match === null || whole + fraction === '') return err({ kind: 'not_a_decimal', text });
  if (whole.replace(/^0+/, '').length > WHOLE_DIGITS_MAX) return err({ kind: 'too_long', text });
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > PLACES) return err({ kind: 'too_many_places', text });
  const units =
    BigInt(whole === '' ? '0' : whole) * UNITS_PER_ONE + BigInt(significant.padEnd(PLACES, '0'));
  return ok(match[1] === '-' ? -units : units);
}

/** Writes at least two places and no needless ones: `4.00`, `0.75`, `0.0625`. */
export function formatDecimal(units: bigint): string {
  const magnitude = units < 0n ? -units : units;
  const cents = magnitude < UNITS_COUNTED ? Number(magnitude) / Number(UNITS_PER_CENT) : NaN;
  if (Number.isInteger(cents)) return `${units < 0n ? '-' : ''}${centsText(cents)}`;
  const fraction = String(magnitude % UNITS_PER_ONE).padStart(PLACES, '0');
  let places = PLACES;
  while (places > 2 && fraction[places - 1] === '0') places -= 1;
  return `${units < 0n ? '-' : ''}${magnitude / UNITS_PER_ONE}.${fraction.slice(0, places)}`;
}

/** `12.34` as a count of cents, `-1` for whatever is put otherwise. */
function centsIn(text: string): number {
  const point = text.length - 3;
  if (point < 1 || point > WHOLE_DIGITS_COUNTED || text[point] !== '.') return -1;
  let cents = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (at === point) continue;
    const digit = text.charCodeAt(at) - ZERO_CODE;
    if (digit < 0 || digit > 9) return -1;
    cents = cents * 10 + digit;
  }
  return cents;
}

function centsText(cents: number): string {
  const rest = cents % 100;
  return `${(cents - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`;
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
