/** The last look before an instruction is believed: no number may be left without a part in it. */

import { carriesNumber } from '../tokens/token.ts';
import { isFree, type Sheet, tokenAt } from './sheet.ts';

/** The first number nobody has claimed. */
export function leftover(sheet: Sheet): number | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (isFree(sheet, index) && carriesNumber(tokenAt(sheet, index))) return index;
  }
  return null;
}

/** A token as it stands in the clean text, for a person to read. */
export function textAt(sheet: Sheet, index: number): string {
  const { from, to } = tokenAt(sheet, index);
  return sheet.clean.text.slice(from, to);
}
