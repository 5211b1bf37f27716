import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskSecrets, quoted } from '#audit/mask.ts';
import { anyText } from '../../fixtures/any-text.ts';

describe('masking', () => {
  it.each([
    ['Account 5WX12345 is closed', 'Account …2345 is closed'],
    ['DU1234567 and U7654321', '…4567 and …4321'],
    ['Bearer abcdefghijklmnop.qrstuv', '[redacted]'],
    ['token: abcdefghijklmnop1234', '[redacted]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is bad', '[redacted] is bad'],
    [`ak_1_${'x'.repeat(43)}`, '[redacted]'],
  ])('hides what %s gives away', (text, masked) => {
    expect(maskSecrets(text)).toBe(masked);
  });

  it.each([
    'UBER  251205P00078000',
    'sw.1.t_abcdefghijklmnop.E0',
    'order 1234567890',
    '/ESZ6',
    'spread 0.30 > 0.15 (20 % of mid 0.75)',
    'daily_loss_reached',
  ])('leaves %s as it is', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  it('never shows a whole account number, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.stringMatching(/^\d[A-Z]{2}\d{5}$/),
        fc.string(),
        (a, account, b) => {
          expect(maskSecrets(`${a} ${account} ${b}`)).not.toContain(` ${account} `);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('puts whatever it is given on one clipped line without control characters', () => {
    fc.assert(
      fc.property(anyText(600), (text) => {
        const line = quoted(text);
        expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect(line.length).toBeLessThanOrEqual(200);
        expect(line.isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
