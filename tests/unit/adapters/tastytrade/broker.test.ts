/** What the broker asks of the venue, and what it makes of lists. */
import { describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { asClientOrderId, asOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import { equity } from '#market/instruments.ts';
import {
  ACCOUNT,
  failure,
  list,
  MORNING,
  openBench,
  placement,
  ticket,
  wireFill,
  wireOrder,
} from './fake-venue.ts';

const PLACE = /\/orders$/;
const LIST = /\/orders$/;
const LIVE = /\/orders\/live$/;
const ID = asOrderId('270561');
const CID = asClientOrderId('sw.1.t_abc.E1');

describe('a placed order', () => {
  it('says everything once, with the direction beside a positive price', async () => {
    const { venue, broker, done } = openBench();
    venue.on('POST', PLACE, placement(wireOrder()));
    await done(broker.place(ticket()));
    const [call] = venue.seen('POST', PLACE);
    expect(call?.path).toBe(`/accounts/${ACCOUNT}/orders`);
    expect(call?.body).toEqual({
      'time-in-force': 'Day',
      'order-type': 'Limit',
      price: '0.75',
      'price-effect': 'Debit',
      'external-identifier': 'sw.1.t_abc.E1',
      source: 'strikewire',
      'automated-source': true,
      legs: [
        {
          'instrument-type': 'Equity Option',
          symbol: 'UBER  260320C00078000',
          quantity: 2,
          action: 'Buy to Open',
        },
      ],
    });
    expect(call?.headers).toMatchObject({
      'user-agent': 'strikewire/1.2.3',
      'content-type': 'application/json',
    });
    expect(call?.headers).not.toHaveProperty('accept-version');
  });

  it('that closes is strict, and a credit', async () => {
    const { venue, broker, done } = openBench();
    venue.on('POST', PLACE, placement(wireOrder()));
    const terms = { kind: 'limit', limit: price('1.50') } as const;
    await done(broker.place(ticket({ side: 'sell', effect: 'close', terms, timeInForce: 'gtc' })));
    expect(venue.seen('POST', PLACE)[0]?.body).toMatchObject({
      'time-in-force': 'GTC',
      'price-effect': 'Credit',
      'advanced-instructions': { 'strict-position-effect-validation': true },
      legs: [{ action: 'Sell to Close' }],
    });
  });

  it('at market is for the day and has no price', async () => {
    const { venue, broker, done } = openBench();
    venue.on('POST', PLACE, placement(wireOrder()));
    await done(broker.place(ticket({ terms: { kind: 'market' }, timeInForce: 'gtc' })));
    const body = venue.seen('POST', PLACE)[0]?.body;
    expect(body).toMatchObject({ 'order-type': 'Market', 'time-in-force': 'Day' });
    expect(body).not.toHaveProperty('price');
    expect(body).not.toHaveProperty('price-effect');
  });

  it('speaks the version it is told to', async () => {
    const { venue, client, done } = openBench({ settings: { acceptVersion: '20260427' } });
    venue.on('GET', /accounts$/, list([]));
    await done(client.accounts());
    expect(venue.seen('GET', /accounts$/)[0]?.headers['accept-version']).toBe('20260427');
  });
});

describe('an edit', () => {
  const EDIT = /\/orders\/270561$/;
  const request = {
    orderId: ID,
    clientOrderId: asClientOrderId('sw.1.t_abc.E2'),
    terms: { kind: 'limit', limit: price('0.76') },
  } as const;
  const replacement = wireOrder({
    id: 270562,
    price: '0.76',
    status: 'Contingent',
    'external-identifier': 'sw.1.t_abc.E2',
  });

  it('has no legs, its own identifier, and repeats what stays', async () => {
    const { venue, broker, done } = openBench();
    venue.on('POST', PLACE, placement(wireOrder({ 'time-in-force': 'GTC' })));
    venue.on('PATCH', EDIT, { status: 200, body: { data: replacement } });
    await done(broker.place(ticket()));
    const outcome = await done(broker.replace(request));
    expect(outcome).toMatchObject({
      kind: 'acked',
      order: { orderId: '270562', clientOrderId: 'sw.1.t_abc.E2', status: 'contingent' },
    });
    expect(venue.seen('PATCH', EDIT)[0]?.body).toEqual({
      'time-in-force': 'GTC',
      'order-type': 'Limit',
      price: '0.76',
      'price-effect': 'Debit',
      'external-identifier': 'sw.1.t_abc.E2',
      source: 'strikewire',
      'automated-source': true,
    });
    expect(venue.seen('GET', EDIT)).toEqual([]);
  });

  it('of an order this run has not seen is preceded by a look at it', async () => {
    const { venue, broker, done } = openBench();
    const selling = wireOrder({ 'time-in-force': 'GTC' }, { action: 'Sell to Close' });
    venue.on('GET', EDIT, { status: 200, body: { data: selling } });
    venue.on('PATCH', EDIT, { status: 200, body: { data: replacement } });
    await done(broker.replace(request));
    expect(venue.seen('PATCH', EDIT)[0]?.body).toMatchObject({
      'time-in-force': 'GTC',
      'price-effect': 'Credit',
      'advanced-instructions': { 'strict-position-effect-validation': true },
    });
  });

  it('to market is for the day and has no price', async () => {
    const { venue, broker, done } = openBench();
    venue.on('GET', EDIT, { status: 200, body: { data: wireOrder({ 'time-in-force': 'GTC' }) } });
    venue.on('PATCH', EDIT, { status: 200, body: { data: replacement } });
    await done(broker.replace({ ...request, terms: { kind: 'market' } }));
    const body = venue.seen('PATCH', EDIT)[0]?.body;
    expect(body).toMatchObject({ 'order-type': 'Market', 'time-in-force': 'Day' });
    expect(body).not.toHaveProperty('price');
  });

  it('of an order nobody knows is rejected, and nothing is sent', async () => {
    const { venue, broker, done } = openBench();
    expect(await done(broker.replace(request))).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'order_unknown' },
    });
    expect(venue.seen('PATCH', EDIT)).toEqual([]);
  });

  it('of an order that cannot be looked at was not sent', async () => {
    const { venue, broker, done } = openBench({ settings: { queryTries: 1 } });
    venue.on('GET', EDIT, { status: 503, body: '' });
    expect(await done(broker.replace(request))).toMatchObject({ kind: 'not_sent' });
  });

  it('answered with the original is ambiguous', async () => {
    const { venue, broker, done } = openBench();
    venue.on('GET', EDIT, { status: 200, body: { data: wireOrder() } });
    venue.on('PATCH', EDIT, { status: 200, body: { data: wireOrder() } });
    expect(await done(broker.replace(request))).toMatchObject({ kind: 'ambiguous' });
  });

  it('keeps its own name in lists where the venue repeats that of the original', async () => {
    const { venue, broker, done } = openBench();
    const nameless = { ...replacement, 'external-identifier': CID };
    venue.on('GET', EDIT, { status: 200, body: { data: wireOrder() } });
    venue.on('PATCH', EDIT, { status: 200, body: { data: nameless } });
    venue.on('GET', LIST, list([wireOrder(), nameless]));
    venue.on('GET', LIVE, list([]));
    await done(broker.replace(request));
    const found = await done(broker.ordersByClientId(request.clientOrderId, MORNING));
    expect(found).toMatchObject({ ok: true, value: [{ orderId: '270562' }] });
    const original = await done(broker.ordersByClientId(CID, MORNING));
    expect(original).toMatchObject({ ok: true, value: [{ orderId: '270561' }] });
  });
});

describe('a replacement whose answer was lost', () => {
  const WANTED = asClientOrderId('sw.1.t_abc.E2');
  const link = { id: 270562, 'replaces-order-id': 270561 };

  it.each([
    ['no identifier', { ...link, 'external-identifier': undefined }],
    ["the original's identifier", { ...link, 'external-identifier': CID }],
  ])('is not taken for absent when the venue lists it with %s', async (_, nameless) => {
    const { venue, broker, done } = openBench();
    venue.on('GET', LIVE, list([wireOrder(), wireOrder(nameless)]));
    venue.on('GET', LIST, list([]));
    const found = await done(broker.ordersByClientId(WANTED, MORNING));
    expect(found).toMatchObject({ ok: false, error: { kind: 'malformed' } });
  });

  it('is absent when nothing replaces an order of its trade', async () => {
    const { venue, broker, done } = openBench();
    const other = { ...link, 'external-identifier': undefined };
    const original = wireOrder({ 'external-identifier': 'sw.1.t_other.E1' });
    venue.on('GET', LIVE, list([original, wireOrder(other)]));
    venue.on('GET', LIST, list([]));
    expect(await done(broker.ordersByClientId(WANTED, MORNING))).toEqual({ ok: true, value: [] });
  });
});

describe('lists of orders', () => {
  it('are joined of today and of the days before, each order once, as last changed', async () => {
    const { venue, broker, done } = openBench();
    const older = wireOrder({ id: 1, 'updated-at': MORNING + 1 });
    const newer = wireOrder({ id: 1, 'updated-at': MORNING + 2, status: 'Filled' });
    venue.on('GET', LIVE, list([newer, wireOrder({ id: 2 })]));
    venue.on('GET', LIST, list([older, wireOrder({ id: 3 })]));
    const orders = await done(broker.orders(MORNING));
    const found = orders.ok ? orders.value : [];
    expect(found.map(({ orderId }) => orderId).toSorted()).toEqual(['1', '2', '3']);
    expect(found.find(({ orderId }) => orderId === '1')?.status).toBe('filled');
  });

  it('are asked for with a start date and a page size, also across midnight', async () => {
    const { venue, broker, done } = openBench();
    venue.on('GET', LIVE, list([]));
    venue.on('GET', LIST, list([]));
    const midnight = plus(MORNING, -12 * 3_600_000);
    await done(broker.ordersByClientId(CID, midnight));
    const [call] = venue.seen('GET', LIST);
    expect(call?.query.get('start-date')).toBe('2026-03-01');
    expect(call?.query.get('per-page')).toBe('200');
    expect(call?.query.get('page-offset')).toBe('0');
  });

  it('are read to their last page, and the first again for what moved meanwhile', async () => {
    const { venue, broker, done } = openBench();
    const moved = wireOrder({ id: 9, 'external-identifier': 'moved' });
    venue.on('GET', LIVE, list([]));
    venue.on('GET', LIST, ({ query }, nth) => {
      const page = Number(query.get('page-offset'));
      const items = nth === 4 ? [moved] : [wireOrder({ id: page + 1 })];
      return list(items, { 'total-pages': 3, 'page-offset': page });
    });
    const found = await done(broker.ordersByClientId(asClientOrderId('moved'), MORNING));
    expect(found).toMatchObject({ ok: true, value: [{ orderId: '9' }] });
    const pages = venue.seen('GET', LIST).map(({ query }) => query.get('page-offset'));
    expect(pages).toEqual(['0', '1', '2', '0']);
  });

  it('are not known when one page is missing', async () => {
    const { venue, broker, done } = openBench({ settings: { queryTries: 1 } });
    venue.on('GET', LIVE, list([]));
    venue.on('GET', LIST, ({ query }) =>
      query.get('page-offset') === '1'
        ? { status: 500, body: '' }
        : list([wireOrder()], { 'total-pages': 2 }),
    );
    expect(await done(broker.ordersByClientId(CID, MORNING))).toMatchObject({
      ok: false,
      error: { kind: 'unreachable' },
    });
  });

  it('are not known when a page holds less than it says', async () => {
    const { venue, broker, done } = openBench({ settings: { queryTries: 1 } });
    venue.on('GET', LIVE, list([]));
    venue.on('GET', LIST, list([], { 'total-pages': 1, 'current-item-count': 1 }));
    expect(await done(broker.orders(MORNING))).toMatchObject({
      ok: false,
      error: { kind: 'malformed' },
    });
  });

  it('leave out what others made in ways we cannot, also when it cannot be read', async () => {
    const { venue, broker, done } = openBench();
    const [leg] = [
      { 'instrument-type': 'Equity', symbol: 'X', action: 'Buy to Open', quantity: 1 },
    ];
    const spread = wireOrder({ id: 5, legs: [leg, leg] });
    const broken = wireOrder({ id: 6, status: undefined, 'external-identifier': undefined });
    venue.on('GET', LIVE, list([spread, broken, wireOrder()]));
    venue.on('GET', LIST, list([]));
    const orders = await done(broker.orders(MORNING));
    expect(orders).toMatchObject({ ok: true, value: [{ orderId: '270561' }] });
  });

  it.each([
    ['one that carries an identifier', wireOrder({ status: undefined })],
    ['nothing that can be called an order', null],
  ])('are no lists when they hold %s and cannot be read', async (_, row) => {
    const { venue, broker, done } = openBench();
    venue.on('GET', LIVE, list([row]));
    venue.on('GET', LIST, list([]));
    expect(await done(broker.orders(MORNING))).toMatchObject({ ok: false });
    expect(await done(broker.ordersByClientId(CID, MORNING))).toMatchObject({ ok: false });
  });

  it('are searched for an id though another order of ours cannot be read', async () => {
    const { venue, broker, done } = openBench();
    const other = wireOrder({ id: 7, status: undefined, 'external-identifier': 'sw.1.t_abc.X1' });
    venue.on('GET', LIVE, list([other, wireOrder()]));
    venue.on('GET', LIST, list([]));
    expect(await done(broker.ordersByClientId(CID, MORNING))).toMatchObject({
      ok: true,
      value: [{ orderId: '270561' }],
    });
  });

  it('of today are made of what still works once the venue has ended that list', async () => {
    const { venue, broker, done } = openBench();
    venue.on('GET', LIVE, { status: 404, body: failure('not_found') });
    venue.on('GET', LIST, ({ query }) =>
      list(query.has('status[]') ? [wireOrder({ id: 4 })] : [wireOrder({ id: 5 })]),
    );
    const orders = await done(broker.orders(MORNING));
    expect(orders).toMatchObject({ ok: true, value: [{ orderId: '4' }, { orderId: '5' }] });
  });

  it('of changes since leave out what did not change', async () => {
    const { venue, broker, done } = openBench();
    venue.on('GET', LIVE, list([wireOrder({ 'updated-at': MORNING - 1 })]));
    venue.on('GET', LIST, list([]));
    expect(await done(broker.orders(MORNING))).toEqual({ ok: true, value: [] });
  });
});

describe('one order', () => {
  const ONE = /\/orders\/270561$/;

  it('is none only by the word of the venue', async () => {
    const { venue, broker, done } = openBench({ settings: { queryTries: 1 } });
    venue.on('GET', ONE, { status: 404, body: failure('not_found') });
    expect(await done(broker.orderById(ID))).toEqual({ ok: true, value: null });
    venue.on('GET', ONE, { status: 404, body: '<html>404</html>' });
    expect(await done(broker.orderById(ID))).toMatchObject({ ok: false });
  });

  it('is not another one', async () => {
    const { venue, broker, done } = openBench();
    venue.on('GET', ONE, { status: 200, body: { data: wireOrder({ id: 1 }) } });
    expect(await done(broker.orderById(ID))).toMatchObject({ ok: false });
  });
});

describe('shares', () => {
  it('are bought to open under their own kind', async () => {
    const share = equity('BRK/B');
    if (!share.ok) throw new Error('expected a share');
    const { venue, broker, done } = openBench();
    const leg = { 'instrument-type': 'Equity', symbol: 'BRK/B' };
    venue.on('POST', PLACE, placement(wireOrder({}, { ...leg, fills: [wireFill('a', 1)] })));
    expect(await done(broker.place(ticket({ instrument: share.value })))).toMatchObject({
      kind: 'acked',
      order: { symbol: 'BRK/B', remaining: 1 },
    });
  });
});

describe('transactions', () => {
  it('are asked for by date and read whole', async () => {
    const { venue, account, done } = openBench();
    const row = { id: 252640999, 'transaction-type': 'Trade', 'order-id': 270561, quantity: '2.0' };
    venue.on('GET', /transactions$/, list([{ ...row, price: '1.55', commission: '2.0' }]));
    const found = await done(account.transactions(date('2026-03-02'), date('2026-03-02')));
    expect(found).toMatchObject({
      ok: true,
      value: [{ id: '252640999', orderId: '270561', quantity: 2, price: price('1.55') }],
    });
  });
});
