/**
 * New York time and the hours in which each kind of instrument trades.
 *
 * In    instants (`EpochMs`) and dates; nothing here reads a clock.
 * Out   New York dates and times of day, trading days, and sessions as pairs of instants.
 * Rule  the zone is arithmetic: US daylight saving time as in force since 2007 (second Sunday of
 *       March 02:00 to first Sunday of November 02:00). Days come from `exchange-calendar.ts`; a
 *       year it does not cover throws `CalendarNotCovered`, because a guess would trade on it.
 *
 * Futures keep one session per trade date, from 18:00 of the evening before to 17:00. The pause
 * index futures made from 16:15 to 16:30 until June 2021 is not modelled.
 */
import {
  addDays,
  dayOfWeek,
  epochDay,
  fromEpochDay,
  type IsoDate,
  date as literalDate,
} from '#kernel/calendar.ts';
import { invariant } from '#kernel/invariant.ts';
import { type EpochMs, epochMs } from '#kernel/time.ts';
import {
  CALENDAR_YEAR_FIRST,
  CALENDAR_YEAR_LAST,
  SPECIAL_DAYS,
  type SpecialDay,
} from './exchange-calendar.ts';
import type { SessionKind } from './instrument.ts';

/** Trading days of that year are not on record: the calendar has to be extended first. */
export class CalendarNotCovered extends Error {
  override readonly name = 'CalendarNotCovered';
  constructor(day: IsoDate) {
    super(
      `expected a date from ${CALENDAR_YEAR_FIRST} to ${CALENDAR_YEAR_LAST}, the years of the` +
        ` exchange calendar, was ${day}; add the year to src/market/exchange-calendar.ts`,
    );
  }
}

export interface NewYorkTime {
  readonly date: IsoDate;
  /** Whole minutes since midnight on the clock on the wall: 570 is 09:30. */
  readonly minutes: number;
  /** 0 to 59 */
  readonly seconds: number;
}

/** `closed` covers weekends and holidays; `half` closes at 13:00. */
export type TradingDayKind = 'full' | 'half' | 'closed';

export interface TradingDay {
  readonly date: IsoDate;
  readonly kind: TradingDayKind;
  /** Why it is not a full day, as a person says it: `Labor Day`, `Saturday`. */
  readonly occasion: string | null;
}

/** Open from `open` on, closed from `close` on. */
export interface Session {
  readonly open: EpochMs;
  readonly close: EpochMs;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAY_MINUTES = 24 * 60;

const EST_MS = -5 * HOUR_MS;
const EDT_MS = -4 * HOUR_MS;
const ZONE_YEAR_FIRST = 2007;
const ZONE_YEAR_LAST = 2099;
const ZONE_FROM_DAY = epochDay(literalDate(`${ZONE_YEAR_FIRST}-01-01`));
const ZONE_FROM_MS = ZONE_FROM_DAY * DAY_MS;
const ZONE_UNTIL_MS = epochDay(literalDate(`${ZONE_YEAR_LAST}-12-31`)) * DAY_MS;
const MEAN_YEAR_MS = 365.2425 * DAY_MS;

/** First instant of daylight saving time (02:00 EST) and first after it (02:00 EDT), by year. */
const DST_FROM_MS: number[] = [];
const DST_UNTIL_MS: number[] = [];
for (let year = ZONE_YEAR_FIRST; year <= ZONE_YEAR_LAST; year += 1) {
  DST_FROM_MS.push(epochDay(sundayFrom(literalDate(`${year}-03-08`))) * DAY_MS + 7 * HOUR_MS);
  DST_UNTIL_MS.push(epochDay(sundayFrom(literalDate(`${year}-11-01`))) * DAY_MS + 6 * HOUR_MS);
}

/** Dates already written out, by days since the first of the zone's years. */
const WRITTEN: (IsoDate | undefined)[] = [];

const HOURS = {
  equity: { open: 570, close: 960, halfClose: 780 },
  equity_option: { open: 570, close: 960, halfClose: 780 },
  late_option: { open: 570, close: 975, halfClose: 795 },
} as const;
const FUTURES_OPEN = 18 * 60;
const FUTURES_CLOSE = 17 * 60;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
/** Longer than any run of days without a session. */
const CLOSED_DAYS_MAX = 10;

/** True when the rules of New York's clock are known; what asks for its time throws otherwise. */
export function isZoneKnown(at: EpochMs): boolean {
  return at >= ZONE_FROM_MS && at < ZONE_UNTIL_MS;
}

/** What to add to UTC for the clock in New York; instants from 2007 to 2099. */
export function newYorkOffsetMs(at: EpochMs): number {
  invariant(
    isZoneKnown(at),
    () => `New York time is known from ${ZONE_YEAR_FIRST} to ${ZONE_YEAR_LAST}, was ${at} ms`,
  );
  // May be a year off around New Year, where either year says winter.
  const year = Math.floor((at - ZONE_FROM_MS) / MEAN_YEAR_MS);
  const summer = at >= (DST_FROM_MS[year] ?? Infinity) && at < (DST_UNTIL_MS[year] ?? 0);
  return summer ? EDT_MS : EST_MS;
}

export function newYorkDate(at: EpochMs): IsoDate {
  return dateOfDay(Math.floor((at + newYorkOffsetMs(at)) / DAY_MS));
}

export function newYorkTime(at: EpochMs): NewYorkTime {
  const local = at + newYorkOffsetMs(at);
  const day = Math.floor(local / DAY_MS);
  const second = Math.floor((local - day * DAY_MS) / 1000);
  return { date: dateOfDay(day), minutes: Math.floor(second / 60), seconds: second % 60 };
}

/**
 * The instant at which clocks in New York show this time. A time that occurs twice (01:30 in
 * November) is the first of the two; one that is skipped (02:30 in March) is an hour later.
 */
export function newYorkInstant(day: IsoDate, time: number | `${number}:${number}`): EpochMs {
  const minutes = typeof time === 'number' ? time : minutesOf(time);
  invariant(
    Number.isFinite(minutes) && minutes >= 0 && minutes <= DAY_MINUTES,
    () => `a time of day lies between 00:00 and 24:00, was ${time}`,
  );
  const local = epochDay(day) * DAY_MS + minutes * MINUTE_MS;
  const summer = epochMs(local - EDT_MS);
  return newYorkOffsetMs(summer) === EDT_MS ? summer : epochMs(local - EST_MS);
}

/** True when the calendar knows that year; everything below throws otherwise. */
export function isCovered(day: IsoDate): boolean {
  const year = Number(day.slice(0, 4));
  return year >= CALENDAR_YEAR_FIRST && year <= CALENDAR_YEAR_LAST;
}

export function tradingDay(day: IsoDate): TradingDay {
  const special = specialDay(day);
  if (special) {
    const kind = special.stocks === 'half' ? 'half' : 'closed';
    return { date: day, kind, occasion: special.occasion };
  }
  const weekday = dayOfWeek(day);
  return isWeekend(weekday)
    ? { date: day, kind: 'closed', occasion: WEEKDAYS[weekday] ?? null }
    : { date: day, kind: 'full', occasion: null };
}

/** Stocks and their options trade on that day, if only for half of it. */
export function isTradingDay(day: IsoDate): boolean {
  const special = specialDay(day);
  return special ? special.stocks === 'half' : !isWeekend(dayOfWeek(day));
}

/** The first trading day after that day. */
export function nextTradingDay(day: IsoDate): IsoDate {
  return tradingDayFrom(addDays(day, 1), 1);
}

/** The last trading day before that day. */
export function previousTradingDay(day: IsoDate): IsoDate {
  return tradingDayFrom(addDays(day, -1), -1);
}

/** The session of that trade date, or `null` when there is none. */
export function sessionOf(kind: SessionKind, day: IsoDate): Session | null {
  const close = closeMinute(kind, day);
  if (close === null) return null;
  return { open: opening(kind, day), close: newYorkInstant(day, close) };
}

/** The trade date an instant belongs to: for futures the next calendar day from 18:00 on. */
export function tradeDate(kind: SessionKind, at: EpochMs): IsoDate {
  const local = newYorkTime(at);
  const evening = kind === 'future' && local.minutes >= FUTURES_OPEN;
  return evening ? dateOfDay(epochDay(local.date) + 1) : local.date;
}

export function isOpen(kind: SessionKind, at: EpochMs): boolean {
  const local = newYorkTime(at);
  if (kind === 'future' && local.minutes >= FUTURES_OPEN) {
    return closeMinute(kind, dateOfDay(epochDay(local.date) + 1)) !== null;
  }
  const close = closeMinute(kind, local.date);
  if (close === null || local.minutes >= close) return false;
  return kind === 'future' || local.minutes >= HOURS[kind].open;
}

/** The first opening after `at`, also while a session is open. */
export function nextOpen(kind: SessionKind, at: EpochMs): EpochMs {
  const today = newYorkDate(at);
  for (let ahead = 0; ahead <= CLOSED_DAYS_MAX; ahead += 1) {
    const day = addDays(today, ahead);
    const open = closeMinute(kind, day) === null ? null : opening(kind, day);
    if (open !== null && open > at) return open;
  }
  invariant(false, `markets open within ${CLOSED_DAYS_MAX} days, was ${today}`);
}

function opening(kind: SessionKind, day: IsoDate): EpochMs {
  return kind === 'future'
    ? newYorkInstant(addDays(day, -1), FUTURES_OPEN)
    : newYorkInstant(day, HOURS[kind].open);
}

/** When the session of that trade date ends, in minutes after midnight; `null` without one. */
function closeMinute(kind: SessionKind, day: IsoDate): number | null {
  const special = specialDay(day);
  if (!special && isWeekend(dayOfWeek(day))) return null;
  if (kind === 'future') {
    if (!special) return FUTURES_CLOSE;
    return special.futures === 'closed' ? null : special.futures;
  }
  if (!special) return HOURS[kind].close;
  return special.stocks === 'closed' ? null : HOURS[kind].halfClose;
}

/** Of days asked for before: what the calendar says of them, `null` for nothing special. */
const ASKED = new Map<IsoDate, SpecialDay | null>();

function specialDay(day: IsoDate): SpecialDay | undefined {
  const asked = ASKED.get(day);
  if (asked !== undefined) return asked ?? undefined;
  if (!isCovered(day)) throw new CalendarNotCovered(day);
  const special = SPECIAL_DAYS.get(day);
  ASKED.set(day, special ?? null);
  return special;
}

function tradingDayFrom(start: IsoDate, step: 1 | -1): IsoDate {
  for (let tried = 0; tried <= CLOSED_DAYS_MAX; tried += 1) {
    const day = addDays(start, tried * step);
    if (isTradingDay(day)) return day;
  }
  invariant(false, `a trading day comes within ${CLOSED_DAYS_MAX} days, was ${start}`);
}

function isWeekend(weekday: number): boolean {
  return weekday === 0 || weekday === 6;
}

function dateOfDay(day: number): IsoDate {
  const at = day - ZONE_FROM_DAY;
  return (WRITTEN[at] ??= fromEpochDay(day));
}

function sundayFrom(day: IsoDate): IsoDate {
  return addDays(day, (7 - dayOfWeek(day)) % 7);
}

function minutesOf(time: string): number {
  const match = /^(\d{2}):(\d{2})$/.exec(time);
  return match && Number(match[2]) < 60 ? Number(match[1]) * 60 + Number(match[2]) : Number.NaN;
}
