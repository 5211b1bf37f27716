import { describe, expect, it } from 'vitest';
import { CSV_HEAD, csvCell, csvLine } from '#audit/csv.ts';
import { toRow } from '#audit/row.ts';
import { sold } from '../../fixtures/desk-courses.ts';
import { tell } from '../../fixtures/telling.ts';

describe('a cell', () => {
  it.each([
    ['plain', '"plain"'],
    ['one "two"', '"one ""two"""'],
    ['a\nb', '"a\nb"'],
    [12.5, '12.5'],
    [null, ''],
    [{ a: ['x'] }, '"{""a"":[""x""]}"'],
  ])('of %j is %s', (value, text) => {
    expect(csvCell(value)).toBe(text);
  });

  it.each(['=HYPERLINK("http://x")', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1'])(
    'never lets a spreadsheet run what a stranger typed: %j',
    (text) => {
      expect(csvCell(text).startsWith(`"'`)).toBe(true);
    },
  );

  it('leaves an amount an amount', () => {
    expect(csvCell('-12.50')).toBe('"-12.50"');
  });
});

it('has as many cells in each line as the head has names', () => {
  const [first] = tell(sold().entries);
  if (first === undefined) throw new Error('no entries');
  const names = CSV_HEAD.trimEnd().split(',');
  expect(names).toEqual(Object.keys(toRow(first)).toSorted(byPlace(names)));
  for (const told of tell(sold().entries)) {
    const cells = csvLine(toRow(told)).match(/(?:^|,)(?:"(?:[^"]|"")*"|[^,"\r]*)/g) ?? [];
    expect(cells).toHaveLength(names.length);
  }
});

function byPlace(names: readonly string[]) {
  return (a: string, b: string) => names.indexOf(a) - names.indexOf(b);
}
