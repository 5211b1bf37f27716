/** Product codes of the futures authors call by name. */
const ROOTS: ReadonlySet<string> = new Set([
  ...['ES', 'MES', 'NQ', 'MNQ', 'RTY', 'M2K', 'YM', 'MYM'],
  ...['GC', 'MGC', 'SI', 'SIL', 'HG', 'MHG', 'CL', 'MCL', 'NG', 'MNG'],
  ...['ZN', 'ZB', 'ZF', 'ZT', '6E', '6J', 'M6E', 'MBT', 'BTC', 'ETH', 'MET'],
]);

/** Roots that are symbols of shares as well: ES is Eversource, CL Colgate. */
const SHARED_WITH_SHARES: ReadonlySet<string> = new Set([
  ...['ES', 'GC', 'SI', 'SIL', 'HG', 'CL', 'NG', 'MET', 'BTC', 'ETH', 'YM'],
]);

export function isFutureRoot(symbol: string): boolean {
  return ROOTS.has(symbol);
}

export function isShareToo(symbol: string): boolean {
  return SHARED_WITH_SHARES.has(symbol);
}
