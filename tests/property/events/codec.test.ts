import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCanonical, encodeCanonical } from '#events/codec.ts';
import { data, text } from '../../fixtures/plain-data.ts';

function decoded(canonical: string): unknown {
  const result = decodeCanonical(canonical);
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

/** The same value, every object built in the reverse order of keys. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, item]) => [key, reordered(item)]));
}

describe('canonical JSON', () => {
  it('reads back exactly what was written', () => {
    fc.assert(
      fc.property(data, (value) => {
        // Not `toStrictEqual`: it trips over an own key named `constructor`.
        expect(isDeepStrictEqual(decoded(encodeCanonical(value)), value)).toBe(true);
      }),
    );
  });

  it('is one text for one value, whatever the order of its keys', () => {
    fc.assert(
      fc.property(data, (value) => {
        const canonical = encodeCanonical(value);
        expect(encodeCanonical(reordered(value))).toBe(canonical);
        expect(encodeCanonical(decoded(canonical))).toBe(canonical);
      }),
    );
  });

  it('holds no byte that could be mistaken for the head of a frame', () => {
    fc.assert(
      fc.property(data, (value) => {
        const bytes = new TextEncoder().encode(encodeCanonical(value));
        expect(bytes.every((byte) => byte >= 0x20)).toBe(true);
      }),
    );
  });

  it('writes any text as JSON does: each unit by itself, and any of them together', () => {
    const units = Array.from({ length: 0x1_0000 }, (_, unit) => String.fromCharCode(unit));
    expect(units.filter((each) => encodeCanonical(each) !== JSON.stringify(each))).toEqual([]);
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (any) => {
        expect(encodeCanonical(any)).toBe(JSON.stringify(any));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads any text or says why not, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.json(), fc.json({ maxDepth: 3 })), (anything) => {
        expect(() => decodeCanonical(anything)).not.toThrow();
      }),
    );
  });
});
