/**
 * Finds strikes with their sides: what makes an option of the rest.
 *
 * A side is never assumed. It is grown on the strike (`205c`), stands beside it (`205 C`, `calls
 * $118`), or is one word of the message when the strike is labelled; if two places say different
 * things, the contract is refused.
 */
import type { Right } from '#market/instrument.ts';
import { claim, isFree, kindAt, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isAmount, isWhole, type Token } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';
import { isUpperSymbol } from '../words/symbol-words.ts';
import { isExpiryPart } from './expiry-words.ts';

export interface Strike {
  /** Every token of the strike and its side. */
  readonly run: Run;
  readonly strikeAt: number;
  readonly sideAt: number;
  readonly decimal: string;
  readonly value: number;
  readonly right: Right;
}

export type StrikeDefect = 'two_sides' | 'multi_leg' | 'strike_unclear';

export interface Strikes {
  readonly found: readonly Strike[];
  readonly defect: StrikeDefect | null;
}

export function findStrikes(sheet: Sheet): Strikes {
  const found: Strike[] = [];
  let defect: StrikeDefect | null = null;
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const strike = strikeAt(sheet, index, found.at(-1));
    if (strike === null) continue;
    defect ??= defectOf(sheet, strike);
    claimStrike(sheet, strike);
    found.push(strike);
  }
  if (found.length === 0) {
    const labelled = labelledStrike(sheet);
    if (labelled !== null) {
      claimStrike(sheet, labelled);
      found.push(labelled);
    }
  }
  return { found, defect };
}

function claimStrike(sheet: Sheet, strike: Strike): void {
  const { run, strikeAt: at, sideAt } = strike;
  for (let index = run.from; index <= run.to; index += 1) {
    if (isFree(sheet, index) && isJoint(tokenAt(sheet, index)))
      claim(sheet, index, index, 'strike');
  }
  claim(sheet, at, at, 'strike');
  if (sideAt !== at) claim(sheet, sideAt, sideAt, 'side');
}

/** What may stand between a strike and its side and belongs to neither symbol nor expiry. */
function isJoint({ kind, role }: Token): boolean {
  if (kind === 'plus' || kind === 'dash' || kind === 'colon' || kind === 'pipe') return true;
  return role === 'strike' || role === 'call' || role === 'put';
}

/** The strike whose side is at `index`. */
function strikeAt(sheet: Sheet, index: number, previous: Strike | undefined): Strike | null {
  if (!isFree(sheet, index)) return null;
  const token = tokenAt(sheet, index);
  if (token.kind === 'strike_side' || token.kind === 'option_symbol') {
    return grownTogether(sheet, index, token);
  }
  const right = sideOf(token);
  if (right === null || token.kind !== 'word') return null;
  const before = strikeBefore(sheet, index);
  if (before !== null) return pair(sheet, before, index, right);
  if (token.role === 'side_letter' && !isLeadingLetter(sheet, index)) return null;
  const after = strikeAfter(sheet, index);
  if (after !== null) return pair(sheet, after, index, right);
  // "205c calls": the word repeats the letter.
  const repeats = previous !== undefined && previous.right === right;
  if (repeats && index - previous.run.to <= 2) claim(sheet, index, index, 'side');
  return null;
}

/** `SPY 10/7 C 671`: a capital behind symbol or expiry; `BTO C 70` is Citigroup. */
function isLeadingLetter(sheet: Sheet, index: number): boolean {
  const { text } = tokenAt(sheet, index);
  if (text !== 'C' && text !== 'P') return false;
  return isExpiryPart(sheet, index - 1) || mayBeSymbol(tokenAt(sheet, index - 1));
}

function sideOf(token: Token): Right | null {
  if (token.role === 'call') return 'C';
  if (token.role === 'put') return 'P';
  if (token.role === 'side_letter') return token.lower.startsWith('c') ? 'C' : 'P';
  return token.role === 'short_premium' ? soldSide(token.lower) : null;
}

/** A cash-secured put, a covered call. */
function soldSide(lower: string): Right | null {
  if (lower === 'csp' || lower === 'csps') return 'P';
  if (lower === 'cc') return 'C';
  return null;
}

function grownTogether(sheet: Sheet, index: number, token: Token): Strike {
  const decimal = token.kind === 'option_symbol' ? symbolStrike(token.lower) : token.text;
  // A side word right behind repeats the letter; what it says is compared in `defectOf`.
  const repeated = sideOf(tokenAt(sheet, index + 1)) !== null && isSideWord(sheet, index + 1);
  return {
    run: { from: index, to: repeated ? index + 1 : index },
    strikeAt: index,
    sideAt: index,
    decimal,
    value: Number(decimal),
    right: token.right ?? 'C',
  };
}

function isSideWord(sheet: Sheet, index: number): boolean {
  const role = roleAt(sheet, index);
  return role === 'call' || role === 'put';
}

/** The OCC writes strikes as eight digits of thousandths; trading platforms write them plainly. */
function symbolStrike(digits: string): string {
  if (digits.length !== 8 || digits.includes('.')) return digits;
  return `${Number(digits.slice(0, 5))}.${digits.slice(5)}`;
}

function pair(sheet: Sheet, strike: number, side: number, right: Right): Strike {
  const token = tokenAt(sheet, strike);
  const from = Math.min(strike, side);
  const to = Math.max(strike, side);
  const isOneRun = to - from === 1 || (to - from === 2 && isJoint(tokenAt(sheet, from + 1)));
  return {
    run: isOneRun ? { from, to } : { from: strike, to: strike },
    strikeAt: strike,
    sideAt: side,
    decimal: token.text,
    value: token.value,
    right,
  };
}

/** "July 17 125 XOM puts": the date before tells that the number counts no contracts. */
function isStrikeBeforeSymbol(sheet: Sheet, side: number): boolean {
  const isNamed = isUpperSymbol(tokenAt(sheet, side - 1).text) && isSideWord(sheet, side);
  if (!isNamed || !isStrikeNumber(sheet, side - 2) || !isExpiryPart(sheet, side - 3)) return false;
  const { value } = tokenAt(sheet, side - 2);
  const mayCount = value <= DAYS_MAX || value % ROUND_COUNT === 0;
  return !mayCount && strikeAfter(sheet, side) === null;
}

const DAYS_MAX = 31;
const ROUND_COUNT = 50;
const PARTS_BETWEEN_MAX = 6;

/**
 * The number a side belongs to, before it: right before (`205 C`, `225$ puts`, `205 + C`, `205
 * strike calls`), or with the expiry between if the symbol stands before (`AAPL 205 10/16 C`).
 */
function strikeBefore(sheet: Sheet, side: number): number | null {
  let index = side - 1;
  const between = tokenAt(sheet, index);
  if (between.kind === 'plus' || between.role === 'strike' || between.kind === 'dash') index -= 1;
  if (isStrikeNumber(sheet, index)) return index;
  if (index !== side - 1) return null;
  if (isStrikeBeforeSymbol(sheet, side)) return side - 2;
  while (index >= side - PARTS_BETWEEN_MAX && isExpiryPart(sheet, index)) index -= 1;
  const isBehindSymbol = mayBeSymbol(tokenAt(sheet, index - 1));
  // The number before an expiry must be no part of it: "Oct 16 calls" has no strike.
  return index < side - 1 && isBehindSymbol && isStrikeNumber(sheet, index) ? index : null;
}

function mayBeSymbol(token: Token): boolean {
  if (token.kind === 'cashtag') return true;
  return token.kind === 'word' && token.role === 'prose' && token.text.length <= 5;
}

/** `calls $118`, `call: 205`, `puts strike 205`, `PUT SPY 668` */
function strikeAfter(sheet: Sheet, side: number): number | null {
  let index = side + 1;
  const symbol = tokenAt(sheet, index);
  const isSymbol = symbol.kind === 'cashtag' || isUpperSymbol(symbol.text);
  if (isSymbol && !mayBeSymbol(tokenAt(sheet, side - 1))) index += 1;
  const between = tokenAt(sheet, index);
  const leads = between.kind === 'colon' || between.kind === 'dash' || between.role === 'strike';
  if (leads || between.kind === 'pipe') index += 1;
  if (kindAt(sheet, index) === 'colon') index += 1;
  if (!isStrikeNumber(sheet, index)) return null;
  const isSure =
    tokenAt(sheet, index).value >= SURE_STRIKE_MIN || hasAmountBehind(sheet, index + 1);
  return isSure ? index : null;
}

/** A smaller number alone behind "calls" may as well be their price. */
const SURE_STRIKE_MIN = 10;

function hasAmountBehind(sheet: Sheet, from: number): boolean {
  for (let index = from; index < sheet.tokens.length; index += 1) {
    if (isFree(sheet, index) && isAmount(tokenAt(sheet, index))) return true;
  }
  return false;
}

/** A bare amount not marked as a price, a quantity or a part of a date. */
function isStrikeNumber(sheet: Sheet, index: number): boolean {
  const token = tokenAt(sheet, index);
  if (!isFree(sheet, index) || (!isAmount(token) && token.kind !== 'plural')) return false;
  if (kindAt(sheet, index - 1) === 'at' || isOfDate(sheet, index)) return false;
  if (!mayBeStrike(token)) return false;
  return roleAt(sheet, index + 1) !== 'contract_unit' && kindAt(sheet, index + 1) !== 'times';
}

const ODD_STRIKES_FROM = 20;

/** Strikes stand half a dollar apart; only large ones, after a split, are odder than that. */
function mayBeStrike({ value }: Token): boolean {
  return value >= ODD_STRIKES_FROM || (value > 0 && Number.isInteger(value * 2));
}

/** The 16 of `Oct 16`, the 2027 of `Jan 15 2027` and `15 Jan 2027`; not the 205 of `16 Oct 205`. */
function isOfDate(sheet: Sheet, index: number): boolean {
  const isYear = /^20\d\d$/.test(tokenAt(sheet, index).text);
  if (roleAt(sheet, index - 1) === 'month') return isYear || !isDay(tokenAt(sheet, index - 2));
  return isYear && roleAt(sheet, index - 2) === 'month';
}

function isDay(token: Token): boolean {
  return token.kind === 'ordinal' || (token.kind === 'number' && token.value <= 31);
}

/** `Strike: 205` with the side somewhere in the message. */
function labelledStrike(sheet: Sheet): Strike | null {
  const strike = labelledNumber(sheet);
  if (strike === null) return null;
  const sides: number[] = [];
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (isFree(sheet, index) && sideOf(tokenAt(sheet, index)) !== null) sides.push(index);
  }
  const [side] = sides;
  const right = side === undefined ? null : sideOf(tokenAt(sheet, side));
  if (side === undefined || right === null || sides.length > 1) return null;
  return pair(sheet, strike, side, right);
}

function labelledNumber(sheet: Sheet): number | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (roleAt(sheet, index) !== 'strike') continue;
    const after = kindAt(sheet, index + 1) === 'colon' ? index + 2 : index + 1;
    if (isStrikeNumber(sheet, after)) return after;
    if (isStrikeNumber(sheet, index - 1)) return index - 1;
  }
  return null;
}

function defectOf(sheet: Sheet, strike: Strike): StrikeDefect | null {
  const { from, to } = strike.run;
  if (kindAt(sheet, from - 1) === 'at') return 'strike_unclear';
  for (let index = from; index <= to; index += 1) {
    const right = isSideWord(sheet, index) ? sideOf(tokenAt(sheet, index)) : null;
    if (right !== null && right !== strike.right) return 'two_sides';
  }
  const following = sideOf(tokenAt(sheet, to + 1));
  if (following !== null && following !== strike.right && isSideWord(sheet, to + 1)) {
    return 'two_sides';
  }
  if (isCountOrStrike(sheet, strike)) return 'strike_unclear';
  const joint = tokenAt(sheet, from - 1);
  const joins = joint.kind === 'slash_sign' || (joint.kind === 'dash' && joint.isGlued);
  const isJoined = joins && isAmount(tokenAt(sheet, from - 2)) && tokenAt(sheet, from).isGlued;
  return isJoined ? 'multi_leg' : null;
}

const COUNT_MAX = 100;
const VERB_ROLES: ReadonlySet<Role> = new Set([
  ...(['bto', 'sto', 'stc', 'btc', 'buy', 'enter', 'take', 'add', 'in', 'open', 'sell'] as const),
  ...(['part', 'whole', 'filler', 'close', 'leave', 'trim'] as const),
]);

function isVerbLike({ kind, role }: Token): boolean {
  return kind === 'colon' || (kind === 'word' && VERB_ROLES.has(role));
}

/** "bought 2 calls $118", "bought 10 calls": the number before the word may count contracts. */
function isCountOrStrike(sheet: Sheet, strike: Strike): boolean {
  const { strikeAt: at, sideAt: side } = strike;
  const token = tokenAt(sheet, at);
  if (side !== at + 1 || !isSideWord(sheet, side)) return false;
  const after = strikeAfter(sheet, side);
  if (after !== null && tokenAt(sheet, after).value > token.value) return true;
  if (token.kind !== 'number') return false;
  return isWhole(token) && token.value <= COUNT_MAX && isVerbLike(tokenAt(sheet, at - 1));
}
