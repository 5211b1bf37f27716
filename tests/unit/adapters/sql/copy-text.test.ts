import { describe, expect, it } from 'vitest';
import { arrayLiteral, CopyText, copyPieces } from '#adapters/sql/copy-text.ts';
import type { Cell } from '#history/model.ts';

function copyLine(cells: readonly Cell[]): string {
  const text = new CopyText();
  const columns = cells.map((_, at) => `c${at}`);
  text.add(Object.fromEntries(cells.map((cell, at) => [`c${at}`, cell])), columns);
  return new TextDecoder().decode(text.bytes);
}

describe('the pieces of a COPY', () => {
  it('hold every line once and whole, and none is much larger than the others', () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => ({
      a: n,
      b: `“${'x'.repeat(n % 700)}” 🎉`,
    }));
    const pieces = [...copyPieces(rows, ['a', 'b'])];
    const lines = rows.map(({ a, b }) => `${a}\t${b}\n`);
    expect(Buffer.concat(pieces).toString()).toBe(lines.join(''));
    expect(pieces.length).toBeGreaterThan(3);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(200_000);
    for (const piece of pieces) expect(piece.at(-1)).toBe(0x0a);
  });

  it('are none for no rows', () => {
    expect([...copyPieces([], ['a'])]).toEqual([]);
  });
});

describe('a line of COPY', () => {
  it('keeps apart what is nothing and what is empty', () => {
    expect(copyLine([null, '', 0, false, 'x'])).toBe('\\N\t\t0\tfalse\tx\n');
  });

  it('escapes what would end a cell or a line, and nothing else', () => {
    expect(copyLine(['a\tb\nc\rd\\e"f'])).toBe('a\\tb\\nc\\rd\\\\e"f\n');
    expect(copyLine(['\\N'])).toBe('\\\\N\n');
  });

  it('is kept whole beside many others, whatever room its letters take', () => {
    const text = new CopyText();
    const said = '“ünïcode” 🎉'.repeat(900);
    for (let n = 0; n < 20; n += 1) text.add({ a: said, b: n }, ['a', 'b']);
    const lines = Array.from({ length: 20 }, (_, n) => `${said}\t${n}\n`);
    expect(new TextDecoder().decode(text.bytes)).toBe(lines.join(''));
  });
});

describe('an array literal', () => {
  it('keeps apart what is nothing, empty, and called so', () => {
    expect(arrayLiteral([null, '', 'NULL', 1, true])).toBe('{NULL,"","NULL",1,true}');
  });

  it('quotes what an array is made of', () => {
    expect(arrayLiteral(['a"b\\c{d},e'])).toBe('{"a\\"b\\\\c{d},e"}');
  });
});
