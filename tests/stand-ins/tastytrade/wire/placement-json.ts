/** The answer to a placed or tried order: its order, its effect on buying power, fees, warnings. */
import type { JsonObject } from '../../support/json.ts';
import type { Preflight } from '../engine/engine.ts';
import { totalOf } from '../engine/funds.ts';
import type { Fees } from '../engine/model.ts';
import { decimal, effectOf, withEffect } from './decimals.ts';

export function placementJson(order: JsonObject, preflight: Preflight): JsonObject {
  return {
    order,
    'buying-power-effect': buyingPowerJson(preflight),
    'fee-calculation': feesJson(preflight.fees),
    warnings: preflight.warnings.map(({ code, message }) => ({ code, message })),
  };
}

function buyingPowerJson({ draft, hold, before, after, value, fees }: Preflight): JsonObject {
  // Closing gives back what it is worth, less fees; opening takes what it holds back.
  const isClosing = hold === 0n;
  const change = isClosing
    ? (draft.effect === 'Debit' ? -value : value) - totalOf(fees)
    : after - before;
  const margin = isClosing || draft.effect !== 'Credit' ? 0n : -hold;
  return {
    ...withEffect('change-in-margin-requirement', margin),
    ...withEffect('change-in-buying-power', change),
    ...withEffect('current-buying-power', before),
    ...withEffect('new-buying-power', before + change),
    ...withEffect('isolated-order-margin-requirement', margin),
    'is-spread': draft.legs.length > 1,
    impact: decimal(change),
    effect: effectOf(change),
  };
}

function feesJson(fees: Fees): JsonObject {
  const total = totalOf(fees);
  return {
    ...withEffect('regulatory-fees', -fees.regulatory),
    ...withEffect('clearing-fees', -fees.clearing),
    ...withEffect('commission', -fees.commission),
    ...withEffect('proprietary-index-option-fees', -fees.proprietary),
    ...withEffect('total-fees', -total),
    rebates: '0.0',
    'rebates-effect': 'None',
    'per-quantity': false,
  };
}
