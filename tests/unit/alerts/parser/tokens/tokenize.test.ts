import { describe, expect, it } from 'vitest';
import { tokenize } from '#alerts/parser/tokens/tokenize.ts';

const kindsOf = (text: string): string =>
  tokenize(text)
    .map(({ kind }) => kind)
    .join(' ');

describe('numbers', () => {
  it.each([
    ['2.40', 'number', 2.4],
    ['.75', 'number', 0.75],
    ['3.', 'number period', 3],
    ['1,34', 'number', 1.34],
    ['24,780', 'number', 24_780],
    ['1,234,567', 'number', 1_234_567],
    ['24,780.50', 'number', 24_780.5],
    ['$1.27', 'money', 1.27],
    ['$ .48', 'money', 0.48],
    ['225$', 'money', 225],
    ['410s', 'plural', 410],
    ['40%', 'percent', 40],
    ['40 %', 'percent', 40],
    ['8x', 'times', 8],
    ['x8', 'times', 8],
    ['18th', 'ordinal', 18],
    ['15min', 'measure', 15],
    ['0DTE', 'dte', 0],
    ['205c', 'strike_side', 205],
    ['97$p', 'strike_side', 97],
    ['342.5puts', 'strike_side', 342.5],
  ])('%s is %s', (text, kinds, value) => {
    expect(kindsOf(text)).toBe(kinds);
    expect(tokenize(text)[0]?.value).toBe(value);
  });

  it.each([
    ['4.4x6', 'number times'],
    ['5,6,7', 'number comma number'],
    ['5, 6', 'number comma number'],
    ['10:50', 'clock'],
    ['10:50:12', 'clock'],
    ['10:50AM', 'clock'],
    ['3:1', 'ratio'],
    ['SL:5', 'word colon number'],
    ['12.18.26', 'code'],
    ['880c10', 'code'],
    ['2.4O', 'measure'],
    ['1234567890123', 'code'],
  ])('%s is %s', (text, kinds) => {
    expect(kindsOf(text)).toBe(kinds);
  });
});

describe('strokes', () => {
  it.each([
    ['10/16', 'slash'],
    ['1/15/27', 'slash'],
    ['1/2', 'slash'],
    ['10/16exp', 'slash word'],
    ['2.5/3.5', 'number slash_sign number'],
    ['115/120c', 'number slash_sign strike_side'],
    ['$115/$120', 'money slash_sign money'],
    ['/ES', 'future'],
    ['b/e', 'word slash_sign word'],
    ['BRK/B', 'word'],
  ])('%s is %s', (text, kinds) => {
    expect(kindsOf(text)).toBe(kinds);
  });
});

describe('words', () => {
  it.each([
    ['$TSLA', 'cashtag'],
    ['BRK.B', 'word'],
    ['U.S.', 'word period word period'],
    ['@everyone', 'ping'],
    ['@2.40', 'at number'],
    ["don't", 'word'],
    ['TSLA450c', 'word strike_side'],
    ['exp10/16', 'word slash'],
    ['Oct16', 'glued_date'],
    ['16OCT26', 'glued_date'],
    ['PT1', 'word'],
    ['SL3.50', 'word number'],
    ['M2K', 'word'],
    ['.RIVN261016C17.5', 'option_symbol'],
    ['RIVN261016P17', 'option_symbol'],
    ['$RIVN261016P17', 'option_symbol'],
  ])('%s is %s', (text, kinds) => {
    expect(kindsOf(text)).toBe(kinds);
  });

  it('know what they can do', () => {
    const roles = tokenize('BTO sold calls oct friday stop if PT1').map(({ role }) => role);
    expect(roles).toEqual([
      ...['bto', 'sell', 'call', 'month', 'weekday', 'stop', 'condition', 'target'],
    ]);
  });
});

describe('signs', () => {
  it.each([
    ['-> --> => >>', 'arrow arrow arrow arrow'],
    ['> <', 'greater less'],
    ['- + = ~ | ? ! # *', 'dash plus equals tilde pipe question exclamation hash star'],
    ['(5)', 'open_bracket number close_bracket'],
    ['a...b', 'word period word'],
  ])('%s are %s', (text, kinds) => {
    expect(kindsOf(text)).toBe(kinds);
  });
});

it('covers every character but blanks, in order', () => {
  const text = 'BTO $X 205c 10/16 @ .75-.85 (4) "risky" 8x 1,34 ¤ 5..6';
  const tokens = tokenize(text);
  let reached = 0;
  for (const { from, to } of tokens) {
    expect(text.slice(reached, from).trim()).toBe('');
    expect(to).toBeGreaterThan(from);
    reached = to;
  }
  expect(text.slice(reached).trim()).toBe('');
});
