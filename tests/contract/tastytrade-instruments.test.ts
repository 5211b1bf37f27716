/** tastytrade's instruments at the stand-in, as wide as it lists them. */
import { describe, expect, it } from 'vitest';
import type { InstrumentQuery } from '#feeds/ports.ts';
import { addDays } from '#kernel/calendar.ts';
import { priceFromUnits } from '#kernel/price.ts';
import { createSystemClock } from '#kernel/time.ts';
import { frontContract } from '#market/expiries.ts';
import { type ContractParts, formatFuture } from '#market/future-symbols.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import { optionsOf, seriesOf } from '../stand-ins/tastytrade/future-chains.ts';
import { instrumentSourceContract } from './instrument-source.contract.ts';
import { openRig, type TastytradeRig } from './tastytrade-rig.ts';

type OptionQuery = Extract<InstrumentQuery, { readonly kind: 'option' }>;

const clock = createSystemClock();

/** In the middle of the last expiry. */
async function listedOn(rig: TastytradeRig, underlying: string): Promise<OptionQuery> {
  const listing = await rig.instruments.listing(underlying);
  if (!listing.ok) throw new Error('expected a listing');
  const far = listing.value.expiries.at(-1);
  const strike = far?.strikes[Math.floor(far.strikes.length / 2)];
  if (far === undefined || strike === undefined) throw new Error('expected an option');
  return { kind: 'option', underlying, right: 'C', strike, expiry: far.expiry };
}

function front(root: string): ContractParts {
  const contract = frontContract(root, newYorkDate(clock.now()));
  if (contract === null) throw new Error('expected a front contract');
  return contract;
}

/** The terms and the symbol of an option on a future, of the last week listed. */
function futureOption(): readonly [InstrumentQuery, string] {
  const week = seriesOf('ES', newYorkDate(clock.now())).at(-1);
  for (const { instrument } of week === undefined ? [] : optionsOf(week)) {
    const { right, strike, expiry, symbol } = instrument;
    return [{ kind: 'future_option', root: 'ES', right, strike, expiry }, symbol];
  }
  throw new Error('expected a future option');
}

instrumentSourceContract('tastytrade', async () => {
  const rig = await openRig();
  const es = front('ES');
  return {
    source: rig.instruments,
    listed: await listedOn(rig, 'UBER'),
    others: [
      [{ kind: 'equity', symbol: 'UBER' }, 'UBER'],
      [{ kind: 'equity', symbol: 'BRK/B' }, 'BRK/B'],
      [{ kind: 'future', root: 'ES', contract: null }, formatFuture(es)],
      [{ kind: 'future', root: 'ES', contract: formatFuture(es).slice(3) }, formatFuture(es)],
      futureOption(),
    ],
    close: rig.close,
  };
});

describe('instruments of tastytrade', () => {
  async function use(test: (rig: TastytradeRig) => Promise<void>, environment = 'production') {
    const rig = await openRig({
      environment: environment === 'sandbox' ? 'sandbox' : 'production',
    });
    try {
      await test(rig);
    } finally {
      await rig.close();
    }
  }

  it('take the PM series of an index, and keep its AM series apart', () =>
    use(async (rig) => {
      const query = await listedOn(rig, 'SPX');
      const found = await rig.find(query);
      expect(found).toMatchObject({ kind: 'option', underlying: 'SPX', settlement: 'pm' });
    }));

  it('list an option on a future by these very terms or not at all', () =>
    use(async (rig) => {
      const [query] = futureOption();
      if (query.kind !== 'future_option') throw new Error('expected the terms of one');
      const notListed = { ok: false, error: { kind: 'not_listed' } };
      const offStrike = { ...query, strike: priceFromUnits(query.strike + 1n) };
      expect(await rig.instruments.find(offStrike)).toEqual(notListed);
      const offExpiry = { ...query, expiry: addDays(query.expiry, 1) };
      expect(await rig.instruments.find(offExpiry)).toEqual(notListed);
      expect(await rig.instruments.find({ ...query, root: 'QZXV' })).toEqual({
        ok: false,
        error: { kind: 'unknown_symbol' },
      });
    }));

  it('find the options of a share class with a slash', () =>
    use(async (rig) => {
      const found = await rig.find(await listedOn(rig, 'BRK/B'));
      expect(found).toMatchObject({ root: 'BRKB', underlying: 'BRK/B', multiplier: 100 });
    }));

  it('never find an adjusted contract by its terms', () =>
    use(async (rig) => {
      const roots = await rig.client.chain('RIVN');
      const adjusted = roots.ok ? roots.value?.find(({ isStandard }) => !isStandard) : undefined;
      const expiration = adjusted?.expirations[0];
      const [row] = expiration?.strikes ?? [];
      if (expiration === undefined || row === undefined) throw new Error('expected one');
      const [strike, { call }] = row;
      const found = await rig.instruments.bySymbol(asInstrumentSymbol(call.symbol));
      expect(found).toMatchObject({ ok: true, value: { root: 'RIVN1', standard: false } });
      const { expiry } = expiration;
      const query = { kind: 'option', underlying: 'RIVN', right: 'C', strike, expiry } as const;
      const byTerms = await rig.instruments.find(query);
      expect(byTerms.ok ? byTerms.value : { root: 'RIVN', standard: true }).toMatchObject({
        root: 'RIVN',
        standard: true,
      });
    }));

  it('state the ticks the venue states', () =>
    use(async (rig) => {
      for (const [underlying, ticks] of [
        ['SPY', [10_000_000n]],
        ['UBER', [10_000_000n, 50_000_000n]],
        ['SPX', [50_000_000n, 100_000_000n]],
      ] as const) {
        const found = await rig.find(await listedOn(rig, underlying));
        expect(found.grid.bands.map(({ tick }) => tick)).toEqual(ticks);
      }
    }));

  it('know the names dxFeed gives what they have found, and no other', () =>
    use(async (rig) => {
      const option = await rig.find(await listedOn(rig, 'UBER'));
      const future = await rig.find({ kind: 'future', root: 'ES', contract: null });
      expect(rig.instruments.streamerSymbol(option.symbol)).toMatch(/^\.UBER\d{6}C[\d.]+$/);
      expect(rig.instruments.streamerSymbol(future.symbol)).toMatch(/^\/ES[HMUZ]\d\d:XCME$/);
      expect(rig.instruments.streamerSymbol(asInstrumentSymbol('AAPL'))).toBeNull();
    }));

  it('are found in the sandbox, which keeps records of single options to itself', () =>
    use(async (rig) => {
      const query = await listedOn(rig, 'UBER');
      expect(await rig.find(query)).toMatchObject({ kind: 'option', tradable: true });
    }, 'sandbox'));

  it('ask for a chain once, however many ask at once', () =>
    use(async (rig) => {
      const query = await listedOn(rig, 'UBER');
      await Promise.all(Array.from({ length: 20 }, () => rig.find(query)));
      const asked = rig.standIn.requests().filter(({ path }) => path.includes('/nested'));
      expect(asked).toHaveLength(1);
    }));
});
