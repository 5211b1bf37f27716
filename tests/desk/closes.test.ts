/** an author's STC sells what the same author bought here, and never more than is held. */
import { afterEach, describe, expect, it } from 'vitest';
import type { PlannedFill } from '#adapters/simulated/venue/plan.ts';
import { date } from '#kernel/calendar.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { newYorkInstant } from '#market/session.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, traded, working } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SYMBOL = asInstrumentSymbol(UBER);
const BTO = 'BTO 10 UBER 78p 12/04 @ 0.75';
const STC = 'STC UBER 78p 12/04 @ 0.80';

function fill(afterMs: number, count: number): PlannedFill {
  return { afterMs, quantity: quantity(count) };
}

/** Ten bought, five of them resting at the target. */
async function holding(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  world.pin(UBER, '0.70', '0.80');
  world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 10)] } });
  await world.say(BTO);
  await world.run(15_000);
  expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  return world;
}

function incidents(world: World): readonly string[] {
  return world.bodies('incident.raised').map(({ code, detail }) => `${code}: ${detail}`);
}

function net(world: World): number {
  return world.broker.ledger.net(SYMBOL);
}

describe('an STC of everything', () => {
  it('R-11: takes back the resting exit first, then sells all of it', async () => {
    const world = await holding();
    world.pin(UBER, '0.75', '0.80');
    expect((await world.say(STC)).verdict).toBe('exit');
    await world.run(200);
    expect(sentOnly(world.broker.ledger).slice(-2)).toEqual(['cancel 5 @ 1.50', 'sell 10 @ 0.78']);
    world.pin(UBER, '0.78', '0.82');
    await world.run(3_000);
    expect(net(world)).toBe(0);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'sold' }]);
  });

  it('R-11: is worked down to the market and never below its floor', async () => {
    const world = await holding();
    await world.say(STC);
    await world.run(100_000);
    expect(
      sentOnly(world.broker.ledger)
        .slice(2)
        .filter((line) => line.startsWith('sell')),
    ).toEqual([
      'sell 10 @ 0.75',
      'sell 10 @ 0.74',
      'sell 10 @ 0.73',
      'sell 10 @ 0.72',
      'sell 10 @ 0.70',
    ]);
    expect(net(world)).toBe(0);
  });

  it('R-11: the sum of what is on sale never exceeds what is held, fills racing', async () => {
    const world = await holding();
    world.broker.script.onCall({
      on: 'cancel',
      plan: {},
    });
    world.pin(UBER, '1.48', '1.52');
    await world.say(STC);
    world.pin(UBER, '1.50', '1.55');
    await world.run(5_000);
    expect(net(world)).toBe(0);
    expect(world.desk.book.open()).toEqual([]);
  });
});

describe('an STC of a part', () => {
  it('R-11: sells what no exit covers and leaves the exit alone', async () => {
    const world = await holding();
    await world.say(`${STC} half`);
    await world.run(500);
    expect(sentOnly(world.broker.ledger).slice(2)).toEqual(['sell 5 @ 0.75']);
    world.pin(UBER, '0.75', '0.80');
    await world.run(5_000);
    expect(net(world)).toBe(5);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });

  it('R-11: of more than that takes exits back and rests what remains anew', async () => {
    const world = await holding();
    world.pin(UBER, '0.75', '0.80');
    await world.say('STC 7 UBER 78p 12/04 @ 0.80');
    await world.run(1_000);
    world.pin(UBER, '0.80', '0.85');
    await world.run(5_000);
    expect(net(world)).toBe(3);
    expect(working(world.broker.ledger)).toEqual(['sell 3 @ 1.50']);
  });

  it('R-11: several in a row are worked one after another, each for its own quantity', async () => {
    const world = await holding();
    await world.say('STC 2 UBER 78p 12/04 @ 0.80');
    await world.run(11_000);
    await world.say('STC 2 UBER 78p 12/04 @ 0.80');
    await world.run(11_000);
    await world.say('STC 1 UBER 78p 12/04 @ 0.80');
    await world.run(1_000);
    expect(world.bodies('close.requested')).toHaveLength(3);
    world.pin(UBER, '0.80', '0.85');
    await world.run(10_000);
    expect(net(world)).toBe(5);
    expect(world.bodies('close.ended').map(({ sold }) => sold)).toEqual([2, 2, 1]);
  });

  it('R-11: followed by one of everything leaves nothing', async () => {
    const world = await holding();
    await world.say(`${STC} half`);
    await world.run(11_000);
    const all = await world.say(STC);
    expect(all.verdict).toBe('exit');
    await world.run(100_000);
    expect(net(world)).toBe(0);
    // The one of everything takes over at once instead of waiting for the half to be sold.
    expect(world.bodies('close.ended').map(({ sold }) => sold)).toEqual([0, 10]);
  });

  it('R-11: more than is held is refused when all of it is being sold already', async () => {
    const world = await holding();
    await world.say(STC);
    await world.run(11_000);
    expect(await world.say('STC 2 UBER 78p 12/04 @ 0.80')).toMatchObject({ code: 'no_position' });
    await world.run(100_000);
    expect(net(world)).toBe(0);
  });

  it('R-11: "out half" means the one open trade', async () => {
    const world = await holding();
    await world.say('out half');
    world.pin(UBER, '0.75', '0.80');
    await world.run(100_000);
    expect(net(world)).toBe(5);
  });
});

describe('an STC without a position', () => {
  it('R-11: does nothing and says so', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    expect(await world.say(STC)).toMatchObject({ verdict: 'refused', code: 'no_position' });
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it("R-11: of another author's trade does nothing", async () => {
    const world = await holding();
    expect(await world.say(STC, { author: 'local:bob' })).toMatchObject({ code: 'no_position' });
    await world.run(1_000);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });

  it('R-11: what somebody holds by hand is not sold', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    const found = await world.market.bySymbol(SYMBOL);
    if (!found.ok) throw new Error('not listed');
    world.broker.tradeElsewhere({
      instrument: found.value,
      side: 'buy',
      quantity: quantity(5),
      price: price('0.75'),
    });
    await world.run(1_000);
    expect(await world.say(STC)).toMatchObject({ code: 'no_position' });
    expect(net(world)).toBe(5);
  });
});

describe('an STC while the entry is still open', () => {
  it('R-11: with nothing filled takes the entry back', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    await world.say(BTO);
    await world.run(5_000);
    expect(await world.say(STC)).toMatchObject({ code: 'entry_taken_back' });
    await world.run(2_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 10 @ 0.75', 'cancel 10 @ 0.75']);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'no_fill' }]);
  });

  it('R-11: what fills while it is taken back is sold too', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: 'never', fillDuringCancel: quantity(6) },
    });
    await world.say(BTO);
    await world.run(5_000);
    await world.say(STC);
    await world.run(100_000);
    expect(traded(world.broker.ledger)[0]).toBe('buy 6 @ 0.75');
    expect(net(world)).toBe(0);
  });

  it('R-11: partly filled, the rest is taken back and what was bought is sold', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 4)] } });
    await world.say(BTO);
    await world.run(5_000);
    await world.say(STC);
    await world.run(100_000);
    expect(net(world)).toBe(0);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'author_exit', filled: 4 }]);
  });

  it('R-11: fill rows behind the count delay the sale, and nothing is forgotten', async () => {
    const world = await openWorld({ broker: { fillRowsLagMs: 4_000 } });
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 4)] } });
    await world.say(BTO);
    await world.run(2_000);
    await world.say(STC);
    await world.run(120_000);
    expect(net(world)).toBe(0);
  });
});

describe('when the close goes wrong', () => {
  it('R-11: a sale that is refused is tried once more, then a person is asked', async () => {
    const world = await holding();
    world.broker.script.onCall({
      on: 'place',
      times: Infinity,
      answer: { kind: 'rejected', rejection: { code: 'closing_only', message: 'not now' } },
    });
    await world.say(STC);
    await world.run(30_000);
    expect(world.bodies('trade.blocked')).toMatchObject([
      { reason: 'close_refused_twice' },
      { reason: 'exit_refused_twice' },
    ]);
    expect(
      world.bodies('order.intended').filter(({ intent }) => intent.cid.includes('.C')),
    ).toHaveLength(2);
  });

  it('R-11: an unknown sale is looked for, and no second one sent meanwhile', async () => {
    const world = await holding();
    world.pin(UBER, '0.77', '0.80');
    world.broker.script.onCall({ on: 'place', answer: { kind: 'ambiguous_with_effect' } });
    await world.say(STC);
    await world.run(100_000);
    expect(net(world)).toBe(0);
    expect(Math.min(...world.broker.ledger.trades.map(() => net(world)))).toBe(0);
  });

  it('R-11: a partial fill at every price is followed by what is left', async () => {
    const world = await holding();
    world.broker.script.onCall({
      on: 'place',
      times: 3,
      plan: { fills: [fill(2_000, 2)] },
    });
    await world.say(STC);
    await world.run(100_000);
    expect(
      sentOnly(world.broker.ledger)
        .slice(2)
        .filter((line) => line.startsWith('sell')),
    ).toEqual([
      'sell 10 @ 0.75',
      'sell 8 @ 0.74',
      'sell 6 @ 0.73',
      'sell 4 @ 0.72',
      'sell 4 @ 0.70',
    ]);
    expect(net(world)).toBe(0);
  });

  it('R-11: a fill during an edit aborts it and does not end the close', async () => {
    const world = await holding({ orders: { stepBy: 'edit' } });
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: 'never', fillDuringReplace: quantity(3) },
    });
    await world.say(STC);
    await world.run(100_000);
    expect(net(world)).toBe(0);
  });
});

describe('a close that cannot be sent yet', () => {
  /** Four of ten bought, two of them resting; the STC waits for the rest of the entry to go. */
  async function waiting(): Promise<World> {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 4)] } });
    await world.say(BTO);
    await world.run(5_000);
    expect(working(world.broker.ledger)).toEqual(['buy 6 @ 0.75', 'sell 2 @ 1.50']);
    const answer = { kind: 'slow', byMs: 2_000 } as const;
    world.broker.script.onCall({ on: 'cancel', answer });
    await world.say(STC);
    return world;
  }

  it('R-11: leaves the resting exit until HALT is lowered, says why it waits, then sells', async () => {
    const world = await waiting();
    await world.during(world.desk.changeKillState('HALT', 'local:operator', 'test'));
    await world.run(30_000);
    expect(world.bodies('entry.ended')).toHaveLength(1);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    expect(incidents(world)).toEqual([
      'close_waits: not sent yet: the kill state sends nothing new; resting exits stay',
    ]);
    await world.during(world.desk.changeKillState('ACTIVE', 'local:operator', 'test over'));
    await world.run(100_000);
    expect(net(world)).toBe(0);
  });

  it('R-11: leaves the resting exit while the venue is closed', async () => {
    const end = newYorkInstant(date('2026-11-19'), '16:00');
    const limits = { entriesStopBeforeCloseMs: 0, entriesUntil: '16:00' };
    const world = await openWorld({ start: plus(end, -10_000), risk: { limits } });
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(200, 4)] } });
    await world.say(BTO);
    await world.run(end - world.clock.now() - 2_000);
    world.broker.script.onCall({
      on: 'cancel',
      answer: { kind: 'ambiguous_late', afterMs: 5_000 },
    });
    expect((await world.say(STC)).verdict).toBe('exit');
    await world.run(60_000);
    expect(world.bodies('entry.ended')).toHaveLength(1);
    const cancels = sentOnly(world.broker.ledger).filter((line) => line.startsWith('cancel'));
    expect(cancels.filter((line) => line.includes('1.50'))).toEqual([]);
    expect(incidents(world)).toEqual([
      'close_waits: not sent yet: the venue is closed; resting exits stay',
    ]);
  });
});
