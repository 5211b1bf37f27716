import { describe, expect, it } from 'vitest';
import { parseAlert } from '#alerts/parse.ts';
import {
  DEFAULT_PARSE_POLICY,
  type ParsePolicy,
  ParsePolicySchema,
  WIDE_PARSE_POLICY,
} from '#alerts/parser/settings.ts';
import { price } from '#kernel/price.ts';
import { contextAt, POSTED_AT } from '../../../fixtures/labelled-messages.ts';

function under(changes: Partial<ParsePolicy>, text: string, postedAt = POSTED_AT) {
  return parseAlert(text, contextAt(postedAt, { ...WIDE_PARSE_POLICY, ...changes }));
}

describe('what a channel may leave out', () => {
  it('an expiry is refused, or today, or the Friday of the week', () => {
    const text = 'BTO SPX 6725c @ 2.80';
    expect(under({}, text).code).toBe('no_expiry');
    expect(under({ expiryWhenMissing: '0dte' }, text).alert?.expiry).toBe('2026-10-06');
    expect(under({ expiryWhenMissing: 'weekly' }, text).alert?.expiry).toBe('2026-10-09');
  });

  it('an expiry left out on a day without trading is refused', () => {
    const reading = under({ expiryWhenMissing: '0dte' }, 'BTO SPX 6725c @ 2.80', '2026-10-10');
    expect(reading.verdict).toBe('refused');
  });

  it('an exit never gets an expiry that is not written', () => {
    const reading = under({ expiryWhenMissing: '0dte' }, 'STC SPX 6725c @ 2.80');
    expect(reading.verdict).toBe('update');
    expect(reading.contextExit).toMatchObject({ symbol: 'SPX', right: 'C', strike: price('6725') });
  });

  it('a verb opens only where the channel says so, and never without a price', () => {
    const text = 'HD | $405 C 3.10 OCT 16 @everyone';
    expect(under({}, text).code).toBe('no_verb');
    const reading = under({ verblessOpens: true }, text);
    expect(reading.alert).toMatchObject({ action: 'BTO', symbol: 'HD', price: price('3.10') });
    expect(reading.spans.action).toBeUndefined();
    expect(under({ verblessOpens: true }, 'HD $405 C OCT 16').verdict).toBe('refused');
  });

  it('a verbless contract still opens nothing when the words say otherwise', () => {
    const wide = { verblessOpens: true };
    const texts = [
      'watching HD 405c 10/16 3.10',
      'HD 405c 10/16 3.10 → 4.20',
      'HD 405c 10/16 3.10 over 404',
      'HD 405c 10/16 3.10?',
      'AMZN | $230 CSP 1.85 OCT',
    ];
    expect(texts.filter((text) => under(wide, text).alert !== null)).toEqual([]);
  });

  it('a symbol is the default one only when none is written', () => {
    const spx = { defaultSymbol: 'SPX' };
    expect(under({}, 'BTO 6725c 0dte @ 2.80').code).toBe('no_symbol');
    expect(under(spx, 'BTO 6725c 0dte @ 2.80').alert?.symbol).toBe('SPX');
    expect(under(spx, 'BTO QQQ 604c 0dte @ 2.80').alert?.symbol).toBe('QQQ');
    expect(under(spx, 'BTO tesla 450c 0dte @ 2.80').alert).toBeNull();
  });
});

describe('what a channel means by its words', () => {
  it('a dotted number is a date only where dates are written so', () => {
    const text = 'BTO AMD 215c 12.18 @ 3.45';
    expect(under({}, text).alert).toBeNull();
    expect(under({ dottedDates: true }, text).alert).toMatchObject({
      expiry: '2026-12-18',
      price: price('3.45'),
    });
  });

  it('prices can be dollars per contract', () => {
    const perContract = { premiumUnit: 'per_contract' } as const;
    expect(under(perContract, 'BTO AMD 215c 10/16 @ 345').alert?.price).toBe(price('3.45'));
    expect(under(perContract, 'BTO AMD 215c 10/16 @ 3.45').code).toBe('price_unclear');
  });

  it('adding opens unless the channel says no', () => {
    expect(under({}, 'Added AMD 215c 10/16 @ 3.45').verdict).toBe('order');
    const reading = under({ addedOpens: false }, 'Added AMD 215c 10/16 @ 3.45');
    expect(reading.code).toBe('added_does_not_open');
  });

  it('its own words announce an entry to come', () => {
    const reading = under({ prepareWords: ['stalk'] }, 'BTO AMD 215c 10/16 @ 3.45 stalk');
    expect(reading.code).toBe('prepare');
  });

  it.each([
    ['BTO 100 SOFI @ 27.85', 'equity'],
    ['Long ES @ 6725.25', 'future'],
    ['BTO /ES 6750c 10/9 @ 21.50', 'future_option'],
    ['BTO AMD 215c 10/16 @ 3.45', 'option'],
  ] as const)('%s needs the class %s to be allowed', (text, asset) => {
    const all = WIDE_PARSE_POLICY.assets;
    expect(under({}, text).alert?.asset).toBe(asset);
    const reading = under({ assets: all.filter((each) => each !== asset) }, text);
    expect(reading).toMatchObject({ verdict: 'refused', code: 'asset_not_allowed', alert: null });
  });
});

describe('the schema', () => {
  it('guesses nothing by default and trades options alone', () => {
    expect(DEFAULT_PARSE_POLICY).toEqual({
      expiryWhenMissing: 'refuse',
      verblessOpens: false,
      addedOpens: true,
      dottedDates: false,
      defaultSymbol: null,
      premiumUnit: 'per_share',
      prepareWords: [],
      assets: ['option'],
    });
  });

  it.each([{ verbless: true }, { defaultSymbol: 'spx' }, { assets: [] }, { prepareWords: ['x'] }])(
    'refuses %j',
    (settings) => {
      expect(ParsePolicySchema.safeParse(settings).success).toBe(false);
    },
  );
});
