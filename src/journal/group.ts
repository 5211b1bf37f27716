/** Records appended and not yet on disk: frames in one run of bytes, callers on one promise. */
import type { Recorded } from '#events/record.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { invariant } from '#kernel/invariant.ts';
import { encodePayload } from './chain.ts';
import { FRAME_HEAD_BYTES, sealFrame } from './frame.ts';
import { type JournalUnwritable, RECORD_BYTES_MAX } from './ports.ts';

const CAPACITY_FIRST = 8_192;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT_MAX = 3;

const encoder = new TextEncoder();

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
  #bytes: Uint8Array;
  #used = 0;
  readonly #records: Recorded[] = [];
  #last: Stamped;

  /** `after`: the record before the first of this group; `room`: of one that is done with. */
  constructor(after: Stamped, room: Uint8Array = new Uint8Array(CAPACITY_FIRST)) {
    this.#last = after;
    this.#bytes = room;
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
    return this.#bytes.subarray(0, this.#used);
  }

  /** The room it was written in, for the next: nothing may be added any more. */
  get room(): Uint8Array {
    return this.#bytes;
  }

  /** Adds the record that follows `last`; throws, unchanged, when it cannot be kept. */
  add(record: Recorded): void {
    const text = encodePayload(record, this.#last.hash);
    const start = this.#used + FRAME_HEAD_BYTES;
    const most = Math.min(BYTES_PER_UNIT_MAX * text.length, RECORD_BYTES_MAX);
    this.#makeRoom(start + most);
    const room = this.#bytes.subarray(start, start + most);
    const { read, written } = encoder.encodeInto(text, room);
    invariant(
      read === text.length,
      () => `a record is at most ${RECORD_BYTES_MAX} bytes, was a longer ${record.kind}`,
    );
    sealFrame(this.#bytes, this.#used, written);
    this.#used = start + written;
    this.#records.push(record);
    this.#last = { seq: record.seq, hash: sha256Hex(room.subarray(0, written)) };
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

  #makeRoom(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
