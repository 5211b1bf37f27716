import { describe, expect, it } from 'vitest';
import { arrayLiteral, copyLine } from '#adapters/sql/copy-text.ts';

describe('a line of COPY', () => {
  it('keeps apart what is nothing and what is empty', () => {
    expect(copyLine([null, '', 0, false, 'x'])).toBe('\\N\t\t0\tfalse\tx\n');
  });

  it('escapes what would end a cell or a line, and nothing else', () => {
    expect(copyLine(['a\tb\nc\rd\\e"f'])).toBe('a\\tb\\nc\\rd\\\\e"f\n');
    expect(copyLine(['\\N'])).toBe('\\\\N\n');
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
