/** Recorded chains as points the option model can be compared with. */
import { impliedVolatility, valueOption } from '#adapters/simulated/black-scholes.ts';
import { DIVIDEND, RATE } from '#adapters/simulated/option-model.ts';
import { TRADING_DAYS_PER_YEAR, tradingDaysAt } from '#adapters/simulated/trading-time.ts';
import type { RecordedChain, RecordedOption } from './chains.ts';

export interface Point {
  readonly chain: RecordedChain;
  readonly option: RecordedOption;
  readonly mid: number;
  readonly spread: number;
  /** In trading time. */
  readonly years: number;
  readonly volatility: number;
  /** At the money, for the same expiry. */
  readonly atTheMoney: number;
  /** Moneyness in standard deviations of the expiry. */
  readonly deviations: number;
  readonly delta: number;
  /** The side that is worth nothing at expiry if the price stays. */
  readonly isOutOfTheMoney: boolean;
}

const NEAREST = 4;
/** At least half an hour of a session. */
const YEARS_MIN = 0.5 / 6.5 / TRADING_DAYS_PER_YEAR;

export function pointsOf(chain: RecordedChain): readonly Point[] {
  const points: Point[] = [];
  for (const expiry of new Set(chain.options.map((option) => option.expiry))) {
    const options = chain.options.filter((option) => option.expiry === expiry);
    points.push(...pointsOfExpiry(chain, options));
  }
  return points;
}

/** Annual volatility at the money a month out, which is what the model is told of an underlying. */
export function monthVolatility(points: readonly Point[]): number {
  const month = 21 / TRADING_DAYS_PER_YEAR;
  const nearest = points.toSorted((a, b) => Math.abs(a.years - month) - Math.abs(b.years - month));
  return nearest[0]?.atTheMoney ?? Number.NaN;
}

function pointsOfExpiry(
  chain: RecordedChain,
  options: readonly RecordedOption[],
): readonly Point[] {
  const valued = options.flatMap((option) => {
    const years =
      (tradingDaysAt(option.lastTradeAt) - tradingDaysAt(chain.at)) / TRADING_DAYS_PER_YEAR;
    const { bid, ask, right, strike } = option;
    if (years < YEARS_MIN || bid <= 0 || ask <= bid) return [];
    const mid = (bid + ask) / 2;
    const terms = { right, strike, spot: chain.spot, years, rate: RATE, dividend: DIVIDEND };
    const volatility = impliedVolatility(terms, mid);
    if (volatility === null) return [];
    const { delta } = valueOption({ ...terms, volatility });
    return [{ option, mid, spread: ask - bid, years, volatility, delta }];
  });
  const near = valued
    .filter(({ option }) => isOut(chain, option))
    .toSorted((a, b) => distance(chain, a.option) - distance(chain, b.option))
    .slice(0, NEAREST);
  if (near.length < NEAREST) return [];
  const atTheMoney = near.reduce((sum, one) => sum + one.volatility, 0) / near.length;
  return valued.map((one) => {
    const forward = chain.spot * Math.exp((RATE - DIVIDEND) * one.years);
    const deviations = Math.log(one.option.strike / forward) / (atTheMoney * Math.sqrt(one.years));
    return { ...one, chain, atTheMoney, deviations, isOutOfTheMoney: isOut(chain, one.option) };
  });
}

function isOut({ spot }: RecordedChain, { right, strike }: RecordedOption): boolean {
  return right === 'C' ? strike >= spot : strike < spot;
}

function distance({ spot }: RecordedChain, { strike }: RecordedOption): number {
  return Math.abs(strike - spot);
}
