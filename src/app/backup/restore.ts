/**
 * A data directory from a backup.
 *
 * Rule  into an empty directory alone; verified before and after; never older than what is known of
 *       that journal unless somebody says so; and the restored desk starts halted, because the
 *       market and the broker went on after the backup was made.
 */
import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { replaceFile, syncDirectory } from '#adapters/disk/files.ts';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import type { TradeStory } from '#audit/model.ts';
import { createTeller } from '#audit/teller.ts';
import { readRange, SegmentIndex } from '#journal/reader.ts';
import { scanJournal } from '#journal/scan.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import { errorCode } from '../config.ts';
import { isDeskEntry } from '../desk-entry.ts';
import { makeDirectory } from '../make-directory.ts';
import { TRADE_RULES } from '../trade-rules.ts';
import { copyFile } from './copy.ts';
import { addKnown, type Known, knownEpoch, readKnown } from './known.ts';
import { type BackupManifest, readBackupManifest } from './manifest.ts';
import { backupsIn, verifyBackup } from './verify.ts';

export interface RestoreRequest {
  /** A backup, or a directory of them: then the newest. */
  readonly from: string;
  /** Empty, or not there yet. */
  readonly directory: string;
  /** Where else something may be known of it: the directory this machine backs up to. */
  readonly knownIn: string;
  /** An older copy than is known of that journal is agreed to. */
  readonly older: boolean;
  readonly now: EpochMs;
}

export interface RestoreReport {
  readonly from: string;
  readonly records: number;
  readonly lastAt: string;
  readonly environment: string | null;
  /** What the record was known to reach, when that is further. */
  readonly knownSeq: number | null;
  /** Open when the backup was made, in words. */
  readonly open: readonly string[];
}

const RESTORED_HALT = 'restored from a backup';

export async function restoreBackup(
  request: RestoreRequest,
): Promise<Result<RestoreReport, string>> {
  const target = resolve(request.directory);
  const occupied = await whyNotEmpty(target);
  if (occupied !== null) return err(occupied);
  const chosen = await choose(resolve(request.from));
  if (!chosen.ok) return chosen;
  const verified = await verifyBackup(chosen.value);
  if (!verified.ok) return err(`${chosen.value} is not restored: ${verified.error}`);
  const manifest = verified.value;
  const backups = [...new Set([dirname(chosen.value), resolve(request.knownIn)])];
  const known = await furthest(backups, manifest.journal);
  const isOlder = known !== null && known.seq > manifest.last.seq;
  if (isOlder && !request.older) return err(olderWords(manifest, known.seq, known.at));
  const draft = await copyInto(chosen.value, target, manifest);
  const again = await verifyBackup(draft);
  if (!again.ok) return err(`the copy is not what the backup holds: ${again.error}`);
  await finish(draft, { manifest, backups, now: request.now });
  await rename(draft, target);
  await syncDirectory(dirname(target));
  return ok({
    from: chosen.value,
    records: manifest.last.seq,
    lastAt: manifest.last.at,
    environment: manifest.environment,
    knownSeq: isOlder ? known.seq : null,
    open: await openTrades(target),
  });
}

async function whyNotEmpty(target: string): Promise<string | null> {
  try {
    const names = await readdir(target);
    const words = `${target} is not empty: a restore never writes over anything`;
    return names.length === 0 ? null : words;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (errorCode(error) === 'ENOTDIR') return `${target} is not a directory`;
    throw error;
  }
}

async function choose(from: string): Promise<Result<string, string>> {
  try {
    if ((await readBackupManifest(from)) !== null) return ok(await realpath(from));
    const newest = (await backupsIn(from)).at(-1);
    return newest === undefined ? err(`${from} holds no backup`) : ok(await realpath(newest.path));
  } catch (error) {
    if (!errorCode(error).startsWith('E')) throw error;
    return err(`${from} cannot be read (${errorCode(error)})`);
  }
}

function olderWords({ last }: BackupManifest, known: number, at: string): string {
  return (
    `This backup ends with record ${last.seq} of ${last.at}, and the record is known to have ` +
    `reached ${known} (${at}). Look for a newer backup or the directory itself. If there is none: ` +
    `settle at the broker whatever was traded since, and restore with --older.`
  );
}

/** Beside the target, so that it takes its name whole or not at all. */
async function copyInto(backup: string, target: string, manifest: BackupManifest): Promise<string> {
  makeDirectory(dirname(target));
  const draft = join(dirname(target), `.${basename(target)}.restoring`);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  for (const { path } of manifest.files) await copyFile(join(backup, path), draft, { path });
  await copyFile(join(backup, 'backup.json'), draft, { path: 'backup.json' });
  return draft;
}

interface Finishing {
  readonly manifest: BackupManifest;
  readonly backups: readonly string[];
  readonly now: EpochMs;
}

/** A later run's number is never given out again, and the desk starts halted. */
async function finish(draft: string, { manifest, backups, now }: Finishing): Promise<void> {
  const { journal, last } = manifest;
  const epochs = await Promise.all(backups.map((place) => knownEpoch(place, journal)));
  const epoch = Math.max(manifest.epoch, ...epochs);
  await replaceFile(join(draft, 'epoch'), `${epoch}\n`);
  const why = `${RESTORED_HALT} of ${last.at}, record ${last.seq}`;
  await replaceFile(join(draft, 'HALT'), `${why}\n`);
  await rm(join(draft, 'backup.json'));
  await syncDirectory(draft);
  const at = formatInstant(now);
  const line = { seq: last.seq, hash: last.hash, epoch, at, restored: true };
  for (const place of backups) await noteRestore(place, journal, line);
}

/** A place that is not there, or only read, does not hold up a restore. */
async function noteRestore(backups: string, journal: string, line: Known): Promise<void> {
  try {
    await addKnown(backups, journal, line);
  } catch (error) {
    if (!['ENOENT', 'EROFS', 'EACCES'].includes(errorCode(error))) throw error;
  }
}

async function furthest(backups: readonly string[], journal: string): Promise<Known | null> {
  const known = await Promise.all(backups.map((place) => readKnown(place, journal)));
  return known.reduce(
    (most, one) => (one !== null && one.seq > (most?.seq ?? 0) ? one : most),
    null,
  );
}

/** What the record left open, in words. */
async function openTrades(directory: string): Promise<readonly string[]> {
  const disk = createJournalDisk(directory);
  const index = new SegmentIndex();
  const { end } = await scanJournal(disk, new Map(), ({ seq }, segment, offset) =>
    index.note(seq, segment, offset),
  );
  const teller = createTeller(TRADE_RULES);
  const open = new Map<string, TradeStory>();
  for (const record of readRange(disk, index, { fromSeq: 1, toSeq: end.seq })) {
    const trade = isDeskEntry(record) ? teller.tell(record).trade : null;
    if (trade === null) continue;
    if (trade.ended === null) open.set(trade.id, trade);
    else open.delete(trade.id);
  }
  return [...open.values()].map(
    ({ id, contract, figures, phase }) => `${contract}: ${figures.held} held, ${phase} (${id})`,
  );
}
