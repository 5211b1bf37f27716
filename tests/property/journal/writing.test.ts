/** The journal's writer while the disk answers whenever it likes: appends, syncs, power cuts. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Durability } from '#journal/ports.ts';
import { note, opened, textsOf, virtualClock } from '../../unit/journal/journals.ts';
import { MemoryDisk } from '../../unit/journal/memory-disk.ts';

const APPENDS = fc.array(
  fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    durability: fc.constantFrom<Durability>('sync', 'lazy'),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('appends that meet a slow disk', () => {
  it('are durable in order, each only when it outlives a power cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), APPENDS, async (scheduler, appends) => {
        const disk = new MemoryDisk();
        disk.beforeSync = () => scheduler.schedule(Promise.resolve(), 'sync');
        const clock = virtualClock();
        const { journal } = await opened({ disk, clock, settings: { segmentBytes: 900 } });
        const heard: number[] = [];
        journal.onDurable(({ seq }) => heard.push(seq));
        const settled: number[] = [];
        const lost: number[] = [];
        const waiting: Promise<void>[] = [];
        scheduler.scheduleSequence(
          appends.map(({ count, durability }, at) => async () => {
            const drafts = Array.from({ length: count }, (_, of) => note(`${at}-${of}`));
            const { records, durable } = journal.append(drafts, durability);
            const last = records.at(-1)?.seq ?? 0;
            const look = async (): Promise<void> => {
              settled.push(last);
              const left = await opened({ disk: disk.afterPowerCut() });
              if (left.journal.health().lastSeq < last) lost.push(last);
            };
            waiting.push(durable.then(look));
            clock.advance(3);
          }),
        );
        await scheduler.waitIdle();
        clock.advance(100);
        await scheduler.waitFor(Promise.all(waiting));
        await scheduler.waitFor(journal.close());
        const all = textsOf(journal).length;
        expect(lost).toEqual([]);
        expect(heard).toEqual(Array.from({ length: all }, (_, at) => at + 1));
        expect(settled).toEqual(settled.toSorted((a, b) => a - b));
        expect(settled).toHaveLength(appends.length);
      }),
      { numRuns: 200 },
    );
  });
});
