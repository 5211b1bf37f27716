/** `strikewire jobs`: what the running desk does by the clock, and beginning one of it now. */
import { z } from 'zod';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import { runBackup } from './backup.ts';
import { connectDesk, isDeskThere } from './desk-client.ts';
import { CommandFailed, type Io } from './io.ts';
import { runJournalVerify } from './journal.ts';
import { runParquetExport } from './parquet.ts';

const Job = z.looseObject({
  name: z.string(),
  description: z.string(),
  schedule: z.string().nullable(),
  nextAt: z.string().nullable(),
  running: z.boolean(),
  last: z
    .looseObject({ startedAt: z.string(), outcome: z.string(), detail: z.string() })
    .nullable(),
});
const Listed = z.object({ items: z.array(Job) });
const Begun = z.object({ detail: z.string() });

export async function runJobs(
  config: Config,
  { json }: { readonly json: boolean },
  io: Io,
): Promise<Exit> {
  const desk = connectDesk(config.data.directory, config.secrets.adminKey);
  const { items } = Listed.parse(await desk.call('GET', '/api/v1/jobs'));
  if (json) await io.print(`${JSON.stringify(items)}\n`);
  for (const job of json ? [] : items) await io.print(jobLines(job));
  return 'done';
}

function jobLines({ name, description, nextAt, running, last }: z.output<typeof Job>): string {
  const next = running ? 'running now' : `next ${nextAt ?? 'by hand alone'}`;
  const before = last === null ? 'never run' : `${last.outcome} ${last.startedAt}: ${last.detail}`;
  return `${name.padEnd(10)}  ${next}\n${' '.repeat(12)}${description}\n${' '.repeat(12)}${before}\n`;
}

export interface JobRunOptions {
  readonly name: string;
  readonly reason: string;
  readonly json: boolean;
}

/** Through the running desk, on its record; without one what is safe without is done here. */
export async function runJobNow(config: Config, options: JobRunOptions, io: Io): Promise<Exit> {
  const { name, reason, json } = options;
  const { directory } = config.data;
  if (!(await isDeskThere(directory))) return runOffline(config, options, io);
  const desk = connectDesk(directory, config.secrets.adminKey);
  const path = `/api/v1/jobs/${encodeURIComponent(name)}/run`;
  const answer = await desk.call('POST', path, { reason });
  const { detail } = Begun.parse(answer);
  await io.print(
    json ? `${JSON.stringify(answer)}\n` : `${detail}; \`strikewire jobs\` shows it.\n`,
  );
  return 'done';
}

async function runOffline(config: Config, options: JobRunOptions, io: Io): Promise<Exit> {
  const { name, json } = options;
  const { directory } = config.data;
  const work: Readonly<Record<string, () => Promise<Exit>>> = {
    parquet: () => runParquetExport(config, { ...WHOLE_EXPORT, json }, io),
    backup: () => runBackup(config, { ...PLAIN_BACKUP, json }, io),
    verify: () => runJournalVerify({ directory, json }, io),
  };
  const run = Object.hasOwn(work, name) ? work[name] : undefined;
  if (run === undefined) {
    const able = Object.keys(work).join(', ');
    const words = `No desk runs on ${directory}, and ${name} needs one. Without a desk: ${able}.`;
    throw new CommandFailed('refused', words);
  }
  io.note(`No desk runs on ${directory}: ${name} is done here, and on no record.\n`);
  return run();
}

const WHOLE_EXPORT = {
  ...{ from: undefined, to: undefined, out: undefined },
  ...{ completeDays: true, verify: false },
} as const;
const PLAIN_BACKUP = { to: undefined, keep: undefined, list: false, verify: undefined } as const;
