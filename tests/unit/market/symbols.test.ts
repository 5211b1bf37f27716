import { describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { formatPrice, price } from '#kernel/price.ts';
import type { Right } from '#market/instrument.ts';
import {
  formatDotted,
  formatOcc,
  isAdjusted,
  type OptionParts,
  parseDotted,
  parseOcc,
  rootOf,
  underlyingOf,
} from '#market/symbols.ts';

/** tastytrade's own pairs of OCC and streamer symbol. */
const PAIRS = [
  ['SPY   251219P00600000', '.SPY251219P600', parts('SPY', '2025-12-19', 'P', '600')],
  ['AAPL  220617P00150000', '.AAPL220617P150', parts('AAPL', '2022-06-17', 'P', '150')],
  ['IRBT  260116C00022500', '.IRBT260116C22.5', parts('IRBT', '2026-01-16', 'C', '22.5')],
  ['F     250620C00002020', '.F250620C2.02', parts('F', '2025-06-20', 'C', '2.02')],
  ['BRKB  250620C00200000', '.BRKB250620C200', parts('BRKB', '2025-06-20', 'C', '200')],
  ['SPXW  251219C06000000', '.SPXW251219C6000', parts('SPXW', '2025-12-19', 'C', '6000')],
  ['RIVN1 260116P00000500', '.RIVN1260116P0.5', parts('RIVN1', '2026-01-16', 'P', '0.5')],
  ['GOOGL 260116C00247500', '.GOOGL260116C247.5', parts('GOOGL', '2026-01-16', 'C', '247.5')],
] as const;

function parts(root: string, expiry: string, right: Right, strike: string): OptionParts {
  return { root, expiry: date(expiry), right, strike: price(strike) };
}

describe.each(PAIRS)('%s and %s', (occ, dotted, option) => {
  it('name the same option', () => {
    expect(parseOcc(occ)).toEqual({ ok: true, value: option });
    expect(parseDotted(dotted)).toEqual({ ok: true, value: option });
  });

  it('are written from its parts', () => {
    expect(formatOcc(option)).toEqual({ ok: true, value: occ });
    expect(formatDotted(option)).toEqual({ ok: true, value: dotted });
  });
});

describe('an OCC symbol is refused', () => {
  it.each([
    ['when it is not padded', 'SPY251219P00600000', 'not_a_symbol'],
    ['when its root is too long', 'SPYSPYX251219P00600000', 'not_a_symbol'],
    ['in lower case', 'spy   251219P00600000', 'not_a_symbol'],
    ['with a blank inside its root', 'S PY  251219P00600000', 'not_a_symbol'],
    ['with a blank before its root', ' SPY  251219P00600000', 'not_a_symbol'],
    ['without a right', 'SPY   251219X00600000', 'not_a_symbol'],
    ['with a day that does not exist', 'SPY   260230P00600000', 'no_such_date'],
    ['with month 13', 'SPY   261316P00600000', 'no_such_date'],
    ['with a strike of 0', 'SPY   251219P00000000', 'bad_strike'],
    ['with a root of digits', '1234  251219P00600000', 'bad_root'],
    ['with something after it', 'SPY   251219P00600000 ', 'not_a_symbol'],
    ['when it is empty', '', 'not_a_symbol'],
  ])('%s', (_, text, kind) => {
    expect(parseOcc(text)).toMatchObject({ ok: false, error: { kind } });
  });
});

describe('a dotted symbol is refused', () => {
  it.each([
    ['without its dot', 'SPY251219P600', 'not_a_symbol'],
    ['with an OCC strike behind a dot', '.SPY251219P00600000', 'not_a_symbol'],
    ['with a needless zero before its strike', '.SPY251219P0600', 'bad_strike'],
    ['with a needless zero after its strike', '.SPY251219P600.50', 'bad_strike'],
    ['with a strike that starts with its point', '.SPY251219P.5', 'not_a_symbol'],
    ['with a strike finer than a thousandth', '.SPY251219P0.0005', 'not_a_symbol'],
    ['with a strike of 0', '.SPY251219P0', 'bad_strike'],
    ['with a day that does not exist', '.SPY251131P600', 'no_such_date'],
    ['with an endless tail', `.SPY251219P6${'0'.repeat(10_000)}`, 'not_a_symbol'],
  ])('%s', (_, text, kind) => {
    expect(parseDotted(text)).toMatchObject({ ok: false, error: { kind } });
  });

  it('and shows no more of it than is worth reading', () => {
    const refused = parseDotted('x'.repeat(10_000));
    expect(refused.ok ? '' : refused.error.text).toHaveLength(40);
  });
});

describe('an option without a symbol', () => {
  const option = parts('SPY', '2025-12-19', 'C', '600');

  it.each([
    ['has a strike of too many digits', { strike: price('100000') }, 'bad_strike'],
    ['has a strike finer than a thousandth', { strike: price('1.0005') }, 'bad_strike'],
    ['has a negative strike', { strike: price('-1') }, 'bad_strike'],
    ['has a root of seven letters', { root: 'ABCDEFG' }, 'bad_root'],
    ['has a root in lower case', { root: 'spy' }, 'bad_root'],
    ['has a share class in its root', { root: 'BRK/B' }, 'bad_root'],
    ['expires in another century', { expiry: date('2100-01-15') }, 'no_such_date'],
  ])('%s', (_, change, kind) => {
    expect(formatOcc({ ...option, ...change })).toMatchObject({ ok: false, error: { kind } });
    expect(formatDotted({ ...option, ...change })).toMatchObject({ ok: false, error: { kind } });
  });

  it('can be as dear as 99 999.999', () => {
    const dear = formatOcc({ ...option, strike: price('99999.999') });
    expect(dear).toEqual({ ok: true, value: 'SPY   251219C99999999' });
    const back = parseOcc(dear.ok ? dear.value : '');
    expect(back.ok ? formatPrice(back.value.strike) : '').toBe('99999.999');
  });
});

describe('roots and underlyings', () => {
  it.each([
    ['BRK/B', 'BRKB'],
    ['UBER', 'UBER'],
    ['BF/B', 'BFB'],
  ])('%s has options under %s', (underlying, root) => {
    expect(rootOf(underlying)).toBe(root);
    expect(underlyingOf(root)).toBe(underlying);
  });

  it.each([
    ['SPXW', 'SPX'],
    ['NDXP', 'NDX'],
    ['RIVN1', 'RIVN'],
    ['BRKB2', 'BRK/B'],
    ['GOOGL', 'GOOGL'],
  ])('the root %s belongs to %s', (root, underlying) => {
    expect(underlyingOf(root)).toBe(underlying);
  });

  it('tell an adjusted contract by its digit', () => {
    expect(isAdjusted('RIVN1')).toBe(true);
    expect(isAdjusted('RIVN')).toBe(false);
  });
});
