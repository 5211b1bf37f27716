/** What underlyings and commodities are worth at an instant: the market's moves and their own. */
import type { EpochMs } from '#kernel/time.ts';
import { seedOf } from './noise.ts';
import { createPricePath, type PricePath } from './price-path.ts';
import { COMMODITIES, UNDERLYINGS } from './universe.ts';

export interface Prices {
  /** In dollars, continuous over all time; `null` for a name the market does not know. */
  at(symbol: string, instant: EpochMs): number | null;
}

const TRADING_DAYS = 252;
/** Markets move less than their options cost. */
const REALISED_SHARE = 0.8;
const MARKET = 'SPX';

interface Mover {
  readonly base: number;
  readonly own: PricePath;
  /** Standard deviations of a day, as fractions. */
  readonly ownDaily: number;
  readonly marketDaily: number;
}

export function createPrices(seed: number | string): Prices {
  const market = createPricePath(seedOf(seed, 'market'));
  const movers = new Map<string, Mover | null>();
  const own = new Map<string, PricePath>();

  function pathOf(name: string): PricePath {
    const known = own.get(name) ?? createPricePath(seedOf(seed, name));
    own.set(name, known);
    return known;
  }

  function make(symbol: string): Mover | null {
    const underlying = UNDERLYINGS.get(symbol);
    const figures = underlying ?? COMMODITIES.get(symbol);
    if (figures === undefined) return null;
    const followed = UNDERLYINGS.get(underlying?.follows ?? symbol) ?? figures;
    const marketAnnual = (UNDERLYINGS.get(MARKET)?.volatility ?? 0) * followed.beta;
    const ownAnnual = Math.sqrt(Math.max(0, followed.volatility ** 2 - marketAnnual ** 2));
    const daily = REALISED_SHARE / Math.sqrt(TRADING_DAYS);
    return {
      base: figures.price,
      own: pathOf(followed.symbol),
      ownDaily: ownAnnual * daily,
      marketDaily: marketAnnual * daily,
    };
  }

  return {
    at(symbol, instant) {
      let mover = movers.get(symbol);
      if (mover === undefined) {
        mover = make(symbol);
        movers.set(symbol, mover);
      }
      if (mover === null) return null;
      const { base, ownDaily, marketDaily } = mover;
      return base * Math.exp(marketDaily * market.at(instant) + ownDaily * mover.own.at(instant));
    },
  };
}
