/**
 * Everything that begins with a letter, or with a sign that belongs to letters: words, cashtags,
 * pings, option symbols and futures.
 *
 * Letters with digits behind them are one word (`M2K`, `PT1`) unless the digits are a contract part
 * of their own: `TSLA450c`, `exp10/16`, `Oct16`, `x6`.
 */

import { PLACEHOLDER } from '../text/characters.ts';
import { monthNumber } from '../words/calendar-words.ts';
import { type Role, roleOf } from '../words/lexicon.ts';
import {
  type DraftToken,
  digitsEnd,
  isDigit,
  isLetter,
  type Lexer,
  lettersEnd,
  push,
} from './lexer.ts';
import { startsNumber } from './scan-number.ts';

const DOT = 0x2e;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const UNDERSCORE = 0x5f;
const SYMBOL_LENGTH_MAX = 6;
/** The dollar sign and five letters; longer words are amounts or jokes. */
const TAG_LENGTH_MAX = 6;
const OSI_DATE_LENGTH = 6;

export function startsWord(code: number): boolean {
  return isLetter(code) || code === PLACEHOLDER.letter;
}

export function scanWord(lexer: Lexer): void {
  const { text, at } = lexer;
  const lettersTo = lettersEnd(text, at);
  if (lettersTo === at) {
    pushForeignWord(lexer);
    return;
  }
  const next = text.charCodeAt(lettersTo);
  if (isDigit(next)) scanMixed(lexer, lettersTo);
  else if (next === APOSTROPHE && isLetter(text.charCodeAt(lettersTo + 1))) {
    pushWord(lexer, lettersEnd(text, lettersTo + 1));
  } else if (next === PLACEHOLDER.letter || next === UNDERSCORE) pushForeignWord(lexer);
  else pushWord(lexer, classShareEnd(text, at, lettersTo));
}

/** `$TSLA`, `$BRK.B` */
export function scanCashtag(lexer: Lexer): void {
  const { text, at } = lexer;
  const lettersTo = lettersEnd(text, at + 1);
  const next = text.charCodeAt(lettersTo);
  if (isDigit(next) && isOptionSymbol(text, at + 1, lettersTo)) {
    pushOptionSymbol(lexer, at + 1, lettersTo);
    return;
  }
  if (lettersTo - at > TAG_LENGTH_MAX) {
    push(lexer, 'word', lettersTo, text.slice(at, lettersTo));
    return;
  }
  const to = classShareEnd(text, at + 1, lettersTo);
  const tag = text.slice(at + 1, to);
  const token = push(lexer, 'cashtag', to, tag.toUpperCase());
  token.lower = tag.toLowerCase();
}

/** `@everyone`, `@market`: an at sign with letters grown on it. */
export function scanPing(lexer: Lexer): void {
  const to = wordEnd(lexer.text, lexer.at + 1);
  const token = push(lexer, 'ping', to, lexer.text.slice(lexer.at + 1, to));
  token.lower = token.text.toLowerCase();
  token.role = roleOf(token.lower);
}

/** `.XYZ261016C312.5`: whether option-symbol letters and digits follow the dot at `at`. */
export function startsDottedSymbol(text: string, at: number): boolean {
  const lettersTo = lettersEnd(text, at + 1);
  return lettersTo > at + 1 && isOptionSymbol(text, at + 1, lettersTo);
}

export function scanDottedSymbol(lexer: Lexer): void {
  pushOptionSymbol(lexer, lexer.at + 1, lettersEnd(lexer.text, lexer.at + 1));
}

/** `/ES`, `/MNQZ6`, `/M2K`: the stroke stands free and letters follow it. */
export function scanFuture(lexer: Lexer): void {
  const { text, at } = lexer;
  const to = wordEnd(text, at + 1);
  const code = text.slice(at + 1, to);
  if (FUTURE_CODE.test(code)) push(lexer, 'future', to, code);
  else push(lexer, 'slash_sign', at + 1, '');
}

const FUTURE_CODE = /^[A-Z][A-Z0-9]{1,4}$/;

function pushWord(lexer: Lexer, to: number): DraftToken {
  const text = lexer.text.slice(lexer.at, to);
  const token = push(lexer, 'word', to, text);
  token.lower = text.toLowerCase();
  token.role = roleOf(token.lower);
  return token;
}

/** Prose whatever it says: it holds a character no keyword and no symbol has. */
function pushForeignWord(lexer: Lexer): void {
  const to = wordEnd(lexer.text, lexer.at);
  push(lexer, 'word', to, lexer.text.slice(lexer.at, to));
}

function wordEnd(text: string, from: number): number {
  let end = from;
  for (;;) {
    const code = text.charCodeAt(end);
    const belongs = startsWord(code) || isDigit(code) || code === UNDERSCORE;
    if (!belongs) return end;
    end += 1;
  }
}

/** The end of `BRK.B`, or `to` when no share class follows. */
function classShareEnd(text: string, from: number, to: number): number {
  const dot = text.charCodeAt(to);
  if ((dot !== DOT && dot !== SLASH) || to - from < 2) return to;
  const shareClass = text.charCodeAt(to + 1);
  const isClass = shareClass === 0x41 || shareClass === 0x42;
  const after = text.charCodeAt(to + 2);
  return isClass && !startsWord(after) && !isDigit(after) && isUpper(text, from, to) ? to + 2 : to;
}

function isUpper(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (text.charCodeAt(at) > 0x5a) return false;
  return true;
}

function scanMixed(lexer: Lexer, lettersTo: number): void {
  const { text, at } = lexer;
  if (isOptionSymbol(text, at, lettersTo)) {
    pushOptionSymbol(lexer, at, lettersTo);
    return;
  }
  const letters = text.slice(at, lettersTo).toLowerCase();
  const digitsTo = digitsEnd(text, lettersTo);
  const isClosed = !isLetter(text.charCodeAt(digitsTo));
  const month = monthNumber(letters);
  if (letters === 'x' && isClosed) {
    push(lexer, 'times', digitsTo, text.slice(lettersTo, digitsTo)).value = Number(
      text.slice(lettersTo, digitsTo),
    );
  } else if (month !== null && digitsTo - lettersTo <= 2 && text.charCodeAt(digitsTo) !== SLASH) {
    scanMonthDay(lexer, month, lettersTo, digitsTo);
  } else if (endsInSide(text, lettersTo)) {
    if (mayBeSymbol(text.slice(at, lettersTo))) pushWord(lexer, lettersTo);
    else pushUnclear(lexer);
  } else if (splitsBefore(text, lettersTo, roleOf(letters))) {
    pushWord(lexer, lettersTo);
  } else {
    pushIndexed(lexer, letters);
  }
}

/** `Oct16`, `Oct16th` */
function scanMonthDay(lexer: Lexer, month: number, digitsFrom: number, digitsTo: number): void {
  const suffixTo = lettersEnd(lexer.text, digitsTo);
  const isOrdinal = /^(?:st|nd|rd|th)$/i.test(lexer.text.slice(digitsTo, suffixTo));
  const to = isOrdinal ? suffixTo : digitsTo;
  const token = push(lexer, 'glued_date', to, lexer.text.slice(lexer.at, to));
  token.value = Number(lexer.text.slice(digitsFrom, digitsTo));
  token.second = month;
  token.unit = isOrdinal ? '' : 'month_first';
}

/** `450c` behind letters: a strike with its side. */
function endsInSide(text: string, digitsFrom: number): boolean {
  const end = decimalEnd(text, digitsFrom);
  const side = text.charCodeAt(end);
  const isSide = side === 0x63 || side === 0x70 || side === 0x43 || side === 0x50;
  return isSide && !startsWord(text.charCodeAt(end + 1)) && !isDigit(text.charCodeAt(end + 1));
}

/** `TSLA450c` and `F12c` name a symbol; the l of `l95c` is a mistyped 1. */
function mayBeSymbol(letters: string): boolean {
  return letters.length > 1 || (letters <= 'Z' && letters !== 'I' && letters !== 'O');
}

function pushUnclear(lexer: Lexer): void {
  let to = decimalEnd(lexer.text, lettersEnd(lexer.text, lexer.at));
  to = wordEnd(lexer.text, to);
  push(lexer, 'unclear', to, lexer.text.slice(lexer.at, to));
}

/** Whether digits behind letters are a part of their own: a date or a price. */
function splitsBefore(text: string, digitsFrom: number, role: Role): boolean {
  if (role === 'prose') return false;
  const digitsTo = digitsEnd(text, digitsFrom);
  const hasDecimals = decimalEnd(text, digitsFrom) > digitsTo;
  return hasDecimals || text.charCodeAt(digitsTo) === SLASH || role === 'expiry_label';
}

function decimalEnd(text: string, digitsFrom: number): number {
  const end = digitsEnd(text, digitsFrom);
  const hasDecimals = text.charCodeAt(end) === DOT && isDigit(text.charCodeAt(end + 1));
  return hasDecimals ? digitsEnd(text, end + 1) : end;
}

/** `PT1`, `SL2`, `M2K`, `Q3`: one word; a numbered target or stop is what its letters say. */
function pushIndexed(lexer: Lexer, letters: string): void {
  const { text, at } = lexer;
  const to = wordEnd(text, at);
  const token = push(lexer, 'word', to, text.slice(at, to));
  token.lower = token.text.toLowerCase();
  const role = letters === 't' ? 'target' : roleOf(letters);
  const isNumbered = to - at <= letters.length + 2;
  if (isNumbered && (role === 'target' || role === 'stop')) token.role = role;
}

function isOptionSymbol(text: string, from: number, lettersTo: number): boolean {
  if (lettersTo - from > SYMBOL_LENGTH_MAX) return false;
  const dateTo = digitsEnd(text, lettersTo);
  if (dateTo - lettersTo !== OSI_DATE_LENGTH) return false;
  const side = text.charCodeAt(dateTo);
  return (side === 0x43 || side === 0x50) && startsNumber(text, dateTo + 1);
}

function pushOptionSymbol(lexer: Lexer, rootFrom: number, rootTo: number): void {
  const { text } = lexer;
  const dateTo = rootTo + OSI_DATE_LENGTH;
  let to = digitsEnd(text, dateTo + 1);
  if (text.charCodeAt(to) === DOT && isDigit(text.charCodeAt(to + 1))) to = digitsEnd(text, to + 1);
  const token = push(lexer, 'option_symbol', to, text.slice(rootFrom, rootTo).toUpperCase());
  token.unit = text.slice(rootTo, dateTo);
  token.lower = text.slice(dateTo + 1, to);
  token.right = text.charCodeAt(dateTo) === 0x43 ? 'C' : 'P';
  token.value = Number(token.lower);
  token.split = dateTo;
}
