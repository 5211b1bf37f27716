/** Signs that a message without a readable contract speaks of an option all the same. */
import { claimAt, isFree, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isFraction, type Token } from '../tokens/token.ts';

export interface Evidence {
  readonly code: 'no_side' | 'no_strike' | 'multi_leg';
  readonly at: number;
}

export function optionEvidence(sheet: Sheet): Evidence | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const claimed = claimAt(sheet, index);
    if (claimed === 'noise' || claimed === 'plan' || claimed === 'size') continue;
    const token = tokenAt(sheet, index);
    if (claimed === 'portion' || claimed === 'verb') continue;
    if (isSide(token)) return { code: 'no_strike', at: index };
    if (isStrikePair(sheet, index)) return { code: 'multi_leg', at: index };
    if (isExpiry(token) || isOptionWord(token)) return { code: 'no_side', at: index };
  }
  return null;
}

function isSide(token: Token): boolean {
  const { kind, role } = token;
  if (kind === 'strike_side' || kind === 'option_symbol') return true;
  return kind === 'word' && (role === 'call' || role === 'put' || role === 'short_premium');
}

function isStrikePair(sheet: Sheet, index: number): boolean {
  const { kind, value } = tokenAt(sheet, index);
  return kind === 'slash' && isFree(sheet, index) && value > 31;
}

function isExpiry(token: Token): boolean {
  switch (token.kind) {
    case 'slash':
      return !isFraction(token);
    case 'dte':
    case 'glued_date':
    case 'plural':
    case 'ordinal':
      return true;
    default:
      return token.kind === 'word' && token.role === 'month' && kindOfMonth(token);
  }
}

/** "may" and "march" are words as well. */
function kindOfMonth(token: Token): boolean {
  return token.lower !== 'may' && token.lower !== 'march' && token.lower !== 'mar';
}

function isOptionWord(token: Token): boolean {
  switch (token.role) {
    case 'strike':
    case 'dte':
    case 'weekly':
    case 'monthly':
    case 'expiry_label':
    case 'contract_unit':
    case 'multi_leg':
    case 'leg':
    case 'spread':
    case 'w':
      return true;
    default:
      return /^(?:options?|lottos?|odte|premium|prem|otm|itm|atm)$/.test(token.lower);
  }
}
