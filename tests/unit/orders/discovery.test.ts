import { describe, expect, it } from 'vitest';
import { price } from '#kernel/price.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { CENT_GRID, PENNY_GRID } from '#market/tick-tables.ts';
import { allowsMarket, nextTerms, type Working } from '#orders/discovery/next-terms.ts';
import { mayConvert, nextStepAt, type Progress, windowEnd } from '#orders/discovery/schedule.ts';
import type { EntryPolicy } from '#risk/model.ts';
import { NOW, optionOf, quoteOf } from '../../fixtures/risk.ts';

const POLICY: EntryPolicy = {
  waitMs: 20_000,
  windowMs: 90_000,
  stepsMax: 3,
  convert: 'market',
  convertWithinTicks: 1,
};

const BUY: Working = {
  side: 'buy',
  terms: { kind: 'limit', limit: price('0.75') },
  grid: PENNY_GRID,
  bound: price('0.90'),
  policy: POLICY,
  stepsLeft: true,
};

const SELL: Working = { ...BUY, side: 'sell', bound: price('0.50') };

function quote(bid: string, ask: string) {
  return quoteOf(optionOf(), bid, ask);
}

function limit(of: string) {
  return { kind: 'limit', limit: price(of) } as const;
}

describe('the next terms of a buy', () => {
  it.each([
    ['one tick up', {}, ['0.70', '0.90'], { kind: 'step', terms: limit('0.76') }],
    [
      'from cents to nickels at 3.00',
      { terms: limit('2.99'), bound: price('4') },
      ['2.80', '3.50'],
      { kind: 'step', terms: limit('3.00') },
    ],
    [
      'a nickel from 3.00 on',
      { terms: limit('3.00'), bound: price('4') },
      ['2.80', '3.50'],
      { kind: 'step', terms: limit('3.05') },
    ],
    [
      'a cent where the class has cents',
      { terms: limit('3.00'), bound: price('4'), grid: CENT_GRID },
      ['2.80', '3.50'],
      { kind: 'step', terms: limit('3.01') },
    ],
    [
      'nothing beyond the collar',
      { bound: price('0.75') },
      ['0.70', '0.90'],
      { kind: 'stay', why: 'at_bound' },
    ],
    [
      'nothing when no step is left',
      { stepsLeft: false },
      ['0.70', '0.90'],
      { kind: 'stay', why: 'at_bound' },
    ],
    [
      'nothing once it is a market order',
      { terms: { kind: 'market' } },
      ['0.70', '0.76'],
      { kind: 'stay', why: 'already_market' },
    ],
    [
      'the market one tick away',
      {},
      ['0.74', '0.76'],
      { kind: 'convert', terms: { kind: 'market' } },
    ],
    [
      'the market one nickel away',
      { terms: limit('3.00'), bound: price('4') },
      ['2.95', '3.05'],
      { kind: 'convert', terms: { kind: 'market' } },
    ],
    [
      'the market when it has come through',
      {},
      ['0.70', '0.72'],
      { kind: 'convert', terms: { kind: 'market' } },
    ],
    [
      'a step when two ticks are left',
      {},
      ['0.74', '0.77'],
      { kind: 'step', terms: limit('0.76') },
    ],
    ['a step into a locked market', {}, ['0.76', '0.76'], { kind: 'step', terms: limit('0.76') }],
    [
      'a step when the ask is beyond the collar',
      { bound: price('0.755') },
      ['0.74', '0.76'],
      { kind: 'stay', why: 'at_bound' },
    ],
    [
      'a step when it may never convert',
      { policy: { ...POLICY, convert: 'never' } },
      ['0.74', '0.76'],
      { kind: 'step', terms: limit('0.76') },
    ],
    [
      'one tick above the ask when marketable',
      { policy: { ...POLICY, convert: 'marketable-limit' } },
      ['0.74', '0.76'],
      { kind: 'convert', terms: limit('0.77') },
    ],
    [
      'the collar when that is lower',
      { policy: { ...POLICY, convert: 'marketable-limit' }, bound: price('0.76') },
      ['0.74', '0.76'],
      { kind: 'convert', terms: limit('0.76') },
    ],
  ] as const)('%s', (_, change, [bid, ask], expected) => {
    expect(nextTerms({ ...BUY, ...change }, quote(bid, ask))).toEqual(expected);
  });
});

describe('the next terms of a sell', () => {
  it.each([
    ['one tick down', {}, ['0.60', '0.80'], { kind: 'step', terms: limit('0.74') }],
    [
      'from nickels to cents below 3.00',
      { terms: limit('3.00') },
      ['2.50', '3.20'],
      { kind: 'step', terms: limit('2.99') },
    ],
    [
      'nothing below the floor',
      { terms: limit('0.50') },
      ['0.30', '0.80'],
      { kind: 'stay', why: 'at_bound' },
    ],
    [
      'the market one tick away',
      {},
      ['0.74', '0.80'],
      { kind: 'convert', terms: { kind: 'market' } },
    ],
    [
      'a step when the bid is below the floor',
      { bound: price('0.745') },
      ['0.74', '0.80'],
      { kind: 'stay', why: 'at_bound' },
    ],
    [
      'one tick below the bid when marketable',
      { policy: { ...POLICY, convert: 'marketable-limit' } },
      ['0.74', '0.80'],
      { kind: 'convert', terms: limit('0.73') },
    ],
  ] as const)('%s', (_, change, [bid, ask], expected) => {
    expect(nextTerms({ ...SELL, ...change }, quote(bid, ask))).toEqual(expected);
  });

  it('never goes to nothing', () => {
    const never = { ...POLICY, convert: 'never' } as const;
    const last = { ...SELL, policy: never, terms: limit('0.01'), bound: price('0') };
    expect(nextTerms(last, quote('0.01', '0.80'))).toEqual({ kind: 'stay', why: 'at_bound' });
  });
});

describe('whether the market may be taken', () => {
  it.each([
    ['buy', ['0.70', '0.80'], '0.80', true],
    ['buy', ['0.70', '0.80'], '0.79', false],
    ['sell', ['0.70', '0.80'], '0.70', true],
    ['sell', ['0.70', '0.80'], '0.71', false],
    ['buy', ['0.80', '0.80'], '0.90', false],
    ['buy', ['0.81', '0.80'], '0.90', false],
  ] as const)('%s into %j bounded by %s: %s', (side, [bid, ask], bound, allowed) => {
    expect(allowsMarket(side, quote(bid, ask), price(bound))).toBe(allowed);
  });

  it('not without a quote', () => {
    expect(allowsMarket('buy', null, price('9'))).toBe(false);
  });
});

describe('the schedule', () => {
  const TAKEN = plus(NOW, 300);

  function progress(change: Partial<Progress> = {}): Progress {
    const none = { steps: 0, lastStepAt: null, reachedAt: null };
    return { startedAt: NOW, takenAt: TAKEN, ...none, ...change };
  }

  function after(ms: number): EpochMs {
    return plus(NOW, ms);
  }

  it('has no times before anything was sent', () => {
    const nothing = progress({ startedAt: null, takenAt: null });
    expect(nextStepAt(POLICY, nothing)).toBeNull();
    expect(windowEnd(POLICY, nothing)).toBeNull();
    expect(mayConvert(POLICY, nothing, after(1e9))).toBe(false);
  });

  it('waits from when the broker had it, and ends from when it was intended', () => {
    expect(nextStepAt(POLICY, progress())).toBe(after(20_300));
    expect(windowEnd(POLICY, progress())).toBe(after(90_000));
  });

  it('spreads the steps evenly over what is left, however late one was', () => {
    const first = progress({ steps: 1, lastStepAt: after(20_000) });
    expect(nextStepAt(POLICY, first)).toBe(after(43_333));
    const late = progress({ steps: 1, lastStepAt: after(60_000) });
    expect(nextStepAt(POLICY, late)).toBe(after(70_000));
    expect(nextStepAt(POLICY, progress({ steps: 2, lastStepAt: after(70_000) }))).toBe(
      after(80_000),
    );
    expect(nextStepAt(POLICY, progress({ steps: 3, lastStepAt: after(80_000) }))).toBeNull();
  });

  it('leaves a price that arrived late half of its time at least', () => {
    const stepped = progress({ steps: 1, lastStepAt: after(20_000) });
    expect(nextStepAt(POLICY, { ...stepped, reachedAt: after(21_000) })).toBe(after(43_333));
    expect(nextStepAt(POLICY, { ...stepped, reachedAt: after(42_000) })).toBe(after(50_000));
    expect(nextStepAt(POLICY, { ...stepped, reachedAt: after(95_000) })).toBeNull();
  });

  it('never puts a step at or after the end', () => {
    const last = progress({ steps: 1, lastStepAt: after(90_000) });
    expect(nextStepAt(POLICY, last)).toBeNull();
  });

  it('lets an order convert at its steps, and all the time once they are taken', () => {
    expect(mayConvert(POLICY, progress(), after(20_299))).toBe(false);
    expect(mayConvert(POLICY, progress(), after(20_300))).toBe(true);
    const stepped = progress({ steps: 1, lastStepAt: after(20_300) });
    expect(mayConvert(POLICY, stepped, after(30_000))).toBe(false);
    expect(mayConvert(POLICY, stepped, after(43_600))).toBe(true);
    const done = progress({ steps: 3, lastStepAt: after(66_000) });
    expect(mayConvert(POLICY, done, after(66_001))).toBe(true);
  });

  it('with no steps at all converts after the wait', () => {
    const none = { ...POLICY, stepsMax: 0 };
    expect(nextStepAt(none, progress())).toBeNull();
    expect(mayConvert(none, progress(), after(20_299))).toBe(false);
    expect(mayConvert(none, progress(), after(20_300))).toBe(true);
  });
});
