import { describe, expect, it } from 'vitest';
import type { QuoteSource } from '#feeds/ports.ts';
import { QuoteLeases } from '#orders/quote-leases.ts';
import { optionOf, shareOf } from '../../fixtures/risk.ts';

function source(): QuoteSource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    subscribe: ({ symbol }) => asked.push(`+${symbol.trim()}`),
    unsubscribe: (symbol) => asked.push(`-${symbol.trim()}`),
    latest: () => null,
    onQuote: () => () => undefined,
  };
}

describe('quotes on loan', () => {
  it('end when the last who wanted them lets go', () => {
    const quotes = source();
    const leases = new QuoteLeases(quotes);
    const [first, second] = [leases.hold(shareOf()), leases.hold(shareOf())];
    first();
    expect(quotes.asked).not.toContain('-UBER');
    second();
    expect(quotes.asked.at(-1)).toBe('-UBER');
  });

  it('are not ended by letting go twice', () => {
    const quotes = source();
    const leases = new QuoteLeases(quotes);
    const [first] = [leases.hold(shareOf()), leases.hold(shareOf())];
    first();
    first();
    expect(quotes.asked).not.toContain('-UBER');
  });

  it('of one instrument say nothing of another', () => {
    const quotes = source();
    const leases = new QuoteLeases(quotes);
    const letGo = leases.hold(shareOf());
    leases.hold(optionOf());
    letGo();
    expect(quotes.asked).toEqual(['+UBER', '+UBER  251212P00078000', '-UBER']);
  });

  it('begin again after they have ended', () => {
    const quotes = source();
    const leases = new QuoteLeases(quotes);
    leases.hold(shareOf())();
    leases.hold(shareOf());
    expect(quotes.asked).toEqual(['+UBER', '-UBER', '+UBER']);
  });
});
