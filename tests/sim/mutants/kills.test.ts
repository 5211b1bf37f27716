/**
 * The simulation finds every defect we can think of: each mutant fails within two hundred seeds,
 * counted from the first, and its failure is reduced to what a person can follow.
 */
import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { MUTANTS } from './catalogue.ts';
import { lineOf } from './report.ts';
import { runMutants } from './run.ts';

const SEEDS = 200;
const FAULTS_MAX = 5;
/** Much more than it takes: on a machine that has other things to do as well. */
const WHOLE_MS = 1_800_000;

it(
  `kills every mutant within ${SEEDS} seeds, and needs ${FAULTS_MAX} faults at most`,
  async () => {
    const threads = Math.min(4, availableParallelism());
    const verdicts = await runMutants(MUTANTS, { seeds: SEEDS, threads });
    const lines = verdicts.map(lineOf);
    expect(lines.length).toBe(MUTANTS.length);
    expect(lines.filter(({ killed }) => !killed)).toEqual([]);
    expect(lines.filter(({ shrunkFaults }) => (shrunkFaults ?? 0) > FAULTS_MAX)).toEqual([]);
  },
  WHOLE_MS,
);
