/**
 * Reading a stretch of a journal a little at a time, verified as at opening: for whoever has
 * something else to do meanwhile.
 *
 * In    the end of a part known to be sound, and the record to read to, which is on disk.
 * Out   every record in order, to a listener; then where they end, and what is wrong there.
 * Rule  nothing is ever written here; what a desk writes behind the stretch is not looked at.
 */
import { type FrameAt, frameAt } from './frame.ts';
import type { FirstBad } from './model.ts';
import type { JournalDisk } from './ports.ts';
import { badAt, type JournalEnd, type RecordListener, takePayload } from './scan.ts';
import { type Segment, segmentsAmong } from './segments.ts';

/** Read at once; larger than any record. */
const SLICE_BYTES = 1024 * 1024;
/** Between two pauses: a few milliseconds of work. */
const RECORDS_BETWEEN = 100;

export interface Stretch {
  readonly disk: JournalDisk;
  readonly checkpoints: ReadonlyMap<number, string>;
  readonly from: JournalEnd;
  readonly toSeq: number;
}

export interface Steps {
  readonly onRecord: RecordListener;
  /** Called every so often with the bytes read since; the walk goes on when it resolves. */
  readonly pause?: (bytes: number) => Promise<void>;
}

export interface Walked {
  readonly end: JournalEnd;
  /** Why `end` comes before the record wanted. */
  readonly bad: FirstBad | null;
}

export async function walkJournal(stretch: Stretch, steps: Steps): Promise<Walked> {
  const { disk, checkpoints, from, toSeq } = stretch;
  const segments = segmentsAmong(await disk.segments());
  const known = segments.findIndex(({ name }) => name === from.segment);
  let end = from;
  if (from.segment !== null && (segments[known]?.bytes ?? 0) < from.bytes) {
    return { end, bad: badAt(end, 'cut_off') };
  }
  const noted = checkpoints.get(from.seq);
  if (noted !== undefined && noted !== from.hash) {
    return { end, bad: badAt(end, 'other_history') };
  }
  for (const segment of segments.slice(Math.max(0, known))) {
    if (end.seq >= toSeq) break;
    const isFirst = segment.name === from.segment;
    if (!isFirst && segment.firstSeq !== end.seq + 1) {
      return { end: { ...end, segment: segment.name, bytes: 0 }, bad: badAt(end, 'sequence_gap') };
    }
    const start = { ...end, segment: segment.name, bytes: isFirst ? from.bytes : 0 };
    const walked = await walkSegment(segment, { ...stretch, from: start }, steps);
    ({ end } = walked);
    if (walked.bad !== null) return walked;
  }
  return { end, bad: end.seq < toSeq ? badAt(end, 'cut_off') : null };
}

/** To the record wanted, or to the end of the segment. */
async function walkSegment(segment: Segment, stretch: Stretch, steps: Steps): Promise<Walked> {
  const { disk, checkpoints, from, toSeq } = stretch;
  const { onRecord, pause = () => Promise.resolve() } = steps;
  const { name } = segment;
  const progress = { seq: from.seq, hash: from.hash };
  let at = from.bytes;
  const endAt = (): JournalEnd => ({ ...progress, segment: name, bytes: at });
  while (progress.seq < toSeq) {
    const slice = disk.read(name, at, SLICE_BYTES);
    let read = 0;
    let told = 0;
    let frame: FrameAt = frameAt(slice, 0);
    for (let count = 1; frame.kind === 'frame' && progress.seq < toSeq; count += 1) {
      const offset = at + read;
      const reason = takePayload(frame.payload, { progress, checkpoints }, (record, hash) =>
        onRecord(record, name, offset, hash),
      );
      if (reason !== null) {
        at += read;
        return { end: endAt(), bad: badAt(endAt(), reason) };
      }
      read = frame.next;
      if (count % RECORDS_BETWEEN === 0) {
        await pause(read - told);
        told = read;
      }
      frame = frameAt(slice, read);
    }
    at += read;
    await pause(read - told);
    if (progress.seq >= toSeq || at >= segment.bytes) break;
    // The slice may end inside a record, which the next one then begins with.
    if (read === 0) return { end: endAt(), bad: badAt(endAt(), 'bad_frame') };
  }
  return { end: endAt(), bad: null };
}
