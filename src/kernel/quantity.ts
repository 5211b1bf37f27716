/** Counts of contracts or shares. */
import type { Branded } from './brand.ts';
import { invariant } from './invariant.ts';

export type Quantity = Branded<number, 'Quantity'>;

export function quantity(count: number): Quantity {
  invariant(isQuantity(count), () => `a quantity is a whole number of at least 0, was ${count}`);
  return count;
}

export function isQuantity(count: number): count is Quantity {
  return Number.isSafeInteger(count) && count >= 0;
}
