/** opening and closing of the market, days, expiry, stopping and starting. */
import { afterEach, describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { quantity } from '#kernel/quantity.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { newYorkInstant } from '#market/session.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, traded, working } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SYMBOL = asInstrumentSymbol(UBER);
const LATE = { limits: { entriesUntil: '16:00', entriesStopBeforeCloseMs: 0 } } as const;

function at(day: string, time: `${number}:${number}`): EpochMs {
  return newYorkInstant(date(day), time);
}

async function until(world: World, instant: EpochMs): Promise<void> {
  await world.run(instant - world.clock.now());
}

async function holding(options: WorldOptions = {}, symbol = UBER): Promise<World> {
  const world = await openWorld(options);
  world.pin(symbol, '0.70', '0.85');
  world.broker.script.onCall({
    on: 'place',
    plan: { fills: [{ afterMs: 500, quantity: quantity(4) }] },
  });
  return world;
}

describe('the close of the market', () => {
  it('R-09: during an entry ends it; nothing is sent after it', async () => {
    const world = await openWorld({ start: at('2026-11-19', '15:58'), risk: LATE });
    world.pin(UBER, '0.70', '0.85');
    await until(world, at('2026-11-19', '15:58'));
    await world.run(59_500);
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(180_000);
    const close = at('2026-11-19', '16:00');
    expect(world.broker.ledger.mutations.every((each) => each.at < close)).toBe(true);
    expect(working(world.broker.ledger)).toEqual([]);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'session_over', filled: 0 }]);
  });

  it('R-10: a moment after a fill leaves the exit for the next opening', async () => {
    const world = await openWorld({ start: at('2026-11-19', '15:58'), risk: LATE });
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: [{ afterMs: 1_000, quantity: quantity(2) }] },
    });
    await until(world, plus(at('2026-11-19', '16:00'), -1_500));
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await until(world, at('2026-11-19', '16:05'));
    expect(traded(world.broker.ledger)).toEqual(['buy 2 @ 0.75']);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    await world.closeUntil(at('2026-11-20', '09:29'));
    expect(working(world.broker.ledger)).toEqual([]);
    await until(world, at('2026-11-20', '09:31'));
    expect(working(world.broker.ledger)).toEqual(['sell 1 @ 1.50']);
    expect(world.bodies('trade.blocked')).toEqual([]);
  });

  it('R-10: before an exit that was throttled is sent again: looked for seldom until then', async () => {
    const world = await openWorld({ start: at('2026-11-19', '15:58'), risk: LATE });
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: [{ afterMs: 1_000, quantity: quantity(2) }] },
    });
    await until(world, plus(at('2026-11-19', '16:00'), -10_000));
    await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    world.broker.script.onCall({
      on: 'place',
      times: Infinity,
      when: () => world.clock.now() < at('2026-11-19', '16:00'),
      answer: { kind: 'not_sent', reason: 'throttled' },
    });
    await until(world, at('2026-11-19', '18:00'));
    expect(working(world.broker.ledger)).toEqual([]);
    const looks = world.bodies('order.missed').length;
    expect(looks).toBeGreaterThan(3);
    expect(looks).toBeLessThan(150);
    await world.closeUntil(at('2026-11-20', '09:29'));
    await until(world, at('2026-11-20', '09:31'));
    expect(working(world.broker.ledger)).toEqual(['sell 1 @ 1.50']);
  });

  it('R-10: ends a day exit, which is placed again when the market opens', async () => {
    const world = await holding({ risk: { exit: { timeInForce: 'day' } } });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(10_000);
    await world.closeUntil(at('2026-11-19', '15:59'));
    await until(world, at('2026-11-19', '16:02'));
    expect(working(world.broker.ledger)).toEqual([]);
    await world.closeUntil(at('2026-11-20', '09:29'));
    await until(world, at('2026-11-20', '09:31'));
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    expect(world.bodies('trade.blocked')).toEqual([]);
  });

  it('R-11: ends a close that rests; it goes on when the market opens', async () => {
    const world = await holding({ start: at('2026-11-19', '15:57'), risk: LATE });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await until(world, at('2026-11-19', '15:58'));
    world.broker.script.onCall({ on: 'place', times: 10, plan: { fills: 'never' } });
    await world.say('STC UBER 78p 12/04');
    await until(world, at('2026-11-19', '16:02'));
    expect(working(world.broker.ledger)).toEqual([]);
    await world.closeUntil(at('2026-11-20', '09:29'));
    await until(world, at('2026-11-20', '09:31'));
    expect(working(world.broker.ledger)).toHaveLength(1);
    world.excuse('L2', 'being closed');
  });
});

describe('expiry', () => {
  const TODAY = 'UBER  261120P00078000';

  it('R-10: of a held contract ends its trade; nothing more is sent for it', async () => {
    const world = await holding({ start: at('2026-11-20', '15:30') }, TODAY);
    await world.say('BTO 4 UBER 78p 11/20 @ 0.75');
    await until(world, at('2026-11-20', '15:58'));
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    const sentBefore = world.broker.ledger.mutations.length;
    await until(world, at('2026-11-20', '16:35'));
    expect(world.broker.ledger.mutations).toHaveLength(sentBefore);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'expired' }]);
    expect(world.desk.book.killState).toBe('ACTIVE');
  });

  it('R-10: of a contract whose exit was still to be placed does not place it', async () => {
    const world = await openWorld({
      start: at('2026-11-20', '15:58'),
      risk: { limits: { ...LATE.limits, expiryStopMs: 0 } },
      broker: { openUntilMs: 0 },
    });
    world.pin(TODAY, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: [{ afterMs: 1_000, quantity: quantity(2) }] },
    });
    await until(world, plus(at('2026-11-20', '16:00'), -1_500));
    await world.say('BTO 4 UBER 78p 11/20 @ 0.75');
    await until(world, at('2026-11-20', '16:35'));
    expect(traded(world.broker.ledger)).toEqual(['buy 2 @ 0.75']);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'expired' }]);
  });

  it('R-11: of a contract whose close still rests ends the close and the trade', async () => {
    const world = await holding({ start: at('2026-11-20', '15:30') }, TODAY);
    await world.say('BTO 4 UBER 78p 11/20 @ 0.75');
    await until(world, at('2026-11-20', '15:58'));
    world.broker.script.onCall({ on: 'place', times: Infinity, plan: { fills: 'never' } });
    await world.say('STC UBER 78p 11/20');
    await until(world, at('2026-11-20', '16:35'));
    expect(world.bodies('close.ended')).toMatchObject([{ sold: 0 }]);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'expired' }]);
  });

  it.each(['ACTIVE', 'HALT'] as const)(
    'R-14: of a contract whose sell never left gives it up and ends the trade (%s)',
    async (state) => {
      const world = await holding({ start: at('2026-11-20', '15:30') }, TODAY);
      await world.say('BTO 4 UBER 78p 11/20 @ 0.75');
      await until(world, plus(at('2026-11-20', '16:00'), -300));
      const answer = { kind: 'not_sent', reason: 'unreachable' } as const;
      world.broker.script.onCall({ on: 'place', times: Infinity, answer });
      world.tell('STC UBER 78p 11/20');
      await until(world, at('2026-11-20', '16:05'));
      expect(world.desk.book.open()[0]?.orders.at(-1)).toMatchObject({ phase: 'unsent' });
      await world.during(world.desk.changeKillState(state, 'local:operator', 'test'));
      await until(world, at('2026-11-20', '16:35'));
      expect(world.bodies('order.ended')).toMatchObject([{ end: 'not_sent' }]);
      expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'expired' }]);
    },
  );

  it('R-10: while the desk was down is found at the start', async () => {
    const world = await holding({ start: at('2026-11-20', '15:30') }, TODAY);
    await world.say('BTO 4 UBER 78p 11/20 @ 0.75');
    await world.run(5_000);
    await world.closeUntil(at('2026-11-23', '10:00'));
    await world.run(10_000);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'expired' }]);
    expect(world.desk.book.killState).toBe('ACTIVE');
  });
});

describe('the next day', () => {
  it('R-52: a position and its exit are carried over, through a restart as well', async () => {
    const world = await holding();
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(5_000);
    await world.closeUntil(at('2026-11-20', '10:00'));
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    expect(world.desk.book.open()).toHaveLength(1);
    world.pin(UBER, '1.55', '1.65');
    await world.run(2_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(2);
  });

  it('R-52: what ended long ago is no longer kept in memory', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    await world.run(100_000);
    expect([...world.desk.book.all()]).toHaveLength(1);
    world.process.standStill();
    await until(world, at('2026-11-21', '10:00'));
    world.process.goOn();
    await world.run(5_000);
    expect([...world.desk.book.all()]).toHaveLength(0);
    world.excuse('S16', 'forgotten here, and known by its mark');
  });
});

describe('stopping', () => {
  it('R-52: takes working entries back, leaves exits, and ends the run', async () => {
    const world = await holding();
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(10_000);
    world.pin('UBER  261204P00077000', '0.70', '0.85');
    await world.say('BTO 2 UBER 77p 12/04 @ 0.75');
    await world.run(1_000);
    await world.during(world.desk.stop('test'));
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    expect(world.bodies('entry.ended').at(-1)).toMatchObject({ reason: 'shutdown' });
    expect(world.kinds().at(-1)).toBe('run.ended');
    await world.reopen();
  });

  it('R-52: leaves entries at work when it is told to, and the next run goes on with them', async () => {
    const world = await openWorld({ orders: { onShutdown: 'leave' } });
    world.pin(UBER, '0.70', '0.85');
    await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    await world.run(1_000);
    await world.restart();
    expect(working(world.broker.ledger)).toEqual(['buy 1 @ 0.75']);
    await world.run(100_000);
    expect(sentOnly(world.broker.ledger)).toEqual([
      'buy 1 @ 0.75',
      'edit @ 0.76',
      'edit @ 0.77',
      'edit @ 0.78',
      'cancel 1 @ 0.78',
    ]);
  });

  it('R-52: does not wait for ever for a broker that does not answer', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', plan: { fills: 'never', cancelsIgnored: 4 } });
    await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    await world.run(1_000);
    const before = world.elapsed;
    await world.during(world.desk.stop('test'));
    expect(world.elapsed - before).toBeLessThan(11_000);
    await world.reopen();
  });

  it.each([
    ['and records it', 4_000, 1],
    ['though not for ever', 600_000, 0],
  ])('R-52: waits for the answer to what was sent %s', async (_, byMs, answers) => {
    const world = await openWorld({ orders: { onShutdown: 'leave' } });
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', answer: { kind: 'slow', byMs } });
    await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    const before = world.elapsed;
    await world.during(world.desk.stop('test'));
    expect(world.elapsed - before).toBeLessThan(11_000);
    expect(world.bodies('order.answered')).toHaveLength(answers);
    expect(world.kinds().at(-1)).toBe('run.ended');
    await world.reopen();
  });

  it('R-52: nothing is opened once it has begun', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', plan: { fills: 'never', cancelsIgnored: 4 } });
    await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    await world.run(1_000);
    const stopped = world.desk.stop('test');
    world.pin('UBER  261204P00077000', '0.70', '0.85');
    world.tell('BTO 2 UBER 77p 12/04 @ 0.75');
    await world.during(stopped);
    expect(sentOnly(world.broker.ledger).filter((line) => line.startsWith('buy'))).toHaveLength(1);
    await world.reopen();
  });
});
