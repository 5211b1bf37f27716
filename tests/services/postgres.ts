/**
 * PostgreSQL for tests: the one that DATABASE_URL names, or a server of our own from the machine's
 * binaries, on a free loopback port, in a temporary directory, gone when the test file is done.
 *
 * Without either, a test leaves itself out and says why; with STRIKEWIRE_SERVICES=required it fails
 * instead, so that a pipeline cannot pass without having run it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const READY_MS = 60_000;
/** PostgreSQL refuses to run as root: there it runs as nobody. */
const NOBODY = 65_534;
const USER = 'strikewire';
const PASSWORD = 'of-the-tests';

export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** One statement as the owner, on a connection of its own. */
  run(sql: string, database?: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** An empty database of its own; its URL. */
  database(): Promise<string>;
  /** SIGKILL of the server and all its children. */
  kill(): Promise<void>;
  /** Again on the same port, with what the directory holds. */
  restart(): Promise<void>;
  /** Takes connections and says nothing (SIGSTOP of the server and its children). */
  stall(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Why tests with PostgreSQL are left out here, or `null`. Throws where they must run. */
export function whyLeftOut(): string | null {
  if (binaries() !== null || givenUrl() !== null) return null;
  const why = 'no PostgreSQL binaries on this machine (apt-get install postgresql)';
  if (process.env['STRIKEWIRE_SERVICES'] === 'required') throw new Error(why);
  return why;
}

/** Why tests that kill or stall PostgreSQL are left out here: they need a server of their own. */
export function whyNoOwnServer(): string | null {
  if (binaries() !== null) return null;
  return whyLeftOut() ?? 'a server of our own is needed, and there are no binaries for one';
}

/** A server of our own, which may be killed and stalled. */
export async function startPostgres(
  options: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const bin = binaries();
  if (bin === null) throw new Error('whyNoOwnServer was asked before');
  const own = new OwnServer(bin, await freePort(), options);
  await own.start();
  return own;
}

/** Any PostgreSQL, for tests that only talk to it; each has a database of its own. */
export async function anyPostgres(): Promise<Pick<PostgresServer, 'database' | 'close' | 'run'>> {
  const given = givenUrl();
  if (given === null) return startPostgres();
  return {
    run: (sql) => runOn(given, sql),
    database: async () => {
      const name = databaseName();
      await runOn(given, `create database ${name}`);
      const url = new URL(given);
      url.pathname = `/${name}`;
      return url.href;
    },
    close: async () => undefined,
  };
}

function givenUrl(): string | null {
  const given = process.env['DATABASE_URL'];
  return given === undefined || given === '' ? null : given;
}

function binaries(): string | null {
  const [newest] = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed();
  return newest ?? null;
}

let databases = 0;

function databaseName(): string {
  databases += 1;
  return `t_${process.pid}_${databases}`;
}

class OwnServer implements PostgresServer {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #bin: string;
  readonly #directory: string;
  readonly #options: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;

  constructor(bin: string, port: number, options: Readonly<Record<string, string>>) {
    this.#bin = bin;
    this.port = port;
    this.#options = options;
    this.#directory = mkdtempSync(join(tmpdir(), 'strikewire-postgres-'));
  }

  get url(): string {
    return `postgres://${USER}:${PASSWORD}@${this.host}:${this.port}/postgres`;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the server runs');
    return pid;
  }

  get #data(): string {
    return join(this.#directory, 'data');
  }

  async start(): Promise<void> {
    const secret = join(this.#directory, 'password');
    writeFileSync(secret, PASSWORD);
    if (isRoot()) {
      chownSync(this.#directory, NOBODY, NOBODY);
      chownSync(secret, NOBODY, NOBODY);
    }
    chmodSync(this.#directory, 0o700);
    const auth = ['--auth=scram-sha-256', `--pwfile=${secret}`, '--no-sync'];
    execFileSync(
      join(this.#bin, 'initdb'),
      ['-D', this.#data, '-U', USER, '-E', 'UTF8', '--locale=C.UTF-8', ...auth],
      { stdio: 'ignore', ...asNobody() },
    );
    await this.restart();
  }

  async restart(): Promise<void> {
    const settings = {
      listen_addresses: this.host,
      port: String(this.port),
      unix_socket_directories: this.#directory,
      // Who is killed here leaves the machine's memory whole: what was written is read again.
      fsync: 'off',
      max_connections: '40',
      log_min_messages: 'fatal',
      ...this.#options,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(this.#bin, 'postgres'), ['-D', this.#data, ...args], {
      stdio: 'ignore',
      ...asNobody(),
    });
    this.#child = child;
    const until = performance.now() + READY_MS;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
      if (performance.now() > until) throw new Error(`postgres was not ready in ${READY_MS} ms`);
      await sleep(25);
    }
  }

  async #isReady(): Promise<boolean> {
    try {
      await this.run('select 1');
      return true;
    } catch {
      return false;
    }
  }

  run(sql: string, database = 'postgres'): ReturnType<PostgresServer['run']> {
    const url = new URL(this.url);
    url.pathname = `/${database}`;
    return runOn(url.href, sql);
  }

  async database(): Promise<string> {
    const name = databaseName();
    await this.run(`create database ${name}`);
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    const gone = once(child);
    // The children share memory with the one that is killed: a new server waits for their end.
    const all = [...this.#children(), this.pid];
    this.#child = null;
    for (const pid of all) signalTo(pid, 'SIGKILL');
    await gone;
    const until = performance.now() + READY_MS;
    while (all.some(isAlive) && performance.now() < until) await sleep(5);
  }

  stall(): void {
    for (const pid of [this.pid, ...this.#children()]) signalTo(pid, 'SIGSTOP');
  }

  resume(): void {
    for (const pid of [this.pid, ...this.#children()]) signalTo(pid, 'SIGCONT');
  }

  #children(): readonly number[] {
    try {
      const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', String(this.pid)]).toString();
      return listed.split('\n').flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
    } catch {
      return [];
    }
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

async function runOn(url: string, sql: string) {
  // Whoever made the server read-only is the one to end it.
  const options = '-c default_transaction_read_only=off';
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000, options });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Readonly<Record<string, unknown>>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function asNobody(): { readonly uid?: number; readonly gid?: number } {
  return isRoot() ? { uid: NOBODY, gid: NOBODY } : {};
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself meanwhile.
    return;
  }
}

/** Who has ended and is not yet asked after by its parent (a zombie) holds nothing any more. */
function isAlive(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)]).toString();
    return !state.startsWith('Z');
  } catch {
    return false;
  }
}

async function once(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('a port was given');
  return address.port;
}
