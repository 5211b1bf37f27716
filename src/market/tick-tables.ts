/**
 * Standard tick grids: what the US options exchanges accept, by class of underlying, and the grids
 * of shares and futures.
 *
 * A broker that states an instrument's own table is believed over this one. An options class not
 * listed here gets the coarse grid: its every price is also accepted on the finer ones.
 */
import { invariant } from '#kernel/invariant.ts';
import { price } from '#kernel/price.ts';
import { PENNY_CLASSES } from './option-classes.ts';
import { FUTURE_PRODUCTS } from './products.ts';
import { type TickGrid, tickGrid } from './tick-grid.ts';

/** Below 1.00 a share may be quoted in hundredths of a cent (SEC rule 612). */
export const EQUITY_GRID = standard('0.0001', '1.00', '0.01');
/** Penny Interval Program. */
export const PENNY_GRID = standard('0.01', '3.00', '0.05');
/** Every other class, SPX, NDX and RUT among them. */
export const NICKEL_GRID = standard('0.05', '3.00', '0.10');
/** The classes quoted in cents at any price. */
export const CENT_GRID = uniform('0.01');

const CENT_CLASSES: ReadonlySet<string> = new Set(['SPY', 'QQQ', 'IWM', 'XSP']);

const FUTURE_GRIDS: ReadonlyMap<string, TickGrid> = new Map(
  [...FUTURE_PRODUCTS.values()].map(({ root, tick }) => [root, { bands: [{ below: null, tick }] }]),
);

/** The grid of standard options on this underlying. */
export function optionGrid(underlying: string): TickGrid {
  if (CENT_CLASSES.has(underlying)) return CENT_GRID;
  return PENNY_CLASSES.has(underlying) ? PENNY_GRID : NICKEL_GRID;
}

/** The grid of a future by its root, `null` for a product we do not know. */
export function futureGrid(root: string): TickGrid | null {
  return FUTURE_GRIDS.get(root) ?? null;
}

function standard(tickBelow: string, threshold: string, tickFrom: string): TickGrid {
  const grid = tickGrid([
    { below: price(threshold), tick: price(tickBelow) },
    { below: null, tick: price(tickFrom) },
  ]);
  invariant(grid.ok, `a standard table is a grid, was ${tickBelow} below ${threshold}`);
  return grid.value;
}

function uniform(tick: string): TickGrid {
  return { bands: [{ below: null, tick: price(tick) }] };
}
