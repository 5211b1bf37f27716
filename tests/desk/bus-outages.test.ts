/**
 * Ten minutes without the bus, under the virtual clock: the desk trades as if it were there, keeps
 * nothing for it, and brings it up to date within half a minute of its return.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryBus, type MemoryBusStore } from '#adapters/memory/bus.ts';
import { DeskBus } from '#app/bus/desk-bus.ts';
import { createSeal } from '#app/bus/seal.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import { createTeller } from '#audit/teller.ts';
import { createAuditView } from '#audit/view.ts';
import { BUS_FAULTS, type BusFaultKind } from '#bus/model.ts';
import { RECORDS } from '#bus/ports.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import type { Recorded } from '#events/record.ts';
import { createRandom } from '#kernel/random.ts';
import { createDeskView } from '#operate/view.ts';
import { holdInvariants } from './invariants.ts';
import { World } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SETTINGS = BusSettingsSchema.parse({ behindMs: 30_000, recordsMax: 1_000 });

interface Followed {
  readonly store: MemoryBusStore;
  lag(): number;
  waiting(): number;
  /** What the stream tells of the record from one on. */
  told(from: number): Promise<readonly (readonly [number, string | undefined])[]>;
}

/** The world's desk with readers and a bus, as `strikewire start` puts them together. */
function follow(world: World): Followed {
  const { clock, desk, journal } = world;
  const teller = createTeller(TRADE_RULES);
  const audit = createAuditView();
  const view = createDeskView({ clock, journal: () => journal.health() });
  const take = (record: Recorded): void => {
    if (!isDeskEntry(record)) return;
    const told = teller.tell(record);
    view.take(told);
    audit.take(told);
  };
  for (const record of journal.read(1)) take(record);
  journal.onDurable(take);
  const store = createMemoryBus(clock, SETTINGS);
  const bus = new DeskBus({
    requestAgeMsMax: 5_000,
    app: {
      ...{ journal, audit, view, desk },
      snapshots: {
        start: () => undefined,
        stop: async () => undefined,
        newestSeq: () => 0,
        keepFor: () => undefined,
        async tellerAt(seq) {
          const older = createTeller(TRADE_RULES);
          for (const record of journal.read(1)) {
            if (record.seq <= seq && isDeskEntry(record)) older.tell(record);
          }
          return older;
        },
      },
    },
    opened: { store, settings: SETTINGS, ready: Promise.resolve() },
    ...{ clock, random: createRandom(1), seal: createSeal(null) },
    quotes: () => ({}),
    status: () => ({}),
  });
  bus.start(null);
  return {
    store,
    lag: () => bus.figures()?.health.follower.lagRecords ?? 0,
    waiting: () => bus.figures()?.health.values.waiting ?? 0,
    async told(from) {
      const read = { stream: RECORDS, after: String(from - 1), max: 10_000, waitMs: 0 };
      const entries = await store.bus.read(read);
      if (!entries.ok) throw new Error(entries.error.detail);
      return entries.value.map(({ id, fields }) => [Number(id), fields['kind']]);
    },
  };
}

function recordOf(world: World, from: number): readonly (readonly [number, string])[] {
  return [...world.journal.read(from)].map(({ seq, kind }) => [seq, kind]);
}

async function trade(world: World, n: number): Promise<void> {
  const author = ['local:ann', 'local:bob'][n % 2] ?? 'local:ann';
  await world.say(`BTO UBER 78p 12/04 @ 0.${75 + (n % 3)}`, { author });
}

async function openTrading(): Promise<World> {
  const world = await new World({ alerts: { duplicateWindowMs: 0, repeat: 'allow' } }).open();
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
    expect(await followed.told(1)).toEqual(recordOf(world, 1));
  });

  it('that comes back wiped are told again', async () => {
    const world = await openTrading();
    const followed = follow(world);
    await trade(world, 0);
    await world.run(2_000);
    followed.store.wipe();
    await world.run(3_000);
    expect(await followed.told(1)).toEqual(recordOf(world, 1));
    await trade(world, 1);
    await world.run(3_000);
    expect(await followed.told(1)).toEqual(recordOf(world, 1));
  });
});
