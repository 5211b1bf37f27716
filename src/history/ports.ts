/**
 * What history needs from outside: the store of its tables, and a telling of the journal.
 *
 * A store never throws for what a server or a network does: it answers with a `StoreFault`. It is
 * asked by one projector; who searches may ask at the same time.
 */
import type { AuditQuery, AuditRow } from '#audit/model.ts';
import type { Recorded } from '#events/record.ts';
import type { Result } from '#kernel/result.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Position, Projected, Rows, TableName } from './model.ts';

/**
 * away: not reached, gone, or takes nothing for now (disk full, read-only, shutting down) ·
 * again: the same may be tried at once (deadlock, serialisation) · refused: a person must act
 * (password, permission, version, a store that is another's) · defect: the store does not take what
 * it is given.
 */
export type StoreFaultKind = 'away' | 'again' | 'refused' | 'defect';

export interface StoreFault {
  readonly kind: StoreFaultKind;
  /** Stable, for tests and pages: `wrong_password`, `disk_full`. */
  readonly code: string;
  /** What happened and what to do, in plain words, without any secret. */
  readonly detail: string;
}

export type Stored<T> = Promise<Result<T, StoreFault>>;

/** One step of the projection: what happens to rows and position together, or not at all. */
export interface Step {
  /** Where the store must stand for this step to be taken; else it fails and changes nothing. */
  readonly from: Position;
  readonly to: Position;
  readonly rows: Rows;
}

export interface Opened {
  /** As a person knows it: `PostgreSQL 16.2 at db.example:5432/desk`. */
  readonly server: string;
  /** Names of the migrations that were run now; none when it was up to date. */
  readonly migrated: readonly string[];
}

export interface Difference {
  readonly table: TableName;
  /** How many rows are missing, are too many, or hold something else. */
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
  /** Key of the first of them, in the order of the table. */
  readonly first: string;
}

/** The tables as they should be, beside those that are: filled step by step, then compared. */
export interface Comparison {
  /** Where the store stands, of which all that follows is true. */
  readonly position: Position | null;
  /** What the next records, up to and with `to`, should have made. */
  expect(rows: Rows, to: number): Stored<void>;
  /** Ends the comparison. */
  differences(): Stored<readonly Difference[]>;
  /** Gives up; nothing is kept. */
  abandon(): Promise<void>;
}

/** How long rows are kept. */
export interface Retention {
  readonly historyDays: number;
  readonly testResultDays: number;
}

export interface Upkeep {
  /** Days that audit partitions were made for. */
  readonly created: number;
  /** Audit days that were dropped. */
  readonly dropped: number;
  /** Rows deleted from other tables. */
  readonly deleted: number;
}

/** Facts that are kept elsewhere and copied here, so that they can be asked for in SQL. */
export interface CopiedFacts {
  readonly keys: readonly {
    readonly id: string;
    readonly role: string;
    readonly digest: string;
    readonly createdAt: EpochMs;
  }[];
  readonly certifications: readonly {
    readonly name: string;
    readonly at: EpochMs;
    readonly passed: boolean;
    /** JSON. */
    readonly document: string;
  }[];
}

export interface HistoryStore {
  readonly kind: 'embedded' | 'postgres';
  /** Reaches the server and brings the tables up to date; may be called again after a fault. */
  open(): Stored<Opened>;
  /** `null`: the tables are those of no journal yet. */
  position(): Stored<Position | null>;
  /** Empties every table and gives them to a journal, at sequence 0. */
  begin(journal: string): Stored<Position>;
  /** After a fault it is not known whether the step was taken: ask for the position. */
  take(step: Step): Stored<void>;
  /** Matching rows, newest first, of what the store holds. */
  search(query: AuditQuery): Stored<readonly AuditRow[]>;
  /** Begins a comparison with what is held now; `take` waits until it has ended. */
  compare(): Stored<Comparison>;
  /** Makes partitions ahead, drops what is older than it may be kept, and tidies up. */
  maintain(now: EpochMs, retention: Retention): Stored<Upkeep>;
  copyFacts(facts: CopiedFacts): Stored<void>;
  /** Throws the store away, also one that cannot be opened; `open` then begins with nothing. */
  discard(): Stored<void>;
  /** Bounded; never throws. */
  close(): Promise<void>;
}

/** Tells the record from one place on. */
export interface Telling {
  /** `null` for a record that is for no reader. */
  tell(record: Recorded): Projected | null;
}

/**
 * starting: being opened, or its teller is made · current · behind: catching up · away: cannot be
 * reached or takes nothing now · refused: needs a person · busy: rebuilt or compared · stopped.
 */
export type HistoryState =
  | 'starting'
  | 'current'
  | 'behind'
  | 'away'
  | 'refused'
  | 'busy'
  | 'stopped';

export interface HistoryHealth {
  readonly store: 'embedded' | 'postgres';
  readonly state: HistoryState;
  /** The newest record the store holds; `null` until it was asked. */
  readonly seq: number | null;
  readonly lagRecords: number;
  /** How long the store has not been current; 0 when it is. */
  readonly lagSeconds: number;
  /** In plain words, with what to do; `null` when nothing is wrong. */
  readonly error: string | null;
  readonly updatedAt: EpochMs | null;
}
