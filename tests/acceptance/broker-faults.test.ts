/** what the venue may do to a request, and the desk makes of it. */
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultAction } from '../stand-ins/tastytrade/http/faults.ts';
import {
  BTO,
  bought,
  holdToTheBooks,
  LISTS,
  ORDERS,
  on,
  openAtVenue,
  STC,
  UBER,
} from './at-venue.ts';

afterEach(holdToTheBooks);

const IMMEDIATE = { side: 'buy', nth: 1, course: { fills: { kind: 'immediate' } } } as const;
const NEVER = { side: 'buy', course: { fills: { kind: 'never' } } } as const;

/** Of lists, behind what was taken. Two answers say of themselves that nothing was. */
function lagOf(what: string): number {
  if (what.includes('401')) return 1_500;
  return what.includes('429') ? 3_500 : 8_000;
}

const LOST: readonly (readonly [string, FaultAction])[] = [
  ['the answer is lost', { kind: 'drop' }],
  ['the answer never comes', { kind: 'hang' }],
  ['a proxy answers 502', { kind: 'html', status: 502 }],
  ['the venue answers 500', { kind: 'status', status: 500 }],
  ['the answer ends in the middle', { kind: 'truncate', bytes: 60 }],
  ['a proxy answers 401', { kind: 'html', status: 401 }],
  ['it is answered 401', { kind: 'status', status: 401, code: 'invalid_session' }],
  ['it is answered 429', { kind: 'status', status: 429 }],
  ['a 200 says that it failed', { kind: 'status', status: 200, code: 'internal' }],
];

describe('an order the venue took', () => {
  it.each(LOST)('is one order, and its fill gets its exit, though %s', async (_, fault) => {
    const at = await openAtVenue();
    at.standIn.behave(IMMEDIATE);
    at.standIn.faults.add(on('POST', 'after', fault));
    await at.world.say(BTO);
    await at.world.run(60_000);
    expect(bought(at)).toEqual(['4 Filled, 4 filled']);
    expect(at.standIn.ledger.orders().filter(({ side }) => side === 'sell')).toMatchObject([
      { quantity: 2, price: 1_500_000_000n, status: 'Live' },
    ]);
  });

  it.each(LOST)('and edited is worked on from what the edit made, though %s', async (_, fault) => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    at.standIn.faults.add(on('PATCH', 'after', fault));
    await at.world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    await at.world.run(120_000);
    const statuses = at.standIn.ledger.orders().map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set(['Cancelled']));
    expect(at.world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled: 0 }]);
  });

  it.each(LOST)('and cancelled is over, though %s', async (_, fault) => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    at.standIn.faults.add(on('DELETE', 'after', fault));
    at.world.excuse('S6', 'a cancel refused as unauthorized is asked once more under its intent');
    await at.world.say(BTO);
    await at.world.run(130_000);
    expect(at.standIn.ledger.orders().every(({ isTerminal }) => isTerminal)).toBe(true);
  });

  it.each(LOST)('is one order in lists that are behind, though %s', async (what, fault) => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    at.standIn.faults.add(on('POST', 'after', fault));
    const stale = { kind: 'stale', ms: lagOf(what) } as const;
    at.standIn.faults.add({ method: 'GET', path: LISTS, when: 'before', fault: stale });
    await at.world.say(BTO);
    await at.world.run(15_000);
    expect(bought(at)).toEqual(['4 Live, 0 filled']);
  });

  it('is found on the second page of the list', async () => {
    const at = await openAtVenue({ tastytrade: { pageSize: 2 } });
    for (let n = 0; n < 7; n += 1) {
      const trade = { symbol: 'SOFI', quantity: 1, price: '15.00' } as const;
      at.standIn.hands.tradeElsewhere({ ...trade, side: n % 2 === 0 ? 'buy' : 'sell' });
    }
    at.standIn.behave({ ...NEVER, symbol: UBER });
    at.standIn.faults.add(on('POST', 'after', { kind: 'drop' }));
    await at.world.say(BTO);
    await at.world.run(10_000);
    const paged = at.standIn.requests().filter(({ query }) => query.includes('page-offset=1'));
    expect(paged.length).toBeGreaterThan(0);
    expect(at.standIn.ledger.orders().filter(({ symbol }) => symbol === UBER)).toHaveLength(1);
    expect(at.world.bodies('order.seen').map(({ sighting }) => sighting.status)).toContain(
      'working',
    );
  });

  it('long after it was asked to is not sent again before that', async () => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    at.standIn.faults.add(on('POST', 'before', { kind: 'late', ms: 12_000 }));
    await at.world.say(BTO);
    await at.world.run(19_000);
    expect(bought(at)).toEqual(['4 Live, 0 filled']);
  });
});

describe('an order the venue did not take', () => {
  it.each<[string, FaultAction]>([
    ['the connection ended', { kind: 'drop' }],
    ['a proxy answered 502', { kind: 'html', status: 502 }],
    ['a proxy answered 401', { kind: 'html', status: 401 }],
    ['it was answered 429', { kind: 'status', status: 429 }],
  ])('is sent again once that is certain, when %s', async (_, fault) => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    at.standIn.faults.add(on('POST', 'before', fault));
    await at.world.say(BTO);
    await at.world.run(60_000);
    expect(at.standIn.ledger.orders().filter(({ isTerminal }) => !isTerminal)).toHaveLength(1);
  });

  it.each<[string, number, string | number]>([
    ['a number for its code', 422, 422],
    ['the code of another version', 406, 406],
    ['a preflight that failed', 422, 'preflight_check_failure'],
    ['a refusal without permission', 403, 'not_permitted'],
  ])('is refused for good by %s, and nothing more is sent', async (_, status, code) => {
    const at = await openAtVenue();
    at.standIn.faults.add({
      ...{ method: 'POST', path: ORDERS, when: 'before' },
      fault: { kind: 'status', status, code },
    });
    await at.world.say(BTO);
    await at.world.run(100_000);
    expect(at.standIn.ledger.orders()).toEqual([]);
    expect(at.standIn.ledger.mutations()).toHaveLength(1);
    expect(at.world.bodies('entry.ended')).toMatchObject([{ reason: 'rejected', filled: 0 }]);
  });

  it('after it had, is rejected, and nothing is held', async () => {
    const at = await openAtVenue();
    const course = { rejectLater: { afterMs: 900, reason: 'no locate' } };
    at.standIn.behave({ side: 'buy', course });
    await at.world.say(BTO);
    await at.world.run(100_000);
    expect(bought(at)).toEqual(['4 Rejected, 0 filled']);
    expect(at.world.bodies('entry.ended')).toMatchObject([{ reason: 'rejected', filled: 0 }]);
  });

  it('in a storm of 429 is sent once it is over, not in bursts before', async () => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    const calm = at.standIn.faults.add({ when: 'before', fault: { kind: 'status', status: 429 } });
    at.world.tell(BTO);
    await at.world.run(12_000);
    const asked = at.standIn.requests().length;
    calm();
    await at.world.run(20_000);
    await at.world.say(BTO, { author: 'local:bob' });
    await at.world.run(40_000);
    expect(asked).toBeLessThan(60);
    expect(at.standIn.ledger.orders().length).toBeGreaterThan(0);
  });
});

describe('a venue that does not answer at the start', () => {
  it('keeps entries out, is asked until it answers, and then is traded at', async () => {
    const at = await openAtVenue();
    at.standIn.behave(NEVER);
    at.world.kill();
    const lists = { method: 'GET', path: LISTS, when: 'before' } as const;
    const answerAgain = at.standIn.faults.add({ ...lists, fault: { kind: 'drop' } });
    await at.world.reopen();
    await at.world.run(15_000);
    expect(at.world.desk.isReconciled).toBe(false);
    expect(await at.world.say(BTO)).toMatchObject({ verdict: 'refused' });
    expect(at.standIn.ledger.mutations()).toEqual([]);
    answerAgain();
    await at.world.run(60_000);
    expect((await at.world.say('BTO 1 UBER 78p 12/04 @ 0.75')).verdict).toBe('order');
  });
});

describe('an edit that meets a fill', () => {
  it.each([
    ['Rejected', 'lives'],
    ['Rejected', 'cancelled'],
    ['Cancelled', 'lives'],
    ['Cancelled', 'cancelled'],
  ] as const)(
    'is aborted as %s, its original %s: what is left is worked on',
    async (status, end) => {
      const at = await openAtVenue({
        world: { orders: { stepBy: 'edit' } },
        standIn: { abortedReplacementStatus: status },
      });
      const course = {
        fills: { kind: 'never' },
        fillDuringReplace: 3,
        abortedOriginal: end,
      } as const;
      at.standIn.behave({ side: 'buy', nth: 1, course });
      await at.world.say(BTO);
      await at.world.run(100_000);
      expect(at.standIn.ledger.positions().get(UBER)).toBe(3);
      expect(at.world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled: 3 }]);
    },
  );
});

describe('fills', () => {
  it('whose rows come after the status get one exit for all of them', async () => {
    const at = await openAtVenue();
    const course = { fills: { kind: 'immediate' }, fillRowsLagMs: 4_000 } as const;
    at.standIn.behave({ side: 'buy', nth: 1, course });
    await at.world.say(BTO);
    await at.world.run(20_000);
    expect(at.standIn.ledger.orders().filter(({ side }) => side === 'sell')).toMatchObject([
      { quantity: 2, price: 1_500_000_000n },
    ]);
  });

  it('that are told before the order itself is answered count once', async () => {
    const at = await openAtVenue();
    at.standIn.behave(IMMEDIATE);
    at.standIn.faults.add(on('POST', 'after', { kind: 'delay', ms: 6_000 }));
    at.world.tell(BTO);
    await at.world.run(20_000);
    expect(at.standIn.ledger.positions().get(UBER)).toBe(4);
    expect(at.world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 4 }]);
  });

  it('at the moment of the cancellation are kept, and what was not bought is not sold', async () => {
    const at = await openAtVenue();
    const course = { fills: { kind: 'never' }, fillDuringCancel: 3 } as const;
    at.standIn.behave({ side: 'buy', nth: 1, course });
    at.standIn.behave(NEVER);
    await at.world.say(BTO);
    await at.world.run(100_000);
    await at.world.say(STC);
    await at.world.run(120_000);
    expect(at.standIn.ledger.positions().get(UBER) ?? 0).toBe(0);
    expect(at.standIn.ledger.exposureMax(UBER)).toBe(4);
  });
});
