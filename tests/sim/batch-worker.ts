/** A thread that simulates the seeds it is given and tells what they came to. */
import { enableCompileCache } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { FailedSeed } from './batch.ts';

export interface Assignment {
  readonly from: number;
  readonly seeds: number;
  readonly faults: number;
  readonly twice: boolean;
}

export interface Answer {
  readonly seeds: number;
  readonly lifecycles: number;
  readonly crashes: number;
  readonly ambiguous: number;
  readonly messageFaults: number;
  readonly differing: readonly number[];
  readonly failed: readonly FailedSeed[];
  readonly marks: ReadonlyMap<string, number>;
  readonly hashes: readonly string[];
}

const VIOLATIONS_TOLD = 5;

// Each worker would compile the whole desk anew.
enableCompileCache();
const { simulate } = await import('./simulate.ts');

async function answerTo({ from, seeds, faults, twice }: Assignment): Promise<Answer> {
  const sums = { lifecycles: 0, crashes: 0, ambiguous: 0, messageFaults: 0 };
  const differing: number[] = [];
  const failed: FailedSeed[] = [];
  const hashes: string[] = [];
  const marks = new Map<string, number>();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const outcome = await simulate({ seed, faults });
    const { violations, traceHash } = outcome;
    sums.lifecycles += outcome.lifecycles;
    sums.crashes += outcome.crashes;
    sums.ambiguous += outcome.ambiguous;
    sums.messageFaults += outcome.messageFaults;
    for (const [mark, times] of outcome.marks) marks.set(mark, (marks.get(mark) ?? 0) + times);
    if (violations.length > 0) {
      failed.push({ seed, violations: violations.slice(0, VIOLATIONS_TOLD) });
    }
    hashes.push(traceHash);
    if (twice && (await simulate({ seed, faults })).traceHash !== traceHash) differing.push(seed);
  }
  return { seeds, ...sums, differing, failed, marks, hashes };
}

parentPort?.on('message', (assignment: Assignment) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  void answerTo(assignment).then((answer) => parentPort?.postMessage(answer));
});
