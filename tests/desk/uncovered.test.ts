/** a position that should have an order at the broker and has none is never silent. */
import { afterEach, describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { plus } from '#kernel/time.ts';
import { newYorkInstant } from '#market/session.ts';
import { BTO, fill, holding, net, STC, UBER } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { working } from './ledger-lines.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const HALTED = 'the kill state sends nothing new';

function incidents(world: World): readonly string[] {
  return world.bodies('incident.raised').map(({ code, detail }) => `${code}: ${detail}`);
}

function set(world: World, state: 'ACTIVE' | 'HALT'): Promise<void> {
  return world.during(world.desk.changeKillState(state, 'local:operator', 'test'));
}

/** Halted in the moment in which the exit is gone and the close is not sent yet. */
async function haltedBetween(): Promise<World> {
  const world = await holding();
  const { desk } = world;
  world.journal.onDurable((record) => {
    const { kind, body } = record as ReturnType<World['records']>[number];
    if (kind !== 'order.seen') return;
    const isExitGone = body.sighting.cid.includes('.X') && body.sighting.status === 'cancelled';
    if (isExitGone) void desk.changeKillState('HALT', 'local:operator', 'test');
  });
  world.pin(UBER, '0.75', '0.80');
  await world.say(STC);
  await world.run(10_000);
  expect(desk.book.killState).toBe('HALT');
  expect(working(world.broker.ledger)).toEqual([]);
  expect(net(world)).toBe(10);
  return world;
}

describe('a close stopped by HALT between the cancel of the exit and its own sending', () => {
  it('R-50: is told: what is held, that nothing rests for it, and why', async () => {
    const world = await haltedBetween();
    expect(incidents(world)).toEqual([
      `position_without_order: 10 held, and no order of ours rests for them: ${HALTED}`,
    ]);
  });

  it('R-11: is sent as soon as the desk goes on', async () => {
    const world = await haltedBetween();
    await set(world, 'ACTIVE');
    await world.run(2_500);
    expect(working(world.broker.ledger)).toEqual(['sell 10 @ 0.78']);
    world.pin(UBER, '0.80', '0.85');
    await world.run(5_000);
    expect(net(world)).toBe(0);
  });

  it('R-50: is told again by the next run, and sent when that goes on', async () => {
    const world = await haltedBetween();
    await world.crash();
    await world.run(5_000);
    expect(incidents(world).filter((line) => line.startsWith('position_'))).toHaveLength(2);
    await set(world, 'ACTIVE');
    await world.run(100_000);
    expect(net(world)).toBe(0);
  });
});

describe('a position whose exit HALT keeps from being placed', () => {
  it('R-10: is told, and the exit rests once the desk goes on', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 4)] } });
    await world.say(BTO);
    await world.run(620);
    await set(world, 'HALT');
    await world.run(10_000);
    expect(incidents(world)).toEqual([
      `position_without_order: 4 held, and no order of ours rests for them: ${HALTED}`,
    ]);
    await set(world, 'ACTIVE');
    await world.run(2_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });

  it('R-10: is not told of one contract, which has no exit by plan', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 1)] } });
    await world.say(BTO);
    await world.run(620);
    await set(world, 'HALT');
    await world.run(10_000);
    expect(incidents(world)).toEqual([]);
  });
});

describe('a close whose day ends before it is sold', () => {
  it('R-11: is told overnight that nothing rests, and is sent in the morning', async () => {
    const end = newYorkInstant(date('2026-11-19'), '16:00');
    const world = await holding({
      start: plus(end, -60_000),
      risk: { limits: { entriesStopBeforeCloseMs: 0, entriesUntil: '16:00' } },
    });
    await world.run(end - world.clock.now() - 5_000);
    world.pin(UBER, '0.70', '0.90');
    await world.say(STC);
    await world.run(30_000);
    expect(working(world.broker.ledger)).toEqual([]);
    expect(incidents(world)).toEqual([
      'position_without_order: 10 held, and no order of ours rests for them: the venue is closed',
    ]);
  });
});
