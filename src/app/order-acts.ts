/** What a person does with one order: an order is a part of its trade. */
import type { OrderId } from '#kernel/ids.ts';
import { formatPrice, type Price } from '#kernel/price.ts';
import { quoteDefect } from '#market/quote.ts';
import { isOnGrid } from '#market/tick-grid.ts';
import type { ActOutcome, DeskControl } from '#operate/ports.ts';
import { liveOrders } from '#orders/core/exposure.ts';
import type { Desk } from '#orders/desk.ts';
import type { Trade } from '#orders/model.ts';
import { type Act, noteAct } from './act-note.ts';
import { refused } from './refused.ts';

export interface OrderActParts {
  readonly desk: Desk;
  readonly control: Pick<DeskControl, 'cancelEntry'>;
}

/** What is not the entry would be placed again. */
export async function cancelOrder(
  { desk, control }: OrderActParts,
  order: OrderId,
  { actor, reason }: Act,
): Promise<ActOutcome> {
  const found = entryWith(desk, order);
  return found.kind === 'refused' ? found : control.cancelEntry(found.trade.id, actor, reason);
}

/** The entry is worked on from the new limit; its collar and size stay as they were approved. */
export async function replaceLimit(
  { desk }: Pick<OrderActParts, 'desk'>,
  order: OrderId,
  limit: Price,
  act: Act,
): Promise<ActOutcome> {
  await noteAct(desk, `limit of ${order} to ${formatPrice(limit)}`, act);
  const found = entryWith(desk, order);
  if (found.kind === 'refused') return found;
  const { trade } = found;
  const obstacle = obstacleTo(desk, trade, limit);
  if (obstacle !== null) return obstacle;
  const { id, steps, plan } = trade;
  const quote = desk.deps.quotes.latest(plan.instrument.symbol);
  if (quote === null || quoteDefect(quote) !== null) {
    return refused('no_quote', 'there is no sound quote to change a price by');
  }
  // A step by hand: the desk's own steps go on from it, and are not used up by it.
  const body = { step: steps, terms: { kind: 'limit', limit }, quote, at: desk.now() } as const;
  const stepped = { kind: 'entry.stepped', body, actor: act.actor, trade: id } as const;
  await desk.record([{ ...stepped, message: plan.message }], 'sync').durable;
  return { kind: 'done', detail: `the entry of ${id} works at ${formatPrice(limit)} from now on` };
}

function obstacleTo(desk: Desk, trade: Trade, limit: Price): ActOutcome | null {
  const { plan, entry, hasConverted } = trade;
  if (entry.kind !== 'open' || hasConverted || liveOrders(trade, 'entry').length === 0) {
    return refused('entry_over', 'this entry is over, or at the market');
  }
  if (!desk.permits().entries) return refused('entries_stopped', 'the desk enters nothing now');
  if (limit <= 0n || !isOnGrid(plan.instrument.grid, limit)) {
    return refused('off_grid', `${formatPrice(limit)} is no price of this contract`);
  }
  return limit > plan.collar
    ? refused('above_collar', `at most ${formatPrice(plan.collar)} was approved`)
    : null;
}

type Found =
  | { readonly kind: 'found'; readonly trade: Trade }
  | Extract<ActOutcome, { kind: 'refused' }>;

function entryWith(desk: Desk, id: OrderId): Found {
  for (const trade of desk.book.open()) {
    const order = trade.orders.find(({ orderId }) => orderId === id);
    if (order === undefined) continue;
    if (order.role === 'entry') return { kind: 'found', trade };
    return refused('not_an_entry', `order ${id} sells for ${trade.id}: close the trade instead`);
  }
  return refused('unknown_order', `no open trade has order ${id}`);
}
