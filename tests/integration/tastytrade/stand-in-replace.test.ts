import { describe, expect, it } from 'vitest';
import { at, type Bench, ORDERS, PUT, withBench } from './bench.ts';

const EDIT = {
  'order-type': 'Limit',
  'time-in-force': 'Day',
  price: '0.74',
  'price-effect': 'Debit',
};

describe('a replacement', () => {
  it.each(['PUT', 'PATCH'])('by %s is a new bare order that waits for the old one', (method) =>
    withBench({}, async ({ place, send, order, settle }) => {
      const id = await place({ 'external-identifier': 'c1' });
      const reply = await send(method, `${ORDERS}/${id}`, { ...EDIT, 'external-identifier': 'c2' });
      const made = at(reply.body, 'data');
      expect(made).toMatchObject({ status: 'Contingent', 'external-identifier': 'c2' });
      expect(at(made, 'order')).toBeUndefined();
      expect(await order(id)).toMatchObject({ status: 'Replace Requested' });
      settle();
      expect(await order(id)).toMatchObject({ status: 'Cancelled', edited: true });
      const next = await order(Number(at(made, 'id')));
      expect(next).toMatchObject({ status: 'Live', price: '0.74' });
      expect(next['replaces-order-id']).toBeUndefined();
    }),
  );

  it('names the orders it links only when asked to', () =>
    withBench({ replaceLinks: 'shown' }, async ({ place, order, settle, send }) => {
      const id = await place();
      const next = await edit(send, id);
      settle();
      expect(await order(next)).toMatchObject({ 'replaces-order-id': id });
      expect(await order(id)).toMatchObject({ 'replacing-order-id': next });
    }));

  it('cannot change legs', () =>
    withBench({}, async ({ place, send }) => {
      const id = await place();
      const legs = [{ symbol: 'UBER  260320P00077000', action: 'Buy to Open', quantity: 9 }];
      expect((await send('PUT', `${ORDERS}/${id}`, { ...EDIT, legs })).status).toBe(400);
    }));

  it('is refused for an order that has ended, and leaves no order', () =>
    withBench({}, async ({ standIn, place, send }) => {
      const id = await place({ price: '0.80' });
      expect((await send('PATCH', `${ORDERS}/${id}`, EDIT)).status).toBe(422);
      expect(standIn.ledger.orders()).toHaveLength(1);
    }));

  it('is tried out by a dry-run of its own', () =>
    withBench({}, async ({ standIn, place, send }) => {
      const id = await place();
      expect((await send('POST', `${ORDERS}/${id}/dry-run`, EDIT)).status).toBe(201);
      expect(standIn.ledger.orders()).toHaveLength(1);
    }));

  it.each([
    ['remaining', 3],
    ['original', 5],
  ] as const)('of a partly filled order is for what is %s', (replacementQuantity, quantity) =>
    withBench({ replacementQuantity }, async ({ standIn, place, send, order, settle }) => {
      standIn.setQuote(PUT, { askSize: 2 });
      const id = await place({ price: '0.80', quantity: 5 });
      standIn.setQuote(PUT, { ask: '0.90' });
      const next = await edit(send, id);
      settle();
      expect(at(await order(next), 'legs', 0, 'quantity')).toBe(quantity);
    }),
  );

  it.each(['Rejected', 'Cancelled'] as const)(
    'that a fill of the original aborts ends %s, and the original lives on',
    (abortedReplacementStatus) =>
      withBench({ abortedReplacementStatus }, async ({ standIn, place, send, order, settle }) => {
        standIn.behave({ replacement: 'never', course: { fillDuringReplace: 1 } });
        const id = await place();
        const next = await edit(send, id);
        settle();
        expect(await order(next)).toMatchObject({ status: abortedReplacementStatus });
        expect(await order(id)).toMatchObject({ status: 'Live', edited: false });
        expect(standIn.ledger.positions().get(PUT)).toBe(1);
      }),
  );

  it('may take its aborted original with it', () =>
    withBench({}, async ({ standIn, place, send, order, settle }) => {
      const course = { fillDuringReplace: 1, abortedOriginal: 'cancelled' } as const;
      standIn.behave({ replacement: 'never', course });
      const id = await place();
      await edit(send, id);
      settle();
      expect(await order(id)).toMatchObject({ status: 'Cancelled', 'cancelled-size': '1' });
    }));

  it('is aborted by a quote that fills the original in between', () =>
    withBench({}, async ({ standIn, place, send, order, settle }) => {
      const id = await place();
      const next = await edit(send, id);
      standIn.setQuote(PUT, { ask: '0.72' });
      settle();
      expect(await order(id)).toMatchObject({ status: 'Filled' });
      expect(await order(next)).toMatchObject({ status: 'Rejected' });
      expect(standIn.ledger.positions().get(PUT)).toBe(2);
    }));

  it('gives its original back when it is cancelled before it took over', () =>
    withBench({}, async ({ place, send, order, settle }) => {
      const id = await place();
      const next = await edit(send, id);
      await send('DELETE', `${ORDERS}/${next}`);
      settle();
      expect(await order(next)).toMatchObject({ status: 'Cancelled' });
      expect(await order(id)).toMatchObject({ status: 'Live' });
    }));

  it('never lets more be held and working than was ordered', () =>
    withBench({}, async ({ standIn, place, send, settle }) => {
      standIn.setQuote(PUT, { askSize: 2 });
      const id = await place({ price: '0.80', quantity: 5 });
      standIn.setQuote(PUT, { ask: '0.90', askSize: 50 });
      await edit(send, id);
      settle();
      standIn.setQuote(PUT, { ask: '0.70' });
      expect(standIn.ledger.positions().get(PUT)).toBe(5);
      expect(standIn.ledger.exposureMax(PUT)).toBe(5);
    }));
});

describe('an order of a test’s own course', () => {
  it.each([
    ['never', { kind: 'never' }, 0],
    ['at once', { kind: 'immediate' }, 2],
    ['in part', { kind: 'partial', quantity: 1, thenAfterMs: null }, 1],
    ['late', { kind: 'delayed', afterMs: 5 }, 2],
    ['by plan', { kind: 'scheduled', fills: [{ afterMs: 3, quantity: 1 }] }, 1],
  ] as const)('fills %s', (_when, fills, filled) =>
    withBench({}, async ({ standIn, place }) => {
      standIn.behave({ course: { fills } });
      await place();
      expect(standIn.ledger.orders()[0]?.filled).toBe(filled);
    }),
  );

  it('can be refused, or rejected after it was taken', () =>
    withBench({}, async ({ standIn, place, order, settle }) => {
      const undo = standIn.behave({
        course: { refuse: { status: 422, code: 'instrument_illiquid', message: 'No.' } },
      });
      await expect(place()).rejects.toThrow('instrument_illiquid');
      undo();
      standIn.behave({
        nth: 1,
        course: { rejectLater: { afterMs: 1, reason: 'Exchange says no' } },
      });
      const id = await place();
      settle();
      expect(await order(id)).toMatchObject({
        status: 'Rejected',
        'reject-reason': 'Exchange says no',
      });
    }));

  it('may say Filled before its fills are attached', () =>
    withBench({}, async ({ standIn, place, order, clock }) => {
      standIn.behave({ course: { fillRowsLagMs: 200 } });
      const id = await place({ price: '0.80' });
      const early = await order(id);
      expect([early['status'], at(early, 'legs', 0, 'fills')]).toEqual(['Filled', []]);
      expect(at(early, 'legs', 0, 'remaining-quantity')).toBe(0);
      clock.advance(200);
      expect(at(await order(id), 'legs', 0, 'fills')).toHaveLength(1);
    }));

  it('may fill in many pieces with ids of their own', () =>
    withBench({}, async ({ standIn, place }) => {
      standIn.behave({ course: { fillPieces: 4 } });
      await place({ price: '0.80', quantity: 4 });
      const ids = standIn.ledger.fills().map(({ fillId }) => fillId);
      expect(new Set(ids).size).toBe(4);
    }));
});

describe('complex orders', () => {
  const COMPLEX = ORDERS.replace('orders', 'complex-orders');
  const entry = leg({ price: '0.80', 'price-effect': 'Debit' }, 'Buy to Open');
  const exit = leg({ price: '1.60', 'price-effect': 'Credit' }, 'Sell to Close');
  const stop = leg({ 'order-type': 'Stop', 'stop-trigger': '0.40' }, 'Sell to Close');

  it('OTOCO: children wait for the trigger, and one that fills cancels the other', () =>
    withBench({}, async ({ standIn, send, get, settle }) => {
      const body = { type: 'OTOCO', 'trigger-order': entry, orders: [exit, stop] };
      const placed = await send('POST', COMPLEX, body);
      expect(placed.status).toBe(201);
      expect(at(placed.body, 'data', 'complex-order', 'orders', 0)).toMatchObject({
        status: 'Contingent',
        'contingent-status': 'Pending Order',
        'complex-order-tag': 'OTOCO::oco-1-order',
      });
      settle();
      expect(statuses(standIn)).toEqual(['Filled', 'Live', 'Live']);
      standIn.setQuote(PUT, { bid: '1.60', ask: '1.70' });
      settle();
      expect(statuses(standIn)).toEqual(['Filled', 'Filled', 'Cancelled']);
      const id = String(at(placed.body, 'data', 'complex-order', 'id'));
      const shown = await get(`${COMPLEX}/${id}`);
      expect(at(shown.body, 'data', 'terminal-at')).toBeDefined();
    }));

  it('are cancelled together', () =>
    withBench({}, async ({ standIn, send, settle }) => {
      const resting = { ...entry, price: '0.72' };
      const placed = await send('POST', COMPLEX, {
        type: 'OTO',
        'trigger-order': resting,
        orders: [exit],
      });
      settle();
      const id = String(at(placed.body, 'data', 'complex-order', 'id'));
      expect((await send('DELETE', `${COMPLEX}/${id}`)).status).toBe(200);
      settle();
      expect(statuses(standIn)).toEqual(['Cancelled', 'Cancelled']);
    }));

  it('need as many orders as their type has', () =>
    withBench({}, async ({ send }) => {
      expect((await send('POST', COMPLEX, { type: 'OCO', orders: [exit] })).status).toBe(400);
    }));
});

async function edit(send: Bench['send'], id: number): Promise<number> {
  const reply = await send('PATCH', `${ORDERS}/${id}`, EDIT);
  if (reply.status !== 200) throw new Error(`expected a replacement, was ${reply.text}`);
  return Number(at(reply.body, 'data', 'id'));
}

function statuses({ ledger }: Bench['standIn']): readonly string[] {
  return ledger.orders().map(({ status }) => status);
}

function leg(terms: Readonly<Record<string, unknown>>, action: string) {
  return {
    'order-type': 'Limit',
    'time-in-force': action.endsWith('Close') ? 'GTC' : 'Day',
    legs: [{ 'instrument-type': 'Equity Option', symbol: PUT, quantity: 2, action }],
    ...terms,
  };
}
