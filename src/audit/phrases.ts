/** The parts sentences are made of. */
import type { ParsedAlert } from '#alerts/model.ts';
import type { OrderRole } from '#kernel/ids.ts';
import { formatPrice } from '#kernel/price.ts';
import { contractOf } from '#market/contract-name.ts';
import type { Quote } from '#market/quote.ts';
import type { OrderTerms } from '#orders/ports.ts';

const ROLE_NAMES = { entry: 'entry order', exit: 'exit order', close: 'closing order' } as const;

export function roleName(role: OrderRole): string {
  return ROLE_NAMES[role];
}

/** `at 0.75`, or `at the market`. */
export function atTerms(terms: OrderTerms): string {
  return terms.kind === 'limit' ? `at ${formatPrice(terms.limit)}` : 'at the market';
}

/** `bid 0.74, ask 0.80`. */
export function bidAsk(quote: Quote): string {
  return `bid ${formatPrice(quote.bid)}, ask ${formatPrice(quote.ask)}`;
}

/** The instruction as understood: `BTO 3 UBER 78P 2026-12-04 @ 0.75`. */
export function instruction(alert: ParsedAlert): string {
  const quantity = alert.quantity === null ? '' : `${alert.quantity} `;
  const contract = contractOf({ ...alert, name: alert.symbol });
  return `${alert.action} ${quantity}${contract}${priceOf(alert)}${shareOfPosition(alert)}`;
}

function priceOf({ price, priceHigh }: ParsedAlert): string {
  if (price === null) return '';
  return ` @ ${formatPrice(price)}${priceHigh === null ? '' : `–${formatPrice(priceHigh)}`}`;
}

function shareOfPosition({ partial, fraction }: ParsedAlert): string {
  if (!partial) return '';
  return fraction === null ? ', part of it' : `, ${Math.round(fraction * 100)} % of it`;
}
