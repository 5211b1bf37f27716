/** Calendar dates without time or zone: arithmetic on the proleptic Gregorian calendar. */
import type { Branded } from './brand.ts';
import { invariant } from './invariant.ts';

/** `'YYYY-MM-DD'`, a day that exists. Sorts as text in the order of time. */
export type IsoDate = Branded<string, 'IsoDate'>;

export interface CivilDate {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  /** 1 to 31 */
  readonly day: number;
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const ZERO_CODE = 48;
const DAYS_TO_EPOCH = 719_468;
const DAYS_PER_ERA = 146_097;
/** 1900-01-01 and 9999-12-31. */
const EPOCH_DAY_MIN = -25_567;
const EPOCH_DAY_MAX = 2_932_896;

export function parseIsoDate(text: string): IsoDate | null {
  const match = ISO_DATE.exec(text);
  if (match === null) return null;
  return isoDate(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** The date of these numbers, or `null` when there is no such day. */
export function isoDate(year: number, month: number, day: number): IsoDate | null {
  if (![year, month, day].every(Number.isInteger)) return null;
  if (year < 1900 || year > 9999 || month < 1 || month > 12) return null;
  if (day < 1 || day > daysInMonth(year, month)) return null;
  return format(year, month, day);
}

/** A date written in the program itself. */
export function date(text: string): IsoDate {
  const parsed = parseIsoDate(text);
  invariant(parsed !== null, `a literal date is a day that exists, was ${text}`);
  return parsed;
}

export function civilDate(of: IsoDate): CivilDate {
  return { year: digits(of, 0, 4), month: digits(of, 5, 7), day: digits(of, 8, 10) };
}

/** Whole days since 1970-01-01 (Howard Hinnant's civil-from-days algorithm, reversed). */
export function epochDay(of: IsoDate): number {
  const { year, month, day } = civilDate(of);
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_EPOCH;
}

export function fromEpochDay(days: number): IsoDate {
  invariant(
    Number.isInteger(days) && days >= EPOCH_DAY_MIN && days <= EPOCH_DAY_MAX,
    () => `a date lies from 1900 to 9999, was ${days} days after 1970-01-01`,
  );
  const shifted = days + DAYS_TO_EPOCH;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return format(year, month, dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1);
}

export function addDays(to: IsoDate, days: number): IsoDate {
  return fromEpochDay(epochDay(to) + days);
}

export function daysBetween(from: IsoDate, to: IsoDate): number {
  return epochDay(to) - epochDay(from);
}

/** 0 is Sunday, 6 is Saturday. */
export function dayOfWeek(of: IsoDate): number {
  return (((epochDay(of) + 4) % 7) + 7) % 7;
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function format(year: number, month: number, day: number): IsoDate {
  return `${year}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}` as IsoDate;
}

/** Every date comparison of a simulation comes here: `Number(slice)` costs thrice as much. */
function digits(text: string, from: number, until: number): number {
  let number = 0;
  for (let at = from; at < until; at += 1) number = number * 10 + text.charCodeAt(at) - ZERO_CODE;
  return number;
}
