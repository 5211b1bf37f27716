import { describe, expect, it } from 'vitest';
import { formatPrice, price } from '#kernel/price.ts';
import type { Instrument } from '#market/instrument.ts';
import { priceEntry } from '#risk/entry-price.ts';
import { futureOf, optionOf, policyOf, quoteOf, shareOf } from '../../fixtures/risk.ts';

const UBER = optionOf();
/** Nickels below 3, dimes from there. */
const KLAC = optionOf('KLAC', '880', 'C');

interface Situation {
  readonly of?: Instrument;
  /** The price in the alert, or both ends of its range. */
  readonly alert: string | readonly [low: string, high: string] | null;
  readonly quote: readonly [bid: string, ask: string] | null;
}

/** `limit ≤ collar (from)`, or why there is none. */
function priced({ of: instrument = UBER, alert, quote }: Situation): string {
  const [low, high] = typeof alert === 'string' ? [alert, null] : (alert ?? [null, null]);
  const stated = {
    price: low === null ? null : price(low),
    priceHigh: high === null ? null : price(high),
  };
  const market = quote === null ? null : quoteOf(instrument, ...quote);
  const made = priceEntry(stated, instrument, market, policyOf().limits);
  if (!made.ok) return made.error;
  const { limit, collar, from } = made.value;
  return `${formatPrice(limit)} ≤ ${formatPrice(collar)} (${from})`;
}

describe('the first limit and the collar of an entry', () => {
  it.each<[string, Situation, string]>([
    ['mid below the alert', { alert: '0.75', quote: ['0.70', '0.74'] }, '0.72 ≤ 0.75 (mid)'],
    ['alert below the mid', { alert: '0.75', quote: ['0.76', '0.80'] }, '0.75 ≤ 0.78 (alert)'],
    ['alert at the mid', { alert: '0.75', quote: ['0.73', '0.77'] }, '0.75 ≤ 0.78 (alert)'],
    ['a mid between ticks', { alert: '0.80', quote: ['0.75', '0.76'] }, '0.75 ≤ 0.77 (mid)'],
    ['no price: mid, up to the ask', { alert: null, quote: ['0.70', '0.74'] }, '0.72 ≤ 0.74 (mid)'],
    ['no quote: the alert', { alert: '0.75', quote: null }, '0.75 ≤ 0.78 (alert)'],
    [
      'a one-sided quote: the alert',
      { alert: '0.75', quote: ['0', '0.74'] },
      '0.75 ≤ 0.78 (alert)',
    ],
    ['neither', { alert: null, quote: null }, 'no_price'],
    ['no price, one-sided quote', { alert: null, quote: ['0', '0.74'] }, 'no_price'],
    [
      'a range: from its low end, collar from its high end',
      { alert: ['0.75', '0.85'], quote: ['0.80', '0.90'] },
      '0.75 ≤ 0.88 (alert)',
    ],
    [
      'a range above the market',
      { alert: ['0.75', '0.85'], quote: ['0.60', '0.64'] },
      '0.62 ≤ 0.65 (mid)',
    ],
    ['ticks change at 3.00', { alert: '2.99', quote: ['3.00', '3.10'] }, '2.99 ≤ 3.10 (alert)'],
    ['in nickels', { of: KLAC, alert: '2.93', quote: ['2.90', '3.00'] }, '2.90 ≤ 3.10 (alert)'],
    ['in dimes', { of: KLAC, alert: '4.35', quote: ['4.30', '4.60'] }, '4.30 ≤ 4.60 (alert)'],
    [
      'less than a tick is one tick',
      { of: KLAC, alert: '0.03', quote: ['0.05', '0.10'] },
      '0.05 ≤ 0.15 (alert)',
    ],
    ['a share', { of: shareOf(), alert: '96.4', quote: ['96.38', '96.40'] }, '96.39 ≤ 96.41 (mid)'],
    [
      'a future in quarters',
      { of: futureOf(), alert: '6731.30', quote: ['6731.00', '6731.25'] },
      '6731.00 ≤ 6731.50 (mid)',
    ],
  ])('%s', (_, situation, expected) => {
    expect(priced(situation)).toBe(expected);
  });

  it('refuses when one tick is more than the collar', () => {
    const { limits } = policyOf({ limits: { collarTicksOverAlert: 0 } });
    const stated = { price: price('0.03'), priceHigh: null };
    expect(priceEntry(stated, KLAC, null, limits)).toEqual({ ok: false, error: 'above_collar' });
  });
});
