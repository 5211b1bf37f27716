/** The record of record: append-only, hash-chained, on local disk. */
import type { Draft, Recorded } from '#events/record.ts';

/**
 * `sync`: our own decisions and intents; nothing may be sent before they are on disk.
 * `lazy`: facts that can be asked for again; on disk within the group-commit delay.
 */
export type Durability = 'sync' | 'lazy';

export interface Appended<D extends Draft> {
  readonly records: readonly Recorded<D>[];
  /** Resolves when the records are on disk; rejects with `JournalUnwritable` when they cannot be. */
  readonly durable: Promise<void>;
}

export interface JournalHealth {
  readonly writable: boolean;
  readonly lastSeq: number;
  readonly durableSeq: number;
  readonly freeBytes: number | null;
  readonly fault: string | null;
}

export interface Journal {
  /**
   * Stamps the drafts in order, at once. A crash keeps a prefix of them: what must be true together
   * is one draft.
   */
  append<D extends Draft>(drafts: readonly D[], durability: Durability): Appended<D>;
  /** Every record from `fromSeq` on, oldest first. */
  read(fromSeq?: number): Iterable<Recorded>;
  /** Calls `listener` with each record once it is durable, in order, until undone. */
  onDurable(listener: (record: Recorded) => void): () => void;
  health(): JournalHealth;
  /** Flushes and closes; later appends are refused. */
  close(): Promise<void>;
}

/** The journal took a write error and accepts nothing more; the process must stop (exit code 3). */
export class JournalUnwritable extends Error {
  override readonly name = 'JournalUnwritable';
}
