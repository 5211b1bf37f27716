import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instructionText } from '#alerts/contract/repair.ts';
import type { ParsedAlert } from '#alerts/model.ts';
import { parseAlert } from '#alerts/parse.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import { date, type IsoDate } from '#kernel/calendar.ts';
import { price, priceFromUnits } from '#kernel/price.ts';
import { listedExpiries } from '#market/expiries.ts';
import { isTradingDay } from '#market/session.ts';
import { alertOf, futureOf, optionOf, shareOf } from '../../../fixtures/risk.ts';

const TODAY = date('2025-12-02');
const CENT = 10_000_000n;

/** What the parser makes of a text posted that day; a reason when it is no instruction. */
function readBack(text: string, posted: IsoDate = TODAY): ParsedAlert | string {
  const reading = parseAlert(text, { posted, policy: WIDE_PARSE_POLICY, isTradingDay });
  return reading.alert ?? `${reading.code}: ${text}`;
}

const UBER = optionOf();
const SYMBOLS = ['UBER', 'F', 'A', 'SPY', 'NOW', 'SPX', 'ALL', 'ON', 'CAT', 'BRK/B', 'ANY', 'STOP'];
const AT = { price: price('0.75') };

describe('the text of an instruction says the same when it is read', () => {
  it.each<[string, ParsedAlert]>([
    ['BTO UBER 78P 12/12 @ 0.75', alertOf(UBER, AT)],
    ['BTO UBER 78P 12/12', alertOf(UBER)],
    ['BTO 3 UBER 78P 12/12 @ 0.75', alertOf(UBER, { ...AT, quantity: 3 })],
    ['BTO UBER 78P 12/12 @ 0.75-0.85', alertOf(UBER, { ...AT, priceHigh: price('0.85') })],
    [
      'BTO SPY 680.5C 1/16/26 @ 4.05',
      alertOf(optionOf('SPY', '680.5', 'C', '2026-01-16'), { price: price('4.05') }),
    ],
    [
      'BTO KLAC 880C 1/15/27 @ 44.00',
      alertOf(optionOf('KLAC', '880', 'C', '2027-01-15'), { price: price('44') }),
    ],
    [
      'BTO BRK/B 500C 12/19 @ 5.10',
      alertOf(optionOf('BRK/B', '500', 'C', '2025-12-19'), { price: price('5.1') }),
    ],
    [
      'BTO $NOW 1000C 12/19 @ 5.10',
      alertOf(optionOf('NOW', '1000', 'C', '2025-12-19'), { price: price('5.1') }),
    ],
    ['BTO $F @ 12.10', alertOf(shareOf('F'), { price: price('12.1') })],
    ['BTO SOFI @ 27.85', alertOf(shareOf('SOFI'), { price: price('27.85') })],
    ['BTO 150 SOFI @ 27.85', alertOf(shareOf('SOFI'), { price: price('27.85'), quantity: 150 })],
    ['Long MES @ 6731.25', alertOf(futureOf(), { price: price('6731.25') })],
  ])('%s', (text, alert) => {
    expect(instructionText(alert, TODAY)).toBe(text);
    expect(readBack(text)).toEqual(alert);
  });

  it('for any option entry, posted on any day', () => {
    const days = fc.integer({ min: 0, max: 364 }).map((n) => date(dayOf(n)));
    const options = days.chain((today) =>
      fc.record({
        today: fc.constant(today),
        symbol: fc.constantFrom(...SYMBOLS),
        expiry: fc.constantFrom(...listedExpiries('SPY', today)),
        strike: fc
          .integer({ min: 1, max: 14_000 })
          .map((half) => priceFromUnits(BigInt(half) * 50n * CENT)),
        right: fc.constantFrom('C' as const, 'P' as const),
        price: fc.option(fc.bigInt({ min: 5n, max: 25n }).map((n) => priceFromUnits(n * CENT))),
        quantity: fc.option(fc.integer({ min: 1, max: 99 })),
      }),
    );
    fc.assert(
      fc.property(options, ({ today, ...terms }) => {
        const alert = alertOf(UBER, terms);
        expect(readBack(instructionText(alert, today), today)).toEqual(alert);
      }),
      { numRuns: 500 },
    );
  });
});

function dayOf(n: number): string {
  const month = 1 + (n % 12);
  return `2026-${String(month).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`;
}
