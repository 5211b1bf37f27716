/** How long an alert waits for the quotes it is judged by. */
import { describe, expect, it } from 'vitest';
import { awaitQuotes } from '#app/lane/market-facts.ts';
import type { QuoteSource } from '#feeds/ports.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import type { Instrument } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import { NOW, optionOf, quoteOf } from '../../fixtures/risk.ts';

const PUT = optionOf('UBER', '78', 'P', '2025-12-05');
const LIVE: Quote = quoteOf(PUT, '0.74', '0.80');
const DELAYED: Quote = { ...LIVE, delayed: true };

function waiting(first: Quote | null, contract: Instrument = PUT) {
  const clock = createVirtualClock(NOW);
  const listeners = new Set<(quote: Quote) => void>();
  let latest = first;
  let isOver = false;
  const quotes: QuoteSource = {
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    latest: () => latest,
    onQuote: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  void awaitQuotes([contract], quotes, clock, 1_500).then(() => {
    isOver = true;
  });
  return {
    isOver: () => new Promise((resolve) => setImmediate(() => resolve(isOver))),
    pass: (ms: number) => clock.advance(ms),
    tell: (quote: Quote) => {
      latest = quote;
      for (const listener of listeners) listener(quote);
    },
  };
}

describe('an alert', () => {
  it('waits for no quote that is there', async () => {
    expect(await waiting(LIVE).isOver()).toBe(true);
  });

  it('waits for the first quote, and no longer than it may', async () => {
    const told = waiting(null);
    expect(await told.isOver()).toBe(false);
    told.tell(LIVE);
    expect(await told.isOver()).toBe(true);
    const untold = waiting(null);
    untold.pass(1_500);
    expect(await untold.isOver()).toBe(true);
  });

  it('waits behind a delayed quote for a live one: the venue may not have said yet', async () => {
    const { tell, isOver } = waiting(DELAYED);
    expect(await isOver()).toBe(false);
    tell(DELAYED);
    expect(await isOver()).toBe(false);
    tell(LIVE);
    expect(await isOver()).toBe(true);
  });

  it('waits behind a quote that prices nothing for one that does', async () => {
    const { tell, isOver } = waiting({ ...LIVE, askSize: 0 });
    expect(await isOver()).toBe(false);
    tell({ ...LIVE, bid: LIVE.ask, ask: LIVE.bid });
    expect(await isOver()).toBe(false);
    tell(LIVE);
    expect(await isOver()).toBe(true);
  });

  it('waits for no better quote of what does not trade, as an index', async () => {
    const sizeless = { ...LIVE, askSize: 0 };
    expect(await waiting(sizeless, { ...PUT, tradable: false }).isOver()).toBe(true);
  });
});
