import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOf, priceOf, sizeOf, timeOf } from '#adapters/tastytrade/streams/wire.ts';
import { formatPrice, price, priceFromUnits } from '#kernel/price.ts';

describe('a price of the wire', () => {
  it.each([
    [600.11, '600.11'],
    [0, '0'],
    [-0, '0'],
    [0.000_000_5, '0.0000005'],
    [0.1 + 0.2, '0.3'],
    [1.1 * 3, '3.3'],
    [78.5, '78.5'],
    ['600.10', '600.1'],
    ['5e-7', '0.0000005'],
    [6_000_000.1, '6000000.1'],
    [123_456_789.123_456_79, '123456789.12345679'],
  ])('%d is exactly %s', (wire, exact) => {
    expect(priceOf(wire)).toBe(price(exact));
  });

  it.each([
    'NaN',
    'Infinity',
    '-Infinity',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0.01,
    '-1',
    '',
    '0x10',
    '1,000',
    '1'.repeat(40),
    1e300,
    null,
    undefined,
    true,
    [1],
    {},
    1n,
  ])('%s is none', (wire) => {
    expect(priceOf(wire)).toBeNull();
  });

  it('is what the venue wrote, for every price of up to fifteen digits', () => {
    const written = fc
      .tuple(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 999_999_999 }))
      .map(([whole, part]) => priceFromUnits(BigInt(whole) * 1_000_000_000n + BigInt(part)));
    fc.assert(
      fc.property(written, (exact) => {
        expect(priceOf(JSON.parse(formatPrice(exact)))).toBe(exact);
      }),
    );
  });

  it('is never more than a billionth from the number', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e6, noNaN: true }), (wire) => {
        const read = priceOf(wire);
        expect(read).not.toBeNull();
        expect(Math.abs(Number(formatPrice(read ?? priceFromUnits(0n))) - wire)).toBeLessThan(1e-9);
      }),
    );
  });
});

describe('other numbers of the wire', () => {
  it('cuts sizes to whole ones, and knows none below 0 or beyond counting', () => {
    const sizes = [3, 2.9, '7', -1, 'NaN', 1e20, null, {}].map(sizeOf);
    expect(sizes).toEqual([3, 2, 7, 0, 0, 0, 0, 0]);
  });

  it('takes 0 and what is no time of ours for no time', () => {
    const times = [0, 1, 1_772_463_600, 1e20, 'NaN', null].map(timeOf);
    expect(times.every((time) => time === null)).toBe(true);
    expect(timeOf('1772463600851')).toBe(1_772_463_600_851);
  });

  it('reads numbers written as text, plainly written only', () => {
    expect(['0.52', '-3', '1e9', 'one', ''].map(numberOf)).toEqual([0.52, -3, null, null, null]);
  });
});
