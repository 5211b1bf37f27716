import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money, moneyFromUnits, price, priceFromUnits } from '#kernel/price.ts';
import { type SizingInput, sizeEntry } from '#risk/sizing.ts';
import { optionOf, policyOf } from '../../fixtures/risk.ts';

const UBER = optionOf();
const CENT = 10_000_000n;
const BASIS_POINTS = 10_000n;

const cents = (most: bigint) =>
  fc.bigInt({ min: 0n, max: most }).map((count) => moneyFromUnits(count * CENT));
const contractPrice = fc
  .bigInt({ min: 1n, max: 5_000n })
  .map((count) => priceFromUnits(count * CENT));
const share = (most: number) => fc.integer({ min: 0, max: most * 100 });
const shown = (basisPoints: number): string => `${(basisPoints / 100).toFixed(2)}%`;

const situations = fc.record({
  limit: contractPrice,
  ticksToCollar: fc.bigInt({ min: 0n, max: 20n }),
  initial: cents(100_000_000n),
  available: cents(100_000_000n),
  pending: cents(10_000_000n),
  open: cents(10_000_000n),
  stated: fc.option(fc.integer({ min: 0, max: 200 })),
  allocation: share(10),
  openMax: share(30),
  usable: share(100),
  tradeMax: fc.integer({ min: 0, max: 10_000 }),
  contractsMax: fc.integer({ min: 0, max: 100 }),
});
type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;

function inputOf(s: Situation): SizingInput {
  const collar = priceFromUnits(s.limit + s.ticksToCollar * CENT);
  return {
    instrument: UBER,
    price: { limit: s.limit, collar, from: 'alert' },
    stated: s.stated,
    account: {
      initialBuyingPower: s.initial,
      availableBuyingPower: s.available,
      pendingDebit: s.pending,
    },
    premiumOpen: s.open,
  };
}

function sized(s: Situation): bigint {
  const policy = policyOf({
    limits: {
      allocation: shown(s.allocation),
      premiumOpenMax: shown(s.openMax),
      buyingPowerMax: shown(s.usable),
      premiumTradeMax: s.tradeMax,
      contractsMax: s.contractsMax,
    },
  });
  const made = sizeEntry(inputOf(s), policy);
  if (!made.ok) throw new Error(made.error);
  return BigInt(made.value.quantity);
}

/** Whether `count` contracts keep every cap, by cross-multiplied fractions: nothing is rounded. */
function keepsCaps(s: Situation, count: bigint): boolean {
  const fee = money('1.15');
  const atLimit = count * (s.limit * 100n + fee);
  const atCollar = count * ((s.limit + s.ticksToCollar * CENT) * 100n + fee);
  return (
    atLimit * BASIS_POINTS <= s.initial * BigInt(s.allocation) &&
    atCollar <= money(String(s.tradeMax)) &&
    (s.open + atCollar) * BASIS_POINTS <= s.initial * BigInt(s.openMax) &&
    (s.pending + atCollar) * BASIS_POINTS <= s.available * BigInt(s.usable) &&
    count <= BigInt(s.contractsMax) &&
    (s.stated === null || count <= BigInt(s.stated))
  );
}

describe('the sized quantity', () => {
  it('is the largest that keeps every cap, in exact fractions', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        const count = sized(situation);
        expect(count === 0n || keepsCaps(situation, count)).toBe(true);
        expect(keepsCaps(situation, count + 1n)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  const more: Readonly<Record<string, (s: Situation, by: bigint) => Situation>> = {
    'more initial buying power': (s, by) => ({ ...s, initial: moneyFromUnits(s.initial + by) }),
    'more available': (s, by) => ({ ...s, available: moneyFromUnits(s.available + by) }),
    'less pending': (s, by) => ({ ...s, pending: moneyFromUnits(s.pending - by) }),
    'less open': (s, by) => ({ ...s, open: moneyFromUnits(s.open - by) }),
    'a larger allocation': (s) => ({ ...s, allocation: Math.min(1000, s.allocation + 7) }),
    'a larger cap': (s) => ({ ...s, tradeMax: Math.min(10_000, s.tradeMax + 50) }),
    'more contracts allowed': (s) => ({ ...s, contractsMax: Math.min(100, s.contractsMax + 1) }),
    'a nearer collar': (s) => ({ ...s, ticksToCollar: s.ticksToCollar / 2n }),
    'no stated quantity': (s) => ({ ...s, stated: null }),
  };
  it.each(Object.entries(more))('never falls with %s', (_, change) => {
    fc.assert(
      fc.property(situations, fc.bigInt({ min: 0n, max: CENT * 100_000n }), (situation, by) => {
        expect(sized(change(situation, by))).toBeGreaterThanOrEqual(sized(situation));
      }),
    );
  });

  it('never rises with the price', () => {
    fc.assert(
      fc.property(situations, fc.bigInt({ min: 1n, max: 500n }), (situation, ticks) => {
        const dearer = { ...situation, limit: priceFromUnits(situation.limit + ticks * CENT) };
        expect(sized(dearer)).toBeLessThanOrEqual(sized(situation));
      }),
    );
  });

  it('is the same however often it is worked out', () => {
    const input = { ...sample(), limit: price('0.10') };
    expect(sized(input)).toBe(sized(input));
  });
});

function sample(): Situation {
  return fc.sample(situations, { numRuns: 1, seed: 1 })[0] as Situation;
}
