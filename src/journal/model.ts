/** The nouns of the journal that others may use. */

interface Damage {
  /** What was found, in one sentence without the particulars. */
  readonly means: string;
  readonly remedy: string;
}

const RESTORE =
  'Nothing was changed. Keep a copy of the data directory and find out what wrote to it; then ' +
  'restore a backup, or settle open trades at the broker and start with a new directory.';

/** Every way a journal can be found damaged: stable code, meaning, and what to do. */
export const DAMAGES = {
  torn_tail: {
    means: 'The last record is incomplete: the desk or the machine stopped while writing it.',
    remedy: 'Starting the desk sets the incomplete end aside and goes on after the last record.',
  },
  bad_frame: { means: 'The bytes of a record are not what was written.', remedy: RESTORE },
  not_a_record: { means: 'A record does not read as one of this program.', remedy: RESTORE },
  newer_version: {
    means: 'A record was written by a newer version of this program.',
    remedy: 'Run the version that wrote it, or a newer one; this one must not touch the journal.',
  },
  sequence_gap: { means: 'Records are missing or out of order.', remedy: RESTORE },
  broken_chain: {
    means: 'A record does not follow from the one before it: one of the two was changed.',
    remedy: RESTORE,
  },
  cut_off: {
    means: 'The journal ends before a checkpoint: its last records are gone, or it is an old copy.',
    remedy: RESTORE,
  },
  other_history: {
    means: 'A record is not the one a checkpoint was taken of: history was rewritten.',
    remedy: RESTORE,
  },
} as const satisfies Record<string, Damage>;

export type DamageCode = keyof typeof DAMAGES;

/** The first place where a journal is not as it was written. */
export interface FirstBad {
  /** File name of the segment; empty when there is none. */
  readonly segment: string;
  /** Bytes from the start of the segment to the bad place. */
  readonly offset: number;
  /** Sequence number of the record that stands, or should stand, there. */
  readonly seq: number;
  readonly reason: DamageCode;
}

/** The sentence an operator reads. */
export function describeDamage(bad: FirstBad): string {
  const where = bad.segment === '' ? 'the journal' : `${bad.segment} at byte ${bad.offset}`;
  const { means, remedy } = DAMAGES[bad.reason];
  return `${where}, record ${bad.seq}: ${means} ${remedy}`;
}

/** Every reason a snapshot is not started from: stable code, and what it means. */
export const SNAPSHOT_REFUSALS = {
  other_build: 'another build of this program wrote it',
  unreadable: 'it does not read as a snapshot of this program: it is torn or was changed',
  changed: 'it is not the one the journal names: it was changed',
  not_named: 'no record names it: the desk stopped before it could',
  no_place: 'the journal does not hold the record it is of',
  not_applied: 'the records after it do not fit the state it holds',
} as const;

export type SnapshotRefusal = keyof typeof SNAPSHOT_REFUSALS;
