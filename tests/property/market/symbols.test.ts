import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { date, epochDay, fromEpochDay } from '#kernel/calendar.ts';
import { priceFromUnits } from '#kernel/price.ts';
import {
  formatFuture,
  formatFutureOption,
  formatStreamerFuture,
  parseFuture,
  parseFutureOption,
  parseStreamerFuture,
  STREAMER_VENUES,
} from '#market/future-symbols.ts';
import { FUTURE_PRODUCTS } from '#market/products.ts';
import { formatDotted, formatOcc, parseDotted, parseOcc } from '#market/symbols.ts';

const expiry = fc
  .integer({ min: epochDay(date('2000-01-01')), max: epochDay(date('2099-12-31')) })
  .map(fromEpochDay);
const right = fc.constantFrom('C' as const, 'P' as const);
const MILL = 1_000_000n;

const option = fc.record({
  root: fc.stringMatching(/^[A-Z][A-Z0-9]{0,5}$/),
  expiry,
  right,
  strike: fc.bigInt({ min: 1n, max: 99_999_999n }).map((mills) => priceFromUnits(mills * MILL)),
});

const future = fc.record({
  root: fc.constantFrom(...FUTURE_PRODUCTS.keys()),
  year: fc.integer({ min: 2025, max: 2034 }),
  month: fc.integer({ min: 1, max: 12 }),
});

describe('what is written is read back as it was', () => {
  it('for every option, in both notations', () => {
    fc.assert(
      fc.property(option, (parts) => {
        const [occ, dotted] = [formatOcc(parts), formatDotted(parts)];
        expect(occ.ok && occ.value.length).toBe(21);
        expect(parseOcc(occ.ok ? occ.value : '')).toEqual({ ok: true, value: parts });
        expect(parseDotted(dotted.ok ? dotted.value : '')).toEqual({ ok: true, value: parts });
      }),
      { numRuns: 1000 },
    );
  });

  it('for every future, in both notations', () => {
    fc.assert(
      fc.property(future, fc.constantFrom(...STREAMER_VENUES), (parts, venue) => {
        expect(parseFuture(formatFuture(parts), date('2026-06-01'))).toEqual({
          ok: true,
          value: parts,
        });
        expect(parseStreamerFuture(formatStreamerFuture(parts, venue))).toEqual({
          ok: true,
          value: { ...parts, venue },
        });
      }),
    );
  });

  it('for every future option', () => {
    const series = fc.record({
      root: fc.stringMatching(/^[A-Z][A-Z0-9]{1,3}$/),
      month: fc.integer({ min: 1, max: 12 }),
    });
    const strike = fc.bigInt({ min: 1n, max: 99_999n }).map((x) => priceFromUnits(x * 25n * MILL));
    fc.assert(
      fc.property(future, series, right, strike, (of, named, side, at) => {
        const parts = {
          future: { ...of, year: 2027 },
          series: { ...named, year: 2027 },
          expiry: date('2027-02-26'),
          right: side,
          strike: at,
        };
        expect(parseFutureOption(formatFutureOption(parts))).toEqual({ ok: true, value: parts });
      }),
    );
  });
});

describe('what is read is written back as it was', () => {
  const root = fc.stringMatching(/^[A-Z0-9]{1,6}$/);
  const day = fc.stringMatching(/^[0-3][0-9][01][0-9][0-3][0-9]$/);
  const nearSymbol = fc.oneof(
    fc
      .tuple(root, day, fc.stringMatching(/^[CP][0-9]{8}$/))
      .map(([name, ...tail]) => name.padEnd(6) + tail.join('')),
    fc
      .tuple(root, day, fc.stringMatching(/^[CPX]?[0-9]{1,3}(\.[0-9]{0,4})?$/))
      .map((parts) => `.${parts.join('')}`),
  );

  it('for any text that is accepted at all', () => {
    fc.assert(
      fc.property(fc.oneof(nearSymbol, fc.string()), (text) => {
        const [occ, dotted] = [parseOcc(text), parseDotted(text)];
        const again = [
          ...(occ.ok ? [formatOcc(occ.value)] : []),
          ...(dotted.ok ? [formatDotted(dotted.value)] : []),
        ];
        expect(again).toEqual(again.map(() => ({ ok: true, value: text })));
      }),
      { numRuns: 2000 },
    );
  });

  it('of texts this like symbols some are accepted', () => {
    const texts = fc.sample(nearSymbol, { numRuns: 2000, seed: 1 });
    expect(texts.filter((text) => parseDotted(text).ok).length).toBeGreaterThan(5);
    expect(texts.filter((text) => parseOcc(text).ok).length).toBeGreaterThan(5);
  });
});
