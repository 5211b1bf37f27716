/** Option chains as the broker lists them on a day: roots, expirations, strikes. */
import type { Underlying } from '#adapters/simulated/universe.ts';
import { civilDate, dayOfWeek, type IsoDate } from '#kernel/calendar.ts';
import { type Price, priceFromUnits } from '#kernel/price.ts';
import { listedExpiries, monthlyExpiry } from '#market/expiries.ts';
import type { OptionInstrument, Right } from '#market/instrument.ts';
import { option } from '#market/instruments.ts';
import { PM_ROOT_OF_INDEX } from '#market/option-classes.ts';
import { nextTradingDay } from '#market/session.ts';
import { rootOf } from '#market/symbols.ts';
import { ADJUSTED_ROOTS, AM_SERIES, UNIVERSE } from './universe.ts';

export interface Expiration {
  readonly date: IsoDate;
  readonly type: 'Regular' | 'Weekly' | 'Quarterly' | 'End-Of-Month';
  readonly settlement: 'AM' | 'PM';
}

/** One root of an underlying, with everything listed under it. */
export interface ChainRoot {
  readonly underlying: string;
  readonly root: string;
  readonly isStandard: boolean;
  readonly expirations: readonly Expiration[];
  readonly strikes: readonly Price[];
}

/** Fine strikes lie within this share of the table's price, coarse ones within the next. */
const FINE = 0.3;
const COARSE = 0.7;
const COARSE_STEPS = 4;
const FRIDAY = 5;
const ADJUSTED_EXPIRATIONS = 3;

/** The roots of an underlying on that day; `null` for one without options here. */
export function chainOf(symbol: string, on: IsoDate): readonly ChainRoot[] | null {
  const underlying = UNIVERSE.get(symbol);
  if (underlying === undefined) return null;
  const strikes = strikesOf(underlying);
  const dates = listedExpiries(symbol, on);
  const pm = dates.map((date) => ({ date, type: typeOf(date), settlement: 'PM' as const }));
  const root = PM_ROOT_OF_INDEX.get(symbol) ?? rootOf(symbol);
  const chains: ChainRoot[] = [
    { underlying: symbol, root, isStandard: true, expirations: pm, strikes },
  ];
  if (AM_SERIES.has(symbol)) {
    const am = pm.filter(({ type }) => type === 'Regular');
    chains.push({
      underlying: symbol,
      root: symbol,
      isStandard: true,
      expirations: am.map((each) => ({ ...each, settlement: 'AM' })),
      strikes,
    });
  }
  for (const adjusted of ADJUSTED_ROOTS.get(symbol) ?? []) {
    chains.push({
      underlying: symbol,
      root: adjusted,
      isStandard: false,
      expirations: pm.slice(0, ADJUSTED_EXPIRATIONS),
      strikes,
    });
  }
  return chains;
}

/** Every contract of a root, by expiration, strike and right. */
export function* contractsOf(chain: ChainRoot): Generator<OptionInstrument> {
  for (const { date } of chain.expirations) {
    for (const strike of chain.strikes) {
      for (const right of ['C', 'P'] as const) yield contractOf(chain, date, { strike, right });
    }
  }
}

export function contractOf(
  { underlying, root }: ChainRoot,
  expiry: IsoDate,
  { strike, right }: { readonly strike: Price; readonly right: Right },
): OptionInstrument {
  const made = option({ underlying, root, expiry, strike, right });
  if (!made.ok) throw new Error(`expected a contract, was ${root} ${expiry}: ${made.error.kind}`);
  return made.value;
}

function strikesOf({ price, strikeStep }: Underlying): readonly Price[] {
  const strikes: Price[] = [];
  const last = Math.ceil((price * (1 + COARSE)) / strikeStep);
  for (let place = 1; place <= last; place += 1) {
    const away = Math.abs((place * strikeStep) / price - 1);
    if (away > COARSE || (away > FINE && place % COARSE_STEPS !== 0)) continue;
    strikes.push(priceFromUnits(BigInt(Math.round(place * strikeStep * 100)) * 10_000_000n));
  }
  return strikes;
}

function typeOf(date: IsoDate): Expiration['type'] {
  const { year, month } = civilDate(date);
  if (monthlyExpiry(year, month) === date) return 'Regular';
  const next = civilDate(nextTradingDay(date));
  if (next.month !== month && month % 3 === 0 && dayOfWeek(date) !== FRIDAY) return 'Quarterly';
  return 'Weekly';
}
