/**
 * The record of record: append-only, hash-chained, on local disk.
 *
 * `Journal` is what the desk writes to and everything else reads from. `JournalDisk` is what the
 * journal itself stands on: a directory of segments that may fail, fill up or lose what was not
 * synced, so that tests and simulations can make it do so.
 */
import type { Draft, Recorded } from '#events/record.ts';

/**
 * `sync`: our own decisions and intents; nothing may be sent before they are on disk.
 * `lazy`: facts that can be asked for again; on disk within the group-commit delay.
 */
export type Durability = 'sync' | 'lazy';

export interface Appended<D extends Draft> {
  readonly records: readonly Recorded<D>[];
  /**
   * Resolves when the records are on disk; rejects with `JournalUnwritable` when they cannot be.
   * Nobody has to wait for it: who does not learns of a failure through `onFault`.
   */
  readonly durable: Promise<void>;
}

/**
 * ample · low: below 1 GiB or 5 %, tell an operator · short: below 256 MiB, take no new entries ·
 * unknown: cannot be asked, or not asked yet.
 */
export type DiskSpace = 'ample' | 'low' | 'short' | 'unknown';

export interface JournalHealth {
  readonly writable: boolean;
  readonly lastSeq: number;
  readonly durableSeq: number;
  readonly freeBytes: number | null;
  readonly space: DiskSpace;
  /** How long the oldest record not yet durable has waited; 0 when none does. */
  readonly waitingMs: number;
  /** Bytes kept back for `emergency`; 0 when there are none or they are spent. */
  readonly reservedBytes: number;
  readonly fault: string | null;
}

/** A record as it is on disk. */
export interface WrittenRecord {
  readonly record: Recorded;
  /** Its canonical text; `null` where nobody has it at hand. */
  readonly text: string | null;
}

export interface Journal {
  /**
   * Stamps the drafts in order, at once. A crash keeps a prefix of them: what must be true together
   * is one draft. Throws an invariant, and stamps none, when a draft cannot be kept: not plain
   * data (see `codec.ts`), or more than `RECORD_BYTES_MAX` as canonical JSON.
   */
  append<D extends Draft>(drafts: readonly D[], durability: Durability): Appended<D>;
  /**
   * As a `sync` append while the journal is writable. When the disk has filled up it goes on
   * recording, in space kept back for it: for acts that only reduce risk (a cancel, its outcome,
   * a kill state), never for an intent to open. Its records follow the last durable one: what was
   * refused before never happened. What is refused as the disk is found full may be asked again.
   */
  emergency<D extends Draft>(drafts: readonly D[]): Appended<D>;
  /** Every record from `fromSeq` on, oldest first, whether durable yet or not. */
  read(fromSeq?: number): Iterable<Recorded>;
  /** Calls `listener` with each record once it is durable, in order, until undone. */
  onDurable(listener: (record: Recorded) => void): () => void;
  /** Calls `listener` once, when the journal stops taking appends for any reason but `close`. */
  onFault(listener: (fault: string) => void): () => void;
  /** As of now; free space as of a few seconds ago. */
  health(): JournalHealth;
  /** Flushes and closes; later appends are refused. */
  close(): Promise<void>;
}

/** The journal took a write error and accepts nothing more; the process must stop (exit code 3). */
export class JournalUnwritable extends Error {
  override readonly name = 'JournalUnwritable';
}

/** Largest canonical text of one record, in bytes of UTF-8. */
export const RECORD_BYTES_MAX = 65_536;

/** What a text from outside may take of that as JSON: the rest is for what is said about it. */
export const TEXT_BYTES_MAX = 49_152;

type Awaitable<T> = T | Promise<T>;

/** One segment, open for appending at its end. No call is repeated after one has thrown. */
export interface SegmentFile {
  /** Takes the first n of these bytes and says n: at least 1, perhaps fewer than given. */
  write(bytes: Uint8Array): Awaitable<number>;
  /** Resolves when everything taken so far outlives a power cut. */
  sync(): Awaitable<void>;
  /** Never throws: what matters was synced. */
  close(): Awaitable<void>;
}

export interface SegmentInfo {
  readonly name: string;
  readonly bytes: number;
}

export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Where the journal lives. Every method may throw a `DiskError`. */
export interface JournalDisk {
  /** Makes the place if there is none. */
  prepare(): Awaitable<void>;
  /** Names and sizes of everything that stands where segments stand, in no particular order. */
  segments(): Awaitable<readonly SegmentInfo[]>;
  /** The bytes of a segment from an offset to its end, or at least so many of them. */
  read(name: string, from: number, bytes?: number): Uint8Array;
  /** A new, empty segment, itself durable; throws when there is one of that name. */
  create(name: string): Awaitable<SegmentFile>;
  /** A fresh descriptor on a segment, cut to `bytes` and synced, by whomever it was written. */
  reopen(name: string, bytes: number): Awaitable<SegmentFile>;
  /** Copies everything from `from` on aside, durably, and says where to. */
  quarantine(name: string, from: number): Awaitable<string>;
  /** Makes sure that the space for emergencies is kept back; says how much is. */
  reserve(): Awaitable<number>;
  /** Gives the space kept back for emergencies free. */
  release(): Awaitable<void>;
  space(): Awaitable<Space | null>;
  /** Lines kept beside the segments, oldest first; no lines when there are none yet. */
  checkpoints(): Awaitable<readonly string[]>;
  /** Adds one line, durably. */
  addCheckpoint(line: string): Awaitable<void>;
}

/**
 * Where snapshots lie: whole files beside the journal, each written at once and never changed.
 * Every method may throw a `DiskError`.
 */
export interface SnapshotStore {
  /** Names of what stands there, in no particular order; none when there is no such place yet. */
  names(): Awaitable<readonly string[]>;
  read(name: string): Awaitable<Uint8Array>;
  /** Durable and whole, or not there at all; in place of one of the same name. */
  write(name: string, bytes: Uint8Array): Awaitable<void>;
  remove(name: string): Awaitable<void>;
}

/** full: no space left · missing: no such file or directory · failed: everything else. */
export type DiskErrorKind = 'full' | 'missing' | 'failed';

/** What a disk throws. After one from `write` or `sync`, what was not synced may be gone. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly kind: DiskErrorKind;

  constructor(kind: DiskErrorKind, detail: string) {
    super(detail);
    this.kind = kind;
  }
}
