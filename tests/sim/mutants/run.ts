/**
 * Runs mutants, each in a worker of its own, as many at a time as wanted.
 *
 * Every one starts at seed 1 and stops at the first seed that shows it: on which it fails and the
 * desk as it is does not. Where that makes a long story, the next ones may make a shorter.
 */
import { Worker } from 'node:worker_threads';
import type { Kill, Seeds } from './hunt.ts';
import type { Mutant } from './model.ts';

export interface MutantVerdict {
  readonly mutant: Mutant;
  /** `null`: it has survived, or could not be run. */
  readonly kill: Kill | null;
  /** Why it could not be run, or `null`. */
  readonly error: string | null;
}

export interface MutantRun {
  readonly seeds: number;
  readonly threads: number;
  readonly onVerdict?: (verdict: MutantVerdict) => void;
}

/** Longer than two hundred seeds and the shrinking of one may take on a busy machine. */
const TOO_LONG_MS = 600_000;

/** Faults that a story a person follows at once may need, and seeds tried for such a story. */
const SHORT = 3;
const KILLS_MAX = 3;

/** The verdicts in the order of the mutants. */
export async function runMutants(
  mutants: readonly Mutant[],
  { seeds, threads, onVerdict = () => undefined }: MutantRun,
): Promise<readonly MutantVerdict[]> {
  const verdicts = new Map<Mutant, MutantVerdict>();
  const isSound = soundness();
  const waiting = mutants.values();
  const lanes = Array.from({ length: threads }, async () => {
    // The lanes share one iterator: each takes whichever comes next.
    for (const mutant of waiting) {
      const verdict = await verdictOn(mutant, seeds, isSound);
      verdicts.set(mutant, verdict);
      onVerdict(verdict);
    }
  });
  await Promise.all(lanes);
  return mutants.flatMap((mutant) => verdicts.get(mutant) ?? []);
}

type IsSound = (seed: number) => Promise<boolean>;

async function verdictOn(mutant: Mutant, seeds: number, isSound: IsSound): Promise<MutantVerdict> {
  try {
    const kills: Kill[] = [];
    for (let from = 1; kills.length < KILLS_MAX; ) {
      const kill = await huntIn(mutant.name, { from, to: seeds });
      if (kill === null) break;
      if (await isSound(kill.firstSeed)) kills.push(kill);
      if (kills.some(({ faults }) => faults.length <= SHORT)) break;
      from = kill.firstSeed + 1;
    }
    const [shortest = null] = kills.toSorted((a, b) => a.faults.length - b.faults.length);
    return { mutant, kill: shortest, error: null };
  } catch (error) {
    return { mutant, kill: null, error: String(error) };
  }
}

/** Whether the desk as it is passes a seed; each is asked once. */
function soundness(): IsSound {
  const known = new Map<number, Promise<boolean>>();
  return (seed) => {
    const asked =
      known.get(seed) ?? huntIn(null, { from: seed, to: seed }).then((kill) => kill === null);
    known.set(seed, asked);
    return asked;
  };
}

async function huntIn(name: string | null, seeds: Seeds): Promise<Kill | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Kill | null>();
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { name, ...seeds },
  });
  const fail = (what: string): void => reject(new Error(what));
  const timer = setTimeout(() => fail(`no verdict within ${TOO_LONG_MS} ms`), TOO_LONG_MS);
  worker.once('message', resolve);
  worker.once('error', (error: unknown) => fail(String(error)));
  worker.once('exit', (code) => fail(`ended with code ${code} before its verdict`));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}
