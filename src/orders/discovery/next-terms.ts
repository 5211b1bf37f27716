/**
 * What a working order becomes at a due step: converted when the market is near, else one
 * tick closer, else left as it is. A buy climbs to its collar, a sell descends to its floor; both
 * bounds hold for every limit and for the price a market order would meet.
 */
import { maxPrice, minPrice, type Price } from '#kernel/price.ts';
import type { Quote } from '#market/quote.ts';
import {
  addTicks,
  next,
  previous,
  roundDown,
  roundUp,
  type TickGrid,
  ticksBetween,
} from '#market/tick-grid.ts';
import type { EntryPolicy } from '#risk/model.ts';
import type { OrderTerms, Side } from '../ports.ts';

export type NextTerms =
  | { readonly kind: 'step'; readonly terms: OrderTerms }
  | { readonly kind: 'convert'; readonly terms: OrderTerms }
  | { readonly kind: 'stay'; readonly why: 'at_bound' | 'already_market' };

export interface Working {
  readonly side: Side;
  readonly terms: OrderTerms;
  readonly grid: TickGrid;
  /** Collar of a buy, floor of a sell. */
  readonly bound: Price;
  readonly policy: EntryPolicy;
  /** False when all steps are taken: only a conversion is left. */
  readonly stepsLeft: boolean;
}

/** `quote` is sound and fresh; the caller has made sure. */
export function nextTerms(working: Working, quote: Quote): NextTerms {
  const { terms } = working;
  if (terms.kind === 'market') return { kind: 'stay', why: 'already_market' };
  const converted = conversion(working, terms.limit, quote);
  if (converted !== null) return { kind: 'convert', terms: converted };
  if (!working.stepsLeft) return { kind: 'stay', why: 'at_bound' };
  const limit = oneTickCloser(working, terms.limit);
  return limit === null
    ? { kind: 'stay', why: 'at_bound' }
    : { kind: 'step', terms: { kind: 'limit', limit } };
}

/**
 * Whether a market order may be sent into this quote: sound and fresh (else `null`), and what it
 * would meet within the bound. A locked market may price an order but never force one.
 */
export function allowsMarket(side: Side, quote: Quote | null, bound: Price): boolean {
  if (quote === null || quote.bid >= quote.ask) return false;
  return isWithin(side, side === 'buy' ? quote.ask : quote.bid, bound);
}

function conversion(working: Working, limit: Price, quote: Quote): OrderTerms | null {
  const { side, grid, bound, policy } = working;
  if (policy.convert === 'never' || !allowsMarket(side, quote, bound)) return null;
  const far = side === 'buy' ? quote.ask : quote.bid;
  const distance = side === 'buy' ? ticksBetween(grid, limit, far) : ticksBetween(grid, far, limit);
  if (distance > policy.convertWithinTicks) return null;
  if (policy.convert === 'market') return { kind: 'market' };
  const reach =
    side === 'buy'
      ? minPrice(addTicks(grid, roundDown(grid, far), 1), roundDown(grid, bound))
      : maxPrice(addTicks(grid, roundUp(grid, far), -1), roundUp(grid, bound));
  return reach === limit ? null : { kind: 'limit', limit: reach };
}

function oneTickCloser({ side, grid, bound }: Working, limit: Price): Price | null {
  const closer = side === 'buy' ? next(grid, limit) : previous(grid, limit);
  return closer > 0n && isWithin(side, closer, bound) ? closer : null;
}

function isWithin(side: Side, price: Price, bound: Price): boolean {
  return side === 'buy' ? price <= bound : price >= bound;
}
