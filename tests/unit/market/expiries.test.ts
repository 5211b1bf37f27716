import { describe, expect, it } from 'vitest';
import { addDays, date, type IsoDate } from '#kernel/calendar.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import {
  frontContract,
  futureEnd,
  lastOptionTradeAt,
  listedExpiries,
  monthlyExpiry,
  thirdFriday,
  weeklyExpiry,
} from '#market/expiries.ts';
import { formatFuture, MONTH_CODES } from '#market/future-symbols.ts';
import { FUTURE_PRODUCTS, type FutureProduct } from '#market/products.ts';
import { CalendarNotCovered, isTradingDay, newYorkTime } from '#market/session.ts';

function product(root: string): FutureProduct {
  const known = FUTURE_PRODUCTS.get(root);
  if (!known) throw new Error(`expected a known product, was ${root}`);
  return known;
}

describe('monthly expiries', () => {
  it.each([
    [2025, 12, '2025-12-19'],
    [2026, 1, '2026-01-16'],
    [2026, 5, '2026-05-15'],
    [2026, 8, '2026-08-21'],
    [2027, 1, '2027-01-15'],
    [2028, 1, '2028-01-21'],
  ])('of %d-%d fall on the third Friday, %s', (year, month, day) => {
    expect(thirdFriday(year, month)).toBe(day);
    expect(monthlyExpiry(year, month)).toBe(day);
  });

  it.each([
    [2019, 4, '2019-04-18'],
    [2022, 4, '2022-04-14'],
    [2025, 4, '2025-04-17'],
    [2026, 6, '2026-06-18'],
    [2027, 6, '2027-06-17'],
  ])('of %d-%d come a day early, %s, before a holiday', (year, month, day) => {
    expect(monthlyExpiry(year, month)).toBe(day);
    expect(thirdFriday(year, month)).toBe(addDays(date(day), 1));
  });
});

describe('the weekly expiry', () => {
  it.each([
    ['Monday', '2026-10-05', '2026-10-09'],
    ['Friday', '2026-10-09', '2026-10-09'],
    ['Saturday', '2026-10-10', '2026-10-16'],
    ['Sunday', '2026-10-11', '2026-10-16'],
    ['the Monday before Good Friday', '2026-03-30', '2026-04-02'],
    ['Good Friday', '2026-04-03', '2026-04-10'],
  ])('from %s %s on is %s', (_, day, expiry) => {
    expect(weeklyExpiry(date(day))).toBe(expiry);
  });
});

describe('listed expiries', () => {
  const of = (underlying: string, from: string): readonly IsoDate[] =>
    listedExpiries(underlying, date(from));

  it('of a share are Fridays for eight weeks, third Fridays for a year, and Januaries', () => {
    expect(of('UBER', '2026-10-06')).toEqual([
      ...['2026-10-09', '2026-10-16', '2026-10-23', '2026-10-30', '2026-11-06', '2026-11-13'],
      ...['2026-11-20', '2026-11-27', '2026-12-18', '2027-01-15', '2027-02-19', '2027-03-19'],
      ...['2027-04-16', '2027-05-21', '2027-06-17', '2027-07-16', '2027-08-20', '2027-09-17'],
      ...['2027-10-15', '2028-01-21'],
    ]);
  });

  it('of SPY come every trading day for two weeks, and at the end of each quarter', () => {
    const listed = of('SPY', '2026-06-15');
    expect(listed.slice(0, 12)).toEqual([
      ...['2026-06-15', '2026-06-16', '2026-06-17', '2026-06-18', '2026-06-22', '2026-06-23'],
      ...['2026-06-24', '2026-06-25', '2026-06-26', '2026-06-29', '2026-06-30', '2026-07-02'],
    ]);
    expect(listed).toEqual(expect.arrayContaining(['2026-09-30', '2026-12-31', '2027-03-31']));
  });

  it('include the same day until it is over, and none before it', () => {
    expect(of('UBER', '2026-10-09')[0]).toBe('2026-10-09');
    expect(of('UBER', '2026-10-10')[0]).toBe('2026-10-16');
    expect(of('UBER', '2026-04-03')[0]).toBe('2026-04-10');
  });

  it('are trading days, ascending, each once', () => {
    for (const underlying of ['SPY', 'SPX', 'UBER']) {
      for (let ahead = 0; ahead < 400; ahead += 1) {
        const listed = listedExpiries(underlying, addDays(date('2025-12-01'), ahead));
        expect([...new Set(listed)].toSorted()).toEqual(listed);
        expect(listed.filter((day) => !isTradingDay(day))).toEqual([]);
      }
    }
  });

  it('leave out years without a calendar rather than fail', () => {
    expect(of('SPY', '2028-12-20').at(-1)).toBe('2028-12-29');
  });
});

describe('the last trade in an option', () => {
  it.each([
    ['a share’s', 'UBER', '2026-10-09', '16:00'],
    ['a share’s on a half day', 'UBER', '2026-11-27', '13:00'],
    ['SPY’s', 'SPY', '2026-10-09', '16:15'],
    ['SPY’s on a half day', 'SPY', '2026-11-27', '13:15'],
    ['an SPX weekly’s', 'SPXW', '2026-10-16', '16:00'],
    ['an SPX weekly’s on a half day', 'SPXW', '2026-11-27', '13:00'],
  ])('is, for %s (%s %s), at %s', (_, root, expiry, time) => {
    expect(inNewYork(lastOptionTradeAt(root, date(expiry)))).toBe(`${expiry} ${time}`);
  });

  it('comes the evening before when the index settles to the opening', () => {
    expect(inNewYork(lastOptionTradeAt('SPX', date('2026-10-16')))).toBe('2026-10-15 16:15');
    expect(inNewYork(lastOptionTradeAt('VIX', date('2026-10-21')))).toBe('2026-10-20 16:15');
  });
});

describe('a futures contract ends', () => {
  // As the exchanges published them.
  it.each([
    ['/ESZ5', '2025-12-19 09:30'],
    ['/ESM6', '2026-06-18 09:30'],
    ['/NQU6', '2026-09-18 09:30'],
    ['/CLK0', '2020-04-21 14:30'],
    ['/CLZ5', '2025-11-20 14:30'],
    ['/CLF6', '2025-12-19 14:30'],
    ['/NGF6', '2025-12-29 14:30'],
    ['/GCZ5', '2025-12-29 13:30'],
    ['/SIZ5', '2025-12-29 13:25'],
    ['/HGZ5', '2025-12-29 13:00'],
    ['/ZNZ5', '2025-12-19 13:00'],
    ['/ZBH6', '2026-03-20 13:00'],
    ['/ZFZ5', '2025-12-31 13:00'],
    ['/6EZ5', '2025-12-15 10:16'],
    ['/BTCZ5', '2025-12-26 11:00'],
  ])('%s: %s', (symbol, end) => {
    const [, root = '', code = '', digit = ''] = /^\/(\w+)([A-Z])(\d)$/.exec(symbol) ?? [];
    const year = digit === '0' ? 2020 : 2020 + Number(digit);
    const { expiry, lastTradeAt } = futureEnd(product(root), {
      year,
      month: MONTH_CODES.indexOf(code) + 1,
    });
    expect(inNewYork(lastTradeAt)).toBe(end);
    expect(end.startsWith(expiry)).toBe(true);
  });

  it('in a year without a calendar with an error that says so', () => {
    expect(() => futureEnd(product('ES'), { year: 2029, month: 3 })).toThrow(CalendarNotCovered);
  });
});

describe('the front contract', () => {
  it.each([
    ['ES', '2026-12-10', '/ESZ6'],
    ['ES', '2026-12-11', '/ESH7'],
    ['ES', '2026-06-10', '/ESM6'],
    ['ES', '2026-06-11', '/ESU6'],
    ['MNQ', '2026-10-06', '/MNQZ6'],
    ['CL', '2026-10-16', '/CLX6'],
    ['CL', '2026-10-17', '/CLZ6'],
    ['GC', '2026-11-27', '/GCZ6'],
    ['GC', '2026-11-28', '/GCG7'],
    ['ZN', '2026-11-28', '/ZNH7'],
    ['BTC', '2026-10-06', '/BTCV6'],
    ['NG', '2026-12-30', '/NGG7'],
  ])('of %s on %s is %s', (root, day, symbol) => {
    const front = frontContract(root, date(day));
    expect(front && formatFuture(front)).toBe(symbol);
  });

  it('of a product we do not know is nobody’s guess', () => {
    expect(frontContract('XYZ', date('2026-10-06'))).toBeNull();
  });

  it('never goes back and never has expired', () => {
    for (const [root, known] of FUTURE_PRODUCTS) {
      let before = '';
      for (let ahead = 0; ahead < 500; ahead += 1) {
        const day = addDays(date('2026-01-01'), ahead);
        const front = frontContract(root, day);
        if (front === null) throw new Error(`expected a front contract of ${root}`);
        const { expiry } = futureEnd(known, front);
        expect(expiry > day && expiry >= before).toBe(true);
        before = expiry;
      }
    }
  });
});

function inNewYork(at: EpochMs): string {
  const { date: day, minutes, seconds } = newYorkTime(at);
  const clock = [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, '0'));
  return seconds === 0 ? `${day} ${clock.join(':')}` : formatInstant(at);
}
