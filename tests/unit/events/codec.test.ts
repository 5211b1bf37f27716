import { describe, expect, it } from 'vitest';
import { decodeCanonical, encodeCanonical } from '#events/codec.ts';
import { InvariantViolation } from '#kernel/invariant.ts';
import { price } from '#kernel/price.ts';

function decoded(text: string): unknown {
  const result = decodeCanonical(text);
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

describe('canonical JSON', () => {
  it('sorts keys by UTF-16 code units and writes no white space', () => {
    const value = { b: 1, a: [true, null, { z: 'x', y: 2.5 }], '10': 0, '9': 0, '€': 0, ö: 0 };
    expect(encodeCanonical(value)).toBe(
      '{"10":0,"9":0,"a":[true,null,{"y":2.5,"z":"x"}],"b":1,"ö":0,"€":0}',
    );
  });

  // RFC 8785, appendix B, and where counting digits begins to differ.
  it.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9_007_199_254_740_992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [1e21, '1e+21'],
    [1e23, '1e+23'],
    [333333333.3333332, '333333333.3333332'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [99_999_999, '99999999'],
    [100_000_000, '100000000'],
    [1_700_000_000_000, '1700000000000'],
    [9_007_199_254_740_991, '9007199254740991'],
    [-9_007_199_254_740_991, '-9007199254740991'],
    [1_795_100_413_424.5, '1795100413424.5'],
  ])('writes the number %d as %s', (value, text) => {
    expect(encodeCanonical(value)).toBe(text);
  });

  it('writes control characters and lone surrogates as escapes', () => {
    expect(encodeCanonical('\u0000\n\u001f"\\\u20ac\ud800🚀')).toBe(
      '"\\u0000\\n\\u001f\\"\\\\€\\ud800🚀"',
    );
  });

  it('keeps amounts exact under their names, alone and in lists', () => {
    const value = {
      price: price('0.0625'),
      strikes: [price('78'), price('-1.000000001')],
      bid: null,
    };
    const text = '{"bid":null,"price":"0.0625","strikes":["78.00","-1.000000001"]}';
    expect(encodeCanonical(value)).toBe(text);
    expect(decoded(text)).toEqual(value);
  });

  it('lets something other than an amount stand under an amount’s name', () => {
    const value = { spans: { price: { from: 1, to: 4 }, strike: 3 }, tick: [{ symbol: 'UBER' }] };
    expect(decoded(encodeCanonical(value))).toEqual(value);
  });

  it('leaves texts that look like amounts alone', () => {
    const value = { text: '0.75', symbols: ['1.00'], nested: { detail: '2' } };
    expect(decoded(encodeCanonical(value))).toEqual(value);
  });

  it.each([
    ['an amount under another name', { size: 1n }, /'size'.*was a bigint/],
    ['an amount without a name', 1n, /''.*was a bigint/],
    ['an amount in a list of another name', { sizes: [1n] }, /'sizes'/],
    ['a text under an amount’s name', { price: '0.75' }, /'price'.*was a text/],
    ['a text in a list under an amount’s name', { strikes: [1n, '2'] }, /'strikes'.*was a text/],
    ['undefined', { gone: undefined }, /'gone'.*was undefined/],
    ['a hole in a list', { list: [1, undefined] }, /'list'/],
    ['a function', { run: () => 1 }, /'run'.*was function/],
    ['a symbol', { mark: Symbol('x') }, /'mark'.*was symbol/],
    ['an amount nobody could read back', { price: 10n ** 30n }, /'price' holds less/],
    ['NaN', { share: Number.NaN }, /'share'.*was NaN/],
    ['Infinity', [Infinity], /was Infinity/],
    ['a date', { at: new Date(0) }, /'at'.*instance of a class/],
    ['a map', { map: new Map() }, /'map'.*instance of a class/],
  ])('refuses %s, naming the field', (_, value, message) => {
    expect(() => encodeCanonical(value)).toThrow(InvariantViolation);
    expect(() => encodeCanonical(value)).toThrow(message);
  });

  it('refuses what is nested without end', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => encodeCanonical(loop)).toThrow(/at most 64 levels/);
  });

  it('never lets a key reach the prototype', () => {
    const hostile = '{"__proto__":{"polluted":true,"price":"1.00"},"constructor":{"bid":"2.00"}}';
    const value = decoded(hostile);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(encodeCanonical(value)).toBe(hostile);
  });

  it.each([
    ['', 'not_json'],
    ['{"a":1', 'not_json'],
    ['{"a":1e999}', 'not_json'],
    ['[1,-1e999]', 'not_json'],
    ['{"price":"abc"}', 'not_exact'],
    ['{"price":""}', 'not_exact'],
    ['{"a":{"strikes":["1.00","x"]}}', 'not_exact'],
    ['{"price":[["1.0000000001"]]}', 'not_exact'],
    [`${'['.repeat(100)}${']'.repeat(100)}`, 'too_deep'],
    [`{"price":${'['.repeat(100)}${']'.repeat(100)}}`, 'too_deep'],
    [`${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`, 'too_deep'],
  ])('does not read %j', (text, kind) => {
    expect(decodeCanonical(text)).toMatchObject({ ok: false, error: { kind } });
  });
});
