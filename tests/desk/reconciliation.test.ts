/** desk and broker are compared at the start, on reconnect, after a standstill, and later. */
import { afterEach, describe, expect, it } from 'vitest';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import type { Instrument } from '#market/instrument.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import type { OrderTicket } from '#orders/ports.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SYMBOL = asInstrumentSymbol(UBER);
const ALERT = 'BTO 4 UBER 78p 12/04 @ 0.75';

async function holding(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  world.pin(UBER, '0.70', '0.85');
  world.broker.script.onCall({
    on: 'place',
    plan: { fills: [{ afterMs: 500, quantity: quantity(4) }] },
  });
  await world.say(ALERT);
  await world.run(10_000);
  expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  return world;
}

async function instrument(world: World): Promise<Instrument> {
  const found = await world.market.bySymbol(SYMBOL);
  if (!found.ok) throw new Error('not listed');
  return found.value;
}

async function sellByHand(world: World, count: number): Promise<void> {
  world.broker.tradeElsewhere({
    instrument: await instrument(world),
    side: 'sell',
    quantity: quantity(count),
    price: price('0.70'),
  });
}

async function foreignOrder(world: World, cid: string): Promise<void> {
  const ticket: OrderTicket = {
    clientOrderId: asClientOrderId(cid),
    instrument: await instrument(world),
    side: 'buy',
    effect: 'open',
    quantity: quantity(1),
    terms: { kind: 'limit', limit: price('0.10') },
    timeInForce: 'day',
  };
  await world.during(world.broker.place(ticket));
}

function incidents(world: World): readonly string[] {
  return world.bodies('incident.raised').map(({ code }) => code);
}

describe('at the start', () => {
  it('R-52: an unreachable broker keeps entries waiting and is tried until it answers', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.kill();
    world.broker.script.onQuery({ times: 12, fault: { kind: 'unreachable', detail: 'down' } });
    await world.reopen();
    await world.run(3_000);
    expect(world.desk.isReconciled).toBe(false);
    expect(await world.say(ALERT)).toMatchObject({ verdict: 'refused' });
    expect(world.broker.ledger.mutations).toEqual([]);
    await world.run(60_000);
    expect(world.desk.isReconciled).toBe(true);
    expect(incidents(world)).toContain('reconcile_failed');
    expect((await world.say('BTO 1 UBER 78p 12/04 @ 0.75')).verdict).toBe('order');
  });

  it('R-52: a trade that was being entered goes on where it was', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    await world.say(ALERT);
    await world.run(30_000);
    await world.crash();
    await world.run(80_000);
    expect(sentOnly(world.broker.ledger)).toEqual([
      'buy 4 @ 0.75',
      'cancel 4 @ 0.75',
      'buy 4 @ 0.76',
      'cancel 4 @ 0.76',
      'buy 4 @ 0.77',
      'cancel 4 @ 0.77',
      'buy 4 @ 0.78',
      'cancel 4 @ 0.78',
    ]);
  });

  it('R-52: what filled while nobody was there gets its exit', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: [{ afterMs: 5_000, quantity: quantity(4) }] },
    });
    await world.say(ALERT);
    await world.run(1_000);
    world.kill();
    await world.run(30_000);
    await world.reopen();
    await world.run(3_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });

  it('R-52: an entry whose window is over when the desk comes back is taken back', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    await world.say(ALERT);
    await world.run(1_000);
    world.kill();
    await world.run(300_000);
    await world.reopen();
    await world.run(3_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75', 'cancel 4 @ 0.75']);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over' }]);
  });

  it('R-52: a decided entry that was never sent is not sent late', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.dieOnce(({ kind }) => kind === 'trade.opened');
    world.tell(ALERT);
    await world.run(20_000);
    await world.reopen();
    await world.run(5_000);
    expect(world.broker.ledger.mutations).toEqual([]);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'not_sent' }]);
  });

  it('R-52: many starts without a stop between them start paused', async () => {
    const world = await openWorld({ orders: { crashStartsMax: 3 } });
    for (let nth = 0; nth < 3; nth += 1) await world.crash();
    expect(world.desk.book.killState).toBe('ACTIVE');
    await world.crash();
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(incidents(world)).toContain('crash_loop');
  });

  it('R-52: orderly restarts are not counted as crashes', async () => {
    const world = await openWorld({ orders: { crashStartsMax: 3 } });
    for (let nth = 0; nth < 6; nth += 1) await world.restart();
    expect(world.desk.book.killState).toBe('ACTIVE');
  });
});

describe('other hands', () => {
  it('R-52: an order without our mark is noted once and otherwise left alone', async () => {
    const world = await holding();
    await foreignOrder(world, 'by-hand-1');
    await world.run(60_000);
    expect(world.bodies('order.foreign')).toHaveLength(1);
    expect(world.desk.book.killState).toBe('ACTIVE');
    await world.crash();
    await world.run(60_000);
    expect(world.bodies('order.foreign')).toHaveLength(1);
  });

  it('R-52: an order that carries our mark and is not on record halts the desk', async () => {
    const world = await holding();
    world.excuse('S1', 'another desk writes to the account');
    world.excuse('S6', 'another desk writes to the account');
    await foreignOrder(world, 'sw.9.t_somebodyelse00.E0');
    await world.run(1_000);
    expect(world.desk.book.killState).toBe('HALT');
    expect(incidents(world)).toEqual(['second_writer']);
    expect(working(world.broker.ledger)).toContain('sell 2 @ 1.50');
  });

  it('R-52: two orders under one client id halt the desk', async () => {
    const world = await holding();
    for (const id of ['S1', 'S3', 'S4', 'S6', 'S9', 'S14', 'L1']) {
      world.excuse(id, 'a second writer');
    }
    const [cid] = world.bodies('order.intended').map(({ intent }) => intent.cid);
    await foreignOrder(world, cid ?? '');
    await world.run(1_000);
    expect(world.desk.book.killState).toBe('HALT');
    expect(incidents(world)).toEqual(['client_id_doubled']);
  });

  it('R-52: a sale of ours by hand shrinks the exit and pauses entries', async () => {
    const world = await holding();
    world.excuse('S5', 'until it is found, more is on sale than is held');
    await sellByHand(world, 3);
    await world.run(30_000);
    expect(world.bodies('position.reduced')).toMatchObject([{ by: 3 }]);
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(working(world.broker.ledger)).toEqual(['sell 1 @ 1.50']);
  });

  it('R-52: a sale of all of it by hand ends the trade', async () => {
    const world = await holding();
    world.excuse('S5', 'until it is found, more is on sale than is held');
    await sellByHand(world, 4);
    await world.run(30_000);
    expect(working(world.broker.ledger)).toEqual([]);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'closed_elsewhere' }]);
  });

  it('R-52: a sale by hand while ours is on sale takes ours back', async () => {
    const world = await holding();
    world.excuse('S5', 'until it is found, more is on sale than is held');
    await world.say('STC UBER 78p 12/04');
    await world.run(1_000);
    expect(working(world.broker.ledger)).toEqual(['sell 4 @ 0.78']);
    await sellByHand(world, 3);
    await world.run(30_000);
    expect(working(world.broker.ledger)).toHaveLength(1);
    expect(working(world.broker.ledger)[0]).toMatch(/^sell 1 @ /);
    await world.run(100_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(0);
  });

  it("R-52: more than ours in the account is somebody else's and is never sold", async () => {
    const world = await holding();
    world.broker.tradeElsewhere({
      instrument: await instrument(world),
      side: 'buy',
      quantity: quantity(6),
      price: price('0.80'),
    });
    await world.run(70_000);
    await world.say('STC UBER 78p 12/04');
    await world.run(100_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(6);
    expect(world.desk.book.killState).toBe('ACTIVE');
  });

  it('R-52: what leaves the account without any order is missed when positions are read', async () => {
    const world = await holding();
    world.excuse('S5', 'until it is found, more is on sale than is held');
    world.desk.deps.broker.positions = async () => ({ ok: true, value: [] });
    await world.run(100_000);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'closed_elsewhere' }]);
    expect(working(world.broker.ledger)).toEqual([]);
  });

  it('R-52: a failed position query is unknown, never flat', async () => {
    const world = await holding();
    world.broker.script.onQuery({
      on: ['positions'],
      times: Infinity,
      fault: { kind: 'malformed', detail: 'html' },
    });
    await world.run(200_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    expect(world.bodies('position.reduced')).toEqual([]);
  });
});

describe('an order that vanishes', () => {
  it('R-52: pauses entries once it has stayed away longer than a list may lag', async () => {
    const world = await openWorld({ broker: { latency: { listLagMs: 10_000_000 } } });
    for (const id of ['L1', 'L3', 'S14', 'S15', 'S16']) world.excuse(id, 'the list stays empty');
    world.pin(UBER, '0.70', '0.85');
    await world.say(ALERT);
    await world.run(1_000);
    await world.crash();
    await world.run(15_000);
    expect(world.desk.book.killState).toBe('ACTIVE');
    await world.run(30_000);
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(incidents(world).filter((code) => code === 'order_vanished')).toHaveLength(1);
  });

  it('R-52: one the list only shows late is no incident', async () => {
    const world = await openWorld({ broker: { latency: { listLagMs: 3_000 } } });
    world.pin(UBER, '0.70', '0.85');
    await world.say(ALERT);
    await world.run(100);
    await world.crash();
    await world.run(100_000);
    expect(incidents(world)).toEqual([]);
    expect(world.desk.book.killState).toBe('ACTIVE');
  });
});

describe('a process that stood still', () => {
  // From just before the step on, what was due first is the step itself.
  it.each([15_000, 20_050])(
    'R-52: from %i ms on compares itself with the broker first, and takes one step at most',
    async (ms) => {
      const world = await openWorld();
      world.pin(UBER, '0.70', '0.85');
      await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
      await world.run(ms - world.elapsed);
      world.process.standStill();
      await world.run(50_000);
      world.process.goOn();
      await world.run(500);
      expect(incidents(world)).toEqual(['process_paused']);
      expect(sentOnly(world.broker.ledger).length).toBeLessThanOrEqual(2);
      const passed = world.records().findLast(({ kind }) => kind === 'reconcile.passed');
      const step = world.records().find(({ kind }) => kind === 'entry.stepped');
      expect(step?.seq).toBeGreaterThan(passed?.seq ?? Infinity);
    },
  );

  it('R-52: for longer than the window, its entry is taken back and never stepped', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    await world.run(15_000);
    world.process.standStill();
    await world.run(200_000);
    world.process.goOn();
    await world.run(5_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 1 @ 0.75', 'cancel 1 @ 0.75']);
  });
});

describe('two fills that the position list shows before the order list does', () => {
  it('R-52: are not taken for one sale by other hands', async () => {
    const world = await holding({
      broker: { latency: { queryMs: 300, streamMs: 400, requestMs: 8, answerMs: 8 } },
    });
    await world.run(20_000);
    const sellOne = async (): Promise<void> => {
      world.pin(UBER, '1.50', '1.60', 1);
      await world.run(1);
      world.pin(UBER, '0.70', '0.85');
    };
    // Makes the desk compare: orders answer 300 ms after it is seen, positions 300 ms later.
    await foreignOrder(world, 'by-hand-1');
    await world.run(400 + 450 - 8);
    await sellOne();
    await world.run(5_450);
    await sellOne();
    await world.run(30_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(2);
    expect(world.bodies('position.reduced')).toEqual([]);
    expect(world.desk.book.killState).toBe('ACTIVE');
  });
});
