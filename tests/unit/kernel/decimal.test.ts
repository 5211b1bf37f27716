import { describe, expect, it } from 'vitest';
import { divideDown, divideUp, formatDecimal, parseDecimal } from '#kernel/decimal.ts';

describe('reading a decimal', () => {
  it.each([
    ['4', 4_000_000_000n],
    ['.75', 750_000_000n],
    ['3.', 3_000_000_000n],
    ['0.0625', 62_500_000n],
    ['-12.5', -12_500_000_000n],
    ['-.5', -500_000_000n],
    ['007.10', 7_100_000_000n],
    ['0.000000001', 1n],
    ['1.0000000000000', 1_000_000_000n],
    ['-0', 0n],
  ])('%s is exact', (text, value) => {
    expect(parseDecimal(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'not_a_decimal'],
    ['.', 'not_a_decimal'],
    ['-', 'not_a_decimal'],
    ['-.', 'not_a_decimal'],
    ['+1', 'not_a_decimal'],
    ['1e3', 'not_a_decimal'],
    ['1,234.5', 'not_a_decimal'],
    ['2,35', 'not_a_decimal'],
    ['0x10', 'not_a_decimal'],
    ['1.2.3', 'not_a_decimal'],
    [' 1', 'not_a_decimal'],
    ['1\n', 'not_a_decimal'],
    ['$1', 'not_a_decimal'],
    ['٣', 'not_a_decimal'],
    ['NaN', 'not_a_decimal'],
    ['Infinity', 'not_a_decimal'],
    ['0.0000000001', 'too_many_places'],
    ['9'.repeat(33), 'too_long'],
    ['9'.repeat(22), 'too_long'],
  ])('%j is refused: %s', (text, kind) => {
    expect(parseDecimal(text)).toMatchObject({ ok: false, error: { kind } });
  });

  it('shows no more of a refused text than is worth reading', () => {
    const refused = parseDecimal('9'.repeat(100_000));
    expect(refused.ok ? '' : refused.error.text).toHaveLength(32);
  });
});

describe('writing a decimal', () => {
  it.each([
    [4_000_000_000n, '4.00'],
    [750_000_000n, '0.75'],
    [62_500_000n, '0.0625'],
    [-500_000_000n, '-0.50'],
    [0n, '0.00'],
    [-1n, '-0.000000001'],
    [1_234_567_000_000_000n, '1234567.00'],
  ])('of %d units gives %s', (units, text) => {
    expect(formatDecimal(units)).toBe(text);
  });
});

describe('division', () => {
  it.each([
    [7n, 2n, 3n, 4n],
    [-7n, 2n, -4n, -3n],
    [7n, -2n, -4n, -3n],
    [-7n, -2n, 3n, 4n],
    [6n, 2n, 3n, 3n],
    [-6n, 2n, -3n, -3n],
    [0n, 5n, 0n, 0n],
  ])('of %d by %d is %d down and %d up', (dividend, divisor, down, up) => {
    expect(divideDown(dividend, divisor)).toBe(down);
    expect(divideUp(dividend, divisor)).toBe(up);
  });
});
