import { describe, expect, it } from 'vitest';
import { formatPrice, price } from '#kernel/price.ts';
import { obviousErrorDistance } from '#market/obvious-error.ts';

describe('the obvious-error distance', () => {
  it.each([
    ['option', '0.05', '0.25'],
    ['option', '1.99', '0.25'],
    ['option', '2.00', '0.40'],
    ['option', '5.00', '0.40'],
    ['option', '5.01', '0.50'],
    ['option', '10.00', '0.50'],
    ['option', '10.01', '0.80'],
    ['option', '20.00', '0.80'],
    ['option', '20.01', '1.00'],
    ['option', '50.00', '1.00'],
    ['option', '50.01', '1.50'],
    ['option', '100.00', '1.50'],
    ['option', '100.01', '2.00'],
    ['future_option', '12', '0.80'],
    ['equity', '25', '2.50'],
    ['equity', '25.01', '1.2505'],
    ['equity', '50', '2.50'],
    ['equity', '100', '3.00'],
    ['future', '6700', '67.00'],
  ] as const)('of an %s at %s is %s', (asset, reference, expected) => {
    expect(formatPrice(obviousErrorDistance(asset, price(reference)))).toBe(expected);
  });
});
