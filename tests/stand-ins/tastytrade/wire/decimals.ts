/** Amounts as the broker writes them: `4.0`, `312.26`, unsigned, the sign in a word beside them. */
import { formatDecimal } from '#kernel/decimal.ts';
import type { JsonObject } from '../../support/json.ts';

/** At least one place: `4.0`. */
export function decimal(units: bigint): string {
  const text = formatDecimal(units < 0n ? -units : units);
  return text.endsWith('0') ? text.slice(0, -1) : text;
}

/** What comes in is `Credit`, what goes out `Debit`. */
export function effectOf(units: bigint): 'Credit' | 'Debit' | 'None' {
  if (units === 0n) return 'None';
  return units > 0n ? 'Credit' : 'Debit';
}

/** An amount and its word: `{ name: "4.0", name-effect: "Debit" }`. */
export function withEffect(name: string, units: bigint): JsonObject {
  return { [name]: decimal(units), [`${name}-effect`]: effectOf(units) };
}

/** `-0.0312` as a number of the feed, without an exponent. */
export function numberOf(units: bigint): number {
  return Number(formatDecimal(units));
}
