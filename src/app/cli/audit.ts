/** `strikewire audit`: the record as people and programs read it. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { findJournalDisk } from '#adapters/disk/journal-disk.ts';
import { CSV_HEAD, csvLine } from '#audit/csv.ts';
import type { AuditRow, DeskEntry } from '#audit/model.ts';
import { exportRows } from '#audit/view.ts';
import type { Recorded } from '#events/record.ts';
import { describeDamage } from '#journal/model.ts';
import { DiskError, type JournalDisk } from '#journal/ports.ts';
import { readRange, SegmentIndex } from '#journal/reader.ts';
import { scanJournal } from '#journal/scan.ts';
import { oneLine } from '#kernel/text.ts';
import type { EpochMs } from '#kernel/time.ts';
import { readMarketTime } from '#market/market-time.ts';
import type { Config } from '../config.ts';
import { isDeskEntry } from '../desk-entry.ts';
import type { Exit } from '../exit-codes.ts';
import { makeDirectory } from '../make-directory.ts';
import { TRADE_RULES } from '../trade-rules.ts';
import { connectDesk } from './desk-client.ts';
import { CommandFailed, type Io } from './io.ts';

export interface ExportOptions {
  readonly from: string | undefined;
  /** A date is included whole; an instant is not. */
  readonly to: string | undefined;
  readonly format: 'jsonl' | 'csv';
  /** A directory for `audit.jsonl` or `audit.csv`; to the standard output when absent. */
  readonly out: string | undefined;
}

/** Every record, oldest first, from the disk: a running desk is neither needed nor disturbed. */
export async function runAuditExport(
  config: Config,
  options: ExportOptions,
  io: Io,
): Promise<Exit> {
  const { format, out } = options;
  const range = rangeOf(options);
  const disk = findJournalDisk(config.data.directory);
  const { index, last, damage } = await scan(disk, config.data.directory);
  const records = entriesOf(readRange(disk, index, { fromSeq: 1, toSeq: last }));
  const rows = exportRows(records, TRADE_RULES, range);
  const lines = format === 'csv' ? csvLines(rows) : jsonLines(rows);
  if (out === undefined) for (const line of lines) await io.print(line);
  else io.note(`Wrote ${await writeLines(out, `audit.${format}`, lines)}.\n`);
  if (damage === null) return 'done';
  io.note(`The export ends where the journal is damaged: ${damage}\n`);
  return 'refused';
}

function* jsonLines(rows: Iterable<AuditRow>): Iterable<string> {
  for (const row of rows) yield `${JSON.stringify(row)}\n`;
}

function* csvLines(rows: Iterable<AuditRow>): Iterable<string> {
  yield CSV_HEAD;
  for (const row of rows) yield csvLine(row);
}

/** Whole or not at all. */
async function writeLines(out: string, name: string, lines: Iterable<string>): Promise<string> {
  makeDirectory(out);
  const path = join(out, name);
  const fresh = `${path}.${process.pid}.new`;
  try {
    await writeFile(fresh, lines, { mode: 0o600, flush: true });
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  return path;
}

export interface RecentOptions {
  readonly limit: number;
  readonly json: boolean;
}

const Row = z.looseObject({ seq: z.number(), at: z.string(), badge: z.string(), text: z.string() });

/** The newest rows of the running desk, newest first. */
export async function runAuditRecent(
  config: Config,
  { limit, json }: RecentOptions,
  io: Io,
): Promise<Exit> {
  const desk = connectDesk(config.data.directory);
  const answer = await desk.call('GET', `/admin/audit/recent?limit=${limit}`);
  const { rows } = z.object({ rows: z.array(Row) }).parse(answer);
  for (const row of rows) {
    const line = `${String(row.seq).padStart(6)}  ${row.at}  ${row.badge}  ${oneLine(row.text)}`;
    await io.print(`${json ? JSON.stringify(row) : line}\n`);
  }
  return 'done';
}

async function scan(disk: JournalDisk, directory: string) {
  const index = new SegmentIndex();
  try {
    const { end, segments, bad } = await scanJournal(disk, new Map(), ({ seq }, segment, offset) =>
      index.note(seq, segment, offset),
    );
    if (segments === 0) throw new CommandFailed('refused', `${directory} holds no journal.`);
    // What a desk is writing this moment is not yet a record, and no damage.
    const isDamaged = bad !== null && bad.reason !== 'torn_tail';
    return { index, last: end.seq, damage: isDamaged ? describeDamage(bad) : null };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new CommandFailed('refused', `${directory}: ${error.message}`);
  }
}

function* entriesOf(records: Iterable<Recorded>): Iterable<DeskEntry> {
  for (const record of records) if (isDeskEntry(record)) yield record;
}

interface Range {
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
}

/** A date is midnight in New York; as an end it is included whole. */
function rangeOf({ from, to }: ExportOptions): Range {
  const range = { from: readTime('from', from, '00:00'), to: readTime('to', to, '24:00') };
  if (range.from !== null && range.to !== null && range.from >= range.to) {
    throw new CommandFailed('usage', `--from: expected a time before --to ${to}, was "${from}".`);
  }
  return range;
}

function readTime(
  option: 'from' | 'to',
  text: string | undefined,
  timeOfDay: `${number}:${number}`,
): EpochMs | null {
  if (text === undefined) return null;
  const at = readMarketTime(text, timeOfDay);
  if (at !== null) return at;
  const expected = 'a date (2025-12-02) or an ISO instant with a zone';
  throw new CommandFailed('usage', `--${option}: expected ${expected}, was "${text}".`);
}
