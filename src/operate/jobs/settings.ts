/** Settings of the jobs, and how long what is kept is kept. */
import { z } from 'zod';
import { isPattern } from './pattern.ts';
import { JOBS, type JobName } from './table.ts';

const EXPECTED = 'expected never, or five fields of cron on the clock in New York: 30 1 * * *';

function schedule(name: JobName) {
  return z
    .string()
    .refine((text) => text === 'never' || isPattern(text), EXPECTED)
    .default(JOBS[name].pattern);
}

export const JOBS_SETTINGS = z
  .strictObject({
    /** false: nothing runs by the clock; by hand everything still does. */
    enabled: z.boolean().default(true),
    /** Five fields of cron on the clock in New York, or never. */
    schedule: z
      .strictObject({
        checkpoint: schedule('checkpoint'),
        history: schedule('history'),
        export: schedule('export'),
        parquet: schedule('parquet'),
        prune: schedule('prune'),
        backup: schedule('backup'),
        verify: schedule('verify'),
      })
      .prefault({}),
    /** A job that takes longer is ended. */
    timeoutMs: z.int().min(1_000).max(86_400_000).default(3_600_000),
    /** A job that failed is tried again after this, … */
    retryMs: z.int().min(1_000).max(86_400_000).default(600_000),
    /** … and after so many tries in a row a person is told. */
    failuresMax: z.int().min(1).max(20).default(3),
    backup: z
      .strictObject({
        /** Where backups go; null: beside the data directory, named for it and -backups. */
        directory: z.string().min(1).max(1_024).nullable().default(null),
        /** So many of the newest are kept. */
        keep: z.int().min(1).max(400).default(7),
      })
      .prefault({}),
  })
  .prefault({});

export type JobsSettings = z.output<typeof JOBS_SETTINGS>;
