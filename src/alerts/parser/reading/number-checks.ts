/** Checks that every kind of instruction passes before its numbers are believed. */
import type { Reading } from '../../model.ts';
import type { Quantities } from '../instruction/quantities.ts';
import type { ChosenPrice } from '../price/entry-price.ts';
import { danglingMark, overlookedPrice } from '../price/prices.ts';
import { leftover, textAt } from '../sheet/leftover.ts';
import type { Sheet } from '../sheet/sheet.ts';
import { refused } from './outcome.ts';

/**
 * Why the numbers of a message cannot be trusted, or `null`: no price for certain, or a number
 * without a part. From `levelsFrom` on, numbers are levels of the underlying rather than prices.
 */
export function numberDoubt(sheet: Sheet, chosen: ChosenPrice, levelsFrom: number): Reading | null {
  if (chosen.kind === 'defect') {
    return refused(chosen.defect, `"${textAt(sheet, chosen.at)}" besides other numbers`);
  }
  const overlooked =
    chosen.kind === 'none' ? (danglingMark(sheet) ?? overlookedPrice(sheet, levelsFrom)) : null;
  if (overlooked !== null) {
    return refused('price_unclear', `"${textAt(sheet, overlooked)}" may be the price`);
  }
  const left = leftover(sheet);
  if (left === null) return null;
  return refused('unclaimed_number', `"${textAt(sheet, left)}" has no part in it`);
}

/** Why the quantity cannot be trusted, or `null`. */
export function quantityDoubt({ values }: Quantities, quantityMax: number): Reading | null {
  const [quantity = null, second] = values;
  if (second !== undefined) return refused('quantity_unclear', `${quantity} and ${second}`);
  if (quantity === null || (quantity >= 1 && quantity <= quantityMax)) return null;
  return refused('quantity_implausible', `expected 1 to ${quantityMax}, was ${quantity}`);
}
