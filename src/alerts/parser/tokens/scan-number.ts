/**
 * Everything that begins with a digit, a decimal dot or a dollar sign before one.
 *
 * A comma with exactly three digits behind it groups thousands; with one or two it is a decimal
 * comma, unless more commas follow (a list). A number grown together with letters is what the
 * letters make of it: a strike with its side, a count, a time, an ordinal; or it is not certain.
 */
import { monthNumber } from '../words/calendar-words.ts';
import {
  type DraftToken,
  digitsEnd,
  isDigit,
  isLetter,
  type Lexer,
  lettersEnd,
  push,
} from './lexer.ts';
import type { TokenKind } from './token.ts';

interface Amount {
  /** A decimal string. */
  readonly decimal: string;
  readonly to: number;
  readonly isPlainWhole: boolean;
}

const DOT = 0x2e;
const COMMA = 0x2c;
const SLASH = 0x2f;
const COLON = 0x3a;
const DOLLAR = 0x24;
const PERCENT = 0x25;
const DIGITS_MAX = 12;

/** Whether a number begins at `at`: a digit, or a dot with a digit behind it. */
export function startsNumber(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return isDigit(code) || (code === DOT && isDigit(text.charCodeAt(at + 1)));
}

export function scanNumber(lexer: Lexer): void {
  const { text } = lexer;
  const amount = scanAmount(text, lexer.at);
  if (amount === null) {
    pushCode(lexer);
    return;
  }
  const next = text.charCodeAt(amount.to);
  if (amount.isPlainWhole && next === SLASH && scanSlash(lexer, amount)) return;
  if (amount.isPlainWhole && next === COLON && scanColon(lexer, amount)) return;
  if (isLetter(next)) scanUnit(lexer, amount, amount.to);
  else if (next === DOLLAR) scanDollarBehind(lexer, amount);
  else if (!scanPercent(lexer, amount)) pushAmount(lexer, 'number', amount, amount.to);
}

/** At a dollar sign with a number behind it, blanks between allowed. */
export function scanMoney(lexer: Lexer, digitsAt: number): void {
  const amount = scanAmount(lexer.text, digitsAt);
  if (amount === null) {
    pushCode(lexer);
    return;
  }
  if (isLetter(lexer.text.charCodeAt(amount.to))) scanUnit(lexer, amount, amount.to);
  else pushAmount(lexer, 'money', amount, amount.to);
}

function scanAmount(text: string, from: number): Amount | null {
  let to = digitsEnd(text, from);
  let decimal = text.slice(from, to);
  if (to > from && text.charCodeAt(to) === COMMA) {
    const grouped = groupsEnd(text, from, to);
    const comma = grouped > to ? to : decimalCommaEnd(text, to);
    if (grouped > to) decimal = text.slice(from, grouped).replaceAll(',', '');
    else if (comma > to) decimal = `${decimal}.${text.slice(to + 1, comma)}`;
    to = grouped > to ? grouped : comma;
  }
  const isPlainWhole = to - from === decimal.length && !decimal.includes('.');
  if (text.charCodeAt(to) === DOT && isDigit(text.charCodeAt(to + 1)) && !decimal.includes('.')) {
    const end = digitsEnd(text, to + 1);
    decimal += text.slice(to, end);
    to = end;
    if (text.charCodeAt(to) === DOT && isDigit(text.charCodeAt(to + 1))) return null;
  }
  if (decimal.length > DIGITS_MAX) return null;
  return { decimal, to, isPlainWhole: isPlainWhole && !decimal.includes('.') };
}

/** The end of `,123` groups behind up to three digits, or `at` when there is none. */
function groupsEnd(text: string, from: number, at: number): number {
  if (at - from > 3) return at;
  let end = at;
  while (text.charCodeAt(end) === COMMA && digitsEnd(text, end + 1) === end + 4) end += 4;
  return end;
}

function decimalCommaEnd(text: string, at: number): number {
  const end = digitsEnd(text, at + 1);
  const length = end - at - 1;
  if (length < 1 || length > 2) return at;
  const next = text.charCodeAt(end);
  const goesOn = (next === COMMA || next === DOT) && isDigit(text.charCodeAt(end + 1));
  return goesOn ? at : end;
}

function pushAmount(lexer: Lexer, kind: TokenKind, amount: Amount, to: number): DraftToken {
  const token = push(lexer, kind, to, amount.decimal);
  token.value = Number(amount.decimal);
  token.split = amount.to;
  return token;
}

/** Whatever hangs together behind a number nobody can read. */
function pushCode(lexer: Lexer): void {
  let end = lexer.at + 1;
  while (isWordPart(lexer.text, end)) end += 1;
  push(lexer, 'code', end, lexer.text.slice(lexer.at, end));
}

function isWordPart(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (isDigit(code) || isLetter(code)) return true;
  return (code === DOT || code === COMMA) && isDigit(text.charCodeAt(at + 1));
}

/** `10/16`, `1/15/27`; not `115/120c` or `2.5/3.5`, which are two numbers with a stroke. */
function scanSlash(lexer: Lexer, first: Amount): boolean {
  const { text } = lexer;
  const secondFrom = first.to + 1;
  const secondTo = digitsEnd(text, secondFrom);
  if (secondTo === secondFrom || first.decimal.length > 4 || secondTo - secondFrom > 4)
    return false;
  let thirdFrom = secondTo + 1;
  let to = digitsEnd(text, thirdFrom);
  const hasThird = text.charCodeAt(secondTo) === SLASH && to > thirdFrom && to - thirdFrom <= 4;
  if (!hasThird) {
    thirdFrom = secondTo;
    to = secondTo;
  }
  if (!isSlashEnd(text, to)) return false;
  const token = push(lexer, 'slash', to, text.slice(lexer.at, to));
  token.value = Number(first.decimal);
  token.second = Number(text.slice(secondFrom, secondTo));
  token.third = hasThird ? Number(text.slice(thirdFrom, to)) : -1;
  token.unit = hasThird ? text.slice(thirdFrom, to) : '';
  return true;
}

function isSlashEnd(text: string, to: number): boolean {
  const next = text.charCodeAt(to);
  if (next === SLASH) return !isDigit(text.charCodeAt(to + 1));
  if (next === DOT || next === COMMA) return !isDigit(text.charCodeAt(to + 1));
  if (next === PERCENT) return false;
  if (!isLetter(next)) return true;
  // A side or an ordinal grows on a strike, not on a date; "exp" may.
  return lettersEnd(text, to) - to > 2;
}

/** `10:50`, `3:45pm`, `12:30:45`, and ratios: `3:1`; a colon before other digits is a label's. */
function scanColon(lexer: Lexer, hours: Amount): boolean {
  const { text } = lexer;
  const from = hours.to + 1;
  let to = digitsEnd(text, from);
  if (to === from || hours.decimal.length > 2) return false;
  const isClock = to - from === 2;
  if (!isClock && to - from > 1) return false;
  if (isClock && text.charCodeAt(to) === COLON && digitsEnd(text, to + 1) === to + 3) to += 3;
  const suffixTo = lettersEnd(text, to);
  const suffix = text.slice(to, suffixTo).toLowerCase();
  if (suffix !== '' && suffix !== 'am' && suffix !== 'pm' && suffix !== 'et') return false;
  push(lexer, isClock ? 'clock' : 'ratio', suffixTo, text.slice(lexer.at, suffixTo));
  return true;
}

function scanPercent(lexer: Lexer, amount: Amount): boolean {
  const { text } = lexer;
  let at = amount.to;
  while (text.charCodeAt(at) === 0x20) at += 1;
  if (text.charCodeAt(at) !== PERCENT) return false;
  pushAmount(lexer, 'percent', amount, at + 1);
  return true;
}

/** `225$`, and `97$p` with the side behind the sign. */
function scanDollarBehind(lexer: Lexer, amount: Amount): void {
  const behind = lexer.text.charCodeAt(amount.to + 1);
  if (isDigit(behind) || behind === DOT) pushAmount(lexer, 'number', amount, amount.to);
  else if (isLetter(behind)) scanUnit(lexer, amount, amount.to + 1);
  else pushAmount(lexer, 'money', amount, amount.to + 1);
}

/** A number with letters grown on it, which begin at `unitFrom`. */
function scanUnit(lexer: Lexer, amount: Amount, unitFrom: number): void {
  const { text } = lexer;
  const unitTo = lettersEnd(text, unitFrom);
  const unit = text.slice(unitFrom, unitTo).toLowerCase();
  const isClosed = !isDigit(text.charCodeAt(unitTo));
  const right = sideOf(unit);
  if (right !== null && isClosed) {
    const to = text.startsWith("'s", unitTo) ? unitTo + 2 : unitTo;
    const token = push(lexer, 'strike_side', to, amount.decimal);
    token.value = Number(amount.decimal);
    token.right = right;
    token.split = unitFrom;
    return;
  }
  if (unit === 'x') {
    scanTimes(lexer, amount, unitTo);
    return;
  }
  const month = monthNumber(unit);
  if (month !== null && unit !== 'm' && amount.isPlainWhole) {
    scanGluedDate(lexer, amount, month, unitTo);
    return;
  }
  if (!isClosed) {
    pushCode(lexer);
    return;
  }
  pushAmount(lexer, kindOfUnit(unit), amount, unitTo).unit = unit;
}

function sideOf(unit: string): 'C' | 'P' | null {
  if (unit === 'c' || unit === 'call' || unit === 'calls') return 'C';
  return unit === 'p' || unit === 'put' || unit === 'puts' ? 'P' : null;
}

function kindOfUnit(unit: string): TokenKind {
  switch (unit) {
    case 'dte':
    case 'dtes':
      return 'dte';
    case 'st':
    case 'nd':
    case 'rd':
    case 'th':
      return 'ordinal';
    case 's':
      return 'plural';
    case 'am':
    case 'pm':
      return 'clock';
    default:
      return 'measure';
  }
}

/** `8x`; in `4.4x6` the number stands alone and the count follows it. */
function scanTimes(lexer: Lexer, amount: Amount, unitTo: number): void {
  const countTo = digitsEnd(lexer.text, unitTo);
  if (countTo === unitTo) {
    pushAmount(lexer, 'times', amount, unitTo);
    return;
  }
  pushAmount(lexer, 'number', amount, amount.to);
  const token = push(lexer, 'times', countTo, lexer.text.slice(unitTo, countTo));
  token.value = Number(token.text);
}

/** `16OCT`, `16OCT26`, `16oct2026` */
function scanGluedDate(lexer: Lexer, day: Amount, month: number, monthTo: number): void {
  const to = digitsEnd(lexer.text, monthTo);
  const token = push(lexer, 'glued_date', to, lexer.text.slice(lexer.at, to));
  token.value = Number(day.decimal);
  token.second = month;
  token.third = to > monthTo ? Number(lexer.text.slice(monthTo, to)) : -1;
}
