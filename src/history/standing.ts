/**
 * Whether a store may go on being filled from a journal: a pure judgement on where both stand.
 *
 * Two desks may name one database, a backup of the journal may be put back, and a newer program may
 * have filled the tables: rows of two histories must never meet in one table.
 */

import { encodeCanonical } from '#events/codec.ts';
import type { Recorded } from '#events/record.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { type Position, ROWS_VERSION } from './model.ts';
import type { StoreFault } from './ports.ts';

export interface JournalStanding {
  /** Digest of record 1. */
  readonly journal: string;
  readonly durableSeq: number;
  /** Digest of the record at that place; `null` when there is none. */
  digestAt(seq: number): string | null;
}

export type Standing =
  | { readonly kind: 'go_on' }
  /** Empty, or filled by older rules: fill it from the first record on. */
  | { readonly kind: 'begin'; readonly why: string }
  | { readonly kind: 'refuse'; readonly fault: StoreFault };

/** What a record is known by in a store. */
export function recordDigest(record: Recorded): string {
  return sha256Hex(encodeCanonical(record));
}

const REBUILD =
  'Nothing was written. If the journal in the data directory is the right one, fill the store anew ' +
  'with `strikewire rebuild`.';

export function standingOf(position: Position | null, journal: JournalStanding): Standing {
  if (position === null) return { kind: 'begin', why: 'the store is empty' };
  if (position.journal !== journal.journal) {
    return refuse(
      'other_journal',
      `The store holds the history of another journal (${short(position.journal)}, this one is ` +
        `${short(journal.journal)}): give each desk a schema of its own (stores.schema). ${REBUILD}`,
    );
  }
  if (position.rowsVersion > ROWS_VERSION) {
    return refuse(
      'newer_rows',
      'The store was filled by a newer version of this program: run that version, or a newer one.',
    );
  }
  if (position.rowsVersion < ROWS_VERSION) {
    return { kind: 'begin', why: 'the store was filled by an older version of this program' };
  }
  if (position.seq > journal.durableSeq) {
    return refuse(
      'journal_shorter',
      `The store holds ${position.seq} records and the journal only ${journal.durableSeq}: the ` +
        `journal was replaced by an older copy. Settle open trades at the broker first. ${REBUILD}`,
    );
  }
  if (position.seq > 0 && journal.digestAt(position.seq) !== position.digest) {
    return refuse(
      'other_history',
      `Record ${position.seq} of the journal is not the one the store was filled from: the journal ` +
        `was replaced by a copy that went on without it. ${REBUILD}`,
    );
  }
  return { kind: 'go_on' };
}

function refuse(code: string, detail: string): Standing {
  return { kind: 'refuse', fault: { kind: 'refused', code, detail } };
}

function short(digest: string): string {
  return digest.slice(0, 12);
}
