import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  civilDate,
  dayOfWeek,
  daysBetween,
  daysInMonth,
  epochDay,
  fromEpochDay,
  isoDate,
  parseIsoDate,
} from '#kernel/calendar.ts';

const DAY_MS = 86_400_000;
const FROM = Date.UTC(1950, 0, 1) / DAY_MS;
const TO = Date.UTC(2100, 11, 31) / DAY_MS;

describe('dates agree with the platform’s own, on every day from 1950 to 2100', () => {
  const days = Array.from({ length: TO - FROM + 1 }, (_, ahead) => FROM + ahead);
  const platform = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

  it('when counted from the epoch and back', () => {
    const wrong = days.filter((day) => {
      const written = fromEpochDay(day);
      return written !== platform(day) || epochDay(written) !== day;
    });
    expect(wrong.map(platform)).toEqual([]);
  });

  it('in year, month, day and day of the week', () => {
    const wrong = days.filter((day) => {
      const at = new Date(day * DAY_MS);
      const written = fromEpochDay(day);
      const { year, month, day: dayOfMonth } = civilDate(written);
      return (
        year !== at.getUTCFullYear() ||
        month !== at.getUTCMonth() + 1 ||
        dayOfMonth !== at.getUTCDate() ||
        dayOfWeek(written) !== at.getUTCDay() ||
        parseIsoDate(written) !== written
      );
    });
    expect(wrong.map(platform)).toEqual([]);
  });

  it('in the length of every month', () => {
    for (let year = 1950; year <= 2100; year += 1) {
      const lengths = Array.from({ length: 12 }, (_, at) => daysInMonth(year, at + 1));
      expect(lengths).toEqual(
        lengths.map((_, at) => new Date(Date.UTC(year, at + 1, 0)).getUTCDate()),
      );
    }
  });
});

describe('date arithmetic', () => {
  const day = fc.integer({ min: FROM, max: TO }).map(fromEpochDay);
  const span = fc.integer({ min: -10_000, max: 10_000 });

  it('comes back, and sorts as text in the order of time', () => {
    fc.assert(
      fc.property(day, span, (from, days) => {
        const to = addDays(from, days);
        expect(daysBetween(from, to)).toBe(days);
        expect(addDays(to, -days)).toBe(from);
        expect(from < to).toBe(days > 0);
      }),
    );
  });

  it('makes a date of any three numbers, or none', () => {
    const number = fc.oneof(fc.integer({ min: -2, max: 40 }), fc.integer());
    const year = fc.oneof(fc.integer({ min: 1899, max: 2101 }), fc.integer());
    fc.assert(
      fc.property(year, number, number, (y, m, d) => {
        const at = new Date(Date.UTC(y, m - 1, d));
        const exists =
          y >= 1900 &&
          y <= 9999 &&
          at.getUTCFullYear() === y &&
          at.getUTCMonth() === m - 1 &&
          at.getUTCDate() === d;
        const made = isoDate(y, m, d);
        expect(made !== null).toBe(exists);
        expect(made).toBe(exists ? at.toISOString().slice(0, 10) : null);
      }),
      { numRuns: 2000 },
    );
  });
});
