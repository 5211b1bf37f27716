/**
 * What the simulated market thinks an option is worth, and how wide and deep it quotes it.
 *
 * Black–Scholes in trading time, on a smile over moneyness in standard deviations that is the same
 * for every expiry, and a term structure at the money. A spread grows with what has to be hedged
 * (delta), with what is not known (vega), and steeply where hardly anybody trades (deep in the
 * money). All of it is fitted to recorded chains: `calibration.ts`.
 */
import type { Right } from '#market/instrument.ts';
import { valueOption } from './black-scholes.ts';
import {
  SIZES,
  SMILES,
  type Smile,
  SPREADS,
  type SpreadFigures,
  TERM_POWERS,
} from './calibration.ts';
import { TRADING_DAYS_PER_YEAR } from './trading-time.ts';
import type { Underlying } from './universe.ts';

export interface OptionFigures {
  readonly value: number;
  readonly delta: number;
  /** Half of the spread before rounding outward to the tick grid, in dollars. */
  readonly halfSpread: number;
  /** Contracts usually shown at the touch. */
  readonly size: number;
}

export interface Contract {
  readonly underlying: Underlying;
  readonly right: Right;
  readonly strike: number;
}

export const RATE = 0.04;
export const DIVIDEND = 0.01;
/** The expiry an underlying's volatility is stated for: a month. */
export const TERM_YEARS = 21 / TRADING_DAYS_PER_YEAR;
/** A contract in its last minutes is priced as if it had these left. */
const YEARS_MIN = 5 / 390 / TRADING_DAYS_PER_YEAR;
const DEVIATIONS = { min: -8, max: 5 };
const SIZE_MAX = 2000;
/** The price of an underlying that spread figures are stated for, in dollars. */
const SPOT_UNIT = 100;

/** `years` in trading time. */
export function figuresOf(contract: Contract, spot: number, years: number): OptionFigures {
  const { underlying, right, strike } = contract;
  const { liquidity } = underlying;
  const left = Math.max(YEARS_MIN, years);
  const volatility = volatilityOf(underlying, strike, spot, left);
  const terms = { right, spot, strike, years: left, volatility, rate: RATE, dividend: DIVIDEND };
  const { value, delta } = valueOption(terms);
  const halfSpread = halfSpreadOf(SPREADS[liquidity], { delta, years: left, spot });
  const { usual, power } = SIZES[liquidity];
  const size = Math.min(SIZE_MAX, usual * Math.max(0.005, Math.abs(delta)) ** power);
  return { value, delta, halfSpread, size };
}

export function volatilityOf(
  { volatility, liquidity }: Underlying,
  strike: number,
  spot: number,
  years: number,
): number {
  const atTheMoney = volatility * (years / TERM_YEARS) ** TERM_POWERS[liquidity];
  const forward = spot * Math.exp((RATE - DIVIDEND) * years);
  const deviations = Math.log(strike / forward) / (atTheMoney * Math.sqrt(years));
  return atTheMoney * smileAt(SMILES[liquidity], deviations);
}

/** Volatility relative to at the money: a hyperbola, near straight far from the money. */
export function smileAt(smile: Smile, deviations: number): number {
  const bounded = Math.min(DEVIATIONS.max, Math.max(DEVIATIONS.min, deviations));
  const away = bounded - smile.centre;
  return smile.level + smile.tilt * away + smile.curve * Math.hypot(away, smile.width);
}

/** Half of a spread in dollars; with the price of the underlying it grows as its square root. */
export function halfSpreadOf(
  { ofDelta, ofVega, deep, depth }: SpreadFigures,
  { delta, years, spot }: { readonly delta: number; readonly years: number; readonly spot: number },
): number {
  const size = Math.abs(delta);
  const vega = 2 * Math.sqrt(size * (1 - size)) * Math.sqrt(years);
  const share = ofDelta * size + ofVega * vega + deep * size ** depth;
  return Math.sqrt(spot / SPOT_UNIT) * share;
}
