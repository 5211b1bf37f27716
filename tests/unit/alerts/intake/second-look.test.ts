import { describe, expect, it } from 'vitest';
import { checkContract } from '#alerts/contract/check.ts';
import { secondLook, suggestionsFrom } from '#alerts/contract/second-look.ts';
import { parseAlert } from '#alerts/parse.ts';
import { DEFAULT_PARSE_POLICY } from '#alerts/parser/settings.ts';
import type { Listing, LookupFault } from '#feeds/ports.ts';
import { date } from '#kernel/calendar.ts';
import { price } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Instrument } from '#market/instrument.ts';
import { isTradingDay } from '#market/session.ts';
import { NOW, optionOf, quoteOf, shareOf } from '../../../fixtures/risk.ts';

const TODAY = date('2025-12-02');
const CONTEXT = { posted: TODAY, policy: DEFAULT_PARSE_POLICY, isTradingDay };
const UBER = optionOf();
const STRIKES = ['77', '78', '79'].map(price);
const LISTING: Listing = {
  underlying: shareOf(),
  expiries: ['2025-12-05', '2025-12-12', '2026-12-04'].map((day) => ({
    expiry: date(day),
    strikes: STRIKES,
  })),
};

/** As the lane does it: read, and if that is refused, look again and check what is found. */
function suggested(text: string): readonly string[] {
  const reading = parseAlert(text, CONTEXT);
  const alert = secondLook(text, reading, CONTEXT);
  if (alert === null) return [];
  const listed = LISTING.expiries.some(({ expiry }) => expiry === alert.expiry);
  const found: Result<Instrument, LookupFault> = listed ? ok(UBER) : err({ kind: 'not_listed' });
  const check = checkContract({
    alert,
    found,
    listing: LISTING,
    quote: quoteOf(UBER, '0.72', '0.76'),
    underlyingQuote: quoteOf(shareOf(), '81.99', '82.01'),
    now: NOW,
  });
  return suggestionsFrom(alert, check, TODAY).map((repair) => repair.text);
}

describe('a second look at a refused message suggests', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'the nearest expiries for a Saturday',
      'Alert: BTO UBER 78p 12/06 @ 0.75',
      ['BTO UBER 78P 12/5 @ 0.75', 'BTO UBER 78P 12/12 @ 0.75', 'BTO UBER 78P 12/4/26 @ 0.75'],
    ],
    [
      'the same day of a year to come',
      'BTO UBER 78P 12/12/24 @ 0.75',
      ['BTO UBER 78P 12/12 @ 0.75', 'BTO UBER 78P 12/5 @ 0.75', 'BTO UBER 78P 12/4/26 @ 0.75'],
    ],
    ['dollars per share', 'BTO UBER 78P 12/12 @ 75', ['BTO UBER 78P 12/12 @ 0.75']],
    ['nothing for a price that fits in no unit', 'BTO UBER 78P 12/12 @ 77.50', []],
    ['nothing for a message without a side', 'BTO UBER 78 12/06 @ 0.75', []],
    ['nothing for chatter', 'what a day, 12/06 will be better', []],
    ['nothing for an exit', 'STC UBER 78P 12/06 @ 0.75', []],
    ['nothing for what was understood', 'BTO UBER 78P 12/12 @ 0.75', []],
    ['nothing for a day there is not', 'BTO UBER 78P 12/32 @ 0.75', []],
  ])('%s', (_, text, expected) => {
    expect(suggested(text)).toEqual(expected);
  });
});
