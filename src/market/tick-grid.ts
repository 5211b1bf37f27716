/**
 * Tick grids: the prices a venue accepts for an instrument.
 *
 * A grid is a list of bands in ascending order; a price takes the tick of the first band it lies
 * below, and exactly at a threshold the larger tick applies. One tick up from 2.99 is 3.00, from
 * 3.00 it is 3.05; one tick down from 3.00 is 2.99 (the band of the new price counts).
 *
 * Every threshold is a multiple of the ticks on both its sides (`tickGrid` refuses other tables).
 * So the accepted prices are one ascending row that can be counted from 0: everything here is
 * arithmetic on a price's place in that row, exact at any distance and across any threshold.
 *
 * The row has no end below: a spread or a future may trade at or under zero. Whoever prices an
 * option keeps it at one tick or more.
 */
import { divideDown, divideUp } from '#kernel/decimal.ts';
import { invariant } from '#kernel/invariant.ts';
import { type Price, priceFromUnits } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';

export interface TickBand {
  /** Applies to prices below this; `null` on the last band, which has no end. */
  readonly below: Price | null;
  readonly tick: Price;
}

export interface TickGrid {
  readonly bands: readonly TickBand[];
}

export type TickGridFault =
  | { readonly kind: 'no_last_band' }
  | {
      readonly kind: 'tick_not_positive' | 'not_ascending' | 'threshold_off_grid';
      readonly at: number;
    };

/** A grid of these bands, or which band (counted from 0) makes no sense. */
export function tickGrid(bands: readonly TickBand[]): Result<TickGrid, TickGridFault> {
  let from = 0n;
  for (const [at, { below, tick }] of bands.entries()) {
    if (tick <= 0n) return err({ kind: 'tick_not_positive', at });
    if (from % tick !== 0n) return err({ kind: 'threshold_off_grid', at });
    if (below === null) {
      return at === bands.length - 1 ? ok({ bands }) : err({ kind: 'not_ascending', at: at + 1 });
    }
    if (below <= from) return err({ kind: 'not_ascending', at });
    if (below % tick !== 0n) return err({ kind: 'threshold_off_grid', at });
    from = below;
  }
  return err({ kind: 'no_last_band' });
}

/** The tick that applies at this price: the larger one exactly at a threshold. */
export function tickAt(grid: TickGrid, price: Price): Price {
  for (const { below, tick } of grid.bands) if (below === null || price < below) return tick;
  return noBand();
}

export function isOnGrid(grid: TickGrid, price: Price): boolean {
  return price % tickAt(grid, price) === 0n;
}

/** The highest accepted price not above this one. */
export function roundDown(grid: TickGrid, price: Price): Price {
  const tick = tickAt(grid, price);
  return priceFromUnits(divideDown(price, tick) * tick);
}

/** The lowest accepted price not below this one. */
export function roundUp(grid: TickGrid, price: Price): Price {
  const tick = tickAt(grid, price);
  return priceFromUnits(divideUp(price, tick) * tick);
}

/** The lowest accepted price above this one, whether or not this one is on the grid. */
export function next(grid: TickGrid, price: Price): Price {
  const tick = tickAt(grid, price);
  return priceFromUnits((divideDown(price, tick) + 1n) * tick);
}

/** The highest accepted price below this one, whether or not this one is on the grid. */
export function previous(grid: TickGrid, price: Price): Price {
  const tick = tickBelow(grid, price);
  return priceFromUnits((divideUp(price, tick) - 1n) * tick);
}

/**
 * `count` steps of `next` (or of `previous`, when negative), at the cost of one. From a price off
 * the grid the first step leads to its neighbour; 0 steps leave it where it is.
 */
export function addTicks(grid: TickGrid, price: Price, count: number): Price {
  if (count === 0) return price;
  const from = count > 0 ? placeDown(grid, price) : placeUp(grid, price);
  return priceAtPlace(grid, from + BigInt(count));
}

/**
 * How many steps of `addTicks` lead from one price toward another without passing it; negative
 * when it lies below. Between two prices on the grid that is their exact distance.
 */
export function ticksBetween(grid: TickGrid, from: Price, to: Price): number {
  return Number(
    to >= from
      ? placeDown(grid, to) - placeDown(grid, from)
      : placeUp(grid, to) - placeUp(grid, from),
  );
}

/** The tick that leads to the next lower price: the smaller one exactly at a threshold. */
function tickBelow(grid: TickGrid, price: Price): Price {
  for (const { below, tick } of grid.bands) if (below === null || price <= below) return tick;
  return noBand();
}

/** Place in the row of accepted prices, 0 being the price 0, of the highest not above `price`. */
function placeDown(grid: TickGrid, price: Price): bigint {
  let from = 0n;
  let places = 0n;
  for (const { below, tick } of grid.bands) {
    if (below === null || price < below) return places + divideDown(price - from, tick);
    places += (below - from) / tick;
    from = below;
  }
  return noBand();
}

/** Place in the row of the lowest accepted price not below `price`. */
function placeUp(grid: TickGrid, price: Price): bigint {
  return isOnGrid(grid, price) ? placeDown(grid, price) : placeDown(grid, price) + 1n;
}

function priceAtPlace(grid: TickGrid, place: bigint): Price {
  let from = 0n;
  let places = 0n;
  for (const { below, tick } of grid.bands) {
    const end = below === null ? null : places + (below - from) / tick;
    if (below === null || end === null || place < end) {
      return priceFromUnits(from + (place - places) * tick);
    }
    from = below;
    places = end;
  }
  return noBand();
}

function noBand(): never {
  invariant(false, 'the last band of a tick grid has no end');
}
