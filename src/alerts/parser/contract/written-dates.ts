/**
 * Dates in figures and month names: `10/16`, `10-16-26`, `16OCT26`, `Oct 16th`, `15 mar 26`,
 * `JAN 2027`.
 *
 * Where two readings are possible (a day or a year, a day or a count, a date or a fraction of the
 * position) the nearer one is taken only if it is sure; else the expiry is unclear.
 */
import { dayOfWeek, daysBetween } from '#kernel/calendar.ts';
import { err } from '#kernel/result.ts';
import type { ParseContext } from '../parse-context.ts';
import { claimAt, isFree, kindAt, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isFraction, isWhole, type Token } from '../tokens/token.ts';
import { monthNumber } from '../words/calendar-words.ts';
import { type ExpiryDate, expiryOfMonth, expiryOn, fullYear } from './expiry-dates.ts';

export interface WrittenDate {
  readonly run: Run;
  readonly date: ExpiryDate;
}

const STRIKES_FROM = 32;
const FRIDAY = 5;
const FRACTION_DAYS_MAX = 60;
const FRACTION_OF_MAX = 10;
const UNCLEAR = err('expiry_unclear' as const);

export function slashDate(sheet: Sheet, index: number, context: ParseContext): WrittenDate | null {
  const token = tokenAt(sheet, index);
  const { value: month, second: day, third, unit: yearDigits } = token;
  // "115/120" are two strikes or levels.
  if (month >= STRIKES_FROM || day >= STRIKES_FROM) return null;
  const run = { from: index, to: index };
  if (yearDigits.length === 1 || yearDigits.length === 3) return { run, date: err('no_such_date') };
  const year = third < 0 ? null : third;
  const date = expiryOn(context, { year, month, day });
  if (year !== null) return { run, date };
  const mayBeYear = isYearMonth(month) && isNearYear(day, context) && !isSurelyDay(date, context);
  return { run, date: mayBeYear || mayBePart(sheet, index, date, context) ? UNCLEAR : date };
}

/** "2/4": a part of a position if it is far away as a date, or right behind a verb of selling. */
function mayBePart(sheet: Sheet, index: number, date: ExpiryDate, context: ParseContext): boolean {
  const token = tokenAt(sheet, index);
  const isPart = token.value < token.second && token.second <= FRACTION_OF_MAX;
  if (!isPart && !isFraction(token)) return false;
  if (date.ok && daysBetween(context.posted, date.value) > FRACTION_DAYS_MAX) return true;
  const role = roleAt(sheet, index - 1);
  return role === 'stc' || role === 'btc' || role === 'sell' || role === 'trim' || role === 'leave';
}

/** `16OCT26`, `Oct16th` */
export function gluedDate(sheet: Sheet, index: number, context: ParseContext): WrittenDate {
  const { value: day, second: month, third, unit } = tokenAt(sheet, index);
  const date = expiryOn(context, { year: third < 0 ? null : third, month, day });
  const isMonthFirst = unit === 'month_first';
  const mayBeYear = isMonthFirst && isNearYear(day, context) && isYearMonth(month);
  const isUnclear = mayBeYear && !isSurelyDay(date, context);
  return { run: { from: index, to: index }, date: isUnclear ? UNCLEAR : date };
}

/** `12.18`: two digits of a day behind a month. Read only where the channel writes dates so. */
export function dottedDate(sheet: Sheet, index: number, context: ParseContext): WrittenDate | null {
  const match = /^([1-9]|1[0-2])\.([0-3]\d)$/.exec(tokenAt(sheet, index).text);
  if (match === null) return null;
  const date = expiryOn(context, { year: null, month: Number(match[1]), day: Number(match[2]) });
  return { run: { from: index, to: index }, date };
}

/** `10-16-26`, `2026-10-16`, `16-Oct-26`, all grown together. */
export function dashedDate(sheet: Sheet, index: number, context: ParseContext): WrittenDate | null {
  if (!isGlued(sheet, index + 1, index + 2)) return null;
  if (roleAt(sheet, index + 2) === 'month') return dayMonth(sheet, index, index + 2, context);
  const isFull = kindAt(sheet, index + 3) === 'dash' && kindAt(sheet, index + 4) === 'number';
  const areNumbers = isFull && kindAt(sheet, index + 2) === 'number';
  if (!areNumbers || !isGlued(sheet, index + 3, index + 4)) return null;
  const [first, second, third] = [index, index + 2, index + 4].map((at) => tokenAt(sheet, at));
  const isYearFirst = first?.text.length === 4;
  const [year, month, day] = isYearFirst ? [first, second, third] : [third, first, second];
  const written = {
    year: year?.value ?? null,
    month: month?.value ?? 0,
    day: day?.value ?? 0,
  };
  return { run: { from: index, to: index + 4 }, date: expiryOn(context, written) };
}

function isGlued(sheet: Sheet, first: number, second: number): boolean {
  return tokenAt(sheet, first).isGlued && tokenAt(sheet, second).isGlued;
}

/** `16 Oct`, `15 mar 26`, `16 Oct 2026`, `16-Oct-26`; the month stands at `monthAt`. */
export function dayMonth(
  sheet: Sheet,
  index: number,
  monthAt: number,
  context: ParseContext,
): WrittenDate | null {
  const month = monthNumber(tokenAt(sheet, monthAt).lower);
  const day = tokenAt(sheet, index).value;
  const next = kindAt(sheet, monthAt + 1) === 'dash' ? monthAt + 2 : monthAt + 1;
  if (month === null || day >= STRIKES_FROM || isDayBehind(sheet, next, context)) return null;
  const yearAt = isYearAt(sheet, next, context) ? next : null;
  const year = yearAt === null ? null : tokenAt(sheet, yearAt).value;
  const date = expiryOn(context, { year, month, day });
  // "BTO 5 JAN 2027": five contracts of January, or the 5th.
  const before = claimAt(sheet, index - 1) === 'free' ? roleAt(sheet, index - 1) : 'bto';
  const isColon = kindAt(sheet, index - 1) === 'colon';
  const isBehindVerb = isColon || before === 'bto' || before === 'part' || before === 'filler';
  const mayCount = isBehindVerb && kindAt(sheet, index) === 'number';
  const isUnclear = mayCount && !isSurelyDay(date, context);
  return { run: { from: index, to: yearAt ?? monthAt }, date: isUnclear ? UNCLEAR : date };
}

/** Whether the number behind the month is its day: "41 calls, 3 oct 16". */
function isDayBehind(sheet: Sheet, index: number, context: ParseContext): boolean {
  const token = tokenAt(sheet, index);
  if (!isFree(sheet, index)) return false;
  if (token.kind === 'ordinal') return true;
  const isDay = token.kind === 'number' && isWhole(token) && token.value < STRIKES_FROM;
  return isDay && !isYear(token, context);
}

/** `Oct 16`, `July 29th`, `Oct-16`, `Jan 15 2027`, `JAN 2027`, `Jan '27`; else `null`. */
export function monthFirst(sheet: Sheet, index: number, context: ParseContext): WrittenDate | null {
  const month = monthNumber(tokenAt(sheet, index).lower);
  if (month === null) return null;
  const joint = tokenAt(sheet, index + 1);
  const joins = joint.isGlued && (joint.kind === 'period' || joint.kind === 'dash');
  const next = joins || isApostrophe(sheet, index + 1) ? index + 2 : index + 1;
  const token = tokenAt(sheet, next);
  if (!isFree(sheet, next) || !isDayNumber(token)) return null;
  const run = { from: index, to: next };
  const isYearAlone = token.kind === 'number' && /^20\d\d$/.test(token.text);
  if (isYearAlone || (isApostrophe(sheet, index + 1) && isYear(token, context))) {
    return { run, date: expiryOfMonth(context, { year: token.value, month }) };
  }
  return token.value < STRIKES_FROM ? monthDay(sheet, run, month, context) : null;
}

function isApostrophe(sheet: Sheet, index: number): boolean {
  const { kind, from } = tokenAt(sheet, index);
  return kind === 'other' && sheet.clean.text[from] === "'";
}

function isDayNumber(token: Token): boolean {
  return token.kind === 'ordinal' || (token.kind === 'number' && isWhole(token));
}

function monthDay(sheet: Sheet, run: Run, month: number, context: ParseContext): WrittenDate {
  const token = tokenAt(sheet, run.to);
  const yearAt = yearBehind(sheet, run.to + 1, context);
  const year = yearAt === null ? null : tokenAt(sheet, yearAt).value;
  const date = expiryOn(context, { year, month, day: token.value });
  const mayBeYear = year === null && isYear(token, context) && isYearMonth(month);
  const isUnclear = mayBeYear && !isSurelyDay(date, context);
  return { run: { from: run.from, to: yearAt ?? run.to }, date: isUnclear ? UNCLEAR : date };
}

/** A year behind month and day: four digits, or two behind an apostrophe or comma. */
function yearBehind(sheet: Sheet, from: number, context: ParseContext): number | null {
  const isMarked = kindAt(sheet, from) === 'comma' || isApostrophe(sheet, from);
  const index = isMarked ? from + 1 : from;
  if (!isYearAt(sheet, index, context)) return null;
  return isMarked || tokenAt(sheet, index).text.length === 4 ? index : null;
}

function isYearAt(sheet: Sheet, index: number, context: ParseContext): boolean {
  return isFree(sheet, index) && isYear(tokenAt(sheet, index), context);
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
