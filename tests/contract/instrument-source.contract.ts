/** What every source of instruments does. */
import { describe, expect, it } from 'vitest';
import type { InstrumentQuery, InstrumentSource } from '#feeds/ports.ts';
import { addDays } from '#kernel/calendar.ts';
import { priceFromUnits } from '#kernel/price.ts';
import { asInstrumentSymbol, type Instrument } from '#market/instrument.ts';

type OptionQuery = Extract<InstrumentQuery, { readonly kind: 'option' }>;

export interface InstrumentSourceHarness {
  readonly source: InstrumentSource;
  /** An option that is listed. */
  readonly listed: OptionQuery;
  /** What else it finds: queries and the symbols they lead to. */
  readonly others: readonly (readonly [InstrumentQuery, string])[];
  readonly close: () => Promise<void>;
}

const CENT = 10_000_000n;

export function instrumentSourceContract(
  name: string,
  open: () => Promise<InstrumentSourceHarness>,
): void {
  async function use(test: (harness: InstrumentSourceHarness) => Promise<void>): Promise<void> {
    const harness = await open();
    try {
      await test(harness);
    } finally {
      await harness.close();
    }
  }

  describe(`InstrumentSource: ${name}`, () => {
    it('finds a listed option, complete', () =>
      use(async ({ source, listed }) => {
        const found = await foundBy(source, listed);
        expect(found).toMatchObject({
          kind: 'option',
          underlying: listed.underlying,
          right: listed.right,
          strike: listed.strike,
          expiry: listed.expiry,
          standard: true,
          tradable: true,
          multiplier: 100,
        });
        expect(found.symbol).toHaveLength(21);
        expect(found.grid.bands.at(-1)?.below).toBeNull();
      }));

    it('finds what else it knows', () =>
      use(async ({ source, others }) => {
        for (const [query, symbol] of others) {
          expect((await foundBy(source, query)).symbol).toBe(symbol);
        }
      }));

    it('says that a strike or an expiry is not listed', () =>
      use(async ({ source, listed }) => {
        const offStrike = { ...listed, strike: priceFromUnits(listed.strike + CENT) };
        const offExpiry = { ...listed, expiry: addDays(listed.expiry, 365 * 9) };
        for (const query of [offStrike, offExpiry]) {
          expect(await source.find(query)).toEqual({ ok: false, error: { kind: 'not_listed' } });
        }
      }));

    it('says that a symbol is unknown', () =>
      use(async ({ source, listed }) => {
        const unknown = { ok: false, error: { kind: 'unknown_symbol' } };
        expect(await source.find({ ...listed, underlying: 'QZXV' })).toEqual(unknown);
        expect(await source.find({ kind: 'equity', symbol: 'QZXV' })).toEqual(unknown);
        const contract = { kind: 'future', root: 'QZXV', contract: null } as const;
        expect(await source.find(contract)).toEqual(unknown);
        expect(await source.listing('QZXV')).toEqual(unknown);
        expect(await source.bySymbol(asInstrumentSymbol('QZXV'))).toEqual(unknown);
        expect(await source.bySymbol(asInstrumentSymbol('no symbol at all'))).toEqual(unknown);
      }));

    it('lists expiries and strikes in ascending order, the listed option among them', () =>
      use(async ({ source, listed }) => {
        const listing = await source.listing(listed.underlying);
        if (!listing.ok) throw new Error('expected a listing');
        const { expiries, underlying } = listing.value;
        expect(underlying.underlying).toBe(listed.underlying);
        const dates = expiries.map(({ expiry }) => expiry);
        expect(dates).toEqual([...new Set(dates)].toSorted());
        for (const { strikes } of expiries) {
          expect(strikes).toEqual([...new Set(strikes)].toSorted((a, b) => Number(a - b)));
        }
        const day = expiries.find(({ expiry }) => expiry === listed.expiry);
        expect(day?.strikes).toContain(listed.strike);
      }));

    it('gives the same instrument again for its symbol', () =>
      use(async ({ source, listed, others }) => {
        for (const query of [listed, ...others.map(([other]) => other)]) {
          const found = await foundBy(source, query);
          expect(await source.bySymbol(found.symbol)).toEqual({ ok: true, value: found });
        }
      }));
  });
}

async function foundBy(source: InstrumentSource, query: InstrumentQuery): Promise<Instrument> {
  const found = await source.find(query);
  if (!found.ok) throw new Error(`expected an instrument, was ${found.error.kind}`);
  return found.value;
}
