/** half of what is filled, rounded down, rests at twice its average price within 5 s. */
import { afterEach, describe, expect, it } from 'vitest';
import type { PlannedFill } from '#adapters/simulated/venue/plan.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';

function fill(afterMs: number, count: number, at?: string): PlannedFill {
  const base = { afterMs, quantity: quantity(count) };
  return at === undefined ? base : { ...base, price: price(at) };
}

/** The entry fills as planned and no other way. */
async function filled(
  count: number,
  fills: readonly PlannedFill[],
  options: WorldOptions = {},
): Promise<World> {
  const world = await openWorld(options);
  world.pin(UBER, '0.70', '0.80');
  world.broker.script.onCall({ on: 'place', plan: { fills } });
  await world.say(`BTO ${count} UBER 78p 12/04 @ 0.75`);
  return world;
}

function exits(world: World): readonly string[] {
  return sentOnly(world.broker.ledger).filter((line) => line.startsWith('sell'));
}

describe('the exit', () => {
  it.each([
    [10, 'sell 5 @ 1.50'],
    [9, 'sell 4 @ 1.50'],
    [3, 'sell 1 @ 1.50'],
    [2, 'sell 1 @ 1.50'],
  ])('R-10: of %i filled is %s', async (count, line) => {
    const world = await filled(count, [fill(500, count)]);
    await world.run(5_000);
    expect(exits(world)).toEqual([line]);
    expect(working(world.broker.ledger)).toEqual([line]);
  });

  it('R-10: one contract has none, and the record says so', async () => {
    const world = await filled(1, [fill(500, 1)]);
    await world.run(10_000);
    expect(exits(world)).toEqual([]);
    expect(world.bodies('entry.ended')).toMatchObject([{ filled: 1, exitTarget: 0 }]);
  });

  it('R-10: stands within 5 s of the fill', async () => {
    const world = await filled(10, [fill(500, 4)]);
    await world.run(10_000);
    const [bought] = world.broker.ledger.trades;
    const exit = world.broker.ledger.mutations[1];
    expect(exit?.kind).toBe('place');
    expect((exit?.at ?? 0) - (bought?.at ?? 0)).toBeLessThanOrEqual(5_000);
  });

  it('R-10: asks twice the actual average, rounded up to the tick', async () => {
    // (4 × 0.74 + 3 × 0.75 + 3 × 0.73) / 10 = 0.74; twice that is 1.48. 7 × … stays off the grid.
    const world = await filled(4, [
      fill(500, 1, '0.74'),
      fill(500, 1, '0.75'),
      fill(500, 2, '0.73'),
    ]);
    await world.run(5_000);
    // (0.74 + 0.75 + 2 × 0.73) / 4 = 0.7375; twice that is 1.475.
    expect(exits(world)).toEqual(['sell 2 @ 1.48']);
  });

  it('R-10: crosses into the nickel grid rounded up', async () => {
    const world = await openWorld();
    world.pin(UBER, '1.50', '1.60');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 2, '1.51')] } });
    await world.say('BTO 2 UBER 78p 12/04 @ 1.55');
    await world.run(5_000);
    expect(exits(world)).toEqual(['sell 1 @ 3.05']);
  });

  it('R-10: its size, profit and minimum are configurable', async () => {
    const world = await filled(10, [fill(500, 10)], {
      risk: { exit: { fraction: '75%', profit: '50%' } },
    });
    await world.run(5_000);
    expect(exits(world)).toEqual(['sell 7 @ 1.13']);
    const small = await filled(5, [fill(500, 5)], { risk: { exit: { quantityMin: 3 } } });
    await small.run(10_000);
    expect(exits(small)).toEqual([]);
  });

  it('R-10: fills, and the trade goes on with what is left', async () => {
    const world = await filled(4, [fill(500, 4)]);
    await world.run(3_000);
    world.pin(UBER, '1.50', '1.60');
    await world.run(3_000);
    expect(world.broker.ledger.net(asInstrumentSymbol(UBER))).toBe(2);
    expect(working(world.broker.ledger)).toEqual([]);
    expect(world.desk.book.open()).toHaveLength(1);
  });

  it('R-10: an exit of everything ends the trade with its result', async () => {
    const world = await filled(4, [fill(500, 4)], { risk: { exit: { fraction: '100%' } } });
    await world.run(3_000);
    world.pin(UBER, '1.50', '1.60');
    await world.run(3_000);
    expect(world.bodies('trade.ended')).toMatchObject([
      { reason: 'sold', result: 4n * 100n * price('0.75') },
    ]);
  });
});

describe('further fills', () => {
  it('R-10: add an order for the difference; what rests is left alone', async () => {
    const world = await filled(10, [fill(500, 4), fill(5_000, 3), fill(9_000, 3)]);
    await world.run(20_000);
    expect(exits(world)).toEqual(['sell 2 @ 1.50', 'sell 1 @ 1.50', 'sell 2 @ 1.50']);
  });

  it('R-10: that trickle in are gathered, and none waits longer than 5 s', async () => {
    const trickle = Array.from({ length: 10 }, (_, nth) => fill(500 + nth * 400, 1));
    const world = await filled(10, trickle);
    await world.run(15_000);
    expect(exits(world).length).toBeLessThanOrEqual(5);
    expect(working(world.broker.ledger).length).toBe(exits(world).length);
    const sold = world.broker.ledger.mutations.filter(({ kind }) => kind === 'place').slice(1);
    for (const [nth, exit] of sold.entries()) {
      const covered = sold.slice(0, nth).reduce((sum, each) => sum + (each.quantity ?? 0), 0);
      const due = world.broker.ledger.trades[2 * (covered + 1) - 1];
      expect(exit.at - (due?.at ?? 0)).toBeLessThanOrEqual(5_000);
    }
  });

  it('R-10: fill rows that come after the count are sold only when they are here', async () => {
    const world = await openWorld({ broker: { fillRowsLagMs: 3_000 } });
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 4)] } });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(2_000);
    expect(exits(world)).toEqual([]);
    await world.run(6_000);
    expect(exits(world)).toEqual(['sell 2 @ 1.50']);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 4 }]);
  });
});

describe('an exit that is refused', () => {
  const REJECTED = {
    kind: 'rejected',
    rejection: { code: 'closing_only', message: 'not now' },
  } as const;

  it('R-10: is tried once more after two seconds', async () => {
    const world = await filled(4, [fill(500, 4)]);
    world.broker.script.onCall({ on: 'place', answer: REJECTED });
    await world.run(10_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    const [first, second] = world
      .records()
      .filter((r) => r.kind === 'order.intended' && r.body.intent.cid.includes('.X'));
    expect((second?.wall ?? 0) - (first?.wall ?? 0)).toBeGreaterThanOrEqual(2_000);
  });

  it('R-10: refused twice, a person is asked within 10 s and nothing more is sent', async () => {
    const world = await filled(4, [fill(500, 4)]);
    world.broker.script.onCall({ on: 'place', times: Infinity, answer: REJECTED });
    await world.run(10_000);
    expect(world.bodies('trade.blocked')).toMatchObject([{ reason: 'exit_refused_twice' }]);
    await world.run(60_000);
    expect(
      world.bodies('order.intended').filter(({ intent }) => intent.cid.includes('.X')),
    ).toHaveLength(2);
  });

  it('R-10: an earlier refusal that was overcome does not count', async () => {
    const world = await filled(8, [fill(500, 4), fill(12_000, 4)]);
    const refuseOnce = { on: 'place', answer: REJECTED } as const;
    world.broker.script.onCall(refuseOnce);
    await world.run(11_000);
    world.broker.script.onCall(refuseOnce);
    await world.run(15_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50', 'sell 2 @ 1.50']);
    expect(world.bodies('trade.blocked')).toEqual([]);
  });

  it('R-10: rejected after it was accepted counts as refused', async () => {
    const world = await filled(4, [fill(500, 4)]);
    world.broker.script.onCall({
      on: 'place',
      plan: { rejectLater: { afterMs: 200, reason: 'closing only' } },
    });
    await world.run(10_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });
});

describe('an exit that cannot be sent', () => {
  it('R-10: is tried again with growing pauses, never in a loop', async () => {
    const world = await filled(4, [fill(500, 4)]);
    world.broker.script.onCall({
      on: 'place',
      times: Infinity,
      answer: { kind: 'not_sent', reason: 'unreachable' },
    });
    await world.run(60_000);
    const tries = world.bodies('order.intended').filter(({ intent }) => intent.cid.includes('.X'));
    expect(tries.length).toBeGreaterThan(3);
    expect(tries.length).toBeLessThan(25);
    world.excuse('L2', 'the broker cannot be reached');
  });

  it('R-10: an unknown exit is looked for, and no second one sent meanwhile', async () => {
    const world = await filled(4, [fill(500, 4)]);
    world.broker.script.onCall({ on: 'place', answer: { kind: 'ambiguous_with_effect' } });
    await world.run(40_000);
    expect(exits(world)).toEqual(['sell 2 @ 1.50']);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });

  it('R-10: one that never arrived is sent anew once that is proven', async () => {
    const world = await filled(4, [fill(500, 4)]);
    world.broker.script.onCall({ on: 'place', answer: { kind: 'ambiguous_without_effect' } });
    await world.run(25_000);
    expect(exits(world)).toEqual([]);
    await world.run(25_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });

  it('R-10: many entry messages never use up what exits may send', async () => {
    const world = await filled(4, [fill(15_000, 4)], {
      risk: { limits: { mutationsPerMinuteMax: 1 } },
    });
    await world.run(20_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });
});
