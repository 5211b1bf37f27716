import { describe, expect, it } from 'vitest';
import { formatPrice } from '#kernel/price.ts';
import type { Instrument } from '#market/instrument.ts';
import { priceClose } from '#risk/close-price.ts';
import { futureOf, optionOf, quoteOf, shareOf } from '../../fixtures/risk.ts';

function closed(instrument: Instrument, bid: string, ask: string): string {
  const { limit, floor } = priceClose(instrument, quoteOf(instrument, bid, ask));
  return `${formatPrice(limit)} ≥ ${formatPrice(floor)}`;
}

describe('the first limit and the floor of a close', () => {
  it.each<[string, Instrument, [bid: string, ask: string], string]>([
    ['the mid', optionOf(), ['0.72', '0.76'], '0.74 ≥ 0.47'],
    ['a mid between ticks, up', optionOf(), ['0.75', '0.76'], '0.76 ≥ 0.50'],
    ['a cheap option: at least one tick', optionOf(), ['0.05', '0.10'], '0.08 ≥ 0.01'],
    ['one in nickels', optionOf('KLAC', '880', 'C'), ['0.05', '0.10'], '0.10 ≥ 0.05'],
    ['a locked market', optionOf(), ['0.75', '0.75'], '0.75 ≥ 0.50'],
    ['0.40 below a bid of 2', optionOf(), ['2.00', '2.10'], '2.05 ≥ 1.60'],
    ['a share, 3 %', shareOf(), ['100.00', '100.02'], '100.01 ≥ 97.00'],
    ['a future, 1 %', futureOf(), ['6700.00', '6700.25'], '6700.25 ≥ 6633.00'],
  ])('%s', (_, instrument, [bid, ask], expected) => {
    expect(closed(instrument, bid, ask)).toBe(expected);
  });
});
