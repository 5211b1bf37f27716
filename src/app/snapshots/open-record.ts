/**
 * A start: the journal opened, and everything derived from it. From the newest snapshot that the
 * record names; from an older one, or from the first record, when that cannot be: slower, and never
 * another state.
 */
import { type OpenedJournal, type OpenFault, openJournal } from '#journal/open.ts';
import { DiskError, type JournalDisk, type SnapshotStore } from '#journal/ports.ts';
import { snapshotName } from '#journal/snapshot.ts';
import { ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import type { DeskState } from './desk-state.ts';
import {
  type Refused,
  Retelling,
  type RetellingParts,
  retellFrom,
  type SnapshotPlace,
  snapshotSeqs,
} from './retelling.ts';

export interface RecordRequest extends SnapshotPlace {
  readonly disk: JournalDisk;
  readonly clock: Clock;
  readonly run: string;
  /** A state of no record. */
  readonly createState: () => DeskState;
}

export interface OpenedRecord extends OpenedJournal {
  readonly state: DeskState;
  /** What it started from, if anything. */
  readonly snapshot: Retelling['snapshot'];
  /** Newer ones that it did not start from. */
  readonly refused: readonly Refused[];
}

export async function openRecord(request: RecordRequest): Promise<Result<OpenedRecord, OpenFault>> {
  const refused: Refused[] = [];
  for (const seq of await seqsOf(request.store)) {
    const begun = await retellFrom(request, snapshotName(seq), request.createState());
    if (!begun.ok) {
      refused.push({ seq, reason: begun.error });
      continue;
    }
    const opened = await openFrom(request, begun.value);
    const isDamaged = opened.ok && opened.value.damage !== null;
    if (opened.ok && !isDamaged) return ok({ ...opened.value, refused });
    // Read from its first record the journal says itself what is wrong with it.
    if (isDamaged) await opened.value.journal.close();
    else if (!opened.ok && opened.error.kind !== 'not_accepted') return opened;
    const reason = isDamaged ? 'no_place' : (begun.value.refusal() ?? 'no_place');
    refused.push({ seq, reason });
  }
  const lean = await openFrom(request, fromFirst(request, 'recent'));
  const isOver = lean.ok || lean.error.kind !== 'not_accepted';
  const whole = isOver ? lean : await openFrom(request, fromFirst(request, 'all'));
  return whole.ok ? ok({ ...whole.value, refused }) : whole;
}

function fromFirst({ createState }: RecordRequest, keeps: RetellingParts['keeps']): Retelling {
  return new Retelling({ state: createState(), snapshot: null, keeps });
}

async function openFrom(
  { disk, clock, run }: RecordRequest,
  retelling: Retelling,
): Promise<Result<Omit<OpenedRecord, 'refused'>, OpenFault>> {
  const { state, snapshot } = retelling;
  const opened = await openJournal({
    ...{ disk, clock, run },
    onRecord: (entry) => retelling.take(entry),
    accepts: () => retelling.refusal() === null,
    ...(snapshot !== null && { from: snapshot.head.end, marks: snapshot.head.marks }),
  });
  return opened.ok ? ok({ ...opened.value, state, snapshot }) : opened;
}

/** Snapshots that cannot even be listed are none. */
async function seqsOf(store: SnapshotStore): Promise<readonly number[]> {
  try {
    return await snapshotSeqs(store);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return [];
  }
}
