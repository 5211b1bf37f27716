/**
 * Reading a journal from end to end: what is sound, and the first place that is not.
 *
 * In    a disk's segments, and the checkpoints taken of them.
 * Out   every sound record in order, to a listener; then where they end and why.
 * Rule  nothing is ever written here.
 *
 * A bad frame at the very end, with no whole frame after it, is a torn tail: the trace of a crash.
 * Everything else that is not as it was written is damage, and the records after it count no more.
 */
import type { Recorded } from '#events/record.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { decodePayload, GENESIS } from './chain.ts';
import { newestCheckpoint } from './checkpoints.ts';
import { frameAt, hasFrameAfter } from './frame.ts';
import type { DamageCode, FirstBad } from './model.ts';
import type { JournalDisk } from './ports.ts';
import { type Segment, segmentsAmong } from './segments.ts';

/** Where the sound part of a journal ends. */
export interface JournalEnd {
  readonly seq: number;
  /** Hash of the last sound payload: what the next record carries as `prev`. */
  readonly hash: string;
  /** Name of the segment the next record goes to, or `null` when there is none yet. */
  readonly segment: string | null;
  /** Sound bytes of that segment. */
  readonly bytes: number;
}

export interface Scan {
  readonly end: JournalEnd;
  readonly segments: number;
  readonly bad: FirstBad | null;
}

export type RecordListener = (record: Recorded, segment: string, offset: number) => void;

interface Progress {
  seq: number;
  hash: string;
}

export async function scanJournal(
  disk: JournalDisk,
  checkpoints: ReadonlyMap<number, string>,
  onRecord: RecordListener = () => undefined,
): Promise<Scan> {
  const segments = segmentsAmong(await disk.segments());
  const newest = newestCheckpoint(checkpoints);
  const progress: Progress = { seq: 0, hash: GENESIS };
  let end: JournalEnd = { ...progress, segment: null, bytes: 0 };
  for (const segment of segments) {
    const found = scanSegment(disk, segment, { progress, checkpoints, onRecord });
    end = { ...progress, segment: segment.name, bytes: found.bytes };
    if (found.reason === null) continue;
    const isTorn = found.isTail && segment === segments.at(-1) && progress.seq >= newest;
    const reason = isTorn ? 'torn_tail' : found.reason;
    return { end, segments: segments.length, bad: badAt(end, reason) };
  }
  const bad = progress.seq < newest ? badAt(end, 'cut_off') : null;
  return { end, segments: segments.length, bad };
}

interface Walk {
  readonly progress: Progress;
  readonly checkpoints: ReadonlyMap<number, string>;
  readonly onRecord: RecordListener;
}

interface SegmentScan {
  /** Sound bytes, from the start. */
  readonly bytes: number;
  /** Why the next ones are not, or `null` at the end of the segment. */
  readonly reason: DamageCode | null;
  /** Whether no whole frame follows the bad place. */
  readonly isTail: boolean;
}

const decoder = new TextDecoder();

function scanSegment(disk: JournalDisk, segment: Segment, walk: Walk): SegmentScan {
  const { progress } = walk;
  if (segment.firstSeq !== progress.seq + 1) {
    return { bytes: 0, reason: 'sequence_gap', isTail: false };
  }
  const bytes = disk.read(segment.name, 0);
  let at = 0;
  for (let frame = frameAt(bytes, 0); frame.kind !== 'end'; frame = frameAt(bytes, at)) {
    if (frame.kind === 'bad') {
      return { bytes: at, reason: 'bad_frame', isTail: !hasFrameAfter(bytes, at) };
    }
    const reason = takePayload(frame.payload, walk, (record) =>
      walk.onRecord(record, segment.name, at),
    );
    if (reason !== null) return { bytes: at, reason, isTail: false };
    at = frame.next;
  }
  return { bytes: at, reason: null, isTail: false };
}

function takePayload(
  payload: Uint8Array,
  { progress, checkpoints }: Walk,
  emit: (record: Recorded) => void,
): DamageCode | null {
  const link = decodePayload(decoder.decode(payload));
  if (!link.ok) return link.error.kind;
  const { record, prev } = link.value;
  if (record.seq !== progress.seq + 1) return 'sequence_gap';
  if (prev !== progress.hash) return 'broken_chain';
  const hash = sha256Hex(payload);
  const noted = checkpoints.get(record.seq);
  if (noted !== undefined && noted !== hash) return 'other_history';
  emit(record);
  progress.seq = record.seq;
  progress.hash = hash;
  return null;
}

function badAt(end: JournalEnd, reason: DamageCode): FirstBad {
  return { segment: end.segment ?? '', offset: end.bytes, seq: end.seq + 1, reason };
}
