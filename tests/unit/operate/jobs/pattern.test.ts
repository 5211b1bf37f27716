import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTimetable } from '#adapters/croner/timetable.ts';
import { isPattern } from '#operate/jobs/pattern.ts';
import { JOBS } from '#operate/jobs/table.ts';
import { instant } from '../../../fixtures/desk-log.ts';

const part = (from: number, to: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: from, max: to }).map(String),
    fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: from, max: to })).map((ends) => {
      const [low, high] = ends.toSorted((a, b) => a - b);
      return `${low}-${high}`;
    }),
    fc.integer({ min: 1, max: to + 1 }).map((step) => `*/${step}`),
    fc.integer({ min: 1, max: to + 1 }).map((step) => `${from}-${to}/${step}`),
  );
const field = (from: number, to: number) =>
  fc.array(part(from, to), { minLength: 1, maxLength: 2 }).map((parts) => parts.join(','));

describe('a schedule', () => {
  it('that is taken can be worked out, whatever it is', () => {
    const pattern = fc
      .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7))
      .map((fields) => fields.join(' '));
    const timetable = createTimetable();
    const now = instant('2026-11-20T12:00:00Z');
    let taken = 0;
    fc.assert(
      fc.property(pattern, (text) => {
        if (!isPattern(text)) return;
        taken += 1;
        timetable.next(text, now);
        timetable.last(text, now);
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  it.each([
    ...Object.values(JOBS).map(({ pattern }) => pattern),
    '*/5 9-16 * * 1-5',
    '0,30 * 1 1 7',
  ])('takes %s', (text) => {
    expect(isPattern(text)).toBe(true);
  });

  it.each([
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '5/2 * * * *',
    '* * 0 * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '*/60 * * * *',
    '* * * jan *',
    '@daily',
    '0 1 * * * *',
    ' 0 1 * * *',
  ])('refuses %j', (text) => {
    expect(isPattern(text)).toBe(false);
  });
});
