/** Records appended and not yet on disk: frames in one run of bytes, callers on one promise. */
import type { Recorded } from '#events/record.ts';
import { Sink } from '#events/sink.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { invariant } from '#kernel/invariant.ts';
import { writePayload } from './chain.ts';
import { FRAME_HEAD_BYTES, sealFrame } from './frame.ts';
import { type JournalUnwritable, RECORD_BYTES_MAX } from './ports.ts';

const CAPACITY_FIRST = 8_192;

export interface Stamped {
  readonly seq: number;
  /** SHA-256 of the payload: what the next record carries as `prev`. */
  readonly hash: string;
}

export interface GroupMark {
  readonly records: number;
  readonly used: number;
  readonly last: Stamped;
}

export class Group {
  readonly #settled = Promise.withResolvers<void>();
  readonly #sink: Sink;
  #used = 0;
  readonly #records: Recorded[] = [];
  #last: Stamped;

  /** `after`: the record before the first of this group; `room`: of one that is done with. */
  constructor(after: Stamped, room: Uint8Array = new Uint8Array(CAPACITY_FIRST)) {
    this.#last = after;
    this.#sink = new Sink(room);
    // Whoever does not wait for these records is told of a failure by the journal itself.
    this.#settled.promise.catch(() => undefined);
  }

  get durable(): Promise<void> {
    return this.#settled.promise;
  }

  get records(): readonly Recorded[] {
    return this.#records;
  }

  /** Number and payload hash of the last record added, of the one before the group at first. */
  get last(): Stamped {
    return this.#last;
  }

  get bytes(): Uint8Array {
    return this.#sink.room.subarray(0, this.#used);
  }

  get size(): number {
    return this.#used;
  }

  /** The room it was written in, for the next: nothing may be added any more. */
  get room(): Uint8Array {
    return this.#sink.room;
  }

  /** Adds the record that follows `last`; throws, unchanged, when it cannot be kept. */
  add(record: Recorded): void {
    const sink = this.#sink;
    const start = this.#used + FRAME_HEAD_BYTES;
    sink.moveTo(start);
    writePayload(sink, record, this.#last.hash);
    const length = sink.used - start;
    invariant(
      length <= RECORD_BYTES_MAX,
      () => `a record is at most ${RECORD_BYTES_MAX} bytes, was a ${record.kind} of ${length}`,
    );
    const payload = sealFrame(sink.room, this.#used, length);
    this.#used = sink.used;
    this.#records.push(record);
    this.#last = { seq: record.seq, hash: sha256Hex(payload) };
  }

  mark(): GroupMark {
    return { records: this.#records.length, used: this.#used, last: this.#last };
  }

  /** Takes back everything added since the mark. */
  rewind(to: GroupMark): void {
    this.#records.length = to.records;
    this.#used = to.used;
    this.#last = to.last;
  }

  settle(): void {
    this.#settled.resolve();
  }

  refuse(reason: JournalUnwritable): void {
    this.#settled.reject(reason);
  }
}
