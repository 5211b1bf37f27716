import { afterEach, describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { PostOffice } from '#app/chat/post-office.ts';
import { asClientOrderId, type OrderId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import type { Trade, TradeOrder } from '#orders/model.ts';
import { BTO, fill, holding, net, STC, SYMBOL, UBER } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

function openTradeOf(world: World): Trade {
  const [trade] = world.desk.book.open();
  invariant(trade !== undefined, 'a trade is open');
  return trade;
}

function brokerIdOf({ orderId }: TradeOrder): OrderId {
  invariant(orderId !== null, 'the broker has the order');
  return orderId;
}

function lastOrderOf(world: World): TradeOrder {
  const order = openTradeOf(world).orders.at(-1);
  invariant(order !== undefined, 'the trade has an order');
  return order;
}

describe('a lost exit fill', () => {
  it('is found by the poll before the positions are held against it', async () => {
    const world = await holding({}, 12_000);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
    await world.run(110_000 - world.elapsed);
    world.broker.script.onNotice({ times: Infinity, delivery: { kind: 'drop' } });
    world.pin(UBER, '1.50', '1.55');
    await world.run(1_000);
    expect(net(world)).toBe(5);
    world.pin(UBER, '0.70', '0.80');
    await world.run(60_000);
    expect(world.bodies('position.reduced')).toEqual([]);
    expect(world.bodies('trade.ended')).toEqual([]);
    expect(world.desk.book.killState).toBe('ACTIVE');
  });
});

describe('an outage', () => {
  it('of a quarter of an hour does not keep the exit from being placed afterwards', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 10)] } });
    const undo = world.broker.script.onCall({
      on: 'place',
      times: Infinity,
      answer: { kind: 'not_sent', reason: 'unreachable' },
    });
    await world.say(BTO);
    await world.run(20 * 60_000);
    undo();
    await world.run(5 * 60_000);
    expect(net(world)).toBe(10);
    expect(world.bodies('trade.blocked')).toEqual([]);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });
  it('and does not drop a close somebody asked for', async () => {
    const world = await holding();
    const undo = world.broker.script.onCall({
      on: 'place',
      times: Infinity,
      answer: { kind: 'not_sent', reason: 'unreachable' },
    });
    await world.say(STC);
    await world.run(20 * 60_000);
    undo();
    await world.run(5 * 60_000);
    expect(net(world)).toBe(0);
  });
  it('credentials refused for a quarter of an hour', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 10)] } });
    const undo = world.broker.script.onCall({
      on: 'place',
      times: Infinity,
      answer: { kind: 'not_sent', reason: 'unauthorized' },
    });
    await world.say(BTO);
    await world.run(20 * 60_000);
    undo();
    await world.run(5 * 60_000);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });
});

describe('a sell that is refused for its credentials and taken all the same', () => {
  const DONE = { kind: 'not_sent', reason: 'unauthorized', isDone: true } as const;

  it('is looked for before another is sent', async () => {
    const world = await holding({ broker: { latency: { listLagMs: 3_000 } } });
    world.broker.disconnect(60_000);
    world.broker.script.onCall({ on: 'place', answer: DONE, plan: { fills: 'never' } });
    await world.say(STC);
    await world.run(10_000);
    expect(sentOnly(world.broker.ledger)).toEqual([
      'buy 10 @ 0.75',
      'sell 5 @ 1.50',
      'cancel 5 @ 1.50',
      'sell 10 @ 0.75',
    ]);
    expect(openTradeOf(world).orders.at(-1)).toMatchObject({ phase: 'live' });
  });
});

describe('the quarantine of an unknown order', () => {
  it('counts from the last send, not from a look made before it', async () => {
    const world = await openWorld({ broker: { latency: { ...NO_LATENCY, timeoutMs: 25_000 } } });
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', answer: { kind: 'not_sent', reason: 'throttled' } });
    world.broker.script.onCall({
      on: 'place',
      answer: { kind: 'ambiguous_late', afterMs: 31_000 },
    });
    await world.say(BTO);
    await world.run(85_000);
    expect(sentOnly(world.broker.ledger).filter((l) => l === 'buy 10 @ 0.75')).toHaveLength(1);
  });
});

describe('another writer', () => {
  it('on a trade of ours is found out', async () => {
    const world = await holding();
    for (const id of ['S5', 'S6']) world.excuse(id, 'what the other writer sends is not ours');
    const trade = openTradeOf(world);
    await world.during(
      world.broker.place({
        clientOrderId: asClientOrderId(`sw.9.${trade.id}.X0`),
        instrument: trade.plan.instrument,
        side: 'sell',
        effect: 'close',
        quantity: quantity(5),
        terms: { kind: 'limit', limit: price('2') },
        timeInForce: 'gtc',
      }),
    );
    await world.run(40_000);
    expect(world.desk.book.killState).toBe('HALT');
  });
});

describe('a held alert', () => {
  it('a deleted message is not released any more', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    const said = world.message('BTO 4 UBER 78p 12/04 @ 1.10');
    await world.during(world.lane.receive(said));
    await world.during(world.lane.deleted(said.key, 'local:ann'));
    const released = await world.during(world.lane.release(said.key, 'local:operator'));
    expect(released?.tradeId ?? null).toBe(null);
    expect(world.broker.ledger.mutations).toEqual([]);
  });
});

describe('a trade whose close was refused', () => {
  it('after a close was refused twice the exit rests again', async () => {
    const world = await holding();
    world.broker.script.onCall({
      on: 'place',
      times: 2,
      answer: { kind: 'rejected', rejection: { code: 'x', message: 'no' } },
    });
    await world.say(STC);
    await world.run(300_000);
    expect(working(world.broker.ledger)).not.toEqual([]);
  });
});

describe('an order cancelled by hand', () => {
  it('an entry somebody cancels at the broker is not sent again', async () => {
    const world = await openWorld();
    world.excuse('S6', 'the cancel is not of this desk');
    world.pin(UBER, '0.70', '0.85');
    await world.say(BTO);
    await world.run(5_000);
    await world.during(world.broker.cancel(brokerIdOf(lastOrderOf(world))));
    await world.run(5_000);
    expect(sentOnly(world.broker.ledger).filter((l) => l.startsWith('buy'))).toHaveLength(1);
  });

  it.each([
    ['after its price was edited', 30_000, 1, {}],
    ['whatever its size, where every step is an edit', 30_000, 4, { stepBy: 'edit' }],
    ['twice edited', 50_000, 1, {}],
  ] as const)('R-14: nor is one cancelled %s', async (_, afterMs, count, orders) => {
    const world = await openWorld({ orders });
    world.excuse('S6', 'the cancel is not of this desk');
    world.pin(UBER, '0.70', '0.85');
    await world.say(`BTO ${count} UBER 78p 12/04 @ 0.75`);
    await world.run(afterMs);
    await world.during(world.broker.cancel(brokerIdOf(lastOrderOf(world))));
    await world.run(80_000);
    const placed = sentOnly(world.broker.ledger).filter((line) => line.startsWith('buy'));
    expect(placed).toEqual([`buy ${count} @ 0.75`]);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'cancelled_elsewhere' }]);
  });
});

describe('an entry cancelled by hand just before its step', () => {
  /** Nobody hears of it: the stream is silent, and the next poll comes after the step. */
  async function cancelledUnseen(orders: WorldOptions['orders'] = {}, filled = 0): Promise<World> {
    const world = await openWorld({ orders: { pollBusyMs: 60_000, ...orders } });
    const fills = filled === 0 ? [] : [{ afterMs: 18_300, quantity: quantity(filled) }];
    world.broker.script.onCall({ on: 'place', plan: { fills } });
    world.excuse('S6', 'the cancel is not of this desk');
    world.pin(UBER, '0.70', '0.85');
    await world.say(BTO);
    await world.run(18_000);
    world.broker.disconnect(30_000);
    await world.run(500);
    await world.during(world.broker.cancel(brokerIdOf(lastOrderOf(world))));
    return world;
  }

  const bought = (world: World): readonly string[] =>
    sentOnly(world.broker.ledger).filter((line) => line.startsWith('buy'));

  it('R-14: is not sent again: the refusal of our own cancel tells whose doing it was', async () => {
    const world = await cancelledUnseen();
    await world.run(80_000);
    expect(bought(world)).toHaveLength(1);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'cancelled_elsewhere' }]);
  });

  it('R-14: nor when the refusal comes after the word that it is cancelled', async () => {
    const world = await cancelledUnseen();
    world.broker.script.onCall({ on: 'cancel', answer: { kind: 'slow', byMs: 900 } });
    await world.run(80_000);
    expect(bought(world)).toHaveLength(1);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'cancelled_elsewhere' }]);
  });

  it('R-14: nor when some of it was bought and the edit of the rest is refused', async () => {
    const world = await cancelledUnseen({ stepBy: 'edit' }, 4);
    await world.run(80_000);
    expect(bought(world)).toHaveLength(1);
    expect(world.bodies('entry.ended')).toMatchObject([
      { reason: 'cancelled_elsewhere', filled: 4 },
    ]);
  });

  it('R-14: goes on where the first cancel of ours may have been the one', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    const answer = { kind: 'ambiguous_with_effect' } as const;
    world.broker.script.onCall({ on: 'cancel', answer });
    await world.say(BTO);
    await world.run(80_000);
    expect(bought(world).length).toBeGreaterThan(1);
  });
});

describe('a standstill', () => {
  it('a pass begun before it does not count', async () => {
    const world = await openWorld();
    await world.run(2_000);
    let orders = 0;
    const real = world.desk.deps.broker;
    const read = real.orders;
    real.orders = (since) => {
      orders += 1;
      return read(since);
    };
    world.broker.disconnect(1);
    await world.run(20);
    expect(orders).toBeGreaterThan(0);
    world.process.standStill();
    await world.run(20_000);
    orders = 0;
    world.process.goOn();
    for (let waited = 0; waited < 200 && !world.desk.isReconciled; waited += 1) await world.run(1);
    expect(world.desk.isReconciled).toBe(true);
    expect(orders).toBeGreaterThan(0);
  });

  it('in the middle of looking after another makes that count for nothing', async () => {
    const world = await openWorld();
    await world.run(2_000);
    world.process.standStill();
    await world.run(20_000);
    world.process.goOn();
    await world.run(20);
    world.process.standStill();
    await world.run(20_000);
    const passes = world.bodies('reconcile.passed').length;
    world.process.goOn();
    for (let waited = 0; waited < 200 && !world.desk.isReconciled; waited += 1) await world.run(1);
    expect(world.desk.isReconciled).toBe(true);
    // The one that was under way, and the one that counts.
    expect(world.bodies('reconcile.passed')).toHaveLength(passes + 2);
  });
});

const PLAIN = {
  ...{ inReplyTo: null, text: '', buttons: [], under: null },
  ...{ underPostId: null, postId: null, triedAt: null },
} as const;

describe('posts', () => {
  it('one that cannot be posted holds up no other', async () => {
    const world = await openWorld();
    const posted: string[] = [];
    const due = new Map([['bad', 0]]);
    const office = new PostOffice({
      desk: world.desk,
      clock: world.clock,
      sources: [
        {
          due: () =>
            [...due.keys()].map((key) => ({
              platform: 'local',
              post: { ...PLAIN, key, channelId: 'room' },
              digest: key,
              since: world.clock.now(),
            })),
        },
      ],
      channelOf: () => ({
        platform: 'local',
        async post({ key }) {
          if (key === 'bad') return { kind: 'failed', detail: 'gone', retry: true, waitMs: null };
          posted.push(key);
          due.delete(key);
          return { kind: 'delivered', postId: key };
        },
      }),
    });
    office.wake();
    await world.run(200_000);
    due.set('good', 0);
    office.wake();
    await world.run(10_000);
    expect(posted).toEqual(['good']);
  });
});

describe('doubt', () => {
  it('about one position does not keep the exit of another waiting', async () => {
    const world = await holding();
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(3_000, 4)] } });
    world.broker.script.onCall({
      on: 'place',
      when: (call) => call.clientOrderId?.endsWith('.C0') ?? false,
      answer: { kind: 'rejected', rejection: { code: 'x', message: 'no' } },
    });
    await world.say('BTO 4 UBER 77p 12/04 @ 0.50');
    await world.run(2_400);
    await world.say(STC);
    await world.run(6_500);
    const second = world.desk.book.open().find((trade) => trade.plan.instrument.symbol !== SYMBOL);
    expect(second?.orders.map(({ role }) => role)).toEqual(['entry', 'exit']);
  });
});
