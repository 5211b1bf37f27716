/**
 * Finds the underlying of an option contract.
 *
 * A symbol stands next to the parts of its contract: before the strike, behind it, before the verb
 * as a title, or behind a label. Nearness decides; if two words could be meant, none is taken.
 */

import type { Verb } from '../instruction/verbs.ts';
import { claimAt, kindAt, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount, type Token } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';
import {
  isCompanyName,
  isLowerSymbol,
  isUpperSymbol,
  isWordSymbol,
  symbolOf,
} from '../words/symbol-words.ts';
import { isExpiryPart } from './expiry-words.ts';
import type { Strike } from './strikes.ts';

export type SymbolDefect = 'no_symbol' | 'two_symbols' | 'symbol_unclear' | 'company_name';

export type FoundSymbol =
  | { readonly kind: 'found'; readonly at: number; readonly symbol: string }
  | { readonly kind: 'defect'; readonly defect: SymbolDefect; readonly at: number };

/** Words that may stand between a symbol and the other parts of its contract. */
const SKIPPED_ROLES: ReadonlySet<Role> = new Set([
  'tag',
  'filler',
  'size',
  'label',
  'part',
  'whole',
  'fraction',
  'contract_unit',
  'quantity_label',
  'strike',
  'call',
  'put',
  'side_letter',
  'for',
  'at',
  'price_label',
  'expiry_label',
  'relative',
  'weekly',
  'weekday',
  'month',
]);

export function findSymbol(sheet: Sheet, strike: Strike, verbs: readonly Verb[]): FoundSymbol {
  const token = tokenAt(sheet, strike.strikeAt);
  if (token.kind === 'option_symbol') return ofOptionSymbol(sheet, strike.strikeAt, token);
  const labelled = labelledSymbol(sheet);
  const near = nearSymbol(sheet, strike, verbs);
  if (labelled === null) return near;
  if (labelled.kind === 'defect') return labelled;
  const differs = near.kind === 'found' && near.symbol !== labelled.symbol;
  return differs ? defect('two_symbols', near.at) : labelled;
}

function found(sheet: Sheet, at: number): FoundSymbol & { kind: 'found' } {
  return { kind: 'found', at, symbol: symbolOf(tokenAt(sheet, at).text) };
}

function defect(kind: SymbolDefect, at: number): FoundSymbol {
  return { kind: 'defect', defect: kind, at };
}

/** A cashtag elsewhere must name the same underlying; `SPXW` is the weekly root of `SPX`. */
function ofOptionSymbol(sheet: Sheet, at: number, token: Token): FoundSymbol {
  const symbol = symbolOf(token.text);
  for (const other of sheet.tokens) {
    if (other.kind !== 'cashtag') continue;
    const named = symbolOf(other.text);
    if (named !== symbol && `${named}W` !== symbol) return defect('two_symbols', at);
  }
  return { kind: 'found', at, symbol };
}

function labelledSymbol(sheet: Sheet): FoundSymbol | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const word = tokenAt(sheet, index).lower;
    const isLabel =
      word === 'ticker' || word === 'symbol' || word === 'sym' || word === 'underlying';
    if (!isLabel || kindAt(sheet, index + 1) !== 'colon') continue;
    if (!isPlainSymbol(sheet, index + 2)) continue;
    const named = found(sheet, index + 2);
    return isRival(sheet, index + 3, named.symbol) ? defect('two_symbols', index + 3) : named;
  }
  return null;
}

function nearSymbol(sheet: Sheet, strike: Strike, verbs: readonly Verb[]): FoundSymbol {
  const before = candidateBefore(sheet, strike.run.from - 1, verbs);
  if (isPlainSymbol(sheet, before) || isLowerCandidate(sheet, before, verbs)) {
    return withoutRival(sheet, before, strike, verbs);
  }
  const title = titleBefore(sheet, before, verbs);
  const after = candidateAfter(sheet, strike.run.to + 1, verbs);
  if (isPlainSymbol(sheet, after)) {
    const isOther = title !== null && found(sheet, title).symbol !== found(sheet, after).symbol;
    return isOther ? defect('two_symbols', after) : settled(sheet, after);
  }
  if (title !== null) return settled(sheet, title);
  const word = tokenAt(sheet, before);
  if (isCompanyName(word.lower)) return defect('company_name', before);
  return defect('no_symbol', strike.run.from);
}

function isVerbAt(verbs: readonly Verb[], index: number): boolean {
  return verbs.some(({ run }) => run.from <= index && index <= run.to);
}

/** The first place to the left that is no other part of the contract: its symbol, or a word. */
function candidateBefore(sheet: Sheet, from: number, verbs: readonly Verb[]): number {
  let index = from;
  while (index >= 0 && !isPlainSymbol(sheet, index) && isSkipped(sheet, index)) {
    if (isVerbAt(verbs, index)) return index;
    index -= 1;
  }
  return index;
}

/** The same to the right, up to the price: what stands behind that is prose. */
function candidateAfter(sheet: Sheet, from: number, verbs: readonly Verb[]): number {
  let index = from;
  while (index < sheet.tokens.length && !isPlainSymbol(sheet, index) && isSkipped(sheet, index)) {
    if (isVerbAt(verbs, index) || kindAt(sheet, index) === 'at') return index;
    index += 1;
  }
  const isBehindPrice = isAmount(tokenAt(sheet, index - 1)) && index - 1 > from;
  return isBehindPrice && kindAt(sheet, index) !== 'cashtag' ? -1 : index;
}

function isSkipped(sheet: Sheet, index: number): boolean {
  const token = tokenAt(sheet, index);
  if (claimAt(sheet, index) !== 'free') return true;
  switch (token.kind) {
    case 'word':
      return SKIPPED_ROLES.has(token.role) || isExpiryPart(sheet, index);
    case 'number':
    case 'money':
    case 'slash':
    case 'dte':
    case 'glued_date':
    case 'ordinal':
    case 'times':
    case 'at':
    case 'comma':
    case 'colon':
    case 'dash':
    case 'pipe':
    case 'open_bracket':
    case 'close_bracket':
    case 'newline':
    case 'sign':
    case 'equals':
    case 'tilde':
    case 'exclamation':
    case 'hash':
    case 'other':
    case 'plus':
      return true;
    case 'period':
      return token.isGlued && index + 1 < sheet.tokens.length;
    default:
      return false;
  }
}

/** A cashtag or a word in capitals that can be a symbol. */
export function isPlainSymbol(sheet: Sheet, index: number): boolean {
  const token = tokenAt(sheet, index);
  if (token.kind === 'future') return true;
  if (token.kind === 'cashtag') return !isCompanyName(token.lower);
  if (token.kind !== 'word' || !isUpperSymbol(token.text)) return false;
  if (claimAt(sheet, index) !== 'free') return false;
  return token.role === 'prose' || isWordInPlace(sheet, index, token);
}

/** A symbol that is also a word ("ALL", "NOW") must stand right before a strike, side or expiry. */
function isWordInPlace(sheet: Sheet, index: number, token: Token): boolean {
  if (!isWordSymbol(token.text)) return false;
  const following = claimAt(sheet, index + 1);
  const leads = following === 'strike' || following === 'side' || isExpiryPart(sheet, index + 1);
  return leads && claimAt(sheet, index - 1) !== 'strike' && !isWholeOf(sheet, index);
}

/** "STC ALL 205c": everything, or Allstate. */
function isWholeOf(sheet: Sheet, index: number): boolean {
  if (roleAt(sheet, index) !== 'whole') return false;
  const before = roleAt(sheet, index - 1);
  return before !== 'bto' && before !== 'sto';
}

/** A word in lower case right behind the verb or at the start of a line, beside the strike. */
function isLowerCandidate(sheet: Sheet, index: number, verbs: readonly Verb[]): boolean {
  const token = tokenAt(sheet, index);
  if (token.kind !== 'word' || token.role !== 'prose') return false;
  if (!isLowerSymbol(token.text, token.lower)) return false;
  let before = index - 1;
  while (before >= 0 && isSkipped(sheet, before) && kindAt(sheet, before) !== 'newline') {
    if (isVerbAt(verbs, before)) return true;
    before -= 1;
  }
  return before < 0 || kindAt(sheet, before) === 'newline' || isVerbAt(verbs, before);
}

/** The symbol before the verb: "TSLA: in 450c …", or a title line. */
function titleBefore(sheet: Sheet, from: number, verbs: readonly Verb[]): number | null {
  let index = from;
  while (index >= 0 && (isVerbAt(verbs, index) || isSkipped(sheet, index))) {
    if (isPlainSymbol(sheet, index)) return index;
    index -= 1;
  }
  return isPlainSymbol(sheet, index) ? index : null;
}

function withoutRival(
  sheet: Sheet,
  at: number,
  strike: Strike,
  verbs: readonly Verb[],
): FoundSymbol {
  const { symbol } = found(sheet, at);
  if (isRival(sheet, strike.run.to + 1, symbol)) return defect('two_symbols', strike.run.to + 1);
  for (let index = at - 1; index >= 0 && !isVerbAt(verbs, index); index -= 1) {
    const kind = kindAt(sheet, index);
    if (kind === 'newline' || kind === 'period' || kind === 'colon') break;
    if (isRival(sheet, index, symbol)) return defect('two_symbols', index);
  }
  return settled(sheet, at);
}

function isRival(sheet: Sheet, index: number, symbol: string): boolean {
  const token = tokenAt(sheet, index);
  if (token.kind !== 'cashtag' && (token.role !== 'prose' || !isPlainSymbol(sheet, index))) {
    return false;
  }
  return symbolOf(token.text) !== symbol;
}

/** An emoji grown into the middle of a word leaves two halves, each of which may look whole. */
function settled(sheet: Sheet, at: number): FoundSymbol {
  const isCutBehind = isSign(sheet, at + 1) && isGrownWord(sheet, at + 2);
  const isCutBefore =
    isSign(sheet, at - 1) && tokenAt(sheet, at).isGlued && isGrownOn(sheet, at - 1);
  return isCutBehind || isCutBefore ? defect('symbol_unclear', at) : found(sheet, at);
}

function isSign(sheet: Sheet, index: number): boolean {
  const { kind, isGlued } = tokenAt(sheet, index);
  return (kind === 'sign' || kind === 'unclear') && (isGlued || index === 0 || kind === 'sign');
}

function isGrownWord(sheet: Sheet, index: number): boolean {
  const { kind, isGlued } = tokenAt(sheet, index);
  return kind === 'word' && isGlued && tokenAt(sheet, index - 1).isGlued;
}

function isGrownOn(sheet: Sheet, index: number): boolean {
  return tokenAt(sheet, index).isGlued && kindAt(sheet, index - 1) === 'word';
}
