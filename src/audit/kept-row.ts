/**
 * One row of the long-term audit per record: the audit row, with the trade and message behind it.
 *
 * Stories are values: what is made of one is made once, and serves every row it stands in.
 */
import { formatMoney, formatPrice, type Price } from '#kernel/price.ts';
import { formatInstant } from '#kernel/time.ts';
import type { AuditAlert, MessageStory, OrderStory, Told, TradeStory } from './model.ts';
import type { KeptAlert, KeptFill, KeptMessage, KeptOrder, KeptRow, KeptTrade } from './ports.ts';
import { headOf } from './row.ts';

export function toKeptRow(told: Told): KeptRow {
  const row = headOf(told);
  const orders = told.trade === null ? NO_ORDERS : ordersOf(told.trade.orders);
  return {
    seq: row.seq,
    recorded_at: row.at,
    run: row.run,
    kind: row.kind,
    badge: row.badge,
    text: row.text,
    actor: row.actor,
    user_id: row.userId,
    channel_id: row.channelId,
    message_key: row.messageKey,
    raw_text: row.rawText,
    parsed: row.parsed === null ? null : alertOf(row.parsed),
    verdict: row.verdict,
    code: row.code,
    trade_id: row.tradeId,
    symbol: row.symbol,
    contract: row.contract,
    quantity: row.quantity,
    quantity_inputs: row.quantityInputs,
    quantity_bound: row.quantityBound,
    ...orders,
    error: row.error,
    refs: row.refs,
    message: told.message === null ? null : onceOf(MESSAGES, told.message, messageOf),
    trade: told.trade === null ? null : onceOf(TRADES, told.trade, tradeOf),
  };
}

type Orders = Pick<KeptRow, 'entry_orders' | 'exit_orders' | 'fills'>;

const NO_ORDERS: Orders = { entry_orders: [], exit_orders: [], fills: [] };
const ORDERS = new WeakMap<OrderStory, KeptOrder>();
const FILLS = new WeakMap<OrderStory, readonly KeptFill[]>();
const MESSAGES = new WeakMap<MessageStory, KeptMessage>();
const TRADES = new WeakMap<TradeStory, KeptTrade>();

function ordersOf(orders: readonly OrderStory[]): Orders {
  const kept = (order: OrderStory) => onceOf(ORDERS, order, orderOf);
  return {
    entry_orders: orders.filter(({ role }) => role === 'entry').map(kept),
    exit_orders: orders.filter(({ role }) => role !== 'entry').map(kept),
    fills: orders.flatMap((order) => onceOf(FILLS, order, fillsOf)),
  };
}

function onceOf<Story extends object, Kept>(
  known: WeakMap<Story, Kept>,
  story: Story,
  make: (story: Story) => Kept,
): Kept {
  const before = known.get(story);
  if (before !== undefined) return before;
  const kept = make(story);
  known.set(story, kept);
  return kept;
}

function alertOf({ priceHigh, ...alert }: AuditAlert): KeptAlert {
  return { ...alert, price_high: priceHigh };
}

function orderOf(order: OrderStory): KeptOrder {
  return {
    role: order.role,
    side: order.side,
    client_order_id: order.cid,
    order_id: order.orderId,
    quantity: order.quantity,
    price: order.terms.kind === 'limit' ? formatPrice(order.terms.limit) : null,
    state: order.end ?? order.status ?? order.phase,
    time_in_force: order.timeInForce,
    intended_at: formatInstant(order.intendedAt),
    taken_at: order.takenAt === null ? null : formatInstant(order.takenAt),
    filled: order.filled,
    average: decimal(order.average),
  };
}

function fillsOf({ cid, role, side, fills }: OrderStory): readonly KeptFill[] {
  return fills.map((fill) => ({
    fill_id: fill.fillId,
    client_order_id: cid,
    role,
    side,
    quantity: fill.quantity,
    price: formatPrice(fill.price),
    at: formatInstant(fill.at),
  }));
}

function messageOf({ message, outcome, detail }: MessageStory): KeptMessage {
  return {
    platform: message.platform,
    author_id: message.author.id,
    author_name: message.author.displayName,
    posted_at: formatInstant(message.postedAt),
    received_at: formatInstant(message.receivedAt),
    outcome,
    detail,
  };
}

function tradeOf(trade: TradeStory): KeptTrade {
  const { plan, figures, schedule, entry } = trade;
  return {
    message_key: plan.message,
    author: plan.author,
    channel: plan.channel,
    underlying: plan.instrument.underlying,
    multiplier: plan.instrument.multiplier,
    planned: plan.quantity,
    alert_price: decimal(plan.alertPrice),
    first_limit: formatPrice(plan.limit),
    collar: formatPrice(plan.collar),
    opened_at: formatInstant(trade.openedAt),
    placed_at: schedule.placedAt === null ? null : formatInstant(schedule.placedAt),
    phase: trade.phase,
    entry_end: entry.kind === 'open' ? null : entry.reason,
    steps: trade.steps,
    bought: figures.bought,
    average_entry: decimal(figures.averageEntry),
    exit_target: figures.exitTarget,
    sold: figures.exitSold + figures.closeSold,
    held: figures.held,
    sold_elsewhere: trade.soldElsewhere,
    blocked: trade.blocked,
    ended: trade.ended,
    result: trade.result === null ? null : formatMoney(trade.result),
  };
}

function decimal(price: Price | null): string | null {
  return price === null ? null : formatPrice(price);
}
