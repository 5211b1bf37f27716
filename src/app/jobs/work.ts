/** The work of the jobs every desk has. What needs a store is offered by whoever opens it. */
import { z } from 'zod';
import type { Clock } from '#kernel/time.ts';
import { noteCheckpoint } from '../backup/known.ts';
import { epochOf } from '../backup/make.ts';
import { forgetOld } from '../certify/certification-file.ts';
import type { Config } from '../config.ts';
import { backupDirectory } from '../data-files.ts';
import { makeDirectory } from '../make-directory.ts';
import { CountedFigures, runCommand } from './child.ts';
import type { Jobs } from './runner.ts';

const Verified = z.object({ records: z.number(), segments: z.number() });
const BackedUp = z.object({ path: z.string() });

export function offerOwnWork(jobs: Jobs, config: Config, clock: Clock): void {
  const { directory } = config.data;
  jobs.offer('checkpoint', async () => {
    const backups = backupDirectory(config);
    makeDirectory(backups);
    const seq = await noteCheckpoint(directory, backups, {
      epoch: await epochOf(directory),
      now: clock.now(),
    });
    const detail =
      seq === 0 ? 'no checkpoint was taken yet' : `record ${seq} is noted in ${backups}`;
    return { detail, figures: { seq } };
  });
  jobs.offer('parquet', async (signal) => {
    const args = ['audit', 'export', '--format', 'parquet', '--complete-days'];
    const figures = CountedFigures.parse(await runCommand(config, args, signal));
    return { detail: `${figures['days'] ?? 0} days written`, figures };
  });
  jobs.offer('backup', async (signal) => {
    const answer = await runCommand(config, ['backup'], signal);
    const { path } = BackedUp.parse(answer);
    return { detail: `${path}, read again and found whole`, figures: CountedFigures.parse(answer) };
  });
  jobs.offer('verify', async (signal) => {
    const answer = await runCommand(config, ['journal', 'verify', directory], signal);
    const { records, segments } = Verified.parse(answer);
    const detail = `${records} records in ${segments} segments, none changed or missing`;
    return { detail, figures: { records, segments } };
  });
  jobs.offer('prune', async () => {
    const forgotten = await forgetOld(directory, clock.now());
    return { detail: `${forgotten} old certifications forgotten`, figures: { forgotten } };
  });
}
