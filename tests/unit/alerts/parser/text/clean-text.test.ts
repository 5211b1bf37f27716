import { describe, expect, it } from 'vitest';
import { cleanText, rawSpan, TEXT_LENGTH_MAX } from '#alerts/parser/text/clean-text.ts';

/** Clean text with signs shown as `¤` and blanks as they are collapsed by a reader. */
function clean(raw: string, platform: 'discord' | 'slack' | null = null): string {
  return cleanText(raw, platform)
    .text.replace(/[\ue000-\ue014]/g, '¤')
    .replace(/ +/g, ' ')
    .trim();
}

describe('what vanishes', () => {
  it.each([
    ['user and role mentions', '<@123> BTO <@!45> X <@&678>', 'BTO X'],
    ['channels, commands and timestamps', 'BTO <#1> X </tt order:2> <t:1700000000:R>', 'BTO X'],
    ['Slack mentions', '<!here> BTO <@U01AB|joe> X <!subteam^S1|@team>', 'BTO X'],
    ['emphasis', '**BTO** __X__ *205c* _10/16_', 'BTO X 205c 10/16'],
    ['spoiler bars', '||BTO X||', 'BTO X'],
    ['backticks and the language of a fence', '```ansi\nBTO X\n```', 'BTO X'],
    ['colour codes', '\u001b[2;31mBTO\u001b[0m X', 'BTO X'],
    ['colour codes whose escape was lost', '[0;32mBTO[0m X', 'BTO X'],
    ['zero-width and soft-hyphen characters', 'B\u200bT\u00adO X\ufeff', 'BTO X'],
    ['addresses', 'BTO X https://a.example/b?c=2.50 now', 'BTO X now'],
    ['addresses behind a label', 'BTO [X chart](https://a.example/2.50) now', 'BTO [X chart now'],
    ['Slack addresses', 'BTO <https://a.example|BRK.B> now', 'BTO BRK.B now'],
    ['quoted lines', '> STC X\nBTO Y', 'BTO Y'],
    ['quotations to the end', 'BTO Y\n>>> STC X\nSTC Z', 'BTO Y'],
    ['Slack quotations', '&gt; STC X\nBTO Y', 'BTO Y'],
    ['escapes', 'BTO \\*X\\*', 'BTO *X*'],
  ])('%s', (_what, raw, expected) => {
    expect(clean(raw)).toBe(expected);
  });
});

describe('what stays, in another form', () => {
  it.each([
    ['full-width letters, digits and signs', 'ＢＴＯ ＠ ２．４０', 'BTO @ 2.40'],
    ['blanks of every width', 'BTO\u00a0X\u2009205c\u3000', 'BTO X 205c'],
    ['dashes and minus signs', '.75–.85 −5', '.75-.85 -5'],
    ['curly quotes', '“X” don’t', '"X" don\'t'],
    ['the fraction stroke', '10⁄16', '10/16'],
    ['Slack entities', '&lt;5 &amp; &gt;3', '<5 & >3'],
    ['emoji and custom emoji', '🚀BTO <:moon:12> X', '¤BTO ¤ X'],
    ['emoji codes', ':rocket: BTO :100: X', '¤ BTO ¤ X'],
    ['times of day, which are no emoji codes', '12:30:45 BTO', '12:30:45 BTO'],
    ['labels, which are no emoji codes', 'Ticker:X Entry:5', 'Ticker:X Entry:5'],
    ['a comparison, which is no quotation', '>205 BTO', '>205 BTO'],
    ['a tilde before a number', '~2.40', '~2.40'],
    ['a lone star, which marks a correction', 'X*', 'X*'],
  ])('%s', (_what, raw, expected) => {
    expect(clean(raw)).toBe(expected);
  });
});

describe('what spoils the text', () => {
  it.each([
    ['struck_through', '~~BTO X~~'],
    ['struck_through', 'B\u0336T\u0336O\u0336'],
    ['text_direction_changed', 'BTO \u202e04.2 @'],
    ['text_direction_changed', 'BTO \u2066X\u2069'],
    ['lookalike_letters', '\u0412\u0422\u041e X'],
    ['lookalike_letters', 'BT\u039f X'],
    ['lookalike_letters', '𝗕𝗧𝗢 X'],
    ['lookalike_letters', 'ᴮᵀᴼ X'],
    ['lookalike_letters', 'ⒷⓉⓄ X'],
    ['lookalike_letters', 'BTÖ'.normalize('NFD')],
  ] as const)('%s: %s', (defect, raw) => {
    expect(cleanText(raw, null).defect).toBe(defect);
  });

  it('struck through in the way of Slack, on Slack alone', () => {
    expect(cleanText('~BTO X~', 'slack').defect).toBe('struck_through');
    expect(cleanText('~BTO X~', 'discord').defect).toBeNull();
  });

  it('too many characters', () => {
    expect(cleanText('a'.repeat(TEXT_LENGTH_MAX), null).defect).toBeNull();
    expect(cleanText('a'.repeat(TEXT_LENGTH_MAX + 1), null).defect).toBe('text_too_long');
  });

  it('not digits of other scripts or in circles: they become no digits', () => {
    expect(clean('@ ٣.٤٥')).not.toMatch(/\d/);
    expect(clean('@ ②.⑤')).not.toMatch(/\d/);
    expect(clean('@ 2²')).toBe('@ 2¤');
    expect(clean('4️⃣')).toBe('¤');
  });
});

describe('the raw characters behind clean ones', () => {
  it.each([
    'BTO X 205c',
    '**BTO** 🚀 X ||205c||',
    '<@&1234> ＢＴＯ X\u200b 205c',
    '```ansi\n\u001b[2;31mBTO\u001b[0m X 205c\n```',
  ])('of %j begin and end with them', (raw) => {
    const text = cleanText(raw, null);
    for (const word of ['BTO', 'X', '205c']) {
      const from = text.text.indexOf(word);
      const span = rawSpan(text, from, from + word.length);
      const behind = raw
        .slice(span.from, span.to)
        .normalize('NFKC')
        .replace(/[*\u200b]/g, '');
      expect(behind).toBe(word);
    }
  });

  it('are the same where nothing was changed', () => {
    const text = cleanText('BTO X', null);
    expect(text.offsets).toBeNull();
    expect(rawSpan(text, 1, 3)).toEqual({ from: 1, to: 3 });
  });
});
