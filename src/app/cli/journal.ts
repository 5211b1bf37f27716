/** `strikewire journal verify`: a journal and its snapshots, wherever they lie. */
import { dataDirectoryOf, findJournalDisk } from '#adapters/disk/journal-disk.ts';
import { createSnapshotFiles } from '#adapters/disk/snapshot-files.ts';
import { describeDamage, SNAPSHOT_REFUSALS } from '#journal/model.ts';
import { verifyJournal } from '#journal/verify.ts';
import { isDeskEntry } from '../desk-entry.ts';
import type { Exit } from '../exit-codes.ts';
import { checkSnapshots, type SnapshotCheck } from '../snapshots/check.ts';
import { NamedSnapshots } from '../snapshots/named-snapshots.ts';
import { CommandFailed, type Io } from './io.ts';

export interface VerifyOptions {
  /** A data directory or the folder of segments in it. */
  readonly directory: string;
  readonly json: boolean;
}

export async function runJournalVerify(options: VerifyOptions, io: Io): Promise<Exit> {
  const { directory, json } = options;
  const named = new NamedSnapshots();
  const verified = await verifyJournal(findJournalDisk(directory), (record) => {
    if (isDeskEntry(record)) named.take(record);
  });
  if (!verified.ok) throw new CommandFailed('refused', `${directory}: ${verified.error.detail}`);
  const { ok, records, segments, firstBad } = verified.value;
  const snapshots = await checkSnapshots(createSnapshotFiles(dataDirectoryOf(directory)), named);
  if (json) {
    await io.print(`${JSON.stringify({ ...verified.value, snapshots })}\n`);
  } else if (firstBad === undefined) {
    await io.print(`Sound: ${records} records in ${segments} segments, none changed or missing.\n`);
  } else {
    await io.print(`NOT SOUND after ${records} sound records: ${describeDamage(firstBad)}\n`);
  }
  if (!json) await io.print(snapshotLines(snapshots));
  return ok && snapshots.bad.length === 0 ? 'done' : 'refused';
}

/** Nothing where there are no snapshots. */
function snapshotLines({ sound, bad }: SnapshotCheck): string {
  const lines = bad.map(
    ({ name, reason }) =>
      `NOT SOUND: ${name}: ${SNAPSHOT_REFUSALS[reason]}. No start goes on from it.\n`,
  );
  const told = sound === 0 ? '' : `Snapshots as the journal names them: ${sound}.\n`;
  return lines.join('') + told;
}
