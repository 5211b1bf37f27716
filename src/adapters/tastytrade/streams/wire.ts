/** Reading what the streams send: unknown values, looked at one by one and never trusted. */
import { type Price, priceFromUnits } from '#kernel/price.ts';
import { type EpochMs, epochMs } from '#kernel/time.ts';
import { unitsOf } from '../wire/values.ts';

type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  return isFields(value) ? value : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const PLAIN_LENGTH_MAX = 32;

/** A finite number, written as one or as text; `"NaN"`, `"Infinity"` and the rest are `null`. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.length > PLAIN_LENGTH_MAX) return null;
  return PLAIN.test(value) ? Number(value) : null;
}

const PRICE_TEXT_MAX = 32;
/** Nothing is traded at a billion dollars a unit. */
const UNITS_MAX = 1_000_000_000_000_000_000n;

/**
 * A price of 0 or more, exact: the shortest decimal that names the number is what the venue wrote.
 * Digits behind the ninth place are noise of its own arithmetic (0.1 + 0.2) and are rounded away.
 */
export function priceOf(value: unknown): Price | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const text = String(value);
  const units = text.length > PRICE_TEXT_MAX ? null : (unitsOf(text) ?? null);
  return units === null || units < 0n || units > UNITS_MAX ? null : priceFromUnits(units);
}

/** A count of 0 or more; parts of one are cut off, for nobody can trade them here. */
export function sizeOf(value: unknown): number {
  const number = numberOf(value) ?? 0;
  return number >= 0 && number <= Number.MAX_SAFE_INTEGER ? Math.floor(number) : 0;
}

/** 2001-09-09 to 2096: outside, a number is no time in milliseconds. */
const MS_MIN = 1_000_000_000_000;
const MS_MAX = 4_000_000_000_000;

/** Milliseconds since 1970; 0 and what cannot be a time of ours are `null`. */
export function timeOf(value: unknown): EpochMs | null {
  const number = numberOf(value);
  return number !== null && number >= MS_MIN && number <= MS_MAX ? epochMs(number) : null;
}
