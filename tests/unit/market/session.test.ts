import { describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { type EpochMs, epochMs, formatInstant, parseInstant } from '#kernel/time.ts';
import {
  CalendarNotCovered,
  isCovered,
  isOpen,
  isTradingDay,
  newYorkDate,
  newYorkInstant,
  newYorkTime,
  nextOpen,
  nextTradingDay,
  previousTradingDay,
  sessionOf,
  tradeDate,
  tradingDay,
} from '#market/session.ts';

const KINDS = ['equity', 'equity_option', 'late_option', 'future'] as const;

function at(text: string): EpochMs {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`expected an instant, was ${text}`);
  return instant;
}

describe('New York time', () => {
  it('is five hours behind UTC in winter and four in summer', () => {
    expect(newYorkTime(at('2026-01-15T14:30:05.900Z'))).toEqual({
      date: '2026-01-15',
      minutes: 570,
      seconds: 5,
    });
    expect(newYorkTime(at('2026-07-15T13:30:00Z')).minutes).toBe(570);
  });

  it('keeps the evening on its own date, past midnight in UTC', () => {
    expect(newYorkDate(at('2026-07-16T03:59:59.999Z'))).toBe('2026-07-15');
    expect(newYorkDate(at('2026-07-16T04:00:00Z'))).toBe('2026-07-16');
    expect(newYorkDate(at('2026-01-01T04:59:59Z'))).toBe('2025-12-31');
  });

  it('skips from 02:00 to 03:00 in March', () => {
    expect(newYorkTime(at('2026-03-08T06:59:59Z')).minutes).toBe(119);
    expect(newYorkTime(at('2026-03-08T07:00:00Z')).minutes).toBe(180);
  });

  it('shows the hour from 01:00 twice in November', () => {
    expect(newYorkTime(at('2026-11-01T05:30:00Z')).minutes).toBe(90);
    expect(newYorkTime(at('2026-11-01T06:30:00Z')).minutes).toBe(90);
    expect(newYorkTime(at('2026-11-01T07:00:00Z')).minutes).toBe(120);
  });

  it.each([
    ['2026-03-06', '09:30', '2026-03-06T14:30:00.000Z'],
    ['2026-03-09', '09:30', '2026-03-09T13:30:00.000Z'],
    ['2026-10-30', '16:15', '2026-10-30T20:15:00.000Z'],
    ['2026-11-02', '16:15', '2026-11-02T21:15:00.000Z'],
    ['2026-11-01', '00:00', '2026-11-01T04:00:00.000Z'],
    ['2026-11-01', '24:00', '2026-11-02T05:00:00.000Z'],
    ['2026-12-31', '18:00', '2026-12-31T23:00:00.000Z'],
  ] as const)('on %s at %s is the instant %s', (day, time, instant) => {
    expect(formatInstant(newYorkInstant(date(day), time))).toBe(instant);
  });

  it('takes the first of two equal times, and the hour after a time that is skipped', () => {
    expect(formatInstant(newYorkInstant(date('2026-11-01'), 90))).toBe('2026-11-01T05:30:00.000Z');
    expect(formatInstant(newYorkInstant(date('2026-03-08'), 150))).toBe('2026-03-08T07:30:00.000Z');
  });

  it('refuses a time of day that does not exist', () => {
    expect(() => newYorkInstant(date('2026-03-09'), '09:60')).toThrow('between 00:00 and 24:00');
    expect(() => newYorkInstant(date('2026-03-09'), '24:01')).toThrow('between 00:00 and 24:00');
    expect(() => newYorkInstant(date('2026-03-09'), -1)).toThrow('between 00:00 and 24:00');
  });

  it('is not guessed for years with other rules', () => {
    expect(() => newYorkDate(at('2006-12-31T12:00:00Z'))).toThrow('2007 to 2099');
    expect(() => newYorkDate(epochMs(0))).toThrow('2007 to 2099');
  });
});

describe('trading days', () => {
  it('say why the market keeps other hours', () => {
    expect(tradingDay(date('2026-11-25'))).toMatchObject({ kind: 'full', occasion: null });
    expect(tradingDay(date('2026-11-26'))).toMatchObject({
      kind: 'closed',
      occasion: 'Thanksgiving Day',
    });
    expect(tradingDay(date('2026-11-27'))).toMatchObject({
      kind: 'half',
      occasion: 'the day after Thanksgiving',
    });
    expect(tradingDay(date('2026-11-28'))).toMatchObject({ kind: 'closed', occasion: 'Saturday' });
  });

  it('leave out weekends, holidays and days of mourning', () => {
    expect(nextTradingDay(date('2026-07-02'))).toBe('2026-07-06');
    expect(previousTradingDay(date('2026-07-06'))).toBe('2026-07-02');
    expect(nextTradingDay(date('2025-01-08'))).toBe('2025-01-10');
    expect(isTradingDay(date('2018-12-05'))).toBe(false);
  });

  it('include New Year’s Eve before a New Year’s Day on a Saturday', () => {
    expect(isTradingDay(date('2021-12-31'))).toBe(true);
    expect(isTradingDay(date('2027-12-31'))).toBe(true);
  });

  it('include half days', () => {
    expect(isTradingDay(date('2026-12-24'))).toBe(true);
  });

  it.each(['2012-12-31', '2029-01-01'])('of a year not covered fail loudly: %s', (day) => {
    expect(isCovered(date(day))).toBe(false);
    expect(() => tradingDay(date(day))).toThrow(CalendarNotCovered);
    expect(() => isTradingDay(date(day))).toThrow(/2013 to 2028.*add the year/);
    for (const kind of KINDS) {
      expect(() => sessionOf(kind, date(day))).toThrow(CalendarNotCovered);
      expect(() => isOpen(kind, newYorkInstant(date(day), 600))).toThrow(CalendarNotCovered);
    }
  });
});

describe('a session', () => {
  it.each([
    ['equity', '2026-10-06', '09:30', '16:00'],
    ['equity_option', '2026-10-06', '09:30', '16:00'],
    ['late_option', '2026-10-06', '09:30', '16:15'],
    ['equity', '2026-11-27', '09:30', '13:00'],
    ['equity_option', '2026-12-24', '09:30', '13:00'],
    ['late_option', '2026-12-24', '09:30', '13:15'],
  ] as const)('of %s on %s runs from %s to %s', (kind, day, open, close) => {
    expect(sessionOf(kind, date(day))).toEqual({
      open: newYorkInstant(date(day), open),
      close: newYorkInstant(date(day), close),
    });
  });

  it('includes its first instant and not its last', () => {
    const { open, close } = sessionOf('equity', date('2026-10-06')) ?? { open: 0, close: 0 };
    expect(isOpen('equity', epochMs(open - 1))).toBe(false);
    expect(isOpen('equity', epochMs(open))).toBe(true);
    expect(isOpen('equity', epochMs(close - 1))).toBe(true);
    expect(isOpen('equity', epochMs(close))).toBe(false);
  });

  it('of late options stays open after stocks have closed', () => {
    const tenPast = newYorkInstant(date('2026-10-06'), '16:10');
    expect(isOpen('late_option', tenPast)).toBe(true);
    expect(isOpen('equity_option', tenPast)).toBe(false);
  });

  it('does not exist on a holiday or a weekend', () => {
    for (const day of ['2026-12-25', '2026-10-10', '2026-10-11']) {
      expect(sessionOf('equity', date(day))).toBeNull();
      expect(isOpen('equity_option', newYorkInstant(date(day), '12:00'))).toBe(false);
    }
  });
});

describe('a futures session', () => {
  it('runs from the evening before to 17:00', () => {
    expect(sessionOf('future', date('2026-10-06'))).toEqual({
      open: newYorkInstant(date('2026-10-05'), '18:00'),
      close: newYorkInstant(date('2026-10-06'), '17:00'),
    });
  });

  it.each([
    ['Friday 16:59', '2026-10-09', '16:59', true],
    ['Friday 17:00', '2026-10-09', '17:00', false],
    ['Friday 18:00', '2026-10-09', '18:00', false],
    ['Saturday noon', '2026-10-10', '12:00', false],
    ['Sunday 17:59', '2026-10-11', '17:59', false],
    ['Sunday 18:00', '2026-10-11', '18:00', true],
    ['Monday 03:00', '2026-10-12', '03:00', true],
    ['Monday 17:30', '2026-10-12', '17:30', false],
    ['Monday 18:00', '2026-10-12', '18:00', true],
    ['Thanksgiving 12:59', '2026-11-26', '12:59', true],
    ['Thanksgiving 13:00', '2026-11-26', '13:00', false],
    ['Thanksgiving 18:00', '2026-11-26', '18:00', true],
    ['the Friday after, 13:15', '2026-11-27', '13:15', false],
    ['Christmas Eve 13:14', '2026-12-24', '13:14', true],
    ['Christmas Eve 18:00', '2026-12-24', '18:00', false],
    ['Good Friday 08:00', '2026-04-03', '08:00', false],
    ['a day of mourning 09:29', '2025-01-09', '09:29', true],
    ['a day of mourning 09:30', '2025-01-09', '09:30', false],
  ] as const)('on %s: %s %s open %s', (_, day, time, open) => {
    expect(isOpen('future', newYorkInstant(date(day), time))).toBe(open);
  });

  it('belongs to the next date from 18:00 on', () => {
    expect(tradeDate('future', newYorkInstant(date('2026-10-11'), '18:00'))).toBe('2026-10-12');
    expect(tradeDate('future', newYorkInstant(date('2026-10-12'), '16:59'))).toBe('2026-10-12');
    expect(tradeDate('equity', newYorkInstant(date('2026-10-11'), '18:00'))).toBe('2026-10-11');
  });
});

describe('the next opening', () => {
  it.each([
    ['equity', ['2026-10-06', '09:00'], ['2026-10-06', '09:30']],
    ['equity', ['2026-10-06', '09:30'], ['2026-10-07', '09:30']],
    ['equity_option', ['2026-10-09', '15:00'], ['2026-10-12', '09:30']],
    ['late_option', ['2026-07-02', '17:00'], ['2026-07-06', '09:30']],
    ['equity', ['2026-10-30', '17:00'], ['2026-11-02', '09:30']],
    ['future', ['2026-10-09', '17:00'], ['2026-10-11', '18:00']],
    ['future', ['2026-10-12', '12:00'], ['2026-10-12', '18:00']],
    ['future', ['2026-12-24', '14:00'], ['2026-12-27', '18:00']],
  ] as const)('of %s after %j is %j', (kind, [day, time], [openDay, openTime]) => {
    const from = newYorkInstant(date(day), time);
    expect(nextOpen(kind, from)).toBe(newYorkInstant(date(openDay), openTime));
  });
});
