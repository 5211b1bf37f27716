import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimated } from '../../../web/src/authors/estimate-text.ts';
import { figureText } from '../../../web/src/operations/figure-text.ts';
import {
  bytes,
  dollars,
  sentence,
  signedDollars,
  signOf,
  span,
  time,
} from '../../../web/src/parts/format.ts';
import { limitAmount, shareTone } from '../../../web/src/risk/limit-amount.ts';

describe('money on the page', () => {
  it.each([
    ['0', '$0.00'],
    ['1234567.5', '$1,234,567.50'],
    ['-43', '−$43.00'],
    ['0.0125', '$0.0125'],
    ['-0.00', '$0.00'],
    ['9007199254740993.01', '$9,007,199,254,740,993.01'],
  ])('shows %s as %s', (amount, shown) => {
    expect(dollars(amount)).toBe(shown);
  });

  it('keeps every digit of every amount', () => {
    const amounts = fc
      .tuple(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), fc.integer({ min: 0, max: 99 }))
      .map(([whole, cents]) => `${whole}.${String(cents).padStart(2, '0')}`);
    fc.assert(
      fc.property(amounts, (amount) => {
        const digits = dollars(amount).replaceAll(/[^\d.]/g, '');
        expect(digits).toBe(amount.replace('-', ''));
      }),
    );
  });

  it.each([
    ['12', '+$12.00', 1],
    ['-12', '−$12.00', -1],
    ['0.00', '$0.00', 0],
    [null, '–', 0],
  ])('signs %s as %s', (amount, shown, sign) => {
    expect(signedDollars(amount)).toBe(shown);
    expect(signOf(amount)).toBe(sign);
  });
});

describe('time on the page', () => {
  it('is New York’s, in summer and in winter', () => {
    expect(time('2025-12-02T15:30:00Z')).toBe('10:30:00');
    expect(time('2025-07-02T15:30:00Z')).toBe('11:30:00');
    expect(time(null)).toBe('--:--:--');
  });

  it.each([
    [-5, '0 s'],
    [11_001, '12 s'],
    [65_000, '1:05'],
    [7_800_000, '2 h 10 min'],
  ])('shows %s ms as %s', (ms, shown) => {
    expect(span(ms)).toBe(shown);
  });
});

describe('words and figures on the page', () => {
  it('make sentences of codes', () => {
    expect(sentence('expiry_not_a_trading_day')).toBe('Expiry not a trading day');
  });

  it.each([
    [999, '999 B'],
    [83_000_000_000, '83.0 GB'],
  ])('show %s bytes as %s', (value, shown) => {
    expect(bytes(value)).toBe(shown);
  });

  it.each([
    [null, 'ms', 'not known'],
    [12_345, 'ms', '12.3 s'],
    [40, 'per_second', '40 a second'],
    [1234, 'records', '1,234'],
  ] as const)('show the figure %s in %s as %s', (value, unit, shown) => {
    expect(figureText(value, unit)).toBe(shown);
  });

  it.each([
    ['5000', 'dollars', '$5,000.00'],
    ['20%', 'percent', '20%'],
    ['3000', 'ms', '3 s'],
    ['0.05', 'price', '0.05'],
  ] as const)('show the limit %s in %s as %s', (amount, unit, shown) => {
    expect(limitAmount(amount, unit)).toBe(shown);
  });

  it.each([
    [null, 'good'],
    [0.79, 'good'],
    [0.8, 'warn'],
    [1, 'bad'],
  ] as const)('colour a share of %s %s', (share, tone) => {
    expect(shareTone(share)).toBe(tone);
  });

  it.each([
    [0.031, 'percent', '+3.1 %'],
    [-0.5, 'dollars', '−$0.50'],
    [250, 'ms', '250 ms'],
  ] as const)('show the estimate %s in %s as %s', (value, kind, shown) => {
    expect(estimated(value, kind)).toBe(shown);
  });
});
