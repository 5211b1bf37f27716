/**
 * The journal as Parquet, a file a day, for whoever asks with SQL years later.
 *
 *     manifest.json                                which file holds which day, and what proves it
 *     audit/day=2026-11-20/000001-004711.parquet   first and last record of the day
 *
 * Rule  a day is replaced whole or not at all, and never by less than it held.
 */

import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '#adapters/disk/files.ts';
import { lockDirectory } from '#adapters/disk/lock.ts';
import { SCHEMA_VERSION } from '#adapters/duckdb/columns.ts';
import { readParquet, writeParquet } from '#adapters/duckdb/parquet.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { fileDigest } from '../file-digest.ts';
import { writeKeptRows } from './kept-rows.ts';
import { type ExportedDay, type Manifest, readManifest, writeManifest } from './manifest.ts';
import { isSame, planExport } from './plan.ts';
import { type DayHeld, hasJournal, type Survey, surveyJournal } from './survey.ts';

export interface ParquetRequest {
  /** Data directory, or a copy of a journal. */
  readonly journal: string;
  readonly out: string;
  readonly from: IsoDate | null;
  /** Included. */
  readonly to: IsoDate | null;
  /** Days before this one alone; `null`: all. */
  readonly before: IsoDate | null;
}

export interface ParquetReport {
  readonly days: number;
  readonly unchanged: number;
  readonly rows: number;
  readonly bytes: number;
}

const LEFTOVER = /^\.work-\d+$/;
const DAY_FILE = /^\d+-\d+\.parquet$/;

export async function exportParquet(
  request: ParquetRequest,
): Promise<Result<ParquetReport, string>> {
  // Nothing is made for a journal that is not there.
  if (!(await hasJournal(request.journal))) return err(`${request.journal} holds no journal.`);
  const lock = await lockDirectory(request.out);
  if (!lock.ok) return err(`${request.out} is in use by another export: ${lock.error.detail}`);
  try {
    return await exportLocked({ ...request, out: lock.value.directory });
  } finally {
    await lock.value.release();
  }
}

async function exportLocked(request: ParquetRequest): Promise<Result<ParquetReport, string>> {
  const { out } = request;
  await removeLeftovers(out);
  const survey = await surveyJournal(request.journal);
  if (!survey.ok) return survey;
  if (survey.value.damage !== null) return err(survey.value.damage);
  const manifest = await readManifest(out);
  const plan = planExport(survey.value.days, manifest.days, { ...request, schema: SCHEMA_VERSION });
  if (!plan.ok) {
    return err(`${plan.error}. Nothing was changed; \`strikewire journal verify\` says more.`);
  }
  const { write, unchanged } = plan.value;
  const written = await writeDays(out, survey.value, { write, manifest });
  return ok({
    days: write.length,
    unchanged,
    rows: sum(written.map(({ rows }) => rows)),
    bytes: sum(written.map(({ bytes }) => bytes)),
  });
}

async function writeDays(
  out: string,
  survey: Survey,
  { write, manifest }: { readonly write: readonly DayHeld[]; readonly manifest: Manifest },
): Promise<readonly ExportedDay[]> {
  const written: ExportedDay[] = [];
  if (write.length === 0) return written;
  let current = manifest;
  const work = join(out, `.work-${process.pid}`);
  await mkdir(work, { recursive: true, mode: 0o700 });
  try {
    await writeKeptRows(survey, { days: write, into: work }, async (day, lines) => {
      const exported = await writeDay(out, day, lines);
      await rm(lines);
      written.push(exported);
      current = withDay(current, exported);
      await writeManifest(out, current);
      await removeOthers(out, exported);
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return written;
}

async function writeDay(out: string, held: DayHeld, lines: string): Promise<ExportedDay> {
  const { day, rows, firstSeq, lastSeq, lastHash } = held;
  const fresh = `${lines}.parquet`;
  const content = await writeParquet(lines, fresh);
  if (content.rows !== rows || content.firstSeq !== firstSeq || content.lastSeq !== lastSeq) {
    const was = `${content.rows} records, ${content.firstSeq} to ${content.lastSeq}`;
    throw new Error(`${day}: expected ${rows} records, ${firstSeq} to ${lastSeq}, was ${was}`);
  }
  const file = `audit/day=${day}/${padded(firstSeq)}-${padded(lastSeq)}.parquet`;
  const path = join(out, file);
  await makeDurable(fresh);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await rename(fresh, path);
  for (const directory of [dirname(path), join(out, 'audit'), out]) await syncDirectory(directory);
  const { size: bytes } = await stat(path);
  const sha256 = await fileDigest(path);
  return { day, file, rows, firstSeq, lastSeq, lastHash, sha256, bytes, schema: SCHEMA_VERSION };
}

/** What is wrong with an export, day by day; an empty list: it is what the journal says. */
export async function verifyParquet(
  request: Pick<ParquetRequest, 'journal' | 'out'>,
): Promise<Result<{ readonly days: number; readonly faults: readonly string[] }, string>> {
  const survey = await surveyJournal(request.journal);
  if (!survey.ok) return survey;
  const { days } = await readManifest(request.out);
  const held = new Map<string, DayHeld>(survey.value.days.map((day) => [day.day, day]));
  const faults: string[] = [];
  for (const exported of days) {
    const fault = await faultOf(request.out, exported, held.get(exported.day));
    if (fault !== null) faults.push(`${exported.day}: ${fault}`);
  }
  return ok({ days: days.length, faults });
}

async function faultOf(
  out: string,
  exported: ExportedDay,
  held: DayHeld | undefined,
): Promise<string | null> {
  const path = join(out, exported.file);
  if (held === undefined) return 'the journal has no record of that day';
  if (!isSame(held, exported, exported.schema)) {
    return `the export has ${exported.rows} records to ${exported.lastSeq}, the journal ${held.rows} to ${held.lastSeq}`;
  }
  const digest = await fileDigest(path).catch(() => null);
  if (digest === null) return `${exported.file} cannot be read`;
  if (digest !== exported.sha256) return `${exported.file} is not the file that was written`;
  const { rows, firstSeq, lastSeq } = await readParquet(path);
  const isWhole = rows === held.rows && firstSeq === held.firstSeq && lastSeq === held.lastSeq;
  return isWhole ? null : `${exported.file} holds ${rows} records, expected ${held.rows}`;
}

function withDay(manifest: Manifest, exported: ExportedDay): Manifest {
  const others = manifest.days.filter(({ day }) => day !== exported.day);
  return { ...manifest, days: [...others, exported].toSorted((a, b) => (a.day < b.day ? -1 : 1)) };
}

/** Files of that day that no manifest names any more. */
async function removeOthers(out: string, { file }: ExportedDay): Promise<void> {
  const directory = dirname(join(out, file));
  for (const name of await readdir(directory)) {
    const isOther = DAY_FILE.test(name) && !file.endsWith(`/${name}`);
    if (isOther) await rm(join(directory, name), { force: true });
  }
}

async function removeLeftovers(out: string): Promise<void> {
  for (const name of await readdir(out)) {
    if (LEFTOVER.test(name)) await rm(join(out, name), { recursive: true, force: true });
  }
}

async function makeDurable(path: string): Promise<void> {
  await using handle = await open(path, 'r+');
  await handle.sync();
}

function padded(seq: number): string {
  return String(seq).padStart(6, '0');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
