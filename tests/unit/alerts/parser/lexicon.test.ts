import { describe, expect, it } from 'vitest';
import { roleOf } from '#alerts/parser/words/lexicon.ts';
import { isLowerSymbol, isUpperSymbol, symbolOf } from '#alerts/parser/words/symbol-words.ts';

describe('words', () => {
  it('have one role, and unknown ones none', () => {
    expect(roleOf('bto')).toBe('bto');
    expect(roleOf("don't")).toBe('negation');
    expect(roleOf('third')).toBe('fraction');
    expect(roleOf('zebra')).toBe('prose');
    expect(roleOf('constructor')).toBe('prose');
  });
});

describe('symbols', () => {
  it.each(['AMD', 'F', 'GOOGL', 'BRK.B', 'BRK/B', 'NOW', 'ALL', 'GO', 'LOW', 'BULL', 'ON'])(
    '%s can be one',
    (text) => {
      expect(isUpperSymbol(text)).toBe(true);
    },
  );

  it.each([
    'BTO',
    'CALL',
    'PUTS',
    'STOP',
    'TARGET',
    'LOTTO',
    'THE',
    'FOR',
    'OCT',
    'THESE',
    'TESLA',
  ])('%s can be none', (text) => {
    expect(isUpperSymbol(text)).toBe(false);
  });

  it('in lower case are short, and no words', () => {
    for (const text of ['amd', 'Spy', 'orcl', 'googl']) {
      expect(isLowerSymbol(text, text.toLowerCase())).toBe(true);
    }
    for (const text of ['now', 'all', 'tesla', 'apple', 'nvidia', 'more', 'calls', 'chewy', 'x']) {
      expect(isLowerSymbol(text, text)).toBe(false);
    }
  });

  it('are written as the desk writes them', () => {
    expect(['brk.b', 'BRK/B', 'BRKB', 'spx'].map(symbolOf)).toEqual([
      ...['BRK/B', 'BRK/B', 'BRK/B', 'SPX'],
    ]);
  });
});
