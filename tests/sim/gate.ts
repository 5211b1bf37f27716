/** What every change has to stand: so much of everything, in so much time. */
import type { Batch } from './batch.ts';

const GOALS = {
  lifecycles: 100_000,
  crashes: 50_000,
  ambiguous: 50_000,
  messageFaults: 500_000,
} as const;

export const GATE_WITHIN_S = 120;

const NAMES = {
  lifecycles: 'lifecycles',
  crashes: 'crashes',
  ambiguous: 'ambiguous outcomes',
  messageFaults: 'message faults',
} as const satisfies Record<keyof typeof GOALS, string>;

/** What is not reached yet of so many hundredths of the goals, as sentences. */
export function shortOf(batch: Batch, percent = 100): readonly string[] {
  const short: string[] = [];
  for (const goal of ['lifecycles', 'crashes', 'ambiguous', 'messageFaults'] as const) {
    const wanted = (GOALS[goal] * percent) / 100;
    if (batch[goal] < wanted) short.push(`${batch[goal]} ${NAMES[goal]}, wanted ${wanted}`);
  }
  return short;
}
