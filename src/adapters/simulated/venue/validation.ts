/**
 * What the simulated broker refuses before an order exists. Codes the real broker is known to use
 * are used here; where its code is not known the name says what is wrong (tastytrade does not
 * publish its list).
 */
import type { Money, Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { isOnGrid } from '#market/tick-grid.ts';
import type { OrderTerms, PositionEffect, Rejection, Side } from '#orders/ports.ts';
import { buyingPower } from './accounting.ts';
import { type Book, isTerminal, remainingOf, type VenueOrder } from './book.ts';

const MESSAGES = {
  instrument_validation_failed: 'This symbol is not known here or no longer trades.',
  closing_only: 'This instrument takes closing orders only.',
  validation_error: 'A limit needs a price above zero; an order needs a quantity of at least 1.',
  invalid_price_increment: 'The price is not on the tick grid of the instrument.',
  gtc_market_orders_not_supported: 'GTC/GTD Market orders are not supported.',
  market_closed: 'The market of this instrument is closed.',
  too_close_to_expiration: 'The contract is too close to expiration to be opened.',
  invalid_position_effect: 'There is no open position, not already being closed, of that size.',
  margin_check_failed: 'Account does not have sufficient buying power available for this order.',
  order_not_found: 'No order has this id.',
  cannot_update_order: 'The order cannot be changed or cancelled in its present status.',
} as const;

export type RejectionCode = keyof typeof MESSAGES;

export interface VenueRules {
  readonly isListed: (instrument: Instrument) => boolean;
  readonly isOpen: (instrument: Instrument, at: EpochMs) => boolean;
  /** Contracts cannot be opened this close to their last trade. */
  readonly openUntilMs: number;
}

export interface Terms {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly effect: PositionEffect;
  readonly quantity: Quantity;
  readonly terms: OrderTerms;
  readonly timeInForce: 'day' | 'gtc';
}

export function rejection(code: RejectionCode): Rejection {
  return { code, message: MESSAGES[code] };
}

/** Everything but money. */
export function refusal(
  book: Book,
  order: Terms,
  at: EpochMs,
  rules: VenueRules,
): RejectionCode | null {
  const { instrument } = order;
  if (!rules.isListed(instrument) || !instrument.tradable || lastTradeAt(instrument) <= at) {
    return 'instrument_validation_failed';
  }
  if (order.quantity < 1) return 'validation_error';
  const priced = termsRefusal(instrument, order.terms);
  if (priced !== null) return priced;
  if (order.terms.kind === 'market' && order.timeInForce === 'gtc') {
    return 'gtc_market_orders_not_supported';
  }
  if (!rules.isOpen(instrument, at)) return 'market_closed';
  if (order.effect === 'close') {
    return closable(book, order) < order.quantity ? 'invalid_position_effect' : null;
  }
  if (instrument.closingOnly) return 'closing_only';
  // Short options and shares need a margin rule this account does not have.
  if (order.side === 'sell' && instrument.kind !== 'future') return 'margin_check_failed';
  if (instrument.kind !== 'equity' && lastTradeAt(instrument) - rules.openUntilMs <= at) {
    return 'too_close_to_expiration';
  }
  return null;
}

export function termsRefusal(instrument: Instrument, terms: OrderTerms): RejectionCode | null {
  if (terms.kind === 'market') return null;
  if (terms.limit <= 0n) return 'validation_error';
  return isOnGrid(instrument.grid, terms.limit) ? null : 'invalid_price_increment';
}

export function affordable(book: Book, reserve: Money, freed: Money): boolean {
  return reserve - freed <= buyingPower(book) || reserve <= freed;
}

/** The best price on the far side, for what a market order would hold back. */
export function touchFor(book: Book, order: Pick<Terms, 'instrument' | 'side'>): Price | null {
  const quote = book.quotes.get(order.instrument.symbol)?.quote;
  if (quote === undefined) return null;
  const far = order.side === 'buy' ? quote.ask : quote.bid;
  return far > 0n ? far : null;
}

/** Held and not yet promised to a closing order; a replaced order and its successor count once. */
function closable(book: Book, order: Terms): number {
  const { symbol } = order.instrument;
  const net = book.holdings.get(symbol)?.net ?? 0;
  let free = order.side === 'sell' ? net : -net;
  for (const other of book.live.get(symbol) ?? []) {
    if (other.effect !== 'close' || other.side !== order.side) continue;
    if (!isReplacing(book, other)) free -= remainingOf(other);
  }
  return free;
}

/** A replacement still waiting for the end of its original, which is counted in its stead. */
function isReplacing(book: Book, order: VenueOrder): boolean {
  if (order.replaces === null || order.status !== 'contingent') return false;
  const original = book.orders.get(order.replaces);
  return original !== undefined && !isTerminal(original.status);
}

function lastTradeAt(instrument: Instrument): number {
  return instrument.kind === 'equity' ? Number.POSITIVE_INFINITY : instrument.lastTradeAt;
}
