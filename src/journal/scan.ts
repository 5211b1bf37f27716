/**
 * Reading a journal from end to end: what is sound, and the first place that is not.
 *
 * In    a disk's segments, and the checkpoints taken of them.
 * Out   every sound record in order, to a listener; then where they end and why.
 * Rule  nothing is ever written here.
 *
 * A bad frame at the very end, with no whole frame after it, is a torn tail: the trace of a crash.
 * Everything else that is not as it was written is damage, and the records after it count no more.
 *
 * A reader that found a part sound, and knows that nobody else writes, may go on from its end.
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

export const BEGINNING: JournalEnd = { seq: 0, hash: GENESIS, segment: null, bytes: 0 };

/** A place on disk: the segment, the offset of the frame in it, and the hash of the payload. */
export type RecordListener = (
  record: Recorded,
  segment: string,
  offset: number,
  hash: string,
) => void;

export interface Progress {
  seq: number;
  hash: string;
}

/** `from`: the end of a part known to be sound, which is not read again. */
export async function scanJournal(
  disk: JournalDisk,
  checkpoints: ReadonlyMap<number, string>,
  onRecord: RecordListener = () => undefined,
  from: JournalEnd = BEGINNING,
): Promise<Scan> {
  const segments = segmentsAmong(await disk.segments());
  const newest = newestCheckpoint(checkpoints);
  const progress: Progress = { seq: from.seq, hash: from.hash };
  const known = segments.findIndex(({ name }) => name === from.segment);
  const isCut = from.segment !== null && (segments[known]?.bytes ?? 0) < from.bytes;
  if (isCut) return { end: from, segments: segments.length, bad: badAt(from, 'cut_off') };
  const noted = checkpoints.get(from.seq);
  if (noted !== undefined && noted !== from.hash) {
    return { end: from, segments: segments.length, bad: badAt(from, 'other_history') };
  }
  let end = from;
  for (const segment of segments.slice(Math.max(0, known))) {
    const walk = { progress, checkpoints, onRecord };
    const found = scanSegment(disk, segment, walk, segment.name === from.segment ? from.bytes : 0);
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

function scanSegment(disk: JournalDisk, segment: Segment, walk: Walk, from: number): SegmentScan {
  const { progress } = walk;
  if (from === 0 && segment.firstSeq !== progress.seq + 1) {
    return { bytes: 0, reason: 'sequence_gap', isTail: false };
  }
  const bytes = disk.read(segment.name, from);
  let at = 0;
  for (let frame = frameAt(bytes, 0); frame.kind !== 'end'; frame = frameAt(bytes, at)) {
    if (frame.kind === 'bad') {
      return { bytes: from + at, reason: 'bad_frame', isTail: !hasFrameAfter(bytes, at) };
    }
    const reason = takePayload(frame.payload, walk, (record, hash) =>
      walk.onRecord(record, segment.name, from + at, hash),
    );
    if (reason !== null) return { bytes: from + at, reason, isTail: false };
    at = frame.next;
  }
  return { bytes: from + at, reason: null, isTail: false };
}

/** Holds the next payload against the one before it, and moves on to it. */
export function takePayload(
  payload: Uint8Array,
  { progress, checkpoints }: Pick<Walk, 'progress' | 'checkpoints'>,
  emit: (record: Recorded, hash: string) => void,
): DamageCode | null {
  const link = decodePayload(decoder.decode(payload));
  if (!link.ok) return link.error.kind;
  const { record, prev } = link.value;
  if (record.seq !== progress.seq + 1) return 'sequence_gap';
  if (prev !== progress.hash) return 'broken_chain';
  const hash = sha256Hex(payload);
  const noted = checkpoints.get(record.seq);
  if (noted !== undefined && noted !== hash) return 'other_history';
  emit(record, hash);
  progress.seq = record.seq;
  progress.hash = hash;
  return null;
}

export function badAt(end: JournalEnd, reason: DamageCode): FirstBad {
  return { segment: end.segment ?? '', offset: end.bytes, seq: end.seq + 1, reason };
}
