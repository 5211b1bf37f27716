/** the machine's clock is set, forward or back, while trades are under way. */
import { afterEach, describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { date } from '#kernel/calendar.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { newYorkInstant } from '#market/session.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SYMBOL = asInstrumentSymbol(UBER);
const ALERT = 'BTO 4 UBER 78p 12/04 @ 0.75';
const HOUR_MS = 3_600_000;

/** In the middle of the session, where an hour more or less leaves it. */
async function open(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld({
    start: newYorkInstant(date('2026-11-19'), '12:30'),
    ...options,
  });
  world.pin(UBER, '0.70', '0.85');
  for (const id of ['S6', 'L1', 'L3']) world.excuse(id, 'record and broker are an hour apart');
  return world;
}

async function holding(options: WorldOptions = {}): Promise<World> {
  const world = await open(options);
  const plan = { fills: [{ afterMs: 500, quantity: quantity(4) }] };
  world.broker.script.onCall({ on: 'place', plan });
  await world.say(ALERT);
  return world;
}

function incidents(world: World): readonly string[] {
  return world.bodies('incident.raised').map(({ code }) => code);
}

describe('a clock that is set', () => {
  it.each([HOUR_MS, -HOUR_MS])('R-52: by %i ms pauses entries, and is followed', async (byMs) => {
    const world = await open();
    await world.say(ALERT);
    await world.run(5_000);
    world.clock.step(byMs);
    await world.run(5_000);
    expect(incidents(world)).toEqual(['clock_stepped']);
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(working(world.broker.ledger)).toEqual([]);
    expect(Math.abs(world.desk.now() - world.clock.now())).toBeLessThan(1_000);
  });

  it.each([8_000, -8_000])('R-52: by %i ms lets alerts be taken all the same', async (byMs) => {
    const world = await open();
    world.clock.step(byMs);
    await world.run(5_000);
    world.pin(UBER, '0.70', '0.85');
    expect((await world.say(ALERT)).verdict).toBe('order');
    expect(world.desk.book.killState).toBe('ACTIVE');
  });

  it('R-52: back by an hour: what is told to be sold is sold', async () => {
    const world = await holding();
    await world.run(10_000);
    world.clock.step(-HOUR_MS);
    await world.run(5_000);
    world.pin(UBER, '0.70', '0.85');
    expect((await world.say('STC UBER 78p 12/04')).verdict).toBe('exit');
    await world.run(100_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(0);
  });

  it('R-52: back by an hour: what has just been bought gets its exit', async () => {
    const world = await holding();
    await world.run(700);
    world.clock.step(-HOUR_MS);
    await world.run(10_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });

  it('R-52: back by an hour: a cancel that was lost is asked for again', async () => {
    const world = await open();
    await world.say(ALERT);
    await world.run(2_000);
    const answer = { kind: 'ambiguous_without_effect' } as const;
    world.broker.script.onCall({ on: 'cancel', answer });
    for (const { id } of world.desk.book.open()) world.desk.endEntry(id, 'operator', 'local:op');
    await world.run(500);
    world.clock.step(-HOUR_MS);
    await world.run(30_000);
    expect(working(world.broker.ledger)).toEqual([]);
  });

  it.each([8_000, HOUR_MS])(
    'R-52: forward by %i ms proves no order absent earlier',
    async (byMs) => {
      const world = await holding({ broker: { latency: { ...NO_LATENCY, timeoutMs: 25_000 } } });
      world.broker.script.onCall({
        on: 'place',
        when: ({ clientOrderId }) => clientOrderId?.endsWith('.X0') ?? false,
        answer: { kind: 'ambiguous_late', afterMs: 44_000 },
      });
      await world.run(30_000);
      world.clock.step(byMs);
      await world.run(100_000);
      expect(sentOnly(world.broker.ledger).slice(1)).toEqual(['sell 2 @ 1.50']);
    },
  );

  it('R-52: back by an hour leaves room to send', async () => {
    const world = await holding();
    await world.run(10_000);
    world.clock.step(-HOUR_MS);
    await world.run(70_000);
    expect(world.desk.book.mutationsSince(world.at(80_000 - HOUR_MS - 60_000))).toBe(0);
  });
});

describe('a clock that was set back while no desk ran', () => {
  it('R-52: lets the desk start: entries pause, exits are looked after, and it is told', async () => {
    const world = await holding();
    await world.run(300);
    world.die();
    world.clock.step(-HOUR_MS);
    await world.run(1_000);
    await world.reopen();
    await world.run(10_000);
    expect(incidents(world)).toEqual(['clock_stepped']);
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });

  it('R-52: by a few seconds is told, and nothing is paused for it', async () => {
    const world = await holding();
    await world.run(1_500);
    world.die();
    world.clock.step(-8_000);
    await world.reopen();
    expect(incidents(world)).toEqual(['clock_stepped']);
    expect(world.desk.book.killState).toBe('ACTIVE');
  });
});
