/** `strikewire backup` and `strikewire restore`. */
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createSystemClock } from '#kernel/time.ts';
import { type BackupReport, makeBackup } from '../backup/make.ts';
import { readBackupManifest } from '../backup/manifest.ts';
import { type RestoreReport, restoreBackup } from '../backup/restore.ts';
import { backupsIn, verifyBackup } from '../backup/verify.ts';
import { type Config, errorCode } from '../config.ts';
import { backupDirectory } from '../data-files.ts';
import type { Exit } from '../exit-codes.ts';
import { CommandFailed, type Io } from './io.ts';

export interface BackupOptions {
  readonly to: string | undefined;
  readonly keep: number | undefined;
  readonly list: boolean;
  /** A backup, or a directory of them: then the newest. */
  readonly verify: string | undefined;
  readonly json: boolean;
}

export async function runBackup(config: Config, options: BackupOptions, io: Io): Promise<Exit> {
  const to = options.to === undefined ? backupDirectory(config) : resolve(options.to);
  if (options.list) return list(to, options, io);
  if (options.verify !== undefined) return verify(resolve(options.verify), options, io);
  const made = await makeBackup({
    directory: config.data.directory,
    to,
    keep: options.keep ?? config.jobs.backup.keep,
    now: createSystemClock().now(),
  });
  if (!made.ok) throw new CommandFailed('refused', `No backup was made: ${made.error}.`);
  await io.print(options.json ? `${JSON.stringify(made.value)}\n` : madeWords(made.value));
  return 'done';
}

function madeWords({ path, records, files, bytes, removed }: BackupReport): string {
  const what = `${records} records in ${files} files, ${bytes} bytes, read again and found whole`;
  return `${path}: ${what}${removed === 0 ? '' : `; ${removed} older removed`}.\n`;
}

async function list(to: string, { json }: BackupOptions, io: Io): Promise<Exit> {
  const backups = await backupsOrNone(to);
  if (json) {
    const shown = backups.map(({ path, manifest: { made_at, last, environment } }) => ({
      ...{ path, made_at, environment },
      ...{ records: last.seq, last_at: last.at },
    }));
    await io.print(`${JSON.stringify(shown)}\n`);
  }
  for (const { path, manifest } of json ? [] : backups) {
    await io.print(`${path}  ${manifest.last.seq} records up to ${manifest.last.at}\n`);
  }
  if (backups.length === 0) io.note(`${to} holds no backup.\n`);
  return 'done';
}

async function verify(from: string, { json }: BackupOptions, io: Io): Promise<Exit> {
  const newest = (await backupsOrNone(from)).at(-1)?.path ?? from;
  const path = (await readBackupManifest(from)) === null ? newest : from;
  const verified = await verifyBackup(path);
  const ok = verified.ok;
  const detail = ok ? `${verified.value.last.seq} records` : verified.error;
  if (json) await io.print(`${JSON.stringify({ ok, path, detail })}\n`);
  else await io.print(`${ok ? 'Sound' : 'NOT SOUND'}: ${path}: ${detail}.\n`);
  return ok ? 'done' : 'refused';
}

async function backupsOrNone(directory: string) {
  try {
    await readdir(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
  return backupsIn(directory);
}

export interface RestoreOptions {
  readonly from: string;
  readonly older: boolean;
  readonly json: boolean;
}

/** Into the data directory of the configuration, which must be empty. */
export async function runRestore(config: Config, options: RestoreOptions, io: Io): Promise<Exit> {
  const { directory } = config.data;
  const restored = await restoreBackup({
    from: options.from,
    directory,
    knownIn: backupDirectory(config),
    older: options.older,
    now: createSystemClock().now(),
  });
  if (!restored.ok) throw new CommandFailed('refused', `Nothing was restored: ${restored.error}.`);
  if (options.json) await io.print(`${JSON.stringify(restored.value)}\n`);
  else await io.print(restoredWords(directory, restored.value));
  return 'done';
}

function restoredWords(directory: string, report: RestoreReport): string {
  const { from, records, lastAt, knownSeq, open } = report;
  const lost = knownSeq === null ? '' : `Records ${records + 1} to ${knownSeq} are lost.\n`;
  const trades =
    open.length === 0
      ? 'No trade was open then.\n'
      : `Open then:\n${open.map((line) => `  ${line}\n`).join('')}`;
  return `Restored ${directory} from ${from}: ${records} records, the last of ${lastAt}.
${lost}${trades}
The market and the broker went on after that. The desk starts halted, by the file HALT in it:
  1. Give again what no backup holds: refresh tokens, other secrets.
  2. Start the desk. Compare its orders and positions with the broker's own list: whatever was
     opened or closed after ${lastAt} is not on this record and is settled at the broker by hand.
  3. Remove the file HALT, then \`strikewire resume --reason "…"\`.
`;
}
