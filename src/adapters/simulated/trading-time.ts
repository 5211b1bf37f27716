/**
 * Time as prices live it: a weekday is one day of variance, a quarter of it from the close before
 * to 09:30, the rest until 16:00. Holidays count as weekdays: prices move over them, unseen.
 */

import type { EpochMs } from '#kernel/time.ts';
import { newYorkOffsetMs } from '#market/session.ts';

export const TRADING_DAYS_PER_YEAR = 252;
export const OVERNIGHT_SHARE = 0.25;

export type Part = 'overnight' | 'daytime';

/** Where an instant lies between two closes. */
export interface Place {
  /** Number of the weekday whose close comes next. */
  readonly weekday: number;
  readonly part: Part;
  /** 0 at the start of the part, 1 at its end. */
  readonly progress: number;
}

const DAY_MS = 86_400_000;
const OPEN_MS = 9.5 * 3_600_000;
const CLOSE_MS = 16 * 3_600_000;
/** 1970-01-05. */
const FIRST_MONDAY = 4;

/** Weekdays since the first Monday of the epoch; a weekend counts as the Friday before. */
export function weekdayNumber(day: number): number {
  const sinceMonday = day - FIRST_MONDAY;
  const week = Math.floor(sinceMonday / 7);
  return week * 5 + Math.min(4, sinceMonday - week * 7);
}

export function placeOf(instant: EpochMs): Place {
  const local = instant + newYorkOffsetMs(instant);
  const day = Math.floor(local / DAY_MS);
  const time = local - day * DAY_MS;
  const dayOfWeek = (((day - FIRST_MONDAY) % 7) + 7) % 7;
  const isWeekday = dayOfWeek < 5;
  const weekday = weekdayNumber(day);
  if (isWeekday && time >= OPEN_MS && time < CLOSE_MS) {
    return { weekday, part: 'daytime', progress: (time - OPEN_MS) / (CLOSE_MS - OPEN_MS) };
  }
  const ahead = isWeekday && time < OPEN_MS ? 0 : daysToNext(dayOfWeek);
  const behind = isWeekday && time < OPEN_MS ? (dayOfWeek === 0 ? 3 : 1) : daysSinceLast(dayOfWeek);
  const from = (day - behind) * DAY_MS + CLOSE_MS;
  const to = (day + ahead) * DAY_MS + OPEN_MS;
  const next = weekdayNumber(day + ahead);
  return { weekday: next, part: 'overnight', progress: (local - from) / (to - from) };
}

/** Days of variance since the epoch; differences of it are what matters. */
export function tradingDaysAt(instant: EpochMs): number {
  const { weekday, part, progress } = placeOf(instant);
  if (part === 'overnight') return weekday - 1 + OVERNIGHT_SHARE * progress;
  return weekday - 1 + OVERNIGHT_SHARE + (1 - OVERNIGHT_SHARE) * progress;
}

/** To the next weekday, from after a close or from a weekend; 0 is Monday. */
function daysToNext(dayOfWeek: number): number {
  return dayOfWeek < 4 ? 1 : 7 - dayOfWeek;
}

/** Since the last close: none on a weekday after 16:00. */
function daysSinceLast(dayOfWeek: number): number {
  return Math.max(0, dayOfWeek - 4);
}
