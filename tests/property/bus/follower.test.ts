/** Whatever happens to a store, and whenever: it ends up with the record, each of it once. */
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createMemoryBus } from '#adapters/memory/bus.ts';
import { Follower, type RecordSource } from '#bus/follower.ts';
import { BUS_FAULTS, type BusFaultKind, type Owner } from '#bus/model.ts';
import { type Emission, RECORDS, type RecordStore } from '#bus/ports.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import { createRandom } from '#kernel/random.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';

const SETTINGS = BusSettingsSchema.parse({ recordsMax: 1_000, leaseMs: 5_000 });
const OWNER: Owner = { journal: 'r_one', run: 'r_a', epoch: 1 };

type Event =
  | { readonly kind: 'record'; readonly count: number }
  | { readonly kind: 'fail'; readonly with: BusFaultKind }
  /** The next emission is done, and its answer lost. */
  | { readonly kind: 'lose_answer' }
  | { readonly kind: 'works' }
  | { readonly kind: 'wipe' }
  | { readonly kind: 'wait'; readonly ms: number };

const EVENT: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('record' as const), count: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant('fail' as const), with: fc.constantFrom(...BUS_FAULTS) }),
  fc.constantFrom<Event>({ kind: 'lose_answer' }, { kind: 'works' }, { kind: 'wipe' }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 8_000 }) }),
);

function open() {
  const clock = createVirtualClock(epochMs(0));
  const store = createMemoryBus(clock, SETTINGS);
  const listeners = new Set<() => void>();
  const record = { last: 0, answersToLose: 0, told: 0 };
  const source: RecordSource = {
    last: () => record.last,
    async read(from, max) {
      const seqs = Array.from({ length: Math.max(0, record.last - from + 1) }, (_, n) => from + n);
      return seqs.slice(0, max).map((seq) => {
        const one = { seq, fields: { n: String(seq) } };
        return { record: one, row: one };
      });
    },
    onMore(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const follower = new Follower({
    ...{ source, clock, owner: OWNER, behindMs: 10_000, recordsMax: SETTINGS.recordsMax },
    store: withLostAnswers(store.record, record),
    values: { whole: () => [], changed: () => [] },
    random: createRandom(1),
    onBehind() {
      record.told += 1;
    },
  });
  const run = async (ms: number): Promise<void> => {
    for (let left = ms; left >= 0; left -= 100) {
      await turn();
      clock.advance(100);
    }
    await turn();
  };
  return { store, follower, record, listeners, run };
}

function withLostAnswers(store: RecordStore, losing: { answersToLose: number }): RecordStore {
  return {
    claim: async (owner, upTo) => store.claim(owner, upTo),
    owner: async () => store.owner(),
    generation: async () => store.generation(),
    async emit(emission: Emission) {
      const emitted = await store.emit(emission);
      if (losing.answersToLose === 0) return emitted;
      losing.answersToLose -= 1;
      return { ok: false, error: { kind: 'unanswered', detail: 'cut' } };
    },
  };
}

it('holds the newest of the record, in order, without a gap, once it may', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(EVENT, { maxLength: 12 }), async (events) => {
      const { store, follower, record, listeners, run } = open();
      follower.start();
      for (const event of events) {
        if (event.kind === 'record') {
          record.last += event.count;
          for (const listener of listeners) listener();
        } else if (event.kind === 'fail') store.fail(event.with);
        else if (event.kind === 'works') store.fail(null);
        else if (event.kind === 'wipe') store.wipe();
        else if (event.kind === 'lose_answer') record.answersToLose += 1;
        else await run(event.ms);
        await turn();
      }
      store.fail(null);
      await run(20_000);
      const read = { stream: RECORDS, after: null, max: 10_000, waitMs: 0 };
      const entries = await store.bus.read(read);
      const seqs = entries.ok ? entries.value.map(({ id }) => Number(id)) : [];
      expect(seqs.at(-1) ?? 0).toBe(record.last);
      expect(seqs.length).toBeGreaterThanOrEqual(Math.min(record.last, SETTINGS.recordsMax));
      expect(seqs.every((seq, at) => at === 0 || seq === (seqs[at - 1] ?? 0) + 1)).toBe(true);
      expect(follower.health()).toMatchObject({ state: 'current', lagRecords: 0 });
      void follower.stop();
      await run(2_000);
    }),
    { numRuns: 60 },
  );
});
