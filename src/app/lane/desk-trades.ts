/** The desk's open trades as intake sees them. */
import type { OpenTrade } from '#alerts/context-exit.ts';
import { quantity } from '#kernel/quantity.ts';
import type { Book } from '#orders/book.ts';
import { activeClose, closing } from '#orders/core/close-plan.ts';
import { held } from '#orders/core/exposure.ts';
import type { Trade } from '#orders/model.ts';

/** Trades that hold something an exit could sell: what a close under way sells is not counted. */
export function openTradesOf(book: Book): readonly OpenTrade[] {
  return book.open().map((trade) => asOpenTrade(trade, sellable(trade)));
}

/** Trades still being entered of which nothing is known to be held, as if they held one. */
export function enteringTradesOf(book: Book): readonly OpenTrade[] {
  return book
    .open()
    .filter((trade) => trade.entry.kind !== 'ended' && held(trade) <= 0)
    .filter((trade) => activeClose(trade) === null)
    .map((trade) => asOpenTrade(trade, 1));
}

export function sellable(trade: Trade): number {
  return Math.max(0, held(trade) - closing(trade));
}

function asOpenTrade(trade: Trade, openQuantity: number): OpenTrade {
  const { instrument, author } = trade.plan;
  const { id: tradeId, openedAt } = trade;
  return { tradeId, author, instrument, openQuantity: quantity(openQuantity), openedAt };
}
