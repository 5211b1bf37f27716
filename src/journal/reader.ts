/** Records back from disk, from any sequence number on, without reading all that stands before. */
import type { Recorded } from '#events/record.ts';
import { invariant } from '#kernel/invariant.ts';
import { decodePayload, recordTextOf } from './chain.ts';
import { frameAt } from './frame.ts';
import { DiskError, type JournalDisk, type WrittenRecord } from './ports.ts';

/** Records between two marks: what a reader may have to skip. */
const MARK_SPACING = 256;

export interface Mark {
  readonly seq: number;
  readonly segment: string;
  readonly offset: number;
}

/** Where some of the records lie: at least the first of each segment. */
export class SegmentIndex {
  readonly #marks: Mark[];

  /** `marks`: of an earlier index of the same journal. */
  constructor(marks: readonly Mark[] = []) {
    this.#marks = [...marks];
  }

  /** In ascending order. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Notes the record `seq` at `offset`, if none near before it is noted. Ascending calls only. */
  note(seq: number, segment: string, offset: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && last.segment === segment && seq < last.seq + MARK_SPACING) return;
    this.#marks.push({ seq, segment, offset });
  }

  /** The place to start reading for `seq`, then the start of each later segment. */
  from(seq: number): readonly Mark[] {
    const start = this.#lastAtOrBefore(seq);
    const places: Mark[] = [];
    for (const mark of this.#marks.slice(start)) {
      if (places.at(-1)?.segment !== mark.segment) places.push(mark);
    }
    return places;
  }

  #lastAtOrBefore(seq: number): number {
    let low = 0;
    let high = this.#marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const mark = this.#marks[middle];
      invariant(mark !== undefined, 'a search stays inside its list');
      if (mark.seq <= seq) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

export interface ReadRange {
  readonly fromSeq: number;
  /** The last record wanted; it is on disk. */
  readonly toSeq: number;
}

const decoder = new TextDecoder();

export function* readRange(
  disk: JournalDisk,
  index: SegmentIndex,
  range: ReadRange,
): Generator<Recorded> {
  for (const { record } of readWritten(disk, index, range)) yield record;
}

/** Each record with its canonical text. */
export function* readWritten(
  disk: JournalDisk,
  index: SegmentIndex,
  { fromSeq, toSeq }: ReadRange,
): Generator<WrittenRecord> {
  if (fromSeq > toSeq) return;
  for (const place of index.from(fromSeq)) {
    if (place.seq > toSeq) return;
    const bytes = disk.read(place.segment, place.offset);
    let at = 0;
    for (let seq = place.seq; seq <= toSeq && at < bytes.length; seq += 1) {
      const frame = frameAt(bytes, at);
      const text = frame.kind === 'frame' ? decoder.decode(frame.payload) : '';
      const link = frame.kind === 'frame' ? decodePayload(text) : null;
      if (frame.kind !== 'frame' || !link?.ok || link.value.record.seq !== seq) {
        const where = `${place.segment} at byte ${place.offset + at}`;
        throw new DiskError('failed', `${where} no longer holds record ${seq}, which it held`);
      }
      at = frame.next;
      if (seq >= fromSeq) yield { record: link.value.record, text: recordTextOf(text, link.value) };
    }
  }
}
