/**
 * Claims what the author means to do later and how much he puts in: stops, targets, risk, size.
 *
 * A plan begins with its keyword, may say a few words ("stop if it closes under 870") and ends with
 * its number or list of numbers. It never takes a number with a side (a strike), and a stop takes
 * one number only, so that a price written behind it stays free.
 */

import { isAmount, isFraction, type Token } from '../tokens/token.ts';
import type { Role } from '../words/lexicon.ts';
import { claim, isFree, kindAt, roleAt, type Sheet, tokenAt } from './sheet.ts';

const LEAD_LENGTH_MAX = 7;
const INDEX_MAX = 6;

/** Words that may stand between a keyword and its number. */
const LEAD_ROLES: ReadonlySet<Role> = new Set([
  'at',
  'for',
  'to',
  'from',
  'compare',
  'filler',
  'stop',
  'target',
  'level',
  'label',
  'price_label',
  'tag',
  'hedge',
  'trigger',
  'condition',
  'asking',
  'close',
  'this',
  'size',
  'time',
  'day',
]);

export function markPlans(sheet: Sheet): void {
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index)) continue;
    const role = roleAt(sheet, index);
    if (role === 'stop' || role === 'target') markLevels(sheet, index, role);
    else if (role === 'points' && isPriceTargets(sheet, index)) markLevels(sheet, index, 'target');
    else if (role === 'size') markSize(sheet, index);
    else if (role === 'account') markShareOf(sheet, index);
    else if (role === 'risk') markRisk(sheet, index);
    else if (isTakeProfit(sheet, index)) markLevels(sheet, index, 'target');
    else if (isInvalidBeyond(sheet, index)) markLevels(sheet, index, 'stop');
  }
}

/** "PTs: 3, 4" are targets; "20 pts" are points. */
function isPriceTargets(sheet: Sheet, index: number): boolean {
  const next = kindAt(sheet, index + 1);
  return next === 'colon' || next === 'at' || next === 'number' || next === 'money';
}

/** "take profit at 6"; "taking profits" is done now. */
function isTakeProfit(sheet: Sheet, index: number): boolean {
  if (tokenAt(sheet, index).lower !== 'take') return false;
  const word = tokenAt(sheet, index + 1).lower;
  const { kind, role } = tokenAt(sheet, index + 2);
  const isNumber = kind === 'number' || kind === 'money' || kind === 'percent';
  const isLabel = kind === 'colon' || kind === 'at' || role === 'at' || isNumber;
  return (word === 'profit' || word === 'profits') && isLabel;
}

/** "invalid over 688.40"; without a level the word takes the message back. */
function isInvalidBeyond(sheet: Sheet, index: number): boolean {
  return tokenAt(sheet, index).lower === 'invalid' && firstLevel(sheet, index + 1) !== null;
}

function markLevels(sheet: Sheet, index: number, role: 'stop' | 'target'): void {
  if (namesContract(sheet, index)) return;
  claim(sheet, index, index, 'plan');
  const first = firstLevel(sheet, index + 1);
  if (first === null) claimShareBefore(sheet, index - 1);
  if (first === null || (role === 'stop' && kindAt(sheet, first) === 'slash')) return;
  const last = role === 'stop' ? lastStop(sheet, first) : lastTarget(sheet, first);
  claim(sheet, index, last, 'plan');
}

/** "30% stop" */
function claimShareBefore(sheet: Sheet, index: number): void {
  if (kindAt(sheet, index) === 'percent' && isFree(sheet, index))
    claim(sheet, index, index, 'plan');
}

/** Target Corporation trades as TGT: behind a verb or count, or before a strike or expiry. */
function namesContract(sheet: Sheet, index: number): boolean {
  if (tokenAt(sheet, index).text !== 'TGT') return false;
  const before = tokenAt(sheet, index - 1);
  if (before.kind === 'end' || before.kind === 'number' || before.role === 'bto') return true;
  const next = tokenAt(sheet, index + 1);
  const isLabel = next.kind === 'colon' || next.kind === 'at' || next.kind === 'equals';
  return !isLabel && (!isAmount(next) || isStrikeOf(sheet, index + 1));
}

/** The number a keyword leads to, or `null`. */
function firstLevel(sheet: Sheet, from: number): number | null {
  let index = from;
  let hasSymbol = false;
  while (index < from + LEAD_LENGTH_MAX) {
    const token = tokenAt(sheet, index);
    if (isLevel(sheet, index)) {
      if (!isListIndex(sheet, index)) return index;
    } else if (isSymbolLike(token)) {
      if (hasSymbol) return null;
      hasSymbol = true;
    } else if (!isLead(token)) {
      return null;
    }
    index += 1;
  }
  return null;
}

/** `TP 1 : 5.00`: the number before the colon counts the targets. */
function isListIndex(sheet: Sheet, index: number): boolean {
  const token = tokenAt(sheet, index);
  return (
    token.kind === 'number' && token.value <= INDEX_MAX && kindAt(sheet, index + 1) === 'colon'
  );
}

function isLead(token: Token): boolean {
  switch (token.kind) {
    case 'word':
      return LEAD_ROLES.has(token.role) || isOutcome(token.lower);
    case 'colon':
    case 'at':
    case 'dash':
    case 'equals':
    case 'tilde':
    case 'open_bracket':
    case 'less':
    case 'greater':
    case 'arrow':
    case 'plus':
    case 'sign':
    case 'close_sign':
      return true;
    default:
      return false;
  }
}

/** "stop loss", "take profit" */
function isOutcome(lower: string): boolean {
  return lower === 'loss' || lower === 'profit' || lower === 'profits';
}

function isSymbolLike(token: Token): boolean {
  if (token.kind === 'cashtag') return true;
  return token.kind === 'word' && token.role === 'prose' && /^[A-Z]{1,5}$/.test(token.text);
}

/** A number a plan can end in, not spoken for and not a strike with its side. */
function isLevel(sheet: Sheet, index: number): boolean {
  if (!isFree(sheet, index)) return false;
  const token = tokenAt(sheet, index);
  switch (token.kind) {
    case 'number':
    case 'money':
      return !isStrikeOf(sheet, index);
    case 'percent':
    case 'plural':
    case 'measure':
      return true;
    case 'slash':
      // "targets 5/6/7" is a list, "stop 10/16 205c" would be no plan.
      return roleAt(sheet, index + 1) !== 'call' && kindAt(sheet, index + 1) !== 'strike_side';
    default:
      return false;
  }
}

function isStrikeOf(sheet: Sheet, index: number): boolean {
  const next = roleAt(sheet, index + 1);
  return next === 'call' || next === 'put' || next === 'side_letter';
}

/** The end of a stop's one number or range, with a percentage in brackets behind it. */
function lastStop(sheet: Sheet, first: number): number {
  const next = tokenAt(sheet, first + 1);
  const joins =
    next.kind === 'dash' || next.kind === 'slash_sign' || next.lower === 'or' || next.role === 'to';
  const last = joins && isLevel(sheet, first + 2) ? first + 2 : first;
  return bracketEnd(sheet, last);
}

function lastTarget(sheet: Sheet, first: number): number {
  let last = bracketEnd(sheet, first);
  for (;;) {
    const next = nextInList(sheet, last);
    if (next === null) return last;
    last = bracketEnd(sheet, next);
  }
}

/** The next number of a list: behind a separator, or higher and right behind the one before. */
function nextInList(sheet: Sheet, last: number): number | null {
  let index = last + 1;
  while (isListSeparator(tokenAt(sheet, index)) && index < last + 4) index += 1;
  if (!isLevel(sheet, index)) return null;
  if (index > last + 1) return index;
  const isRising = tokenAt(sheet, index).value > tokenAt(sheet, last).value;
  return isRising && kindAt(sheet, index) === kindAt(sheet, last) ? index : null;
}

function isListSeparator(token: Token): boolean {
  switch (token.kind) {
    case 'comma':
    case 'slash_sign':
    case 'dash':
    case 'plus':
    case 'arrow':
    case 'pipe':
    case 'tilde':
      return true;
    default:
      return (
        token.lower === 'and' ||
        token.lower === 'or' ||
        token.lower === 'to' ||
        token.lower === 'then'
      );
  }
}

/** Behind `(-20%)` or `(50%)`, if that follows. */
function bracketEnd(sheet: Sheet, last: number): number {
  if (kindAt(sheet, last + 1) !== 'open_bracket') return last;
  let index = last + 2;
  const sign = kindAt(sheet, index);
  if (sign === 'dash' || sign === 'plus' || sign === 'tilde') index += 1;
  const isClosed = kindAt(sheet, index + 1) === 'close_bracket';
  return kindAt(sheet, index) === 'percent' && isClosed ? index + 1 : last;
}

/** `1/2 size`, `5% sz`, `size: 1/2`, `Size 3%` */
function markSize(sheet: Sheet, index: number): void {
  const isMultiple = kindAt(sheet, index - 1) === 'times';
  claim(sheet, isMultiple ? index - 1 : index, index, 'size');
  const before = kindAt(sheet, index - 1) === 'dash' ? index - 2 : index - 1;
  if (isShareOfSize(tokenAt(sheet, before))) claimShare(sheet, before, index);
  const isLabelled = kindAt(sheet, index + 1) === 'colon';
  const after = isLabelled ? index + 2 : index + 1;
  if (isShareOfSize(tokenAt(sheet, after))) claimShare(sheet, after, after);
  else if (isLabelled && isAmount(tokenAt(sheet, after))) claimShare(sheet, after, after);
}

function isShareOfSize(token: Token): boolean {
  if (token.kind === 'percent' || token.kind === 'vulgar' || token.role === 'fraction') return true;
  return isFraction(token);
}

function claimShare(sheet: Sheet, from: number, to: number): void {
  const reaches = kindAt(sheet, from - 1) === 'dash' && isShareOfSize(tokenAt(sheet, from - 2));
  claim(sheet, reaches ? from - 2 : from, to, 'size');
}

/** `2% of my account`, `10% port` */
function markShareOf(sheet: Sheet, index: number): void {
  claim(sheet, index, index, 'size');
  let before = index - 1;
  while (tokenAt(sheet, before).role === 'filler' && before > index - 4) before -= 1;
  if (isShareOfSize(tokenAt(sheet, before))) claimShare(sheet, before, index);
}

/** `risk 1%`, `risking $200`, `2% risk` */
function markRisk(sheet: Sheet, index: number): void {
  claim(sheet, index, index, 'size');
  const isLabelled = kindAt(sheet, index + 1) === 'colon' || kindAt(sheet, index + 1) === 'tilde';
  const after = isLabelled ? index + 2 : index + 1;
  const token = tokenAt(sheet, after);
  const isRisk = token.kind === 'percent' || token.kind === 'money' || isFraction(token);
  if (isRisk || (isLabelled && isAmount(token))) claim(sheet, after, after, 'size');
  else if (kindAt(sheet, index - 1) === 'percent') claim(sheet, index - 1, index, 'size');
}
