import { describe, expect, it } from 'vitest';
import { formatPrice, type Price, price } from '#kernel/price.ts';
import {
  addTicks,
  isOnGrid,
  next,
  previous,
  roundDown,
  roundUp,
  tickAt,
  tickGrid,
  ticksBetween,
} from '#market/tick-grid.ts';
import { CENT_GRID, EQUITY_GRID, NICKEL_GRID, PENNY_GRID } from '#market/tick-tables.ts';

const shown = (value: Price): string => formatPrice(value);

describe('the penny grid around 3.00', () => {
  it.each([
    ['2.98', '2.99'],
    ['2.99', '3.00'],
    ['3.00', '3.05'],
    ['3.05', '3.10'],
  ])('leads one tick up from %s to %s, and down again', (low, high) => {
    expect(shown(next(PENNY_GRID, price(low)))).toBe(high);
    expect(shown(previous(PENNY_GRID, price(high)))).toBe(low);
  });

  it('applies the larger tick exactly at the threshold', () => {
    expect(shown(tickAt(PENNY_GRID, price('2.999999999')))).toBe('0.01');
    expect(shown(tickAt(PENNY_GRID, price('3.00')))).toBe('0.05');
  });

  it('accepts 2.97 and 3.05, and neither 2.975 nor 3.02', () => {
    expect(['2.97', '3.05', '2.975', '3.02'].map((at) => isOnGrid(PENNY_GRID, price(at)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('rounds a mid between two ticks down for a buyer and up for a seller', () => {
    expect(shown(roundDown(PENNY_GRID, price('0.755')))).toBe('0.75');
    expect(shown(roundUp(PENNY_GRID, price('0.755')))).toBe('0.76');
    expect(shown(roundDown(PENNY_GRID, price('3.025')))).toBe('3.00');
    expect(shown(roundUp(PENNY_GRID, price('3.025')))).toBe('3.05');
    expect(shown(roundUp(PENNY_GRID, price('2.995')))).toBe('3.00');
  });

  it('counts ticks across the threshold in both directions', () => {
    expect(ticksBetween(PENNY_GRID, price('2.98'), price('3.10'))).toBe(4);
    expect(ticksBetween(PENNY_GRID, price('3.10'), price('2.98'))).toBe(-4);
    expect(shown(addTicks(PENNY_GRID, price('2.98'), 4))).toBe('3.10');
    expect(shown(addTicks(PENNY_GRID, price('3.10'), -4))).toBe('2.98');
  });
});

describe('a price off the grid', () => {
  it('steps first to its neighbour', () => {
    expect(shown(addTicks(PENNY_GRID, price('2.995'), 1))).toBe('3.00');
    expect(shown(addTicks(PENNY_GRID, price('2.995'), 2))).toBe('3.05');
    expect(shown(addTicks(PENNY_GRID, price('3.02'), -1))).toBe('3.00');
    expect(shown(addTicks(PENNY_GRID, price('3.02'), -2))).toBe('2.99');
  });

  it('stays where it is for 0 ticks', () => {
    expect(shown(addTicks(PENNY_GRID, price('3.02'), 0))).toBe('3.02');
  });

  it('is as many ticks away as there are steps that do not pass the other price', () => {
    expect(ticksBetween(PENNY_GRID, price('2.995'), price('3.06'))).toBe(2);
    expect(ticksBetween(PENNY_GRID, price('3.06'), price('2.995'))).toBe(-2);
    expect(ticksBetween(PENNY_GRID, price('3.01'), price('3.04'))).toBe(0);
  });
});

describe('the other standard grids', () => {
  it('move nickel classes by 0.05 below 3.00 and by 0.10 from it', () => {
    expect(shown(next(NICKEL_GRID, price('2.95')))).toBe('3.00');
    expect(shown(next(NICKEL_GRID, price('3.00')))).toBe('3.10');
    expect(shown(previous(NICKEL_GRID, price('3.00')))).toBe('2.95');
  });

  it('move SPY options by 0.01 on either side of 3.00', () => {
    expect(shown(next(CENT_GRID, price('3.00')))).toBe('3.01');
    expect(shown(previous(CENT_GRID, price('3.00')))).toBe('2.99');
  });

  it('move shares by 0.0001 below 1.00', () => {
    expect(shown(next(EQUITY_GRID, price('0.9999')))).toBe('1.00');
    expect(shown(next(EQUITY_GRID, price('1.00')))).toBe('1.01');
    expect(shown(previous(EQUITY_GRID, price('1.00')))).toBe('0.9999');
  });

  it('go on below 0, where a spread or a future may trade', () => {
    expect(shown(previous(PENNY_GRID, price('0')))).toBe('-0.01');
    expect(shown(roundDown(PENNY_GRID, price('-37.635')))).toBe('-37.64');
    expect(ticksBetween(PENNY_GRID, price('-0.02'), price('0.02'))).toBe(4);
  });
});

describe('a table of bands', () => {
  const band = (below: string | null, tick: string) => ({
    below: below === null ? null : price(below),
    tick: price(tick),
  });

  it.each([
    ['without bands', [], { kind: 'no_last_band' }],
    ['that ends', [band('3', '0.01')], { kind: 'no_last_band' }],
    ['with a band after the last', [band(null, '1'), band(null, '1')], { at: 1 }],
    ['out of order', [band('3', '1'), band('2', '1'), band(null, '1')], { kind: 'not_ascending' }],
    ['with a tick of 0', [band(null, '0')], { kind: 'tick_not_positive', at: 0 }],
    ['with a negative tick', [band(null, '-0.01')], { kind: 'tick_not_positive' }],
    [
      'whose threshold the tick below misses',
      [band('3', '0.7'), band(null, '0.1')],
      { kind: 'threshold_off_grid', at: 0 },
    ],
    [
      'whose threshold the tick above misses',
      [band('3', '0.1'), band(null, '0.7')],
      { kind: 'threshold_off_grid', at: 1 },
    ],
  ])('%s is refused', (_, bands, error) => {
    expect(tickGrid(bands)).toMatchObject({ ok: false, error });
  });

  it('that makes sense is a grid', () => {
    expect(tickGrid([band('3', '0.01'), band(null, '0.05')])).toEqual({
      ok: true,
      value: PENNY_GRID,
    });
  });
});
