/** What makes a future tradable, and the options on it. */
import { describe, expect, it } from 'vitest';
import { createTastytradeInstruments } from '#adapters/tastytrade/instruments.ts';
import { date } from '#kernel/calendar.ts';
import { price } from '#kernel/price.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { list, openBench } from './fake-venue.ts';

type Wire = Readonly<Record<string, unknown>>;

const FUTURES = /^\/instruments\/futures$/;
const FUTURE = /^\/instruments\/futures\/ESH6$/;

describe('a future', () => {
  const es = (over: Wire = {}): Wire => ({
    symbol: '/ESH6',
    'product-code': 'ES',
    'expiration-date': '2026-03-20',
    'notional-multiplier': '50.0',
    'tick-sizes': [{ value: '0.25' }],
    'option-tick-sizes': [{ value: '0.05', threshold: '10.0' }, { value: '0.25' }],
    active: true,
    'active-month': true,
    'is-tradeable': true,
    'stops-trading-at': '2026-03-20T13:30:00.000+00:00',
    'streamer-symbol': '/ESH26:XCME',
    ...over,
  });
  const front = { kind: 'future', root: 'ES', contract: null } as const;

  function openFutures(listed: readonly Wire[], one: Wire = es()) {
    const bench = openBench({ settings: { queryTries: 1 } });
    const { client, clock } = bench;
    bench.venue.on('GET', FUTURES, list(listed));
    bench.venue.on('GET', FUTURE, { status: 200, body: { data: one } });
    return { ...bench, instruments: createTastytradeInstruments({ client, clock, chainsMax: 2 }) };
  }

  it('by its root alone is the contract the venue calls active', async () => {
    const { instruments, done } = openFutures([
      es({ symbol: '/ESM6', 'active-month': false }),
      es(),
    ]);
    expect(await done(instruments.find(front))).toMatchObject({
      ok: true,
      value: { symbol: '/ESH6', multiplier: 50, tradable: true, root: 'ES' },
    });
    expect(instruments.streamerSymbol(asInstrumentSymbol('/ESH6'))).toBe('/ESH26:XCME');
  });

  it('is not guessed when none is called active', async () => {
    const { instruments, done } = openFutures([es({ 'active-month': false })]);
    expect(await done(instruments.find(front))).toMatchObject({ error: { kind: 'unavailable' } });
  });

  it.each<[string, Wire, object]>([
    [
      'worth a fraction of a dollar',
      { 'notional-multiplier': '0.5' },
      { error: { kind: 'unavailable' } },
    ],
    ['not tradeable', { 'is-tradeable': false }, { value: { tradable: false } }],
    ['closing only', { 'is-closing-only': true }, { value: { closingOnly: true } }],
    ['over', { 'stops-trading-at': '2026-03-01T14:30:00Z' }, { value: { tradable: false } }],
    [
      'without a table, by its one tick',
      { 'tick-sizes': undefined, 'tick-size': '0.25' },
      { value: { tradable: true } },
    ],
    ['without any tick', { 'tick-sizes': undefined }, { error: { kind: 'unavailable' } }],
  ])('is as the venue states it: %s', async (_, over, expected) => {
    const { instruments, done } = openFutures([es()], es(over));
    expect(await done(instruments.find(front))).toMatchObject(expected);
  });

  it('has options with its own multiplier and the ticks it states for them', async () => {
    const { venue, instruments, done } = openFutures([es()]);
    const symbol = asInstrumentSymbol('./ESH6 E1AH6 260306C6900');
    const record = {
      symbol,
      'underlying-symbol': '/ESH6',
      'option-root-symbol': 'E1A',
      'option-type': 'C',
      'strike-price': '6900.0',
      'expiration-date': '2026-03-06',
      multiplier: '1.0',
      'stops-trading-at': '2026-03-06T21:00:00.000+00:00',
    };
    venue.on('GET', /future-options/, { status: 200, body: { data: record } });
    expect(await done(instruments.bySymbol(symbol))).toMatchObject({
      ok: true,
      value: {
        kind: 'future_option',
        multiplier: 50,
        future: '/ESH6',
        grid: { bands: [{ tick: price('0.05') }, { tick: price('0.25') }] },
      },
    });
  });

  function openChain(...series: readonly string[]) {
    const bench = openFutures([es()]);
    const expirations = series.map((name) => ({
      'expiration-date': '2026-03-06',
      'settlement-type': 'Future',
      strikes: [
        {
          'strike-price': '6900.0',
          call: `./ESH6 ${name}H6 260306C6900`,
          put: `./ESH6 ${name}H6 260306P6900`,
        },
      ],
    }));
    const chain = { data: { futures: [], 'option-chains': [{ expirations }] } };
    bench.venue.on('GET', /^\/futures-option-chains\/ES\/nested$/, { status: 200, body: chain });
    return bench;
  }
  const terms = { right: 'C', strike: price('6900'), expiry: date('2026-03-06') } as const;
  const wanted = { kind: 'future_option', root: 'ES', ...terms } as const;

  it('has no option of a strike its chain does not list', async () => {
    const { instruments, done } = openChain('E1A');
    expect(await done(instruments.find({ ...wanted, strike: price('6905') }))).toEqual({
      ok: false,
      error: { kind: 'not_listed' },
    });
  });

  it('has no option whose symbol says other terms than its place in the chain', async () => {
    const { venue, instruments, done } = openChain('E1A');
    const listed = {
      'strike-price': '6900.0',
      call: './ESH6 E1AH6 260306C6900',
      put: './ESH6 E1AH6 260306C6900',
    };
    const expirations = [{ 'expiration-date': '2026-03-06', strikes: [listed] }];
    const chain = { data: { 'option-chains': [{ expirations }] } };
    venue.on('GET', /^\/futures-option-chains\/ES\/nested$/, { status: 200, body: chain });
    const record = {
      symbol: './ESH6 E1AH6 260306C6900',
      'underlying-symbol': '/ESH6',
      'option-root-symbol': 'E1A',
      'option-type': 'C',
      'strike-price': '6900.0',
      'expiration-date': '2026-03-06',
      'stops-trading-at': '2026-03-06T21:00:00.000+00:00',
    };
    venue.on('GET', /future-options/, { status: 200, body: { data: record } });
    expect(await done(instruments.find(wanted))).toMatchObject({ ok: true });
    const put = await done(instruments.find({ ...wanted, right: 'P' }));
    expect(put).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
  });

  it('has two options of the same terms where two series end on one day: neither is picked', async () => {
    const { instruments, done } = openChain('E1A', 'EW1');
    expect(await done(instruments.find(wanted))).toMatchObject({
      ok: false,
      error: { kind: 'unavailable' },
    });
  });
});
