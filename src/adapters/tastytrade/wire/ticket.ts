/**
 * Orders of the desk as request bodies of the venue.
 *
 * Prices are positive, the direction is `price-effect`; a market order is `Day` and has no price;
 * futures know `Buy` and `Sell` alone. `ext-client-order-id` is the venue's own and never sent.
 */
import { formatPrice } from '#kernel/price.ts';
import type { Instrument } from '#market/instrument.ts';
import type { OrderTerms, OrderTicket, PositionEffect, Side } from '#orders/ports.ts';

const SOURCE = 'strikewire';

const INSTRUMENT_TYPE = {
  equity: 'Equity',
  option: 'Equity Option',
  future: 'Future',
  future_option: 'Future Option',
} as const;

const TIME_IN_FORCE = { day: 'Day', gtc: 'GTC' } as const;

/** What of an order stays when its price changes, and has to be said again. */
export interface EditedOrder {
  readonly side: Side;
  readonly effect: PositionEffect;
  /** `Day`, `GTC`, …; as the venue stated it. */
  readonly timeInForce: string;
}

export function newOrderBody(ticket: OrderTicket): Readonly<Record<string, unknown>> {
  const { instrument, side, effect, quantity, terms, timeInForce } = ticket;
  return {
    'time-in-force': terms.kind === 'market' ? 'Day' : TIME_IN_FORCE[timeInForce],
    ...termsBody(terms, side),
    'external-identifier': ticket.clientOrderId,
    source: SOURCE,
    'automated-source': true,
    ...strictness(effect),
    legs: [
      {
        'instrument-type': INSTRUMENT_TYPE[instrument.kind],
        symbol: instrument.symbol,
        quantity,
        action: actionOf(instrument, side, effect),
      },
    ],
  };
}

/** An edit has no legs: it can change no quantity. */
export function editBody(
  order: EditedOrder,
  terms: OrderTerms,
  externalIdentifier: string,
): Readonly<Record<string, unknown>> {
  return {
    'time-in-force': terms.kind === 'market' ? 'Day' : order.timeInForce,
    ...termsBody(terms, order.side),
    'external-identifier': externalIdentifier,
    source: SOURCE,
    'automated-source': true,
    ...strictness(order.effect),
  };
}

function termsBody(terms: OrderTerms, side: Side): Readonly<Record<string, unknown>> {
  if (terms.kind === 'market') return { 'order-type': 'Market' };
  return {
    'order-type': 'Limit',
    price: formatPrice(terms.limit),
    'price-effect': side === 'buy' ? 'Debit' : 'Credit',
  };
}

/** Without it the venue turns a close without a position into an opening order. */
function strictness(effect: PositionEffect): Readonly<Record<string, unknown>> {
  if (effect === 'open') return {};
  return { 'advanced-instructions': { 'strict-position-effect-validation': true } };
}

function actionOf({ kind }: Instrument, side: Side, effect: PositionEffect): string {
  const verb = side === 'buy' ? 'Buy' : 'Sell';
  return kind === 'future' ? verb : `${verb} to ${effect === 'open' ? 'Open' : 'Close'}`;
}
