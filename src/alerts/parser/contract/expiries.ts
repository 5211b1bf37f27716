/**
 * Finds every expression that can be an expiry, with the day it stands for.
 *
 * Which of them is the contract's is decided later, when symbol, strike and verb are known: words
 * like "tomorrow" count only next to the contract, dates in figures anywhere.
 */
import { dayOfWeek, daysBetween } from '#kernel/calendar.ts';
import { err } from '#kernel/result.ts';
import type { ParseContext } from '../parse-context.ts';
import { claimAt, isFree, kindAt, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isFraction, isWhole, type Token } from '../tokens/token.ts';
import { monthNumber, weekdayNumber } from '../words/calendar-words.ts';
import {
  type ExpiryDate,
  expiryInDays,
  expiryOfMonth,
  expiryOfWeek,
  expiryOn,
  expiryOnWeekday,
  expiryTomorrow,
  expiryWeekly,
  fullYear,
} from './expiry-dates.ts';

export interface Expiry {
  readonly run: Run;
  readonly date: ExpiryDate;
  /**
   * figures: a date or a count of days · words: "this week", "Friday" · month: a month alone, or a
   * word for a monthly expiry.
   */
  readonly form: 'figures' | 'words' | 'month';
}

export function findExpiries(sheet: Sheet, context: ParseContext): readonly Expiry[] {
  const found: Expiry[] = [];
  for (let index = 0; index < sheet.tokens.length; index += 1) {
    if (!isFree(sheet, index)) continue;
    const expiry = expiryAt(sheet, index, context);
    if (expiry === null) continue;
    found.push(expiry);
    index = expiry.run.to;
  }
  return found;
}

function expiryAt(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const token = tokenAt(sheet, index);
  switch (token.kind) {
    case 'slash':
      return slashDate(sheet, index, context);
    case 'glued_date':
      return gluedDate(token, index, context);
    case 'dte':
      return figures(index, index, expiryInDays(context, token.value));
    case 'number':
    case 'ordinal':
      return numberFirst(sheet, index, context);
    case 'word':
      return wordFirst(sheet, index, context);
    default:
      return null;
  }
}

function figures(from: number, to: number, date: ExpiryDate): Expiry {
  return { run: { from, to }, date, form: 'figures' };
}

function words(from: number, to: number, date: ExpiryDate): Expiry {
  return { run: { from, to }, date, form: 'words' };
}

const STRIKES_FROM = 32;
const FRIDAY = 5;
const FRACTION_DAYS_MAX = 60;

function slashDate(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const token = tokenAt(sheet, index);
  // "115/120" are two strikes or levels.
  if (token.value >= STRIKES_FROM || token.second >= STRIKES_FROM) return null;
  const year = token.third < 0 ? null : token.third;
  if (token.unit.length === 1 || token.unit.length === 3)
    return figures(index, index, err('no_such_date'));
  const date = expiryOn(context, { year, month: token.value, day: token.second });
  const isFar = date.ok && daysBetween(context.posted, date.value) > FRACTION_DAYS_MAX;
  return figures(index, index, isFraction(token) && isFar ? err('expiry_unclear') : date);
}

function gluedDate(token: Token, index: number, context: ParseContext): Expiry {
  const year = token.third < 0 ? null : token.third;
  const date = expiryOn(context, { year, month: token.second, day: token.value });
  const isMonthFirst = token.unit === 'month_first';
  const mayBeYear = isMonthFirst && isNearYear(token.value, context) && isYearMonth(token.second);
  const isUnclear = mayBeYear && !isSurelyDay(date, context);
  return figures(index, index, isUnclear ? err('expiry_unclear') : date);
}

function numberFirst(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const token = tokenAt(sheet, index);
  const next = tokenAt(sheet, index + 1);
  if (token.kind === 'number' && context.policy.dottedDates && isDottedDate(token)) {
    const [month = 0, day = 0] = token.text.split('.').map(Number);
    return figures(index, index, expiryOn(context, { year: null, month, day }));
  }
  if (token.kind === 'number' && !isWhole(token)) return null;
  if (next.role === 'dte' || (next.kind === 'dash' && roleAt(sheet, index + 2) === 'dte')) {
    const to = next.role === 'dte' ? index + 1 : index + 2;
    return figures(index, to, expiryInDays(context, token.value));
  }
  if (next.role === 'day' && token.kind === 'number' && token.text === '0') {
    return figures(index, index + 1, expiryInDays(context, 0));
  }
  if (next.kind === 'dash') return dashedDate(sheet, index, context);
  return next.role === 'month' && isFree(sheet, index + 1) ? dayMonth(sheet, index, context) : null;
}

/** `12.18`: two digits of a day behind a month. */
function isDottedDate(token: Token): boolean {
  const match = /^(\d{1,2})\.(\d{2})$/.exec(token.text);
  return match !== null && Number(match[1]) <= 12 && Number(match[2]) <= 31 && token.value >= 1;
}

/** `10-16-26`, `2026-10-16`, all grown together. */
function dashedDate(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const [first, dash, second, dash2, third] = [0, 1, 2, 3, 4].map((n) => tokenAt(sheet, index + n));
  const isGlued = [dash, second, dash2, third].every((token) => token?.isGlued === true);
  if (!isGlued || dash2?.kind !== 'dash' || second?.kind !== 'number' || third?.kind !== 'number') {
    return null;
  }
  const isYearFirst = first !== undefined && first.text.length === 4;
  const year = isYearFirst ? first.value : third.value;
  const month = isYearFirst ? second.value : (first?.value ?? 0);
  const day = isYearFirst ? third.value : second.value;
  return figures(index, index + 4, expiryOn(context, { year, month, day }));
}

/** `16 Oct`, `16th of Oct`, `15 mar 26`, `16 Oct 2026` */
function dayMonth(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const month = monthNumber(tokenAt(sheet, index + 1).lower);
  const day = tokenAt(sheet, index).value;
  if (month === null || day > 31 || isDayBehind(sheet, index + 2, context)) return null;
  const yearAt = yearAfter(sheet, index + 2, context);
  const year = yearAt === null ? null : tokenAt(sheet, yearAt).value;
  const date = expiryOn(context, { year, month, day });
  // "BTO 5 JAN 2027": five contracts of January, or the 5th.
  const mayCount = claimAt(sheet, index - 1) === 'verb' && kindAt(sheet, index) === 'number';
  const isUnclear = mayCount && !isSurelyDay(date, context);
  return figures(index, yearAt ?? index + 1, isUnclear ? err('expiry_unclear') : date);
}

/** Whether the number behind the month is its day: "41 calls, 3 oct 16". */
function isDayBehind(sheet: Sheet, index: number, context: ParseContext): boolean {
  const token = tokenAt(sheet, index);
  if (!isFree(sheet, index)) return false;
  if (token.kind === 'ordinal') return true;
  const isDay = token.kind === 'number' && isWhole(token) && token.value <= 31;
  return isDay && !isYear(token, context);
}

const YEARS_AHEAD_MAX = 4;

function isYear(token: Token, context: ParseContext): boolean {
  if (token.kind !== 'number' || !/^(?:20)?\d\d$/.test(token.text)) return false;
  return isNearYear(token.value, context);
}

/** Whether a number can be a year of expiry, with or without its century. */
function isNearYear(value: number, context: ParseContext): boolean {
  const ahead = fullYear(value) - Number(context.posted.slice(0, 4));
  return ahead >= 0 && ahead <= YEARS_AHEAD_MAX;
}

function yearAfter(sheet: Sheet, from: number, context: ParseContext): number | null {
  const isSeparated = kindAt(sheet, from) === 'comma' || tokenAt(sheet, from).text === "'";
  const index = isSeparated ? from + 1 : from;
  const token = tokenAt(sheet, index);
  return isFree(sheet, index) && isYear(token, context) ? index : null;
}

function wordFirst(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const token = tokenAt(sheet, index);
  switch (token.role) {
    case 'month':
      return monthFirst(sheet, index, context);
    case 'relative':
      return words(index, index, relative(token.lower, context));
    case 'weekly': {
      const isEndOfWeek = token.lower === 'eow';
      return words(index, index, isEndOfWeek ? expiryOfWeek(context, 0) : expiryWeekly(context));
    }
    case 'weekday':
      return words(index, index, weekday(token.lower, context));
    case 'this':
    case 'next':
      return thisOrNext(sheet, index, context);
    case 'monthly':
      return { run: { from: index, to: index }, date: err('expiry_unclear'), form: 'month' };
    default:
      return null;
  }
}

function relative(lower: string, context: ParseContext): ExpiryDate {
  return lower === 'today' || lower === 'odte' ? expiryInDays(context, 0) : expiryTomorrow(context);
}

function weekday(lower: string, context: ParseContext): ExpiryDate {
  const number = weekdayNumber(lower);
  return number === null ? err('expiry_unclear') : expiryOnWeekday(context, number);
}

/** "this week", "next week", "next w", "this Friday"; "next Friday" can be either of two. */
function thisOrNext(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const isNext = roleAt(sheet, index) === 'next';
  const following = tokenAt(sheet, index + 1);
  if (following.role === 'week' || following.role === 'w') {
    return words(index, index + 1, expiryOfWeek(context, isNext ? 1 : 0));
  }
  if (following.role !== 'weekday') return null;
  const date = isNext ? err('expiry_unclear' as const) : weekday(following.lower, context);
  return words(index, index + 1, date);
}

/** `Oct 16`, `July 29th`, `Jan 15 2027`, `JAN 2027`, `OCT` */
function monthFirst(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const month = monthNumber(tokenAt(sheet, index).lower);
  if (month === null) return null;
  const hasDot = kindAt(sheet, index + 1) === 'period' && tokenAt(sheet, index + 1).isGlued;
  const next = hasDot ? index + 2 : index + 1;
  const token = tokenAt(sheet, next);
  const isDay = isDayNumber(token) && isFree(sheet, next);
  if (isDay && !isYearOnly(token)) return monthDay(sheet, { from: index, to: next }, context);
  if (isDay) {
    return {
      run: { from: index, to: next },
      date: expiryOfMonth(context, { year: token.value, month }),
      form: 'figures',
    };
  }
  // "may" is a month only with a day or in capitals.
  const word = tokenAt(sheet, index).text;
  if (word === 'may' || word === 'mar' || word === 'march') return null;
  return {
    run: { from: index, to: index },
    date: expiryOfMonth(context, { year: null, month }),
    form: 'month',
  };
}

function isDayNumber(token: Token): boolean {
  if (token.kind === 'ordinal') return true;
  return token.kind === 'number' && isWhole(token);
}

function isYearOnly(token: Token): boolean {
  return token.kind === 'number' && token.text.length === 4 && token.text.startsWith('20');
}

function monthDay(sheet: Sheet, run: Run, context: ParseContext): Expiry | null {
  const month = monthNumber(tokenAt(sheet, run.from).lower) ?? 0;
  const token = tokenAt(sheet, run.to);
  if (token.value > 31) return null;
  const yearAt = explicitYearAfter(sheet, run.to + 1, context);
  const year = yearAt === null ? null : tokenAt(sheet, yearAt).value;
  const date = expiryOn(context, { year, month, day: token.value });
  const mayBeYear = year === null && isYear(token, context) && isYearMonth(month);
  const certain = mayBeYear && !isSurelyDay(date, context) ? err('expiry_unclear' as const) : date;
  return figures(run.from, yearAt ?? run.to, certain);
}

/** Months in which options more than a year away expire: "JAN 27" can be January 2027. */
function isYearMonth(month: number): boolean {
  return month === 1 || month % 3 === 0;
}

const SURE_DAYS_MAX = 14;

/** A Friday, or a day so near that nobody would name its month alone. */
function isSurelyDay(date: ExpiryDate, context: ParseContext): boolean {
  if (!date.ok) return true;
  const isNear = daysBetween(context.posted, date.value) <= SURE_DAYS_MAX;
  return isNear || dayOfWeek(date.value) === FRIDAY;
}

/** A year behind month and day: four digits, or two behind an apostrophe or comma. */
function explicitYearAfter(sheet: Sheet, from: number, context: ParseContext): number | null {
  const at = yearAfter(sheet, from, context);
  if (at === null) return null;
  return at > from || tokenAt(sheet, at).text.length === 4 ? at : null;
}
