import { describe, expect, it } from 'vitest';
import { read } from '../../../../fixtures/labelled-messages.ts';

function portionOf(text: string) {
  const { alert } = read(text);
  return alert === null ? null : { partial: alert.partial, fraction: alert.fraction };
}

describe('how much an exit closes', () => {
  it.each([
    ['STC half AMD 215c 10/16 @ 4.45', 1 / 2],
    ['STC 1/3 AMD 215c 10/16 @ 4.45', 1 / 3],
    ['STC ½ AMD 215c 10/16 @ 4.45', 1 / 2],
    ['taking 40 % off AMD 215c 10/16 @ 4.45', 0.4],
    ['trimming 20% AMD 215c 10/16 @ 4.45', 0.2],
    ['sold 3 of 5 AMD 215c 10/16 @ 4.45', 0.6],
    ['STC AMD 215c 10/16 @ 4.45 - 75% out', 0.75],
  ])('%s: a stated part', (text, fraction) => {
    expect(portionOf(text)).toEqual({ partial: true, fraction });
  });

  it.each([
    'STC AMD 215c 10/16 @ 4.45 partial',
    'STC some AMD 215c 10/16 @ 4.45',
    'Trimmed AMD 215c 10/16 @ 4.45',
    'scaling out of AMD 215c 10/16 @ 4.45',
    'took profits on AMD 215c 10/16 @ 4.45',
    'Close or Trim AMD 215c 10/16 @ 4.45',
    'STC AMD 215c 10/16 @ 4.45 leaving runners',
    'STC AMD 215c 10/16 @ 4.45, holding the rest',
    'STC AMD 215c 10/16 @ 4.45, rest stop at b/e',
    'STC AMD 215c 10/16 @ 4.45, 2 cons left',
    'STC AMD 215c 10/16 @ 4.45 Remaining: 2',
  ])('%s: a part', (text) => {
    expect(portionOf(text)).toEqual({ partial: true, fraction: null });
  });

  it.each([
    'STC AMD 215c 10/16 @ 4.45',
    'STC rest of AMD 215c 10/16 @ 4.45',
    'STC remaining AMD 215c 10/16 @ 4.45',
    'STC last AMD 215c 10/16 @ 4.45',
    'sold all AMD 215c 10/16 @ 4.45',
    'all out AMD 215c 10/16 @ 4.45',
    'stopped out AMD 215c 10/16 @ 1.45',
    'STC AMD 215c 10/16 @ 4.45, no runners',
    'STC AMD 215c 10/16 @ 4.45 none left',
  ])('%s: everything', (text) => {
    expect(portionOf(text)).toEqual({ partial: false, fraction: null });
  });

  it('a count of what is kept is no quantity', () => {
    expect(read('STC AMD 215c 10/16 @ 4.45 leave 2 runners').alert?.quantity).toBeNull();
    expect(read('STC 3 AMD 215c 10/16 @ 4.45, 2 left').alert?.quantity).toBe(3);
  });
});
