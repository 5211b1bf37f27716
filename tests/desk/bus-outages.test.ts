/**
 * Ten minutes without the bus, under the virtual clock: the desk trades as if it were there, keeps
 * nothing for it, and brings it up to date within half a minute of its return.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryBus, type MemoryBusStore } from '#adapters/memory/bus.ts';
import { BUS_FAULTS, type BusFaultKind } from '#bus/model.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import { followByBus, recordOf, toldAt } from './followed-world.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SETTINGS = BusSettingsSchema.parse({ behindMs: 30_000, recordsMax: 1_000 });

interface Followed {
  readonly store: MemoryBusStore;
  lag(): number;
  waiting(): number;
}

function follow(world: World): Followed {
  const store = createMemoryBus(world.clock, SETTINGS);
  const { bus } = followByBus(world, { store, settings: SETTINGS });
  return {
    store,
    lag: () => bus.figures()?.health.follower.lagRecords ?? 0,
    waiting: () => bus.figures()?.health.values.waiting ?? 0,
  };
}

async function trade(world: World, n: number): Promise<void> {
  const author = ['local:ann', 'local:bob'][n % 2] ?? 'local:ann';
  await world.say(`BTO UBER 78p 12/04 @ 0.${75 + (n % 3)}`, { author });
}

async function openTrading(): Promise<World> {
  const world = await openWorld({ alerts: { duplicateWindowMs: 0, repeat: 'allow' } });
  world.pin(UBER, '0.75', '0.80');
  return world;
}

describe('ten minutes without the bus', () => {
  const kinds = BUS_FAULTS.filter((kind) => kind !== 'superseded' && kind !== 'out_of_step');

  it.each(kinds)('that is %s cost the desk nothing', async (kind: BusFaultKind) => {
    const world = await openTrading();
    const followed = follow(world);
    await trade(world, 0);
    await world.run(2_000);
    expect(followed.lag()).toBe(0);
    followed.store.fail(kind);
    for (let minute = 0; minute < 10; minute += 1) {
      await trade(world, minute);
      await world.run(60_000);
    }
    expect(followed.lag()).toBeGreaterThan(30);
    expect(followed.waiting()).toBeLessThanOrEqual(SETTINGS.valuesMax);
    expect(world.kinds().filter((one) => one === 'incident.raised')).toHaveLength(1);
    followed.store.fail(null);
    await world.run(30_000);
    expect(followed.lag()).toBe(0);
    expect(await toldAt(followed.store, 1)).toEqual(recordOf(world, 1));
  });

  it('that comes back wiped are told again', async () => {
    const world = await openTrading();
    const followed = follow(world);
    await trade(world, 0);
    await world.run(2_000);
    followed.store.wipe();
    await world.run(3_000);
    expect(await toldAt(followed.store, 1)).toEqual(recordOf(world, 1));
    await trade(world, 1);
    await world.run(3_000);
    expect(await toldAt(followed.store, 1)).toEqual(recordOf(world, 1));
  });
});
