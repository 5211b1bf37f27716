import { describe, expect, it } from 'vitest';
import type { Recorded } from '#events/record.ts';
import { Batches, type BatchLimits, LIVE_LIMITS } from '#history/batches.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { OPENING } from '../../fixtures/desk-log.ts';
import { collectGarbage, Watched } from '../../fixtures/watched.ts';

const LIMITS: BatchLimits = { ...LIVE_LIMITS, recentMax: 5 };

describe('batches', () => {
  it('keep only the newest records in memory, however long nobody takes one', async () => {
    const records = new Watched<Recorded>();
    let told: (record: Recorded) => void = () => undefined;
    const batches = new Batches({
      clock: createVirtualClock(OPENING),
      limits: LIMITS,
      breathe: async () => undefined,
      journal: {
        read: () => [],
        onDurable(listener) {
          told = listener;
          return () => undefined;
        },
        health: () => {
          throw new Error('nobody asks');
        },
      },
    });
    for (let seq = 1; seq <= 1_000; seq += 1) told(records.give({ ...RECORD, seq }));
    await collectGarbage();
    const seqs = records.held().map(({ seq }) => seq);
    expect(seqs.length).toBeGreaterThanOrEqual(LIMITS.recentMax);
    expect(seqs.length).toBeLessThan(2 * LIMITS.recentMax);
    expect(Math.min(...seqs)).toBe(1_001 - seqs.length);
    batches.close();
    await collectGarbage();
    expect(records.held()).toEqual([]);
  });
});

const RECORD: Recorded = {
  ...{ v: 1, seq: 0, run: 'r1', wall: OPENING, mono: 0 },
  ...{ kind: 'reconcile.passed', actor: 'engine', body: {} },
};
