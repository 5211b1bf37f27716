/**
 * The first limit of an entry and the highest price it may ever pay.
 *
 * Limit   the lower of the alert's price and the mid, the mid when the alert has no price; rounded
 *         down to the grid (never pay more than was meant) and at least one tick.
 * Collar  the lower of the alert's price + 3 ticks and the ask + 1 tick; the ask when the alert has
 *         no price. No limit of the entry may exceed it, whatever the market does.
 * Range   `5.80-6.00`: the lower end is the alert's price, because a buyer starts low; the collar
 *         is counted from the upper end, because the author accepts that price.
 */
import type { ParsedAlert } from '#alerts/model.ts';
import { maxPrice, minPrice, type Price, ZERO_PRICE } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Instrument } from '#market/instrument.ts';
import { mid, type Quote, quoteDefect } from '#market/quote.ts';
import { addTicks, roundDown, type TickGrid, tickAt } from '#market/tick-grid.ts';
import type { Limits } from './settings.ts';

export interface EntryPrice {
  readonly limit: Price;
  readonly collar: Price;
  /** What the limit was taken from. */
  readonly from: 'alert' | 'mid';
}

export type EntryPriceFault = 'no_price' | 'above_collar';

type StatedPrice = Pick<ParsedAlert, 'price' | 'priceHigh'>;

/** Prices from a quote that cannot price an order count as no quote. */
export function priceEntry(
  stated: StatedPrice,
  instrument: Instrument,
  quote: Quote | null,
  limits: Limits,
): Result<EntryPrice, EntryPriceFault> {
  const { grid } = instrument;
  const sound = quote !== null && quoteDefect(quote) === null ? quote : null;
  const reference = referencePrice(stated, sound);
  if (reference === null) return err('no_price');
  const collar = collarOf(stated, sound, grid, limits);
  const limit = maxPrice(roundDown(grid, reference.price), oneTick(grid));
  if (collar === null || limit > collar) return err('above_collar');
  return ok({ limit, collar, from: reference.from });
}

/** The lowest price an order can have. */
export function oneTick(grid: TickGrid): Price {
  return tickAt(grid, ZERO_PRICE);
}

function referencePrice(
  stated: StatedPrice,
  quote: Quote | null,
): { price: Price; from: 'alert' | 'mid' } | null {
  const middle = quote === null ? null : mid(quote);
  if (stated.price === null) return middle === null ? null : { price: middle, from: 'mid' };
  if (middle !== null && middle < stated.price) return { price: middle, from: 'mid' };
  return { price: stated.price, from: 'alert' };
}

function collarOf(
  stated: StatedPrice,
  quote: Quote | null,
  grid: TickGrid,
  limits: Limits,
): Price | null {
  const highest = stated.priceHigh ?? stated.price;
  if (highest === null) return quote === null ? null : roundDown(grid, quote.ask);
  const byAlert = addTicks(grid, roundDown(grid, highest), limits.collarTicksOverAlert);
  if (quote === null) return byAlert;
  return minPrice(byAlert, addTicks(grid, roundDown(grid, quote.ask), limits.collarTicksOverAsk));
}
