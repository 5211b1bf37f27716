/** The rows of one trade: itself, its orders, their fills. */
import type { OrderStory, TradeStory } from '#audit/model.ts';
import { dayInNewYork, exact, exactMoney, instant, text } from './cells.ts';
import type { RowLists } from './row-lists.ts';

export function addTrade(rows: RowLists, story: TradeStory): void {
  const { plan, figures, entry, refs } = story;
  const { instrument } = plan;
  rows.add('trades', {
    trade_id: story.id,
    seq: story.seq,
    at: instant(story.openedAt),
    day: dayInNewYork(story.openedAt),
    badge: text(story.badge),
    environment: plan.environment,
    message_key: text(plan.message),
    author: text(plan.author),
    channel_id: text(plan.channel),
    symbol: instrument.symbol,
    underlying: instrument.underlying,
    contract: text(story.contract),
    asset: instrument.kind,
    quantity: plan.quantity,
    first_limit: exact(plan.limit),
    collar: exact(plan.collar),
    alert_price: exact(plan.alertPrice),
    phase: story.phase,
    entry: entry.kind,
    entry_reason: entry.kind === 'open' ? null : entry.reason,
    steps: story.steps,
    bought: figures.bought,
    average_entry: exact(figures.averageEntry),
    exit_target: figures.exitTarget,
    exit_sold: figures.exitSold,
    average_exit: exact(figures.averageExit),
    close_sold: figures.closeSold,
    average_close: exact(figures.averageClose),
    held: figures.held,
    sold_elsewhere: story.soldElsewhere,
    blocked: text(story.blocked),
    ended: story.ended,
    ended_at: instant(rows.ended.get(story.id) ?? null),
    result: exactMoney(story.result),
    risk_seq: refs.risk,
    opened_seq: refs.opened,
  });
  for (const order of story.orders) addOrder(rows, story, order);
}

function addOrder(rows: RowLists, trade: TradeStory, order: OrderStory): void {
  const { symbol } = trade.plan.instrument;
  const own = { client_order_id: order.cid, trade_id: trade.id, role: order.role, symbol };
  rows.add('orders', {
    ...own,
    at: instant(order.intendedAt),
    order_id: text(order.orderId),
    side: order.side,
    quantity: order.quantity,
    limit_price: order.terms.kind === 'limit' ? exact(order.terms.limit) : null,
    time_in_force: order.timeInForce,
    replaces: order.replaces,
    phase: order.phase,
    status: order.status,
    ended: order.end,
    taken_at: instant(order.takenAt),
    sends: order.sends,
    filled: order.filled,
    average: exact(order.average),
    rejection_code: text(order.rejection?.code ?? null),
    rejection: text(order.rejection?.message ?? null),
  });
  for (const fill of order.fills) {
    rows.add('fills', {
      ...own,
      fill_id: text(fill.fillId),
      at: instant(fill.at),
      side: order.side,
      quantity: fill.quantity,
      price: exact(fill.price),
    });
  }
}
