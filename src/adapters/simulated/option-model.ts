/**
 * What the simulated market thinks an option is worth, and how wide it quotes it.
 *
 * Black–Scholes on a smile over moneyness in standard deviations and a term structure; both and the
 * spreads are fitted to recorded chains (`calibration.ts`).
 */
import type { Right } from '#market/instrument.ts';
import { valueOption } from './black-scholes.ts';
import { SMILES, SPREADS } from './calibration.ts';
import type { Underlying } from './universe.ts';

export interface OptionFigures {
  readonly value: number;
  readonly delta: number;
  /** Half of the spread before rounding outward to the tick grid, in dollars. */
  readonly halfSpread: number;
}

export interface Contract {
  readonly underlying: Underlying;
  readonly right: Right;
  readonly strike: number;
}

export const RATE = 0.04;
export const DIVIDEND = 0.01;
/** A contract in its last minutes is priced as if it had these left. */
const YEARS_MIN = 5 / (365 * 24 * 60);
const DEVIATIONS_MAX = 6;

export function figuresOf(contract: Contract, spot: number, years: number): OptionFigures {
  const { underlying, right, strike } = contract;
  const left = Math.max(YEARS_MIN, years);
  const volatility = volatilityOf(underlying, strike, spot, left);
  const terms = { right, spot, strike, years: left, volatility, rate: RATE, dividend: DIVIDEND };
  const { value, delta } = valueOption(terms);
  const spread = SPREADS[underlying.liquidity];
  const hedge = Math.abs(delta) * spot;
  const halfSpread = spread.floor + spread.ofValue * value + spread.ofHedge * hedge;
  return { value, delta, halfSpread };
}

export function volatilityOf(
  { volatility, liquidity }: Underlying,
  strike: number,
  spot: number,
  years: number,
): number {
  const { skew, curve } = SMILES[liquidity];
  const forward = spot * Math.exp((RATE - DIVIDEND) * years);
  const deviations = Math.log(strike / forward) / (volatility * Math.sqrt(years));
  const bounded = Math.min(DEVIATIONS_MAX, Math.max(-DEVIATIONS_MAX, deviations));
  return volatility * Math.max(0.3, 1 + skew * bounded + curve * bounded ** 2);
}
