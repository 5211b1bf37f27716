/**
 * Simulated worlds, with their crashes, torn records and steps of the clock: from a snapshot at any
 * record the rest of the record leads to the state of the whole.
 */
import { describe, expect, it } from 'vitest';
import { saveState, takeRecord } from '#app/snapshots/desk-state.ts';
import { createReadState } from '#app/snapshots/reading.ts';
import type { DeskEntry } from '#audit/model.ts';
import { encodeShared } from '#events/shared.ts';
import { createRandom } from '#kernel/random.ts';
import { linesOf, stateFrom, stateOf } from '../fixtures/state-text.ts';
import { simulate } from './simulate.ts';

const SEEDS = Number(process.env['SNAPSHOT_SEEDS'] ?? 4);
const CUTS = 6;
/** On a machine that has other things to do as well. */
const TIMEOUT_MS = 600_000;

async function recordsOf(seed: number): Promise<readonly DeskEntry[]> {
  let found: readonly DeskEntry[] = [];
  await simulate({
    seed,
    onRecord: (records) => {
      found = [...records];
    },
  });
  return found;
}

/** Where going on from a snapshot leads elsewhere, of several places in the record. */
function wrongIn(seed: number, records: readonly DeskEntry[]): readonly number[] {
  const random = createRandom(seed);
  const cuts = Array.from({ length: CUTS }, () => random.integer(0, records.length - 1));
  const whole = linesOf(stateOf(records)).join('\n');
  const growing = createReadState();
  let next = 0;
  return cuts
    .toSorted((a, b) => a - b)
    .filter((cut) => {
      for (; next <= cut; next += 1) {
        const record = records[next];
        if (record !== undefined) takeRecord(growing, record);
      }
      const lines = encodeShared(saveState(growing));
      return linesOf(stateFrom(lines, records.slice(cut + 1))).join('\n') !== whole;
    });
}

describe('a snapshot in a simulated world', () => {
  it(`gives back the state, to the letter, in ${SEEDS} worlds`, {
    timeout: TIMEOUT_MS,
  }, async () => {
    const wrong: string[] = [];
    let records = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const found = await recordsOf(seed);
      records += found.length;
      for (const cut of wrongIn(seed, found)) wrong.push(`seed ${seed} at ${cut}`);
    }
    expect(records).toBeGreaterThan(SEEDS * 50);
    expect(wrong).toEqual([]);
  });
});
