/** A teller as it was after an older record, for whoever goes on telling from there. */
import { setImmediate as turn } from 'node:timers/promises';
import { createTeller, type SavedTeller, type Teller } from '#audit/teller.ts';
import { isKeyed } from '#events/codec.ts';
import { readCheckpoints } from '#journal/checkpoints.ts';
import { describeDamage } from '#journal/model.ts';
import { DiskError, type JournalDisk } from '#journal/ports.ts';
import { BEGINNING, type JournalEnd } from '#journal/scan.ts';
import { readState, snapshotName } from '#journal/snapshot.ts';
import { walkJournal } from '#journal/walk.ts';
import { isDeskEntry } from '../desk-entry.ts';
import { TRADE_RULES } from '../trade-rules.ts';
import { isSavedState } from './desk-state.ts';
import type { NamedSnapshots } from './named-snapshots.ts';
import { readSnapshot, type SnapshotPlace, snapshotSeqs } from './retelling.ts';

export interface TellerRequest extends SnapshotPlace {
  readonly disk: JournalDisk;
  /** What the record calls a snapshot. */
  readonly named: NamedSnapshots;
}

interface Begun {
  readonly teller: Teller;
  readonly end: JournalEnd;
}

/**
 * From the newest snapshot up to that record, or the first record when there is none; in small
 * pieces, so that nothing else has to wait. Rejects with a `DiskError` where the journal cannot be
 * read so far.
 */
export async function tellerAt(request: TellerRequest, seq: number): Promise<Teller> {
  const { teller, end } = await begin(request, seq);
  const { disk } = request;
  const checkpoints = readCheckpoints(await disk.checkpoints());
  const { bad } = await walkJournal(
    { disk, checkpoints, from: end, toSeq: seq },
    {
      onRecord(entry) {
        if (isDeskEntry(entry)) teller.tell(entry);
      },
      pause: () => turn(),
    },
  );
  if (bad !== null) throw new DiskError('failed', describeDamage(bad));
  return teller;
}

/** The teller that was saved as these lines; read a little at a time. */
export async function tellerOf(lines: readonly string[]): Promise<Teller> {
  const saved = await readState(lines, () => turn());
  if (!saved.ok || !isSavedTeller(saved.value)) {
    throw new DiskError('failed', 'what a thread has told does not read back');
  }
  const teller = createTeller(TRADE_RULES);
  teller.restore(saved.value);
  return teller;
}

/** This very program wrote it a moment ago. */
function isSavedTeller(value: unknown): value is SavedTeller {
  return isKeyed(value) && Array.isArray(value['messages']) && Array.isArray(value['trades']);
}

async function begin(request: TellerRequest, seq: number): Promise<Begun> {
  const seqs = await snapshotSeqs(request.store);
  for (const candidate of seqs.filter((one) => one <= seq)) {
    const snapshot = await readSnapshot(request, snapshotName(candidate));
    if (!snapshot.ok || request.named.digestOf(candidate) !== snapshot.value.digest) continue;
    const state = await readState(snapshot.value.lines, () => turn());
    if (!state.ok || !isSavedState(state.value)) continue;
    const teller = createTeller(TRADE_RULES);
    teller.restore(state.value.readers.teller);
    return { teller, end: snapshot.value.head.end };
  }
  return { teller: createTeller(TRADE_RULES), end: BEGINNING };
}
