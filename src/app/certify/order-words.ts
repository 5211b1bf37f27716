/** Orders of a certification in words, and the price that is far from every market. */
import type { Verdict } from '#adapters/tastytrade/http/judge.ts';
import { formatPrice, type Price, ZERO_PRICE } from '#kernel/price.ts';
import type { Instrument } from '#market/instrument.ts';
import { tickAt } from '#market/tick-grid.ts';
import type { BrokerOrder, MutationOutcome, OrderTicket } from '#orders/ports.ts';

/** The least that can be bid: an order far from any market. */
export function lowest({ grid }: Instrument): Price {
  return tickAt(grid, ZERO_PRICE);
}

export function shown({ orderId, status, quantity: size, remaining }: BrokerOrder): string {
  return `order ${orderId} ${status}, ${size - remaining} of ${size} filled`;
}

export function told(outcome: MutationOutcome): string {
  return outcome.kind === 'acked' ? `acknowledged, ${shown(outcome.order)}` : said(outcome);
}

/** What the venue says to a request, as far as it is no order. */
export function said(outcome: Verdict | Exclude<MutationOutcome, { kind: 'acked' }>): string {
  switch (outcome.kind) {
    case 'done':
      return 'taken';
    case 'rejected':
      return `rejected ${outcome.rejection.code}: ${outcome.rejection.message}`;
    case 'not_sent':
      return `not sent, ${outcome.reason}: ${outcome.detail}`;
    case 'ambiguous':
      return `unknown: ${outcome.detail}`;
  }
}

export function described({
  side,
  effect,
  quantity: size,
  instrument,
  terms,
}: OrderTicket): string {
  const price = terms.kind === 'limit' ? `limit ${formatPrice(terms.limit)}` : 'market';
  return `${side} to ${effect} ${size} ${instrument.symbol} ${price}`;
}
