/** From the text of a number to an exact price. */
import { type Price, parsePrice, priceFromUnits } from '#kernel/price.ts';

const SHARES_PER_CONTRACT = 100n;

/** `null` when the number has more places than a price. */
export function exactPrice(decimal: string): Price | null {
  const parsed = parsePrice(decimal);
  return parsed.ok ? parsed.value : null;
}

/** Dollars per contract of 100 as dollars per share. */
export function perShare(perContract: Price): Price {
  return priceFromUnits(perContract / SHARES_PER_CONTRACT);
}
