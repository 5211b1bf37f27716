/** A market that moves by itself: the demonstration market's prices, and ours for what it lacks. */
import { valueOption } from '#adapters/simulated/black-scholes.ts';
import { figuresOf } from '#adapters/simulated/option-model.ts';
import { createPrices } from '#adapters/simulated/prices.ts';
import { createQuoteMaker, type QuoteMaker, topOfBook } from '#adapters/simulated/quote-maker.ts';
import { TRADING_DAYS_PER_YEAR, tradingDaysAt } from '#adapters/simulated/trading-time.ts';
import { type Price, ZERO_PRICE } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type {
  FutureOptionInstrument,
  Instrument,
  InstrumentSymbol,
  OptionInstrument,
} from '#market/instrument.ts';
import { FUTURE_OPTION_PRODUCTS, UNIVERSE } from './universe.ts';

/** The sides of a quote, sizes in shares or contracts. */
export interface Sides {
  readonly bid: Price;
  readonly ask: Price;
  readonly bidSize: number;
  readonly askSize: number;
}

export interface OptionFigures {
  readonly price: number;
  readonly volatility: number;
  readonly delta: number;
  readonly gamma: number;
  readonly theta: number;
  readonly rho: number;
  readonly vega: number;
}

export interface Walk {
  readonly sides: (instrument: Instrument, at: EpochMs) => Sides | null;
  readonly greeks: (instrument: Instrument, at: EpochMs) => OptionFigures | null;
}

const FOLLOWED = 'SPX';
const RATE = 0.04;
const FUTURE_OPTION_SIZE = 25;
const FUTURE_OPTION_HALF_TICKS = 1;
const YEARS_MIN = 5 / 390 / TRADING_DAYS_PER_YEAR;
/** Steps by which greeks are taken as differences of values. */
const SPOT_STEP = 0.005;
const VOLATILITY_STEP = 0.01;

export function createWalk(
  seed: number | string,
  bySymbol: (symbol: InstrumentSymbol) => Instrument | null,
): Walk {
  const prices = createPrices(seed);
  const makers = new Map<InstrumentSymbol, QuoteMaker | null>();

  function makerOf(instrument: Instrument): QuoteMaker | null {
    const known = makers.get(instrument.symbol);
    if (known !== undefined) return known;
    const made = createQuoteMaker(instrument, { at: spotOf }, seed);
    makers.set(instrument.symbol, made);
    return made;
  }

  /** A name the demonstration market does not know moves with the index it follows. */
  function spotOf(symbol: string, at: EpochMs): number | null {
    const known = prices.at(symbol, at);
    const ours = known === null ? UNIVERSE.get(symbol) : undefined;
    if (known !== null || ours === undefined) return known;
    const index = prices.at(FOLLOWED, at) ?? 0;
    return ours.price * (index / (UNIVERSE.get(FOLLOWED)?.price ?? 1)) ** ours.beta;
  }

  function ownSides(instrument: Instrument, at: EpochMs): Sides | null {
    const underlying = UNIVERSE.get(instrument.underlying);
    const spot = spotOf(instrument.underlying, at);
    if (instrument.kind === 'future_option') return futureOptionSides(instrument, at);
    if (underlying === undefined || spot === null) return null;
    if (instrument.kind === 'equity') {
      const [bid, ask] = topOfBook(instrument.grid, spot, 0.02);
      return { bid, ask, bidSize: 200, askSize: 300 };
    }
    if (instrument.kind !== 'option') return null;
    const contract = { underlying, right: instrument.right, strike: dollarsOf(instrument.strike) };
    const { value, halfSpread } = figuresOf(contract, spot, yearsLeft(instrument, at));
    const [bid, ask] = topOfBook(instrument.grid, value, halfSpread);
    return { bid, ask, bidSize: bid === 0n ? 0 : 20, askSize: 20 };
  }

  function futureOptionSides(instrument: FutureOptionInstrument, at: EpochMs): Sides | null {
    const spot = futureMiddle(instrument, at);
    if (spot === null) return null;
    const value = valueOf(instrument, { spot, at });
    const tick = dollarsOf(instrument.grid.bands[value < 10 ? 0 : 1]?.tick ?? ZERO_PRICE);
    const [bid, ask] = topOfBook(instrument.grid, value, tick * FUTURE_OPTION_HALF_TICKS);
    return { bid, ask, bidSize: bid === 0n ? 0 : FUTURE_OPTION_SIZE, askSize: FUTURE_OPTION_SIZE };
  }

  function futureMiddle(instrument: FutureOptionInstrument, at: EpochMs): number | null {
    const behind = bySymbol(instrument.future);
    const quote = behind === null ? null : makerOf(behind)?.at(at);
    return quote === null || quote === undefined ? null : dollarsOf(quote.bid + quote.ask) / 2;
  }

  return {
    sides: (instrument, at) => makerOf(instrument)?.at(at) ?? ownSides(instrument, at),
    greeks(instrument, at) {
      if (instrument.kind !== 'option' && instrument.kind !== 'future_option') return null;
      const spot =
        instrument.kind === 'option'
          ? spotOf(instrument.underlying, at)
          : futureMiddle(instrument, at);
      return spot === null ? null : greeksOf(instrument, spot, at);
    },
  };
}

function greeksOf(
  instrument: OptionInstrument | FutureOptionInstrument,
  spot: number,
  at: EpochMs,
): OptionFigures {
  const volatility = volatilityOf(instrument);
  const value = (over: { spot?: number; volatility?: number; years?: number; rate?: number }) =>
    valueOf(instrument, { spot, at, ...over });
  const years = yearsLeft(instrument, at);
  const step = spot * SPOT_STEP;
  const day = 1 / TRADING_DAYS_PER_YEAR;
  const price = value({});
  return {
    price,
    volatility,
    delta: (value({ spot: spot + step }) - value({ spot: spot - step })) / (2 * step),
    gamma: (value({ spot: spot + step }) - 2 * price + value({ spot: spot - step })) / step ** 2,
    theta: value({ years: Math.max(YEARS_MIN, years - day) }) - price,
    rho: value({ rate: RATE + 0.01 }) - price,
    vega: (value({ volatility: volatility + VOLATILITY_STEP }) - price) * (0.01 / VOLATILITY_STEP),
  };
}

function valueOf(
  instrument: OptionInstrument | FutureOptionInstrument,
  given: {
    readonly spot: number;
    readonly at: EpochMs;
    readonly volatility?: number;
    readonly years?: number;
    readonly rate?: number;
  },
): number {
  const isFuture = instrument.kind === 'future_option';
  return valueOption({
    right: instrument.right,
    spot: given.spot,
    strike: dollarsOf(instrument.strike),
    years: given.years ?? yearsLeft(instrument, given.at),
    volatility: given.volatility ?? volatilityOf(instrument),
    rate: given.rate ?? RATE,
    dividend: isFuture ? RATE : 0.01,
  }).value;
}

function volatilityOf(instrument: OptionInstrument | FutureOptionInstrument): number {
  if (instrument.kind === 'future_option') {
    return FUTURE_OPTION_PRODUCTS.get(instrument.underlying)?.volatility ?? 0.2;
  }
  return UNIVERSE.get(instrument.underlying)?.volatility ?? 0.3;
}

function yearsLeft({ lastTradeAt }: { readonly lastTradeAt: EpochMs }, at: EpochMs): number {
  const days = tradingDaysAt(lastTradeAt) - tradingDaysAt(at);
  return Math.max(YEARS_MIN, days / TRADING_DAYS_PER_YEAR);
}

function dollarsOf(units: bigint): number {
  return Number(units) / 1e9;
}
