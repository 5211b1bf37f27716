/** How jobs are doing, as metrics: read off the record, and so the same after a restart. */
import { Gauge, type Registry } from 'prom-client';

export interface JobFigures {
  readonly name: string;
  /** Since it was last done; `null`: never. */
  readonly lastDoneAgeMs: number | null;
  /** How long its last run took; `null`: none has ended. */
  readonly lastTookMs: number | null;
  /** Failures since it was last done. */
  readonly failures: number;
}

export function registerJobs(registry: Registry, jobs: () => readonly JobFigures[]): void {
  const gauge = (name: string, help: string, read: (job: JobFigures) => number | null): void => {
    const made = new Gauge({
      name: `strikewire_${name}`,
      help,
      // Not `job`: that is what Prometheus calls the program it asks.
      labelNames: ['name'],
      registers: [registry],
      collect() {
        for (const job of jobs()) made.set({ name: job.name }, read(job) ?? Number.NaN);
      },
    });
  };
  gauge('job_last_done_age_seconds', 'Since a job was last done.', ({ lastDoneAgeMs }) =>
    seconds(lastDoneAgeMs),
  );
  gauge('job_seconds', 'How long the last run of a job took.', ({ lastTookMs }) =>
    seconds(lastTookMs),
  );
  gauge('job_failures', 'Failures of a job since it was last done.', ({ failures }) => failures);
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
