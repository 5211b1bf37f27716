/** Dollars one contract or share ties up, by class of instrument. */

import { addMoney, type Money, notional, type Price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Instrument } from '#market/instrument.ts';
import type { RiskPolicy } from './settings.ts';

export interface UnitCost {
  /** Premium of an option, value of a share, margin of a future. */
  readonly committed: Money;
  readonly fees: Money;
  readonly total: Money;
}

type Costs = Pick<RiskPolicy, 'fees' | 'margins'>;

export function unitCost(
  instrument: Instrument,
  each: Price,
  costs: Costs,
): Result<UnitCost, 'margin_unknown'> {
  const committed = commitment(instrument, each, costs);
  if (committed === null) return err('margin_unknown');
  const fees = costs.fees[instrument.kind];
  return ok({ committed, fees, total: addMoney(committed, fees) });
}

function commitment(instrument: Instrument, each: Price, costs: Costs): Money | null {
  if (instrument.kind !== 'future') return notional(each, ONE, instrument.multiplier);
  return Object.hasOwn(costs.margins, instrument.root)
    ? (costs.margins[instrument.root] ?? null)
    : null;
}

const ONE = quantity(1);
