/** What the stand-in lists: the demonstration universe, a share class, adjusted roots. */
import { UNDERLYINGS as DEMONSTRATION, type Underlying } from '#adapters/simulated/universe.ts';
import { INDEX_CLASSES } from '#market/option-classes.ts';

const FUNDS = 'SPY QQQ IWM DIA TLT GLD SLV XLF SMH';

const BERKSHIRE: Underlying = {
  symbol: 'BRK/B',
  price: 510,
  volatility: 0.17,
  beta: 0.7,
  liquidity: 'usual',
  strikeStep: 5,
  follows: 'SPX',
};

export const UNIVERSE: ReadonlyMap<string, Underlying> = new Map([
  ...DEMONSTRATION,
  [BERKSHIRE.symbol, BERKSHIRE],
]);

/** After a corporate action: the root gets a digit, the contract delivers other things. */
export const ADJUSTED_ROOTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['RIVN', ['RIVN1']],
]);

/** Index classes with an AM-settled series beside the PM one. */
export const AM_SERIES: ReadonlySet<string> = new Set(['SPX', 'NDX', 'RUT']);

export function isIndex(symbol: string): boolean {
  return INDEX_CLASSES.has(symbol);
}

export function isFund(symbol: string): boolean {
  return FUNDS.split(' ').includes(symbol);
}

/** Products with options of their own: strikes this far apart near the money, and far from it. */
export const FUTURE_OPTION_PRODUCTS: ReadonlyMap<
  string,
  { readonly volatility: number; readonly near: number; readonly far: number }
> = new Map([['ES', { volatility: 0.145, near: 5, far: 25 }]]);
