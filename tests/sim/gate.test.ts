/**
 * A small part of what `npm run sim -- --gate` asks of every change: seeds hold, they are the same
 * when repeated, and a world in which nothing goes wrong is found out.
 */
import { describe, expect, it } from 'vitest';
import { type Batch, type BatchRequest, runBatch } from './batch.ts';
import { shortOf } from './gate.ts';
import { uncovered } from './marks.ts';

const THREADS = 2;
/** On a machine that has other things to do as well. */
const TIMEOUT_MS = 600_000;

function run(change: Partial<BatchRequest>): Promise<Batch> {
  return runBatch({ from: 1, seeds: 300, threads: THREADS, faults: 1, twice: false, ...change });
}

describe('simulated seeds', () => {
  it('hold every invariant, and trade', { timeout: TIMEOUT_MS }, async () => {
    const batch = await run({});
    expect(batch.failed).toEqual([]);
    expect(batch.seeds).toBe(300);
    expect(batch.lifecycles).toBeGreaterThan(1_000);
  });

  it('are the same to the last event when repeated', { timeout: TIMEOUT_MS }, async () => {
    expect((await run({ from: 5_001, seeds: 40, twice: true })).differing).toEqual([]);
  });

  it('without faults leave too much undone to count', { timeout: TIMEOUT_MS }, async () => {
    const batch = await run({ seeds: 40, faults: 0 });
    expect(batch.failed).toEqual([]);
    expect(batch.crashes + batch.ambiguous + batch.messageFaults).toBe(0);
    expect(uncovered(batch.marks).length).toBeGreaterThan(10);
    expect(shortOf(batch)).toHaveLength(4);
  });
});
