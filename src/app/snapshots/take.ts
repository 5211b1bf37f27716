/**
 * Taking a snapshot: from what lies on the disk alone, while a desk may run on it.
 *
 * The newest snapshot before is gone on from, through the same reading as at a start: what is kept
 * is what a start would derive, not what the running desk holds. It is of the newest record with a
 * checkpoint, so that a journal cut before it is known to be cut.
 */
import { encodeShared } from '#events/shared.ts';
import { newestCheckpoint, readCheckpoints } from '#journal/checkpoints.ts';
import { describeDamage } from '#journal/model.ts';
import type { JournalDisk } from '#journal/ports.ts';
import { SegmentIndex } from '#journal/reader.ts';
import { BEGINNING } from '#journal/scan.ts';
import { encodeSnapshot, snapshotName } from '#journal/snapshot.ts';
import { type Walked, walkJournal } from '#journal/walk.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { saveState } from './desk-state.ts';
import { createReadState } from './reading.ts';
import { Retelling, retellFrom, type SnapshotPlace, snapshotSeqs } from './retelling.ts';

export interface TakeRequest extends SnapshotPlace {
  readonly disk: JournalDisk;
}

/** What the record is to name. */
export interface Taken {
  readonly seq: number;
  readonly digest: string;
  readonly bytes: number;
}

export interface TakeFault {
  readonly kind: 'damaged' | 'nothing_new';
  readonly detail: string;
}

export async function takeSnapshot(request: TakeRequest): Promise<Result<Taken, TakeFault>> {
  const { disk, store } = request;
  const checkpoints = readCheckpoints(await disk.checkpoints());
  const toSeq = newestCheckpoint(checkpoints);
  const before = (await snapshotSeqs(store)).filter((seq) => seq < toSeq);
  if (toSeq === 0) return err({ kind: 'nothing_new', detail: 'no record has a checkpoint yet' });
  for (const seq of before) {
    const begun = await retellFrom(request, snapshotName(seq), createReadState());
    if (!begun.ok) continue;
    const { walked, index } = await goOn(disk, begun.value, { checkpoints, toSeq });
    if (walked.bad === null && begun.value.refusal() === null) {
      return ok(await keep(request, begun.value, { walked, index }));
    }
  }
  for (const keeps of ['recent', 'all'] as const) {
    const whole = new Retelling({ state: createReadState(), snapshot: null, keeps });
    const { walked, index } = await goOn(disk, whole, { checkpoints, toSeq });
    if (walked.bad !== null) return err({ kind: 'damaged', detail: describeDamage(walked.bad) });
    if (whole.refusal() === null) return ok(await keep(request, whole, { walked, index }));
  }
  return err({ kind: 'nothing_new', detail: 'the record cannot be retold' });
}

interface Reached {
  readonly walked: Walked;
  readonly index: SegmentIndex;
}

async function goOn(
  disk: JournalDisk,
  retelling: Retelling,
  to: { readonly checkpoints: ReadonlyMap<number, string>; readonly toSeq: number },
): Promise<Reached> {
  const { end = BEGINNING, marks = [] } = retelling.snapshot?.head ?? {};
  const index = new SegmentIndex(marks);
  const walked = await walkJournal(
    { disk, from: end, ...to },
    {
      onRecord(record, segment, offset) {
        index.note(record.seq, segment, offset);
        retelling.take(record);
      },
    },
  );
  return { walked, index };
}

async function keep(
  { store, build }: TakeRequest,
  { state }: Retelling,
  { walked: { end }, index }: Reached,
): Promise<Taken> {
  const lines = encodeShared(saveState(state));
  const bytes = encodeSnapshot({ build, end, marks: index.marks }, lines);
  await store.write(snapshotName(end.seq), bytes);
  return { seq: end.seq, digest: sha256Hex(bytes), bytes: bytes.length };
}
