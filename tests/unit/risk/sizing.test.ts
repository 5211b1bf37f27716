import { describe, expect, it } from 'vitest';
import { money, price } from '#kernel/price.ts';
import type { Result } from '#kernel/result.ts';
import type { Instrument } from '#market/instrument.ts';
import type { Sizing } from '#risk/model.ts';
import { type SizingFault, type SizingInput, sizeEntry } from '#risk/sizing.ts';
import { ACCOUNT, futureOf, optionOf, policyOf, shareOf } from '../../fixtures/risk.ts';

interface Situation {
  readonly instrument?: Instrument;
  readonly limit?: string;
  readonly collar?: string;
  readonly initial?: string;
  readonly available?: string;
  readonly pending?: string;
  readonly open?: string;
  readonly stated?: number;
  readonly settings?: unknown;
}

function size(situation: Situation): Result<Sizing, SizingFault> {
  const limit = price(situation.limit ?? '0.75');
  const input: SizingInput = {
    instrument: situation.instrument ?? optionOf(),
    price: { limit, collar: price(situation.collar ?? situation.limit ?? '0.75'), from: 'alert' },
    stated: situation.stated ?? null,
    account: {
      ...ACCOUNT,
      initialBuyingPower: money(situation.initial ?? '100000'),
      availableBuyingPower: money(situation.available ?? situation.initial ?? '100000'),
      pendingDebit: money(situation.pending ?? '0'),
    },
    premiumOpen: money(situation.open ?? '0'),
  };
  return sizeEntry(input, policyOf(situation.settings ?? {}));
}

function sized(situation: Situation): string {
  const made = size(situation);
  return made.ok ? `${made.value.quantity} ${made.value.bound}` : made.error;
}

describe('sizing', () => {
  it.each<[string, Situation, string]>([
    ['ten contracts at most', {}, '10 by contracts per order'],
    [
      '2 % of 12 690 is 253.80: three at 76.15 and no cent to spare',
      { initial: '12690' },
      '3 by allocation',
    ],
    ['exactly three', { initial: '11422.50' }, '3 by allocation'],
    ['a cent less than three', { initial: '11422.00' }, '2 by allocation'],
    ['less than one is none', { initial: '3807.49' }, '0 by allocation'],
    ['exactly one', { initial: '3807.50' }, '1 by allocation'],
    ['1 000 a trade at 5.00', { limit: '5.00' }, '1 by premium per trade'],
    ['1 000 a trade at the collar', { limit: '4.90', collar: '5.05' }, '1 by premium per trade'],
    ['10 % open', { limit: '4.00', open: '9400' }, '1 by premium open'],
    ['more open than allowed', { open: '10001' }, '0 by premium open'],
    ['90 % of what is available', { available: '300' }, '3 by buying power'],
    ['less what is pending', { available: '300', pending: '100' }, '2 by buying power'],
    ['more pending than available', { available: '300', pending: '1000' }, '0 by buying power'],
    ['buying power below zero', { available: '-5' }, '0 by buying power'],
    ['a stated quantity', { stated: 3 }, '3 as stated'],
    ['a stated quantity beyond the limits', { stated: 500 }, '10 by contracts per order'],
    ['none stated is none', { stated: 0 }, '0 as stated'],
    [
      'a stated quantity where it is ignored',
      { stated: 3, settings: { limits: { statedQuantity: 'ignore' } } },
      '10 by contracts per order',
    ],
    ['a negative quantity', { stated: -1 }, 'quantity_not_whole'],
    ['half a contract', { stated: 0.5 }, 'quantity_not_whole'],
    ['shares', { instrument: shareOf(), limit: '27.85' }, '35 by premium per trade'],
    ['cheap shares', { instrument: shareOf(), limit: '5' }, '100 by shares per order'],
    [
      'a future by its margin',
      {
        instrument: futureOf(),
        limit: '6731',
        settings: { limits: { premiumTradeMax: '5000' } },
        initial: '150000',
      },
      '1 by allocation',
    ],
    ['a future beyond its limits', { instrument: futureOf(), limit: '6731' }, '0 by allocation'],
    [
      'a future nobody gave a margin for',
      { instrument: { ...futureOf(), root: 'ZZ' }, limit: '10' },
      'margin_unknown',
    ],
    [
      'a root named like a property of every object',
      { instrument: { ...futureOf(), root: 'constructor' }, limit: '10' },
      'margin_unknown',
    ],
    [
      'an unbelievable balance',
      {
        initial: '99999999999999',
        settings: { limits: { premiumTradeMax: '10000', contractsMax: 100 } },
      },
      '100 by contracts per order',
    ],
  ])('%s', (_, situation, expected) => {
    expect(sized(situation)).toBe(expected);
  });

  it('shows every line of its arithmetic', () => {
    const made = size({
      limit: '0.74',
      collar: '0.77',
      initial: '50000',
      available: '48000',
      pending: '200',
      open: '1500',
      stated: 4,
    });
    expect(made.ok && made.value.lines.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'allocation: 50000.00 × 2 % = 1000.00',
      'cost of one at the limit: 0.74 × 100 + 1.15 fees = 75.15',
      'cost of one at the collar: 0.77 × 100 + 1.15 fees = 78.15',
      'by allocation: 1000.00 ÷ 75.15 = 13',
      'by premium per trade: 1000.00 ÷ 78.15 = 12',
      'by premium open: 10 % of initial − 1500.00 open = 3500.00 ÷ 78.15 = 44',
      'by buying power: 90 % of 48000.00 − 200.00 pending = 43000.00 ÷ 78.15 = 550',
      'by contracts per order: 10',
      'as stated: 4',
      'quantity: 4 (as stated)',
    ]);
  });
});
