/**
 * Finds every expression that can be an expiry, with the day it stands for.
 *
 * Which of them is the contract's is decided later, when symbol, strike and verb are known: words
 * like "tomorrow" count only next to the contract, dates in figures anywhere.
 */
import { err } from '#kernel/result.ts';
import type { ParseContext } from '../parse-context.ts';
import { isFree, type Run, roleAt, type Sheet, tokenAt } from '../sheet/sheet.ts';
import { isWhole } from '../tokens/token.ts';
import { monthNumber, weekdayNumber } from '../words/calendar-words.ts';
import {
  type ExpiryDate,
  expiryInDays,
  expiryOfMonth,
  expiryOfWeek,
  expiryOnWeekday,
  expiryTomorrow,
  expiryWeekly,
} from './expiry-dates.ts';
import {
  dashedDate,
  dayMonth,
  dottedDate,
  gluedDate,
  monthFirst,
  slashDate,
  type WrittenDate,
} from './written-dates.ts';

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
      return inFigures(slashDate(sheet, index, context));
    case 'glued_date':
      return inFigures(gluedDate(sheet, index, context));
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

function inFigures(date: WrittenDate | null): Expiry | null {
  return date === null ? null : { run: date.run, date: date.date, form: 'figures' };
}

function figures(from: number, to: number, date: ExpiryDate): Expiry {
  return { run: { from, to }, date, form: 'figures' };
}

function words(from: number, to: number, date: ExpiryDate): Expiry {
  return { run: { from, to }, date, form: 'words' };
}

function numberFirst(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const token = tokenAt(sheet, index);
  const next = tokenAt(sheet, index + 1);
  if (token.kind === 'number' && !isWhole(token)) {
    return context.policy.dottedDates ? inFigures(dottedDate(sheet, index, context)) : null;
  }
  if (next.role === 'dte') return figures(index, index + 1, expiryInDays(context, token.value));
  if (next.kind === 'dash' && roleAt(sheet, index + 2) === 'dte') {
    return figures(index, index + 2, expiryInDays(context, token.value));
  }
  if (next.role === 'day' && token.kind === 'number' && token.text === '0') {
    return figures(index, index + 1, expiryInDays(context, 0));
  }
  if (next.kind === 'dash') return inFigures(dashedDate(sheet, index, context));
  const isDay = next.role === 'month' && isFree(sheet, index + 1);
  return isDay ? inFigures(dayMonth(sheet, index, index + 1, context)) : null;
}

function wordFirst(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const { role, lower } = tokenAt(sheet, index);
  switch (role) {
    case 'month':
      return inFigures(monthFirst(sheet, index, context)) ?? monthAlone(sheet, index, context);
    case 'relative':
      return words(index, index, relative(lower, context));
    case 'weekly':
      return words(index, index, weekly(lower, context));
    case 'weekday':
      return words(index, index, weekday(lower, context));
    case 'this':
    case 'next':
      return thisOrNext(sheet, index, context);
    case 'monthly':
      return { run: { from: index, to: index }, date: err('expiry_unclear'), form: 'month' };
    default:
      return null;
  }
}

/** Words that are months only with a day, or in capitals. */
const MONTH_WORDS: ReadonlySet<string> = new Set(['may', 'mar', 'march']);

function monthAlone(sheet: Sheet, index: number, context: ParseContext): Expiry | null {
  const { text, lower } = tokenAt(sheet, index);
  const month = monthNumber(lower);
  if (month === null || MONTH_WORDS.has(text)) return null;
  const date = expiryOfMonth(context, { year: null, month });
  return { run: { from: index, to: index }, date, form: 'month' };
}

function relative(lower: string, context: ParseContext): ExpiryDate {
  const isToday = lower.startsWith('today') || lower === 'odte';
  return isToday ? expiryInDays(context, 0) : expiryTomorrow(context);
}

function weekly(lower: string, context: ParseContext): ExpiryDate {
  return lower === 'eow' ? expiryOfWeek(context, 0) : expiryWeekly(context);
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
