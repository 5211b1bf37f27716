/** when the record cannot be written nothing is sent, and what works is taken back. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Draft } from '#events/record.ts';
import type { Appended, Durability, JournalHealth } from '#journal/ports.ts';
import { quantity } from '#kernel/quantity.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const OTHER = 'UBER  261204P00077000';

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
  return world;
}

describe('a full disk', () => {
  it('R-16: working entries are taken back in the space kept for that, exits stay', async () => {
    const world = await busy();
    world.journal.fillUp();
    await world.run(10_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    expect(sentOnly(world.broker.ledger).at(-1)).toBe('cancel 2 @ 0.75');
    await world.crash();
  });

  it('R-16: nothing is sent afterwards, whatever happens', async () => {
    const world = await busy();
    world.journal.fillUp();
    await world.run(1_000);
    const before = world.broker.ledger.mutations.length;
    world.excuse('S16', 'what was said to a desk without a record was never heard');
    world.tell('BTO 2 UBER 79p 12/04 @ 0.75');
    world.tell('STC UBER 78p 12/04');
    await world.run(100_000);
    expect(world.broker.ledger.mutations).toHaveLength(before);
    await world.crash();
  });

  it('R-16: an order just on its way is taken back when the broker has taken it', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.process.onSent((kind) => {
      if (kind === 'place') world.journal.fillUp();
    });
    world.tell('BTO 2 UBER 78p 12/04 @ 0.75');
    await world.run(5_000);
    expect(world.broker.ledger.orders().map(({ status }) => status)).toEqual(['cancelled']);
    await world.crash();
  });
});

describe('a journal that fails', () => {
  it('R-16: only cancels of our entries are still sent; the next run goes on from there', async () => {
    const world = await busy();
    world.excuse('S6', 'a cancel that cannot be recorded goes out all the same: it only reduces');
    const before = sentOnly(world.broker.ledger).length;
    world.journal.breakDown('EIO');
    await world.run(30_000);
    expect(sentOnly(world.broker.ledger).slice(before)).toEqual(['cancel 2 @ 0.75']);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    await world.crash();
    await world.run(100_000);
    expect(sentOnly(world.broker.ledger)).toHaveLength(before + 1);
    expect(world.bodies('entry.ended').at(-1)).toMatchObject({ reason: 'cancelled_elsewhere' });
  });

  it('R-16: an order just on its way is taken back when the broker has taken it', async () => {
    const world = await openWorld();
    world.excuse('S6', 'a cancel that cannot be recorded goes out all the same: it only reduces');
    world.pin(UBER, '0.70', '0.85');
    world.process.onSent((kind) => {
      if (kind === 'place') world.journal.breakDown('EIO');
    });
    world.tell('BTO 2 UBER 78p 12/04 @ 0.75');
    await world.run(5_000);
    expect(world.broker.ledger.orders().map(({ status }) => status)).toEqual(['cancelled']);
    await world.crash();
  });

  it('R-16: the desk stops once they are answered', async () => {
    const world = await busy();
    world.excuse('S6', 'a cancel that cannot be recorded goes out all the same: it only reduces');
    world.journal.breakDown('EIO');
    await expect(world.during(world.desk.stop('EIO'))).rejects.toThrow('EIO');
    const cancels = world.broker.ledger.mutations.filter(({ kind }) => kind === 'cancel');
    expect(cancels).toHaveLength(1);
    await world.crash();
  });

  it('R-16: an intent that is not on disk is never sent', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    const message = world.message('BTO 2 UBER 78p 12/04 @ 0.75');
    const answer = world.lane.receive(message);
    world.journal.onDurable(({ kind }) => {
      if (kind === 'message.received') world.journal.breakDown('EIO');
    });
    await expect(world.during(answer)).rejects.toThrow('EIO');
    await world.run(5_000);
    expect(world.broker.ledger.mutations).toEqual([]);
    await world.crash();
  });
});

/** From now on what is meant to be sent takes so long to reach the disk. */
function slowDown({ clock, journal }: World, ms: number): void {
  const append = journal.append.bind(journal);
  journal.append = <D extends Draft>(drafts: readonly D[], by: Durability): Appended<D> => {
    const made = append(drafts, by);
    if (drafts.every(({ kind }) => kind !== 'order.intended')) return made;
    const late = new Promise<void>((resolve) => void clock.after(ms, resolve));
    return { ...made, durable: made.durable.then(() => late) };
  };
}

describe('a slow disk', () => {
  it('R-16: an entry priced for a moment that is over is not sent', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    slowDown(world, 3_000);
    await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    await world.run(100_000);
    expect(world.broker.ledger.mutations).toEqual([]);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'not_sent' }]);
  });

  it('R-16: an entry that took too long is not sent, wherever the clock was set meanwhile', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    slowDown(world, 3_000);
    world.tell('BTO 2 UBER 78p 12/04 @ 0.75');
    await world.run(500);
    world.clock.step(-3_000);
    await world.run(5_000);
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('R-16: an exit is sent however late: it rests at its own price', async () => {
    const world = await openWorld();
    world.excuse('L3', 'the record of the exit is what took so long');
    world.pin(UBER, '0.70', '0.85');
    const plan = { fills: [{ afterMs: 500, quantity: quantity(2) }] };
    world.broker.script.onCall({ on: 'place', plan });
    await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    slowDown(world, 6_000);
    await world.run(10_000);
    expect(working(world.broker.ledger)).toEqual(['sell 1 @ 1.50']);
  });

  it('R-50: what waits for it when the desk is halted is not sent any more', async () => {
    const world = await openWorld();
    world.excuse('L3', 'nothing is sold in HALT');
    world.pin(UBER, '0.70', '0.85');
    const plan = { fills: [{ afterMs: 500, quantity: quantity(2) }] };
    world.broker.script.onCall({ on: 'place', plan });
    await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    slowDown(world, 2_000);
    await world.run(2_500);
    expect(world.bodies('order.intended')).toHaveLength(2);
    await world.during(world.desk.changeKillState('HALT', 'local:operator', 'test'));
    await world.run(10_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 2 @ 0.75']);
  });
});

/** From now on no write to the disk ever ends: neither well nor badly. */
function hang({ journal }: World): void {
  const { health, onDurable } = journal;
  const from = health.call(journal).lastSeq;
  const never = new Promise<void>(() => undefined);
  const append = journal.append.bind(journal);
  journal.append = <D extends Draft>(drafts: readonly D[], by: Durability): Appended<D> => ({
    ...append(drafts, by),
    durable: never,
  });
  journal.emergency = (drafts) => journal.append(drafts, 'sync');
  journal.health = () => ({ ...health.call(journal), durableSeq: from, waitingMs: 10_000 });
  journal.onDurable = (listener) =>
    onDurable.call(journal, (record) => {
      if (record.seq <= from) listener(record);
    });
}

/** The next run, on what had reached the disk. */
async function goOn(world: World): Promise<void> {
  world.die();
  await world.reopen();
  await world.run(10_000);
}

describe('a disk that never answers', () => {
  it('R-16: does not keep the desk from stopping, which says so and takes its entry back', async () => {
    const world = await busy();
    world.excuse('S6', 'a cancel that cannot be recorded goes out all the same: it only reduces');
    hang(world);
    const startedAt = world.elapsed;
    const stopped = world.during(world.desk.stop('SIGTERM'));
    await expect(stopped).rejects.toThrow('the disk has not answered for 5 s');
    expect(world.elapsed - startedAt).toBeLessThan(25_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    await goOn(world);
    expect(world.bodies('entry.ended').at(-1)).toMatchObject({ reason: 'cancelled_elsewhere' });
  });

  it('R-16: leaves working entries where they are when a stop is to leave them', async () => {
    const world = await openWorld({ orders: { onShutdown: 'leave' } });
    world.pin(UBER, '0.70', '0.85');
    await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    await world.run(1_000);
    hang(world);
    const stopped = world.during(world.desk.stop('SIGTERM'));
    await expect(stopped).rejects.toThrow('the disk has not answered');
    expect(working(world.broker.ledger)).toEqual(['buy 2 @ 0.75']);
    await goOn(world);
  });
});

describe('little space left', () => {
  it('R-16: is told once; when it is short, entries pause', async () => {
    const world = await openWorld();
    const { health } = world.journal;
    const show = (space: JournalHealth['space']): void => {
      world.journal.health = () => ({ ...health.call(world.journal), space, freeBytes: 5e8 });
    };
    show('low');
    await world.run(5_000);
    expect(world.bodies('incident.raised').map(({ code }) => code)).toEqual(['disk_space_low']);
    expect(world.desk.book.killState).toBe('ACTIVE');
    show('short');
    await world.run(2_000);
    expect(world.desk.book.killState).toBe('PAUSE');
  });
});
