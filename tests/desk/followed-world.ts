/** A world's desk with readers, followed by a bus, as `strikewire start` puts them together. */
import type { MemoryBusStore } from '#adapters/memory/bus.ts';
import { DeskBus } from '#app/bus/desk-bus.ts';
import { createSeal } from '#app/bus/seal.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import type { DeskSnapshots } from '#app/snapshots/desk-snapshots.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import type { DeskEntry } from '#audit/model.ts';
import { createTeller } from '#audit/teller.ts';
import { createAuditView } from '#audit/view.ts';
import { type BusStore, RECORDS } from '#bus/ports.ts';
import type { BusSettings } from '#bus/settings.ts';
import type { Recorded } from '#events/record.ts';
import type { Journal } from '#journal/ports.ts';
import { createRandom } from '#kernel/random.ts';
import { createDeskView } from '#operate/view.ts';
import type { World } from './world.ts';

export interface FollowedDesk {
  readonly bus: DeskBus;
  readonly snapshots: DeskSnapshots;
}

export interface Following {
  readonly store: BusStore;
  readonly settings: BusSettings;
  /** Hears of each record once it is on disk, as the other readers do. */
  readonly onRecord?: (entry: DeskEntry) => void;
}

export function followByBus(world: World, following: Following): FollowedDesk {
  const { clock, desk, journal } = world;
  const { store, settings, onRecord = () => undefined } = following;
  const teller = createTeller(TRADE_RULES);
  const audit = createAuditView();
  const view = createDeskView({ clock, journal: () => journal.health() });
  const take = (record: Recorded): void => {
    if (!isDeskEntry(record)) return;
    const told = teller.tell(record);
    view.take(told);
    audit.take(told);
    onRecord(record);
  };
  for (const record of journal.read(1)) take(record);
  journal.onDurable(take);
  const snapshots = withoutSnapshots(journal);
  const bus = new DeskBus({
    requestAgeMsMax: 5_000,
    app: { journal, audit, view, desk, snapshots },
    opened: { store, settings, ready: Promise.resolve() },
    ...{ clock, random: createRandom(1), seal: createSeal(null) },
    quotes: () => ({}),
    status: () => ({}),
  });
  bus.start(null);
  return { bus, snapshots };
}

/** What was told long ago is told again from the first record on. */
function withoutSnapshots(journal: Pick<Journal, 'read'>): DeskSnapshots {
  return {
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
  };
}

/** Number and kind of what the stream tells of the record from one on. */
export async function toldAt(
  { bus }: MemoryBusStore,
  from: number,
): Promise<readonly (readonly [number, string | undefined])[]> {
  const entries = await bus.read({
    ...{ stream: RECORDS, max: 10_000, waitMs: 0 },
    after: String(from - 1),
  });
  if (!entries.ok) throw new Error(entries.error.detail);
  return entries.value.map(({ id, fields }) => [Number(id), fields['kind']]);
}

export function recordOf(world: World, from: number): readonly (readonly [number, string])[] {
  return [...world.journal.read(from)].map(({ seq, kind }) => [seq, kind]);
}
