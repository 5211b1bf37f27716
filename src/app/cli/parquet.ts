/** `strikewire audit export --format parquet`: the journal for SQL, a file for each day. */
import { join } from 'node:path';
import { type IsoDate, parseIsoDate } from '#kernel/calendar.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { Config } from '../config.ts';
import { PARQUET_DIRECTORY } from '../data-files.ts';
import type { Exit } from '../exit-codes.ts';
import { exportParquet, verifyParquet } from '../parquet/export.ts';
import { ManifestDamaged } from '../parquet/manifest.ts';
import { dayOf } from '../parquet/survey.ts';
import { CommandFailed, type Io } from './io.ts';

export interface ParquetOptions {
  readonly from: string | undefined;
  /** Included. */
  readonly to: string | undefined;
  readonly out: string | undefined;
  readonly completeDays: boolean;
  readonly verify: boolean;
  readonly json: boolean;
}

export async function runParquetExport(
  config: Config,
  options: ParquetOptions,
  io: Io,
): Promise<Exit> {
  const { directory } = config.data;
  const where = { journal: directory, out: options.out ?? join(directory, PARQUET_DIRECTORY) };
  const range = { from: dayGiven('from', options.from), to: dayGiven('to', options.to) };
  try {
    if (options.verify) return await verify(where, options, io);
    const before = options.completeDays ? dayOf(createSystemClock().now()) : null;
    const report = await exportParquet({ ...where, ...range, before });
    if (!report.ok) throw new CommandFailed('refused', report.error);
    const { days, unchanged, rows, bytes } = report.value;
    const words = `${days} days with ${rows} records (${bytes} bytes), ${unchanged} unchanged`;
    await io.print(
      options.json ? `${JSON.stringify(report.value)}\n` : `${where.out}: ${words}.\n`,
    );
    return 'done';
  } catch (error) {
    if (error instanceof ManifestDamaged) throw new CommandFailed('refused', error.message);
    throw error;
  }
}

async function verify(
  where: { readonly journal: string; readonly out: string },
  { json }: ParquetOptions,
  io: Io,
): Promise<Exit> {
  const verified = await verifyParquet(where);
  if (!verified.ok) throw new CommandFailed('refused', verified.error);
  const { days, faults } = verified.value;
  const ok = faults.length === 0;
  if (json) await io.print(`${JSON.stringify({ ok, days, faults })}\n`);
  else if (ok) await io.print(`Sound: ${days} days, each with the records of the journal.\n`);
  else await io.print(`NOT SOUND:\n${faults.map((fault) => `  ${fault}\n`).join('')}`);
  return ok ? 'done' : 'refused';
}

function dayGiven(option: 'from' | 'to', text: string | undefined): IsoDate | null {
  if (text === undefined) return null;
  const day = parseIsoDate(text);
  if (day !== null) return day;
  const words = `--${option}: Parquet is written by the day, so expected a date, was "${text}".`;
  throw new CommandFailed('usage', words);
}
