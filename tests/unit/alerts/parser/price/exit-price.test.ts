import { describe, expect, it } from 'vitest';
import { resultOf } from '../../../../fixtures/labelled-messages.ts';

/** The price of an exit that ends in these words, `null` without one, or `refused`. */
function priceOf(words: string): number | null | 'refused' {
  const result = resultOf(`STC AMD 215c 10/16 ${words}`);
  return result === null ? 'refused' : result.price;
}

describe('the price of an exit', () => {
  it.each([
    ['@ 3.30', 3.3],
    ['3.30', 3.3],
    ['for 3.30', 3.3],
    ['from 2.05 to 3.30', 3.3],
    ['2.05 → 3.30', 3.3],
    ['2.05 -> 2.60 -> 3.30', 3.3],
    ['2.05 > 3.30', 3.3],
    ['@ 3.30 from 2.05', 3.3],
    ['@ 3.30 (avg 2.05)', 3.3],
    ['@ 3.30, bought at 2.05', 3.3],
    ['in at 2.05, out 3.30', 3.3],
    ['@ 3.30 entry was 2.05', 3.3],
    ['@ 3.30 +61%', 3.3],
    ['@ 3.30 (61%)', 3.3],
    ['@ 3.30 +$125', 3.3],
    ['@ 3.30, moving stop from 2.05 to 2.60', 3.3],
    ['@ 3.30-3.40', 3.3],
    ['@ market', null],
    ['@ b/e', null],
    ['@ 61%', null],
  ])('%s is %s', (words, expected) => {
    expect(priceOf(words)).toBe(expected);
  });

  it.each(['3.30 2.05', '2.05/3.30', '2.05-3.30', '@ 3.30 @ 2.05', '@ 0', '3', '@ 3.30 7.77', '@'])(
    '%s is refused',
    (words) => {
      expect(priceOf(words)).toBe('refused');
    },
  );
});
