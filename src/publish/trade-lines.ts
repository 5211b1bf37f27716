/** The lines of an acknowledgement that say how a trade stands. */
import type { CloseStory, OrderStory, TradeStory } from '#audit/model.ts';
import { gain } from '#kernel/dollars.ts';
import type { MessageKey, OrderRole } from '#kernel/ids.ts';
import { formatPercent } from '#kernel/percent.ts';
import { formatPrice, type Price } from '#kernel/price.ts';
import { words } from '#kernel/text.ts';
import type { OrderTerms } from '#orders/ports.ts';

/** `Entry: buy 4 at 0.77, step 2 of 3, filled 1 of 4 at 0.76 (order 1002)`. */
export function entryLine(trade: TradeStory): string {
  const { plan, figures, entry } = trade;
  const orders = ordersOf(trade, 'entry');
  const filled = filledPart(figures.bought, plan.quantity, figures.averageEntry);
  if (entry.kind === 'ended') return `Entry: ${endedPart(trade, filled)}${idsOf(orders)}`;
  const step = trade.steps === 0 ? '' : `, step ${trade.steps} of ${plan.entry.stepsMax}`;
  const ending = entry.kind === 'ending' ? `, taking it back (${words(entry.reason)})` : '';
  const got = figures.bought === 0 ? '' : `, ${filled}`;
  const what = `buy ${plan.quantity} ${at(trade.terms)}${step}`;
  return `Entry: ${what}${got}${ending}${standing(orders.at(-1))}${idsOf(orders)}`;
}

/** `Exit: sell 2 at 1.54 (order 2000)`, why there is none, or `null` with nothing to say yet. */
export function exitLine(trade: TradeStory): string | null {
  const orders = ordersOf(trade, 'exit');
  const newest = orders.at(-1);
  if (newest === undefined) return noExitLine(trade);
  const { exitSold, averageExit } = trade.figures;
  const parts = orders.filter(isLive).map((order) => {
    const rest = order.quantity - order.filled;
    return `sell ${rest} ${at(order.terms)}${standing(order)}${idsOf([order])}`;
  });
  if (exitSold > 0) {
    const done = orders.filter((order) => order.filled > 0);
    parts.unshift(`sold ${sales(exitSold, averageExit)}${idsOf(done)}`);
  }
  if (parts.length > 0) return `Exit: ${parts.join(', ')}`;
  const end =
    newest.rejection === null ? words(newest.end ?? '') : `refused: ${newest.rejection.message}`;
  return `Exit: ${end}${idsOf([newest])}`;
}

function noExitLine({ plan, figures, entry }: TradeStory): string | null {
  const { fraction, profit, quantityMin } = plan.exit;
  if (figures.bought === 0) {
    if (entry.kind === 'ended') return null;
    return `Exit: once filled, ${formatPercent(fraction)} of it at ${formatPercent(profit)} profit`;
  }
  if (figures.exitTarget > 0) return `Exit: sell ${figures.exitTarget}, about to be sent`;
  if (figures.held === 0) return null;
  const share = `${formatPercent(fraction)} of ${figures.bought} is less than ${quantityMin}`;
  return `Exit: none, ${share}; held until the author or an operator closes`;
}

/** One line per close: all of them, or those a message asked for. */
export function closeLines(trade: TradeStory, askedBy: MessageKey | null): readonly string[] {
  const closes = trade.closes.filter(({ plan }) => askedBy === null || plan.message === askedBy);
  return closes.map((close) => closeLine(trade, close));
}

export function resultLine({ ended, result }: TradeStory): string | null {
  if (ended === null) return null;
  if (ended === 'no_fill') return 'Result: nothing was bought';
  return `Result: ${result === null ? '' : gain(result)} (${words(ended)})`;
}

export function attentionLine({ blocked }: TradeStory): string | null {
  return blocked === null ? null : `Needs a person: ${words(blocked)}`;
}

function closeLine({ figures }: TradeStory, close: CloseStory): string {
  const { plan, terms, ended, why, orders, waits } = close;
  const sold =
    close.sold === 0 ? '' : `sold ${sales(close.sold, close.average)}, ${figures.held} left`;
  if (ended) return `Close: ${sold === '' ? 'nothing sold' : sold}${idsOf(orders)}`;
  const what = `sell ${plan.quantity} ${at(terms)} (${words(why)})`;
  const state = waits === null ? standing(orders.at(-1)) : `, ${waits}`;
  return `Close: ${what}${sold === '' ? '' : `, ${sold}`}${state}${idsOf(orders)}`;
}

function endedPart({ entry, figures, orders }: TradeStory, filled: string): string {
  const why = entry.kind === 'ended' ? entry.reason : '';
  if (figures.bought > 0)
    return why === 'filled' ? filled : `${filled}, then ended (${words(why)})`;
  const refusal = orders.findLast((order) => order.rejection !== null)?.rejection ?? null;
  const said = refusal === null ? '' : `: ${refusal.message} (${refusal.code})`;
  return `nothing bought, ${words(why)}${said}`;
}

function filledPart(bought: number, quantity: number, average: Price | null): string {
  return `filled ${bought} of ${quantity}${average === null ? '' : ` at ${formatPrice(average)}`}`;
}

function sales(count: number, average: Price | null): string {
  return average === null ? String(count) : `${count} at ${formatPrice(average)}`;
}

/** What the reader must know of an order that does not simply work. */
function standing(order: OrderStory | undefined): string {
  if (order === undefined) return ', about to be sent';
  switch (order.phase) {
    case 'intended':
      return ', sent, no answer yet';
    case 'unsent':
      return ', the broker was not reached, trying again';
    case 'unknown':
      return ', outcome unknown, being looked up at the broker';
    case 'terminal':
      return order.rejection === null ? '' : `, refused: ${order.rejection.message}`;
    case 'live':
      return '';
  }
}

/** The broker's ids of those that filled and of the newest. */
function idsOf(orders: readonly OrderStory[]): string {
  const newest = orders.at(-1);
  const ids = orders
    .filter((order) => order.orderId !== null && (order.filled > 0 || order === newest))
    .map((order) => order.orderId);
  return ids.length === 0 ? '' : ` (order${ids.length > 1 ? 's' : ''} ${ids.join(', ')})`;
}

function ordersOf({ orders }: TradeStory, role: OrderRole): readonly OrderStory[] {
  return orders.filter((order) => order.role === role);
}

function isLive({ phase }: OrderStory): boolean {
  return phase !== 'terminal';
}

function at(terms: OrderTerms): string {
  return terms.kind === 'limit' ? `at ${formatPrice(terms.limit)}` : 'at the market';
}
