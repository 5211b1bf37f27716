import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money, notional, price, priceFromUnits } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import { approveClose, approveEntry } from '#risk/approve.ts';
import {
  type EntryFacts,
  type EntryRequest,
  GATES,
  type GateName,
  KILL_STATES,
} from '#risk/model.ts';
import {
  ACCOUNT,
  alertOf,
  at,
  BOOK,
  entryFacts,
  NOW,
  optionOf,
  policyOf,
  quoteOf,
  REQUEST,
} from '../../fixtures/risk.ts';

const UBER = optionOf();
const POLICY = policyOf();

interface Entry {
  readonly request: EntryRequest;
  readonly facts: EntryFacts;
}

type Break = readonly [gate: GateName, change: (entry: Entry) => Entry];

const facts =
  (change: (facts: EntryFacts) => Partial<EntryFacts>) =>
  (entry: Entry): Entry => ({ ...entry, facts: { ...entry.facts, ...change(entry.facts) } });
const book = (change: Partial<typeof BOOK>) =>
  facts((known) => ({ book: { ...known.book, ...change } }));

const allowed =
  (change: Partial<EntryRequest['allowed']>) =>
  ({ request, facts: known }: Entry): Entry => ({
    request: { ...request, allowed: { ...request.allowed, ...change } },
    facts: known,
  });

/** Each breaks one rule and, apart from those it makes impossible to judge, no other. */
const BREAKS: readonly Break[] = [
  ['kill_state', facts(() => ({ killState: 'PAUSE' }))],
  ['age', facts(() => ({ validUntil: plus(NOW, -1) }))],
  ['action', allowed({ actions: [] })],
  ['asset_class', allowed({ assets: [] })],
  ['instrument', facts((known) => ({ instrument: { ...known.instrument, closingOnly: true } }))],
  ['quote', facts(() => ({ quote: null }))],
  ['open_trades', book({ openTrades: 5 })],
  ['open_per_underlying', book({ openOnUnderlying: 2 })],
  ['open_per_instrument', book({ openOnInstrument: 2 })],
  ['trades_per_day', book({ tradesToday: 15 })],
  ['trades_per_user_hour', book({ tradesByAuthorLastHour: 6 })],
  ['order_rate', book({ mutationsLastMinute: 20 })],
  ['daily_loss', book({ dayResult: money('-3000') })],
  ['unresolved', book({ unresolvedOrders: 2 })],
  ['reconciled', book({ reconciled: false })],
];

describe('an entry', () => {
  it('with any of its rules broken is refused by the first of them', () => {
    const broken = fc.subarray([...BREAKS], { minLength: 1 });
    fc.assert(
      fc.property(broken, (breaks) => {
        const sound: Entry = { request: REQUEST, facts: entryFacts() };
        const { request, facts: known } = breaks.reduce((entry, [, apply]) => apply(entry), sound);
        const decision = approveEntry(request, known, POLICY);
        const first = GATES.find((gate) => breaks.some(([name]) => name === gate));
        const refused = decision.gates.find(({ outcome }) => outcome !== 'pass');
        expect([decision.kind, refused?.gate]).toEqual(['refused', first]);
      }),
      { numRuns: 300 },
    );
  });

  const cents = (most: number) =>
    fc.integer({ min: 0, max: most }).map((count) => priceFromUnits(BigInt(count) * 10_000_000n));
  const anything = fc.record({
    killState: fc.constantFrom('ACTIVE' as const, 'ACTIVE' as const, ...KILL_STATES),
    bid: cents(200),
    spread: cents(20),
    wanted: fc.option(cents(300)),
    quantity: fc.option(fc.integer({ min: -1, max: 50 })),
    initial: fc.integer({ min: 0, max: 200_000 }),
    available: fc.integer({ min: -1000, max: 200_000 }),
    pending: fc.integer({ min: 0, max: 2_000 }),
    premiumOpen: fc.integer({ min: 0, max: 20_000 }),
    openTrades: fc.integer({ min: 0, max: 6 }),
    ageMs: fc.integer({ min: 0, max: 4_000 }),
    minute: fc.integer({ min: 9 * 60 + 25, max: 16 * 60 + 5 }),
    released: fc.subarray([...GATES]),
  });

  it('is approved exactly when every gate passes, and then inside every cap', () => {
    let approved = 0;
    fc.assert(
      fc.property(anything, (s) => {
        const now = plus(at('00:00'), s.minute * 60_000);
        const quote = {
          ...quoteOf(UBER, '0.01', '0.02', { receivedAt: plus(now, -s.ageMs) }),
          bid: s.bid,
          ask: priceFromUnits(s.bid + s.spread),
        };
        const known = entryFacts({
          now,
          validUntil: now,
          killState: s.killState,
          quote,
          alert: alertOf(UBER, { price: s.wanted, quantity: s.quantity }),
          account: {
            ...ACCOUNT,
            readAt: now,
            initialBuyingPower: money(String(s.initial)),
            availableBuyingPower: money(String(s.available)),
            pendingDebit: money(String(s.pending)),
          },
          book: { ...BOOK, openTrades: s.openTrades, premiumOpen: money(String(s.premiumOpen)) },
        });
        const decision = approveEntry({ ...REQUEST, released: s.released }, known, POLICY);
        const everyGatePasses = decision.gates.every(({ outcome }) => outcome === 'pass');
        expect(decision.kind === 'approved').toBe(everyGatePasses);
        if (decision.kind !== 'approved') return;
        approved += 1;
        const { quantity, limit, collar, instrument } = decision.plan;
        const worst = notional(collar, quantity, instrument.multiplier);
        expect(quantity).toBeGreaterThan(0);
        expect(quantity).toBeLessThanOrEqual(s.quantity ?? 10);
        expect(limit).toBeLessThanOrEqual(collar);
        expect(limit).toBeGreaterThanOrEqual(price('0.05'));
        expect(worst).toBeLessThan(money('1000'));
        expect(worst + money(String(s.premiumOpen))).toBeLessThan(
          known.account.initialBuyingPower / 10n,
        );
        expect(s.killState).toBe('ACTIVE');
        expect(s.openTrades).toBeLessThan(5);
      }),
      { numRuns: 3000, seed: 7 },
    );
    // Both sides of the claim were met.
    expect(approved).toBeGreaterThan(50);
  });
});

describe('a close', () => {
  it('is never approved for more than is open', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 60 }),
        fc.integer({ min: 0, max: 50 }),
        fc.constantFrom(...KILL_STATES),
        (quantity, openQuantity, killState) => {
          const decision = approveClose(
            {
              tradeId: REQUEST.tradeId,
              message: null,
              by: 'operator',
              environment: 'simulated',
              quantity,
              scope: 'part',
            },
            {
              now: NOW,
              killState,
              instrument: UBER,
              quote: quoteOf(UBER, '1.00', '1.10'),
              openQuantity,
            },
            POLICY,
          );
          const fits = quantity >= 1 && quantity <= openQuantity && killState !== 'HALT';
          const sold = decision.kind === 'approved' ? decision.plan.quantity : null;
          expect(sold).toBe(fits ? quantity : null);
        },
      ),
    );
  });
});
