/**
 * From what an author writes to the day an option expires, as of the day of posting.
 *
 * Rule  a day that does not exist, is no trading day or has passed is a reason to refuse, never to
 *       look for another day near it. A date without a year is the next such date; if that is most
 *       of a year away it is more likely a date just gone by, unless it is a monthly expiry.
 */
import {
  addDays,
  civilDate,
  dayOfWeek,
  daysBetween,
  type IsoDate,
  isoDate,
} from '#kernel/calendar.ts';
import { err, ok, type Result } from '#kernel/result.ts';

export interface ExpiryContext {
  /** The New York date of posting. */
  readonly posted: IsoDate;
  /** May throw for a year it does not cover. */
  readonly isTradingDay: (date: IsoDate) => boolean;
}

export type ExpiryDefect =
  | 'no_such_date'
  | 'expiry_not_a_trading_day'
  | 'expiry_in_the_past'
  | 'expiry_too_far'
  | 'expiry_unclear'
  | 'calendar_not_covered';

export type ExpiryDate = Result<IsoDate, ExpiryDefect>;

const FRIDAY = 5;
const SATURDAY = 6;
const SUNDAY = 0;
const WEEK_DAYS = 7;
const YEARLESS_DAYS_MAX = 270;
const HORIZON_DAYS_MAX = 1300;
/** A week and more always counts a weekend, in which calendar and trading days part. */
const DTE_MAX = 6;

/** `year` as written, two digits or four; `null` when none is written. */
export function expiryOn(
  context: ExpiryContext,
  written: { readonly year: number | null; readonly month: number; readonly day: number },
): ExpiryDate {
  const { month, day } = written;
  const { posted } = context;
  if (written.year !== null) {
    const dated = isoDate(fullYear(written.year), month, day);
    return dated === null ? err('no_such_date') : checked(context, dated);
  }
  const { year } = civilDate(posted);
  const thisYear = isoDate(year, month, day);
  if (thisYear !== null && thisYear >= posted) return checked(context, thisYear);
  const nextYear = isoDate(year + 1, month, day);
  if (nextYear === null) return err('no_such_date');
  const isFar = daysBetween(posted, nextYear) > YEARLESS_DAYS_MAX;
  if (isFar && nextYear !== thirdFriday(year + 1, month)) return err('expiry_in_the_past');
  return checked(context, nextYear);
}

export function fullYear(written: number): number {
  return written < 100 ? 2000 + written : written;
}

/** `0dte` is the day itself, `1dte` the next trading day, more only where counts agree. */
export function expiryInDays(context: ExpiryContext, days: number): ExpiryDate {
  const { posted } = context;
  if (days === 0) return checked(context, posted);
  if (days > DTE_MAX || !Number.isInteger(days)) return err('expiry_unclear');
  const today = tradingDay(context, posted);
  if (today !== 'open') return err(today === 'closed' ? 'expiry_unclear' : 'calendar_not_covered');
  const counted = tradingDaysLater(context, days);
  if (!counted.ok || days === 1 || counted.value === addDays(posted, days)) return counted;
  return err('expiry_unclear');
}

function tradingDaysLater(context: ExpiryContext, days: number): ExpiryDate {
  let date = context.posted;
  for (let left = days; left > 0; ) {
    date = addDays(date, 1);
    const day = tradingDay(context, date);
    if (day === 'not_covered') return err('calendar_not_covered');
    if (day === 'open') left -= 1;
  }
  return ok(date);
}

export function expiryTomorrow(context: ExpiryContext): ExpiryDate {
  return checked(context, addDays(context.posted, 1));
}

/** The last trading day of the week `weeksAhead` after this one; unclear on a weekend. */
export function expiryOfWeek(context: ExpiryContext, weeksAhead: number): ExpiryDate {
  const { posted } = context;
  const today = dayOfWeek(posted);
  if (today === SATURDAY || today === SUNDAY) return err('expiry_unclear');
  const friday = addDays(posted, FRIDAY - today + weeksAhead * WEEK_DAYS);
  return lastTradingDayOfWeek(context, friday);
}

/** "weekly" said on a Friday can be today or the week after. */
export function expiryWeekly(context: ExpiryContext): ExpiryDate {
  return dayOfWeek(context.posted) === FRIDAY ? err('expiry_unclear') : expiryOfWeek(context, 0);
}

function lastTradingDayOfWeek(context: ExpiryContext, friday: IsoDate): ExpiryDate {
  const day = tradingDay(context, friday);
  if (day === 'not_covered') return err('calendar_not_covered');
  return checked(context, day === 'open' ? friday : addDays(friday, -1));
}

/** The next such weekday after today; the same weekday as today is unclear. */
export function expiryOnWeekday(context: ExpiryContext, weekday: number): ExpiryDate {
  const ahead = (weekday - dayOfWeek(context.posted) + WEEK_DAYS) % WEEK_DAYS;
  return ahead === 0 ? err('expiry_unclear') : checked(context, addDays(context.posted, ahead));
}

/** A month alone is its standard monthly expiry: the third Friday, or the Thursday before it. */
export function expiryOfMonth(
  context: ExpiryContext,
  written: { readonly year: number | null; readonly month: number },
): ExpiryDate {
  const { year, month } = civilDate(context.posted);
  const wanted = written.year ?? (written.month < month ? year + 1 : year);
  const friday = thirdFriday(fullYear(wanted), written.month);
  return friday === null ? err('no_such_date') : lastTradingDayOfWeek(context, friday);
}

function thirdFriday(year: number, month: number): IsoDate | null {
  const first = isoDate(year, month, 1);
  if (first === null) return null;
  const toFriday = (FRIDAY - dayOfWeek(first) + WEEK_DAYS) % WEEK_DAYS;
  return addDays(first, toFriday + 2 * WEEK_DAYS);
}

/** The date itself if an option can expire on it. */
function checked(context: ExpiryContext, date: IsoDate): ExpiryDate {
  const ahead = daysBetween(context.posted, date);
  if (ahead < 0) return err('expiry_in_the_past');
  if (ahead > HORIZON_DAYS_MAX) return err('expiry_too_far');
  const day = tradingDay(context, date);
  if (day === 'not_covered') return err('calendar_not_covered');
  return day === 'open' ? ok(date) : err('expiry_not_a_trading_day');
}

function tradingDay(context: ExpiryContext, date: IsoDate): 'open' | 'closed' | 'not_covered' {
  try {
    return context.isTradingDay(date) ? 'open' : 'closed';
  } catch {
    return 'not_covered';
  }
}
