import { describe, expect, it } from 'vitest';
import { addDays, date, fromEpochDay, isoDate, parseIsoDate } from '#kernel/calendar.ts';
import { InvariantViolation } from '#kernel/invariant.ts';

describe('a date', () => {
  it.each(['2024-02-29', '2000-02-29', '1900-01-01', '9999-12-31'])('%s exists', (text) => {
    expect(parseIsoDate(text)).toBe(text);
  });

  it.each([
    '2023-02-29',
    '1900-02-29',
    '2026-11-31',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '2026-1-5',
    '26-01-05',
    '2026/01/05',
    '2026-01-05T00:00',
    ' 2026-01-05',
    '1899-12-31',
    '',
  ])('%j does not', (text) => {
    expect(parseIsoDate(text)).toBeNull();
  });

  it('is made of whole numbers', () => {
    expect(isoDate(2026, 2, 28)).toBe('2026-02-28');
    expect(isoDate(2026, 2, 29)).toBeNull();
    expect(isoDate(2026, 2, 2.5)).toBeNull();
    expect(isoDate(2026.5, 2, 2)).toBeNull();
    expect(isoDate(Number.NaN, 2, 2)).toBeNull();
  });

  it('written in the program must exist', () => {
    expect(() => date('2026-02-30')).toThrow(InvariantViolation);
  });

  it('is never made outside the years it can be written in', () => {
    expect(() => addDays(date('1900-01-01'), -1)).toThrow('from 1900 to 9999');
    expect(() => addDays(date('9999-12-31'), 1)).toThrow('from 1900 to 9999');
    expect(() => fromEpochDay(0.5)).toThrow('from 1900 to 9999');
    expect(() => addDays(date('2026-01-01'), Number.NaN)).toThrow(InvariantViolation);
  });

  it('crosses leap days and ends of years', () => {
    expect(addDays(date('2024-02-28'), 1)).toBe('2024-02-29');
    expect(addDays(date('2024-02-29'), 366)).toBe('2025-03-01');
    expect(addDays(date('2026-01-01'), -1)).toBe('2025-12-31');
  });
});
