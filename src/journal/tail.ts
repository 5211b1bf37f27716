/**
 * Where a journal grows: the end of its last segment, on disk.
 *
 * `store` either makes all its bytes durable or throws; after it has thrown, only `recover` and
 * `close` may follow. `end` never speaks of a byte that is not durable.
 */
import type { Group } from './group.ts';
import { DiskError, type JournalDisk, type SegmentFile } from './ports.ts';
import type { SegmentIndex } from './reader.ts';
import type { JournalEnd } from './scan.ts';
import { segmentName } from './segments.ts';

export interface TailParts {
  readonly disk: JournalDisk;
  /** Where a new segment is started. */
  readonly segmentBytes: number;
  readonly index: SegmentIndex;
  readonly end: JournalEnd;
  /** Open exactly at `end`, or `null` when the next record starts a segment. */
  readonly file: SegmentFile | null;
}

export class Tail {
  readonly #parts: TailParts;
  #end: JournalEnd;
  #file: SegmentFile | null;

  constructor(parts: TailParts) {
    this.#parts = parts;
    this.#end = parts.end;
    this.#file = parts.file;
  }

  get end(): JournalEnd {
    return this.#end;
  }

  async store(group: Group): Promise<void> {
    const bytes = group.bytes;
    const file = await this.#fileFor(bytes.length);
    for (let written = 0; written < bytes.length; ) {
      const taken = await file.write(bytes.subarray(written));
      if (taken < 1) throw new DiskError('failed', 'the segment took none of the bytes written');
      written += taken;
    }
    await file.sync();
    const { segment, bytes: before, seq } = this.#end;
    this.#parts.index.note(seq + 1, segment ?? '', before);
    this.#end = { ...group.last, segment, bytes: before + bytes.length };
  }

  /** After a full disk: gives the reserve free and opens the sound part on a fresh descriptor. */
  async recover(): Promise<void> {
    const { disk } = this.#parts;
    await this.close();
    await disk.release();
    const { segment, bytes } = this.#end;
    if (segment !== null) this.#file = await disk.reopen(segment, bytes);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  /** The open segment, or a new one when there is none or the bytes would make it too long. */
  async #fileFor(bytes: number): Promise<SegmentFile> {
    const { disk, segmentBytes } = this.#parts;
    const isFull = this.#end.bytes > 0 && this.#end.bytes + bytes > segmentBytes;
    if (this.#file !== null && !isFull) return this.#file;
    await this.close();
    const name = segmentName(this.#end.seq + 1);
    const file = await disk.create(name);
    this.#file = file;
    this.#end = { ...this.#end, segment: name, bytes: 0 };
    return file;
  }
}
