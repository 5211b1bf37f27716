/**
 * Tick grids: the prices a venue accepts for an instrument.
 *
 * A grid is a list of bands in ascending order; a price takes the tick of the first band it lies
 * below, and exactly at a threshold the larger tick applies. One tick up from 2.99 is 3.00, from
 * 3.00 it is 3.05; one tick down from 3.00 is 2.99 (the band of the new price counts).
 */
import type { Price } from '#kernel/price.ts';

export interface TickBand {
  /** Applies to prices below this; `null` on the last band, which has no end. */
  readonly below: Price | null;
  readonly tick: Price;
}

export interface TickGrid {
  readonly bands: readonly TickBand[];
}
