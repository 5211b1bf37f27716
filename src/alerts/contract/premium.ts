/**
 * Whether the price of an alert can be that of its contract now.
 *
 * A price cannot be when it lies both a multiple away from the market and farther than the
 * obvious-error distance: above the ask, or below the bid. Less than that is left to risk, which
 * holds it for an operator. Without a usable quote only the bounds every option has are known: a
 * call costs less than its underlying, a put less than its strike.
 */
import { maxPrice, minPrice, type Price, priceFromUnits } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { AssetClass } from '#market/instrument.ts';
import { obviousErrorDistance } from '#market/obvious-error.ts';
import { type Quote, quoteAge } from '#market/quote.ts';

/** Either side may be missing; never both. */
export interface Market {
  readonly bid: Price | null;
  readonly ask: Price | null;
}

const QUOTE_AGE_MS_MAX = 15_000;

/** What a quote says of the price, or `null` when it is old, crossed, halted or empty. */
export function marketOf(quote: Quote | null, now: EpochMs): Market | null {
  if (quote === null || quote.halted) return null;
  const { receivedMs, eventMs } = quoteAge(quote, now);
  if (Math.max(receivedMs, eventMs) > QUOTE_AGE_MS_MAX) return null;
  const bid = quote.bid > 0n ? quote.bid : null;
  const ask = quote.ask > 0n ? quote.ask : null;
  if (bid === null && ask === null) return null;
  return bid !== null && ask !== null && bid > ask ? null : { bid, ask };
}

/** The middle, or the one side there is. */
export function middleOf({ bid, ask }: Market): Price {
  const low = bid ?? ask ?? priceFromUnits(0n);
  return priceFromUnits((low + (ask ?? low)) / 2n);
}

/** Not a multiple away and beyond any error a venue would forgive. */
export function isPlausible(price: Price, market: Market, asset: AssetClass): boolean {
  const { bid, ask } = market;
  const [times, per] = MULTIPLE[asset];
  if (ask !== null) {
    const multiple = priceFromUnits((ask * times) / per);
    const apart = priceFromUnits(ask + obviousErrorDistance(asset, ask));
    if (price > maxPrice(multiple, apart)) return false;
  }
  if (bid === null) return true;
  const multiple = priceFromUnits((bid * per) / times);
  const apart = priceFromUnits(bid - obviousErrorDistance(asset, bid));
  return price >= minPrice(multiple, apart);
}

/** Within half as much again of a two-sided market: near enough to be what was meant. */
export function isNear(price: Price, { bid, ask }: Market): boolean {
  return bid !== null && ask !== null && price * 3n >= bid * 2n && price * 2n <= ask * 3n;
}

/** Factor over the ask, or under the bid, as a fraction. */
const MULTIPLE: Readonly<Record<AssetClass, readonly [times: bigint, per: bigint]>> = {
  option: [3n, 1n],
  future_option: [3n, 1n],
  equity: [3n, 2n],
  future: [3n, 2n],
};
