import { describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { formatPrice, price } from '#kernel/price.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { equity, future, instrumentOf, type OptionTerms, option } from '#market/instruments.ts';
import { FUTURE_PRODUCTS } from '#market/products.ts';
import { newYorkInstant } from '#market/session.ts';
import { isOnGrid, next, tickAt } from '#market/tick-grid.ts';
import { futureGrid, optionGrid } from '#market/tick-tables.ts';

const UBER: OptionTerms = {
  underlying: 'UBER',
  expiry: date('2026-12-04'),
  strike: price('78'),
  right: 'P',
};
const NEAR = date('2026-10-06');

describe('an option', () => {
  it('is complete from what an alert names', () => {
    expect(option(UBER)).toEqual({
      ok: true,
      value: {
        kind: 'option',
        symbol: 'UBER  261204P00078000',
        underlying: 'UBER',
        root: 'UBER',
        right: 'P',
        strike: price('78'),
        expiry: '2026-12-04',
        multiplier: 100,
        grid: optionGrid('UBER'),
        session: 'equity_option',
        settlement: 'pm',
        standard: true,
        lastTradeAt: newYorkInstant(date('2026-12-04'), '16:00'),
        tradable: true,
        closingOnly: false,
      },
    });
  });

  it.each([
    ['BRK/B', {}, { symbol: 'BRKB  261204P00078000', root: 'BRKB', underlying: 'BRK/B' }],
    ['SPY', {}, { session: 'late_option', settlement: 'pm' }],
    ['SPX', {}, { root: 'SPXW', settlement: 'pm', session: 'late_option' }],
    ['SPX', { root: 'SPX' }, { root: 'SPX', settlement: 'am' }],
    ['VIX', {}, { root: 'VIX', settlement: 'am' }],
    ['RIVN', { root: 'RIVN1' }, { standard: false, underlying: 'RIVN' }],
  ])('on %s %j is %j', (underlying, change, expected) => {
    expect(option({ ...UBER, underlying, ...change })).toMatchObject({ ok: true, value: expected });
  });

  it.each([
    ['on a Saturday', { expiry: date('2026-12-05') }, 'no_trading_day'],
    ['on a holiday', { expiry: date('2026-12-25') }, 'no_trading_day'],
    ['in a year without a calendar', { expiry: date('2031-01-17') }, 'calendar_not_covered'],
    ['with a strike nobody can write', { strike: price('1234567') }, 'bad_strike'],
    ['without a strike', { strike: price('0') }, 'bad_strike'],
    ['on something that is no symbol', { underlying: 'A B' }, 'bad_root'],
  ])('%s is refused, not thrown', (_, change, kind) => {
    expect(option({ ...UBER, ...change })).toMatchObject({ ok: false, error: { kind } });
  });
});

describe('a share', () => {
  it('is one share of itself', () => {
    expect(equity('BRK/B')).toMatchObject({
      ok: true,
      value: { symbol: 'BRK/B', multiplier: 1, session: 'equity', tradable: true },
    });
  });

  it('that is an index takes no order', () => {
    expect(equity('SPX')).toMatchObject({ ok: true, value: { tradable: false } });
  });

  it.each(['', 'uber', 'TOOLONG', 'A.B', '/ES', 'ES1'])('is not %j', (symbol) => {
    expect(equity(symbol)).toMatchObject({ ok: false, error: { kind: 'not_a_symbol' } });
  });
});

describe('a future', () => {
  it('is complete from its contract', () => {
    expect(future({ root: 'ES', year: 2026, month: 12 })).toEqual({
      ok: true,
      value: {
        kind: 'future',
        symbol: '/ESZ6',
        underlying: 'ES',
        root: 'ES',
        expiry: '2026-12-18',
        multiplier: 50,
        grid: futureGrid('ES'),
        session: 'future',
        lastTradeAt: newYorkInstant(date('2026-12-18'), '09:30'),
        tradable: true,
        closingOnly: false,
      },
    });
  });

  it.each([
    ['of a product we do not know', { root: 'XYZ' }, 'unknown_product'],
    ['whose point is no whole number of dollars', { root: 'MYM' }, 'unknown_product'],
    ['of a month that is not traded', { month: 11 }, 'bad_contract'],
    ['of month 13', { month: 13 }, 'bad_contract'],
    ['of a year without a calendar', { year: 2029 }, 'calendar_not_covered'],
    [
      'that ended before the calendar',
      { root: 'CL', year: 2013, month: 1 },
      'calendar_not_covered',
    ],
  ])('%s is refused', (_, change, kind) => {
    const contract = { root: 'ES', year: 2026, month: 12, ...change };
    expect(future(contract)).toMatchObject({ ok: false, error: { kind } });
  });

  it.each([
    ['ES', '0.25', 50],
    ['MES', '0.25', 5],
    ['NQ', '0.25', 20],
    ['MNQ', '0.25', 2],
    ['RTY', '0.10', 50],
    ['M2K', '0.10', 5],
    ['YM', '1.00', 5],
    ['GC', '0.10', 100],
    ['MGC', '0.10', 10],
    ['SI', '0.005', 5000],
    ['CL', '0.01', 1000],
    ['NG', '0.001', 10_000],
    ['HG', '0.0005', 25_000],
    ['ZB', '0.03125', 1000],
    ['ZN', '0.015625', 1000],
    ['6E', '0.00005', 125_000],
    ['BTC', '5.00', 5],
  ])('of %s moves by %s, worth %d dollars a point', (root, tick, multiplier) => {
    const known = FUTURE_PRODUCTS.get(root);
    expect(known && formatPrice(known.tick)).toBe(tick);
    expect(known?.multiplier).toBe(multiplier);
  });

  it('in 32nds or 64ths of a dollar has exact prices', () => {
    const bond = futureGrid('ZB');
    const note = futureGrid('ZN');
    expect(bond && formatPrice(next(bond, price('117.96875')))).toBe('118.00');
    expect(note && isOnGrid(note, price('112.515625'))).toBe(true);
    expect(note && isOnGrid(note, price('112.51'))).toBe(false);
  });
});

describe('the instrument of a stored symbol', () => {
  it.each(['UBER', 'BRK/B', 'UBER  261204P00078000', 'BRKB  261204C00500000', '/ESZ6', '/M2KH7'])(
    '%s is the one that was stored',
    (symbol) => {
      const read = instrumentOf(asInstrumentSymbol(symbol), NEAR);
      expect(read).toMatchObject({ ok: true, value: { symbol } });
    },
  );

  it('keeps an AM series apart from its PM sister', () => {
    const am = instrumentOf(asInstrumentSymbol('SPX   261016C06700000'), NEAR);
    const pm = instrumentOf(asInstrumentSymbol('SPXW  261016C06700000'), NEAR);
    expect(am).toMatchObject({ value: { underlying: 'SPX', settlement: 'am' } });
    expect(pm).toMatchObject({ value: { underlying: 'SPX', settlement: 'pm' } });
  });

  it.each(['', '/ES', './ESZ6 E1AZ6 261204C6900', 'UBER 261204P00078000'])(
    'is none for %j',
    (text) => {
      expect(instrumentOf(asInstrumentSymbol(text), NEAR).ok).toBe(false);
    },
  );
});

describe('the grid of options', () => {
  it.each([
    ['SPY', '0.01', '0.01'],
    ['QQQ', '0.01', '0.01'],
    ['IWM', '0.01', '0.01'],
    ['AAPL', '0.01', '0.05'],
    ['UBER', '0.01', '0.05'],
    ['SPX', '0.05', '0.10'],
    ['NDX', '0.05', '0.10'],
    ['A class nobody has listed', '0.05', '0.10'],
  ])('on %s moves by %s below 3.00 and by %s from it', (underlying, low, high) => {
    const grid = optionGrid(underlying);
    expect(formatPrice(tickAt(grid, price('2.99')))).toBe(low);
    expect(formatPrice(tickAt(grid, price('3.00')))).toBe(high);
  });
});
