import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxPrice, type Price, priceFromUnits } from '#kernel/price.ts';
import { mid } from '#market/quote.ts';
import { addTicks, isOnGrid, roundDown, tickAt, ticksBetween } from '#market/tick-grid.ts';
import { priceClose } from '#risk/close-price.ts';
import { priceEntry } from '#risk/entry-price.ts';
import { futureOf, NOW, optionOf, policyOf, shareOf } from '../../fixtures/risk.ts';

const LIMITS = policyOf().limits;
const MILL = 1_000_000n;

/** Penny, nickel and cent options, a share, a future in quarters. */
const instruments = fc.constantFrom(
  optionOf(),
  optionOf('KLAC', '880', 'C'),
  optionOf('SPY', '680'),
  shareOf(),
  futureOf(),
);
/** Around every threshold, on and off the grid. */
const prices = fc.bigInt({ min: 1n, max: 12_000n }).map((mills) => priceFromUnits(mills * MILL));

const markets = fc
  .record({ instrument: instruments, bid: prices, spreadTicks: fc.integer({ min: 0, max: 40 }) })
  .map(({ instrument, bid: wanted, spreadTicks }) => {
    const { grid, symbol } = instrument;
    const bid = maxPrice(roundDown(grid, wanted), tickAt(grid, priceFromUnits(0n)));
    const ask = addTicks(grid, bid, spreadTicks);
    const sizes = { bidSize: 1, askSize: 1, eventAt: NOW, receivedAt: NOW };
    return { instrument, quote: { symbol, bid, ask, ...sizes } };
  });

const stated = fc
  .record({ price: fc.option(prices), above: fc.option(prices) })
  .map(({ price, above }) => ({
    price,
    priceHigh: price === null || above === null ? null : priceFromUnits(price + above),
  }));

describe('the first limit of an entry', () => {
  it('lies on the grid, at one tick or more, inside the collar', () => {
    fc.assert(
      fc.property(markets, stated, fc.boolean(), ({ instrument, quote }, wanted, isQuoted) => {
        const made = priceEntry(wanted, instrument, isQuoted ? quote : null, LIMITS);
        if (!made.ok) return;
        const { limit, collar } = made.value;
        const { grid } = instrument;
        expect(isOnGrid(grid, limit) && isOnGrid(grid, collar)).toBe(true);
        expect(limit).toBeGreaterThan(0n);
        expect(limit).toBeLessThanOrEqual(collar);
      }),
      { numRuns: 500 },
    );
  });

  it('is never above alert or mid, save for the one tick an order needs', () => {
    fc.assert(
      fc.property(markets, stated, ({ instrument, quote }, wanted) => {
        const made = priceEntry(wanted, instrument, quote, LIMITS);
        if (!made.ok) return;
        const least = tickAt(instrument.grid, priceFromUnits(0n));
        const lower =
          wanted.price !== null && wanted.price < mid(quote) ? wanted.price : mid(quote);
        expect(made.value.limit).toBeLessThanOrEqual(maxPrice(lower, least));
        expect(lower - made.value.limit).toBeLessThan(tickAt(instrument.grid, lower));
      }),
      { numRuns: 500 },
    );
  });

  it('has a collar three ticks from the alert and one from the ask at most', () => {
    fc.assert(
      fc.property(markets, stated, ({ instrument, quote }, wanted) => {
        const made = priceEntry(wanted, instrument, quote, LIMITS);
        if (!made.ok) return;
        const { grid } = instrument;
        const highest = wanted.priceHigh ?? wanted.price;
        const [from, most] = highest === null ? [quote.ask, 0] : [roundDown(grid, highest), 3];
        const ticksAbove = (of: Price): number => ticksBetween(grid, of, made.value.collar);
        expect(ticksAbove(from)).toBeLessThanOrEqual(most);
        expect(ticksAbove(quote.ask)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the first limit of a close', () => {
  it('lies on the grid between floor and ask, never below the mid', () => {
    fc.assert(
      fc.property(markets, ({ instrument, quote }) => {
        const { limit, floor } = priceClose(instrument, quote);
        const { grid } = instrument;
        expect(isOnGrid(grid, limit) && isOnGrid(grid, floor)).toBe(true);
        expect(floor).toBeGreaterThan(0n);
        expect(floor).toBeLessThanOrEqual(limit);
        expect(limit).toBeGreaterThanOrEqual(mid(quote));
        expect(limit).toBeLessThanOrEqual(quote.ask);
      }),
      { numRuns: 500 },
    );
  });
});
