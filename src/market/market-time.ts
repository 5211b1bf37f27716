/** Times as people in this market write and read them: on New York's clock. */
import { parseIsoDate } from '#kernel/calendar.ts';
import { type EpochMs, parseInstant, plus } from '#kernel/time.ts';
import { isZoneKnown, newYorkInstant, newYorkTime } from './session.ts';

const DAY_MS = 86_400_000;

/**
 * Reads a date, which stands for that time of day in New York, or an ISO instant with a zone.
 * `null` for anything else, and for a time so far off that New York's clock is not known then.
 */
export function readMarketTime(text: string, timeOfDay: `${number}:${number}`): EpochMs | null {
  const date = parseIsoDate(text);
  const at = parseInstant(date === null ? text : `${date}T00:00Z`);
  if (at === null || !isZoneKnown(at)) return null;
  if (date === null) return at;
  return isZoneKnown(plus(at, 2 * DAY_MS)) ? newYorkInstant(date, timeOfDay) : null;
}

/** The time of day, `10:31:43`. */
export function marketTime(at: EpochMs): string {
  const { minutes, seconds } = newYorkTime(at);
  return [Math.floor(minutes / 60), minutes % 60, seconds].map(twoDigits).join(':');
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
