/** What reached the broker, as lines a person can compare: from its own ledger alone. */
import type { SeenMutation } from '#adapters/simulated/ledger.ts';
import { formatPrice } from '#kernel/price.ts';
import type { OrderTerms } from '#orders/ports.ts';
import type { Books } from './evidence.ts';

/**
 * One line for each mutation, timed from the first of them in seconds: `0.000 buy 4 @ 0.75`,
 * `20.000 edit @ 0.76`, `43.333 cancel 4 @ 0.75`; refused ones end with the broker's code.
 */
export function sent(ledger: Books): readonly string[] {
  const from = ledger.mutations[0]?.at ?? 0;
  return ledger.mutations.map((seen) => {
    const seconds = ((seen.at - from) / 1000).toFixed(3);
    const refused = seen.rejection === null ? '' : ` refused: ${seen.rejection.code}`;
    return `${seconds} ${wordsOf(ledger, seen)}${refused}`;
  });
}

/** The same without the times. */
export function sentOnly(ledger: Books): readonly string[] {
  return sent(ledger).map((line) => line.slice(line.indexOf(' ') + 1));
}

/** One line for each trade: `buy 4 @ 0.75`. */
export function traded(ledger: Books): readonly string[] {
  return ledger.trades.map(
    ({ side, quantity, price }) => `${side} ${quantity} @ ${formatPrice(price)}`,
  );
}

/** What works at the broker now: `sell 2 @ 1.5`, less what has filled of it. */
export function working(ledger: Books): readonly string[] {
  return ledger
    .orders()
    .filter(({ status }) => !ENDED.has(status))
    .map(({ side, remaining, terms }) => `${side} ${remaining} @ ${at(terms)}`);
}

export const ENDED: ReadonlySet<string> = new Set([
  'filled',
  'cancelled',
  'rejected',
  'expired',
  'removed',
]);

function wordsOf(ledger: Books, seen: SeenMutation): string {
  const { kind, terms, quantity, clientOrderId, target } = seen;
  if (kind === 'cancel') {
    const order = ledger.orders().find(({ orderId }) => orderId === target);
    return order === undefined ? 'cancel nothing' : `cancel ${order.quantity} @ ${at(order.terms)}`;
  }
  const price = terms === null ? '' : ` @ ${at(terms)}`;
  if (kind === 'replace') return `edit${price}`;
  const side = /\.E\d+$/.test(clientOrderId ?? '') ? 'buy' : 'sell';
  return `${side} ${quantity}${price}`;
}

function at(terms: OrderTerms): string {
  return terms.kind === 'market' ? 'market' : formatPrice(terms.limit);
}
