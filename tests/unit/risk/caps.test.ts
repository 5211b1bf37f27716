import { describe, expect, it } from 'vitest';
import { money } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { ok } from '#kernel/result.ts';
import { priceEntry } from '#risk/entry-price.ts';
import type { Gate } from '#risk/gates/gate.ts';
import {
  allocationGate,
  buyingPowerGate,
  premiumOpenGate,
  premiumTradeGate,
  sizeGate,
} from '#risk/gates/money.ts';
import type { AccountFigures, BookFigures } from '#risk/model.ts';
import { ACCOUNT, BOOK, entryFacts, policyOf, REQUEST } from '../../fixtures/risk.ts';

interface Situation {
  readonly contracts: number;
  readonly account?: Partial<AccountFigures>;
  readonly book?: Partial<BookFigures>;
  readonly limits?: Record<string, unknown>;
}

/** Limit 0.74, collar 0.77: one contract costs 75.15 at the limit and 78.15 at the collar. */
function outcome(gate: Gate, { contracts, account, book, limits }: Situation): string {
  const facts = entryFacts({
    account: { ...ACCOUNT, ...account },
    book: { ...BOOK, ...book },
  });
  const policy = policyOf({ limits: { contractsMax: 100, ...limits } });
  const price = priceEntry(facts.alert, facts.instrument, facts.quote, policy.limits);
  const sizing = ok({ quantity: quantity(contracts), bound: 'a defect', lines: [] });
  const { environment, allowed } = REQUEST;
  return gate({ facts, policy, environment, allowed, price, sizing }).outcome;
}

describe('the caps in dollars and contracts are checked again, whatever sizing says', () => {
  it.each<[string, Gate, Situation, string]>([
    ['26 × 75.15 fit 2 % of 100 000', allocationGate, { contracts: 26 }, 'pass'],
    ['27 × 75.15 do not', allocationGate, { contracts: 27 }, 'refuse'],
    ['12 × 78.15 fit 1 000', premiumTradeGate, { contracts: 12 }, 'pass'],
    ['13 × 78.15 do not', premiumTradeGate, { contracts: 13 }, 'refuse'],
    [
      '1 × 78.15 fits beside 9 921.85 open of 10 000',
      premiumOpenGate,
      { contracts: 1, book: { premiumOpen: money('9921.85') } },
      'pass',
    ],
    [
      'a cent more open is too much',
      premiumOpenGate,
      { contracts: 1, book: { premiumOpen: money('9921.86') } },
      'refuse',
    ],
    [
      '1 × 78.15 fits 90 % of what is available, less what is pending',
      buyingPowerGate,
      {
        contracts: 1,
        account: { availableBuyingPower: money('100'), pendingDebit: money('11.85') },
      },
      'pass',
    ],
    [
      'a cent more pending is too much',
      buyingPowerGate,
      {
        contracts: 1,
        account: { availableBuyingPower: money('100'), pendingDebit: money('11.86') },
      },
      'refuse',
    ],
    ['10 of at most 10', sizeGate, { contracts: 10, limits: { contractsMax: 10 } }, 'pass'],
    ['11 of at most 10', sizeGate, { contracts: 11, limits: { contractsMax: 10 } }, 'refuse'],
    ['1 of at most 10', sizeGate, { contracts: 1 }, 'pass'],
    ['none at all', sizeGate, { contracts: 0 }, 'refuse'],
  ])('%s', (_, gate, situation, expected) => {
    expect(outcome(gate, situation)).toBe(expected);
  });
});
