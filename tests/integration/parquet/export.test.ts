/** The journal as Parquet: what DuckDB reads back, what a day's file is worth, what never goes. */
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { createSnapshotFiles } from '#adapters/disk/snapshot-files.ts';
import { literal, withDuckDb } from '#adapters/duckdb/session.ts';
import { buildDigest } from '#app/certify/build-digest.ts';
import { exportParquet, type ParquetRequest, verifyParquet } from '#app/parquet/export.ts';
import { readManifest } from '#app/parquet/manifest.ts';
import { takeSnapshot } from '#app/snapshots/take.ts';
import { toKeptRow } from '#audit/kept-row.ts';
import type { DeskEntry } from '#audit/model.ts';
import { date } from '#kernel/calendar.ts';
import { plus } from '#kernel/time.ts';
import { sold } from '../../fixtures/desk-courses.ts';
import { writeJournal } from '../../fixtures/journal-on-disk.ts';
import { tell } from '../../fixtures/telling.ts';

const DAY_MS = 86_400_000;
const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

describe('an export', () => {
  it('holds every field of every record, amounts to the last digit', async () => {
    const { entries } = sold();
    const place = await placeWith(entries);
    expect(await exportParquet(place)).toMatchObject({ ok: true, value: { days: 1, rows: 34 } });
    const rows = await readBack(place.out);
    expect(rows).toEqual(tell(entries).map(toKeptRow));
  });

  it('keeps each New York day in a file of its own', async () => {
    const place = await placeWith([...sold().entries, ...later(sold().entries, DAY_MS)]);
    await exportParquet(place);
    expect(readdirSync(join(place.out, 'audit')).toSorted()).toEqual([
      'day=2025-12-02',
      'day=2025-12-03',
    ]);
    expect((await readManifest(place.out)).days).toMatchObject([
      { day: '2025-12-02', rows: 34, firstSeq: 1, lastSeq: 34 },
      { day: '2025-12-03', rows: 34, firstSeq: 35, lastSeq: 68 },
    ]);
  });

  it('leaves a day alone that is as it should be, and the day that is not over', async () => {
    const place = await placeWith([...sold().entries, ...later(sold().entries, DAY_MS)]);
    const before = date('2025-12-03');
    expect(await exportParquet({ ...place, before })).toMatchObject({
      value: { days: 1, unchanged: 0 },
    });
    expect(await exportParquet({ ...place, before })).toMatchObject({
      value: { days: 0, unchanged: 1 },
    });
  });

  it('writes a day again when a late record belongs to it, and keeps one file of it', async () => {
    const { entries } = sold();
    const place = await placeWith([...entries, ...later(entries, DAY_MS)]);
    await exportParquet(place);
    await writeJournal(place.journal, entries.slice(0, 1));
    expect(await exportParquet(place)).toMatchObject({ value: { days: 1, unchanged: 1 } });
    expect(readdirSync(join(place.out, 'audit/day=2025-12-02'))).toEqual(['000001-000069.parquet']);
    expect(await verifyParquet(place)).toMatchObject({ value: { days: 2, faults: [] } });
  });

  it('writes only the days asked for', async () => {
    const { entries } = sold();
    const place = await placeWith([
      ...entries,
      ...later(entries, DAY_MS),
      ...later(entries, 2 * DAY_MS),
    ]);
    await exportParquet({ ...place, from: date('2025-12-03'), to: date('2025-12-03') });
    expect(readdirSync(join(place.out, 'audit'))).toEqual(['day=2025-12-03']);
  });

  it('F158: is never replaced by less than it held, nor by another history', async () => {
    const { entries } = sold();
    const place = await placeWith(entries);
    await exportParquet(place);
    const shorter = await placeWith(entries.slice(0, 20));
    expect(await refusal({ ...place, journal: shorter.journal })).toContain(
      'the export holds 34 records and the journal 20',
    );
    const other = await placeWith(entries.with(1, { ...entries[1], actor: 'else' } as DeskEntry));
    expect(await refusal({ ...place, journal: other.journal })).toContain(
      'record 34 of the export is not the one of the journal',
    );
    expect(await verifyParquet(place)).toMatchObject({ value: { days: 1, faults: [] } });
  });

  it('is the same told from a snapshot as from the first record', async () => {
    const { entries } = sold();
    const place = await placeWith(entries.slice(0, 20));
    const store = createSnapshotFiles(place.journal);
    const disk = createJournalDisk(place.journal, { reserveBytes: 4_096 });
    const taken = await takeSnapshot({ disk, store, build: buildDigest() });
    if (!taken.ok) throw new Error(taken.error.detail);
    const [first] = entries;
    if (first === undefined) throw new Error('no entries');
    const body = { ...taken.value, at: first.wall };
    const named: DeskEntry = { ...first, kind: 'snapshot.taken', body };
    await writeJournal(place.journal, [named, ...later(entries.slice(20), DAY_MS)]);
    const quick = { ...place, from: date('2025-12-03'), out: join(place.journal, 'quick') };
    await exportParquet(quick);
    rmSync(join(place.journal, 'snapshots'), { recursive: true });
    await exportParquet({ ...quick, out: place.out });
    const rows = await readBack(quick.out);
    expect(rows).toHaveLength(14);
    expect(rows).toEqual(await readBack(place.out));
    expect(rows.at(-1)).toMatchObject({ trade: { result: '261.00' } });
  });

  it('shows when a file of it was changed', async () => {
    const place = await placeWith(sold().entries);
    await exportParquet(place);
    appendFileSync(join(place.out, 'audit/day=2025-12-02/000001-000034.parquet'), 'x');
    const verified = await verifyParquet(place);
    expect(verified.ok && verified.value.faults.join()).toContain(
      'is not the file that was written',
    );
  });

  it('F158: removes what a killed one left, and is not run twice at once', async () => {
    const place = await placeWith(sold().entries);
    await exportParquet(place);
    writeFileSync(join(place.out, '.work-1'), 'left');
    const [one, two] = await Promise.all([exportParquet(place), exportParquet(place)]);
    expect(one.ok).not.toBe(two.ok);
    expect(readdirSync(place.out)).not.toContain('.work-1');
  });
});

async function refusal(request: ParquetRequest): Promise<string> {
  const exported = await exportParquet(request);
  return exported.ok ? '' : exported.error;
}

async function placeWith(entries: readonly DeskEntry[]): Promise<ParquetRequest> {
  const journal = mkdtempSync(join(tmpdir(), 'strikewire-parquet-'));
  made.push(journal);
  await writeJournal(journal, entries);
  return { journal, out: join(journal, 'parquet'), from: null, to: null, before: null };
}

function later(entries: readonly DeskEntry[], ms: number): readonly DeskEntry[] {
  return entries.map((entry) => ({ ...entry, wall: plus(entry.wall, ms) }));
}

/** As JSON of the shapes that were written: amounts and instants as their texts. */
async function readBack(out: string): Promise<readonly unknown[]> {
  return withDuckDb({ memoryMb: 128, threads: 1 }, async (connection) => {
    await connection.run("SET TimeZone = 'UTC'");
    const files = literal(join(out, 'audit/day=*/*.parquet'));
    const read = await connection.runAndReadAll(
      `SELECT * EXCLUDE (day) FROM read_parquet(${files}, hive_partitioning = true) ORDER BY seq`,
    );
    return read.getRowObjectsJson().map(asWritten);
  });
}

const WHOLE = new Set(['seq', 'received', 'decided', 'risk', 'opened']);
const INSTANT = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?\+00$/;
const DECIMAL = /^-?\d+\.\d{9}$/;

function asWritten(value: unknown, name: unknown = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => asWritten(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, asWritten(one, key)]),
    );
  }
  if (typeof value !== 'string') return value;
  if (WHOLE.has(String(name))) return Number(value);
  if (INSTANT.test(value)) return new Date(value).toISOString();
  return DECIMAL.test(value) ? value.replace(/(\.\d{2}\d*?)0+$/, '$1') : value;
}
