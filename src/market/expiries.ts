/**
 * When contracts end: listed option expiries, expiries of futures, and the front contract.
 *
 * Rules of the exchanges, good for a market of our own making and for reading "weekly" or "front
 * month". Where a broker states an expiry, the broker is believed.
 *
 * Every function throws `CalendarNotCovered` when its answer needs a day of an unknown year.
 */
import {
  addDays,
  civilDate,
  dayOfWeek,
  daysInMonth,
  type IsoDate,
  isoDate,
} from '#kernel/calendar.ts';
import { invariant } from '#kernel/invariant.ts';
import type { EpochMs } from '#kernel/time.ts';
import { type ContractParts, MONTH_CODES } from './future-symbols.ts';
import { AM_ROOTS, DAILY_CLASSES, INDEX_CLASSES, LATE_CLASSES } from './option-classes.ts';
import { FUTURE_PRODUCTS, type FutureProduct } from './products.ts';
import {
  isCovered,
  isTradingDay,
  newYorkInstant,
  previousTradingDay,
  sessionOf,
} from './session.ts';
import { underlyingOf } from './symbols.ts';

const WEDNESDAY = 3;
const FRIDAY = 5;
const JANUARY = 1;
const QUARTER_MONTHS = 3;
const DAILY_DAYS = 14;
const WEEKLY_DAYS = 8 * 7;
const MONTHLY_MONTHS = 12;
const LEAPS_MONTHS = 36;
/** Every product here has a contract within a year, and none ends that long before its month. */
const FRONT_MONTHS_MAX = 16;

/** The third Friday of that month, a trading day or not. */
export function thirdFriday(year: number, month: number): IsoDate {
  return nthWeekday(year, month, FRIDAY, 3);
}

/** The monthly expiry: the third Friday, or the trading day before when that is a holiday. */
export function monthlyExpiry(year: number, month: number): IsoDate {
  return tradingDayUpTo(thirdFriday(year, month));
}

/** The first weekly expiry from that day on: a Friday, or the trading day before a holiday. */
export function weeklyExpiry(day: IsoDate): IsoDate {
  const friday = addDays(day, (FRIDAY - dayOfWeek(day) + 7) % 7);
  const expiry = tradingDayUpTo(friday);
  return expiry >= day ? expiry : weeklyExpiry(addDays(friday, 1));
}

/**
 * Expiries of the standard options on this underlying from that day on, ascending: weeklies for
 * eight weeks, monthlies for a year and Januaries for three; where the class has them, every
 * trading day for two weeks and the ends of quarters for a year. Those of years the calendar does
 * not cover are left out.
 */
export function listedExpiries(underlying: string, from: IsoDate): readonly IsoDate[] {
  const daily = DAILY_CLASSES.has(underlying);
  const days = Array.from({ length: WEEKLY_DAYS + 1 }, (_, ahead) => addDays(from, ahead));
  const { year, month } = civilDate(from);
  const months = Array.from({ length: LEAPS_MONTHS + 1 }, (_, ahead) => ({
    ...monthAhead(year, month, ahead),
    ahead,
  }));
  const yearly = months.filter(({ ahead }) => ahead <= MONTHLY_MONTHS);
  const named = [
    ...days.filter((day) => dayOfWeek(day) === FRIDAY),
    ...yearly.map((at) => thirdFriday(at.year, at.month)),
    ...months.filter((at) => at.month === JANUARY).map((at) => thirdFriday(at.year, at.month)),
    ...(daily ? days.slice(0, DAILY_DAYS + 1).filter(isListedDaily) : []),
    ...(daily ? yearly.filter(endsQuarter).map((at) => lastDay(at.year, at.month)) : []),
  ];
  const listed = named.filter(isCovered).map(tradingDayUpTo);
  return [...new Set(listed)].filter((expiry) => expiry >= from).toSorted();
}

/**
 * The instant from which an option of this root no longer trades. AM-settled series stop with the
 * session before; cash-settled indices at 16:00 of the last day, on other days at 16:15.
 */
export function lastOptionTradeAt(root: string, expiry: IsoDate): EpochMs {
  const underlying = underlyingOf(root);
  const isIndex = INDEX_CLASSES.has(underlying);
  const isAm = AM_ROOTS.has(root);
  const late = LATE_CLASSES.has(underlying) && (isAm || !isIndex);
  const day = isAm ? previousTradingDay(expiry) : tradingDayUpTo(expiry);
  const session = sessionOf(late ? 'late_option' : 'equity_option', day);
  invariant(session !== null, `a trading day has a session, was ${day}`);
  return session.close;
}

/** The last trading day of a futures contract, and the instant at which trading in it ends. */
export function futureEnd(
  product: FutureProduct,
  { year, month }: Pick<ContractParts, 'year' | 'month'>,
): { readonly expiry: IsoDate; readonly lastTradeAt: EpochMs } {
  const expiry = expiryOf(product, year, month);
  return { expiry, lastTradeAt: newYorkInstant(expiry, product.lastMinute) };
}

/** The contract people mean on that day when they name the product alone; `null` if unknown. */
export function frontContract(root: string, on: IsoDate): ContractParts | null {
  const product = FUTURE_PRODUCTS.get(root);
  if (!product) return null;
  const { year, month } = civilDate(on);
  for (let ahead = 0; ahead <= FRONT_MONTHS_MAX; ahead += 1) {
    const at = monthAhead(year, month, ahead);
    if (!product.months.includes(MONTH_CODES.charAt(at.month - 1))) continue;
    if (on < rollDate(product, at.year, at.month)) return { root, ...at };
  }
  invariant(false, `a product has a front contract, was ${root} on ${on}`);
}

/** From this day on, the next contract is the front one. */
function rollDate(product: FutureProduct, year: number, month: number): IsoDate {
  const { before, days } = product.roll;
  const from = before === 'expiry' ? expiryOf(product, year, month) : dayOf(year, month, 1);
  return addDays(from, -days);
}

function expiryOf({ expiry }: FutureProduct, year: number, month: number): IsoDate {
  const first = dayOf(year, month, 1);
  const lastOfMonth = tradingDayUpTo(lastDay(year, month));
  switch (expiry.kind) {
    case 'third_friday':
      return monthlyExpiry(year, month);
    case 'last_friday':
      return tradingDayUpTo(lastWeekday(year, month, FRIDAY));
    case 'third_last_day':
      return tradingDaysBefore(lastOfMonth, 2);
    case 'before_month_end':
      return tradingDaysBefore(lastOfMonth, expiry.days);
    case 'before_month':
      return tradingDaysBefore(first, expiry.days);
    case 'before_third_wednesday':
      return tradingDaysBefore(nthWeekday(year, month, WEDNESDAY, 3), expiry.days);
    case 'before_25th':
      // Counted from the 25th itself or, when that is no business day, from the last one before.
      return tradingDaysBefore(tradingDayUpTo(addDays(monthBefore(first), 24)), 3);
  }
}

function isListedDaily(day: IsoDate): boolean {
  return isCovered(day) && isTradingDay(day);
}

function endsQuarter({ month }: { readonly month: number }): boolean {
  return month % QUARTER_MONTHS === 0;
}

/** That day, or the last trading day before it. */
function tradingDayUpTo(day: IsoDate): IsoDate {
  return isTradingDay(day) ? day : previousTradingDay(day);
}

function tradingDaysBefore(day: IsoDate, count: number): IsoDate {
  let at = day;
  for (let back = 0; back < count; back += 1) at = previousTradingDay(at);
  return at;
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): IsoDate {
  const first = dayOf(year, month, 1);
  return addDays(first, ((weekday - dayOfWeek(first) + 7) % 7) + (nth - 1) * 7);
}

function lastWeekday(year: number, month: number, weekday: number): IsoDate {
  const last = lastDay(year, month);
  return addDays(last, -((dayOfWeek(last) - weekday + 7) % 7));
}

function lastDay(year: number, month: number): IsoDate {
  return dayOf(year, month, daysInMonth(year, month));
}

function monthBefore(first: IsoDate): IsoDate {
  const { year, month } = civilDate(first);
  const at = monthAhead(year, month, -1);
  return dayOf(at.year, at.month, 1);
}

function monthAhead(year: number, month: number, ahead: number) {
  const months = year * 12 + (month - 1) + ahead;
  return { year: Math.floor(months / 12), month: (months % 12) + 1 };
}

function dayOf(year: number, month: number, day: number): IsoDate {
  const made = isoDate(year, month, day);
  invariant(made !== null, `a day of a month exists, was ${year}-${month}-${day}`);
  return made;
}
