/**
 * tastytrade's broker over a real network that fails: whatever happens to a call, its outcome is
 * true, and the venue's own books hold one order at most.
 */
import { describe, expect, it } from 'vitest';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { createSystemClock, plus } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import type { BrokerOrder, MutationOutcome, OrderTicket } from '#orders/ports.ts';
import type { FaultAction } from '../stand-ins/tastytrade/http/faults.ts';
import type { StandInOptions } from '../stand-ins/tastytrade/options.ts';
import { createHeldClock } from './held-clock.ts';
import { openRig, type TastytradeRig } from './tastytrade-rig.ts';

const CID = asClientOrderId('sw.1.t_fault.E1');
const PLACE = { method: 'POST', path: /\/orders$/ } as const;
const LATE_MS = 271_828;
const QUOTE = { bid: price('79.00'), ask: price('79.10'), bidSize: 50, askSize: 50 };
const clock = createSystemClock();
const start = plus(clock.now(), -60_000);

interface Scene extends TastytradeRig {
  readonly share: Instrument;
  readonly place: (over?: Partial<OrderTicket>) => Promise<MutationOutcome>;
  /** Taken, or the test fails. */
  readonly placed: (over?: Partial<OrderTicket>) => Promise<BrokerOrder>;
  readonly found: (id?: string) => Promise<readonly BrokerOrder[]>;
}

async function use(test: (scene: Scene) => Promise<void>, options: StandInOptions = {}) {
  const rig = await openRig(options);
  try {
    const share = await rig.find({ kind: 'equity', symbol: 'UBER' });
    rig.standIn.setQuote('UBER', QUOTE);
    const place: Scene['place'] = (over) =>
      rig.broker.place({
        clientOrderId: CID,
        instrument: share,
        side: 'buy',
        effect: 'open',
        quantity: quantity(2),
        terms: { kind: 'limit', limit: price('79.05') },
        timeInForce: 'day',
        ...over,
      });
    await test({
      ...rig,
      share,
      place,
      async placed(over) {
        const outcome = await place(over);
        if (outcome.kind !== 'acked') throw new Error(`was ${JSON.stringify(outcome)}`);
        await rig.settle();
        return outcome.order;
      },
      async found(id = CID) {
        const orders = await rig.broker.ordersByClientId(asClientOrderId(id), start);
        if (!orders.ok) throw new Error(`was ${JSON.stringify(orders.error)}`);
        return orders.value;
      },
    });
  } finally {
    await rig.close();
  }
}

describe('an order that took effect', () => {
  it.each<[string, FaultAction]>([
    ['the connection ends without an answer', { kind: 'drop' }],
    ['a proxy fails', { kind: 'html', status: 502 }],
    ['the venue fails', { kind: 'status', status: 500 }],
    ['the answer is cut short', { kind: 'truncate', bytes: 40 }],
    ['no answer comes', { kind: 'hang' }],
    ['it is refused as unauthorized', { kind: 'status', status: 401, code: 'unauthorized' }],
    ['a page of HTML refuses it', { kind: 'html', status: 401 }],
    ['a page of HTML says there is none', { kind: 'html', status: 404 }],
    ['a success says otherwise', { kind: 'status', status: 200, code: 'internal' }],
  ])('is ambiguous, one order, and found, when %s', async (_, fault) =>
    use(async ({ standIn, place, found, giveUp }) => {
      standIn.faults.add({ ...PLACE, nth: 1, when: 'after', fault });
      const outcome = place();
      await expect.poll(() => standIn.ledger.orders()).toHaveLength(1);
      if (fault.kind === 'hang') giveUp();
      expect(await outcome).toMatchObject({ kind: 'ambiguous' });
      expect(standIn.ledger.orders()).toHaveLength(1);
      expect(await found()).toMatchObject([{ clientOrderId: CID }]);
    }),
  );
});

describe('an order that took no effect', () => {
  it.each<[string, FaultAction, MutationOutcome['kind']]>([
    ['the connection ends', { kind: 'drop' }, 'ambiguous'],
    ['a proxy fails', { kind: 'html', status: 502 }, 'ambiguous'],
    ['the venue throttles', { kind: 'status', status: 429 }, 'not_sent'],
    ['its code is a number', { kind: 'status', status: 422, code: 422 }, 'rejected'],
    ['it is not permitted', { kind: 'status', status: 403, code: 'not_permitted' }, 'rejected'],
  ])('leaves none when %s', async (_, fault, kind) =>
    use(async ({ standIn, place, found }) => {
      standIn.faults.add({ ...PLACE, when: 'before', fault });
      expect(await place()).toMatchObject({ kind });
      expect(standIn.ledger.orders()).toEqual([]);
      expect(await found()).toEqual([]);
    }),
  );

  it('because of a token that was made void goes once more and is one order', async () =>
    use(async ({ standIn, place }) => {
      standIn.access.expireAccessTokens();
      expect(await place()).toMatchObject({ kind: 'acked' });
      expect(standIn.ledger.orders()).toHaveLength(1);
      expect(standIn.ledger.mutations().filter(({ status }) => status === 201)).toHaveLength(1);
    }));

  it('because nobody listens any more was not sent', async () =>
    use(async ({ standIn, place }) => {
      await standIn.close();
      expect(await place()).toMatchObject({ kind: 'not_sent', reason: 'unreachable' });
    }));

  it('because the grant was revoked was not sent, and the venue is not asked at every try', async () =>
    use(async ({ standIn, client, place }) => {
      standIn.access.expireAccessTokens();
      standIn.access.revokeRefreshTokens();
      for (let tries = 0; tries < 6; tries += 1) {
        expect(await place()).toMatchObject({ kind: 'not_sent', reason: 'unauthorized' });
      }
      expect(standIn.access.counts.refused).toBe(1);
      expect(client.health().token.fault).toMatchObject({ kind: 'refused' });
      expect(standIn.ledger.orders()).toEqual([]);
    }));
});

describe('an order executed late', () => {
  it('is ambiguous, then absent, then found', async () => {
    const late = createHeldClock(LATE_MS);
    await use(
      async ({ standIn, place, found, giveUp }) => {
        standIn.faults.add({ ...PLACE, when: 'before', fault: { kind: 'late', ms: LATE_MS } });
        const outcome = place();
        await expect.poll(() => standIn.faults.met()).toBe(1);
        giveUp();
        expect(await outcome).toMatchObject({ kind: 'ambiguous' });
        expect(await found()).toEqual([]);
        late.letGo();
        await expect.poll(() => found()).toHaveLength(1);
      },
      { clock: late.clock },
    );
  });
});

describe('reading', () => {
  it('finds an order on whichever page it stands', async () =>
    use(async ({ placed, found }) => {
      for (let n = 1; n <= 8; n += 1) {
        await placed({
          clientOrderId: asClientOrderId(`sw.1.t_page.E${n}`),
          quantity: quantity(1),
        });
      }
      for (let n = 1; n <= 8; n += 1) expect(await found(`sw.1.t_page.E${n}`)).toHaveLength(1);
    }));

  it('says what a stale list says, and later the truth', async () =>
    use(async ({ standIn, placed, found }) => {
      const stale = standIn.faults.add({
        method: 'GET',
        path: '/orders',
        when: 'before',
        fault: { kind: 'stale', ms: 60_000 },
      });
      await placed();
      expect(await found()).toEqual([]);
      stale();
      expect(await found()).toHaveLength(1);
    }));

  it('tells a fill from the count before its row is listed', async () =>
    use(async ({ standIn, broker, placed }) => {
      standIn.behave({ course: { fillRowsLagMs: 250 } });
      const { orderId } = await placed({ terms: { kind: 'limit', limit: QUOTE.ask } });
      const read = async () => {
        const order = await broker.orderById(orderId);
        return order.ok ? order.value : null;
      };
      expect(await read()).toMatchObject({ status: 'filled', remaining: 0, fills: [] });
      await expect
        .poll(async () => (await read())?.fills.map((fill) => fill.quantity))
        .toEqual([2]);
    }));

  it('sees an order that is rejected after it was taken', async () =>
    use(async ({ standIn, broker, placed }) => {
      standIn.behave({ course: { rejectLater: { afterMs: 5, reason: 'no locate' } } });
      const { orderId } = await placed();
      await expect
        .poll(() => broker.orderById(orderId))
        .toMatchObject({ ok: true, value: { status: 'rejected', rejectReason: 'no locate' } });
    }));

  it.each(['items', 'single'] as const)('reads balances as %s', async (balances) =>
    use(
      async ({ broker }) => {
        expect(await broker.balances()).toMatchObject({ ok: true });
      },
      { balances, multipliers: 'text' },
    ),
  );
});

describe.each(['Rejected', 'Cancelled'] as const)('a replacement that ends %s', (status) => {
  it.each(['lives', 'cancelled'] as const)(
    'because its original filled is told from it: the original %s',
    async (abortedOriginal) =>
      use(
        async ({ standIn, broker, placed, settle, found }) => {
          standIn.behave({ nth: 1, course: { fillDuringReplace: 1, abortedOriginal } });
          const original = await placed();
          const id = asClientOrderId('sw.1.t_fault.E2');
          const limit = price('79.06');
          const outcome = await broker.replace({
            orderId: original.orderId,
            clientOrderId: id,
            terms: { kind: 'limit', limit },
          });
          await settle();
          expect(['acked', 'rejected']).toContain(outcome.kind);
          const [replacement] = await found(id);
          expect(replacement?.status).toBe(status.toLowerCase());
          expect(replacement?.remaining).toBe(replacement?.quantity);
          const [now] = await found();
          expect(now?.fills).toHaveLength(1);
          expect(now?.remaining).toBe(1);
        },
        { abortedReplacementStatus: status },
      ),
  );
});

describe('a token of two seconds', () => {
  it('lasts through a series of orders, each sent once', async () =>
    use(
      async ({ standIn, place }) => {
        for (let n = 1; n <= 12; n += 1) {
          const outcome = await place({ clientOrderId: asClientOrderId(`sw.1.t_short.E${n}`) });
          expect(outcome.kind).toBe('acked');
          standIn.access.expireAccessTokens();
        }
        expect(standIn.ledger.orders()).toHaveLength(12);
      },
      { tokenLifetimeMs: 2_000 },
    ));
});
