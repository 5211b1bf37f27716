import { describe, expect, it } from 'vitest';
import { at, type Bench, itemsOf, ORDERS, PUT, withBench } from './bench.ts';

const ACCOUNT = '/accounts/5WT00001';
const EXIT = { action: 'Sell to Close', price: '0.70' };

describe('accounts', () => {
  it('are nested in the list of the customer and flat by themselves', () =>
    withBench({ accounts: [{}, { number: '5WT00002' }] }, async ({ get }) => {
      const items = itemsOf(await get('/customers/me/accounts'));
      const numbers = items.map((item) => at(item, 'account', 'account-number'));
      expect(numbers).toEqual(['5WT00001', '5WT00002']);
      const one = await get('/customers/me/accounts/5WT00002');
      expect(at(one.body, 'data', 'account-number')).toBe('5WT00002');
    }));

  it('tell what they may trade', () =>
    withBench({}, async ({ standIn, get }) => {
      standIn.hands.setFlags({ isFrozen: true });
      const { body } = await get(`${ACCOUNT}/trading-status`);
      expect(at(body, 'data')).toMatchObject({ 'is-frozen': true, 'is-closing-only': false });
    }));
});

describe('balances', () => {
  it('come as a list, or as one object where no version is named', () =>
    withBench({ balances: 'single' }, async ({ get }) => {
      expect(at((await get(`${ACCOUNT}/balances`)).body, 'data', 'currency')).toBe('USD');
      const dated = await get(`${ACCOUNT}/balances`, { 'accept-version': '20240501' });
      expect(itemsOf(dated)).toMatchObject([{ currency: 'USD' }]);
      const own = await get(`${ACCOUNT}/balances/USD`);
      expect(at(own.body, 'data', 'cash-balance')).toBe('100000.0');
    }));

  it('hold back what a working order costs, fees included, until it ends', () =>
    withBench({}, async ({ place, send, get, settle }) => {
      const id = await place();
      expect(await power(get)).toBe('99853.74');
      await send('DELETE', `${ORDERS}/${id}`);
      settle();
      expect(await power(get)).toBe('100000.0');
    }));

  it('hold back a replacement and its original once', () =>
    withBench({}, async ({ place, send, get }) => {
      const id = await place();
      await send('PATCH', `${ORDERS}/${id}`, { price: '0.74', 'price-effect': 'Debit' });
      expect(await power(get)).toBe('99849.74');
    }));

  it('give shares on margin twice the buying power, and none in a cash account', () =>
    withBench({ accounts: [{ kind: 'Cash' }, {}] }, async ({ get }) => {
      const [cash, margin] = ['5WT00001', '5WT00002'];
      expect(await power(get, cash, 'equity-buying-power')).toBe('100000.0');
      expect(await power(get, margin, 'equity-buying-power')).toBe('200000.0');
    }));

  it('count shares on margin half, working and held', () =>
    withBench({}, async ({ standIn, place, get }) => {
      standIn.setQuote('SPY', { bid: '681.50', ask: '682.00', bidSize: 500, askSize: 500 });
      const shares = { 'instrument-type': 'Equity', symbol: 'SPY', quantity: 100 };
      await place({ ...shares, price: '680.00' });
      expect(await power(get)).toBe('65999.9');
      await place({ ...shares, price: '682.00' });
      expect(await power(get)).toBe('31899.8');
      expect(await power(get, '5WT00001', 'cash-balance')).toBe('31799.9');
    }));

  it('bind margin for a future and move no cash but fees', () =>
    withBench({}, async ({ standIn, place, get }) => {
      standIn.setQuote('/ESH6', { bid: '6830.00', ask: '6830.25' });
      await place({
        'instrument-type': 'Future',
        symbol: '/ESH6',
        action: 'Buy',
        quantity: 1,
        price: '6830.25',
      });
      expect(standIn.ledger.positions().get('/ESH6')).toBe(1);
      expect(await power(get)).toBe('75997.3');
      expect(await power(get, '5WT00001', 'cash-balance')).toBe('99997.3');
    }));
});

describe('positions', () => {
  it('carry the average price, an unsigned quantity and the effect of closing', () =>
    withBench({}, async ({ standIn, place, get }) => {
      await place({ price: '0.80' });
      standIn.setQuote(PUT, { ask: '0.90' });
      await place({ price: '0.90' });
      expect(itemsOf(await get(`${ACCOUNT}/positions`))).toMatchObject([
        {
          symbol: PUT,
          quantity: 4,
          'quantity-direction': 'Long',
          multiplier: 100,
          'average-open-price': '0.85',
          'cost-effect': 'Credit',
        },
      ]);
    }));

  it('go when closed, unless asked for, and leave the result of the day', () =>
    withBench({}, async ({ place, get }) => {
      await place({ price: '0.80' });
      await place(EXIT);
      expect(itemsOf(await get(`${ACCOUNT}/positions`))).toEqual([]);
      const all = itemsOf(await get(`${ACCOUNT}/positions?include-closed-positions=true`));
      expect(all).toMatchObject([
        {
          'quantity-direction': 'Zero',
          'realized-today': '20.0',
          'realized-today-effect': 'Debit',
        },
      ]);
    }));

  it('are purged over night once they are closed, with the result of the day', () =>
    withBench({ tokenLifetimeMs: 1e9 }, async ({ place, get, clock }) => {
      await place({ price: '0.80' });
      await place({ ...EXIT, quantity: 1 });
      clock.advance(24 * 3_600_000);
      const path = `${ACCOUNT}/positions?include-closed-positions=true`;
      expect(itemsOf(await get(path))).toMatchObject([{ quantity: 1, 'realized-today': '0.0' }]);
      await place({ ...EXIT, quantity: 1 });
      clock.advance(24 * 3_600_000);
      expect(itemsOf(await get(path))).toEqual([]);
    }));

  it('may write their multiplier as text', () =>
    withBench({ multipliers: 'text' }, async ({ place, get }) => {
      await place({ price: '0.80' });
      const [position] = itemsOf(await get(`${ACCOUNT}/positions`));
      expect(at(position, 'multiplier')).toBe('100.0');
    }));

  it('change by the hands of others, and by assignment', () =>
    withBench({}, async ({ standIn, get }) => {
      standIn.hands.tradeElsewhere({ symbol: PUT, side: 'buy', quantity: 3, price: '0.75' });
      expect(standIn.ledger.positions().get(PUT)).toBe(3);
      standIn.hands.removePosition(PUT, '1.00');
      expect(itemsOf(await get(`${ACCOUNT}/positions`))).toEqual([]);
    }));
});

describe('transactions', () => {
  it('join a fill by order and execution, and add up to what cash moved by', () =>
    withBench({}, async ({ standIn, place, get }) => {
      const id = await place({ price: '0.80' });
      const [trade] = itemsOf(await get(`${ACCOUNT}/transactions?start-date=2026-03-03`));
      expect(trade).toMatchObject({
        'order-id': id,
        'transaction-type': 'Trade',
        'transaction-sub-type': 'Buy to Open',
        value: '160.0',
        'value-effect': 'Debit',
        'net-value': '162.26',
      });
      expect(standIn.ledger.fills()[0]?.fillId).toBe(at(trade, 'exec-id'));
      expect(await power(get, '5WT00001', 'cash-balance')).toBe('99837.74');
      const none = await get(`${ACCOUNT}/transactions?start-date=2026-03-04`);
      expect(itemsOf(none)).toEqual([]);
    }));
});

describe('the daily reset', () => {
  it('deletes everything but users and accounts at midnight in New York', () =>
    withBench(
      { dailyReset: 'midnight', tokenLifetimeMs: 1e9 },
      async ({ standIn, place, get, clock }) => {
        await place({ price: '0.80' });
        await place({ 'time-in-force': 'GTC' });
        clock.advance(14 * 3_600_000);
        expect(standIn.ledger.orders()).toEqual([]);
        expect(itemsOf(await get(`${ACCOUNT}/positions`))).toEqual([]);
        expect(await power(get)).toBe('100000.0');
      },
    ));
});

async function power(
  get: Bench['get'],
  account = '5WT00001',
  key = 'derivative-buying-power',
): Promise<unknown> {
  return at((await get(`/accounts/${account}/balances`)).body, 'data', 'items', 0, key);
}
