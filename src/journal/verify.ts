/**
 * `strikewire journal verify`: is this journal, wherever it was copied to, what was written?
 *
 * Never writes. A torn tail counts as bad here: it is harmless, and it is not a record.
 */
import type { Recorded } from '#events/record.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { readCheckpoints } from './checkpoints.ts';
import type { FirstBad } from './model.ts';
import { DiskError, type JournalDisk } from './ports.ts';
import { type Scan, scanJournal } from './scan.ts';

export interface VerifyReport {
  readonly ok: boolean;
  /** Sound records from the first on. */
  readonly records: number;
  readonly segments: number;
  readonly firstBad?: FirstBad;
}

export interface VerifyFault {
  readonly kind: 'nothing_there' | 'unreadable';
  readonly detail: string;
}

const LOOKS_MAX = 5;

/** `onRecord` hears every sound record in order. */
export async function verifyJournal(
  disk: JournalDisk,
  onRecord: (record: Recorded) => void = () => undefined,
): Promise<Result<VerifyReport, VerifyFault>> {
  try {
    const checkpoints = readCheckpoints(await disk.checkpoints());
    const { end, segments, bad } = await scanSettled(disk, checkpoints, onRecord);
    if (segments === 0 && bad === null) {
      return err({ kind: 'nothing_there', detail: 'expected a journal, found no segment' });
    }
    const report = { ok: bad === null, records: end.seq, segments };
    return ok(bad === null ? report : { ...report, firstBad: bad });
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const kind = error.kind === 'missing' ? 'nothing_there' : 'unreadable';
    return err({ kind, detail: error.message });
  }
}

/** A torn tail that moves is a record being written by a desk that runs: looked at again. */
async function scanSettled(
  disk: JournalDisk,
  checkpoints: ReadonlyMap<number, string>,
  onRecord: (record: Recorded) => void,
): Promise<Scan> {
  let scan = await scanJournal(disk, checkpoints, onRecord);
  for (let looks = 1; looks < LOOKS_MAX && scan.bad?.reason === 'torn_tail'; looks += 1) {
    const before = scan.bad.seq;
    scan = await scanJournal(disk, checkpoints, onRecord, scan.end);
    if (scan.bad?.seq === before) break;
  }
  return scan;
}
