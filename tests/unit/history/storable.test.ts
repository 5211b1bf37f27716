import { assert, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storableJson, storableText } from '#history/storable.ts';
import { anyText } from '../../fixtures/any-text.ts';

describe('a text for a database', () => {
  it('has no NUL and no half of a pair', () => {
    expect(storableText('a\0b')).toBe('a\uFFFDb');
    expect(storableText('a\uD83Db')).toBe('a\uFFFDb');
    expect(storableText('🎉 as it is')).toBe('🎉 as it is');
  });

  it('is as it was wherever a database has room for it', () => {
    assert(
      property(anyText(60), (text) => {
        const stored = storableText(text);
        expect(stored.includes('\0')).toBe(false);
        expect(stored.isWellFormed()).toBe(true);
        const isStorable = text.isWellFormed() && !text.includes('\0');
        expect(stored === text).toBe(isStorable);
      }),
    );
  });

  it('means the same as JSON, but for those characters', () => {
    assert(
      property(anyText(20), anyText(60), (key, text) => {
        const json = JSON.stringify({ [`k${key}`]: [text, { text }], n: 1.5, z: null });
        const stored: unknown = JSON.parse(storableJson(json));
        const cleaned = storableText(text);
        expect(stored).toEqual({
          [storableText(`k${key}`)]: [cleaned, { text: cleaned }],
          n: 1.5,
          z: null,
        });
      }),
    );
  });

  it('keeps a backslash that only looks like one of those characters', () => {
    const json = JSON.stringify({ text: String.raw`C:\u0000 and \ud800` });
    expect(JSON.parse(storableJson(json))).toEqual(JSON.parse(json));
  });
});
