/** Whether a backup is what was written, byte by byte and record by record. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { readCheckpoints } from '#journal/checkpoints.ts';
import { describeDamage } from '#journal/model.ts';
import { DiskError } from '#journal/ports.ts';
import { scanJournal } from '#journal/scan.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { fileDigest } from '../file-digest.ts';
import { type BackupManifest, readBackupManifest } from './manifest.ts';

const NAME = /^\d{4}-\d{2}-\d{2}T\d{6}Z-\d{6,}$/;

export interface Backup {
  readonly path: string;
  readonly manifest: BackupManifest;
}

/** Those in a directory that say what they hold, oldest first. Not verified. */
export async function backupsIn(directory: string): Promise<readonly Backup[]> {
  const found: Backup[] = [];
  for (const name of (await readdir(directory)).filter((one) => NAME.test(one)).toSorted()) {
    const path = join(directory, name);
    const manifest = await readBackupManifest(path);
    if (manifest !== null) found.push({ path, manifest });
  }
  return found;
}

/** `err`: what is wrong with it, in words. */
export async function verifyBackup(directory: string): Promise<Result<BackupManifest, string>> {
  const manifest = await readBackupManifest(directory);
  if (manifest === null) return err(`${directory} holds no backup.json that reads`);
  for (const { path, sha256 } of manifest.files) {
    const digest = await fileDigest(join(directory, path)).catch(() => null);
    if (digest === null) return err(`${path} is missing or cannot be read`);
    if (digest !== sha256) return err(`${path} is not the file that was written`);
  }
  const wrong = await journalFault(directory, manifest);
  return wrong === null ? ok(manifest) : err(wrong);
}

async function journalFault(directory: string, { last }: BackupManifest): Promise<string | null> {
  const disk = createJournalDisk(directory);
  try {
    const checkpoints = readCheckpoints(await disk.checkpoints());
    const { end, bad } = await scanJournal(disk, checkpoints);
    if (bad !== null) return describeDamage(bad);
    if (end.seq === last.seq && end.hash === last.hash) return null;
    return `its journal ends with record ${end.seq}, expected ${last.seq} and its hash`;
  } catch (error) {
    if (error instanceof DiskError) return error.message;
    throw error;
  }
}
