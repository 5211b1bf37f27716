/**
 * What the image would run, without Docker: the files the Dockerfile copies, the packages its `npm
 * ci` leaves, a source nobody can write to, a user who is not root, and its own health check.
 *
 * Not shown here: the base image, its users, the layers, and that Docker keeps what it is told.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readDockerfile } from '../../fixtures/dockerfile.ts';

const ROOT = new URL('../../../', import.meta.url);
const UID = 1_000;
const INSTALL_MS = 280_000;
const HEALTHY_MS = 60_000;
const isRoot = process.getuid?.() === 0;
const image = readDockerfile(new URL('Dockerfile', ROOT)).stages.at(-1);

let place = '';
let desk: ChildProcess | null = null;

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'strikewire-image-'));
  chmodSync(place, 0o755);
  const app = join(place, 'app');
  mkdirSync(app);
  copySources(app);
  const npm = ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-progress'];
  cpSync(fileURLToPath(new URL('.npmrc', ROOT)), join(app, '.npmrc'));
  execFileSync('npm', npm, { cwd: app, stdio: 'pipe', timeout: INSTALL_MS });
  rmSync(join(app, '.npmrc'));
  execFileSync('chmod', ['-R', 'a-w,a+rX', app]);
  for (const name of ['data', 'backups', 'tmp']) {
    mkdirSync(join(place, name), { mode: 0o700 });
    if (isRoot) chownSync(join(place, name), UID, UID);
  }
}, INSTALL_MS);

afterAll(async () => {
  if (desk !== null && desk.exitCode === null) {
    const ended = new Promise((resolve) => desk?.once('exit', resolve));
    desk.kill('SIGKILL');
    await ended;
  }
  if (place === '') return;
  execFileSync('chmod', ['-R', 'u+w', place]);
  rmSync(place, { recursive: true, force: true });
});

describe('what the image would run', () => {
  it('holds no package of development', () => {
    const { devDependencies } = z
      .object({ devDependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')));
    const installed = new Set(readdirSync(join(place, 'app/node_modules')));
    const left = ['vitest', 'typescript', 'playwright-core', 'vite', 'fast-check'];
    expect(left.every((name) => name in devDependencies)).toBe(true);
    expect(left.filter((name) => installed.has(name))).toEqual([]);
  });

  it('starts as a stranger on a source it cannot write, is healthy, and stops in order', async () => {
    const started = start();
    desk = started;
    const { url, pid } = await deskFile();
    expect(statSync(`/proc/${pid}`).uid).toBe(isRoot ? UID : process.getuid?.());
    await healthy(url);
    await runHealthCheck(url);
    // What `docker compose exec desk node src/main.ts halt` does.
    expect(asStranger(['src/main.ts', 'halt', '--reason', 'a test'])).toContain('HALT');
    expect(() => readFileSync(join(place, 'app/src/main.ts'))).not.toThrow();
    const ended = new Promise<number | null>((resolve) => started.once('exit', resolve));
    started.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(readdirSync(join(place, 'data/journal'))).toEqual(['000001.log']);
  }, 300_000);

  it('backs up and exports there, as its jobs do', () => {
    const done = (...args: readonly string[]) => asStranger(['src/main.ts', ...args]);
    expect(done('backup', '--json')).toContain('"records"');
    expect(readdirSync(join(place, 'backups')).some((name) => name.startsWith('20'))).toBe(true);
    expect(done('audit', 'export', '--format', 'parquet', '--json')).toContain('"days":1');
    expect(done('query', 'SELECT count(*) AS n FROM audit', '--format', 'json')).toContain('"n"');
  }, 300_000);
});

/** What the last stage copies from the context, and the page where it was built. */
function copySources(app: string): void {
  const copies = image?.instructions.filter(({ name }) => name === 'COPY') ?? [];
  for (const { words } of copies) {
    if (words.startsWith('--from')) continue;
    const parts = words.split(' ');
    for (const source of parts.slice(0, -1)) {
      const from = fileURLToPath(new URL(source, ROOT));
      cpSync(from, join(app, source), { recursive: true });
    }
  }
}

/** As another user where that is possible, with nothing of this environment but the path. */
function stranger(args: readonly string[]): readonly [string, readonly string[]] {
  const node = [process.execPath, ...args];
  const drop = ['--reuid', String(UID), '--regid', String(UID), '--clear-groups', '--no-new-privs'];
  return isRoot ? ['setpriv', [...drop, ...node]] : [process.execPath, args];
}

function environment(): Record<string, string> {
  const set: readonly (readonly [string, string])[] = (image?.instructions ?? [])
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ words }) => [...words.matchAll(/(\w+)=(\S+)/g)])
    .map(([, name = '', value = '']) =>
      value.startsWith('/') ? [name, join(place, value)] : [name, value],
    );
  return {
    PATH: process.env['PATH'] ?? '',
    TMPDIR: join(place, 'tmp'),
    ...Object.fromEntries(set),
    // As in compose.yaml.
    STRIKEWIRE_HTTP_HOST: '0.0.0.0',
    STRIKEWIRE_HTTP_EXPOSURE: 'behind_tls_proxy',
    STRIKEWIRE_HTTP_ALLOWED_HOSTS: 'localhost',
    STRIKEWIRE_HTTP_PORT: '0',
    STRIKEWIRE_STORES_SQL: 'none',
    STRIKEWIRE_JOBS_ENABLED: 'false',
  };
}

function start(): ChildProcess {
  const [command, args] = stranger(['src/main.ts', 'start']);
  return spawn(command, args, { cwd: join(place, 'app'), env: environment(), stdio: 'ignore' });
}

function asStranger(args: readonly string[]): string {
  const [command, all] = stranger(args);
  return execFileSync(command, all, { cwd: join(place, 'app'), env: environment() }).toString();
}

async function deskFile() {
  const path = join(place, 'data/desk.json');
  const until = Date.now() + HEALTHY_MS;
  for (;;) {
    try {
      const text = readFileSync(path, 'utf8');
      return z.object({ url: z.string(), pid: z.number() }).parse(JSON.parse(text));
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(100);
    }
  }
}

async function healthy(url: string): Promise<void> {
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(HEALTHY_MS) });
  expect(answer.ok).toBe(true);
}

/** The image's own, at this desk's port, and at one where nothing answers. */
async function runHealthCheck(url: string): Promise<void> {
  const words = image?.instructions.find(({ name }) => name === 'HEALTHCHECK')?.words ?? '';
  const [, script] = z
    .tuple([z.string(), z.literal('-e'), z.string()])
    .transform(([, , code]) => ['-e', code] as const)
    .parse(JSON.parse(words.slice(words.indexOf('['))));
  const check = (port: string) =>
    new Promise<number | null>((resolve) => {
      const code = script.replace('7420', port);
      spawn(process.execPath, ['-e', code], { stdio: 'ignore' }).once('exit', resolve);
    });
  expect(await check(new URL(url).port)).toBe(0);
  expect(await check('1')).toBe(1);
}
