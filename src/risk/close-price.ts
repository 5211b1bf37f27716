/**
 * The first limit of a closing sell and the lowest price it may ever take.
 *
 * Limit  the mid rounded up to the grid: a sell starts high and is worked down.
 * Floor  the bid less the obvious-error distance: below it a venue could call the sale an error,
 *        and a bid that vanishes must not drag the order to nothing. At least one tick.
 * The price in an STC is the author's own sale and does not bind ours: waiting for it could keep a
 * position the author has left.
 */
import { maxPrice, minPrice, type Price, priceFromUnits } from '#kernel/price.ts';
import type { Instrument } from '#market/instrument.ts';
import { obviousErrorDistance } from '#market/obvious-error.ts';
import { mid, type Quote } from '#market/quote.ts';
import { roundUp } from '#market/tick-grid.ts';
import { oneTick } from './entry-price.ts';

export interface ClosePrice {
  readonly limit: Price;
  readonly floor: Price;
}

/** For a quote without defect. */
export function priceClose(instrument: Instrument, quote: Quote): ClosePrice {
  const { grid } = instrument;
  const limit = maxPrice(roundUp(grid, mid(quote)), oneTick(grid));
  const distance = obviousErrorDistance(instrument.kind, quote.bid);
  const floor = maxPrice(roundUp(grid, priceFromUnits(quote.bid - distance)), oneTick(grid));
  return { limit, floor: minPrice(floor, limit) };
}
