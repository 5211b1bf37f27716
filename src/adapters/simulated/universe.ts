/**
 * What the simulated market trades: prices as of the close of the anchor day (2025-12-02, about as
 * they were), volatility and liquidity. A table to read and to edit, nothing more.
 */

/** How much an option class is traded: index funds, the busiest names, and the rest. */
export type Liquidity = 'fund' | 'busy' | 'usual';

export interface Underlying {
  readonly symbol: string;
  readonly price: number;
  /** Implied volatility at the money, a month out, as a fraction. */
  readonly volatility: number;
  /** Share of the market's daily move it takes part in. */
  readonly beta: number;
  readonly liquidity: Liquidity;
  /** Between strikes near the money; every fourth of them is listed far away. */
  readonly strikeStep: number;
  /** Whose moves it makes: its index, for a fund on one; else its own name. */
  readonly follows: string;
}

export interface FutureMarket {
  readonly root: string;
  /** The index or commodity it is about. */
  readonly follows: string;
  /** Initial margin of one contract in dollars. */
  readonly marginDollars: number;
}

/** A price that futures follow and that has no options here. */
export interface Commodity {
  readonly symbol: string;
  readonly price: number;
  readonly volatility: number;
  readonly beta: number;
}

type Figures = readonly [
  symbol: string,
  price: number,
  volatility: number,
  beta: number,
  strikeStep: number,
];

const FUND_FIGURES: readonly Figures[] = [
  ['SPX', 6829, 0.145, 1, 5],
  ['NDX', 25_556, 0.19, 1.25, 25],
  ['RUT', 2465, 0.215, 1.15, 5],
  ['SPY', 681.5, 0.145, 1, 1],
  ['QQQ', 622, 0.19, 1.25, 1],
  ['IWM', 245, 0.215, 1.15, 1],
  ['DIA', 475, 0.13, 0.9, 1],
  ['TLT', 89.2, 0.11, -0.1, 0.5],
  ['GLD', 387, 0.2, 0.1, 1],
  ['SLV', 53.1, 0.42, 0.3, 0.5],
  ['XLF', 53, 0.17, 0.95, 0.5],
  ['SMH', 352, 0.35, 1.7, 2.5],
];

const BUSY_FIGURES: readonly Figures[] = [
  ['AAPL', 286, 0.23, 1.1, 2.5],
  ['NVDA', 181.5, 0.38, 1.7, 2.5],
  ['TSLA', 429, 0.46, 1.9, 2.5],
  ['AMD', 215, 0.5, 1.8, 2.5],
  ['META', 647, 0.3, 1.2, 2.5],
  ['MSFT', 490, 0.22, 1, 2.5],
  ['AMZN', 234, 0.29, 1.2, 2.5],
  ['GOOGL', 316, 0.3, 1.1, 2.5],
  ['PLTR', 170.5, 0.52, 1.9, 2.5],
  ['NFLX', 109, 0.33, 1.1, 1],
  ['AVGO', 382, 0.45, 1.6, 2.5],
  ['INTC', 43.5, 0.55, 1.4, 0.5],
  ['MSTR', 181, 0.75, 2.1, 2.5],
  ['COIN', 263, 0.65, 2, 2.5],
  ['HOOD', 124, 0.62, 2, 1],
  ['SOFI', 29.6, 0.58, 1.7, 0.5],
  ['F', 13.2, 0.33, 1.1, 0.5],
  ['BAC', 53.2, 0.23, 1.1, 0.5],
];

const USUAL_FIGURES: readonly Figures[] = [
  ['GOOG', 316.5, 0.3, 1.1, 2.5],
  ['UBER', 79.4, 0.33, 1.2, 1],
  ['DIS', 106, 0.25, 1, 1],
  ['JPM', 308, 0.22, 1, 2.5],
  ['XOM', 116, 0.2, 0.6, 1],
  ['BA', 200, 0.32, 1.1, 2.5],
  ['WMT', 113, 0.21, 0.6, 1],
  ['COST', 920, 0.21, 0.8, 5],
  ['KO', 71.6, 0.14, 0.4, 0.5],
  ['T', 25.7, 0.2, 0.4, 0.5],
  ['C', 104, 0.26, 1.2, 1],
  ['GS', 815, 0.27, 1.2, 5],
  ['WFC', 87, 0.25, 1.1, 1],
  ['MU', 240, 0.58, 1.7, 2.5],
  ['ORCL', 201, 0.5, 1.4, 2.5],
  ['CRM', 234, 0.35, 1.2, 2.5],
  ['CRWD', 510, 0.4, 1.3, 5],
  ['SNOW', 258, 0.45, 1.4, 2.5],
  ['SHOP', 160, 0.45, 1.6, 1],
  ['XYZ', 61, 0.48, 1.6, 1],
  ['PYPL', 61.5, 0.33, 1.2, 0.5],
  ['BABA', 160, 0.42, 0.8, 1],
  ['NIO', 5.4, 0.6, 1.2, 0.5],
  ['RIVN', 17.5, 0.62, 1.5, 0.5],
  ['LCID', 13.4, 0.8, 1.6, 0.5],
  ['MARA', 12, 0.95, 2.2, 0.5],
  ['RIOT', 15.5, 0.9, 2.2, 0.5],
  ['SMCI', 33.6, 0.66, 1.9, 0.5],
  ['ROKU', 98, 0.48, 1.5, 1],
  ['DKNG', 34, 0.48, 1.3, 0.5],
  ['ABNB', 117, 0.34, 1.2, 1],
  ['DAL', 65, 0.38, 1.2, 1],
  ['AAL', 14.2, 0.5, 1.3, 0.5],
  ['NKE', 65.5, 0.34, 1, 0.5],
  ['SBUX', 86, 0.28, 0.9, 1],
  ['LLY', 1045, 0.33, 0.5, 5],
  ['UNH', 326, 0.34, 0.5, 2.5],
  ['PFE', 25.3, 0.26, 0.5, 0.5],
  ['GME', 22.8, 0.5, 1.2, 0.5],
  ['ARM', 137, 0.55, 1.8, 1],
  ['TSM', 290, 0.38, 1.5, 2.5],
];

const FOLLOWED: ReadonlyMap<string, string> = new Map([
  ['SPY', 'SPX'],
  ['QQQ', 'NDX'],
  ['IWM', 'RUT'],
  ['GOOG', 'GOOGL'],
]);

export const UNDERLYINGS: ReadonlyMap<string, Underlying> = new Map(
  [
    ...FUND_FIGURES.map((figures) => underlying(figures, 'fund')),
    ...BUSY_FIGURES.map((figures) => underlying(figures, 'busy')),
    ...USUAL_FIGURES.map((figures) => underlying(figures, 'usual')),
  ].map((known) => [known.symbol, known]),
);

const COMMODITY_LIST: readonly Commodity[] = [
  { symbol: 'DJI', price: 47_470, volatility: 0.13, beta: 0.9 },
  { symbol: 'GOLD', price: 4205, volatility: 0.2, beta: 0.1 },
  { symbol: 'OIL', price: 58.9, volatility: 0.34, beta: 0.3 },
  { symbol: 'GAS', price: 4.84, volatility: 0.62, beta: 0.05 },
];

export const COMMODITIES: ReadonlyMap<string, Commodity> = new Map(
  COMMODITY_LIST.map((known) => [known.symbol, known]),
);

const FUTURE_LIST: readonly FutureMarket[] = [
  { root: 'ES', follows: 'SPX', marginDollars: 24_000 },
  { root: 'MES', follows: 'SPX', marginDollars: 2400 },
  { root: 'NQ', follows: 'NDX', marginDollars: 34_000 },
  { root: 'MNQ', follows: 'NDX', marginDollars: 3400 },
  { root: 'RTY', follows: 'RUT', marginDollars: 10_000 },
  { root: 'M2K', follows: 'RUT', marginDollars: 1000 },
  { root: 'YM', follows: 'DJI', marginDollars: 14_000 },
  { root: 'GC', follows: 'GOLD', marginDollars: 20_000 },
  { root: 'MGC', follows: 'GOLD', marginDollars: 2000 },
  { root: 'CL', follows: 'OIL', marginDollars: 6000 },
  { root: 'NG', follows: 'GAS', marginDollars: 6500 },
];

export const FUTURES: ReadonlyMap<string, FutureMarket> = new Map(
  FUTURE_LIST.map((known) => [known.root, known]),
);

function underlying(
  [symbol, price, volatility, beta, strikeStep]: Figures,
  liquidity: Liquidity,
): Underlying {
  const follows = FOLLOWED.get(symbol) ?? symbol;
  return { symbol, price, volatility, beta, strikeStep, liquidity, follows };
}
