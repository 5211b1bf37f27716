/** Percentages: typed, in basis points (1/100 of a percent), so that `2` can never mean 200 %. */
import type { Branded } from './brand.ts';
import { divideDown } from './decimal.ts';
import { invariant } from './invariant.ts';
import type { Money } from './price.ts';

export type BasisPoints = Branded<number, 'BasisPoints'>;

const PERCENT = /^(\d{1,5})(?:\.(\d{1,2}))?\s*%$/;
export const BASIS_POINTS_PER_ONE = 10_000;

/** Reads `2%`, `0.25 %`; a number without the sign is refused (`null`). */
export function parsePercent(text: string): BasisPoints | null {
  const match = PERCENT.exec(text.trim());
  if (match === null) return null;
  return (Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))) as BasisPoints;
}

/** A percentage written in the program itself. */
export function percent(text: string): BasisPoints {
  const parsed = parsePercent(text);
  invariant(parsed !== null, `a literal percentage reads like "2%", was ${text}`);
  return parsed;
}

export function formatPercent(share: BasisPoints): string {
  return `${share % 100 === 0 ? share / 100 : (share / 100).toFixed(2)} %`;
}

/** That share of an amount, rounded down: a limit is never exceeded by rounding. */
export function shareOf(amount: Money, share: BasisPoints): Money {
  return divideDown(amount * BigInt(share), BigInt(BASIS_POINTS_PER_ONE)) as Money;
}
