/**
 * One desk per data directory.
 *
 * Each start that finds the directory free makes `lock-{n}.json`, n one above the highest there;
 * the highest is the lock. The file is linked into place whole, and a link fails if the name is
 * taken: of several who see the same dead holder, one succeeds it. Its owner never removes it, only
 * a later one does: were a number given out twice, somebody who judged an old holder dead a moment
 * too long ago could take its place. Its socket is listened on before the file is there.
 *
 * A holder is gone when nobody answers at its socket and either the file says so, or the machine
 * has booted since, or no process of that number and start time runs. Of a holder on another
 * machine nothing can be known; it is believed to live.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '#kernel/result.ts';
import { diskError, errorCode } from './errors.ts';
import { replaceFile } from './files.ts';
import { isAnswered, listenIn } from './lock-socket.ts';
import { isRunning, ownIdentity } from './process-identity.ts';

export interface DirectoryLock {
  /** Where it truly lies, links resolved. */
  readonly directory: string;
  release(): Promise<void>;
}

/**
 * held: a desk runs there · unclear: it may, on another machine or behind a lock file that does not
 * read · unusable: the directory cannot be locked. `detail` says what to do.
 */
export interface LockFault {
  readonly kind: 'held' | 'unclear' | 'unusable';
  readonly directory: string;
  /** The process that holds it, where known. */
  readonly pid: number | null;
  readonly detail: string;
}

const LOCK = /^lock-(\d{1,15})\.json$/;
const LEFTOVER = /^lock-(?:\d{1,15}\.json|[\w.-]+\.(?:sock|new))$/;
const TRIES_MAX = 20;
const REMOVE_IF_SURE = 'If you are certain that no desk runs on this directory, remove that file.';

const holderSchema = z.object({
  pid: z.number(),
  started: z.string(),
  boot: z.string(),
  host: z.string(),
  socket: z.string(),
  released: z.boolean(),
});
type Holder = z.infer<typeof holderSchema>;

/** Takes the directory, made if there is none, for this process; never waits for another. */
export async function lockDirectory(path: string): Promise<Result<DirectoryLock, LockFault>> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    return await lock(await realpath(path));
  } catch (error) {
    const { message, kind } = diskError(`lock ${path}`, error);
    const remedy =
      kind === 'full'
        ? 'Free some space on that disk and start again.'
        : 'The data directory must be a local one this user can write to.';
    return err({ kind: 'unusable', directory: path, pid: null, detail: `${message}. ${remedy}` });
  }
}

async function lock(directory: string): Promise<Result<DirectoryLock, LockFault>> {
  const socket = `lock-${randomUUID()}.sock`;
  const self: Holder = { ...ownIdentity(), socket, released: false };
  const close = await listenIn(directory, socket);
  try {
    const number = await contend(directory, self);
    if (typeof number !== 'number') {
      await close();
      return err(number);
    }
    await clearLeftovers(directory, number, self);
    return ok({
      directory,
      async release() {
        const released = holderText({ ...self, released: true });
        await replaceFile(join(directory, lockName(number)), released);
        await close();
      },
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** The number under which this process now holds the directory, or why it does not. */
async function contend(directory: string, self: Holder): Promise<number | LockFault> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const highest = (await lockNumbers(directory)).at(-1) ?? 0;
    const fault = highest === 0 ? null : await judge(directory, highest, self);
    if (fault !== null) return fault;
    if (await claim(directory, highest + 1, self)) return highest + 1;
  }
  const detail = `${directory} is being started on by several processes at once; try again.`;
  return { kind: 'held', directory, pid: null, detail };
}

/** Why the holder of a number may not be succeeded, or `null`. */
async function judge(directory: string, number: number, self: Holder): Promise<LockFault | null> {
  const path = join(directory, lockName(number));
  const holder = await readHolder(path);
  if (holder === 'removed') return null;
  if (holder === 'unreadable') {
    const detail = `${path} does not read as a lock. ${REMOVE_IF_SURE}`;
    return { kind: 'unclear', directory, pid: null, detail };
  }
  if (holder.released) return null;
  if (await isAnswered(directory, holder.socket)) return held(directory, holder.pid);
  if (holder.boot === self.boot) return isRunning(holder) ? held(directory, holder.pid) : null;
  if (holder.host === self.host) return null;
  const detail =
    `${directory} is in use by process ${holder.pid} on ${holder.host}, as far as can be told ` +
    `from ${self.host} (${path}). ${REMOVE_IF_SURE}`;
  return { kind: 'unclear', directory, pid: holder.pid, detail };
}

function held(directory: string, pid: number | null): LockFault {
  const who = pid === null ? 'another process' : `process ${pid}`;
  const detail =
    `${directory} is in use by ${who}: two desks on one directory would send orders twice. ` +
    'Stop that one first, or start this one with another data directory.';
  return { kind: 'held', directory, pid, detail };
}

/** Whether this process now holds the highest number. */
async function claim(directory: string, number: number, self: Holder): Promise<boolean> {
  const draft = join(directory, `lock-${randomUUID()}.new`);
  const path = join(directory, lockName(number));
  try {
    await using handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(holderText(self));
    await handle.sync();
    await link(draft, path);
  } catch (error) {
    // Taken by another, or the draft was cleared away by one who holds the directory.
    if (errorCode(error) === 'EEXIST' || errorCode(error) === 'ENOENT') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  // A number already outgrown may have been free again: then this claim is void.
  const isHighest = (await lockNumbers(directory)).at(-1) === number;
  if (!isHighest) await rm(path, { force: true });
  return isHighest;
}

/** Removes what earlier holders left; not the sockets of others who are just being refused. */
async function clearLeftovers(directory: string, number: number, self: Holder): Promise<void> {
  const own = new Set([lockName(number), self.socket]);
  for (const name of await readdir(directory)) {
    if (!LEFTOVER.test(name) || own.has(name)) continue;
    if (name.endsWith('.sock') && (await isAnswered(directory, name))) continue;
    await rm(join(directory, name), { force: true });
  }
}

async function lockNumbers(directory: string): Promise<readonly number[]> {
  const numbers = (await readdir(directory)).map((name) => Number(LOCK.exec(name)?.[1] ?? 0));
  return numbers.filter((number) => number > 0).toSorted((a, b) => a - b);
}

async function readHolder(path: string): Promise<Holder | 'removed' | 'unreadable'> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'removed' : 'unreadable';
  }
}

function holderText(holder: Holder): string {
  return `${JSON.stringify(holder)}\n`;
}

function lockName(number: number): string {
  return `lock-${number}.json`;
}
