import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markedLines } from '#operate/marked-text.ts';
import { widthOf, wrap } from '#operate/terminal-text.ts';
import { anyText } from '../../fixtures/any-text.ts';

const spanOf = (text: string, part: string) => {
  const from = text.indexOf(part);
  return { from, to: from + part.length };
};

describe('marks under a message', () => {
  it('stand under their characters on every line', () => {
    const text = 'BTO UBER\n78p 12/05\nthanks';
    const spans = [spanOf(text, 'UBER'), spanOf(text, '12/05')];
    expect(markedLines(text, spans)).toEqual([
      { text: 'BTO UBER', marks: '    ^^^^' },
      { text: '78p 12/05', marks: '    ^^^^^' },
      { text: 'thanks', marks: '' },
    ]);
  });

  it('stand right behind wide characters, pictures and what has no width', () => {
    const text = '🚀ＢＴＯ U\u200BBER cafe\u0301 @ 2';
    const spans = [spanOf(text, 'U\u200BBER'), spanOf(text, '2')];
    expect(markedLines(text, spans)).toEqual([
      { text: '🚀ＢＴＯ UBER cafe @ 2', marks: `${' '.repeat(9)}^^^^${' '.repeat(8)}^` },
    ]);
  });

  it('show control characters as dots and tabs as blanks', () => {
    expect(markedLines('a\u001B[2J\tb\r\nc', [])).toEqual([
      { text: 'a·[2J b', marks: '' },
      { text: 'c', marks: '' },
    ]);
  });

  it('break a long line and take their marks along', () => {
    const text = `${'x'.repeat(100)}UBER`;
    const [, second] = markedLines(text, [spanOf(text, 'UBER')]);
    expect(second).toEqual({ text: 'xxxxUBER', marks: '    ^^^^' });
  });

  it('stop after forty lines', () => {
    const lines = markedLines('\n'.repeat(4_000), []);
    expect(lines).toHaveLength(40);
    expect(lines.at(-1)?.text).toBe('…');
  });

  it('are never wider than the line they stand under', () => {
    fc.assert(
      fc.property(anyText(200), fc.nat(200), (text, from) => {
        for (const line of markedLines(text, [{ from, to: from + 5 }])) {
          expect(widthOf(line.marks)).toBeLessThanOrEqual(widthOf(line.text));
          expect(widthOf(line.text)).toBeLessThanOrEqual(96);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('widths', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['🚀', 2],
    ['e\u0301', 1],
    ['Ａ', 2],
    ['“≤ ÷”', 5],
  ])('of %s is %i', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it('break lines at blanks only', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('unbreakable', 4)).toEqual(['unbreakable']);
    expect(wrap('日本 日本', 5)).toEqual(['日本', '日本']);
    expect(wrap('', 4)).toEqual(['']);
  });
});
