import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divideDown, divideUp, formatDecimal, parseDecimal } from '#kernel/decimal.ts';
import { type BasisPoints, formatPercent, parsePercent, shareOf } from '#kernel/percent.ts';
import {
  formatPrice,
  moneyFromUnits,
  notional,
  parsePrice,
  priceFromUnits,
} from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';

const cents = fc
  .bigInt({ min: -(10n ** 11n), max: 10n ** 11n })
  .map((count) => count * 10_000_000n);
const units = fc.oneof(
  fc.bigInt({ min: -(10n ** 21n), max: 10n ** 21n }),
  fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }),
  cents,
  fc.tuple(cents, fc.bigInt({ min: -2n, max: 2n })).map(([near, by]) => near + by),
);
const positive = fc.bigInt({ min: 1n, max: 10n ** 12n });

describe('decimals', () => {
  it('are read back as they were written, exactly', () => {
    fc.assert(
      fc.property(units, (value) => {
        expect(parseDecimal(formatDecimal(value))).toEqual({ ok: true, value });
        expect(parsePrice(formatPrice(priceFromUnits(value)))).toEqual({ ok: true, value });
      }),
      { numRuns: 1000 },
    );
  });

  it('are written as an oracle of digits would, with at least two places', () => {
    fc.assert(
      fc.property(units, (value) => {
        const digits = String(value < 0n ? -value : value).padStart(10, '0');
        const [whole, fraction] = [digits.slice(0, -9), digits.slice(-9)];
        const short = fraction.replace(/0+$/, '').padEnd(2, '0');
        expect(formatDecimal(value)).toBe(`${value < 0n ? '-' : ''}${whole}.${short}`);
      }),
      { numRuns: 1000 },
    );
  });

  it('of any text are read whole or refused, never thrown', () => {
    const near = fc.stringMatching(/^[-+]?[0-9.,e ]{0,14}$/);
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        const read = parseDecimal(text);
        const isDecimal = /^-?(\d+\.?\d*|\.\d+)$/.test(text) && text.length <= 32;
        const places = (text.split('.')[1] ?? '').replace(/0+$/, '').length;
        const whole = /^-?0*(\d*)/.exec(text)?.[1]?.length ?? 0;
        expect(read.ok).toBe(isDecimal && places <= 9 && whole <= 21);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('division', () => {
  it('down is the floor and up the ceiling, for every sign', () => {
    fc.assert(
      fc.property(units, positive, fc.boolean(), (dividend, magnitude, negative) => {
        const divisor = negative ? -magnitude : magnitude;
        const [down, up] = [divideDown(dividend, divisor), divideUp(dividend, divisor)];
        const rest = dividend - down * divisor;
        // The rest has the sign of the divisor and is smaller than it.
        expect(rest === 0n || rest < 0n === divisor < 0n).toBe(true);
        expect((rest < 0n ? -rest : rest) < magnitude).toBe(true);
        expect(up - down).toBe(rest === 0n ? 0n : 1n);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('percentages', () => {
  const share = fc.integer({ min: 0, max: 9_999_999 });

  it('are read back as they were written', () => {
    fc.assert(
      fc.property(share, (hundredths) => {
        const written = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}%`;
        const read = parsePercent(written);
        expect(read).toBe(hundredths);
        expect(parsePercent(formatPercent(orZero(read)))).toBe(hundredths);
      }),
    );
  });

  it('of an amount never exceed it by rounding', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), share, (amount, hundredths) => {
        const part = shareOf(moneyFromUnits(amount), orZero(parsePercent(`${hundredths / 100}%`)));
        const exact = BigInt(Math.round(hundredths)) * amount;
        expect(part * 10_000n <= exact && exact - part * 10_000n < 10_000n).toBe(true);
      }),
    );
  });
});

describe('a notional', () => {
  it('is price × quantity × multiplier without any rounding', () => {
    const count = fc.integer({ min: 0, max: 10_000 });
    const multiplier = fc.constantFrom(1, 5, 50, 100, 125_000);
    fc.assert(
      fc.property(units, count, multiplier, (each, contracts, worth) => {
        const whole = notional(priceFromUnits(each), quantity(contracts), worth);
        expect(whole).toBe(each * BigInt(contracts) * BigInt(worth));
      }),
    );
  });
});

function orZero(share: BasisPoints | null): BasisPoints {
  if (share === null) throw new Error('expected a percentage');
  return share;
}
