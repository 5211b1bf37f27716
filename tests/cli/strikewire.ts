/** Runs the real command in a process of its own, in a directory of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/strikewire', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

/** Removed when the tests are over. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-cli-'));
  made.push(directory);
  return directory;
}

export function launch(args: readonly string[], options: RunOptions = {}): ChildProcess {
  return spawn(BIN, args, {
    cwd: options.cwd ?? newDirectory(),
    env: {
      PATH: process.env['PATH'] ?? '',
      STRIKEWIRE_STORES_SQL: 'none',
      STRIKEWIRE_JOBS_ENABLED: 'false',
      ...options.environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

export async function strikewire(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = launch(args, options);
  const ran = collect(child);
  child.stdin?.end(options.input ?? '');
  return ran;
}

async function collect(child: ChildProcess): Promise<Ran> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, out, err };
}

export interface RunningDesk {
  readonly directory: string;
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything it has printed, once it has ended. */
  readonly ended: Promise<Ran>;
}

/** A desk with a silent room and short windows, once it is ready to trade. */
export async function startDesk(directory: string, more: RunOptions = {}): Promise<RunningDesk> {
  const child = launch(['start', '--data', directory, '--port', '0'], {
    ...more,
    environment: {
      STRIKEWIRE_CHAT_SCRIPT: 'none',
      STRIKEWIRE_RISK_ENTRY_WAIT_MS: '300',
      STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '3000',
      ...more.environment,
    },
  });
  const url = new Promise<string>((resolve) => {
    let out = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const found = /http:\/\/\S+/.exec(out)?.[0];
      if (found !== undefined) resolve(found);
    });
  });
  const ended = collect(child);
  const first = await Promise.race([url, ended]);
  if (typeof first !== 'string') throw new Error(`the desk ended: ${first.err}`);
  await becomesReady(first);
  return { directory, url: first, child, ended };
}

async function becomesReady(url: string): Promise<void> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    const answer = await fetch(`${url}/readyz`);
    if (answer.ok) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  throw new Error(`${url} does not become ready`);
}
