import * as fc from 'fast-check';
import { getHolidays } from 'nyse-holidays';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  civilDate,
  date,
  dayOfWeek,
  daysBetween,
  type IsoDate,
} from '#kernel/calendar.ts';
import { type EpochMs, epochMs } from '#kernel/time.ts';
import { CALENDAR_YEAR_FIRST, CALENDAR_YEAR_LAST } from '#market/exchange-calendar.ts';
import {
  isOpen,
  newYorkDate,
  newYorkInstant,
  newYorkOffsetMs,
  newYorkTime,
  nextOpen,
  sessionOf,
  tradingDay,
} from '#market/session.ts';

const FIRST = date(`${CALENDAR_YEAR_FIRST}-01-01`);
const LAST = date(`${CALENDAR_YEAR_LAST}-12-31`);
const KINDS = ['equity', 'equity_option', 'late_option', 'future'] as const;
const HOUR_MS = 3_600_000;

const inNewYork = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

function ours(at: EpochMs): string {
  const { date: day, minutes, seconds } = newYorkTime(at);
  const clock = [Math.floor(minutes / 60), minutes % 60, seconds];
  return `${day}, ${clock.map((count) => String(count).padStart(2, '0')).join(':')}`;
}

function everyDay(): IsoDate[] {
  return Array.from({ length: daysBetween(FIRST, LAST) + 1 }, (_, ahead) => addDays(FIRST, ahead));
}

const instant = fc
  .integer({
    min: Date.UTC(CALENDAR_YEAR_FIRST, 0, 3),
    max: Date.UTC(CALENDAR_YEAR_LAST, 11, 20),
  })
  .map(epochMs);

describe('New York time agrees with the platform’s own zone data', () => {
  it('at every quarter of an hour around every change', () => {
    const changes = Array.from({ length: 31 }, (_, ahead) => 2007 + ahead).flatMap((year) => [
      Date.UTC(year, 2, 7),
      Date.UTC(year, 9, 31),
    ]);
    const around = changes.flatMap((from) =>
      Array.from({ length: 9 * 96 }, (_, quarter) => epochMs(from + (quarter * HOUR_MS) / 4)),
    );
    const wrong = around.filter((at) => ours(at) !== inNewYork.format(at));
    expect(wrong.map((at) => inNewYork.format(at))).toEqual([]);
  });

  it('at any instant of the covered years', () => {
    fc.assert(
      fc.property(instant, (at) => {
        expect(ours(at)).toBe(inNewYork.format(at));
        expect(newYorkDate(at)).toBe(inNewYork.format(at).slice(0, 10));
      }),
      { numRuns: 2000 },
    );
  });

  it('and back: the instant of a New York time shows that time', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const { date: day, minutes, seconds } = newYorkTime(at);
        const back = newYorkInstant(day, minutes + seconds / 60);
        // The second of two equal hours comes back as the first.
        const hourTwice = newYorkOffsetMs(back) - newYorkOffsetMs(at);
        expect(back).toBe(Math.floor(at / 1000) * 1000 - hourTwice);
        expect(newYorkTime(back)).toEqual(newYorkTime(at));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Closed by decree at short notice, which no rule foresees. */
const DECREED = ['2018-12-05', '2025-01-09'];

describe('the exchange calendar, on each of its days', () => {
  it('is closed on exactly the holidays of an independent library', () => {
    const holidays = new Set(DECREED);
    for (let year = CALENDAR_YEAR_FIRST; year <= CALENDAR_YEAR_LAST; year += 1) {
      for (const { dateString } of getHolidays(year)) holidays.add(dateString);
    }
    const closed = everyDay().filter((day) => !isWeekend(day) && tradingDay(day).kind === 'closed');
    const expected = [...holidays].filter((day) => day >= FIRST && day <= LAST).toSorted();
    expect(closed).toEqual(expected);
  });

  it('closes early on exactly the days NYSE rule 7.2 and its practice name', () => {
    const half = everyDay().filter((day) => tradingDay(day).kind === 'half');
    expect(half).toEqual(everyDay().filter(isHalfByRule));
  });

  it('knows a weekend from a weekday', () => {
    const weekends = everyDay().filter((day) => isWeekend(day));
    expect(weekends.filter((day) => tradingDay(day).kind !== 'closed')).toEqual([]);
  });
});

describe('sessions', () => {
  it('are where the market is open, at any instant', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...KINDS), (at, kind) => {
        const today = newYorkDate(at);
        const inside = [today, addDays(today, 1)].some((day) => {
          const session = sessionOf(kind, day);
          return session !== null && at >= session.open && at < session.close;
        });
        expect(isOpen(kind, at)).toBe(inside);
      }),
      { numRuns: 2000 },
    );
  });

  it('begin at the next opening, with nothing open between a close and it', () => {
    fc.assert(
      fc.property(
        instant,
        fc.constantFrom(...KINDS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (at, kind, share) => {
          const open = nextOpen(kind, at);
          expect(open).toBeGreaterThan(at);
          expect(isOpen(kind, open)).toBe(true);
          expect(isOpen(kind, epochMs(open - 1))).toBe(false);
          const between = epochMs(Math.floor(at + (open - 1 - at) * share));
          expect(isOpen(kind, between) && !isOpen(kind, at)).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('never overlap and always run forward', () => {
    for (const kind of KINDS) {
      let closed = 0;
      for (const day of everyDay().slice(1)) {
        const session = sessionOf(kind, day);
        if (session === null) continue;
        expect(session.open).toBeGreaterThanOrEqual(closed);
        expect(session.close).toBeGreaterThan(session.open);
        closed = session.close;
      }
    }
  });
});

function isWeekend(day: IsoDate): boolean {
  return dayOfWeek(day) === 0 || dayOfWeek(day) === 6;
}

/**
 * 3 July when it and the 4th fall on Monday to Friday, the Friday after Thanksgiving, and 24
 * December from Monday to Thursday: written from the rule, apart from the table under test.
 */
function isHalfByRule(day: IsoDate): boolean {
  const { month, day: dayOfMonth } = civilDate(day);
  const weekday = dayOfWeek(day);
  if (month === 7 && dayOfMonth === 3) return weekday >= 1 && weekday <= 4;
  if (month === 12 && dayOfMonth === 24) return weekday >= 1 && weekday <= 4;
  return month === 11 && weekday === 5 && dayOfMonth >= 23 && dayOfMonth <= 29;
}
