/** what each kill state stops, at once, and how long it lasts. */
import { afterEach, describe, expect, it } from 'vitest';
import { money } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import type { KillState } from '#risk/model.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const OTHER = 'UBER  261204P00077000';
const SYMBOL = asInstrumentSymbol(UBER);

/** One trade held with its exit resting, another being entered. */
async function busy(): Promise<World> {
  const world = await openWorld();
  world.pin(UBER, '0.70', '0.85');
  world.pin(OTHER, '0.70', '0.85');
  world.broker.script.onCall({
    on: 'place',
    plan: { fills: [{ afterMs: 500, quantity: quantity(4) }] },
  });
  await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
  await world.run(10_000);
  await world.say('BTO 2 UBER 77p 12/04 @ 0.75');
  await world.run(1_000);
  expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50', 'buy 2 @ 0.75']);
  return world;
}

async function engage(world: World, state: KillState): Promise<void> {
  await world.during(world.desk.changeKillState(state, 'local:operator', 'test'));
}

describe('a kill state', () => {
  it.each<KillState>(['PAUSE', 'REDUCE_ONLY', 'HALT', 'FLATTEN'])(
    'R-50: %s takes working entries back and leaves resting exits',
    async (state) => {
      const world = await busy();
      await engage(world, state);
      await world.run(2_000);
      expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
      expect(world.bodies('entry.ended').at(-1)).toMatchObject({ reason: 'kill_state' });
    },
  );

  it.each<KillState>(['PAUSE', 'REDUCE_ONLY', 'HALT', 'FLATTEN'])(
    'R-50: %s lets no alert open anything, also after a crash',
    async (state) => {
      const world = await busy();
      await engage(world, state);
      await world.crash();
      await world.run(15_000);
      const before = world.broker.ledger.mutations.length;
      const refused = await world.say('BTO 1 UBER 79p 12/04 @ 0.75');
      expect(refused).toMatchObject({ verdict: 'refused' });
      await world.run(5_000);
      expect(world.desk.book.killState).toBe(state);
      expect(world.broker.ledger.mutations).toHaveLength(before);
    },
  );

  it.each<KillState>(['PAUSE', 'REDUCE_ONLY'])(
    'R-50: %s lets exits be placed and closes be worked',
    async (state) => {
      const world = await openWorld();
      world.pin(UBER, '0.70', '0.85');
      world.broker.script.onCall({
        on: 'place',
        plan: { fills: [{ afterMs: 500, quantity: quantity(4) }] },
      });
      await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
      await world.run(620);
      await engage(world, state);
      await world.run(5_000);
      expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
      expect((await world.say('STC UBER 78p 12/04')).verdict).toBe('exit');
      await world.run(100_000);
      expect(world.broker.ledger.net(SYMBOL)).toBe(0);
    },
  );

  it('R-50: HALT places no exit; once it is lowered the exit follows', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: [{ afterMs: 500, quantity: quantity(2) }] },
    });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(620);
    await engage(world, 'HALT');
    await world.run(20_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75', 'cancel 4 @ 0.75']);
    expect(await world.say('STC UBER 78p 12/04')).toMatchObject({ code: 'exits_stopped' });
    await engage(world, 'ACTIVE');
    await world.run(2_000);
    expect(working(world.broker.ledger)).toEqual(['sell 1 @ 1.50']);
  });

  it('R-50: PAUSE lowered lets new alerts in; what was taken back stays taken back', async () => {
    const world = await busy();
    await engage(world, 'PAUSE');
    await world.run(2_000);
    await engage(world, 'ACTIVE');
    await world.run(15_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    expect((await world.say('BTO 2 UBER 77p 12/04 @ 0.75')).verdict).toBe('order');
  });

  it('R-50: an order on its way to the disk when the state changes is not sent', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    const answer = world.lane.receive(world.message('BTO 4 UBER 78p 12/04 @ 0.75'));
    world.journal.onDurable(({ kind }) => {
      if (kind === 'trade.opened') world.desk.raise('PAUSE', 'test');
    });
    await world.during(answer);
    await world.run(2_000);
    expect(world.broker.ledger.mutations).toEqual([]);
    expect(world.bodies('entry.ended')).toMatchObject([{ filled: 0 }]);
  });
});

describe('a kill state the desk engages by itself', () => {
  it('R-50: the daily loss lets nothing be opened any more', async () => {
    const world = await openWorld({
      broker: { cash: money('20000') },
      risk: { limits: { allocation: '5%', dailyLossMax: '1%' } },
    });
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: [{ afterMs: 500, quantity: quantity(10) }] },
    });
    await world.say('BTO 10 UBER 78p 12/04 @ 0.75');
    await world.run(5_000);
    expect(world.desk.book.killState).toBe('ACTIVE');
    // 10 × 100 × (0.75 − 0.55) = 200, which is 1 % of 20 000.
    world.pin(UBER, '0.50', '0.60');
    await world.run(2_000);
    expect(world.desk.book.killState).toBe('REDUCE_ONLY');
    expect(world.bodies('kill_state.changed')).toMatchObject([{ from: 'ACTIVE' }]);
  });

  it('R-50: a realised loss of a position of yesterday counts today', async () => {
    const world = await openWorld({ risk: { limits: { dailyLossMax: '0.50%' } } });
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: [{ afterMs: 500, quantity: quantity(10) }] },
    });
    await world.say('BTO 10 UBER 78p 12/04 @ 0.75');
    await world.run(5_000);
    await world.closeUntil(world.at(24 * 3_600_000));
    expect(world.desk.book.killState).toBe('ACTIVE');
    world.pin(UBER, '0.28', '0.30');
    await world.say('STC UBER 78p 12/04');
    await world.run(2_000);
    world.pin(UBER, '0.29', '0.31');
    await world.run(100_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(0);
    // Sold at 0.29, 460 of 500 lost: a further 41 would be the limit.
    expect(world.desk.book.killState).toBe('ACTIVE');
    expect(
      world.bodies('trade.ended').every(({ result }) => result < 0n && result > -money('500')),
    ).toBe(true);
  });

  it('R-50: two orders nobody knows the fate of pause entries', async () => {
    const world = await openWorld();
    for (const symbol of [UBER, OTHER]) world.pin(symbol, '0.70', '0.85');
    world.broker.disconnect(60_000);
    world.broker.freezeLists(15_000);
    world.broker.script.onCall({
      on: 'place',
      times: 2,
      answer: { kind: 'ambiguous_with_effect' },
    });
    await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    await world.say('BTO 2 UBER 77p 12/04 @ 0.75');
    await world.run(13_000);
    expect(world.desk.book.killState).toBe('PAUSE');
  });
});
