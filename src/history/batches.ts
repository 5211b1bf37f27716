/**
 * Cuts the journal into batches for the store: pulled from one place on, told as they are read.
 *
 * Rule  only what is on disk is told, and no longer than a slice at a time: whoever trades in this
 *       process gets its turn in between.
 */
import type { Recorded } from '#events/record.ts';
import type { Journal, WrittenRecord } from '#journal/ports.ts';
import type { Clock } from '#kernel/time.ts';
import type { Position } from './model.ts';
import type { Step, Telling } from './ports.ts';
import { Projection } from './project.ts';
import { recordDigest } from './standing.ts';

export interface BatchLimits {
  readonly recordsMax: number;
  /** Time that may go into making one batch, pauses included. */
  readonly buildMs: number;
  /** After so long in one go, everybody else has a turn. */
  readonly sliceMs: number;
  /** Newest records kept in memory, so that a desk that is current reads nothing twice. */
  readonly recentMax: number;
  /** Whether the next batch is made while one is written. */
  readonly isAhead: boolean;
}

export const LIVE_LIMITS: BatchLimits = {
  recordsMax: 500,
  buildMs: 50,
  sliceMs: 2,
  recentMax: 500,
  isAhead: false,
};

/** Where nobody trades: a rebuild by command. */
export const BULK_LIMITS: BatchLimits = {
  recordsMax: 8_000,
  buildMs: 10_000,
  // The batch before it is being sent meanwhile: a server that waits for bytes does nothing else.
  sliceMs: 2,
  recentMax: 0,
  isAhead: true,
};

/** A journal to be read on; also with the texts of its records, where it reads those from disk. */
export interface BatchedJournal extends Pick<Journal, 'read' | 'onDurable' | 'health'> {
  readonly readWritten?: (fromSeq: number) => Iterable<WrittenRecord>;
}

export interface BatchParts {
  readonly journal: BatchedJournal;
  readonly clock: Clock;
  /** Lets everybody else have a turn. */
  readonly breathe: () => Promise<void>;
  readonly limits: BatchLimits;
}

export class Batches {
  readonly #parts: BatchParts;
  readonly #undo: () => void;
  #recent: Recorded[] = [];
  #reading: { readonly next: number; readonly records: Iterator<WrittenRecord> } | null = null;

  constructor(parts: BatchParts) {
    this.#parts = parts;
    const { recentMax } = parts.limits;
    this.#undo = parts.journal.onDurable((record) => {
      if (recentMax === 0) return;
      this.#recent.push(record);
      if (this.#recent.length >= 2 * recentMax) this.#recent = this.#recent.slice(-recentMax);
    });
  }

  close(): void {
    this.#undo();
    this.#reading = null;
    this.#recent = [];
  }

  /** The next step from there on, or `null` when the journal holds no more. */
  async next(from: Position, telling: Telling): Promise<Step | null> {
    const { clock, breathe, limits, journal } = this.#parts;
    const { durableSeq } = journal.health();
    const projection = new Projection();
    const started = clock.mono();
    let sliced = started;
    let last: WrittenRecord | null = null;
    for (let seq = from.seq + 1; seq <= durableSeq; seq += 1) {
      if (seq > from.seq + limits.recordsMax || clock.mono() - started > limits.buildMs) break;
      last = this.#record(seq);
      if (last === null) break;
      const told = telling.tell(last.record);
      if (told !== null) projection.add(told, last.text);
      if (clock.mono() - sliced > limits.sliceMs) {
        await breathe();
        sliced = clock.mono();
      }
    }
    if (last === null) return null;
    const to = { ...from, seq: last.record.seq, digest: recordDigest(last.record) };
    return { from, to, rows: projection.finish() };
  }

  /** The record of that place, from memory or from one pass over the disk. */
  #record(seq: number): WrittenRecord | null {
    const first = this.#recent[0]?.seq ?? Infinity;
    if (seq >= first) {
      this.#reading = null;
      const record = this.#recent[seq - first];
      return record === undefined ? null : { record, text: null };
    }
    const kept = this.#reading?.next === seq ? this.#reading.records : null;
    // What has come since that pass began is read in the next.
    return this.#nextOf(kept, seq) ?? this.#nextOf(this.#readFrom(seq), seq);
  }

  #nextOf(records: Iterator<WrittenRecord> | null, seq: number): WrittenRecord | null {
    const read = records?.next();
    if (records === null || read === undefined || read.done === true) return null;
    this.#reading = { next: seq + 1, records };
    return read.value;
  }

  #readFrom(seq: number): Iterator<WrittenRecord> {
    const { journal } = this.#parts;
    const records = journal.readWritten?.(seq) ?? unwritten(journal.read(seq));
    return records[Symbol.iterator]();
  }
}

function* unwritten(records: Iterable<Recorded>): Iterable<WrittenRecord> {
  for (const record of records) yield { record, text: null };
}
