/** Tick tables of the venue as grids. */
import { describe, expect, it } from 'vitest';
import { gridOf } from '#adapters/tastytrade/wire/instruments.ts';
import { price } from '#kernel/price.ts';

describe('a tick table', () => {
  it('is ordered by threshold, the entry without one last', () => {
    const grid = gridOf([{ value: '0.05' }, { value: '0.01', threshold: '3.0' }], 'X');
    expect(grid?.bands).toEqual([
      { below: price('3'), tick: price('0.01') },
      { below: null, tick: price('0.05') },
    ]);
  });

  it('passes over entries of other symbols', () => {
    const grid = gridOf(
      [
        { value: '0.5', symbol: 'Y' },
        { value: '0.01', symbol: 'X' },
      ],
      'X',
    );
    expect(grid?.bands).toEqual([{ below: null, tick: price('0.01') }]);
  });

  it.each([
    ['nothing', undefined],
    ['no entry', []],
    ['no last band', [{ value: '0.01', threshold: '3.0' }]],
    ['a tick of nothing', [{ value: '0' }]],
    ['NaN', [{ value: 'NaN' }]],
    ['words', [{ value: 'a cent' }]],
  ])('is none where it is %s', (_, table) => {
    expect(gridOf(table, 'X')).toBeNull();
  });
});
