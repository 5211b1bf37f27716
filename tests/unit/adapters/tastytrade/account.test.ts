/** Accounts, balances and positions in every shape they come in. */
import { describe, expect, it } from 'vitest';
import {
  decodeAccount,
  decodeBalances,
  decodePosition,
  decodeTradingStatus,
  openingObstacles,
} from '#adapters/tastytrade/wire/account.ts';
import { decodeSession, decodeSnapshot } from '#adapters/tastytrade/wire/market.ts';
import { unitsOf } from '#adapters/tastytrade/wire/values.ts';
import { money, price } from '#kernel/price.ts';
import { parseInstant } from '#kernel/time.ts';

const balance = {
  'account-number': '5WT00000',
  currency: 'USD',
  'cash-balance': '25000.0',
  'net-liquidating-value': '25310.5',
  'derivative-buying-power': '22828.524',
  'equity-buying-power': '45657.048',
  'available-trading-funds': '0.0',
};
const dollars = {
  buyingPower: money('22828.524'),
  netLiquidation: money('25310.5'),
  cash: money('25000'),
};

describe('balances', () => {
  it.each([
    ['one object', balance],
    ['one item', { items: [balance] }],
    [
      'several currencies',
      { items: [{ ...balance, currency: 'EUR', 'cash-balance': '1' }, balance] },
    ],
    ['no currency', { ...balance, currency: undefined }],
    ['numbers', { ...balance, 'cash-balance': 25_000, 'net-liquidating-value': 25_310.5 }],
  ])('are read from %s, options being paid from derivative buying power', (_, data) => {
    expect(decodeBalances(data)).toEqual({ ok: true, value: dollars });
  });

  it.each([
    ['NaN', { ...balance, 'derivative-buying-power': 'NaN' }],
    ['nothing', { ...balance, 'derivative-buying-power': undefined }],
    ['no dollars', { items: [{ ...balance, currency: 'EUR' }] }],
    ['no items', { items: [] }],
    ['words', { ...balance, 'cash-balance': 'plenty' }],
    ['null', null],
  ])('are not made up of %s', (_, data) => {
    expect(decodeBalances(data)).toMatchObject({ ok: false });
  });
});

describe('positions', () => {
  const position = {
    'instrument-type': 'Equity Option',
    symbol: 'SPY   260320C00600000',
    quantity: 2,
    'quantity-direction': 'Long',
    multiplier: 100,
    'average-open-price': '1.55',
  };

  it.each([
    ['long', {}, 2],
    ['short', { 'quantity-direction': 'Short' }, -2],
    ['none', { 'quantity-direction': 'Zero', quantity: 0 }, 0],
    ['short of none', { 'quantity-direction': 'Short', quantity: 0 }, 0],
    ['text', { quantity: '2.0' }, 2],
    ['a fraction of a share', { 'instrument-type': 'Equity', quantity: '0.5' }, 0.5],
  ])('have a direction beside a count: %s', (_, over, net) => {
    const decoded = decodePosition({ ...position, ...over });
    expect(decoded).toMatchObject({ ok: true, value: { net } });
    expect(Object.is(decoded.ok && decoded.value?.net, -0)).toBe(false);
  });

  it.each([
    [100, 100],
    ['1.0', 1],
    ['100', 100],
    [undefined, 1],
  ])('have a multiplier of %s', (wire, multiplier) => {
    expect(decodePosition({ ...position, multiplier: wire })).toMatchObject({
      value: { multiplier },
    });
  });

  it('have an average of more places than a price, rounded', () => {
    expect(decodePosition({ ...position, 'average-open-price': '2.28571428571428' })).toMatchObject(
      {
        value: { averagePrice: price('2.285714286') },
      },
    );
  });

  it('of other kinds are left out, however they look', () => {
    expect(decodePosition({ 'instrument-type': 'Cryptocurrency', quantity: {} })).toEqual({
      ok: true,
      value: null,
    });
  });

  it.each([
    ['no direction', { 'quantity-direction': undefined }],
    ['a new direction', { 'quantity-direction': 'Sideways' }],
    ['a negative count', { quantity: -2 }],
    ['NaN', { quantity: 'NaN' }],
  ])('are not made up of %s', (_, over) => {
    expect(decodePosition({ ...position, ...over })).toMatchObject({ ok: false });
  });
});

describe('accounts', () => {
  const account = { 'account-number': '5WT00000', nickname: 'Main', 'is-closed': false };

  it('are read nested and flat', () => {
    const nested = decodeAccount({ account, 'authority-level': 'owner' });
    expect(nested).toMatchObject({ ok: true, value: { number: '5WT00000', authority: 'owner' } });
    expect(decodeAccount(account)).toMatchObject({
      value: { number: '5WT00000', authority: null },
    });
  });

  it('may open positions unless something stands against it', () => {
    const status = (over: Readonly<Record<string, unknown>>) => {
      const decoded = decodeTradingStatus({ 'account-number': '5WT00000', ...over });
      if (!decoded.ok) throw new Error('expected a status');
      return openingObstacles(decoded.value);
    };
    expect(status({ 'is-frozen': false, 'day-trade-count': 0 })).toEqual([]);
    expect(status({ 'is-frozen': true, 'is-closing-only': 'true' })).toEqual([
      'frozen',
      'closing only',
    ]);
    expect(status({ 'is-in-day-trade-equity-maintenance-call': true })).toEqual([
      'in a margin call',
    ]);
  });
});

describe('market data', () => {
  it('has prices, and none where the venue writes -1 or NaN', () => {
    const wire = {
      symbol: 'AAPL',
      bid: '210.55',
      ask: 210.6,
      last: -1,
      mark: 'NaN',
      'updated-at': '2026-03-02T15:00:00.535Z',
    };
    expect(decodeSnapshot(wire)).toMatchObject({
      value: {
        bid: price('210.55'),
        ask: price('210.6'),
        last: null,
        mark: null,
        updatedAt: parseInstant('2026-03-02T15:00:00.535Z'),
      },
    });
  });

  it('knows sessions by name, and a new name as unknown', () => {
    const session = { 'instrument-collection': 'Equity', state: 'Pre-market' };
    expect(decodeSession(session)).toMatchObject({ value: { state: 'pre_market' } });
    expect(decodeSession({ ...session, state: 'Lunch' })).toMatchObject({
      value: { state: 'unknown' },
    });
  });
});

describe('a decimal', () => {
  it.each([
    ['4.0', 4_000_000_000n],
    ['-0.05', -50_000_000n],
    ['+1', 1_000_000_000n],
    ['.75', 750_000_000n],
    ['1e-7', 100n],
    ['1.5E2', 150_000_000_000n],
    ['0E-8', 0n],
    ['0.30000000000000004', 300_000_000n],
    ['0.9999999999', 1_000_000_000n],
    [' 2 ', 2_000_000_000n],
  ])('%s is exact to nine places', (text, units) => {
    expect(unitsOf(text)).toBe(units);
  });

  it.each(['NaN', 'Infinity', '-Infinity', ''])('%s is none', (text) => {
    expect(unitsOf(text)).toBeNull();
  });

  it.each(['1,000', '0x10', '1.2.3', '.', '-', 'e5', '1e99', 'ten'])('%s is no decimal', (text) => {
    expect(unitsOf(text)).toBeUndefined();
  });
});
