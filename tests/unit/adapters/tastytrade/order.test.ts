/** How the venue's orders are read. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '#adapters/tastytrade/wire/json.ts';
import { decodeOrder } from '#adapters/tastytrade/wire/order.ts';
import { price } from '#kernel/price.ts';
import { parseInstant } from '#kernel/time.ts';
import { MORNING, wireFill, wireOrder } from './fake-venue.ts';

function read(
  over: Parameters<typeof wireOrder>[0] = {},
  leg: Parameters<typeof wireOrder>[1] = {},
) {
  const order = decodeOrder(wireOrder(over, leg));
  if (!order.ok) throw new Error(`expected an order, was ${JSON.stringify(order.error)}`);
  return order.value;
}

describe('an order of the venue', () => {
  it.each([
    ['Received', 'received'],
    ['Contingent', 'contingent'],
    ['Routed', 'routed'],
    ['In Flight', 'routed'],
    ['Live', 'working'],
    ['Cancel Requested', 'cancel_requested'],
    ['Replace Requested', 'replace_requested'],
    ['Filled', 'filled'],
    ['Cancelled', 'cancelled'],
    ['Rejected', 'rejected'],
    ['Expired', 'expired'],
    ['Removed', 'removed'],
    ['Partially Removed', 'removed'],
    ['Dead', 'unknown'],
    ['Remove Pending', 'unknown'],
  ])('in status %s is %s', (wire, status) => {
    expect(read({ status: wire }).status).toBe(status);
  });

  it('of an unknown status with an end has ended: filled when all fills are there', () => {
    const ended = { status: 'Dead', 'terminal-at': '2026-03-02T15:00:02.000+00:00' };
    expect(read(ended).status).toBe('removed');
    expect(read(ended, { fills: [wireFill('a', 2)] }).status).toBe('filled');
  });

  it('of a known status is in that status, whatever else says that it ended', () => {
    expect(read({ 'terminal-at': '2026-03-02T15:00:02.000+00:00' }).status).toBe('working');
  });

  it.each([
    ['working, cancellable', { cancellable: true, editable: true }, [true, true]],
    [
      'routed, not yet cancellable',
      { status: 'Routed', cancellable: false, editable: false },
      [false, false],
    ],
    [
      'cancelled, with flags still set',
      { status: 'Cancelled', cancellable: true, editable: true },
      [false, false],
    ],
    ['without flags', { cancellable: undefined, editable: undefined }, [false, false]],
    ['with flags as words', { cancellable: 'true', editable: 'false' }, [true, false]],
  ])('can be changed by status and flag together: %s', (_, over, flags) => {
    const order = read(over);
    expect([order.cancellable, order.editable]).toEqual(flags);
  });

  it.each([
    ['nothing filled', { status: 'Live' }, { 'remaining-quantity': 2 }, 2],
    ['one filled', { status: 'Live' }, { 'remaining-quantity': 1, fills: [wireFill('a', 1)] }, 1],
    ['fills lag behind', { status: 'Live' }, { 'remaining-quantity': 0 }, 0],
    [
      'the count lags behind',
      { status: 'Live' },
      { 'remaining-quantity': 2, fills: [wireFill('a', 1)] },
      1,
    ],
    ['filled, rows and count lag', { status: 'Filled' }, { 'remaining-quantity': 2 }, 0],
    [
      'no count is stated',
      { status: 'Live' },
      { 'remaining-quantity': undefined, fills: [wireFill('a', 1)] },
      1,
    ],
    ['cancelled unfilled', { status: 'Cancelled' }, { 'remaining-quantity': 2 }, 2],
    [
      'cancelled, counted as none remaining',
      { status: 'Cancelled' },
      { 'remaining-quantity': 0 },
      2,
    ],
    [
      'the same, with its cancelled size',
      { status: 'Cancelled', 'cancelled-size': 2 },
      { 'remaining-quantity': 0 },
      2,
    ],
    [
      'cancelled after one, rows lag',
      { status: 'Cancelled', 'cancelled-size': 1 },
      { 'remaining-quantity': 0 },
      1,
    ],
    [
      'cancelled after one',
      { status: 'Cancelled', 'cancelled-size': 1 },
      { 'remaining-quantity': 1, fills: [wireFill('a', 1)] },
      1,
    ],
    ['rejected', { status: 'Rejected' }, { 'remaining-quantity': 0 }, 2],
  ])('remains to be filled by what did not fill: %s', (_, over, leg, remaining) => {
    expect(read(over, leg).remaining).toBe(remaining);
  });

  it('counts each fill once, however often it is listed', () => {
    const fills = [wireFill('a', 1), wireFill('b', 1, '0.74'), wireFill('a', 1)];
    expect(read({ status: 'Filled' }, { fills }).fills).toEqual([
      { fillId: 'a', quantity: 1, price: price('0.75'), at: parseInstant('2026-03-02T15:00:01Z') },
      { fillId: 'b', quantity: 1, price: price('0.74'), at: parseInstant('2026-03-02T15:00:01Z') },
    ]);
  });

  it('gives fills without ids the same ids at every reading, and alike ones different ones', () => {
    const bare = { ...wireFill('', 1), 'fill-id': undefined };
    const once = read({}, { fills: [bare, bare] }).fills.map(({ fillId }) => fillId);
    const later = read({ 'updated-at': MORNING + 5 }, { fills: [bare, bare] }).fills;
    expect(new Set(once).size).toBe(2);
    expect(later.map(({ fillId }) => fillId)).toEqual(once);
  });

  it('leaves out a fill that cannot be read, and still counts it as filled', () => {
    const fills = [wireFill('a', 1), { 'fill-id': 'b', quantity: 'two' }, wireFill('c', 1, 'NaN')];
    const order = read({ status: 'Live' }, { 'remaining-quantity': 0, fills });
    expect(order.fills.map(({ fillId }) => fillId)).toEqual(['a']);
    expect(order.remaining).toBe(0);
  });

  it('is read alike with numbers and with text', () => {
    const asText = read(
      { id: '270561', price: '0.75', 'updated-at': String(MORNING) },
      { quantity: '2.0', 'remaining-quantity': '2' },
    );
    expect(asText).toEqual(read({ price: 0.75 }));
  });

  it('keeps an id a number cannot hold', () => {
    const text = JSON.stringify(wireOrder()).replace('270561', '92233720368547758071');
    const parsed = parseJson(text);
    const order = decodeOrder(parsed.ok ? parsed.value : null);
    expect(order).toMatchObject({ ok: true, value: { orderId: '92233720368547758071' } });
  });

  it('has the later of two duplicate keys, and nothing of a prototype', () => {
    const text = JSON.stringify(wireOrder()).replace(
      '"status":"Live"',
      '"status":"Live","status":"Filled","__proto__":{"status":"Rejected"}',
    );
    const parsed = parseJson(text);
    const order = decodeOrder(parsed.ok ? parsed.value : null);
    expect(order).toMatchObject({ ok: true, value: { status: 'filled' } });
    expect(Object.getPrototypeOf(order.ok ? order.value : null)).toBe(Object.prototype);
  });

  it.each([
    ['Limit', { price: '0.75' }, { kind: 'limit', limit: price('0.75') }],
    ['Stop Limit', { price: 3.9 }, { kind: 'limit', limit: price('3.90') }],
    ['Market', { price: undefined, 'time-in-force': 'Day' }, { kind: 'market' }],
    ['Marketable Limit', { price: undefined }, { kind: 'market' }],
    ['Stop', { price: null }, { kind: 'market' }],
  ])('of type %s has its terms', (type, over, terms) => {
    expect(read({ 'order-type': type, ...over }).terms).toEqual(terms);
  });

  it.each([
    ['Buy to Open', 'buy', 'open'],
    ['Sell to Close', 'sell', 'close'],
    ['Sell to Open', 'sell', 'open'],
    ['Buy to Close', 'buy', 'close'],
    ['Buy', 'buy', 'open'],
    ['Sell', 'sell', 'close'],
  ])('that says %s is a %s to %s', (action, side, effect) => {
    expect(read({}, { action })).toMatchObject({ side, effect });
  });

  it('carries its links where the venue states them', () => {
    expect(read({ 'replaces-order-id': 1, 'replacing-order-id': '3' })).toMatchObject({
      replaces: '1',
      replacedBy: '3',
    });
    expect(read()).toMatchObject({ replaces: null, replacedBy: null });
  });

  it('with one time has both', () => {
    const { receivedAt, updatedAt } = read({ 'updated-at': 0 });
    expect(updatedAt).toBe(receivedAt);
  });
});

describe('an order that cannot be one of ours', () => {
  const [leg] = [
    { 'instrument-type': 'Equity Option', symbol: 'X', action: 'Buy to Open', quantity: 1 },
  ];

  it.each([
    ['two legs', { legs: [leg, leg] }],
    [
      'a crypto-currency',
      { legs: [{ ...leg, 'instrument-type': 'Cryptocurrency', quantity: '0.5' }] },
    ],
    ['a fraction of a share', { legs: [{ ...leg, 'instrument-type': 'Equity', quantity: '0.5' }] }],
    [
      'an amount of money',
      { legs: [{ 'instrument-type': 'Equity', symbol: 'X', action: 'Buy to Open' }] },
    ],
    ['an allocation', { legs: [{ ...leg, action: 'Allocate' }] }],
  ])('is told from one that is broken: %s', (_, over) => {
    const order = decodeOrder(wireOrder(over));
    expect(order).toMatchObject({ ok: false, error: { kind: 'unsupported', orderId: '270561' } });
  });

  it.each([
    ['no status', { status: undefined }],
    ['no price on a limit', { price: 'NaN' }],
    ['no times', { 'received-at': undefined, 'updated-at': 0 }],
    ['no id', { id: undefined }],
  ])('or is broken: %s', (_, over) => {
    const order = decodeOrder(wireOrder(over));
    expect(order).toMatchObject({
      ok: false,
      error: { kind: 'malformed', clientOrderId: 'sw.1.t_abc.E1' },
    });
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        expect(() => decodeOrder(raw)).not.toThrow();
      }),
    );
  });

  it('never throws, whatever one of its values becomes, and never counts more than the quantity', () => {
    const paths = Object.keys(wireOrder());
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const order = decodeOrder(wireOrder({ [path]: value }));
        if (!order.ok) return;
        expect(order.value.remaining).toBeGreaterThanOrEqual(0);
        expect(order.value.remaining).toBeLessThanOrEqual(order.value.quantity);
      }),
    );
  });
});

describe('what no record could hold', () => {
  it.each([
    ['1e30', { price: '1e30' }, {}],
    ['-1e25', { price: '-1e25' }, {}],
  ])('a limit of %s makes an order unreadable, and throws nothing', (_, over, leg) => {
    expect(decodeOrder(wireOrder(over, leg))).toMatchObject({
      ok: false,
      error: { kind: 'malformed' },
    });
  });

  it('a fill at such a price is left out, and what remains tells that it is missing', () => {
    const fills = [{ ...wireFill('a', 1), 'fill-price': '1e25' }];
    const order = read({}, { fills, 'remaining-quantity': 1 });
    expect(order.fills).toEqual([]);
    expect(order.remaining).toBe(1);
  });

  it.each([9e15, 1e300, '9007199254740991'])('an instant of %s is none', (at) => {
    const fills = [{ ...wireFill('a', 1), 'filled-at': at }];
    const order = read({ 'updated-at': at }, { fills });
    expect(order.updatedAt).toBe(order.receivedAt);
    expect(order.fills[0]?.at).toBe(order.updatedAt);
  });

  it('a reason of any length is cut, and on one line', () => {
    const order = read({ status: 'Rejected', 'reject-reason': `no\n${'x'.repeat(100_000)}` });
    expect(order.rejectReason).toHaveLength(500);
    expect(order.rejectReason).toMatch(/^no x+…$/);
  });

  it('a symbol of any length is no symbol', () => {
    expect(decodeOrder(wireOrder({}, { symbol: 'X'.repeat(100_000) }))).toMatchObject({
      ok: false,
    });
  });

  it('an identifier longer than any of ours is nobody’s', () => {
    const order = read({ 'external-identifier': `SW.${'x'.repeat(100_000)}` });
    expect(order.clientOrderId).toBeNull();
  });
});
