/** What every source of quotes does. */
import { describe, expect, it } from 'vitest';
import type { QuoteSource } from '#feeds/ports.ts';
import type { Instrument } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';

export interface QuoteSourceHarness {
  readonly source: QuoteSource;
  /** Two instruments that are being quoted. */
  readonly instruments: readonly [Instrument, Instrument];
  /** Lets so much time pass that each of them is quoted several times. */
  readonly passTime: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export function quoteSourceContract(name: string, open: () => Promise<QuoteSourceHarness>): void {
  async function use(test: (harness: QuoteSourceHarness) => Promise<void>): Promise<void> {
    const harness = await open();
    try {
      await test(harness);
    } finally {
      await harness.close();
    }
  }

  describe(`QuoteSource: ${name}`, () => {
    it('knows no quote of what was never subscribed', () =>
      use(async ({ source, instruments, passTime }) => {
        await passTime();
        expect(source.latest(instruments[0].symbol)).toBeNull();
      }));

    it('quotes what is subscribed, and keeps the newest', () =>
      use(async ({ source, instruments, passTime }) => {
        const heard = listen(source);
        source.subscribe(instruments[0]);
        await passTime();
        expect(heard.length).toBeGreaterThan(1);
        expect(source.latest(instruments[0].symbol)).toEqual(heard.at(-1));
      }));

    it('quotes each instrument under its own symbol, and no other', () =>
      use(async ({ source, instruments, passTime }) => {
        const heard = listen(source);
        for (const instrument of instruments) source.subscribe(instrument);
        await passTime();
        const symbols = instruments.map(({ symbol }) => symbol);
        expect(new Set(heard.map(({ symbol }) => symbol))).toEqual(new Set(symbols));
        for (const symbol of symbols) expect(source.latest(symbol)?.symbol).toBe(symbol);
      }));

    it('tells of every quote once, however often it was asked for', () =>
      use(async ({ source, instruments, passTime }) => {
        const heard = listen(source);
        source.subscribe(instruments[0]);
        source.subscribe(instruments[0]);
        await passTime();
        expect(new Set(heard).size).toBe(heard.length);
        const instants = heard.map(({ receivedAt, eventAt }) => `${receivedAt} ${eventAt}`);
        expect(new Set(instants).size).toBe(instants.length);
      }));

    it('tells in order of receipt, of quotes no younger than their receipt', () =>
      use(async ({ source, instruments, passTime }) => {
        const heard = listen(source);
        for (const instrument of instruments) source.subscribe(instrument);
        await passTime();
        const times = heard.map(({ receivedAt }) => receivedAt);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        for (const quote of heard) expect(quote.eventAt).toBeLessThanOrEqual(quote.receivedAt);
      }));

    it('falls silent about what is no longer subscribed, and forgets it', () =>
      use(async ({ source, instruments, passTime }) => {
        const [first, second] = instruments;
        const heard = listen(source);
        source.subscribe(first);
        source.subscribe(second);
        await passTime();
        source.unsubscribe(first.symbol);
        heard.length = 0;
        await passTime();
        expect(heard.length).toBeGreaterThan(0);
        expect(heard.filter(({ symbol }) => symbol === first.symbol)).toEqual([]);
        expect(source.latest(first.symbol)).toBeNull();
      }));

    it('takes no harm from the end of a subscription that never was', () =>
      use(async ({ source, instruments }) => {
        expect(() => source.unsubscribe(instruments[0].symbol)).not.toThrow();
      }));

    it('tells several listeners, and none that has stopped listening', () =>
      use(async ({ source, instruments, passTime }) => {
        const stopped: Quote[] = [];
        const stop = source.onQuote((quote) => stopped.push(quote));
        const heard = listen(source);
        source.subscribe(instruments[0]);
        await passTime();
        expect(stopped).toEqual(heard);
        stop();
        const before = stopped.length;
        await passTime();
        expect(stopped).toHaveLength(before);
        expect(heard.length).toBeGreaterThan(before);
      }));

    it('quotes no negative price or size', () =>
      use(async ({ source, instruments, passTime }) => {
        const heard = listen(source);
        for (const instrument of instruments) source.subscribe(instrument);
        await passTime();
        for (const { bid, ask, bidSize, askSize } of heard) {
          expect(bid).toBeGreaterThanOrEqual(0n);
          expect(ask).toBeGreaterThanOrEqual(0n);
          expect(Number.isSafeInteger(bidSize) && bidSize >= 0).toBe(true);
          expect(Number.isSafeInteger(askSize) && askSize >= 0).toBe(true);
        }
      }));
  });
}

function listen(source: QuoteSource): Quote[] {
  const heard: Quote[] = [];
  source.onQuote((quote) => heard.push(quote));
  return heard;
}
