import { describe, expect, it } from 'vitest';
import { formatPrice, price } from '#kernel/price.ts';
import { epochMs } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { mid, type Quote, quoteAge, quoteDefect } from '#market/quote.ts';

const SOUND: Quote = {
  symbol: asInstrumentSymbol('UBER  261204P00078000'),
  bid: price('0.75'),
  ask: price('0.80'),
  bidSize: 10,
  askSize: 1,
  eventAt: epochMs(1_000),
  receivedAt: epochMs(1_200),
};

describe('a quote', () => {
  it('prices an order when both sides are there', () => {
    expect(quoteDefect(SOUND)).toBeNull();
  });

  it('prices an order when it is locked', () => {
    expect(quoteDefect({ ...SOUND, bid: price('0.80') })).toBeNull();
  });

  it.each([
    ['nobody bids', { bid: price('0') }, 'no_bid'],
    ['nobody offers', { ask: price('0') }, 'no_ask'],
    ['the bid is above the ask', { bid: price('0.81') }, 'crossed'],
    ['nothing stands behind the bid', { bidSize: 0 }, 'no_size'],
    ['nothing stands behind the ask', { askSize: 0 }, 'no_size'],
    ['trading is halted', { halted: true, bid: price('0') }, 'halted'],
  ] as const)('does not when %s', (_, change, defect) => {
    expect(quoteDefect({ ...SOUND, ...change })).toBe(defect);
  });

  it('has an exact middle, on the grid or not', () => {
    expect(formatPrice(mid(SOUND))).toBe('0.775');
    expect(formatPrice(mid({ ...SOUND, ask: price('0.76') }))).toBe('0.755');
    const bond = { ...SOUND, bid: price('112.515625'), ask: price('112.53125') };
    expect(formatPrice(mid(bond))).toBe('112.5234375');
  });

  it('grows older by both clocks, and is never younger than new', () => {
    expect(quoteAge(SOUND, epochMs(1_500))).toEqual({ receivedMs: 300, eventMs: 500 });
    expect(quoteAge(SOUND, epochMs(900))).toEqual({ receivedMs: 0, eventMs: 0 });
  });
});
