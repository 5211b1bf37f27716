import { describe, expect, it } from 'vitest';
import { quoteText } from '#app/chat/quote-line.ts';
import { plus } from '#kernel/time.ts';
import { optionOf, quoteOf } from '../../../fixtures/risk.ts';

const UBER = optionOf('UBER', '78', 'P', '2025-12-05');

describe('the words of a quote', () => {
  const quote = quoteOf(UBER, '0.74', '0.78');
  const now = plus(quote.receivedAt, 1_500);

  it('are prices, sizes and age', () => {
    expect(quoteText(UBER, quote, now)).toMatch(
      /^UBER 78P .*: 0\.74 × \d+ \/ 0\.78 × \d+, 1\.5 s old$/,
    );
  });

  it('say of a delayed one that it is delayed', () => {
    expect(quoteText(UBER, { ...quote, delayed: true }, now)).toContain('delayed');
  });
});
