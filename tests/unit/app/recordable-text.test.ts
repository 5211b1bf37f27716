import { describe, expect, it } from 'vitest';
import { recordableText } from '#app/recordable-text.ts';
import { TEXT_BYTES_MAX } from '#journal/ports.ts';

const bytes = (text: string): number => Buffer.byteLength(JSON.stringify(text));

describe('a text on record', () => {
  it.each(['', 'BTO UBER 78p', '\u0000\ud800', 'x'.repeat(49_150), '\u4e2d'.repeat(16_000)])(
    'is as it was posted where there is room',
    (text) => {
      expect(recordableText(text)).toBe(text);
    },
  );

  it.each(['x', '\u0000', '\ud800', '\u4e2d', '\u{1f600}', '"'])(
    'of a hundred thousand %j is cut to what fits, and stays too long to be an alert',
    (character) => {
      const kept = recordableText(character.repeat(100_000));
      expect(bytes(kept)).toBeLessThanOrEqual(TEXT_BYTES_MAX);
      expect(kept.length).toBeGreaterThan(4_000);
      expect(kept.endsWith('…')).toBe(true);
    },
  );
});
