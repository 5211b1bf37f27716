import { describe, expect, it } from 'vitest';
import { PERMISSIONS, type Permission } from '#alerts/model.ts';
import { money } from '#kernel/price.ts';
import {
  changeKillState,
  type KillActor,
  type KillRequest,
  killStateCalledFor,
  permits,
} from '#risk/kill-state.ts';
import { KILL_STATES, type KillState } from '#risk/model.ts';
import { ACCOUNT, BOOK, policyOf } from '../../fixtures/risk.ts';

const LIMITS = policyOf().limits;

function person(...permissions: Permission[]): KillActor {
  return { kind: 'person', permissions };
}

function change(from: KillState, to: KillState, request: Partial<KillRequest> = {}): string {
  const made = changeKillState({
    from,
    to,
    by: person('admin'),
    reason: 'a drill',
    reconciled: true,
    ...request,
  });
  return made.ok ? made.value.to : made.error;
}

/** Every pair of states, by whether the second is more severe. */
const PAIRS = KILL_STATES.flatMap((from, low) =>
  KILL_STATES.map((to, high) => ({ from, to, raises: high > low })),
).filter(({ from, to }) => from !== to);

describe('what a kill state permits', () => {
  it.each([
    ['ACTIVE', true, 'all'],
    ['PAUSE', false, 'all'],
    ['REDUCE_ONLY', false, 'all'],
    ['HALT', false, 'none'],
    ['FLATTEN', false, 'confirmed'],
  ] as const)(
    '%s: entries and steps %s, closing orders %s, cancels always',
    (state, opens, closes) => {
      expect(permits(state)).toEqual({ entries: opens, steps: opens, closes, cancels: true });
    },
  );
});

describe('changing the kill state', () => {
  it.each(PAIRS)('an admin with a reason moves $from to $to', ({ from, to }) => {
    expect(change(from, to)).toBe(to);
  });

  it.each(KILL_STATES)('%s to itself changes nothing', (state) => {
    expect(change(state, state)).toBe('unchanged');
  });

  it.each(PAIRS)('an operator moves $from to $to only upward and not to flatten', (pair) => {
    const { from, to, raises } = pair;
    const refusal = raises ? 'not_permitted' : 'needs_admin';
    const expected = raises && to !== 'FLATTEN' ? to : refusal;
    expect(change(from, to, { by: person('operate'), reason: '' })).toBe(expected);
  });

  it.each(PAIRS)('a trader moves $from to $to only upward', ({ from, to, raises }) => {
    const expected = raises ? to : 'needs_admin';
    expect(change(from, to, { by: person('alert', 'trade') })).toBe(expected);
  });

  it.each(PAIRS)(
    'who may only alert, or nothing, never moves $from to $to',
    ({ from, to, raises }) => {
      const expected = raises ? 'not_permitted' : 'needs_admin';
      expect(change(from, to, { by: person('alert') })).toBe(expected);
      expect(change(from, to, { by: person() })).toBe(expected);
    },
  );

  it.each(PAIRS)('the desk itself moves $from to $to only upward and never flattens', (pair) => {
    const { from, to, raises } = pair;
    const expected = raises && to !== 'FLATTEN' ? to : 'not_permitted';
    expect(change(from, to, { by: { kind: 'desk' } })).toBe(expected);
  });

  it.each(PAIRS.filter(({ raises }) => !raises))(
    'from $from to $to needs a reason and a clean reconciliation, of every permission there is',
    ({ from, to }) => {
      const by = person(...PERMISSIONS);
      expect(change(from, to, { by, reason: '  ' })).toBe('needs_reason');
      expect(change(from, to, { by, reconciled: false })).toBe('not_reconciled');
    },
  );

  it('raising needs neither', () => {
    expect(change('ACTIVE', 'HALT', { reason: '', reconciled: false })).toBe('HALT');
  });
});

describe('the state the figures call for', () => {
  function called(inForce: KillState, book: Partial<typeof BOOK>): string | null {
    const figures = { ...BOOK, ...book };
    return killStateCalledFor(inForce, figures, ACCOUNT, LIMITS)?.to ?? null;
  }

  it.each<[string, Partial<typeof BOOK>, KillState | null]>([
    ['nothing happened', {}, null],
    ['a loss of 2 999.99 of 100 000', { dayResult: money('-2999.99') }, null],
    ['a loss of 3 000', { dayResult: money('-3000') }, 'REDUCE_ONLY'],
    ['a gain of 3 000', { dayResult: money('3000') }, null],
    ['two rejects in a row', { rejectsInARow: 2 }, null],
    ['three', { rejectsInARow: 3 }, 'PAUSE'],
    ['one order unresolved for 60 s', { unresolvedOrders: 1, oldestUnresolvedMs: 60_000 }, null],
    ['for longer', { unresolvedOrders: 1, oldestUnresolvedMs: 60_001 }, 'PAUSE'],
    ['two orders unresolved', { unresolvedOrders: 2 }, 'PAUSE'],
    ['a loss and rejects', { dayResult: money('-5000'), rejectsInARow: 9 }, 'REDUCE_ONLY'],
  ])('%s', (_, book, expected) => {
    expect(called('ACTIVE', book)).toBe(expected);
  });

  it.each(KILL_STATES)('never lowers %s', (inForce) => {
    const state = called(inForce, { rejectsInARow: 3 });
    expect(state).toBe(inForce === 'ACTIVE' ? 'PAUSE' : null);
  });
});
