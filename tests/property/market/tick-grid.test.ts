import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Price, price, priceFromUnits } from '#kernel/price.ts';
import {
  addTicks,
  isOnGrid,
  next,
  previous,
  roundDown,
  roundUp,
  type TickGrid,
  tickAt,
  tickGrid,
  ticksBetween,
} from '#market/tick-grid.ts';
import { CENT_GRID, EQUITY_GRID, NICKEL_GRID, PENNY_GRID } from '#market/tick-tables.ts';

/** Every accepted price from `from` to `to`, found by walking up one unit at a time. */
function accepted(grid: TickGrid, from: bigint, to: bigint): bigint[] {
  const found: bigint[] = [];
  for (let units = from; units <= to; units += 1n) {
    const band = grid.bands.find(({ below }) => below === null || units < below);
    if (band && units % band.tick === 0n) found.push(units);
  }
  return found;
}

/** Grids of small whole units, so that the oracle can walk; thresholds fit the ticks beside. */
const smallGrid = fc
  .array(
    fc.record({
      tick: fc.integer({ min: 1, max: 6 }),
      length: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((drafts) => {
    let from = 0;
    const bands = drafts.map(({ tick, length }, at) => {
      const following = drafts[at + 1];
      if (!following) return { below: null, tick: priceFromUnits(BigInt(tick)) };
      const step = tick * following.tick;
      from = (Math.floor(from / step) + length) * step;
      return { below: priceFromUnits(BigInt(from)), tick: priceFromUnits(BigInt(tick)) };
    });
    return tickGrid(bands);
  })
  .filter((grid) => grid.ok)
  .map((grid) => grid.value);

const LOW = -30n;
const HIGH = 150n;
const within = fc.bigInt({ min: LOW, max: HIGH });
const smallCase = fc.tuple(smallGrid, within);

describe('a tick grid agrees with walking its prices one by one', () => {
  it('when rounding and stepping', () => {
    fc.assert(
      fc.property(smallCase, ([grid, units]) => {
        const at = priceFromUnits(units);
        const row = accepted(grid, LOW - 10n, HIGH + 10n);
        expect(isOnGrid(grid, at)).toBe(row.includes(units));
        expect(roundDown(grid, at)).toBe(row.findLast((other) => other <= units));
        expect(roundUp(grid, at)).toBe(row.find((other) => other >= units));
        expect(next(grid, at)).toBe(row.find((other) => other > units));
        expect(previous(grid, at)).toBe(row.findLast((other) => other < units));
      }),
      { numRuns: 300 },
    );
  });

  it('when adding and counting ticks', () => {
    fc.assert(
      fc.property(smallGrid, within, within, (grid, one, other) => {
        const [from, to] = [priceFromUnits(one), priceFromUnits(other)];
        const row = accepted(grid, LOW - 10n, HIGH + 10n);
        const passed = row.filter((units) =>
          to >= from ? units > from && units <= to : units < from && units >= to,
        );
        const count = to >= from ? passed.length : -passed.length;
        expect(ticksBetween(grid, from, to) + 0).toBe(count + 0);
        const reached = to >= from ? passed.at(-1) : passed[0];
        expect(addTicks(grid, from, count)).toBe(reached ?? from);
      }),
      { numRuns: 300 },
    );
  });
});

const GRIDS = [
  ['equity', EQUITY_GRID],
  ['penny class', PENNY_GRID],
  ['nickel class', NICKEL_GRID],
  ['cents', CENT_GRID],
] as const;
const anyPrice = fc.bigInt({ min: 0n, max: price('500') }).map(priceFromUnits);

describe.each(GRIDS)('on the %s grid', (_, grid) => {
  it('rounding lands on the grid, at most one tick away, on the named side', () => {
    fc.assert(
      fc.property(anyPrice, (at) => {
        const [low, high] = [roundDown(grid, at), roundUp(grid, at)];
        expect(isOnGrid(grid, low) && isOnGrid(grid, high)).toBe(true);
        expect(low <= at && at <= high).toBe(true);
        expect(high - low <= tickAt(grid, at)).toBe(true);
        expect(high === low).toBe(isOnGrid(grid, at));
      }),
    );
  });

  it('stepping up and down again comes back, across every threshold', () => {
    fc.assert(
      fc.property(anyPrice, fc.integer({ min: -400, max: 400 }), (at, count) => {
        const from = roundDown(grid, at);
        const to = addTicks(grid, from, count);
        expect(isOnGrid(grid, to)).toBe(true);
        expect(addTicks(grid, to, -count)).toBe(from);
        expect(ticksBetween(grid, from, to)).toBe(count);
        expect(ticksBetween(grid, to, from) + 0).toBe(-count + 0);
      }),
    );
  });

  it('many ticks are as many single ones', () => {
    fc.assert(
      fc.property(anyPrice, fc.integer({ min: 0, max: 60 }), (at, count) => {
        expect(addTicks(grid, at, count)).toBe(repeated(next, grid, at, count));
        expect(addTicks(grid, at, -count)).toBe(repeated(previous, grid, at, count));
      }),
    );
  });
});

type Step = (grid: TickGrid, at: Price) => Price;

function repeated(step: Step, grid: TickGrid, from: Price, count: number): Price {
  let at = from;
  for (let done = 0; done < count; done += 1) at = step(grid, at);
  return at;
}
