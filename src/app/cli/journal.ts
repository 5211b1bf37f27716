/** `strikewire journal verify`: chain, sequence and frames of a journal, wherever it lies. */
import { findJournalDisk } from '#adapters/disk/journal-disk.ts';
import { describeDamage } from '#journal/model.ts';
import { verifyJournal } from '#journal/verify.ts';
import type { Exit } from '../exit-codes.ts';
import { CommandFailed, type Io } from './io.ts';

export interface VerifyOptions {
  /** A data directory or the folder of segments in it. */
  readonly directory: string;
  readonly json: boolean;
}

export async function runJournalVerify(options: VerifyOptions, io: Io): Promise<Exit> {
  const { directory, json } = options;
  const verified = await verifyJournal(findJournalDisk(directory));
  if (!verified.ok) throw new CommandFailed('refused', `${directory}: ${verified.error.detail}`);
  const { ok, records, segments, firstBad } = verified.value;
  if (json) {
    await io.print(`${JSON.stringify(verified.value)}\n`);
  } else if (firstBad === undefined) {
    await io.print(`Sound: ${records} records in ${segments} segments, none changed or missing.\n`);
  } else {
    await io.print(`NOT SOUND after ${records} sound records: ${describeDamage(firstBad)}\n`);
  }
  return ok ? 'done' : 'refused';
}
