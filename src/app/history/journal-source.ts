/** The journal as history reads it: of the running desk, or from the disk when none runs. */
import { findJournalDisk } from '#adapters/disk/journal-disk.ts';
import type { BatchedJournal } from '#history/batches.ts';
import type { JournalStanding } from '#history/standing.ts';
import { recordDigest } from '#history/standing.ts';
import { describeDamage } from '#journal/model.ts';
import { readRange, readWritten, SegmentIndex } from '#journal/reader.ts';
import { scanJournal } from '#journal/scan.ts';

export type ReadableJournal = BatchedJournal;

/** How a journal is known, and how far it goes. */
export function identityOf(journal: ReadableJournal): JournalStanding {
  const digestAt = (seq: number): string | null => {
    for (const record of journal.read(seq)) return recordDigest(record);
    return null;
  };
  const { durableSeq } = journal.health();
  return { journal: digestAt(1) ?? '', durableSeq, digestAt };
}

/** Reads a journal that nobody writes; one that is damaged is read up to there. */
export async function readJournalOf(directory: string): Promise<{
  readonly journal: ReadableJournal;
  readonly damage: string | null;
}> {
  const disk = findJournalDisk(directory);
  const index = new SegmentIndex();
  const { end, bad } = await scanJournal(disk, new Map(), ({ seq }, segment, offset) =>
    index.note(seq, segment, offset),
  );
  const isDamaged = bad !== null && bad.reason !== 'torn_tail';
  return {
    damage: isDamaged ? describeDamage(bad) : null,
    journal: {
      read: (fromSeq = 1) => readRange(disk, index, { fromSeq, toSeq: end.seq }),
      readWritten: (fromSeq) => readWritten(disk, index, { fromSeq, toSeq: end.seq }),
      onDurable: () => () => undefined,
      health: () => ({
        writable: false,
        lastSeq: end.seq,
        durableSeq: end.seq,
        freeBytes: null,
        space: 'unknown',
        waitingMs: 0,
        reservedBytes: 0,
        fault: null,
      }),
    },
  };
}
