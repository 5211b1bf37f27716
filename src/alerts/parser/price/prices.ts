/**
 * Finds the price an instruction names: what was paid or received, per share.
 *
 * Marks rank: an at sign, then a label ("Entry:", "for"), then a bare number with decimals or a
 * dollar sign right beside the contract. An average, a bid or ask, a level of the underlying and a
 * former price are known and set aside. Two prices of one rank that differ are two prices.
 */

import { markAsides } from '../sheet/asides.ts';
import { textAt } from '../sheet/leftover.ts';
import {
  type Claim,
  claim,
  claimAt,
  isFree,
  kindAt,
  type Run,
  roleAt,
  type Sheet,
  tokenAt,
} from '../sheet/sheet.ts';
import { isAmount, isWhole, type Token } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';

/** How a number says that it is the price; `current` is the price of now, not of the trade. */
export type Mark = 'at' | 'label' | 'average' | 'bare' | 'current';

export interface Price {
  readonly mark: Mark;
  /** Index of the number, or of the lower end of a range. */
  readonly at: number;
  /** Index of the upper end of a range, else `at`. */
  readonly highAt: number;
  readonly value: number;
  readonly high: number;
  readonly unit: 'share' | 'contract' | 'unmarked';
  readonly run: Run;
}

/** A range is as wide as a spread; wider, the first price led to the second. */
const RANGE_RATIO_MAX = 1.25;
const RANGE_WIDTH_MAX = 0.11;
const MARK_WITHIN = 4;

/** Every free number that can be a price, in the order of the text. */
export function findPrices(sheet: Sheet): readonly Price[] {
  const prices: Price[] = [];
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index) || !isAmount(tokenAt(sheet, index))) continue;
    // "+40" is a gain.
    if (kindAt(sheet, index - 1) === 'plus' && tokenAt(sheet, index).isGlued) continue;
    if (isBelowZero(sheet, index)) continue;
    const price = priceAt(sheet, index);
    prices.push(price);
    index = price.run.to;
  }
  return prices;
}

/**
 * "@ -1", "$-1", "for -1": nobody pays that, and what was meant is not guessed. "- 1.75" alone is
 * a stroke.
 */
function isBelowZero(sheet: Sheet, index: number): boolean {
  const { kind, lower } = tokenAt(sheet, index - 1);
  if (lower === 'minus') return true;
  if (kind !== 'dash') return false;
  const before = tokenAt(sheet, index - 2);
  if (before.kind === 'at') return true;
  const isMark = LABEL_ROLES.has(before.role) || MONEY_WORDS.has(before.lower);
  return tokenAt(sheet, index).isGlued && (isMark || textAt(sheet, index - 2) === '$');
}

const MONEY_WORDS: ReadonlySet<string> = new Set(['usd', 'dollar', 'dollars']);

function priceAt(sheet: Sheet, index: number): Price {
  const highAt = rangeEnd(sheet, index);
  const low = tokenAt(sheet, index).value;
  const high = tokenAt(sheet, highAt).value;
  const isReversed = high < low;
  const unitTo = contractUnitEnd(sheet, highAt);
  return {
    mark: markBefore(sheet, index),
    at: isReversed ? highAt : index,
    highAt: isReversed ? index : highAt,
    value: Math.min(low, high),
    high: Math.max(low, high),
    unit: unitTo > highAt ? 'contract' : 'unmarked',
    run: { from: index, to: Math.max(highAt, unitTo) },
  };
}

/** `.75-.85`, `5.80 to 6.00`, `2.10/2.20`: near enough to be one price; else the first alone. */
function rangeEnd(sheet: Sheet, index: number): number {
  const joint = tokenAt(sheet, index + 1);
  const joins = joint.kind === 'dash' || joint.kind === 'slash_sign' || joint.role === 'to';
  const end = tokenAt(sheet, index + 2);
  if (!joins || !isFree(sheet, index + 2) || !isAmount(end)) return index;
  const { value } = tokenAt(sheet, index);
  const isNear = Math.max(value, end.value) <= Math.min(value, end.value) * RANGE_RATIO_MAX;
  return isNear || Math.abs(end.value - value) <= RANGE_WIDTH_MAX ? index + 2 : index;
}

/** `/con`, `per contract`, `a contract` */
function contractUnitEnd(sheet: Sheet, index: number): number {
  const next = tokenAt(sheet, index + 1);
  const isPer = next.kind === 'slash_sign' || next.role === 'per' || next.lower === 'a';
  return isPer && roleAt(sheet, index + 2) === 'contract_unit' ? index + 2 : index;
}

/** "now 5.10", "trading at 5.10": where it stands, not where it was bought. */
const CURRENT_WORDS: ReadonlySet<string> = new Set(['now', 'currently', 'trading']);

const LABEL_ROLES: ReadonlySet<Role> = new Set(['price_label', 'entry', 'at', 'for', 'market']);

/** What stands before the number, looking past colons, tildes and small words. */
function markBefore(sheet: Sheet, index: number): Mark {
  for (let before = index - 1; before >= index - MARK_WITHIN; before -= 1) {
    const token = tokenAt(sheet, before);
    if (token.kind === 'at') return isAverage(sheet, before - 1) ? 'average' : 'at';
    if (token.role === 'average') return 'average';
    if (CURRENT_WORDS.has(token.lower)) {
      return isAverage(sheet, before - 1) ? 'average' : 'current';
    }
    if (LABEL_ROLES.has(token.role)) {
      if (CURRENT_WORDS.has(tokenAt(sheet, before - 1).lower)) return 'current';
      return isAverage(sheet, before - 1) ? 'average' : 'label';
    }
    if (!isBesideMark(token)) return 'bare';
  }
  return 'bare';
}

function isAverage(sheet: Sheet, index: number): boolean {
  return roleAt(sheet, index) === 'average';
}

const BESIDE_WORDS: ReadonlySet<string> = new Set([
  'is',
  'was',
  'of',
  'about',
  'zone',
  'range',
  'area',
]);

function isBesideMark(token: Token): boolean {
  switch (token.kind) {
    case 'colon':
    case 'tilde':
    case 'equals':
    case 'open_bracket':
    case 'dash':
      return true;
    default:
      return BESIDE_WORDS.has(token.lower);
  }
}

/** Where levels of the underlying lie, as far as the message tells: around its strike. */
export interface Scale {
  readonly strike: number;
  /** Index of the strike. */
  readonly at: number;
}

const LEVEL_RATIO_MIN = 0.4;
const NEAR_RATIO = 0.15;

/** Claims numbers that speak of something else: bid and ask, levels of the underlying. */
export function markNotes(sheet: Sheet, scale: Scale | null): void {
  markAsides(sheet);
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index) || !isAmount(tokenAt(sheet, index))) continue;
    const isKnown = isQuoted(sheet, index) || isCalledLevel(sheet, index, scale);
    if (isKnown || isNearStrike(sheet, index, scale)) claim(sheet, index, index, 'note');
  }
}

/** Behind the contract a number of the strike's size is a level, unless an at sign marks it. */
function isNearStrike(sheet: Sheet, index: number, scale: Scale | null): boolean {
  if (scale === null || index < scale.at || kindAt(sheet, index - 1) === 'at') return false;
  if (contractUnitEnd(sheet, index) > index) return false;
  const { value } = tokenAt(sheet, index);
  const isNear = Math.abs(value - scale.strike) <= scale.strike * NEAR_RATIO;
  const isPair = kindAt(sheet, index - 1) === 'slash_sign' && claimAt(sheet, index - 2) !== 'note';
  return isNear && !isPair && index > scale.at + 1;
}

function isQuoted(sheet: Sheet, index: number): boolean {
  if (kindAt(sheet, index - 1) === 'at') return false;
  const after = roleAt(sheet, index + 1);
  if (after === 'quote_word') return true;
  const hasColon = kindAt(sheet, index - 1) === 'colon';
  return roleAt(sheet, hasColon ? index - 2 : index - 1) === 'quote_word';
}

/** "875 support", "VWAP 874.2": the word beside the number says that it is the chart's. */
function isCalledLevel(sheet: Sheet, index: number, scale: Scale | null): boolean {
  const { value } = tokenAt(sheet, index);
  if (scale !== null && value < scale.strike * LEVEL_RATIO_MIN) return false;
  if (kindAt(sheet, index - 1) === 'at') return false;
  return roleAt(sheet, index + 1) === 'level' || isLevelBefore(sheet, index - 1);
}

function isLevelBefore(sheet: Sheet, index: number): boolean {
  const token = tokenAt(sheet, index);
  if (token.kind === 'colon' || token.role === 'at') return roleAt(sheet, index - 1) === 'level';
  return token.role === 'level';
}

/** A bare whole number may count contracts just as well. */
export function isDistinct(sheet: Sheet, price: Price): boolean {
  const token = tokenAt(sheet, price.at);
  return (
    price.mark !== 'bare' || token.kind === 'money' || !isWhole(token) || price.high !== price.value
  );
}

const SET_ASIDE: ReadonlySet<Claim> = new Set(['note', 'noise', 'size', 'intention']);

/** An at sign that leads to no number, market or break-even: what it led to is lost. */
export function danglingMark(sheet: Sheet): number | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (kindAt(sheet, index) === 'at' && isDangling(sheet, index + 1)) return index;
  }
  return null;
}

function isDangling(sheet: Sheet, index: number): boolean {
  const { kind, role, lower } = tokenAt(sheet, index);
  if (kind === 'end' || kind === 'newline') return true;
  if (kind !== 'word') return false;
  const isCost = role === 'average' || role === 'entry' || role === 'price_label';
  const isKnown = role === 'market' || role === 'at' || role === 'quote_word' || isCost;
  return !isKnown && !BREAKEVEN_WORDS.has(lower);
}

const BREAKEVEN_WORDS: ReadonlySet<string> = new Set(['be', 'b', 'breakeven', 'break']);

/**
 * When no price was found: a number that may be the price after all, although it was taken for
 * something else. `below` is where levels of the underlying begin.
 */
export function overlookedPrice(sheet: Sheet, below: number): number | null {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    const token = tokenAt(sheet, index);
    if (!isAmount(token)) continue;
    const claimed = claimAt(sheet, index);
    const isMeant = claimed === 'plan' || claimed === 'intention';
    const isMarked = kindAt(sheet, index - 1) === 'at' && !isMeant;
    const isSetAside = SET_ASIDE.has(claimed);
    const isSmall = token.value < below && !isWhole(token);
    if (isMarked || (isSetAside && isSmall)) return index;
  }
  return null;
}
