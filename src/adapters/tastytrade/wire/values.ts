/**
 * Single values of the wire, read in every form they have been seen in: decimals as strings or
 * numbers, `"NaN"` for none, counts as `2`, `"2.0"`, instants as ISO text or epoch milliseconds,
 * flags as booleans or words (QuantConnect Lean #20; the venue's schema and its recordings differ).
 */
import { z } from 'zod';
import { type IsoDate, parseIsoDate } from '#kernel/calendar.ts';
import { type Money, moneyFromUnits, type Price, priceFromUnits } from '#kernel/price.ts';
import { isQuantity, type Quantity } from '#kernel/quantity.ts';
import { type EpochMs, epochMs, parseInstant } from '#kernel/time.ts';

const PLACES = 9;
const UNITS_PER_ONE = 1_000_000_000n;
const LENGTH_MAX = 64;
const EXPONENT_MAX = 40;
/** No amount of a venue is larger; what is could not be put on record. */
const AMOUNT_MAX = 1_000_000_000_000_000n * UNITS_PER_ONE;
/** The end of year 9999: later instants have no ISO text of four digits, or none at all. */
const INSTANT_MAX = 253_402_300_799_999;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const NO_NUMBER = /^(?:|NaN|[+-]?Infinity|null)$/;

const NUMERIC = z.union([z.string().max(LENGTH_MAX), z.number()]);

/** Of an optional value: absent, `null` and `"NaN"` are all `null`. */
export function maybe<T>(schema: z.ZodType<T>) {
  return schema.nullish().transform((value) => value ?? null);
}

/** Of a value that is only for show: what cannot be read is `null`. */
export function lenient<T>(schema: z.ZodType<T>) {
  return maybe(schema).catch(null);
}

const UNITS = NUMERIC.transform((raw, context) => {
  const units = unitsOf(String(raw));
  const isAmount = units !== undefined && units !== null;
  const isTooLarge = isAmount && (units > AMOUNT_MAX || units < -AMOUNT_MAX);
  if (units !== undefined && !isTooLarge) return units;
  context.addIssue({ code: 'custom', message: 'expected a decimal' });
  return z.NEVER;
});

/** A price, rounded to 1e-9 where a computed average has more places; `null` for none. */
export const PRICE: z.ZodType<Price | null> = UNITS.transform((units) =>
  units === null ? null : priceFromUnits(units),
);

export const MONEY: z.ZodType<Money | null> = UNITS.transform((units) =>
  units === null ? null : moneyFromUnits(units),
);

/** A decimal as a plain number, for counts and ratios; never for a price. */
export const RATIO: z.ZodType<number | null> = UNITS.transform((units) =>
  units === null ? null : Number(units) / Number(UNITS_PER_ONE),
);

/** A whole number of at least 0. */
export const QUANTITY: z.ZodType<Quantity> = UNITS.transform((units, context) => {
  const count = units === null || units % UNITS_PER_ONE !== 0n ? Number.NaN : countOf(units);
  if (isQuantity(count)) return count;
  context.addIssue({ code: 'custom', message: 'expected a whole number of at least 0' });
  return z.NEVER;
});

/** An identity, which the venue writes as a number or as text. */
export const ID: z.ZodType<string> = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((id) => id !== '' && id.length <= 128, 'expected an id');

/** Epoch milliseconds or ISO 8601; 0 and what says no instant is `null`. */
export const INSTANT: z.ZodType<EpochMs | null> = z
  .union([z.string().max(LENGTH_MAX), z.number()])
  .transform((raw) => {
    const ms = typeof raw === 'number' || /^\d{11,16}$/.test(raw) ? Number(raw) : parseInstant(raw);
    return ms === null || !(ms > 0 && ms <= INSTANT_MAX) ? null : epochMs(ms);
  });

export const DATE: z.ZodType<IsoDate> = z.string().transform((text, context) => {
  const day = parseIsoDate(text.slice(0, 10));
  if (day !== null) return day;
  context.addIssue({ code: 'custom', message: 'expected a date' });
  return z.NEVER;
});

export const FLAG: z.ZodType<boolean> = z
  .union([z.boolean(), z.enum(['true', 'false']), z.literal([0, 1])])
  .transform((raw) => raw === true || raw === 'true' || raw === 1);

/** What was wrong, as a path and a reason, without the value: it may be anything. */
export function problemOf(error: z.ZodError): string {
  const [first] = error.issues;
  if (first === undefined) return 'unreadable';
  return `${first.path.map(String).join('.') || 'body'}: ${first.message}`.slice(0, 200);
}

/** Units of 1e-9, `null` for no number, `undefined` for what is no decimal at all. */
export function unitsOf(text: string): bigint | null | undefined {
  const trimmed = text.trim();
  if (NO_NUMBER.test(trimmed)) return null;
  const match = DECIMAL.exec(trimmed);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const exponent = Number(exponentText);
  if (whole + fraction === '' || Math.abs(exponent) > EXPONENT_MAX) return undefined;
  const magnitude = shift(BigInt(whole + fraction), PLACES - fraction.length + exponent);
  return sign === '-' ? -magnitude : magnitude;
}

/** Times a power of ten, halves rounded up. */
function shift(digits: bigint, places: number): bigint {
  if (places >= 0) return digits * 10n ** BigInt(places);
  const divisor = 10n ** BigInt(-places);
  return (digits + divisor / 2n) / divisor;
}

function countOf(units: bigint): number {
  return Number(units / UNITS_PER_ONE);
}
