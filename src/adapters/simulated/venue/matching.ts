/**
 * When and how much an order trades against a quote.
 *
 * In    one order on the book, the newest quote, how much of it is taken, the time since last.
 * Out   a quantity and a price, or nothing.
 * Rule  1. Marketable on arrival: takes the far side at its price, up to the displayed size.
 *       2. Resting and met by the far side: trades at its own limit, up to the displayed size.
 *       3. Resting inside the spread or at the touch: passing trades reach it at random, rarely at
 *          its own side of the quote, often near the far side; contracts in front of it at the
 *          same price go first. Behind the touch nothing reaches it.
 *       A halted or crossed quote matches nothing.
 *
 * What was displayed is taken once: an order that wanted more waits for the next quote.
 */
import type { Price } from '#kernel/price.ts';
import { type Quantity, quantity } from '#kernel/quantity.ts';
import type { Random } from '#kernel/random.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Quote } from '#market/quote.ts';
import { remainingOf, type SeenQuote, type VenueOrder } from './book.ts';

export interface Execution {
  readonly quantity: Quantity;
  readonly price: Price;
}

/** `touch`: rules 1 and 2 alone, for tests that decide every fill by the quotes they set. */
export type QueueModel = { readonly kind: 'touch' } | ({ readonly kind: 'queue' } & QueueRates);

export interface QueueRates {
  /** Mean time between passing trades for an order at its own side of the quote. */
  readonly nearMs: number;
  /** The same, for an order about to reach the far side. */
  readonly farMs: number;
}

/** Half the spread away, a trade passes about every 19 s. */
export const DEFAULT_QUEUE: QueueModel = { kind: 'queue', nearMs: 90_000, farMs: 4_000 };

const PRINT_MAX = 20;
const GAP_MS_MAX = 60_000;

/** When a match happens, and what passing trades depend on. */
export interface Chance {
  readonly at: EpochMs;
  readonly queue: QueueModel;
  readonly random: Random;
}

/** What trades now; remembers on the order its place in the queue and that it had its chance. */
export function match(order: VenueOrder, seen: SeenQuote, chance: Chance): Execution | null {
  const { quote } = seen;
  const before = order.matchedAt;
  order.matchedAt = chance.at;
  const isCrossed = quote.bid > 0n && quote.ask > 0n && quote.bid > quote.ask;
  if (quote.halted || isCrossed) return null;
  const far = order.side === 'buy' ? quote.ask : quote.bid;
  if (far > 0n && meets(order, far)) return takeDisplayed(order, seen, far);
  if (order.terms.kind === 'market') return null;
  const { limit } = order.terms;
  const gapMs = before === null ? 0 : chance.at - before;
  const count = passing(order, limit, quote, { ...chance, gapMs });
  return count < 1 ? null : { quantity: quantity(count), price: limit };
}

/** Rules 1 and 2: `ahead` is set on an order that has rested at a price of its own. */
function takeDisplayed(order: VenueOrder, seen: SeenQuote, far: Price): Execution | null {
  const buys = order.side === 'buy';
  const left = buys ? seen.quote.askSize - seen.askTaken : seen.quote.bidSize - seen.bidTaken;
  const count = Math.min(remainingOf(order), left);
  if (count < 1) return null;
  if (buys) seen.askTaken += count;
  else seen.bidTaken += count;
  const rested = order.ahead !== null && order.terms.kind === 'limit';
  return { quantity: quantity(count), price: rested ? order.terms.limit : far };
}

function meets(order: VenueOrder, far: Price): boolean {
  if (order.terms.kind === 'market') return true;
  return order.side === 'buy' ? order.terms.limit >= far : order.terms.limit <= far;
}

/** Rule 3: contracts that passing trades leave for an order inside the spread. */
function passing(
  order: VenueOrder,
  limit: Price,
  quote: Quote,
  { queue, random, gapMs }: Chance & { readonly gapMs: number },
): number {
  const buys = order.side === 'buy';
  const near = buys ? quote.bid : quote.ask;
  const far = buys ? quote.ask : quote.bid;
  const nearSize = buys ? quote.bidSize : quote.askSize;
  const before = order.ahead;
  const isBehind = near > 0n && (buys ? limit < near : limit > near);
  order.ahead = isBehind ? Number.POSITIVE_INFINITY : 0;
  // Contracts that joined a price after the order are behind it: a place there only improves.
  if (limit === near) order.ahead = Math.min(before ?? nearSize, nearSize);
  if (isBehind || queue.kind === 'touch') return 0;
  const span = Number(far - near);
  const depth = span === 0 ? 1 : Number(limit - near) / span;
  const meanMs = queue.nearMs * (queue.farMs / queue.nearMs) ** Math.min(1, Math.max(0, depth));
  if (!random.chance(1 - Math.exp(-Math.min(gapMs, GAP_MS_MAX) / meanMs))) return 0;
  const print = random.integer(1, Math.min(PRINT_MAX, Math.max(1, nearSize)));
  const reaches = Math.max(0, print - order.ahead);
  order.ahead = Math.max(0, order.ahead - print);
  return Math.min(reaches, remainingOf(order));
}
