/** The parts sentences are made of. */
import type { ParsedAlert } from '#alerts/model.ts';
import type { OrderRole } from '#kernel/ids.ts';
import { formatMoney, formatPrice, type Money, moneyFromUnits } from '#kernel/price.ts';
import { contractOf } from '#market/contract-name.ts';
import type { Instrument } from '#market/instrument.ts';
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

/** `$25,000.00`, with a minus in front when negative. */
export function dollars(amount: Money): string {
  const text = formatMoney(amount < 0n ? moneyFromUnits(-amount) : amount);
  const [whole = '', fraction = ''] = text.split('.');
  return `${amount < 0n ? '−' : ''}$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}

/** `+$150.00`, `−$20.00`, `$0.00`. */
export function gain(amount: Money): string {
  return `${amount > 0n ? '+' : ''}${dollars(amount)}`;
}

/** `4 contracts`, `1 contract`, `150 shares`. */
export function countOf(instrument: Instrument, count: number): string {
  const unit = instrument.kind === 'equity' ? 'share' : 'contract';
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The instruction as understood: `BTO 3 UBER 78P 2026-12-04 @ 0.75`. */
export function instruction(alert: ParsedAlert): string {
  const quantity = alert.quantity === null ? '' : `${alert.quantity} `;
  const contract = contractOf({ ...alert, name: alert.symbol });
  return `${alert.action} ${quantity}${contract}${priceOf(alert)}${shareOfPosition(alert)}`;
}

/** A stable code as words: `exit_refused_twice` reads `exit refused twice`. */
export function words(code: string): string {
  return code.replaceAll('_', ' ');
}

function priceOf({ price, priceHigh }: ParsedAlert): string {
  if (price === null) return '';
  return ` @ ${formatPrice(price)}${priceHigh === null ? '' : `–${formatPrice(priceHigh)}`}`;
}

function shareOfPosition({ partial, fraction }: ParsedAlert): string {
  if (!partial) return '';
  return fraction === null ? ', part of it' : `, ${Math.round(fraction * 100)} % of it`;
}
