/**
 * A backup of a data directory, consistent while the desk runs.
 *
 *     2026-11-20T063000Z-004711/     sealed segments, the last one up to a record that is on disk,
 *       backup.json                  checkpoints up to it, keys, people, certifications …
 *       journal/000001.log …
 *
 * Rule  made under another name, read again whole, and only then given its own.
 *
 * What is a secret is left out (refresh tokens: they are given again), and so is what can be made
 * again (exports, snapshots of other programs, logs).
 */
import { mkdir, open, readdir, readFile, rename, rm, statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { replaceFile, syncDirectory } from '#adapters/disk/files.ts';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { lockDirectory } from '#adapters/disk/lock.ts';
import { encodeCanonical } from '#events/codec.ts';
import { readCheckpoints } from '#journal/checkpoints.ts';
import { describeDamage } from '#journal/model.ts';
import { DiskError } from '#journal/ports.ts';
import { type JournalEnd, scanJournal } from '#journal/scan.ts';
import { segmentsAmong } from '#journal/segments.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { type EpochMs, epochMs, formatInstant } from '#kernel/time.ts';
import { errorCode } from '../config.ts';
import { makeDirectory } from '../make-directory.ts';
import { copyFile, writeNew } from './copy.ts';
import { noteCheckpoint } from './known.ts';
import { BACKUP_MANIFEST, type BackedUpFile, type BackupManifest } from './manifest.ts';
import { backupsIn, verifyBackup } from './verify.ts';

export interface BackupRequest {
  /** Data directory; a desk may run in it. */
  readonly directory: string;
  readonly to: string;
  /** So many of the newest are kept. */
  readonly keep: number;
  readonly now: EpochMs;
}

export interface BackupReport {
  readonly path: string;
  readonly records: number;
  readonly files: number;
  readonly bytes: number;
  readonly removed: number;
}

const INCOMPLETE = '.incomplete-';
/** A backup never takes the space the desk goes on in. */
const FREE_BYTES_MIN = 512 * 1024 * 1024;
/** Of the files beside the journal: made anew by every run, too large, or a secret. */
const LEFT_OUT =
  /^(?:lock-.*|reserve|desk\.json.*|strikewire\.log.*|.*\.token\.json.*|.*\.new|.*\.sock|HALT|checkpoints\.jsonl)$/;

export async function makeBackup(request: BackupRequest): Promise<Result<BackupReport, string>> {
  makeDirectory(request.to);
  const lock = await lockDirectory(request.to);
  if (!lock.ok) return err(`${request.to} is in use by another backup: ${lock.error.detail}`);
  const to = lock.value.directory;
  try {
    await removeIncomplete(to);
    return await backUp({ ...request, directory: resolve(request.directory), to });
  } catch (error) {
    await removeIncomplete(to);
    if (error instanceof DiskError) return err(error.message);
    if (errorCode(error) !== 'ENOSPC') throw error;
    return err(`${to} is full: nothing was kept of this backup`);
  } finally {
    await lock.value.release();
  }
}

async function backUp(request: BackupRequest): Promise<Result<BackupReport, string>> {
  const { directory, to } = request;
  const draft = join(to, `${INCOMPLETE}${process.pid}`);
  await mkdir(draft, { mode: 0o700 });
  // Before the journal is read, so that it reaches further than they say.
  const snapshots = await copySnapshots(directory, draft);
  const found = await survey(directory);
  if (!found.ok) return found;
  const { end } = found.value;
  const room = await hasRoom(to, found.value.bytes);
  if (room !== null) return err(room);
  const files = [
    ...snapshots,
    ...(await copyJournal(directory, draft, found.value)),
    ...(await copyOthers(directory, draft)),
  ];
  const manifest = await writeManifest(draft, { request, found: found.value, files });
  const verified = await verifyBackup(draft);
  if (!verified.ok) return err(`the backup does not read as it was written: ${verified.error}`);
  const path = join(to, nameOf(request.now, end.seq));
  await rename(draft, path);
  await syncDirectory(to);
  await noteCheckpoint(directory, to, { epoch: manifest.epoch, now: request.now });
  const removed = await removeOlder(to, manifest.journal, request.keep);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return ok({ path, records: end.seq, files: files.length, bytes, removed });
}

interface Found {
  readonly end: JournalEnd;
  readonly lastAt: EpochMs;
  readonly environment: string | null;
  /** Hash of the first record. */
  readonly id: string;
  readonly bytes: number;
}

async function survey(directory: string): Promise<Result<Found, string>> {
  const disk = createJournalDisk(directory);
  const checkpoints = readCheckpoints(await disk.checkpoints());
  let lastAt = epochMs(0);
  let id = '';
  let environment: string | null = null;
  const { end, bad } = await scanJournal(disk, checkpoints, (record, _segment, _offset, hash) => {
    if (record.seq === 1) id = hash;
    lastAt = record.wall;
    if (record.kind === 'run.started') environment = environmentOf(record.body) ?? environment;
  });
  // What a desk is writing this moment is not yet a record, and no damage.
  if (bad !== null && bad.reason !== 'torn_tail') return err(describeDamage(bad));
  if (end.seq === 0 || end.segment === null) return err(`${directory} holds no record yet`);
  // What was read may not be on disk yet: a backup never knows more than a power cut would leave.
  await using last = await open(join(directory, 'journal', end.segment), 'r');
  await last.datasync();
  const segments = segmentsAmong(await disk.segments());
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return ok({ end, lastAt, environment, id, bytes });
}

function environmentOf(body: unknown): string | null {
  const isNamed = typeof body === 'object' && body !== null && 'environment' in body;
  return isNamed && typeof body.environment === 'string' ? body.environment : null;
}

async function copyJournal(
  directory: string,
  draft: string,
  { end, lastAt }: Found,
): Promise<readonly BackedUpFile[]> {
  const disk = createJournalDisk(directory);
  const files: BackedUpFile[] = [];
  for (const segment of segmentsAmong(await disk.segments())) {
    if (segment.firstSeq > end.seq) break;
    const path = `journal/${segment.name}`;
    const isLast = segment.name === end.segment;
    const bytes = isLast ? { bytes: end.bytes } : {};
    files.push(await copyFile(join(directory, path), draft, { path, ...bytes }));
  }
  const lines = (await disk.checkpoints()).filter((line) =>
    [...readCheckpoints([line]).keys()].some((seq) => seq <= end.seq),
  );
  // Its own end: a backup that is cut short later is seen to be.
  lines.push(encodeCanonical({ seq: end.seq, hash: end.hash, wall: lastAt }));
  const text = lines.map((line) => `${line}\n`).join('');
  files.push(await writeNew(draft, 'checkpoints.jsonl', Buffer.from(text)));
  return files;
}

async function copySnapshots(directory: string, draft: string): Promise<readonly BackedUpFile[]> {
  const files: BackedUpFile[] = [];
  for (const name of await namesIn(join(directory, 'snapshots'))) {
    if (!name.endsWith('.snapshot')) continue;
    const path = `snapshots/${name}`;
    try {
      files.push(await copyFile(join(directory, path), draft, { path }));
    } catch (error) {
      // Newer ones have taken its place since: nothing is lost without it.
      if (errorCode(error) !== 'ENOENT') throw error;
      await rm(join(draft, path), { force: true });
    }
  }
  return files;
}

async function copyOthers(directory: string, draft: string): Promise<readonly BackedUpFile[]> {
  const files: BackedUpFile[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (!entry.isFile() || LEFT_OUT.test(entry.name)) continue;
    // Small, and replaced whole or appended to: one reading gives one state of it.
    const content = await readFile(join(directory, entry.name));
    const isLines = entry.name.endsWith('.jsonl');
    const whole = isLines ? content.subarray(0, content.lastIndexOf('\n') + 1) : content;
    files.push(await writeNew(draft, entry.name, whole));
  }
  return files;
}

interface Copied {
  readonly request: BackupRequest;
  readonly found: Found;
  readonly files: readonly BackedUpFile[];
}

async function writeManifest(
  draft: string,
  { request, found, files }: Copied,
): Promise<BackupManifest> {
  const { end, lastAt, environment, id } = found;
  const manifest: BackupManifest = {
    version: 1,
    made_at: formatInstant(request.now),
    journal: id,
    environment,
    last: { seq: end.seq, hash: end.hash, at: formatInstant(lastAt) },
    epoch: await epochOf(draft),
    files: [...files],
  };
  await replaceFile(join(draft, BACKUP_MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
  return manifest;
}

export async function epochOf(directory: string): Promise<number> {
  try {
    return Number(await readFile(join(directory, 'epoch'), 'utf8')) || 0;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** Words when there is too little. */
async function hasRoom(to: string, bytes: number): Promise<string | null> {
  const { bavail, bsize } = await statfs(to);
  const free = bavail * bsize;
  const needed = bytes + FREE_BYTES_MIN;
  if (free >= needed) return null;
  return `${to} has ${free} bytes free and a backup needs ${needed}: name another disk, or keep fewer`;
}

/** The oldest of this journal's; what is not a whole backup of it is left alone. */
async function removeOlder(to: string, journal: string, keep: number): Promise<number> {
  const own = (await backupsIn(to)).filter(({ manifest }) => manifest.journal === journal);
  const old = own.slice(0, Math.max(0, own.length - Math.max(1, keep)));
  for (const { path } of old) await rm(path, { recursive: true });
  return old.length;
}

async function removeIncomplete(to: string): Promise<void> {
  for (const name of await namesIn(to)) {
    if (name.startsWith(INCOMPLETE)) await rm(join(to, name), { recursive: true, force: true });
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Sorts by time. */
function nameOf(now: EpochMs, seq: number): string {
  const stamp = formatInstant(now)
    .replaceAll(':', '')
    .replace(/\.\d+Z$/, 'Z');
  return `${stamp}-${String(seq).padStart(6, '0')}`;
}
