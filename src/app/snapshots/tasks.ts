/** What is done on a data directory beside the running desk, by reading alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { createSnapshotFiles } from '#adapters/disk/snapshot-files.ts';
import { encodeShared } from '#events/shared.ts';
import { readCheckpoints } from '#journal/checkpoints.ts';
import { describeDamage } from '#journal/model.ts';
import { DiskError } from '#journal/ports.ts';
import { BEGINNING } from '#journal/scan.ts';
import { walkJournal } from '#journal/walk.ts';
import { buildDigest } from '../certify/build-digest.ts';
import { NamedSnapshots } from './named-snapshots.ts';
import { takeSnapshot } from './take.ts';
import { tellerAt } from './teller-at.ts';

export const TaskSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('take'), directory: z.string(), build: z.string() }),
  /** Everything up to a record, whose hash is known. */
  z.strictObject({
    kind: z.literal('verify'),
    directory: z.string(),
    seq: z.int(),
    hash: z.string(),
    bytesPerSecond: z.number(),
  }),
  /** The teller as of a record; `named`: the snapshots the record names. */
  z.strictObject({
    kind: z.literal('tell'),
    directory: z.string(),
    build: z.string(),
    seq: z.int(),
    named: z.array(z.tuple([z.int(), z.string()])),
  }),
]);

export type Task = z.infer<typeof TaskSchema>;

export const OutcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('taken'),
    seq: z.int(),
    digest: z.string(),
    bytes: z.int(),
  }),
  z.strictObject({ kind: z.literal('sound') }),
  /** The teller, saved, as `encodeShared` writes it. */
  z.strictObject({ kind: z.literal('told'), lines: z.array(z.string()) }),
  z.strictObject({ kind: z.literal('nothing_new'), detail: z.string() }),
  z.strictObject({ kind: z.literal('damaged'), detail: z.string() }),
  /** The disk could not be read or written: nothing is known. */
  z.strictObject({ kind: z.literal('failed'), detail: z.string() }),
]);

export type Outcome = z.infer<typeof OutcomeSchema>;

export async function runTask(task: Task): Promise<Outcome> {
  try {
    if (task.kind === 'verify') return await verify(task);
    if (buildDigest() !== task.build) {
      return { kind: 'failed', detail: 'the program was changed since the desk started' };
    }
    return await (task.kind === 'take' ? take(task) : tell(task));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return { kind: 'failed', detail: error.message };
  }
}

async function take({ directory, build }: Extract<Task, { kind: 'take' }>): Promise<Outcome> {
  const disk = createJournalDisk(directory);
  const taken = await takeSnapshot({ disk, store: createSnapshotFiles(directory), build });
  return taken.ok ? { kind: 'taken', ...taken.value } : taken.error;
}

async function tell(task: Extract<Task, { kind: 'tell' }>): Promise<Outcome> {
  const { directory, build, seq } = task;
  const named = new NamedSnapshots();
  named.restore(task.named);
  const place = { store: createSnapshotFiles(directory), build };
  const teller = await tellerAt({ ...place, disk: createJournalDisk(directory), named }, seq);
  return { kind: 'told', lines: [...encodeShared(teller.save())] };
}

async function verify(task: Extract<Task, { kind: 'verify' }>): Promise<Outcome> {
  const { directory, seq, hash, bytesPerSecond } = task;
  const disk = createJournalDisk(directory);
  const checkpoints = new Map(readCheckpoints(await disk.checkpoints()));
  checkpoints.set(seq, hash);
  const { bad } = await walkJournal(
    { disk, checkpoints, from: BEGINNING, toSeq: seq },
    {
      onRecord: () => undefined,
      pause: (bytes) => sleep((1_000 * bytes) / bytesPerSecond),
    },
  );
  return bad === null ? { kind: 'sound' } : { kind: 'damaged', detail: describeDamage(bad) };
}
