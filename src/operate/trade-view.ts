/** One trade as JSON. */
import type { OrderStory, TradeStory } from '#audit/model.ts';
import { formatPercent } from '#kernel/percent.ts';
import { formatMoney, formatPrice, type Price } from '#kernel/price.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import type { OrderTerms } from '#orders/ports.ts';
import type { EntryView, ExitView, OrderView, TimelineEntry, TradeView } from './api.ts';

export function toTradeView(story: TradeStory, timeline: readonly TimelineEntry[]): TradeView {
  const { plan, quote } = story;
  return {
    id: story.id,
    seq: story.seq,
    badge: story.badge,
    message: plan.message,
    author: plan.author,
    channel: plan.channel,
    symbol: plan.instrument.symbol,
    contract: story.contract,
    openedAt: formatInstant(story.openedAt),
    phase: story.phase,
    quantity: plan.quantity,
    entry: entryOf(story),
    exit: exitOf(story),
    held: story.figures.held,
    result: story.result === null ? null : formatMoney(story.result),
    ended: story.ended,
    attention: story.blocked,
    quote:
      quote === null
        ? null
        : {
            bid: formatPrice(quote.bid),
            ask: formatPrice(quote.ask),
            at: formatInstant(quote.receivedAt),
          },
    orders: story.orders.map(orderOf),
    timeline,
  };
}

function entryOf({ plan, entry, terms, steps, schedule, figures }: TradeStory): EntryView {
  return {
    status: entry.kind,
    reason: entry.kind === 'open' ? null : entry.reason,
    limit: limitOf(terms),
    collar: formatPrice(plan.collar),
    alertPrice: decimal(plan.alertPrice),
    steps,
    stepsMax: plan.entry.stepsMax,
    placedAt: instant(schedule.placedAt),
    windowEndsAt: instant(schedule.windowEndsAt),
    nextStepAt: instant(schedule.nextStepAt),
    filled: figures.bought,
    averagePrice: decimal(figures.averageEntry),
  };
}

function exitOf(story: TradeStory): ExitView {
  const { figures, orders } = story;
  const newest = orders.findLast((order) => order.role === 'exit' && order.end !== 'rejected');
  return {
    target: figures.exitTarget,
    limit: newest === undefined ? null : limitOf(newest.terms),
    quantity: figures.exitPlaced,
    filled: figures.exitSold,
    averagePrice: decimal(figures.averageExit),
    closed: figures.closeSold,
    note: noteOf(story),
  };
}

function noteOf({ figures, plan }: TradeStory): string | null {
  if (figures.bought === 0 || figures.exitTarget > 0 || figures.exitPlaced > 0) return null;
  if (figures.held === 0) return null;
  const { fraction, quantityMin } = plan.exit;
  return `no exit order: ${formatPercent(fraction)} of ${figures.bought} is less than ${quantityMin}`;
}

function orderOf(order: OrderStory): OrderView {
  return {
    cid: order.cid,
    orderId: order.orderId,
    role: order.role,
    side: order.side,
    quantity: order.quantity,
    limit: limitOf(order.terms),
    timeInForce: order.timeInForce,
    replaces: order.replaces,
    placedAt: formatInstant(order.intendedAt),
    phase: order.phase,
    end: order.end,
    status: order.status,
    filled: order.filled,
    averagePrice: decimal(order.average),
    rejection: order.rejection === null ? null : order.rejection.message,
  };
}

function limitOf(terms: OrderTerms): string | null {
  return terms.kind === 'limit' ? formatPrice(terms.limit) : null;
}

function decimal(price: Price | null): string | null {
  return price === null ? null : formatPrice(price);
}

function instant(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at);
}
