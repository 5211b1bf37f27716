import { describe, expect, it } from 'vitest';
import { money, price } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import { approveClose, approveEntry } from '#risk/approve.ts';
import { describeRefusal } from '#risk/describe.ts';
import { type CloseFacts, type CloseRequest, GATES, KILL_STATES } from '#risk/model.ts';
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

describe('approving an entry', () => {
  it('gives a plan with everything the order needs', () => {
    const policy = policyOf();
    const decision = approveEntry(REQUEST, entryFacts(), policy);
    const { tradeId, message, author, channel, environment, dryRun } = REQUEST;
    expect(decision).toMatchObject({
      kind: 'approved',
      plan: {
        tradeId,
        message,
        author,
        channel,
        environment,
        dryRun,
        instrument: UBER,
        quantity: 10,
        limit: price('0.74'),
        collar: price('0.77'),
        alertPrice: price('0.75'),
        marginEach: null,
        entry: policy.entry,
        exit: policy.exit,
      },
    });
  });

  it('records every gate in order, whatever any of them says', () => {
    const facts = entryFacts({
      killState: 'HALT',
      quote: null,
      book: { ...BOOK, reconciled: false },
    });
    const decision = approveEntry(REQUEST, facts, policyOf());
    expect(decision.gates.map(({ gate }) => gate)).toEqual([...GATES]);
    expect(decision).toMatchObject({ kind: 'refused', code: 'entries_stopped' });
  });

  it('names the first refusal, also when an earlier gate only holds', () => {
    const facts = entryFacts({
      alert: alertOf(UBER, { price: price('2.00') }),
      book: { ...BOOK, tradesToday: 15 },
    });
    expect(approveEntry(REQUEST, facts, policyOf())).toMatchObject({
      kind: 'refused',
      code: 'too_many_today',
    });
  });

  it('holds a price far from the market, with its sizing, until an operator releases it', () => {
    const facts = entryFacts({ alert: alertOf(UBER, { price: price('2.00') }) });
    const held = approveEntry(REQUEST, facts, policyOf());
    expect(held).toMatchObject({ kind: 'held', code: 'price_deviates', sizing: { quantity: 10 } });
    const released = approveEntry({ ...REQUEST, released: ['deviation'] }, facts, policyOf());
    expect(released.kind).toBe('approved');
  });

  it('never releases a refusal', () => {
    const request = { ...REQUEST, released: GATES };
    const facts = entryFacts({ killState: 'PAUSE' });
    expect(approveEntry(request, facts, policyOf())).toMatchObject({ code: 'entries_stopped' });
  });

  it('refuses with nothing known at all', () => {
    const facts = entryFacts({
      quote: null,
      alert: alertOf(UBER),
      account: { ...ACCOUNT, initialBuyingPower: money('0'), availableBuyingPower: money('0') },
    });
    const decision = approveEntry(REQUEST, facts, policyOf());
    expect(decision).toMatchObject({ kind: 'refused', sizing: null });
  });
});

describe('approving a close', () => {
  const request: CloseRequest = {
    tradeId: REQUEST.tradeId,
    message: REQUEST.message,
    by: 'author',
    environment: 'simulated',
    quantity: 3,
    scope: 'part',
  };
  const facts: CloseFacts = {
    now: NOW,
    killState: 'ACTIVE',
    instrument: UBER,
    quote: quoteOf(UBER, '0.72', '0.76'),
    openQuantity: 5,
  };
  const judge = (asked: Partial<CloseRequest>, known: Partial<CloseFacts>): string => {
    const decision = approveClose({ ...request, ...asked }, { ...facts, ...known }, policyOf());
    return decision.kind === 'approved' ? 'approved' : decision.code;
  };

  it('gives a plan with limit and floor', () => {
    expect(approveClose(request, facts, policyOf())).toMatchObject({
      kind: 'approved',
      plan: { quantity: 3, limit: price('0.74'), floor: price('0.47') },
    });
  });

  it.each<[string, Partial<CloseRequest>, Partial<CloseFacts>, string]>([
    ['all of it', { quantity: 5 }, {}, 'approved'],
    ['more than is open', { quantity: 6 }, {}, 'over_position'],
    ['nothing', { quantity: 0 }, {}, 'no_quantity'],
    ['less than nothing', { quantity: -1 }, {}, 'no_quantity'],
    ['a part of a contract', { quantity: 1.5 }, {}, 'no_quantity'],
    ['a position that is gone', {}, { openQuantity: 0 }, 'over_position'],
    ['no quote', {}, { quote: null }, 'no_quote'],
    ['nobody bids', {}, { quote: quoteOf(UBER, '0', '0.05') }, 'quote_unsound'],
    [
      'an old quote',
      {},
      { quote: quoteOf(UBER, '0.72', '0.76', { receivedAt: plus(NOW, -3001) }) },
      'quote_stale',
    ],
    [
      'a delayed quote in production',
      { environment: 'production' },
      { quote: quoteOf(UBER, '0.72', '0.76', { delayed: true }) },
      'quote_delayed',
    ],
    ['a wide spread', {}, { quote: quoteOf(UBER, '0.10', '0.76') }, 'approved'],
    ['after the close', {}, { now: at('16:00') }, 'market_closed'],
    [
      'in the last minutes, when no entry is made any more',
      {},
      {
        now: at('15:59'),
        quote: quoteOf(UBER, '0.72', '0.76', { receivedAt: at('15:59') }),
      },
      'approved',
    ],
  ])('%s', (_, asked, known, expected) => {
    expect(judge(asked, known)).toBe(expected);
  });

  it.each(KILL_STATES)('in %s follows the table of kill states', (killState) => {
    const expected = {
      ACTIVE: ['approved', 'approved'],
      PAUSE: ['approved', 'approved'],
      REDUCE_ONLY: ['approved', 'approved'],
      HALT: ['exits_stopped', 'exits_stopped'],
      FLATTEN: ['exits_stopped', 'approved'],
    }[killState];
    expect([
      judge({ by: 'author' }, { killState }),
      judge({ by: 'operator' }, { killState }),
    ]).toEqual(expected);
  });
});

describe('the sentence of a decision', () => {
  it('names the rule, the numbers, the meaning and the remedy', () => {
    const facts = entryFacts({ quote: quoteOf(UBER, '0.60', '0.90') });
    const { gates } = approveEntry(REQUEST, facts, policyOf());
    expect(describeRefusal(gates)).toBe(
      'Refused by rule spread (spread 0.30 > 0.15 (the larger of 0.10 and 20 % of mid 0.75)).' +
        ' Bid and ask lie too far apart. Wait for a tighter market, or place it by hand.',
    );
  });

  it('says held of a hold', () => {
    const facts = entryFacts({ alert: alertOf(UBER, { price: price('2.00') }) });
    const { gates } = approveEntry(REQUEST, facts, policyOf());
    expect(describeRefusal(gates)).toBe(
      'Held by rule deviation (alert 2.00 lies 1.26 from mid 0.74, > 0.25).' +
        ' The price of the alert lies too far from the market.' +
        ' An operator looks at it and lets it through, or drops it.',
    );
  });

  it('is none when everything passed', () => {
    expect(describeRefusal(approveEntry(REQUEST, entryFacts(), policyOf()).gates)).toBeNull();
  });
});
