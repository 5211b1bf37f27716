/** notifications that get lost, doubled, swapped or delayed change nothing in the end. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Delivery } from '#adapters/simulated/script.ts';
import type { PlannedFill } from '#adapters/simulated/venue/plan.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SYMBOL = asInstrumentSymbol(UBER);

const IN_PARTS: readonly PlannedFill[] = [
  { afterMs: 3_000, quantity: quantity(1) },
  { afterMs: 6_000, quantity: quantity(2) },
  { afterMs: 9_000, quantity: quantity(1) },
];

async function traded(
  fills: readonly PlannedFill[],
  options: WorldOptions = {},
  prepare: (world: World) => void = () => undefined,
): Promise<World> {
  const world = await openWorld(options);
  prepare(world);
  world.pin(UBER, '0.70', '0.85');
  world.broker.script.onCall({ on: 'place', plan: { fills } });
  await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
  await world.run(60_000);
  return world;
}

function total(world: World): number {
  return working(world.broker.ledger).reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
}

describe('notifications', () => {
  it.each<[string, Delivery]>([
    ['dropped', { kind: 'drop' }],
    ['doubled', { kind: 'double' }],
    ['swapped', { kind: 'swap' }],
    ['late by 4 s', { kind: 'delay', byMs: 4_000 }],
  ])('R-52: every one of them %s', async (_, delivery) => {
    const world = await traded(IN_PARTS, {}, ({ broker }) => {
      broker.script.onNotice({ times: Infinity, delivery });
    });
    expect(world.broker.ledger.net(SYMBOL)).toBe(4);
    expect(total(world)).toBe(2);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 4 }]);
  });

  it('R-52: each one of them in its turn, dropped or swapped', async () => {
    for (let nth = 0; nth < 12; nth += 1) {
      for (const kind of ['drop', 'swap'] as const) {
        const world = await traded(IN_PARTS, {}, ({ broker }) => {
          let seen = 0;
          broker.script.onNotice({ when: () => seen++ === nth, delivery: { kind } });
        });
        expect({ nth, kind, net: world.broker.ledger.net(SYMBOL), exits: total(world) }).toEqual({
          nth,
          kind,
          net: 4,
          exits: 2,
        });
      }
    }
  });

  it('R-52: a fill nobody notified is found by reading within seconds', async () => {
    const world = await traded([{ afterMs: 3_000, quantity: quantity(4) }], {}, ({ broker }) => {
      broker.script.onNotice({
        when: ({ status }) => status === 'filled',
        times: Infinity,
        delivery: { kind: 'drop' },
      });
    });
    const [buy] = world.broker.ledger.trades;
    const exit = world.broker.ledger.mutations.find(({ kind }, at) => at > 0 && kind === 'place');
    expect((exit?.at ?? Infinity) - (buy?.at ?? 0)).toBeLessThan(7_000);
  });

  it('R-52: after a reconnect everything missed is read at once', async () => {
    const world = await openWorld({ orders: { pollBusyMs: 60_000 } });
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', plan: { fills: IN_PARTS } });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(1_000);
    world.broker.disconnect(10_000);
    await world.run(11_500);
    expect(world.desk.book.open()[0]?.orders[0]?.phase).toBe('terminal');
    expect(total(world)).toBe(2);
  });
});

describe('fill rows', () => {
  it('R-52: behind the status are waited for; the exit is sized from them', async () => {
    const world = await traded(IN_PARTS, { broker: { fillRowsLagMs: 2_000 } });
    expect(total(world)).toBe(2);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 4 }]);
  });

  it('R-52: that never come are told to an operator', async () => {
    const world = await traded([{ afterMs: 3_000, quantity: quantity(4) }], {
      broker: { fillRowsLagMs: 10_000_000 },
    });
    for (const id of ['S7', 'L2', 'L3']) world.excuse(id, 'the rows never come');
    await world.run(60_000);
    expect(world.bodies('incident.raised').map(({ code }) => code)).toEqual(['fills_missing']);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
  });
});
