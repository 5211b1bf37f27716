import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeShared, SharedReader } from '#events/shared.ts';
import { data } from '../../fixtures/plain-data.ts';

const shared = data.filter((value) => !hasKey(value, '@'));

function hasKey(value: unknown, key: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, key) || Object.values(value).some((inner) => hasKey(inner, key));
}

function read(lines: readonly string[]): unknown {
  const reader = new SharedReader();
  for (const line of lines) {
    const taken = reader.take(line);
    if (!taken.ok) throw new Error(taken.error.detail);
  }
  return reader.whole;
}

describe('plain data that is written once', () => {
  it('reads back exactly what was written, however often a part of it occurs', () => {
    fc.assert(
      fc.property(shared, shared, (one, other) => {
        const whole = [one, other, { one, again: [one, other], copy: structuredClone(other) }];
        const back = read(encodeShared(whole));
        expect(isDeepStrictEqual(back, whole)).toBe(true);
        expect(encodeShared(back)).toEqual(encodeShared(whole));
      }),
    );
  });

  it('has one text for equal data, whether its parts are the same objects or copies', () => {
    fc.assert(
      fc.property(shared, (value) => {
        expect(encodeShared([value, structuredClone(value)])).toEqual(encodeShared([value, value]));
      }),
    );
  });

  it('has one text for equal data, whatever the order of its keys', () => {
    const words = { a: 'the first of two values', b: ['the second of two values'] };
    const turned = { b: [...words.b], a: words.a };
    expect(encodeShared({ x: words, y: [words] })).toEqual(
      encodeShared({ y: [turned], x: turned }),
    );
  });

  it('gives back one object for what is equal', () => {
    const part = () => ({ words: 'long enough to be worth a reference', list: [1, 2, 3] });
    const back = read(encodeShared({ a: part(), b: [part()] }));
    expect(back).toEqual({ a: part(), b: [part()] });
    const { a, b } = back as { a: unknown; b: unknown[] };
    expect(b[0]).toBe(a);
  });

  it('keeps its lines short however large the whole is', () => {
    const many = Array.from({ length: 5_000 }, (_, at) => ({ at, words: `the value ${at}` }));
    const lines = encodeShared({ many, twice: many.slice(0, 100) });
    expect(lines.length).toBeGreaterThan(3);
    expect(read(lines)).toEqual({ many, twice: many.slice(0, 100) });
  });

  it.each([
    ['no JSON', 'nothing'],
    ['no list', '{"a":1}'],
    ['a reference to what does not stand before it', '[{"a":{"@":0}}]'],
  ])('says that %s is not what it wrote', (_what, line) => {
    expect(new SharedReader().take(line).ok).toBe(false);
  });

  it('refuses data with a key that would read as a reference', () => {
    expect(() => encodeShared({ a: { '@': 1 } })).toThrow('not `@`');
  });
});
