import { describe, expect, it } from 'vitest';
import { createTimetable } from '#adapters/croner/timetable.ts';
import { formatInstant } from '#kernel/time.ts';
import { instant } from '../../../fixtures/desk-log.ts';

const timetable = createTimetable();
const last = (pattern: string, at: string) => shown(timetable.last(pattern, instant(at)));
const next = (pattern: string, at: string) => shown(timetable.next(pattern, instant(at)));

function shown(at: ReturnType<typeof timetable.last>): string | null {
  return at === null ? null : formatInstant(at).replace('.000Z', 'Z');
}

describe('the timetable', () => {
  it("goes by New York's clock, in winter and in summer", () => {
    expect(next('30 1 * * *', '2026-01-15T12:00:00Z')).toBe('2026-01-16T06:30:00Z');
    expect(next('30 1 * * *', '2026-07-15T12:00:00Z')).toBe('2026-07-16T05:30:00Z');
  });

  it('counts the very instant as come round, and not as to come', () => {
    expect(last('30 1 * * *', '2026-01-15T06:30:00Z')).toBe('2026-01-15T06:30:00Z');
    expect(last('30 1 * * *', '2026-01-15T06:29:59Z')).toBe('2026-01-14T06:30:00Z');
    expect(next('30 1 * * *', '2026-01-15T06:30:00Z')).toBe('2026-01-16T06:30:00Z');
  });

  it('has a time that is skipped in spring all the same', () => {
    // 02:30 does not exist on 2026-03-08.
    expect(next('30 2 * * *', '2026-03-08T06:00:00Z')).toBe('2026-03-08T07:00:00Z');
    expect(last('30 2 * * *', '2026-03-08T12:00:00Z')).toBe('2026-03-08T07:00:00Z');
  });

  it('has nothing for a day that never comes', () => {
    expect(next('0 0 31 2 *', '2026-01-01T00:00:00Z')).toBeNull();
    expect(last('0 0 31 2 *', '2026-01-01T00:00:00Z')).toBeNull();
  });
});
