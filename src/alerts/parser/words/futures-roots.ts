/** Product codes of the futures authors call by name. */
const ROOTS: ReadonlySet<string> = new Set([
  ...['ES', 'MES', 'NQ', 'MNQ', 'RTY', 'M2K', 'YM', 'MYM'],
  ...['GC', 'MGC', 'SI', 'SIL', 'HG', 'MHG', 'CL', 'MCL', 'NG', 'MNG'],
  ...['ZN', 'ZB', 'ZF', 'ZT', '6E', '6J', 'M6E', 'MBT'],
]);

/** Roots that are symbols of shares as well: ES is Eversource, CL Colgate. */
const SHARED_WITH_SHARES: ReadonlySet<string> = new Set([
  ...['ES', 'GC', 'SI', 'SIL', 'HG', 'CL', 'NG', 'YM'],
]);

/**
 * Prices these products have stayed above for years: a smaller number counts points. Products not
 * listed can be small themselves.
 */
const PRICE_FLOORS: ReadonlyMap<string, number> = new Map([
  ...(['ES', 'MES'] as const).map((root) => [root, 2000] as const),
  ...(['NQ', 'MNQ'] as const).map((root) => [root, 6000] as const),
  ...(['RTY', 'M2K'] as const).map((root) => [root, 900] as const),
  ...(['YM', 'MYM'] as const).map((root) => [root, 15_000] as const),
  ...(['GC', 'MGC'] as const).map((root) => [root, 1000] as const),
  ...(['CL', 'MCL'] as const).map((root) => [root, 15] as const),
]);

export function mayBeFuturePrice(root: string, price: number): boolean {
  return price >= (PRICE_FLOORS.get(root) ?? 0);
}

/** Above any share that goes by the same name. */
const SHARE_PRICE_MAX = 900;

export function isSurelyFuturePrice(root: string, price: number): boolean {
  const floor = PRICE_FLOORS.get(root);
  return floor !== undefined && floor >= SHARE_PRICE_MAX && price >= floor;
}

export function isFutureRoot(symbol: string): boolean {
  return ROOTS.has(symbol);
}

export function isShareToo(symbol: string): boolean {
  return SHARED_WITH_SHARES.has(symbol);
}
