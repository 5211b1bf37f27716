/** Choices a test can make about the stand-in, and what hands other than the client's can do. */
import { describe, expect, it } from 'vitest';
import { at, itemsOf, ORDERS, PUT, ticket, withBench } from './bench.ts';

const ACCOUNT = '/accounts/5WT00001';
const HOUR_MS = 3_600_000;

describe('a choice', () => {
  it('of the latest version for who names none asks for a start date', () =>
    withBench({ unversioned: 'latest' }, async ({ get }) => {
      expect((await get(ORDERS)).status).toBe(400);
    }));

  it('of no expires_in leaves a client to its own guess', () =>
    withBench({ expiresIn: 'absent' }, async ({ standIn }) => {
      const { refreshToken, clientSecret } = standIn.credentials;
      const response = await fetch(`${standIn.apiUrl}/oauth/token`, {
        method: 'POST',
        headers: { 'user-agent': 'bench/1.0', 'content-type': 'application/json' },
        body: JSON.stringify({
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
          client_secret: clientSecret,
        }),
      });
      const body: unknown = await response.json();
      expect(at(body, 'expires_in')).toBeUndefined();
      expect(at(body, 'access_token')).toBeDefined();
    }));

  it('of shown zero positions lists what was closed today', () =>
    withBench({ zeroPositions: 'shown' }, async ({ place, get }) => {
      await place({ price: '0.80' });
      await place({ price: '0.70', action: 'Sell to Close' });
      expect(itemsOf(await get(`${ACCOUNT}/positions`))).toMatchObject([{ quantity: 0 }]);
    }));

  it('of unlimited liquidity fills any size', () =>
    withBench({ liquidity: 'unlimited' }, async ({ place, order }) => {
      const id = await place({ price: '0.80', quantity: 500 });
      expect(await order(id)).toMatchObject({ status: 'Filled' });
    }));

  it('of a distance from expiry refuses to open what is too near', () =>
    withBench({ openUntilMs: 30 * 24 * HOUR_MS }, async ({ send }) => {
      const refused = await send('POST', ORDERS, ticket());
      expect(at(refused.body, 'error', 'errors', 0, 'code')).toBe('too_close_to_expiration');
    }));

  it('of latencies holds every step back for as long', () =>
    withBench(
      {
        latency: { routeMs: 5, inFlightMs: 50, liveMs: 7, fillMs: 11, cancelMs: 60, replaceMs: 80 },
      },
      async ({ send, standIn, clock }) => {
        await send('POST', ORDERS, ticket({ price: '0.80' }));
        const statuses: unknown[] = [];
        for (const ms of [4, 1, 50, 7, 10, 1]) {
          clock.advance(ms);
          statuses.push(standIn.ledger.orders()[0]?.status);
        }
        expect(statuses).toEqual(['Received', 'Routed', 'In Flight', 'Live', 'Live', 'Filled']);
      },
    ));
});

describe('times of an order', () => {
  it('GTD: it ends with its date', () =>
    withBench({ tokenLifetimeMs: 1e9 }, async ({ place, order, clock }) => {
      const id = await place({ 'time-in-force': 'GTD', 'gtc-date': '2026-03-04' });
      clock.advance(24 * HOUR_MS);
      expect(await order(id)).toMatchObject({ status: 'Live', 'gtc-date': '2026-03-04' });
      clock.advance(24 * HOUR_MS);
      expect(await order(id)).toMatchObject({ status: 'Expired' });
    }));

  it('GTC: it ends with the contract', () =>
    withBench({ tokenLifetimeMs: 1e10 }, async ({ place, order, clock }) => {
      const id = await place({ 'time-in-force': 'GTC' });
      clock.advance(18 * 24 * HOUR_MS);
      expect(await order(id)).toMatchObject({ status: 'Expired' });
    }));

  it('rules: it is routed after one time and cancelled at another', () =>
    withBench({}, async ({ place, order, clock, settle }) => {
      const rules = {
        'route-after': '2026-03-03T15:05:00.000+00:00',
        'cancel-at': '2026-03-03T15:10:00.000+00:00',
      };
      const id = await place({ rules });
      expect(await order(id)).toMatchObject({ 'contingent-status': 'Pending Condition' });
      clock.advance(300_000);
      settle();
      expect(await order(id)).toMatchObject({ status: 'Live' });
      clock.advance(300_000);
      settle();
      expect(await order(id)).toMatchObject({ status: 'Cancelled' });
    }));
});

describe('other hands', () => {
  it('fill, reject, cancel, expire and remove an order', () =>
    withBench({}, async ({ standIn, place, order }) => {
      const { hands } = standIn;
      const filled = await place();
      hands.fill(filled, 1, '0.71');
      expect(at(await order(filled), 'legs', 0, 'fills', 0, 'fill-price')).toBe('0.71');
      for (const [act, status] of [
        ['cancel', 'Cancelled'],
        ['expire', 'Expired'],
        ['remove', 'Removed'],
      ] as const) {
        const id = await place();
        hands[act](id);
        expect(await order(id)).toMatchObject({ status });
      }
      const rejected = await place();
      hands.reject(rejected, 'halted');
      expect(await order(rejected)).toMatchObject({ 'reject-reason': 'halted' });
    }));

  it('end an order on its way, which then goes no further', () =>
    withBench({}, async ({ standIn, send, order, clock, settle }) => {
      const placed = await send('POST', ORDERS, ticket({ price: '0.80' }));
      const id = Number(at(placed.body, 'data', 'order', 'id'));
      clock.advance(1);
      expect(await order(id)).toMatchObject({ status: 'In Flight' });
      standIn.hands.reject(id, 'venue closed');
      settle();
      expect(await order(id)).toMatchObject({ status: 'Rejected', legs: [{ fills: [] }] });
    }));

  it('reset the account as the sandbox does every day', () =>
    withBench({}, async ({ standIn, place, get }) => {
      await place({ price: '0.80' });
      standIn.hands.reset();
      expect(itemsOf(await get(`${ACCOUNT}/transactions`))).toEqual([]);
      expect(itemsOf(await get(`${ORDERS}/live`))).toEqual([]);
      standIn.hands.setCash('500');
      const { body } = await get(`${ACCOUNT}/balances/USD`);
      expect(at(body, 'data', 'cash-balance')).toBe('500.0');
    }));

  it('release a quote that was set, to the walk', () =>
    withBench({ market: 'walk' }, async ({ standIn, get }) => {
      const path = `/market-data/by-type?equity-option=${encodeURIComponent(PUT)}`;
      const set = at(itemsOf(await get(path))[0], 'ask');
      standIn.releaseQuote(PUT);
      const walking = at(itemsOf(await get(path))[0], 'ask');
      expect(set).toBe('0.8');
      expect(walking).not.toBe(set);
    }));
});

describe('less used endpoints', () => {
  it('reconfirm GTC orders and no others', () =>
    withBench({}, async ({ place, send }) => {
      const gtc = await place({ 'time-in-force': 'GTC' });
      const day = await place();
      expect((await send('POST', `${ORDERS}/${gtc}/reconfirm`)).status).toBe(200);
      const refused = await send('POST', `${ORDERS}/${day}/reconfirm`);
      expect(at(refused.body, 'error', 'code')).toBe('cannot_reconfirm_order');
    }));

  it('list orders of several accounts of a customer, who has to name them', () =>
    withBench({ accounts: [{}, {}] }, async ({ place, get }) => {
      const id = await place();
      const path = '/customers/me/orders/live';
      expect((await get(path)).status).toBe(400);
      const named = 'account-numbers[]=5WT00001&account-numbers[]=5WT00002';
      expect(itemsOf(await get(`${path}?${named}`))).toMatchObject([{ id }]);
    }));

  it('tell limits, fees, snapshots and the history of the net value', () =>
    withBench({}, async ({ place, get }) => {
      await place({ price: '0.80' });
      const fees = await get(`${ACCOUNT}/transactions/total-fees`);
      expect(at(fees.body, 'data')).toEqual({
        'total-fees': '2.26',
        'total-fees-effect': 'Debit',
      });
      expect(itemsOf(await get(`${ACCOUNT}/balance-snapshots`))).toHaveLength(1);
      const bars = itemsOf(await get(`${ACCOUNT}/net-liq/history?time-back=1d`));
      expect(bars).toMatchObject([{ close: '99987.74' }]);
      const limit = await get(`${ACCOUNT}/position-limit`);
      expect(at(limit.body, 'data', 'equity-option-order-size')).toBe(1000);
    }));
});
