/** the latest values at the bus are dropped and written anew on a person's word. */
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryBus } from '#adapters/memory/bus.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import { followByBus } from './followed-world.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld } from './world.ts';

afterEach(holdInvariants);

const SETTINGS = BusSettingsSchema.parse({});

async function followed() {
  const world = await openWorld();
  const store = createMemoryBus(world.clock, SETTINGS);
  const { bus } = followByBus(world, { store, settings: SETTINGS });
  await world.run(2_000);
  const keys = async () => {
    const read = await store.hot.values('desk');
    return read.ok ? [...read.value.keys()].toSorted() : null;
  };
  return { world, store, bus, keys };
}

describe('flushing the bus', () => {
  it('drops what does not belong there, and writes what does anew', async () => {
    const { world, store, bus, keys } = await followed();
    const before = await keys();
    const wrong = { table: 'desk', put: { stale: '1' }, remove: ['line', 'kill'], whole: false };
    await store.hot.put([{ ...wrong, idleMs: null }], SETTINGS.valuesMax);
    await world.run(10_000);
    expect(await keys()).not.toEqual(before);
    expect(bus.flush()).toMatchObject({ kind: 'done' });
    await world.run(2_000);
    expect(await keys()).toEqual(before);
  });

  it('changes nothing of the record that is told', async () => {
    const { world, bus, store } = await followed();
    const last = bus.figures()?.health.follower.seq;
    bus.flush();
    await world.run(2_000);
    expect(bus.figures()?.health.follower.seq).toBe(last);
    expect(await store.record.generation()).toMatchObject({ ok: true });
  });
});
