/** Every seed that has ever failed is replayed: what it found stays mended. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { simulate } from './simulate.ts';

const RegressionsSchema = z.array(
  z.strictObject({
    seed: z.int().min(1),
    /** Which invariant it broke. */
    invariant: z.string().regex(/^[A-Z]\d+$/),
    /** The commit it was found at. */
    commit: z.string().regex(/^[0-9a-f]{7,40}$/),
    /** One line for a person. */
    cause: z.string().min(10).max(200),
  }),
);

const REGRESSIONS = RegressionsSchema.parse(
  JSON.parse(readFileSync(new URL('regressions.json', import.meta.url), 'utf8')),
);

describe('seeds that have failed', () => {
  it('are kept in order, each once', () => {
    const names = REGRESSIONS.map(({ seed, invariant }) => `${seed} ${invariant}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(REGRESSIONS)('seed $seed, $invariant: $cause', async ({ seed }) => {
    expect((await simulate({ seed })).violations).toEqual([]);
  });
});
