import { describe, expect, it } from 'vitest';
import { type ContractFacts, checkContract } from '#alerts/contract/check.ts';
import type { ParsedAlert } from '#alerts/model.ts';
import type { Listing } from '#feeds/ports.ts';
import { date } from '#kernel/calendar.ts';
import { type Price, price } from '#kernel/price.ts';
import { err, ok } from '#kernel/result.ts';
import { plus } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { alertOf, at, futureOf, NOW, optionOf, quoteOf, shareOf } from '../../../fixtures/risk.ts';

const SHARE = shareOf();
const UBER = optionOf();

function strikes(from: number, to: number, step: number): readonly Price[] {
  const count = Math.floor((to - from) / step) + 1;
  return Array.from({ length: count }, (_, n) => price(String(from + n * step)));
}

/** Weeklies from 60 to 100 by 1, monthlies from 40 to 120 by 5. */
const LISTING: Listing = {
  underlying: SHARE,
  expiries: [
    { expiry: date('2025-12-05'), strikes: strikes(60, 100, 1) },
    { expiry: date('2025-12-12'), strikes: strikes(60, 100, 1) },
    { expiry: date('2025-12-19'), strikes: strikes(40, 120, 5) },
    { expiry: date('2026-01-16'), strikes: strikes(40, 120, 5) },
    { expiry: date('2026-12-04'), strikes: strikes(60, 100, 1) },
  ],
};

interface Situation extends Partial<Omit<ContractFacts, 'alert'>> {
  readonly of?: Instrument;
  readonly alert?: Partial<ParsedAlert>;
}

/** By default UBER 78P 12/12 at 0.72 / 0.76 with the share at 82. */
function check({ of = UBER, alert = {}, ...facts }: Situation) {
  return checkContract({
    alert: alertOf(of, { price: price('0.75'), ...alert }),
    found: ok(of),
    listing: LISTING,
    quote: quoteOf(of, '0.72', '0.76'),
    underlyingQuote: quoteOf(SHARE, '81.99', '82.01'),
    now: NOW,
    ...facts,
  });
}

/** `ok`, or the code and the texts of the repairs. */
function shown(situation: Situation): readonly string[] {
  const result = check(situation);
  return result.kind === 'ok' ? ['ok'] : [result.code, ...result.repairs.map(({ text }) => text)];
}

const unlisted = (alert: Partial<ParsedAlert>): Situation => ({
  alert,
  found: err({ kind: 'not_listed' }),
});

describe('a contract that can be traded', () => {
  it('is given back', () => {
    expect(check({})).toEqual({ kind: 'ok', instrument: UBER });
  });

  it.each<[string, Situation]>([
    ['without a price', { alert: { price: null } }],
    ['without any quote', { quote: null, underlyingQuote: null, listing: null }],
    ['dear, but not a multiple', { alert: { price: price('2.20') } }],
    [
      'a multiple, but not beyond the obvious error',
      { alert: { price: price('0.28') }, quote: quoteOf(UBER, '0.02', '0.05') },
    ],
    ['a third of the bid and no less', { alert: { price: price('0.24') } }],
    [
      'against a quote too old to judge by',
      {
        alert: { price: price('75') },
        quote: quoteOf(UBER, '0.72', '0.76', { receivedAt: plus(NOW, -15_001) }),
        underlyingQuote: null,
        found: ok(optionOf('UBER', '80')),
      },
    ],
  ])('passes %s', (_, situation) => {
    expect(shown(situation)).toEqual(['ok']);
  });
});

describe('a contract nobody lists', () => {
  it.each<[string, Situation, readonly string[]]>([
    [
      'a Saturday',
      unlisted({ expiry: date('2025-12-06') }),
      [
        'expiry_not_a_trading_day',
        'BTO UBER 78P 12/5 @ 0.75',
        'BTO UBER 78P 12/12 @ 0.75',
        'BTO UBER 78P 12/4/26 @ 0.75',
      ],
    ],
    [
      'a holiday',
      unlisted({ expiry: date('2025-12-25') }),
      [
        'expiry_not_a_trading_day',
        'BTO UBER 78P 12/12 @ 0.75',
        'BTO UBER 78P 12/5 @ 0.75',
        'BTO UBER 78P 12/4/26 @ 0.75',
      ],
    ],
    [
      'a trading day without expiry',
      unlisted({ expiry: date('2025-12-11') }),
      [
        'expiry_not_listed',
        'BTO UBER 78P 12/12 @ 0.75',
        'BTO UBER 78P 12/5 @ 0.75',
        'BTO UBER 78P 12/4/26 @ 0.75',
      ],
    ],
    [
      'a year typed wrongly',
      unlisted({ expiry: date('2024-12-12') }),
      [
        'expiry_in_the_past',
        'BTO UBER 78P 12/12 @ 0.75',
        'BTO UBER 78P 12/5 @ 0.75',
        'BTO UBER 78P 12/4/26 @ 0.75',
      ],
    ],
    [
      'a day beyond the calendar',
      unlisted({ expiry: date('2035-12-06') }),
      [
        'expiry_not_listed',
        'BTO UBER 78P 12/4/26 @ 0.75',
        'BTO UBER 78P 12/12 @ 0.75',
        'BTO UBER 78P 12/5 @ 0.75',
      ],
    ],
    [
      'neither expiry nor strike',
      unlisted({ expiry: date('2025-12-20'), strike: price('78.5') }),
      ['expiry_not_a_trading_day', 'BTO UBER 80P 12/19 @ 0.75', 'BTO UBER 75P 12/19 @ 0.75'],
    ],
    [
      'a strike between two, then the same at another expiry',
      unlisted({ expiry: date('2025-12-19'), strike: price('78') }),
      [
        'strike_not_listed',
        'BTO UBER 80P 12/19 @ 0.75',
        'BTO UBER 75P 12/19 @ 0.75',
        'BTO UBER 78P 12/12 @ 0.75',
      ],
    ],
    [
      'half a strike inside the range, which is no slip of a digit',
      unlisted({ strike: price('77.5') }),
      ['strike_not_listed', 'BTO UBER 77P 12/12 @ 0.75', 'BTO UBER 78P 12/12 @ 0.75'],
    ],
    [
      'a strike with a digit too many',
      unlisted({ strike: price('785') }),
      [
        'strike_digits',
        'BTO UBER 85P 12/12 @ 0.75',
        'BTO UBER 78P 12/12 @ 0.75',
        'BTO UBER 75P 12/12 @ 0.75',
      ],
    ],
    [
      'a strike ten times too high',
      unlisted({ strike: price('780') }),
      [
        'strike_digits',
        'BTO UBER 78P 12/12 @ 0.75',
        'BTO UBER 80P 12/12 @ 0.75',
        'BTO UBER 70P 12/12 @ 0.75',
      ],
    ],
    [
      'a strike with its point lost',
      unlisted({ strike: price('7800') }),
      ['strike_digits', 'BTO UBER 78P 12/12 @ 0.75'],
    ],
    [
      'a strike with its point in front',
      unlisted({ strike: price('7.8') }),
      ['strike_digits', 'BTO UBER 78P 12/12 @ 0.75'],
    ],
    [
      'strike and price swapped',
      unlisted({ strike: price('0.75'), price: price('78') }),
      ['strike_price_swapped', 'BTO UBER 78P 12/12 @ 0.75'],
    ],
    ['a contract of the grid that is not there', unlisted({}), ['contract_not_listed']],
    [
      'an unknown listing',
      { ...unlisted({ strike: price('78.5') }), listing: null },
      ['contract_not_listed'],
    ],
    ['an unknown symbol', { found: err({ kind: 'unknown_symbol' }) }, ['unknown_symbol']],
    [
      'no answer',
      { found: err({ kind: 'unavailable', detail: 'timed out' }) },
      ['lookup_unavailable'],
    ],
  ])('%s', (_, situation, expected) => {
    expect(shown(situation)).toEqual(expected);
  });

  it('keeps quantity, range and part in its repairs', () => {
    const alert = { quantity: 3, priceHigh: price('0.85'), expiry: date('2025-12-06') };
    expect(shown(unlisted(alert))[1]).toBe('BTO 3 UBER 78P 12/5 @ 0.75-0.85');
  });

  it('says which day it is', () => {
    const saturday = check(unlisted({ expiry: date('2025-12-06') }));
    const holiday = check(unlisted({ expiry: date('2025-12-25') }));
    expect(saturday).toMatchObject({ detail: '2025-12-06 is no trading day (Saturday)' });
    expect(holiday).toMatchObject({ detail: '2025-12-25 is no trading day (Christmas Day)' });
  });
});

describe('a contract that may not be opened', () => {
  it.each<[string, Situation, readonly string[]]>([
    ['untradable', { of: { ...UBER, tradable: false } }, ['contract_not_tradable']],
    ['closing-only', { of: { ...UBER, closingOnly: true } }, ['contract_not_tradable']],
    ['adjusted', { of: { ...UBER, standard: false } }, ['contract_not_standard']],
    [
      'expired',
      { now: at('16:00', date('2025-12-12')) },
      ['contract_expired', 'BTO UBER 78P 12/4/26 @ 0.75'],
    ],
    ['an index', { of: shareOf('SPX'), listing: null }, ['contract_not_tradable']],
  ])('%s', (_, situation, expected) => {
    expect(shown(situation)).toEqual(expected);
  });
});

describe('a price that cannot be', () => {
  it.each<[string, Situation, readonly string[]]>([
    [
      'in cents',
      { alert: { price: price('75') } },
      ['price_hundredfold', 'BTO UBER 78P 12/12 @ 0.75', 'BTO UBER 78P 12/12'],
    ],
    [
      'a range in cents',
      { alert: { price: price('75'), priceHigh: price('85') } },
      ['price_hundredfold', 'BTO UBER 78P 12/12 @ 0.75-0.85', 'BTO UBER 78P 12/12'],
    ],
    [
      'ten times',
      { alert: { price: price('7.5') } },
      ['price_hundredfold', 'BTO UBER 78P 12/12 @ 0.75'],
    ],
    [
      'a hundredth',
      { alert: { price: price('0.05') }, quote: quoteOf(UBER, '4.90', '5.10') },
      ['price_hundredfold', 'BTO UBER 78P 12/12 @ 5.00'],
    ],
    [
      "the underlying's price",
      { alert: { price: price('82') }, quote: quoteOf(UBER, '3.00', '3.10') },
      ['price_is_underlying', 'BTO UBER 78P 12/12'],
    ],
    ['just over three times the ask', { alert: { price: price('2.29') } }, ['price_off_market']],
    ['below a third of the bid', { alert: { price: price('0.23') } }, ['price_off_market']],
    [
      'of another contract than one nobody bids for',
      { alert: { price: price('3.00') }, quote: quoteOf(UBER, '0', '0.05') },
      ['price_off_market'],
    ],
    [
      'of the strike a digit was added to',
      {
        of: optionOf('UBER', '780', 'C'),
        alert: { price: price('3.00') },
        quote: quoteOf(optionOf('UBER', '780', 'C'), '0', '0.05'),
        listing: {
          underlying: SHARE,
          expiries: [{ expiry: date('2025-12-12'), strikes: ['78', '780'].map(price) }],
        },
      },
      ['strike_digits', 'BTO UBER 78C 12/12 @ 3.00'],
    ],
    [
      'of a call, above its underlying, with no quote to judge by',
      { of: optionOf('UBER', '78', 'C'), alert: { price: price('200') }, quote: null },
      ['price_off_market'],
    ],
    [
      'of a call, near its underlying, with no quote to judge by',
      { of: optionOf('UBER', '78', 'C'), alert: { price: price('82.10') }, quote: null },
      ['price_is_underlying', 'BTO UBER 78C 12/12'],
    ],
    [
      'of a put, at its strike, with no quote to judge by',
      { alert: { price: price('78') }, quote: null, underlyingQuote: null },
      ['price_off_market'],
    ],
    [
      'of a share',
      {
        of: shareOf('SOFI'),
        alert: { price: price('278.5') },
        quote: quoteOf(shareOf('SOFI'), '27.84', '27.86'),
        listing: null,
        underlyingQuote: null,
      },
      ['price_hundredfold', 'BTO SOFI @ 27.85'],
    ],
    [
      'of a future',
      {
        of: futureOf(),
        alert: { price: price('673.125') },
        quote: quoteOf(futureOf(), '6731', '6731.25'),
        listing: null,
        underlyingQuote: null,
      },
      ['price_hundredfold', 'Long MES @ 6731.25'],
    ],
  ])('%s', (_, situation, expected) => {
    expect(shown(situation)).toEqual(expected);
  });
});
