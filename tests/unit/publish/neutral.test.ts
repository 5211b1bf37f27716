import { describe, expect, it } from 'vitest';
import { neutral } from '#publish/neutral.ts';

const BREAK = '\u200B';

describe('neutral text', () => {
  it.each([
    ['@everyone', `@${BREAK}everyone`],
    ['<@&42>', `<${BREAK}@${BREAK}&42>`],
    ['<!channel>', `<${BREAK}!channel>`],
    ['**a** __b__ ~~c~~ `d` ||e||', 'a b c d e'],
    ['_italic_', 'italic'],
    ['[a](http://b)', `[a]${BREAK}(http:${BREAK}//b)`],
    ['# title', `${BREAK}# title`],
    ['> quote', `${BREAK}> quote`],
    ['a\n\n# b', 'a # b'],
  ])('takes the effect out of %j', (text, shown) => {
    expect(neutral(text)).toBe(shown);
  });

  it.each([
    'BTO UBER 78P 2025-12-05 @ 0.75 · 4 contracts',
    'spread 0.12 < 0.18 and 0.30 > 0.15',
    'daily_loss_reached',
    'Result: −$20.00 (sold)',
  ])('leaves %j as it is', (text) => {
    expect(neutral(text)).toBe(text);
  });
});
