/** What makes an instrument tradable, and what keeps one from being found. */
import { describe, expect, it } from 'vitest';
import { createTastytradeInstruments } from '#adapters/tastytrade/instruments.ts';
import { date } from '#kernel/calendar.ts';
import { price } from '#kernel/price.ts';
import { parseInstant } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { newYorkInstant } from '#market/session.ts';
import { PENNY_GRID } from '#market/tick-tables.ts';
import { type Bench, failure, list, openBench } from './fake-venue.ts';

type Wire = Readonly<Record<string, unknown>>;

const EQUITY = /^\/instruments\/equities\//;
const CHAIN = /^\/option-chains\//;
const OPTION = /^\/instruments\/equity-options\//;

const query = {
  kind: 'option',
  underlying: 'XYZ',
  right: 'C',
  strike: price('78'),
  expiry: date('2026-03-20'),
} as const;

function equity(over: Wire = {}): Wire {
  return {
    symbol: 'XYZ',
    active: true,
    'is-index': false,
    'streamer-symbol': 'XYZ',
    'tick-sizes': [{ value: '0.0001', threshold: '1.0' }, { value: '0.01' }],
    'option-tick-sizes': [{ value: '0.01', threshold: '3.0' }, { value: '0.05' }],
    ...over,
  };
}

function root(over: Wire = {}, expiration: Wire = {}, strike: Wire = {}): Wire {
  return {
    'underlying-symbol': 'XYZ',
    'root-symbol': 'XYZ',
    'option-chain-type': 'Standard',
    'shares-per-contract': 100,
    expirations: [
      {
        'expiration-date': '2026-03-20',
        'settlement-type': 'PM',
        strikes: [
          {
            'strike-price': '78.0',
            call: 'XYZ   260320C00078000',
            'call-streamer-symbol': '.XYZ260320C78',
            put: 'XYZ   260320P00078000',
            'put-streamer-symbol': '.XYZ260320P78',
            ...strike,
          },
        ],
        ...expiration,
      },
    ],
    ...over,
  };
}

interface Venue {
  readonly equity?: Wire;
  readonly roots?: readonly Wire[];
  readonly option?: Wire;
}

function open(wire: Venue = {}) {
  const bench: Bench = openBench({ settings: { queryTries: 1 } });
  const { venue, client, clock } = bench;
  venue.on('GET', EQUITY, { status: 200, body: { data: wire.equity ?? equity() } });
  venue.on('GET', CHAIN, list(wire.roots ?? [root()]));
  venue.on(
    'GET',
    OPTION,
    wire.option === undefined
      ? { status: 403, body: failure('not_permitted') }
      : { status: 200, body: { data: optionRecord(wire.option) } },
  );
  const instruments = createTastytradeInstruments({ client, clock, chainsMax: 2 });
  return { ...bench, instruments };
}

function optionRecord(over: Wire): Wire {
  return {
    symbol: 'XYZ   260320C00078000',
    'underlying-symbol': 'XYZ',
    'root-symbol': 'XYZ',
    'option-type': 'C',
    'strike-price': '78.0',
    'expiration-date': '2026-03-20',
    'shares-per-contract': 100,
    active: true,
    ...over,
  };
}

async function found(wire: Venue) {
  const { instruments, done } = open(wire);
  const result = await done(instruments.find(query));
  if (!result.ok) throw new Error(`expected an option, was ${result.error.kind}`);
  return result.value;
}

describe('an option', () => {
  it('is made of the chain, the underlying’s ticks and the rules of the market', async () => {
    expect(await found({})).toMatchObject({
      kind: 'option',
      symbol: 'XYZ   260320C00078000',
      multiplier: 100,
      standard: true,
      settlement: 'pm',
      tradable: true,
      closingOnly: false,
      lastTradeAt: newYorkInstant(date('2026-03-20'), 16 * 60),
      grid: { bands: [{ tick: price('0.01') }, { tick: price('0.05') }] },
    });
  });

  it('goes by the ticks its chain states before those of the underlying', async () => {
    const option = await found({ roots: [root({ 'tick-sizes': [{ value: '0.10' }] })] });
    expect(option.grid.bands).toEqual([{ below: null, tick: price('0.10') }]);
  });

  it('goes by the ticks of its class where the venue states none that make sense', async () => {
    const none = equity({ 'option-tick-sizes': [{ value: '0.03', threshold: '1.0' }] });
    expect((await found({ equity: none })).grid).toEqual(PENNY_GRID);
  });

  it('goes by what its own record says', async () => {
    const stops = '2026-03-20T20:15:00.000+00:00';
    expect(await found({ option: { 'stops-trading-at': stops } })).toMatchObject({
      lastTradeAt: parseInstant(stops),
      tradable: true,
    });
  });

  it.each<[string, Venue]>([
    ['it is no longer active', { option: { active: false } }],
    ['it is halted', { option: { 'halted-at': '2026-03-02T14:40:00.000+00:00' } }],
    ['its trading has ended', { option: { 'stops-trading-at': '2026-03-01T21:00:00.000+00:00' } }],
    ['its underlying is halted', { equity: equity({ 'halted-at': '2026-03-02T14:40:00Z' }) }],
  ])('cannot be traded when %s', async (_, wire) => {
    expect((await found(wire)).tradable).toBe(false);
  });

  it.each<[string, Venue]>([
    ['its own record says so', { option: { 'is-closing-only': true } }],
    [
      'its underlying says so of options',
      { equity: equity({ 'is-options-closing-only': 'true' }) },
    ],
  ])('can only be closed when %s', async (_, wire) => {
    expect((await found(wire)).closingOnly).toBe(true);
  });

  it.each<[string, readonly Wire[]]>([
    ['the chain is not Standard', [root({ 'option-chain-type': 'Non-standard' })]],
    ['it delivers other than 100 shares', [root({ 'shares-per-contract': 150 })]],
    ['the strike is another', [root({}, {}, { 'strike-price': '78.5' })]],
    ['the expiry is another', [root({}, { 'expiration-date': '2026-03-27' })]],
    ['the row cannot be read', [root({}, {}, { call: null })]],
    ['there are no options', []],
  ])('is not listed when %s', async (_, roots) => {
    const { instruments, done } = open({ roots });
    expect(await done(instruments.find(query))).toEqual({
      ok: false,
      error: { kind: 'not_listed' },
    });
  });

  it('is no option when its symbol says another strike than its place', async () => {
    const { instruments, done } = open({
      roots: [root({}, {}, { call: 'XYZ   260320C00079000' })],
    });
    expect(await done(instruments.find(query))).toMatchObject({ error: { kind: 'unavailable' } });
  });

  it('is of the PM series where both are listed for the day', async () => {
    const am = root({}, { 'settlement-type': 'AM' });
    const pm = root({ 'root-symbol': 'XYZW' }, {}, { call: 'XYZW  260320C00078000' });
    expect(await found({ roots: [am, pm] })).toMatchObject({ root: 'XYZW', settlement: 'pm' });
  });

  it('that no chain lists any more comes from its own record', async () => {
    const { instruments, done } = open({ roots: [], option: { active: false } });
    const symbol = asInstrumentSymbol('XYZ   260320C00078000');
    expect(await done(instruments.bySymbol(symbol))).toMatchObject({
      ok: true,
      value: { symbol, tradable: false, strike: price('78') },
    });
  });
});

describe('an underlying', () => {
  it('is unknown by the venue’s word alone', async () => {
    const { venue, instruments, done } = open();
    venue.on('GET', EQUITY, { status: 404, body: failure('not_found') });
    expect(await done(instruments.find(query))).toMatchObject({
      error: { kind: 'unknown_symbol' },
    });
  });

  it('is unavailable when the venue does not answer', async () => {
    const { venue, instruments, done } = open();
    venue.on('GET', EQUITY, { status: 502, body: '<html>502</html>' });
    const share = { kind: 'equity', symbol: 'XYZ' } as const;
    expect(await done(instruments.find(share))).toMatchObject({ error: { kind: 'unavailable' } });
  });

  it.each<[string, Wire]>([
    ['an index', { 'is-index': true }],
    ['delisted', { active: false }],
    ['halted', { 'halted-at': '2026-03-02T14:40:00Z' }],
  ])('cannot be traded: %s', async (_, over) => {
    const { instruments, done } = open({ equity: equity(over) });
    expect(await done(instruments.find({ kind: 'equity', symbol: 'XYZ' }))).toMatchObject({
      value: { tradable: false },
    });
  });

  it('is not asked for by what can be no symbol', async () => {
    const { venue, instruments, done } = open();
    for (const symbol of ['../accounts', 'X Y', '', 'toolong', 'x']) {
      expect(await done(instruments.find({ kind: 'equity', symbol }))).toMatchObject({
        error: { kind: 'unknown_symbol' },
      });
    }
    expect(venue.calls).toEqual([]);
  });
});

describe('chains', () => {
  it('are asked for once a day, and anew on the next', async () => {
    const { venue, instruments, done, clock } = open();
    const asked = () => venue.seen('GET', CHAIN).length;
    await done(instruments.find(query));
    clock.advance(5 * 3_600_000);
    await done(instruments.find(query));
    expect(asked()).toBe(1);
    clock.advance(20 * 3_600_000);
    await done(instruments.listing('XYZ'));
    expect(asked()).toBe(2);
  });

  it('of yesterday are never used when today’s cannot be had', async () => {
    const { venue, instruments, done, clock } = open();
    await done(instruments.find(query));
    clock.advance(24 * 3_600_000);
    venue.on('GET', CHAIN, { status: 503, body: '' });
    expect(await done(instruments.find(query))).toMatchObject({ error: { kind: 'unavailable' } });
  });

  it('are kept within bounds', async () => {
    const { venue, instruments, done } = open();
    for (const symbol of ['AAA', 'BBB', 'CCC', 'AAA']) await done(instruments.listing(symbol));
    expect(venue.seen('GET', CHAIN)).toHaveLength(4);
    await done(instruments.listing('CCC'));
    expect(venue.seen('GET', CHAIN)).toHaveLength(4);
  });

  it('list no day that is over', async () => {
    const past = root({}, { 'expiration-date': '2026-02-27' });
    const { instruments, done } = open({ roots: [past, root()] });
    const listing = await done(instruments.listing('XYZ'));
    expect(listing).toMatchObject({ value: { expiries: [{ expiry: '2026-03-20' }] } });
  });
});

describe('a host that lacks a service', () => {
  it('is asked for the list when it does not know an equity by its own address', async () => {
    const { venue, instruments, done } = open();
    venue.on('GET', EQUITY, { status: 404, body: failure('not_found') });
    venue.on('GET', /^\/instruments\/equities$/, list([equity({ symbol: 'OTHER' }), equity()]));
    const share = { kind: 'equity', symbol: 'XYZ' } as const;
    expect(await done(instruments.find(share))).toMatchObject({ value: { symbol: 'XYZ' } });
  });

  it('still has the options of an underlying it tells nothing about', async () => {
    const { venue, instruments, done } = open();
    venue.on('GET', EQUITY, { status: 502, body: '<html>502</html>' });
    expect(await done(instruments.find(query))).toMatchObject({
      ok: true,
      value: { standard: true },
    });
  });
});
