import { describe, expect, it } from 'vitest';
import { createPricePath } from '#adapters/simulated/price-path.ts';
import { createPrices } from '#adapters/simulated/prices.ts';
import { placeOf, tradingDaysAt } from '#adapters/simulated/trading-time.ts';
import { UNDERLYINGS } from '#adapters/simulated/universe.ts';
import { addDays, date, dayOfWeek, type IsoDate } from '#kernel/calendar.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { newYorkInstant } from '#market/session.ts';

const TUESDAY = date('2025-12-02');
const at = (day: IsoDate, time: `${number}:${number}`): EpochMs => newYorkInstant(day, time);

function weekdays(from: IsoDate, count: number): readonly IsoDate[] {
  const days: IsoDate[] = [];
  for (let day = from; days.length < count; day = addDays(day, 1)) {
    if (dayOfWeek(day) !== 0 && dayOfWeek(day) !== 6) days.push(day);
  }
  return days;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe('trading time', () => {
  it('runs a quarter of a day overnight and the rest in the session', () => {
    const close = tradingDaysAt(at(TUESDAY, '16:00'));
    const next = addDays(TUESDAY, 1);
    expect(tradingDaysAt(at(next, '09:30')) - close).toBeCloseTo(0.25, 9);
    expect(tradingDaysAt(at(next, '12:45')) - close).toBeCloseTo(0.625, 9);
    expect(tradingDaysAt(at(next, '16:00')) - close).toBeCloseTo(1, 9);
  });

  it('takes a weekend for one night', () => {
    const friday = date('2025-12-05');
    const monday = date('2025-12-08');
    const weekend = tradingDaysAt(at(monday, '09:30')) - tradingDaysAt(at(friday, '16:00'));
    expect(weekend).toBeCloseTo(0.25, 9);
    expect(placeOf(at(date('2025-12-06'), '12:00'))).toMatchObject({ part: 'overnight' });
  });

  it('never runs backward, over weekends and changes of the clock', () => {
    let before = Number.NEGATIVE_INFINITY;
    for (let hour = 0; hour < 24 * 300; hour += 1) {
      const now = tradingDaysAt(plus(at(date('2026-01-05'), '00:00'), hour * 3_600_000));
      // The hour that clocks are set back lies on a Sunday, when nothing trades.
      expect(now).toBeGreaterThanOrEqual(before - 0.01);
      before = now;
    }
  });
});

describe('a price path', () => {
  it('is the same whatever was asked before', () => {
    const instants = Array.from({ length: 200 }, (_, place) =>
      plus(at(TUESDAY, '10:00'), place * 977_000),
    );
    const forward = createPricePath(7);
    const backward = createPricePath(7);
    const one = instants.map((instant) => forward.at(instant));
    const other = instants.toReversed().map((instant) => backward.at(instant));
    expect(other.toReversed()).toEqual(one);
  });

  it('differs with the seed', () => {
    const noon = at(date('2026-03-03'), '12:00');
    expect(createPricePath(1).at(noon)).not.toBe(createPricePath(2).at(noon));
  });

  it('moves a little from second to second, also through the open, the close and the night', () => {
    const path = createPricePath(3);
    for (const time of ['09:25', '12:00', '15:55', '23:55'] as const) {
      const from = at(date('2026-03-03'), time);
      for (let second = 0; second < 600; second += 1) {
        const step = path.at(plus(from, (second + 1) * 1000)) - path.at(plus(from, second * 1000));
        expect(Math.abs(step)).toBeLessThan(0.06);
      }
    }
  });

  it('moves by about one standard deviation a day, a quarter of the variance overnight', () => {
    const path = createPricePath(11);
    const days = weekdays(date('2026-01-05'), 400);
    const closes = days.map((day) => path.at(at(day, '16:00')));
    const opens = days.map((day) => path.at(at(day, '09:30')));
    const daily = closes.slice(1).map((close, place) => close - (closes[place] ?? 0));
    const nights = opens.slice(1).map((open, place) => open - (closes[place] ?? 0));
    expect(deviation(daily)).toBeGreaterThan(0.85);
    expect(deviation(daily)).toBeLessThan(1.15);
    expect(deviation(nights)).toBeGreaterThan(0.4);
    expect(deviation(nights)).toBeLessThan(0.6);
  });

  it('wanders inside the session as much as its length allows', () => {
    const path = createPricePath(5);
    const moves: number[] = [];
    for (const day of weekdays(date('2026-01-05'), 60)) {
      for (let minute = 0; minute < 390; minute += 1) {
        const from = plus(at(day, '09:30'), minute * 60_000);
        moves.push(path.at(plus(from, 60_000)) - path.at(from));
      }
    }
    const expected = Math.sqrt(0.75 / 390);
    expect(deviation(moves) / expected).toBeGreaterThan(0.95);
    expect(deviation(moves) / expected).toBeLessThan(1.05);
  });
});

describe('prices of the universe', () => {
  it.each([1, 2, 'demo'])(
    'are those of the table at the close of the anchor day: seed %s',
    (seed) => {
      const prices = createPrices(seed);
      for (const { symbol, price } of UNDERLYINGS.values()) {
        expect(prices.at(symbol, at(TUESDAY, '16:00'))).toBeCloseTo(price, 6);
      }
    },
  );

  it('stay near the table for years', () => {
    const prices = createPrices(1);
    for (const { symbol, price, volatility } of UNDERLYINGS.values()) {
      for (const day of ['2025-01-06', '2026-11-20', '2028-12-01']) {
        const ratio = (prices.at(symbol, at(date(day), '12:00')) ?? 0) / price;
        // Four daily deviations is how far the walk strays; three of those are rare.
        expect(Math.abs(Math.log(ratio))).toBeLessThan(volatility);
      }
    }
  });

  it('move a fund exactly with its index, and a name partly with the market', () => {
    const prices = createPrices(4);
    const returns = (symbol: string): readonly number[] => {
      const days = weekdays(date('2026-01-05'), 250);
      const logs = days.map((day) => Math.log(prices.at(symbol, at(day, '15:00')) ?? 1));
      return logs.slice(1).map((log, place) => log - (logs[place] ?? 0));
    };
    const correlation = (a: readonly number[], b: readonly number[]): number => {
      const products = a.reduce((sum, value, place) => sum + value * (b[place] ?? 0), 0);
      return products / a.length / (deviation(a) * deviation(b));
    };
    const index = returns('SPX');
    expect(correlation(index, returns('SPY'))).toBeCloseTo(1, 2);
    expect(correlation(index, returns('NVDA'))).toBeGreaterThan(0.4);
    expect(correlation(index, returns('KO'))).toBeLessThan(0.7);
  });

  it('knows no price of a name it does not list', () => {
    expect(createPrices(1).at('QZXV', at(TUESDAY, '12:00'))).toBeNull();
  });
});
