import { describe, expect, it } from 'vitest';
import { formatInstant } from '#kernel/time.ts';
import { marketTime, readMarketTime } from '#market/market-time.ts';

describe('a time as people write it', () => {
  it.each([
    ['2025-12-02', '10:30', '2025-12-02T15:30:00.000Z'],
    ['2025-07-02', '10:30', '2025-07-02T14:30:00.000Z'],
    ['2025-12-02', '24:00', '2025-12-03T05:00:00.000Z'],
    ['2025-12-02T15:31:07Z', '10:30', '2025-12-02T15:31:07.000Z'],
    ['2025-12-02T10:31:07-05:00', '10:30', '2025-12-02T15:31:07.000Z'],
    ['2007-01-01', '00:00', '2007-01-01T05:00:00.000Z'],
    ['2099-12-28', '24:00', '2099-12-29T05:00:00.000Z'],
  ] as const)('%s, a date meaning %s, is %s', (text, timeOfDay, expected) => {
    const at = readMarketTime(text, timeOfDay);
    expect(at === null ? null : formatInstant(at)).toBe(expected);
  });

  it.each([
    'yesterday',
    '',
    '2025-02-30',
    '2025-12-02T15:31:07',
    '2025-12-02 15:31Z',
    '1970-01-01',
    '1970-01-01T00:00:00Z',
    '2006-12-31T23:59:59Z',
    '2099-12-31',
    '2099-12-31T00:00:00Z',
    '9999-12-31',
    '9999-12-31T23:59:59Z',
    '+275760-09-13T00:00:00Z',
  ])('%j is none', (text) => {
    expect(readMarketTime(text, '10:30')).toBeNull();
  });
});

describe('the time of day', () => {
  it('is the one on clocks in New York', () => {
    const at = readMarketTime('2025-12-02T15:31:07Z', '00:00');
    expect(at === null ? null : marketTime(at)).toBe('10:31:07');
  });
});
