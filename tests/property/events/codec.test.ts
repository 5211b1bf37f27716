import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCanonical, EXACT_FIELDS, encodeCanonical } from '#events/codec.ts';

const LIMIT = 10n ** 20n;
const FEW = { maxLength: 4 };
const exactName = fc.constantFrom(...EXACT_FIELDS);
const plainName = fc
  .oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'detail', '10', '9'))
  .filter((name) => !EXACT_FIELDS.has(name));
const amount = fc.bigInt({ min: -LIMIT, max: LIMIT });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (n === 0 ? 0 : n));
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('1.00', '","prev":"'),
);

/** Plain data as records hold it: amounts under their names, everything else under others. */
const { data } = fc.letrec<{ data: unknown; object: object }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    tie('object'),
    fc.array(tie('data'), FEW),
  ),
  object: fc
    .tuple(
      fc.array(fc.tuple(plainName, tie('data')), FEW),
      fc.array(
        fc.tuple(exactName, fc.oneof(amount, fc.constant(null), fc.array(amount), tie('object'))),
        FEW,
      ),
    )
    .map(([plain, exact]) => Object.fromEntries([...plain, ...exact])),
}));

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

  it('reads any text or says why not, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.json(), fc.json({ maxDepth: 3 })), (anything) => {
        expect(() => decodeCanonical(anything)).not.toThrow();
      }),
    );
  });
});
