/**
 * A journal's place on a local disk.
 *
 *     journal/000001.log …   segments
 *     checkpoints.jsonl      what the end of the journal was, now and then
 *     snapshots/             what the desk has made of the record (snapshot-files.ts)
 *     quarantine/            copies of torn tails
 *     reserve                space kept back for a full disk
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { JournalDisk, SegmentFile, SegmentInfo, Space } from '#journal/ports.ts';
import { DiskError } from '#journal/ports.ts';
import { diskError, errorCode } from './errors.ts';
import { syncDirectory } from './files.ts';
import { openSegmentFile } from './segment-file.ts';

const JOURNAL = 'journal';
const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;
const RESERVE_CHUNK_BYTES = 1024 * 1024;
/** Space kept back for emergencies unless told otherwise. */
const RESERVE_BYTES_DEFAULT = 64 * 1024 * 1024;

export interface JournalDiskSettings {
  readonly reserveBytes?: number;
}

/** The journal of a data directory. Touches nothing until asked to. */
export function createJournalDisk(
  directory: string,
  { reserveBytes = RESERVE_BYTES_DEFAULT }: JournalDiskSettings = {},
): JournalDisk {
  const given = resolve(directory);
  return new DiskOfJournal(given, join(given, JOURNAL), reserveBytes);
}

/**
 * A journal to be read, wherever it was copied to: by its data directory, by the folder of segments
 * in it, or by a folder of segments alone, which has no checkpoints.
 */
export function findJournalDisk(path: string): JournalDisk {
  const given = resolve(path);
  if (existsSync(join(given, JOURNAL))) return createJournalDisk(given);
  return new DiskOfJournal(dataDirectoryOf(given), given, 0);
}

/** The data directory a path is meant by, as `findJournalDisk` takes it. */
export function dataDirectoryOf(path: string): string {
  const given = resolve(path);
  const isFolder = basename(given) === JOURNAL && !existsSync(join(given, JOURNAL));
  return isFolder ? dirname(given) : given;
}

class DiskOfJournal implements JournalDisk {
  readonly #directory: string;
  readonly #journal: string;
  readonly #checkpoints: string;
  readonly #reserve: string;
  readonly #reserveBytes: number;

  constructor(directory: string, journal: string, reserveBytes: number) {
    this.#directory = directory;
    this.#journal = journal;
    this.#checkpoints = join(directory, 'checkpoints.jsonl');
    this.#reserve = join(directory, 'reserve');
    this.#reserveBytes = reserveBytes;
  }

  async prepare(): Promise<void> {
    await attempt(`create ${this.#journal}`, async () => {
      const made = await mkdir(this.#journal, { recursive: true, mode: PRIVATE_DIRECTORY });
      if (made !== undefined) await syncDirectory(this.#directory);
      if (made !== undefined && made !== this.#journal) await syncDirectory(dirname(made));
      await access(this.#journal, constants.R_OK | constants.W_OK | constants.X_OK);
    });
  }

  segments(): Promise<readonly SegmentInfo[]> {
    return attempt(`list ${this.#journal}`, async () => {
      const found: SegmentInfo[] = [];
      for (const name of await readdir(this.#journal)) {
        const { size } = await stat(join(this.#journal, name));
        found.push({ name, bytes: size });
      }
      return found;
    });
  }

  read(name: string, from: number, bytes = Infinity): Uint8Array {
    const path = join(this.#journal, name);
    try {
      return readFrom(path, from, bytes);
    } catch (error) {
      throw diskError(`read ${path}`, error);
    }
  }

  create(name: string): Promise<SegmentFile> {
    const path = join(this.#journal, name);
    return attempt(`create ${path}`, async () => {
      const file = openSegmentFile(path, 'ax');
      try {
        await syncDirectory(this.#journal);
      } catch (error) {
        await file.close();
        await rm(path, { force: true });
        throw error;
      }
      return file;
    });
  }

  reopen(name: string, bytes: number): Promise<SegmentFile> {
    const path = join(this.#journal, name);
    return attempt(`open ${path}`, async () => {
      await using handle = await open(path, 'r+');
      const { size } = await handle.stat();
      if (size < bytes) {
        throw new DiskError('failed', `${path}: expected at least ${bytes} bytes, was ${size}`);
      }
      if (size > bytes) await handle.truncate(bytes);
      // What an earlier process wrote and did not live to sync is read as being there: now it is.
      await handle.sync();
      await syncDirectory(this.#journal);
      return openSegmentFile(path, 'a');
    });
  }

  quarantine(name: string, from: number): Promise<string> {
    const directory = join(this.#directory, 'quarantine');
    return attempt(`copy the end of ${name} to ${directory}`, async () => {
      const bytes = readFrom(join(this.#journal, name), from);
      await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
      const path = freePath(join(directory, `${name}.from-${from}`));
      await using handle = await open(path, 'wx', PRIVATE_FILE);
      await handle.writeFile(bytes);
      await handle.sync();
      await syncDirectory(directory);
      await syncDirectory(this.#directory);
      return path;
    });
  }

  reserve(): Promise<number> {
    return attempt(`reserve ${this.#reserve}`, async () => {
      if ((await sizeOf(this.#reserve)) === this.#reserveBytes) return this.#reserveBytes;
      try {
        await this.#fillReserve();
      } catch (error) {
        if (diskError('', error).kind !== 'full') throw error;
        // Little space is a state to run in, not a reason not to start: what is open needs tending.
        await this.release();
        return 0;
      }
      return this.#reserveBytes;
    });
  }

  async release(): Promise<void> {
    await attempt(`release ${this.#reserve}`, async () => {
      await rm(this.#reserve, { force: true });
      await syncDirectory(this.#directory);
    });
  }

  space(): Promise<Space> {
    return attempt(`ask the free space of ${this.#directory}`, async () => {
      const { bavail, blocks, bsize } = await statfs(this.#directory);
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    });
  }

  checkpoints(): Promise<readonly string[]> {
    return attempt(`read ${this.#checkpoints}`, async () => {
      try {
        const text = await readFile(this.#checkpoints, 'utf8');
        return text.split('\n').filter((line) => line !== '');
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return [];
        throw error;
      }
    });
  }

  async addCheckpoint(line: string): Promise<void> {
    await attempt(`write ${this.#checkpoints}`, async () => {
      const isNew = (await sizeOf(this.#checkpoints)) === 0;
      await using handle = await open(this.#checkpoints, 'a', PRIVATE_FILE);
      // The line before may have been torn by a crash: it must not swallow this one.
      await handle.writeFile(isNew ? `${line}\n` : `\n${line}\n`);
      await handle.datasync();
      if (isNew) await syncDirectory(this.#directory);
    });
  }

  async #fillReserve(): Promise<void> {
    // Not zeros: a file system that compresses would keep nothing back for them.
    const chunk = randomBytes(Math.min(RESERVE_CHUNK_BYTES, this.#reserveBytes));
    await using handle = await open(this.#reserve, 'w', PRIVATE_FILE);
    for (let filled = 0; filled < this.#reserveBytes; filled += chunk.length) {
      await handle.writeFile(chunk.subarray(0, this.#reserveBytes - filled));
    }
    await handle.sync();
  }
}

async function attempt<T>(doing: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw error instanceof DiskError ? error : diskError(doing, error);
  }
}

function readFrom(path: string, from: number, most = Infinity): Uint8Array {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.allocUnsafe(Math.min(most, Math.max(0, fstatSync(fd).size - from)));
    let held = 0;
    for (let got = -1; held < bytes.length && got !== 0; held += got) {
      got = readSync(fd, bytes, held, bytes.length - held, from + held);
    }
    return bytes.subarray(0, held);
  } finally {
    closeSync(fd);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

/** The path, or the first of `path.2`, `path.3` … that is free: no earlier copy is replaced. */
function freePath(path: string): string {
  let candidate = path;
  for (let n = 2; existsSync(candidate); n += 1) candidate = `${path}.${n}`;
  return candidate;
}
