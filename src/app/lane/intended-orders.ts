/** The orders a plan would send, said in advance: for previews, dry runs and acknowledgements. */
import { formatPrice } from '#kernel/price.ts';
import type { Instrument } from '#market/instrument.ts';
import type { IntendedOrder } from '#operate/ports.ts';
import { exitPrice, exitQuantity } from '#orders/exits/target.ts';
import type { ClosePlan, EntryPlan } from '#risk/model.ts';

/** The entry at its first limit, and the exit it leads to if all of it fills there. */
export function entryOrders(plan: EntryPlan): readonly IntendedOrder[] {
  const { instrument, quantity, limit, exit } = plan;
  const { symbol } = instrument;
  const entry: IntendedOrder = {
    role: 'entry',
    side: 'buy',
    symbol,
    quantity,
    limit,
    note: `collar ${formatPrice(plan.collar)}`,
  };
  const target = exitQuantity(exit, quantity);
  if (target === 0) return [entry];
  const fills = { quantity, units: limit * BigInt(quantity) };
  const at = exitPrice(fills, exit.profit, instrument.grid);
  const note = `once ${quantity} fill at ${formatPrice(limit)}`;
  return [entry, { role: 'exit', side: 'sell', symbol, quantity: target, limit: at, note }];
}

export function closeOrders(plan: ClosePlan, instrument: Instrument): readonly IntendedOrder[] {
  const { quantity, limit, floor } = plan;
  const note = `floor ${formatPrice(floor)}`;
  return [{ role: 'close', side: 'sell', symbol: instrument.symbol, quantity, limit, note }];
}
