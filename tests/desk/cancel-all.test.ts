import { afterEach, describe, expect, it } from 'vitest';
import { asOrderId, type OrderId } from '#kernel/ids.ts';
import { err, ok } from '#kernel/result.ts';
import { type CancelAllReport, cancelAll } from '#orders/cancel-all.ts';
import type { Broker, BrokerOrder } from '#orders/ports.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SPY = 'SPY   261204P00600000';

/** The desk is dead: one entry and one exit of its trades are at work, and a hand-made order. */
async function orphaned(): Promise<World> {
  const world = await openWorld();
  world.excuse('S6', 'what cancels here has no journal');
  world.excuse('L2', 'and takes the exits too');
  world.pin(UBER, '0.72', '0.80');
  await world.say('BTO UBER 78p 12/04 @ 0.75');
  await world.run(500);
  world.pin(UBER, '0.68', '0.70');
  await world.run(5_000);
  world.pin(SPY, '2.00', '2.40');
  await world.say('BTO SPY 600p 12/04 @ 2.10', { author: 'local:bob' });
  await world.run(1_000);
  world.kill();
  return world;
}

function rescue(world: World, change: Partial<Parameters<typeof cancelAll>[0]> = {}) {
  const { broker, clock } = world;
  return world.during<CancelAllReport>(
    cancelAll({
      broker,
      clock,
      idPrefix: 'sw',
      sides: ['buy', 'sell'],
      deadlineMs: 30_000,
      ...change,
    }),
  );
}

/** An original of ours that has ended, and what took its place, which nobody named. */
function renamed(order: BrokerOrder, link: 'replaces' | 'replacedBy'): readonly BrokerOrder[] {
  const orderId = asOrderId(`before ${order.orderId}`);
  const replacedBy = link === 'replacedBy' ? order.orderId : null;
  return [
    { ...order, orderId, status: 'cancelled', replacedBy },
    { ...order, clientOrderId: null, replaces: link === 'replaces' ? orderId : null },
  ];
}

function working(world: World): readonly string[] {
  return world.broker.ledger
    .orders()
    .filter(({ status }) => status === 'working')
    .map(({ side }) => side);
}

describe('taking back what works without a desk', () => {
  it('ends every order of ours, and has read the list after', async () => {
    const world = await orphaned();
    expect(working(world).toSorted()).toEqual(['buy', 'sell']);
    const report = await rescue(world);
    expect(report).toMatchObject({ left: [], verified: true, fault: null });
    expect(report.ended).toHaveLength(2);
    expect(working(world)).toEqual([]);
  });

  it('leaves resting exits where it is asked to', async () => {
    const world = await orphaned();
    await rescue(world, { sides: ['buy'] });
    expect(working(world)).toEqual(['sell']);
  });

  it('touches nothing of another mark', async () => {
    const world = await orphaned();
    world.excuse('L1', 'the desk is dead, and nothing is taken back');
    expect(await rescue(world, { idPrefix: 'other' })).toMatchObject({ ended: [], left: [] });
    expect(working(world)).toHaveLength(2);
  });

  it.each(['replaces', 'replacedBy'] as const)(
    'ends what took the place of ours without its mark, as %s says',
    async (link) => {
      const world = await orphaned();
      const broker: Broker = {
        ...world.broker,
        cancel: (id) => world.broker.cancel(id),
        orders: async (since) => {
          const read = await world.broker.orders(since);
          return read.ok ? ok(read.value.flatMap((order) => renamed(order, link))) : read;
        },
      };
      await rescue(world, { broker, sides: ['buy'] });
      expect(working(world)).toEqual(['sell']);
    },
  );

  it('asks again where an answer is lost or a cancel refused', async () => {
    const world = await orphaned();
    let calls = 0;
    const broker: Broker = {
      ...world.broker,
      cancel: async (id: OrderId) => {
        calls += 1;
        if (calls === 1) return { kind: 'ambiguous', detail: 'lost' };
        if (calls === 2) return { kind: 'rejected', rejection: { code: 'x', message: 'routed' } };
        return world.broker.cancel(id);
      },
      orders: (since) => world.broker.orders(since),
    };
    expect(await rescue(world, { broker })).toMatchObject({ left: [], verified: true });
    expect(working(world)).toEqual([]);
  });

  it('finds what the list of the broker shows late', async () => {
    const world = await orphaned();
    let reads = 0;
    const broker: Broker = {
      ...world.broker,
      cancel: (id) => world.broker.cancel(id),
      orders: async (since) => {
        reads += 1;
        return reads <= 3 ? ok([]) : world.broker.orders(since);
      },
    };
    expect(await rescue(world, { broker })).toMatchObject({ left: [], verified: true });
    expect(working(world)).toEqual([]);
  });

  it('does not wait for credentials that are refused', async () => {
    const world = await orphaned();
    world.excuse('L1', 'the desk is dead, and nothing is taken back');
    const before = world.elapsed;
    const broker: Broker = {
      ...world.broker,
      orders: async () => err({ kind: 'unauthorized', detail: 'revoked' }),
    };
    expect(await rescue(world, { broker })).toMatchObject({ verified: false });
    expect(world.elapsed - before).toBeLessThan(5_000);
  });

  it('says what is left, and that nothing was verified, when the broker does not answer', async () => {
    const world = await orphaned();
    world.excuse('L1', 'the desk is dead, and nothing is taken back');
    const broker: Broker = {
      ...world.broker,
      orders: async () => err({ kind: 'unreachable', detail: 'refused' }),
    };
    const report = await rescue(world, { broker, deadlineMs: 5_000 });
    expect(report).toMatchObject({ verified: false, fault: { kind: 'unreachable' } });
  });
});
