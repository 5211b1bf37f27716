import { describe, expect, it } from 'vitest';
import { parseAlert } from '#alerts/parse.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import { PARSER_REASONS } from '#alerts/parser-reasons.ts';
import { contextAt, POSTED_AT, read } from '../../../../fixtures/labelled-messages.ts';

/** One message for each reason; what a channel's policy decides is tested with the policy. */
const EXAMPLES = {
  entry: 'BTO AMD 215c 10/16 @ 3.45',
  exit: 'STC AMD 215c 10/16 @ 4.45',
  context_exit: 'all out AMD @ 40%',
  context_trim: 'trimming AMD at 4.45',
  stop_move: 'moving stop to b/e',
  correction: 'AMD*',
  fill_note: 'my avg 2.80',
  entry_without_contract: 'in @ 2.10',
  add_without_contract: 'added, new avg 2.50',
  chatter: 'good morning',
  empty: '<@123> 🚀',
  text_too_long: `BTO AMD 215c 10/16 @ 3.45 ${'a'.repeat(4000)}`,
  struck_through: '~~BTO AMD 215c 10/16 @ 3.45~~',
  text_direction_changed: 'BTO AMD 215c 10/16 @ \u202e54.3',
  lookalike_letters: 'BTO \u0410MD 215c 10/16 @ 3.45',
  cut_off: 'BTO AMD 215c 10/16 @ 3.4…',
  prepare: 'loading AMD 215c 10/16 @ 3.45',
  watch: 'watching AMD 215c 10/16',
  conditional: 'BTO AMD 215c 10/16 @ 3.45 if 214 breaks',
  hypothetical: 'would BTO AMD 215c 10/16 @ 3.45',
  question: 'BTO AMD 215c 10/16 @ 3.45?',
  negated: 'not buying AMD 215c 10/16',
  cancelled: 'BTO AMD 215c 10/16 @ 3.45 cancelled',
  not_filled: 'trying to BTO AMD 215c 10/16 @ 3.45',
  already_happened: 'BTO AMD 215c 10/16 @ 3.45 yesterday',
  recap: 'AMD 215c 10/16 3.45 → 5.10',
  position_note: 'still holding AMD 215c 10/16',
  flow_report: 'AMD 215c 10/16 on flow',
  third_person: 'they bought AMD 215c 10/16 @ 3.45',
  example: 'Example: BTO AMD 215c 10/16 @ 3.45',
  paper_trade: 'BTO AMD 215c 10/16 @ 3.45 paper',
  multi_leg: 'BTO AMD 215/220c 10/16 @ 1.45',
  roll: 'rolled AMD 215c 10/16',
  short_premium: 'AMD 200 CSP 10/16 1.85',
  two_instructions: 'BTO AMD 215c 10/16 @ 3.45\nSTC AMD 215c 10/16 @ 4.45',
  several_contracts: 'BTO AMD 215c 220c 10/16 @ 3.45',
  index_not_tradable: 'BTO SPX @ 4.20',
  no_verb: 'AMD 215c 10/16 3.45',
  verb_unclear: 'Mike bought AMD 215c 10/16 @ 3.45',
  no_symbol: 'BTO 215c 10/16 @ 3.45',
  two_symbols: 'BTO AMD NVDA 215c 10/16 @ 3.45',
  symbol_unclear: 'BTO 215c 10/16 TS🚀xy @ 3.45',
  company_name: 'BTO tesla 450c 10/16 @ 6.10',
  no_side: 'BTO AMD 215 10/16 @ 3.45',
  two_sides: 'BTO AMD 215c puts 10/16 @ 3.45',
  no_strike: 'BTO AMD calls @ 3.45',
  strike_unclear: 'bought 2 calls AMD $215 10/16',
  strike_implausible: 'BTO AMD 215000c 10/16 @ 3.45',
  no_expiry: 'BTO AMD 215c @ 3.45',
  two_expiries: 'BTO AMD 215c 10/16 10/23 @ 3.45',
  expiry_unclear: 'BTO AMD 215c next Friday @ 3.45',
  no_such_date: 'BTO AMD 215c 11/31 @ 3.45',
  expiry_not_a_trading_day: 'BTO AMD 215c 10/17 @ 3.45',
  expiry_in_the_past: 'BTO AMD 215c 10/16/25 @ 3.45',
  expiry_too_far: 'BTO AMD 215c 9/20/30 @ 3.45',
  calendar_not_covered: 'BTO AMD 215c 1/19/29 @ 3.45',
  two_prices: 'BTO AMD 215c 10/16 @ 3.45 @ 4.45',
  price_unclear: 'BTO AMD 215c 10/16 3',
  price_zero: 'BTO AMD 215c 10/16 @ 0.00',
  price_implausible: 'BTO AMD 215c 10/16 @ 345',
  average_not_price: 'Added AMD 215c 10/16 new avg 3.45',
  quantity_unclear: 'BTO 2 AMD 215c 10/16 @ 3.45 x3',
  quantity_implausible: 'BTO 5000 AMD 215c 10/16 @ 3.45',
  unclaimed_number: 'BTO AMD 215c 10/16 @ 3.45 7',
  asset_unclear: 'BTO TSLA @ 3.20',
  plan_contradicts_side: 'Short NQ @ 24865 stop 24840',
} as const satisfies Partial<Record<keyof typeof PARSER_REASONS, string>>;

/** Given only where a channel's policy says so; see `policy.test.ts`. */
const BY_POLICY = ['asset_not_allowed', 'added_does_not_open'];

describe('every reason', () => {
  it('has a message that gets it', () => {
    const known = [...Object.keys(EXAMPLES), ...BY_POLICY].toSorted();
    expect(known).toEqual(Object.keys(PARSER_REASONS).toSorted());
  });

  it.each(Object.entries(EXAMPLES))('%s: %j', (code, text) => {
    const reading = parseAlert(text, contextAt(POSTED_AT, WIDE_PARSE_POLICY));
    expect(reading.code).toBe(code);
    const isInstruction = reading.verdict === 'order' || reading.verdict === 'exit';
    expect(reading.alert !== null).toBe(isInstruction);
    expect(reading.detail).not.toBe('');
  });

  it.each(Object.entries(PARSER_REASONS))('%s says what it means', (_code, reason) => {
    expect(reason.means).toMatch(/^[A-Z].*\.$/);
    expect(reason.remedy).toMatch(/^(?:[A-Z].*\.)?$/);
  });
});

describe('exits that name no contract', () => {
  it.each([
    ['all out', { symbol: null, partial: false, fraction: null, price: null }],
    ['out half', { symbol: null, partial: true, fraction: 0.5 }],
    ['trim 1/3 here', { symbol: null, partial: true }],
    ['took half off', { partial: true, fraction: 0.5 }],
    ['all out PANW @ 40%', { symbol: 'PANW', partial: false, price: null }],
    ['trimming XOM at $1.80', { symbol: 'XOM', partial: true }],
    ['Stopped on nq', { symbol: 'NQ', partial: false }],
    ['+18 trim', { symbol: null, partial: true, price: null }],
    ['flat', { symbol: null, partial: false }],
    ['Nice move. All out here', { symbol: null, partial: false }],
  ])('%s', (text, expected) => {
    expect(read(text)).toMatchObject({ verdict: 'update', contextExit: expected, alert: null });
  });

  it.each([
    'close call on that one, still trying to figure NQ out',
    'out for lunch',
    'watch out for CPI',
    'sold my car',
    'stop asking me',
    'should I sell?',
    'you can trim here',
    'if you are up, trim some',
    "don't sell yet",
    'cutting it close',
    'market closes at 1pm',
    'out tomorrow',
  ])('%s is talk', (text) => {
    expect(read(text).contextExit).toBeNull();
  });
});

describe('a message that says buy and sell in one breath', () => {
  it.each([
    'STC BTO 1 UBER',
    'STC, BTO 1 UBER',
    'BTO STC 1 UBER',
    'STC BTO 1 UBER 78p 12/18 @ 0.80',
    'BTO STC 1 UBER 78p 12/18 @ 0.80',
    'Sell to close BTO 1 UBER 78p 12/18 @ 0.80',
    'STC BTO 100 UBER @ 71.20',
    'STC BTO 2 MES @ 6725',
    'BTO STC 2 MES @ 6725',
    'STC BTO half',
    'STC 3.30 BTO 2 UBER 78p 12/18',
  ])('is refused: %s', (text) => {
    expect(read(text)).toMatchObject({ verdict: 'refused', code: 'two_instructions' });
  });

  it.each(['STC AMD 215c 10/16 @ 4.45, BTO at 3.30', 'STC AMD 215c 10/16 @ 4.45 BTO 3.30'])(
    'is an exit when the buy only tells its former price: %s',
    (text) => {
      expect(read(text)).toMatchObject({ verdict: 'exit' });
    },
  );
});

describe('a price below zero', () => {
  it.each([
    ...['@ -0.80', '@-.80', '@ -$0.80', '@ - 0.80', '@ - $0.80', '@ −0.80'],
    ...['@ $-0.80', '@$-.80', '@ $ -0.80', '@ $--0.80', '@ $−0.80', '$-0.80', 'for $-0.80'],
    ...['for -0.80', 'at -0.80', 'usd -0.80'],
  ])('is not read as one above it: %s', (price) => {
    expect(read(`BTO 2 UBER 78p 12/18 ${price}`)).toMatchObject({
      verdict: 'refused',
      code: 'unclaimed_number',
    });
  });

  it('is not read as one above it in words either', () => {
    expect(read('BTO 2 UBER 78p 12/18 @ minus 0.80').code).toBe('price_unclear');
  });

  it.each([
    '- 0.80',
    '-0.80',
    '- $0.80',
    '-$0.80',
    'for 0.80-0.85',
    '@ 0.80-0.85',
    '@ $0.80-$0.85',
  ])('is another thing than a stroke: %s', (price) => {
    expect(read(`BTO 2 UBER 78p 12/18 ${price}`)).toMatchObject({ verdict: 'order' });
  });
});
