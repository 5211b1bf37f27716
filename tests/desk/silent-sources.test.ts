/** What is asked and never answered: the wait has an end, and the desk does what is safe. */
import { afterEach, describe, expect, it } from 'vitest';
import { BTO, fill, net, UBER } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { working } from './ledger-lines.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const never = (): Promise<never> => new Promise(() => undefined);

async function entering(): Promise<World> {
  const world = await openWorld();
  world.pin(UBER, '0.70', '0.85');
  return world;
}

describe('a source of instruments', () => {
  it.each(['find', 'listing'] as const)(
    'R-05: whose %s never answers leads to an answer all the same',
    async (call) => {
      const world = await entering();
      Object.assign(world.market, { [call]: never });
      const answer = await world.say(BTO);
      expect(world.elapsed).toBeLessThan(15_000);
      expect(answer.tradeId === null ? answer.code : 'traded').toBe(
        call === 'find' ? 'lookup_unavailable' : 'traded',
      );
    },
  );

  it('R-05: that throws is told as one that cannot be asked', async () => {
    const world = await entering();
    Object.assign(world.market, { find: () => Promise.reject(new Error('no connection')) });
    const { verdict, code, detail } = await world.say(BTO);
    expect([verdict, code]).toEqual(['refused', 'lookup_unavailable']);
    expect(detail).toContain('no connection');
  });

  it('R-05: that throws words without end is put on record all the same', async () => {
    const world = await entering();
    Object.assign(world.market, { find: () => Promise.reject(new Error('x'.repeat(100_000))) });
    expect(await world.say(BTO)).toMatchObject({ code: 'lookup_unavailable' });
  });

  it('R-05: that answers too late opens nothing', async () => {
    const world = await entering();
    const { find } = world.market;
    const late: (() => void)[] = [];
    Object.assign(world.market, {
      find: async (...query: Parameters<typeof find>) => {
        await new Promise<void>((resolve) => late.push(resolve));
        return find(...query);
      },
    });
    await world.say(BTO);
    for (const answer of late) answer();
    await world.run(100_000);
    expect(world.bodies('trade.opened')).toEqual([]);
  });
});

describe('a broker', () => {
  it('that throws words without end when it is asked to place is looked up', async () => {
    const world = await entering();
    const place = () => Promise.reject(new Error('x'.repeat(100_000)));
    Object.assign(world.process.broker, { place });
    await world.say(BTO);
    await world.run(1_000);
    expect(world.bodies('order.answered')).toMatchObject([{ answer: { kind: 'ambiguous' } }]);
    expect(world.bodies('incident.raised').map(({ code }) => code)).toContain('adapter_failed');
    await world.run(60_000);
  });

  it('R-52: that never answers one question is asked again', async () => {
    const world = await entering();
    await world.say(BTO);
    const { orders } = world.process.broker;
    let asked = 0;
    Object.assign(world.process.broker, {
      orders: (...since: Parameters<typeof orders>) => {
        asked += 1;
        return asked === 1 ? never() : orders(...since);
      },
    });
    world.broker.script.onNotice({ times: Infinity, delivery: { kind: 'drop' } });
    world.pin(UBER, '0.70', '0.74');
    await world.run(60_000);
    expect(net(world)).toBe(10);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 10 }]);
  });

  it('R-52: that never answers after a start keeps no desk waiting for good', async () => {
    const world = await entering();
    world.die();
    const silent = { orders: never, positions: never, balances: never };
    let hear = (): void => undefined;
    await world.reopen(() => {
      const heard = { ...world.process.broker };
      Object.assign(world.process.broker, silent);
      hear = () => Object.assign(world.process.broker, heard);
    });
    await world.run(10_000);
    hear();
    await world.run(60_000);
    expect(world.desk.isReconciled).toBe(true);
  });

  it('R-52: that lists its orders at a start is asked for none of them alone', async () => {
    const world = await entering();
    await world.say(BTO);
    world.die();
    const asked: string[] = [];
    await world.reopen(() =>
      world.process.onCall((moment, name) => {
        if (moment === 'sent') asked.push(name);
      }),
    );
    expect(asked.filter((name) => /^order(ById|sByClientId)$/.test(name))).toEqual([]);
    expect(world.desk.book.open()[0]?.orders).toMatchObject([{ phase: 'live', doubtful: false }]);
  });

  it('R-52: that does not list them is asked for each all the same', async () => {
    const world = await entering();
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(1_000, 10)] } });
    await world.say(BTO);
    world.die();
    let hear = (): void => undefined;
    await world.reopen(() => {
      const { orders } = world.process.broker;
      Object.assign(world.process.broker, { orders: never });
      hear = () => Object.assign(world.process.broker, { orders });
    });
    await world.run(6_000);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
    hear();
    await world.run(60_000);
  });
});
