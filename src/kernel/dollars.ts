/** Money as a person reads it. */
import { formatMoney, type Money, moneyFromUnits } from './price.ts';

/** `$25,000.00`, with a minus sign in front when negative. */
export function dollars(amount: Money): string {
  const [whole = '', fraction = ''] = formatMoney(magnitude(amount)).split('.');
  return `${amount < 0n ? '−' : ''}$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}

/** A result: `+$150.00`, `−$20.00`, `$0.00`. */
export function gain(amount: Money): string {
  return `${amount > 0n ? '+' : ''}${dollars(amount)}`;
}

function magnitude(amount: Money): Money {
  return amount < 0n ? moneyFromUnits(-amount) : amount;
}
