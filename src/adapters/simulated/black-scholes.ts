/** Black–Scholes–Merton, for making quotes; analytics of the desk have their own. */
import type { Right } from '#market/instrument.ts';

export interface OptionTerms {
  readonly right: Right;
  readonly spot: number;
  readonly strike: number;
  /** Years to expiry. */
  readonly years: number;
  /** Annual, as a fraction. */
  readonly volatility: number;
  readonly rate: number;
  readonly dividend: number;
}

export interface Valuation {
  readonly value: number;
  /** Change of value per 1.00 of spot: 0 to 1 for a call, -1 to 0 for a put. */
  readonly delta: number;
}

export function valueOption(terms: OptionTerms): Valuation {
  const { right, spot, strike, years, volatility, rate, dividend } = terms;
  const carried = spot * Math.exp(-dividend * years);
  const discounted = strike * Math.exp(-rate * years);
  const deviation = volatility * Math.sqrt(years);
  const sign = right === 'C' ? 1 : -1;
  if (deviation <= 0) {
    const worth = sign * (carried - discounted);
    return { value: Math.max(0, worth), delta: worth > 0 ? sign : 0 };
  }
  const d1 = Math.log(carried / discounted) / deviation + deviation / 2;
  const near = normalBelow(sign * d1);
  const far = normalBelow(sign * (d1 - deviation));
  const delta = sign * near * Math.exp(-dividend * years);
  return { value: Math.max(0, sign * (carried * near - discounted * far)), delta };
}

/** Volatility at which the model gives this value; `null` when none from 1 % to 500 % does. */
export function impliedVolatility(
  terms: Omit<OptionTerms, 'volatility'>,
  value: number,
): number | null {
  let low = 0.01;
  let high = 5;
  if (valueOption({ ...terms, volatility: low }).value > value) return null;
  if (valueOption({ ...terms, volatility: high }).value < value) return null;
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (valueOption({ ...terms, volatility: middle }).value < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The normal distribution function, to 7.5e-8 (Abramowitz and Stegun 26.2.17). */
function normalBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const polynomial =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = Math.exp((-x * x) / 2) * 0.3989422804014327 * polynomial;
  return x >= 0 ? 1 - above : above;
}
