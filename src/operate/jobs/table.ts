/** Every job of a desk: what it is for, when it runs, whether it waits for the market to close. */

export interface JobRule {
  readonly does: string;
  /** On the clock in New York. */
  readonly pattern: string;
  /** Reads or writes much: never begun by the clock while the market is open. */
  readonly heavy: boolean;
}

export const JOB_NAMES = [
  'checkpoint',
  'history',
  'export',
  'parquet',
  'prune',
  'backup',
  'verify',
] as const;
export type JobName = (typeof JOB_NAMES)[number];

/** In the order in which they run when several are due at once. */
export const JOBS: Readonly<Record<JobName, JobRule>> = {
  checkpoint: {
    does: 'notes how far the journal goes beside the backups, so that an old copy is recognised',
    pattern: '5 * * * *',
    heavy: false,
  },
  export: {
    does: 'proves that the SQL history holds all that was ever logged hot, record by record',
    pattern: '0 1 * * *',
    heavy: true,
  },
  parquet: {
    does: 'writes the days that are over as Parquet',
    pattern: '30 1 * * *',
    heavy: true,
  },
  history: {
    does: 'makes the coming days of the SQL history, and drops what is past its time',
    pattern: '0 2 * * *',
    heavy: true,
  },
  prune: {
    does: 'forgets certifications and their reports once they can serve no more',
    pattern: '15 2 * * *',
    heavy: true,
  },
  backup: {
    does: 'copies the journal and what belongs to it, and reads the copy again',
    pattern: '30 2 * * *',
    heavy: true,
  },
  verify: {
    does: 'checks every record of the journal against its chain and its checkpoints',
    pattern: '0 4 * * *',
    heavy: true,
  },
};
