/**
 * Quotes of one instrument as a function of time: fair value, spread, sizes, tick grid, ticking.
 *
 * A quote's instants lie one in each slot of time, at a place in it chosen by chance; between two
 * of them the quote stands. Bids round down and asks up to the grid, at least one tick apart.
 */
import { type Price, priceFromUnits } from '#kernel/price.ts';
import { type EpochMs, epochMs } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import { next, roundDown, roundUp, type TickGrid } from '#market/tick-grid.ts';
import { SPREAD_SCATTER } from './calibration.ts';
import { normalAt, seedOf, uniformAt } from './noise.ts';
import { type Contract, figuresOf, RATE } from './option-model.ts';
import type { Prices } from './prices.ts';
import { TRADING_DAYS_PER_YEAR, tradingDaysAt } from './trading-time.ts';
import { FUTURES, type Liquidity, UNDERLYINGS } from './universe.ts';

export interface QuoteMaker {
  /** The quote as it stood at that instant, made at the last tick before. */
  at(instant: EpochMs): Quote;
  /** The first tick after that instant. */
  nextTick(after: EpochMs): EpochMs;
}

/** Fair value, half of the spread, both in dollars, and a usual size at the touch. */
interface Sides {
  readonly fair: number;
  readonly half: number;
  readonly size: number;
}

type Pricing = (instant: EpochMs) => Sides;

const YEAR_MS = 365 * 86_400_000;
const SHARE_LOT = 100;
/** How long an option's spread stays wider or narrower than usual. */
const MOOD_MS = 5 * 60_000;

/** Mean time between ticks; the longest is twice that, well under what a desk takes for stale. */
const SLOT_MS = {
  shares: { fund: 300, busy: 400, usual: 800 },
  options: { fund: 500, busy: 700, usual: 1200 },
  future: 300,
} as const;

/** Lots of 100 shares usually shown. */
const SHARE_SIZE: Readonly<Record<Liquidity, number>> = { fund: 20, busy: 6, usual: 3 };

const FUTURE_SIZE = 20;

/** Half of a spread as a share of the price. */
const SHARE_HALF_SPREAD: Readonly<Record<Liquidity, number>> = {
  fund: 0.000_005,
  busy: 0.000_05,
  usual: 0.000_1,
};

export function createQuoteMaker(
  instrument: Instrument,
  prices: Prices,
  seed: number | string,
): QuoteMaker | null {
  const pricing = pricingOf(instrument, prices);
  if (pricing === null) return null;
  const noise = seedOf(seed, instrument.symbol);
  const slotMs = slotOf(instrument);
  const lot = instrument.kind === 'equity' ? SHARE_LOT : 1;

  function tickIn(slot: number): number {
    return Math.floor((slot + uniformAt(noise, slot, 0, 0)) * slotMs);
  }

  /** Spreads of options scatter about what they usually are; those of the rest stand at a tick. */
  function mood(tick: number): number {
    if (instrument.kind !== 'option') return 1;
    return Math.exp(SPREAD_SCATTER * normalAt(noise, Math.floor(tick / MOOD_MS), 4, 0));
  }

  function lastTick(instant: EpochMs): number {
    const slot = Math.floor(instant / slotMs);
    return tickIn(slot) <= instant ? tickIn(slot) : tickIn(slot - 1);
  }

  return {
    at(instant) {
      const tick = epochMs(lastTick(instant));
      const slot = Math.floor(tick / slotMs);
      const { fair, half: usualHalf, size } = pricing(tick);
      const half = usualHalf * mood(tick);
      // The middle of the quote wanders a little about what it is worth.
      const middle = fair + half * 0.4 * (uniformAt(noise, slot, 1, 0) - 0.5);
      const [bid, ask] = topOfBook(instrument.grid, middle, half);
      return {
        symbol: instrument.symbol,
        bid,
        ask,
        bidSize: bid === 0n ? 0 : sizeOf(size, uniformAt(noise, slot, 2, 0)) * lot,
        askSize: sizeOf(size, uniformAt(noise, slot, 3, 0)) * lot,
        eventAt: tick,
        receivedAt: tick,
      };
    },
    nextTick(after) {
      const slot = Math.floor(after / slotMs);
      return epochMs(tickIn(slot) > after ? tickIn(slot) : tickIn(slot + 1));
    },
  };
}

/** Bid down and ask up to the grid, at least one tick apart, the bid not below nothing. */
export function topOfBook(grid: TickGrid, middle: number, half: number): readonly [Price, Price] {
  const bid = roundDown(grid, priceOf(Math.max(0, middle - half)));
  const ask = roundUp(grid, priceOf(Math.max(0, middle + half)));
  const lowestAsk = next(grid, bid);
  return [bid, ask < lowestAsk ? lowestAsk : ask];
}

/** Between a quarter and about four times the usual, skewed as sizes are. */
function sizeOf(usual: number, chance: number): number {
  return Math.max(1, Math.round(usual * 4 ** (2 * chance - 1)));
}

/** To the millionth of a dollar: finer than any grid, coarse enough to be exact. */
export function priceOf(dollars: number): Price {
  return priceFromUnits(BigInt(Math.round(dollars * 1e6)) * 1000n);
}

function slotOf(instrument: Instrument): number {
  if (instrument.kind === 'future') return SLOT_MS.future;
  const liquidity = UNDERLYINGS.get(instrument.underlying)?.liquidity ?? 'usual';
  return instrument.kind === 'equity' ? SLOT_MS.shares[liquidity] : SLOT_MS.options[liquidity];
}

function pricingOf(instrument: Instrument, prices: Prices): Pricing | null {
  switch (instrument.kind) {
    case 'equity': {
      const underlying = UNDERLYINGS.get(instrument.underlying);
      if (underlying === undefined) return null;
      const share = SHARE_HALF_SPREAD[underlying.liquidity];
      const size = SHARE_SIZE[underlying.liquidity];
      return (instant) => {
        const fair = prices.at(underlying.symbol, instant) ?? underlying.price;
        return { fair, half: Math.max(0.004, share * fair), size };
      };
    }
    case 'option': {
      const underlying = UNDERLYINGS.get(instrument.underlying);
      if (underlying === undefined) return null;
      const { right } = instrument;
      const contract: Contract = { underlying, right, strike: Number(instrument.strike) / 1e9 };
      const lastDay = tradingDaysAt(instrument.lastTradeAt);
      return (instant) => {
        const spot = prices.at(underlying.symbol, instant) ?? underlying.price;
        const years = (lastDay - tradingDaysAt(instant)) / TRADING_DAYS_PER_YEAR;
        const { value, halfSpread, size } = figuresOf(contract, spot, years);
        return { fair: value, half: halfSpread, size };
      };
    }
    case 'future': {
      const market = FUTURES.get(instrument.root);
      if (market === undefined) return null;
      const tick = Number(instrument.grid.bands[0]?.tick ?? 0n) / 1e9;
      return (instant) => {
        const spot = prices.at(market.follows, instant) ?? 0;
        const carry = Math.exp((RATE * (instrument.lastTradeAt - instant)) / YEAR_MS);
        return { fair: spot * carry, half: tick / 10, size: FUTURE_SIZE };
      };
    }
    case 'future_option':
      return null;
  }
}
