/** A question over everything on record: whole days from the export, the rest from the journal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SCHEMA_VERSION } from '#adapters/duckdb/columns.ts';
import { writeParquet } from '#adapters/duckdb/parquet.ts';
import { type Answered, ask, type Question } from '#adapters/duckdb/query.ts';
import { err, type Result } from '#kernel/result.ts';
import { writeKeptRows } from './kept-rows.ts';
import { type ExportedDay, readManifest } from './manifest.ts';
import { isSame } from './plan.ts';
import { type Survey, surveyJournal } from './survey.ts';

export interface AskRequest extends Pick<Question, 'sql' | 'memoryMb' | 'timeoutMs' | 'rowsMax'> {
  readonly journal: string;
  /** Where exports are; there may be none. */
  readonly parquet: string;
  /** Exported days alone: quick, and as old as the newest export. */
  readonly exportedOnly: boolean;
}

export async function askRecord(request: AskRequest): Promise<Result<Answered, string>> {
  const { parquet, exportedOnly } = request;
  const { days } = await readManifest(parquet);
  const current = days.filter(({ schema }) => schema === SCHEMA_VERSION);
  if (exportedOnly) return ask({ ...request, files: pathsOf(parquet, current) });
  const survey = await surveyJournal(request.journal);
  if (!survey.ok) return survey;
  if (survey.value.damage !== null) return err(survey.value.damage);
  const work = await mkdtemp(join(tmpdir(), 'strikewire-query-'));
  try {
    const { stored, newer } = await completed(survey.value, current, work);
    return await ask({ ...request, files: [...pathsOf(parquet, stored), ...newer] });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Exported days that are as the journal has them, and files made now of all others. */
async function completed(survey: Survey, exported: readonly ExportedDay[], into: string) {
  const held = new Map<string, Survey['days'][number]>(survey.days.map((day) => [day.day, day]));
  const stored = exported.filter((day) => {
    const now = held.get(day.day);
    return now !== undefined && isSame(now, day, SCHEMA_VERSION);
  });
  const known = new Set(stored.map(({ day }) => day));
  const days = survey.days.filter(({ day }) => !known.has(day));
  const newer: string[] = [];
  await writeKeptRows(survey, { days, into }, async (_, lines) => {
    const file = `${lines}.parquet`;
    await writeParquet(lines, file);
    await rm(lines);
    newer.push(file);
  });
  return { stored, newer };
}

function pathsOf(directory: string, days: readonly ExportedDay[]): readonly string[] {
  return days.map(({ file }) => join(directory, file));
}
