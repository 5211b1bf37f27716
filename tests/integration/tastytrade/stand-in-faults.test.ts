import { describe, expect, it } from 'vitest';
import { at, type Bench, itemsOf, ORDERS, ticket, withBench } from './bench.ts';

const PLACE = { method: 'POST', path: /\/orders$/ } as const;

describe('a fault before the effect', () => {
  it.each([401, 403, 404, 422, 429, 500, 503])('answers %i, and there is no order', (status) =>
    withBench({}, async ({ standIn, send }) => {
      standIn.faults.add({ ...PLACE, when: 'before', fault: { kind: 'status', status } });
      expect((await send('POST', ORDERS, ticket())).status).toBe(status);
      expect(standIn.ledger.orders()).toEqual([]);
      expect(standIn.ledger.mutations()).toMatchObject([{ status: null, orderId: null }]);
    }),
  );

  it('drops the connection, and there is no order', () =>
    withBench({}, async ({ standIn, send }) => {
      standIn.faults.add({ ...PLACE, when: 'before', fault: { kind: 'drop' } });
      await expect(send('POST', ORDERS, ticket())).rejects.toThrow('fetch failed');
      expect(standIn.ledger.orders()).toEqual([]);
    }));
});

describe('a fault after the effect', () => {
  it('loses the answer of an order that was taken', () =>
    withBench({}, async ({ standIn, send }) => {
      standIn.faults.add({ ...PLACE, when: 'after', fault: { kind: 'drop' } });
      const body = ticket({ 'external-identifier': 'lost' });
      await expect(send('POST', ORDERS, body)).rejects.toThrow('fetch failed');
      expect(standIn.ledger.orders()).toMatchObject([{ externalIdentifier: 'lost' }]);
      expect(standIn.ledger.mutations()).toMatchObject([
        { externalIdentifier: 'lost', status: 201, orderId: 270_561 },
      ]);
    }));

  it('answers 502 or a page of HTML for an order that was taken', () =>
    withBench({}, async ({ standIn, send }) => {
      const undo = standIn.faults.add({
        ...PLACE,
        when: 'after',
        fault: { kind: 'status', status: 502, code: 502 },
      });
      const first = await send('POST', ORDERS, ticket());
      expect([first.status, at(first.body, 'error', 'code')]).toEqual([502, 502]);
      undo();
      standIn.faults.add({ ...PLACE, when: 'after', fault: { kind: 'html', status: 502 } });
      expect((await send('POST', ORDERS, ticket())).text).toContain('<html>');
      expect(standIn.ledger.orders()).toHaveLength(2);
    }));

  it('cuts the body in two', () =>
    withBench({}, async ({ standIn, send }) => {
      standIn.faults.add({ ...PLACE, when: 'after', fault: { kind: 'truncate', bytes: 40 } });
      await expect(send('POST', ORDERS, ticket())).rejects.toThrow('terminated');
      expect(standIn.ledger.orders()).toHaveLength(1);
    }));
});

describe('time', () => {
  it('holds an answer back until its delay has passed', () =>
    withBench({}, async ({ standIn, send, clock }) => {
      standIn.faults.add({ ...PLACE, when: 'after', fault: { kind: 'delay', ms: 5000 } });
      const call = send('POST', ORDERS, ticket());
      await until(() => standIn.ledger.orders().length === 1);
      clock.advance(5000);
      expect((await call).status).toBe(201);
    }));

  it('lets a request without an answer take effect much later', () =>
    withBench({}, async ({ standIn, send, clock }) => {
      standIn.faults.add({ ...PLACE, when: 'before', fault: { kind: 'late', ms: 30_000 } });
      const call = send('POST', ORDERS, ticket()).catch(() => 'unanswered');
      await until(() => standIn.ledger.mutations().length === 1);
      expect(standIn.ledger.orders()).toEqual([]);
      clock.advance(30_000);
      expect(standIn.ledger.orders()).toHaveLength(1);
      await standIn.close();
      expect(await call).toBe('unanswered');
    }));

  it('shows readers how orders stood a while ago', () =>
    withBench({}, async ({ standIn, place, get, clock }) => {
      const id = await place();
      clock.advance(1000);
      standIn.faults.add({ method: 'GET', when: 'before', fault: { kind: 'stale', ms: 5000 } });
      expect(itemsOf(await get(`${ORDERS}/live`))).toEqual([]);
      expect((await get(`${ORDERS}/${id}`)).status).toBe(404);
      clock.advance(5000);
      expect(itemsOf(await get(`${ORDERS}/live`))).toMatchObject([{ id, status: 'Live' }]);
    }));
});

describe('a rule', () => {
  it('meets the nth request that matches, and no other', () =>
    withBench({}, async ({ standIn, get }) => {
      const fault = { kind: 'status', status: 500 } as const;
      standIn.faults.add({ path: '/balances', nth: [2, 3], when: 'before', fault });
      expect(await statuses(get, 4)).toEqual([200, 500, 500, 200]);
      expect(standIn.faults.met()).toBe(2);
      expect((await get('/customers/me')).status).toBe(200);
    }));

  it('meets by chance of the seed: the same again for the same seed', async () => {
    const runs: unknown[] = [];
    for (let run = 0; run < 2; run += 1) {
      await withBench({ seed: 3 }, async ({ standIn, get }) => {
        const fault = { kind: 'status', status: 429 } as const;
        standIn.faults.add({ path: '/balances', probability: 0.5, when: 'before', fault });
        runs.push(await statuses(get, 12));
      });
    }
    expect(runs[0]).toEqual(runs[1]);
    expect(new Set(runs.flat())).toEqual(new Set([200, 429]));
  });

  it('is gone when undone', () =>
    withBench({}, async ({ standIn, get }) => {
      const undo = standIn.faults.add({ when: 'before', fault: { kind: 'html', status: 401 } });
      expect(await statuses(get, 1)).toEqual([401]);
      undo();
      expect(await statuses(get, 1)).toEqual([200]);
    }));
});

describe('the ledger', () => {
  it('tells which identifier came twice', () =>
    withBench({}, async ({ standIn, place }) => {
      await place({ 'external-identifier': 'twice' });
      await place({ 'external-identifier': 'once' });
      expect(standIn.ledger.duplicates()).toEqual([]);
      await place({ 'external-identifier': 'twice' });
      expect(standIn.ledger.duplicates()).toEqual(['twice']);
    }));

  it('keeps every mutation with its body, its arrival and what came of it', () =>
    withBench({}, async ({ standIn, place, send, clock }) => {
      const id = await place({ 'external-identifier': 'c1' });
      await send('DELETE', `${ORDERS}/${id}`);
      await send('POST', `${ORDERS}/dry-run`, ticket());
      const mutations = standIn.ledger.mutations();
      expect(mutations).toMatchObject([
        { method: 'POST', externalIdentifier: 'c1', status: 201, orderId: id },
        { method: 'DELETE', status: 200, orderId: id, at: clock.now() },
      ]);
      const [placed = 0, cancelled = 0] = mutations.map(({ seq }) => seq);
      expect(placed).toBeLessThan(cancelled);
    }));

  it('keeps requests, without what would give away a secret', () =>
    withBench({}, async ({ standIn, get }) => {
      await get('/customers/me?a=b');
      const log = JSON.stringify(standIn.requests());
      expect(log).toContain('/customers/me');
      expect(log).not.toContain(standIn.credentials.refreshToken);
    }));
});

it('leaves no socket and no timer behind', () =>
  withBench({ market: 'walk', dailyReset: 'midnight' }, async ({ standIn, place, clock, get }) => {
    await place({ 'time-in-force': 'GTC' });
    await standIn.close();
    expect(clock.nextDue()).toBeNull();
    await expect(get('/customers/me')).rejects.toThrow('fetch failed');
  }));

async function statuses(get: Bench['get'], count: number): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let asked = 0; asked < count; asked += 1) {
    seen.push((await get('/accounts/5WT00001/balances')).status);
  }
  return seen;
}

/** Lets the event loop turn until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
