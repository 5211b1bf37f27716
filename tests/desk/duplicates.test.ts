/** nothing is done twice, whoever says it again, wherever, and after whatever. */
import { afterEach, describe, expect, it } from 'vitest';
import { plus } from '#kernel/time.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const ALERT = 'BTO UBER 78p 12/04 @ 0.75';

async function open(alerts = {}): Promise<World> {
  const world = await openWorld({ alerts });
  world.pin(UBER, '0.70', '0.80');
  return world;
}

describe('redelivery', () => {
  it('R-06: the same message again is answered as the first time and changes nothing', async () => {
    const world = await open();
    const first = await world.say(ALERT);
    const again = await world.redeliver(first.message);
    await world.run(1_000);
    expect(again).toMatchObject({ code: 'duplicate_message', tradeId: first.tradeId });
    expect(world.broker.ledger.mutations).toHaveLength(1);
  });

  it('R-06: two deliveries at the same moment are one trade', async () => {
    const world = await open();
    const message = world.message(ALERT);
    const answers = await world.during(
      Promise.all([1, 2, 3].map(() => world.lane.receive(message))),
    );
    await world.run(1_000);
    expect(answers.map(({ code }) => code).slice(1)).toEqual([
      'duplicate_message',
      'duplicate_message',
    ]);
    expect(world.broker.ledger.mutations).toHaveLength(1);
  });

  it('R-06: is known after a crash, after the trade is over, and for ever', async () => {
    const world = await open();
    const { message } = await world.say(ALERT);
    await world.run(100_000);
    const mutations = world.broker.ledger.mutations.length;
    await world.crash();
    expect(await world.redeliver(message)).toMatchObject({ code: 'duplicate_message' });
    await world.run(3 * 3_600_000);
    await world.crash();
    expect(await world.redeliver(message)).toMatchObject({ code: 'duplicate_message' });
    expect(world.broker.ledger.mutations).toHaveLength(mutations);
  });
});

describe('near duplicates', () => {
  it.each([
    ['another author', { author: 'local:bob' }, ALERT],
    ['another channel', { channel: 'local:other' }, ALERT],
    ['another author in another channel', { author: 'local:bob', channel: 'local:other' }, ALERT],
    ['another price', {}, 'BTO UBER 78p 12/04 @ 0.76'],
    ['a quantity', {}, 'BTO 2 UBER 78p 12/04 @ 0.75'],
    ['no price', {}, 'BTO UBER 78p 12/04'],
  ])(
    'R-06: the same instruction with %s, 9.999 s later, is no second trade',
    async (_, by, text) => {
      const world = await open({ repeat: 'allow' });
      const postedAt = world.at(world.elapsed);
      await world.say(ALERT, { postedAt });
      await world.run(9_000);
      const second = await world.say(text, { ...by, postedAt: plus(postedAt, 9_999) });
      await world.run(1_000);
      expect(second).toMatchObject({ verdict: 'refused', code: 'duplicate_alert' });
      expect(world.bodies('trade.opened')).toHaveLength(1);
    },
  );

  it('R-06: 10.000 s later it is a second instruction', async () => {
    const world = await open({ repeat: 'allow' });
    const postedAt = world.at(world.elapsed);
    await world.say(ALERT, { postedAt });
    await world.run(10_000);
    const second = await world.say(ALERT, { postedAt: plus(postedAt, 10_000) });
    await world.run(1_000);
    expect(second.verdict).toBe('order');
    expect(world.bodies('trade.opened')).toHaveLength(2);
  });

  it('R-06: after the window it is refused as long as the first trade is open', async () => {
    const world = await open();
    await world.say(ALERT);
    await world.run(15_000);
    expect(await world.say(ALERT)).toMatchObject({ code: 'already_open' });
    await world.run(100_000);
    expect((await world.say(ALERT)).verdict).toBe('order');
  });

  it('R-06: the window holds over a crash', async () => {
    const world = await open({ repeat: 'allow' });
    await world.say(ALERT);
    await world.run(2_000);
    await world.crash();
    expect(await world.say(ALERT, { author: 'local:bob' })).toMatchObject({
      code: 'duplicate_alert',
    });
  });

  it('R-06: a refused alert does not block its correction', async () => {
    const world = await open();
    const refused = await world.say('BTO UBER 78.3p 12/04 @ 0.75');
    expect(refused.verdict).toBe('refused');
    expect((await world.say(ALERT)).verdict).toBe('order');
  });
});

describe('a crash between hearing and deciding', () => {
  it('R-06: what was heard and not decided is decided after it, if young enough', async () => {
    const world = await open();
    world.dieOnce(({ kind }) => kind === 'message.received');
    world.tell(ALERT);
    await world.run(1_000);
    expect(world.broker.ledger.mutations).toEqual([]);
    await world.reopen();
    await world.run(2_000);
    expect(world.bodies('trade.opened')).toHaveLength(1);
    expect(world.broker.ledger.mutations).toHaveLength(1);
  });

  it('R-06: and refused as too old when it is not', async () => {
    const world = await open();
    world.dieOnce(({ kind }) => kind === 'message.received');
    world.tell(ALERT);
    await world.run(40_000);
    await world.reopen();
    await world.run(2_000);
    expect(world.bodies('alert.decided').map(({ code }) => code)).toEqual(['too_old']);
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it.each(['alert.decided', 'risk.decided'] as const)(
    'R-06: a decision cut off after its %s is made again, and trades once',
    async (kind) => {
      const world = await open();
      world.dieOnce((record) => record.kind === kind);
      world.tell(ALERT);
      await world.run(1_000);
      expect(world.broker.ledger.mutations).toEqual([]);
      await world.reopen();
      await world.run(2_000);
      expect(world.bodies('trade.opened')).toHaveLength(1);
      expect(world.broker.ledger.mutations).toHaveLength(1);
    },
  );
});
