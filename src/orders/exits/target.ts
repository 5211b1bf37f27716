/**
 * The resting exit: how much of what was bought to sell, and at what price.
 *
 * Exits are additive. A later fill adds an order for the difference; a resting exit is never
 * replaced, so no fill can race a change of it.
 */
import { divideUp } from '#kernel/decimal.ts';
import { BASIS_POINTS_PER_ONE, type BasisPoints } from '#kernel/percent.ts';
import { type Price, priceFromUnits } from '#kernel/price.ts';
import { type Quantity, quantity } from '#kernel/quantity.ts';
import { roundUp, type TickGrid } from '#market/tick-grid.ts';
import type { ExitPolicy } from '#risk/model.ts';

/** Whole contracts of `filled` to rest at the target, rounded down; 0 when below the minimum. */
export function exitQuantity(policy: ExitPolicy, filled: number): Quantity {
  const target = Math.floor((filled * policy.fraction) / BASIS_POINTS_PER_ONE);
  return quantity(target < policy.quantityMin ? 0 : target);
}

/**
 * Average fill plus the wanted profit, rounded once, up to the grid: never less than asked for.
 * `units` is the sum of fill price × quantity over `filled` contracts.
 */
export function exitPrice(
  fills: { readonly quantity: Quantity; readonly units: bigint },
  profit: BasisPoints,
  grid: TickGrid,
): Price {
  const multiple = BigInt(BASIS_POINTS_PER_ONE + profit);
  const divisor = BigInt(fills.quantity) * BigInt(BASIS_POINTS_PER_ONE);
  return roundUp(grid, priceFromUnits(divideUp(fills.units * multiple, divisor)));
}
