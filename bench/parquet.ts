/**
 * The journal as Parquet: records read, told and written as typed columns, beside DuckDB reading
 * the very rows as JSON Lines itself, which is the most that can be had by way of its reader.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readKeptRows, withDuckDb } from '#adapters/duckdb/session.ts';
import { askRecord } from '#app/parquet/ask.ts';
import { exportParquet } from '#app/parquet/export.ts';
import { writeKeptRows } from '#app/parquet/kept-rows.ts';
import { surveyJournal } from '#app/parquet/survey.ts';
import type { DeskEntry } from '#audit/model.ts';
import { invariant } from '#kernel/invariant.ts';
import { plus } from '#kernel/time.ts';
import { sold } from '../tests/fixtures/desk-courses.ts';
import { writeJournal } from '../tests/fixtures/journal-on-disk.ts';
import type { BenchRow } from './report.ts';

const TRADES = 1_500;

export async function measure(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-parquet-bench-'));
  try {
    await writeJournal(directory, manyTrades());
    const read = await readItself(directory);
    const out = join(directory, 'parquet');
    const range = { from: null, to: null, before: null };
    const [exported, exportMs] = await timed(() =>
      exportParquet({ journal: directory, out, ...range }),
    );
    invariant(exported.ok && exported.value.rows === read.rows, 'every record was exported');
    const [answered, askMs] = await timed(() =>
      askRecord({
        ...{ journal: directory, parquet: out, exportedOnly: true },
        ...{ memoryMb: 512, timeoutMs: 60_000, rowsMax: 10 },
        sql: 'SELECT author, count(*), sum(result) FROM trades GROUP BY author',
      }),
    );
    invariant(answered.ok, 'the export answers');
    return [
      { what: 'records', value: read.rows, unit: 'records' },
      {
        what: 'DuckDB reads the rows as JSON',
        value: perSecond(read.rows, read.ms),
        unit: 'rows/s',
      },
      {
        what: 'journal → Parquet',
        value: perSecond(read.rows, exportMs),
        unit: 'rows/s',
        vs: 'DuckDB reading the rows as JSON',
        ratio: read.ms / exportMs,
      },
      { what: 'a row in Parquet', value: exported.value.bytes / read.rows, unit: 'bytes' },
      { what: 'a row as JSON', value: read.bytes / read.rows, unit: 'bytes' },
      { what: 'results by author, from the export', value: askMs, unit: 'ms' },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The same rows as JSON Lines, and how long DuckDB takes to read them into a table. */
async function readItself(directory: string) {
  const survey = await surveyJournal(directory);
  invariant(survey.ok, 'the journal reads');
  let read = { rows: 0, bytes: 0, ms: 0 };
  await writeKeptRows(
    survey.value,
    { days: survey.value.days, into: directory },
    async (day, path) => {
      const [, ms] = await timed(() =>
        withDuckDb({ memoryMb: 1_024, threads: 2 }, (connection) =>
          connection.run(`CREATE TABLE kept AS FROM ${readKeptRows(path)}`),
        ),
      );
      read = {
        rows: read.rows + day.rows,
        bytes: read.bytes + statSync(path).size,
        ms: read.ms + ms,
      };
      rmSync(path);
    },
  );
  return read;
}

/** The same course again and again, each time another message and another trade. */
function manyTrades(): readonly DeskEntry[] {
  const { entries } = sold();
  const all: DeskEntry[] = [];
  for (let n = 0; n < TRADES; n += 1) {
    const rename = (text: string) =>
      text
        .replaceAll('local:room:', `local:room:${n}-`)
        .replaceAll(/(?<=t_\w{8})\w{8}/g, suffix(n));
    for (const entry of entries) {
      all.push({ ...renamed(entry, rename), wall: plus(entry.wall, n * 1_000) });
    }
  }
  return all;
}

function renamed<T>(value: T, rename: (text: string) => string): T;
function renamed(value: unknown, rename: (text: string) => string): unknown {
  if (typeof value === 'string') return rename(value);
  if (Array.isArray(value)) return value.map((item: unknown) => renamed(item, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, renamed(inner, rename)] as const),
  );
}

function suffix(n: number): string {
  return n.toString(36).padStart(8, 'a');
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const from = performance.now();
  const done = await work();
  return [done, performance.now() - from];
}

function perSecond(count: number, ms: number): number {
  return (count / ms) * 1_000;
}
