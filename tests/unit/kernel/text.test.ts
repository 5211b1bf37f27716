import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dollars, gain } from '#kernel/dollars.ts';
import { money } from '#kernel/price.ts';
import { clip, oneLine, words } from '#kernel/text.ts';
import { anyText } from '../../fixtures/any-text.ts';

describe('one line', () => {
  it.each([
    ['a\nb\r\n\tc', 'a b c'],
    ['\u001B[31mred\u001B[0m', '[31mred [0m'],
    ['\u202Eabc\u200B', 'abc'],
    [`z${'\u0301'.repeat(9)}`, 'z\u0301\u0301'],
    ['\uD800x', '\uFFFDx'],
    ['🚀 日本', '🚀 日本'],
  ])('makes %j harmless', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(anyText(60), (text) => {
        const line = oneLine(text);
        expect(oneLine(line)).toBe(line);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 500 },
    );
  });
});

describe('clipping', () => {
  it('marks what was cut and never splits a character', () => {
    expect(clip('abcdef', 6)).toBe('abcdef');
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('ab🚀d', 4)).toBe('ab…');
    expect(clip('abc', 1)).toBe('…');
  });
});

describe('words and amounts', () => {
  it('reads a code as words', () => {
    expect(words('exit_refused_twice')).toBe('exit refused twice');
  });

  it.each([
    ['0', '$0.00', '$0.00'],
    ['1234567.5', '$1,234,567.50', '+$1,234,567.50'],
    ['-20', '−$20.00', '−$20.00'],
    ['999.125', '$999.125', '+$999.125'],
  ])('shows %s dollars', (amount, plain, signed) => {
    expect(dollars(money(amount))).toBe(plain);
    expect(gain(money(amount))).toBe(signed);
  });
});
