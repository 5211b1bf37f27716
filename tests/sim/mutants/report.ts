/** Verdicts on mutants, for a program and for a person. */
import type { MutantVerdict } from './run.ts';

export interface MutantLine {
  readonly mutant: string;
  readonly killed: boolean;
  readonly firstSeed: number | null;
  readonly invariant: string | null;
  readonly shrunkFaults: number | null;
  readonly shrinkMs: number | null;
  /** Why it could not be run, or `null`. */
  readonly error: string | null;
}

export function lineOf({ mutant, kill, error }: MutantVerdict): MutantLine {
  return {
    mutant: mutant.name,
    killed: kill !== null,
    firstSeed: kill?.firstSeed ?? null,
    invariant: kill?.invariant ?? null,
    shrunkFaults: kill?.faults.length ?? null,
    shrinkMs: kill?.shrinkMs ?? null,
    error,
  };
}

/** One line for each: what was wrong, which seed showed it by what, and what it needed. */
export function tableOf(verdicts: readonly MutantVerdict[]): string {
  const width = Math.max(0, ...verdicts.map(({ mutant }) => mutant.name.length));
  const lines = verdicts.map(
    (verdict) => `${verdict.mutant.name.padEnd(width)}  ${fateOf(verdict)}`,
  );
  const killed = verdicts.filter(({ kill }) => kill !== null).length;
  return [...lines, `${killed} of ${verdicts.length} mutants killed`].join('\n');
}

function fateOf({ kill, error, mutant }: MutantVerdict): string {
  if (error !== null) return `not run: ${error}`;
  if (kill === null) return `SURVIVED: ${mutant.what}`;
  const { firstSeed, invariant, faults, alerts, shrinkMs, replays } = kill;
  const needed = `${alerts.length} alerts, ${faults.length} faults (${faults.join(', ') || 'none'})`;
  return `seed ${firstSeed}  ${invariant}  ${needed}, shrunk in ${shrinkMs} ms by ${replays} replays`;
}
