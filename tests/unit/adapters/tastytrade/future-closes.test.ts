/** A future is closed only when it is held. */
import { describe, expect, it } from 'vitest';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { future } from '#market/instruments.ts';
import { list, openBench, placement, ticket, wireOrder } from './fake-venue.ts';

const PLACE = /\/orders$/;

describe('closing a future, for which the venue has no closing order', () => {
  const es = future({ root: 'ES', year: 2026, month: 3 });
  if (!es.ok) throw new Error('expected a future');
  const sell = ticket({
    instrument: es.value,
    side: 'sell',
    effect: 'close',
    quantity: quantity(2),
    terms: { kind: 'limit', limit: price('6900') },
  });
  const leg = { 'instrument-type': 'Future', symbol: '/ESH6', action: 'Sell' };
  const position = (count: number, direction = 'Long') => ({
    'instrument-type': 'Future',
    symbol: '/ESH6',
    quantity: count,
    'quantity-direction': direction,
    'average-open-price': '6800.0',
    multiplier: 50,
  });

  function openFutures(held: readonly unknown[], working: readonly unknown[] = []) {
    const bench = openBench({ settings: { queryTries: 1 } });
    bench.venue.on('GET', /\/positions$/, list(held));
    bench.venue.on('GET', /\/orders/, list(working));
    bench.venue.on('POST', PLACE, ({ body }) => {
      const cid = JSON.stringify(body).match(/"external-identifier":"([^"]+)"/)?.[1];
      return placement(wireOrder({ 'external-identifier': cid }, leg));
    });
    return bench;
  }

  it('says Sell, strictly, when it is held', async () => {
    const { venue, broker, done } = openFutures([position(2)]);
    expect(await done(broker.place(sell))).toMatchObject({ kind: 'acked' });
    expect(venue.seen('POST', PLACE)[0]?.body).toMatchObject({
      legs: [{ 'instrument-type': 'Future', symbol: '/ESH6', action: 'Sell' }],
      'advanced-instructions': { 'strict-position-effect-validation': true },
    });
  });

  it.each([
    ['nothing is held', [], []],
    ['less is held', [position(1)], []],
    ['it is short', [position(2, 'Short')], []],
    [
      'another order is to sell it',
      [position(2)],
      [wireOrder({ id: 8 }, { ...leg, quantity: 1, 'remaining-quantity': 1 })],
    ],
    [
      'one of unknown status may sell it',
      [position(2)],
      [wireOrder({ id: 8, status: 'Strange' }, { ...leg, quantity: 1, 'remaining-quantity': 1 })],
    ],
  ])('sends nothing when %s', async (_, held, working) => {
    const { venue, broker, done } = openFutures(held, working);
    expect(await done(broker.place(sell))).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'close_without_position' },
    });
    expect(venue.seen('POST', PLACE)).toEqual([]);
  });

  it('sends nothing when positions cannot be read', async () => {
    const { venue, broker, done } = openFutures([position(2)]);
    venue.on('GET', /\/positions$/, { status: 500, body: '' });
    expect(await done(broker.place(sell))).toMatchObject({ kind: 'not_sent' });
    expect(venue.seen('POST', PLACE)).toEqual([]);
  });

  it('sends one of two at the same time, and the other when the first was not listed in time', async () => {
    const { venue, broker, done, pass } = openFutures([position(2)]);
    const other = { ...sell, clientOrderId: asClientOrderId('sw.1.t_abc.X2') };
    const outcomes = await done(Promise.all([broker.place(sell), broker.place(other)]));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['acked', 'rejected']);
    expect(venue.seen('POST', PLACE)).toHaveLength(1);
    await pass(21_000);
    expect(await done(broker.place(other))).toMatchObject({ kind: 'acked' });
  });

  it('buys to open without a look', async () => {
    const { venue, broker, done } = openFutures([]);
    const buy = { ...sell, side: 'buy', effect: 'open' } as const;
    venue.on('POST', PLACE, placement(wireOrder({}, { ...leg, action: 'Buy' })));
    expect(await done(broker.place(buy))).toMatchObject({ kind: 'acked' });
    expect(venue.seen('GET', /positions/)).toEqual([]);
  });
});
