import { describe, expect, it } from 'vitest';
import { contractName, contractOf, countOf, nameOfSymbol } from '#market/contract-name.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { marketTime } from '#market/market-time.ts';
import { instant } from '../../fixtures/desk-log.ts';
import { futureOf, optionOf, shareOf } from '../../fixtures/risk.ts';

describe('what a contract is called', () => {
  it.each([
    [optionOf('UBER', '78', 'P', '2025-12-05'), 'UBER 78P 2025-12-05'],
    [optionOf('SPX', '6725.5', 'C', '2025-12-05'), 'SPX 6725.5C 2025-12-05'],
    [optionOf('BRK/B', '500', 'C', '2025-12-05'), 'BRK/B 500C 2025-12-05'],
    [shareOf('UBER'), 'UBER'],
    [futureOf('MES', 2026, 3), '/MESH6'],
  ])('names an instrument', (instrument, name) => {
    expect(contractName(instrument)).toBe(name);
  });

  it('leaves out what is not known', () => {
    const parts = { name: 'UBER', strike: null, right: null, expiry: null };
    expect(contractOf(parts)).toBe('UBER');
    expect(contractOf({ ...parts, right: 'P' })).toBe('UBER P');
  });

  it.each([
    ['UBER  251205P00078000', 'UBER 78P 2025-12-05'],
    ['SPXW  251205C06725000', 'SPX 6725C 2025-12-05'],
    ['UBER', 'UBER'],
    ['/MESH6', '/MESH6'],
  ])('reads %s', (symbol, name) => {
    expect(nameOfSymbol(asInstrumentSymbol(symbol))).toBe(name);
  });

  it('counts contracts and shares', () => {
    expect(countOf(optionOf(), 1)).toBe('1 contract');
    expect(countOf(optionOf(), 0)).toBe('0 contracts');
    expect(countOf(shareOf(), 150)).toBe('150 shares');
  });
});

describe('market time', () => {
  it.each([
    ['2025-12-02T15:30:05Z', '10:30:05'],
    ['2025-07-02T13:30:00Z', '09:30:00'],
    ['2025-12-03T04:59:59Z', '23:59:59'],
  ])('of %s is %s in New York', (at, time) => {
    expect(marketTime(instant(at))).toBe(time);
  });
});
