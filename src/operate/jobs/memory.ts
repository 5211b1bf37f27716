/** What the record says of jobs: which key has run, how it ended, and how each job is doing. */
import type { DeskEntry } from '#audit/model.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { JobOutcome } from '#orders/model.ts';

/** All tries of one key: of one job at the minute it was due, or by hand. */
export interface JobRun {
  readonly job: string;
  readonly key: string;
  /** `schedule`, `catch_up`, `retry`, or whoever asked. */
  readonly by: string;
  readonly tries: number;
  readonly startedAt: EpochMs;
  /** `null` while it runs. */
  readonly ended: {
    readonly at: EpochMs;
    readonly outcome: JobOutcome;
    readonly detail: string;
    readonly ms: number;
    readonly figures: Readonly<Record<string, number>>;
  } | null;
}

/** More than any clock is ever set back by, for a job of every hour. */
const RUNS_KEPT = 100;

export interface SavedJobs {
  readonly since: EpochMs | null;
  readonly runs: readonly JobRun[];
  readonly lastDone: readonly (readonly [string, EpochMs])[];
}

export class JobMemory {
  #since: EpochMs | null = null;
  /** By key, oldest first. */
  readonly #runs = new Map<string, JobRun>();
  readonly #lastDone = new Map<string, EpochMs>();

  take(entry: DeskEntry): void {
    this.#since ??= entry.wall;
    if (entry.kind === 'run.started') this.#interrupt(entry.body.at);
    if (entry.kind === 'job.started') {
      const { job, key, by, at } = entry.body;
      const tries = (this.#runs.get(key)?.tries ?? 0) + 1;
      this.#runs.delete(key);
      this.#runs.set(key, { job, key, by, tries, startedAt: at, ended: null });
      this.#forget(job);
    }
    if (entry.kind === 'job.ended') {
      const { job, key, at, outcome, detail, ms, figures } = entry.body;
      const run = this.#runs.get(key);
      if (run !== undefined) {
        this.#runs.set(key, { ...run, ended: { at, outcome, detail, ms, figures } });
      }
      if (outcome === 'done') this.#lastDone.set(job, at);
    }
  }

  /** When the record begins; `null` while it is empty. */
  get since(): EpochMs | null {
    return this.#since;
  }

  run(key: string): JobRun | null {
    return this.#runs.get(key) ?? null;
  }

  /** Oldest first. */
  runsOf(job: string): readonly JobRun[] {
    return [...this.#runs.values()].filter((run) => run.job === job);
  }

  lastDone(job: string): EpochMs | null {
    return this.#lastDone.get(job) ?? null;
  }

  /** Runs since one was done last, each try of one key counted. */
  failuresOf(job: string): number {
    const runs = this.runsOf(job).filter(({ ended }) => ended !== null);
    const done = runs.findLastIndex(({ ended }) => ended?.outcome === 'done');
    return runs
      .slice(done + 1)
      .filter(({ ended }) => ended?.outcome === 'failed')
      .reduce((sum, { tries }) => sum + tries, 0);
  }

  save(): SavedJobs {
    return {
      since: this.#since,
      runs: [...this.#runs.values()],
      lastDone: [...this.#lastDone],
    };
  }

  restore(saved: SavedJobs): void {
    this.#since = saved.since;
    this.#runs.clear();
    for (const run of saved.runs) this.#runs.set(run.key, run);
    this.#lastDone.clear();
    for (const [job, at] of saved.lastDone) this.#lastDone.set(job, at);
  }

  /** What ran when the desk was killed did not end: its record says so from now on. */
  #interrupt(at: EpochMs): void {
    for (const run of this.#runs.values()) {
      if (run.ended !== null) continue;
      const detail = 'the desk stopped before it ended';
      const ended = { at, outcome: 'interrupted' as const, detail, ms: 0, figures: {} };
      this.#runs.set(run.key, { ...run, ended });
    }
  }

  #forget(job: string): void {
    const runs = this.runsOf(job);
    for (const { key } of runs.slice(0, Math.max(0, runs.length - RUNS_KEPT))) {
      this.#runs.delete(key);
    }
  }
}
