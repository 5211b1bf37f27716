import { describe, expect, it } from 'vitest';
import { epochMs } from '#kernel/time.ts';
import { listOf } from '../../stand-ins/support/json.ts';
import { at, itemsOf, PUT, PUT_STREAMER, withBench } from './bench.ts';

const CENT = [{ value: '0.01' }];
const PENNY = [{ value: '0.01', threshold: '3.0' }, { value: '0.05' }];
const NICKEL = [{ value: '0.05', threshold: '3.0' }, { value: '0.1' }];

describe('chains', () => {
  it.each([
    ['SPY', CENT],
    ['AAPL', PENNY],
    ['SPX', NICKEL],
    ['BRK%2FB', PENNY],
    ['F', PENNY],
  ])('of %s carry the tick table of its options', (symbol, table) =>
    withBench({}, async ({ get }) => {
      const [root] = itemsOf(await get(`/option-chains/${symbol}/nested`));
      expect(at(root, 'tick-sizes')).toEqual(table);
    }),
  );

  it('name every contract twice, for orders and for quotes', () =>
    withBench({}, async ({ get }) => {
      const [root] = itemsOf(await get('/option-chains/UBER/nested'));
      const monthly = found(at(root, 'expirations'), 'expiration-date', '2026-03-20');
      expect(monthly).toMatchObject({
        'expiration-type': 'Regular',
        'days-to-expiration': 17,
        'settlement-type': 'PM',
      });
      expect(found(at(monthly, 'strikes'), 'strike-price', '78.0')).toMatchObject({
        put: PUT,
        'put-streamer-symbol': PUT_STREAMER,
      });
    }));

  it('have several roots: PM weeklies and AM monthlies of an index, adjusted ones of a share', () =>
    withBench({}, async ({ get }) => {
      const spx = itemsOf(await get('/option-chains/SPX/compact'));
      expect(spx.map((root) => at(root, 'root-symbol'))).toEqual(['SPXW', 'SPX']);
      expect(spx.map((root) => at(root, 'settlement-type'))).toEqual(['PM', 'AM']);
      const rivian = itemsOf(await get('/option-chains/RIVN/nested'));
      expect(rivian.map((root) => at(root, 'option-chain-type'))).toEqual([
        'Standard',
        'Non-standard',
      ]);
      expect(at(rivian[1], 'deliverables')).toHaveLength(2);
    }));

  it('agree in their three forms', () =>
    withBench({}, async ({ get }) => {
      const [compact] = itemsOf(await get('/option-chains/F/compact'));
      const flat = itemsOf(await get('/option-chains/F'));
      expect(at(compact, 'symbols')).toEqual(flat.map((contract) => at(contract, 'symbol')));
      const symbol = String(at(flat[0], 'symbol'));
      const one = await get(`/instruments/equity-options/${encodeURIComponent(symbol)}`);
      expect(at(one.body, 'data')).toEqual(flat[0]);
    }));

  it('move on with the day', () =>
    withBench(
      {},
      async ({ get }) => {
        const [root] = itemsOf(await get('/option-chains/UBER/nested'));
        expect(at(root, 'expirations', 0, 'expiration-date')).toBe('2026-03-20');
      },
      epochMs(Date.UTC(2026, 2, 16, 15)),
    ));

  it('exist only for what is listed', () =>
    withBench({}, async ({ get }) => {
      expect((await get('/option-chains/QZXV/nested')).status).toBe(404);
    }));
});

describe('instruments', () => {
  it('are found by symbol, a slash in it encoded', () =>
    withBench({}, async ({ get }) => {
      const { body } = await get('/instruments/equities/BRK%2FB');
      expect(at(body, 'data')).toMatchObject({
        symbol: 'BRK/B',
        'is-index': false,
        'tick-sizes': [{ value: '0.0001', threshold: '1.0' }, { value: '0.01' }],
      });
      const two = await get('/instruments/equities?symbol[]=SPY&symbol[]=QQQ');
      expect(itemsOf(two).map((equity) => at(equity, 'is-etf'))).toEqual([true, true]);
    }));

  it.each(['ESH6', '/ESH6', '%2FESH6'])('know a future as %s', (symbol) =>
    withBench({}, async ({ get }) => {
      const { body } = await get(`/instruments/futures/${symbol}`);
      expect(at(body, 'data')).toMatchObject({
        symbol: '/ESH6',
        'streamer-symbol': '/ESH26:XCME',
        'notional-multiplier': '50.0',
        'tick-sizes': [{ value: '0.25' }],
        'active-month': true,
      });
    }),
  );

  it('list futures of a product with one front month', () =>
    withBench({}, async ({ get }) => {
      const futures = itemsOf(await get('/instruments/futures?product-code[]=ES'));
      expect(futures.map((future) => at(future, 'symbol'))).toEqual([
        '/ESH6',
        '/ESM6',
        '/ESU6',
        '/ESZ6',
      ]);
      expect(futures.filter((future) => at(future, 'active-month') === true)).toHaveLength(1);
    }));

  it('list options on futures, with a multiplier that is a ratio', () =>
    withBench({}, async ({ get }) => {
      const nested = await get('/futures-option-chains/ES/nested');
      const strike = at(nested.body, 'data', 'option-chains', 0, 'expirations', 0, 'strikes', 0);
      const symbol = String(at(strike, 'call'));
      expect(symbol).toMatch(/^\.\/ESH6 EW1H6 260306C\d{4}$/);
      const one = await get(`/instruments/future-options/${encodeURIComponent(symbol)}`);
      expect(at(one.body, 'data')).toMatchObject({
        multiplier: '1.0',
        'underlying-symbol': '/ESH6',
        'streamer-symbol': at(strike, 'call-streamer-symbol'),
      });
    }));

  it('take orders in futures only as Buy and Sell, and in their options as to open', () =>
    withBench({}, async ({ standIn, get, place, order }) => {
      const nested = await get('/futures-option-chains/ES/nested');
      const strikes = at(nested.body, 'data', 'option-chains', 0, 'expirations', 0, 'strikes');
      const symbol = String(at(strikes, 40, 'call'));
      standIn.setQuote(symbol, { bid: '20.00', ask: '20.25' });
      const option = { 'instrument-type': 'Future Option', symbol, price: '20.25', quantity: 1 };
      expect(await order(await place(option))).toMatchObject({ status: 'Filled' });
    }));
});

describe('market data and time', () => {
  it('quote by type at most a hundred symbols', () =>
    withBench({}, async ({ standIn, get }) => {
      standIn.setQuote('SPY', { bid: '681.50', ask: '681.52', bidSize: 300, askSize: 200 });
      const path = `/market-data/by-type?equity=SPY&equity-option=${encodeURIComponent(PUT)}`;
      expect(itemsOf(await get(path))).toMatchObject([
        { symbol: 'SPY', bid: '681.5', 'bid-size': '300.0', mark: '681.51', 'halt-start-time': -1 },
        { symbol: PUT, ask: '0.8' },
      ]);
      const many = Array.from({ length: 101 }, () => 'SPY').join(',');
      expect((await get(`/market-data/by-type?equity=${many}`)).status).toBe(400);
    }));

  it('know the session of the day', () =>
    withBench(
      { session: 'calendar' },
      async ({ get }) => {
        const path = '/market-time/sessions/current?instrument-collections[]=Equity';
        expect(itemsOf(await get(path))).toMatchObject([
          {
            state: 'Pre-market',
            'open-at': '2026-03-03T14:30:00.000+00:00',
            'close-at': '2026-03-03T21:00:00.000+00:00',
          },
        ]);
        const days = await get('/market-time/equities/holidays');
        expect(at(days.body, 'data', 'market-holidays')).toContain('2026-04-03');
        expect(at(days.body, 'data', 'market-half-days')).toContain('2026-11-27');
      },
      epochMs(Date.UTC(2026, 2, 3, 13, 30)),
    ));

  it('walk when told to, the same way for the same seed', async () => {
    const bids: unknown[] = [];
    for (let run = 0; run < 2; run += 1) {
      await withBench({ market: 'walk', seed: 7 }, async ({ get }) => {
        const symbols = 'equity=SPY,BRK/B&future=/ESH6&index=SPX';
        const items = itemsOf(await get(`/market-data/by-type?${symbols}`));
        expect(items).toHaveLength(4);
        bids.push(items.map((item) => at(item, 'bid')));
      });
    }
    expect(bids[0]).toEqual(bids[1]);
  });

  it('lack in the sandbox what the sandbox lacks', () =>
    withBench({ environment: 'sandbox' }, async ({ get }) => {
      expect((await get('/market-data/by-type?equity=SPY')).status).toBe(502);
      expect((await get('/instruments/equity-options?symbol[]=x')).status).toBe(403);
      expect((await get('/accounts/5WT00001/net-liq/history?time-back=1d')).status).toBe(502);
      const { body } = await get('/api-quote-tokens');
      expect(at(body, 'data', 'level')).toBe('demo');
      expect(at(body, 'data', 'dxlink-url')).toMatch(/\/delayed$/);
    }));
});

/** The item of a list whose `key` is that. */
function found(list: unknown, key: string, value: string): unknown {
  return listOf(list).find((item) => at(item, key) === value);
}
