/**
 * The running program at a tastytrade that was written without looking at our stand-in: whoever
 * else keeps to the description of the interface, however unkindly, gets no more from the desk than
 * was authorised, and nothing that is not on record.
 */
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../integration/process/desks.ts';
import { runAtStranger } from './stranger-runs.ts';

const WITHIN_MS = 180_000;

it.each([
  ['kind', { seed: 1, alerts: 4, kills: 0, trouble: 0 }],
  ['hostile, and the desk is killed', { seed: 2, alerts: 8, kills: 1, trouble: 0.2 }],
])(
  'every promise is kept where the venue is %s',
  async (_, run) => {
    const verdict = await runAtStranger({ ...run, directory: temporaryDirectory() });
    expect(verdict.broken).toEqual([]);
    expect(verdict.orders).toBeGreaterThanOrEqual(3);
    expect(Object.keys(verdict.mishaps).length > 0).toBe(run.trouble > 0);
  },
  WITHIN_MS,
);
