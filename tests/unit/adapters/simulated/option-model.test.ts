import { describe, expect, it } from 'vitest';
import { impliedVolatility, valueOption } from '#adapters/simulated/black-scholes.ts';
import { SMILES } from '#adapters/simulated/calibration.ts';
import { figuresOf, smileAt, volatilityOf } from '#adapters/simulated/option-model.ts';
import { UNDERLYINGS } from '#adapters/simulated/universe.ts';

const terms = { spot: 100, strike: 100, years: 1, volatility: 0.2, rate: 0.05, dividend: 0 };

describe('Black–Scholes', () => {
  it.each([
    // Hull, Options, Futures, and Other Derivatives: 42, 40, 0.5 years, 20 %, 10 %.
    ['C', { ...terms, spot: 42, strike: 40, years: 0.5, rate: 0.1 }, 4.7594],
    ['P', { ...terms, spot: 42, strike: 40, years: 0.5, rate: 0.1 }, 0.8086],
    ['C', terms, 10.4506],
    ['P', terms, 5.5735],
  ] as const)('values a %s as the textbooks do', (right, of, value) => {
    expect(valueOption({ ...of, right }).value).toBeCloseTo(value, 3);
  });

  it('keeps put-call parity', () => {
    for (const strike of [60, 90, 100, 130]) {
      const of = { ...terms, strike, dividend: 0.02 };
      const call = valueOption({ ...of, right: 'C' });
      const put = valueOption({ ...of, right: 'P' });
      const forward = of.spot * Math.exp(-0.02) - strike * Math.exp(-0.05);
      expect(call.value - put.value).toBeCloseTo(forward, 5);
      expect(call.delta - put.delta).toBeCloseTo(Math.exp(-0.02), 5);
    }
  });

  it('gives back the volatility a value was made with, and none for a value below intrinsic', () => {
    for (const volatility of [0.08, 0.3, 1.2]) {
      const { value } = valueOption({ ...terms, volatility, right: 'P' });
      expect(impliedVolatility({ ...terms, right: 'P' }, value)).toBeCloseTo(volatility, 4);
    }
    expect(impliedVolatility({ ...terms, strike: 50, right: 'C' }, 20)).toBeNull();
  });

  it('is worth its intrinsic value without time', () => {
    expect(valueOption({ ...terms, strike: 90, years: 0, right: 'C' }).value).toBe(10);
    expect(valueOption({ ...terms, strike: 90, years: 0, right: 'P' }).value).toBe(0);
  });
});

describe('the option model', () => {
  const spy = UNDERLYINGS.get('SPY');
  if (spy === undefined) throw new Error('expected SPY');
  const month = 21 / 252;
  const put = (strike: number, years = month) =>
    figuresOf({ underlying: spy, right: 'P', strike }, spy.price, years);

  it('states an underlying’s volatility at the money a month out', () => {
    expect(volatilityOf(spy, spy.price, spy.price, month) / spy.volatility).toBeCloseTo(1, 1);
  });

  it('asks more volatility for puts far below than for calls far above', () => {
    const [low, high] = [0.9, 1.1].map((of) => volatilityOf(spy, spy.price * of, spy.price, month));
    expect(low).toBeGreaterThan((high ?? 0) * 1.3);
  });

  it('never asks for less than a third of the volatility at the money', () => {
    for (const smile of Object.values(SMILES)) {
      for (let deviations = -20; deviations <= 20; deviations += 0.25) {
        expect(smileAt(smile, deviations)).toBeGreaterThan(0.33);
      }
    }
  });

  it('values puts higher the higher the strike, and everything higher with more time', () => {
    const strikes = Array.from({ length: 60 }, (_, place) => spy.price * (0.7 + place * 0.01));
    for (const years of [1 / 252, month, 1]) {
      const values = strikes.map((strike) => put(strike, years).value);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    }
    for (const strike of strikes.filter((each) => each <= spy.price)) {
      expect(put(strike, month).value).toBeGreaterThanOrEqual(put(strike, 5 / 252).value);
    }
  });

  it('quotes wider what moves more, and less of it', () => {
    const [far, near, deep] = [0.93, 1, 1.1].map((of) => put(spy.price * of));
    expect(near?.halfSpread).toBeGreaterThan(far?.halfSpread ?? 0);
    expect(deep?.halfSpread).toBeGreaterThan((near?.halfSpread ?? 0) * 3);
    expect(near?.size).toBeLessThan(far?.size ?? 0);
  });
});
