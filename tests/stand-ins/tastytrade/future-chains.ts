/** Futures and their options as listed on a day. */
import { addDays, civilDate, dayOfWeek, type IsoDate } from '#kernel/calendar.ts';
import { price, priceFromUnits } from '#kernel/price.ts';
import { frontContract, monthlyExpiry } from '#market/expiries.ts';
import {
  type ContractParts,
  formatFutureOption,
  formatStreamerFutureOption,
  MONTH_CODES,
} from '#market/future-symbols.ts';
import type { FutureInstrument, FutureOptionInstrument } from '#market/instrument.ts';
import { future } from '#market/instruments.ts';
import { FUTURE_PRODUCTS } from '#market/products.ts';
import { isTradingDay, newYorkInstant, previousTradingDay } from '#market/session.ts';
import { type TickGrid, tickGrid } from '#market/tick-grid.ts';
import { FUTURE_OPTION_PRODUCTS, UNIVERSE } from './universe.ts';

/** One listed series of future options. */
export interface FutureOptionSeries {
  readonly root: string;
  readonly series: ContractParts;
  readonly future: FutureInstrument;
  readonly futureParts: ContractParts;
  readonly expiry: IsoDate;
}

export interface ListedFutureOption {
  readonly instrument: FutureOptionInstrument;
  readonly series: FutureOptionSeries;
  readonly streamer: string;
}

const CONTRACTS_LISTED = 4;
const WEEKS_LISTED = 8;
const MONTHS_AHEAD_MAX = 30;
const NEAR_SHARE = 0.04;
const FAR_SHARE = 0.15;
const LAST_MINUTE = 16 * 60;
const FRIDAY = 5;

/** CME's table for options on /ES: nickels below ten, quarters from it. */
export const FUTURE_OPTION_GRID = ((): TickGrid => {
  const grid = tickGrid([
    { below: price('10'), tick: price('0.05') },
    { below: null, tick: price('0.25') },
  ]);
  if (!grid.ok) throw new Error('the table of /ES options is a grid');
  return grid.value;
})();

/** The front contract and the ones after it, in order of delivery. */
export function futuresOf(
  root: string,
  on: IsoDate,
): readonly { readonly instrument: FutureInstrument; readonly parts: ContractParts }[] {
  const front = frontContract(root, on);
  const months = FUTURE_PRODUCTS.get(root)?.months ?? '';
  if (front === null) return [];
  const listed = [];
  for (let ahead = 0; ahead < MONTHS_AHEAD_MAX && listed.length < CONTRACTS_LISTED; ahead += 1) {
    const at = front.month - 1 + ahead;
    const parts = { root, year: front.year + Math.floor(at / 12), month: (at % 12) + 1 };
    if (!months.includes(MONTH_CODES.charAt(parts.month - 1))) continue;
    const made = future(parts);
    if (made.ok) listed.push({ instrument: made.value, parts });
  }
  return listed;
}

/** Weekly series on Fridays for two months; on quarterly Fridays the series of the future. */
export function seriesOf(root: string, on: IsoDate): readonly FutureOptionSeries[] {
  if (!FUTURE_OPTION_PRODUCTS.has(root)) return [];
  const futures = futuresOf(root, on);
  const friday = addDays(on, (FRIDAY - dayOfWeek(on) + 7) % 7);
  const listed: FutureOptionSeries[] = [];
  for (let week = 0; week < WEEKS_LISTED; week += 1) {
    const day = addDays(friday, week * 7);
    const expiry = isTradingDay(day) ? day : previousTradingDay(day);
    const behind = futures.find(({ instrument }) => instrument.expiry >= expiry);
    if (behind === undefined || expiry < on) continue;
    const { year, month, day: dayOfMonth } = civilDate(day);
    const isQuarterly = month % 3 === 0 && monthlyExpiry(year, month) === expiry;
    const name = isQuarterly ? root : `EW${Math.ceil(dayOfMonth / 7)}`;
    listed.push({
      root,
      series: { root: name, year, month },
      future: behind.instrument,
      futureParts: behind.parts,
      expiry,
    });
  }
  return listed;
}

export function* optionsOf(series: FutureOptionSeries): Generator<ListedFutureOption> {
  const venue = FUTURE_PRODUCTS.get(series.root)?.venue ?? 'XCME';
  for (const strike of strikesOf(series.root)) {
    for (const right of ['C', 'P'] as const) {
      const { expiry, series: contract, futureParts } = series;
      const parts = { future: futureParts, series: contract, expiry, right, strike };
      const instrument: FutureOptionInstrument = {
        kind: 'future_option',
        symbol: formatFutureOption(parts),
        underlying: series.root,
        root: contract.root,
        future: series.future.symbol,
        right,
        strike,
        expiry,
        multiplier: series.future.multiplier,
        grid: FUTURE_OPTION_GRID,
        session: 'future',
        lastTradeAt: newYorkInstant(expiry, LAST_MINUTE),
        tradable: true,
        closingOnly: false,
      };
      yield { instrument, series, streamer: formatStreamerFutureOption(parts, venue) };
    }
  }
}

function strikesOf(root: string) {
  const steps = FUTURE_OPTION_PRODUCTS.get(root) ?? { near: 5, far: 25 };
  const middle = UNIVERSE.get('SPX')?.price ?? 0;
  const strikes = new Set<number>();
  const within = (share: number, step: number): void => {
    const from = Math.ceil((middle * (1 - share)) / step);
    for (let place = from; place * step <= middle * (1 + share); place += 1) {
      strikes.add(place * step);
    }
  };
  within(FAR_SHARE, steps.far);
  within(NEAR_SHARE, steps.near);
  return [...strikes]
    .toSorted((a, b) => a - b)
    .map((dollars) => priceFromUnits(BigInt(dollars) * 1_000_000_000n));
}
