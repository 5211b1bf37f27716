/** What a journal holds, day by day in New York, without telling any of it. */
import { findJournalDisk } from '#adapters/disk/journal-disk.ts';
import { createSnapshotFiles } from '#adapters/disk/snapshot-files.ts';
import { createTeller, type Teller } from '#audit/teller.ts';
import type { Recorded } from '#events/record.ts';
import { describeDamage } from '#journal/model.ts';
import { DiskError } from '#journal/ports.ts';
import { readRange, SegmentIndex } from '#journal/reader.ts';
import { scanJournal } from '#journal/scan.ts';
import { date, type IsoDate } from '#kernel/calendar.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import { isZoneKnown, newYorkDate } from '#market/session.ts';
import { buildDigest } from '../certify/build-digest.ts';
import { isDeskEntry } from '../desk-entry.ts';
import { NamedSnapshots } from '../snapshots/named-snapshots.ts';
import { tellerAt } from '../snapshots/teller-at.ts';
import { TRADE_RULES } from '../trade-rules.ts';

export interface DayHeld {
  readonly day: IsoDate;
  readonly rows: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of the record `lastSeq`: through its chain it stands for every record before it. */
  readonly lastHash: string;
}

export interface Survey {
  /** Ascending. A clock set back leaves records of an earlier day behind those of a later one. */
  readonly days: readonly DayHeld[];
  /** Of the sound part. */
  readonly lastSeq: number;
  /** Why the journal ends there when it should not, or `null`. */
  readonly damage: string | null;
  /** Records from one to another, both included, oldest first. */
  read(fromSeq: number, toSeq: number): Iterable<Recorded>;
  /** As it was before that record: told from a snapshot, or from the first record on. */
  tellerBefore(seq: number): Promise<Teller>;
}

export async function hasJournal(directory: string): Promise<boolean> {
  try {
    return (await findJournalDisk(directory).segments()).length > 0;
  } catch (error) {
    if (error instanceof DiskError) return false;
    throw error;
  }
}

/** Reads every record once. Never writes; a running desk is not disturbed. */
export async function surveyJournal(directory: string): Promise<Result<Survey, string>> {
  const disk = findJournalDisk(directory);
  const index = new SegmentIndex();
  const days = new Map<IsoDate, DayHeld>();
  const named = new NamedSnapshots();
  try {
    const scan = await scanJournal(disk, new Map(), (record, segment, offset, hash) => {
      index.note(record.seq, segment, offset);
      count(days, record, hash);
      if (isDeskEntry(record)) named.take(record);
    });
    if (scan.segments === 0) return err(`${directory} holds no journal.`);
    // What a desk is writing this moment is not yet a record, and no damage.
    const isDamaged = scan.bad !== null && scan.bad.reason !== 'torn_tail';
    return ok({
      days: [...days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1)),
      lastSeq: scan.end.seq,
      damage: isDamaged && scan.bad !== null ? describeDamage(scan.bad) : null,
      read: (fromSeq, toSeq) => readRange(disk, index, { fromSeq, toSeq }),
      async tellerBefore(seq) {
        if (seq === 1) return createTeller(TRADE_RULES);
        const store = createSnapshotFiles(directory);
        return tellerAt({ disk, store, build: buildDigest(), named }, seq - 1);
      },
    });
  } catch (error) {
    if (error instanceof DiskError) return err(`${directory}: ${error.message}`);
    throw error;
  }
}

/** The day in New York; in UTC where a clock was so wrong that New York's is not known. */
export function dayOf(at: EpochMs): IsoDate {
  return isZoneKnown(at) ? newYorkDate(at) : date(formatInstant(at).slice(0, 10));
}

function count(days: Map<IsoDate, DayHeld>, { seq, wall }: Recorded, lastHash: string): void {
  const day = dayOf(wall);
  const held = days.get(day);
  const { rows = 0, firstSeq = seq } = held ?? {};
  days.set(day, { day, rows: rows + 1, firstSeq, lastSeq: seq, lastHash });
}
