/**
 * A casual verb and a contract without a price: "in XYZ 205p" is an instruction, "adding XYZ 205p
 * to my journal" is not. So nothing may follow but pings, tags and words of the trade itself.
 */
import { isFree, type Run, type Sheet, tokenAt } from '../sheet/sheet.ts';
import type { Role } from '../words/lexicon.ts';

const PLAIN_ROLES: ReadonlySet<Role> = new Set([
  'filler',
  'tag',
  'size',
  'account',
  'label',
  'part',
  'whole',
  'fraction',
  'runner',
  'keep',
  'result',
  'market',
  'at',
  'for',
  'stop',
  'target',
  'out',
  'expiry_label',
  'contract_unit',
  'price_label',
  'negation',
  'share_unit',
]);

const BREAKEVEN_WORDS: ReadonlySet<string> = new Set([
  'be',
  'b',
  'e',
  'breakeven',
  'even',
  'scratch',
]);

/** The first word behind the contract that a bare statement does not have, or `null`. */
export function wordTooMany(sheet: Sheet, core: Run): number | null {
  for (let index = core.to + 1; index < sheet.tokens.length; index += 1) {
    const { kind, role, lower } = tokenAt(sheet, index);
    if (kind !== 'word' || !isFree(sheet, index)) continue;
    if (!PLAIN_ROLES.has(role) && !BREAKEVEN_WORDS.has(lower)) return index;
  }
  return null;
}
