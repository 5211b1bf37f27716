/** The real program in a process of its own, as somebody sees it who is about to kill it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export type Settings = Readonly<Record<string, string>>;

export interface DeskAddress {
  readonly url: string;
  /** Of the local operator. */
  readonly key: string;
}

const BIN = fileURLToPath(new URL('../../bin/strikewire', import.meta.url));
const LOOK_EVERY_MS = 10;
const DeskFile = z.object({ pid: z.number(), url: z.string(), key: z.string() });
const READY_LOOK_MS = 15;
const READY_WITHIN_MS = 60_000;
const WRITE_WITHIN_MS = 2_000;

export function start(directory: string, settings: Settings): ChildProcess {
  return spawn(BIN, ['start', '--data', directory, '--port', '0'], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'] ?? '',
      STRIKEWIRE_LOG_DESTINATION: 'file',
      STRIKEWIRE_LOG_LEVEL: 'warn',
      STRIKEWIRE_STORES_SQL: 'none',
      STRIKEWIRE_JOBS_ENABLED: 'false',
      ...settings,
    },
    stdio: 'ignore',
  });
}

/** Where this process listens, once it does; `null` when it has ended before. */
export async function addressOf(
  directory: string,
  desk: ChildProcess,
): Promise<DeskAddress | null> {
  const file = join(directory, 'desk.json');
  while (desk.exitCode === null && desk.signalCode === null) {
    const found = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const read = found === '' ? null : DeskFile.parse(JSON.parse(found));
    if (read !== null && read.pid === desk.pid) return read;
    await sleep(LOOK_EVERY_MS);
  }
  return null;
}

/** Once the desk has asked its broker for everything, and may trade; or when it takes too long. */
export async function ready({ url }: DeskAddress, withinMs = READY_WITHIN_MS): Promise<void> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer === null || answer.ok) return;
    await sleep(READY_LOOK_MS);
  }
}

/** So long after the desk has next put something on record: while something is under way. */
export async function nextWrite(directory: string, afterMs: number): Promise<void> {
  const folder = join(directory, 'journal');
  if (!existsSync(folder)) return;
  const watcher = watch(folder);
  await Promise.race([once(watcher, 'change'), sleep(WRITE_WITHIN_MS)]);
  watcher.close();
  await sleep(afterMs);
}
