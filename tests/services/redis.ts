/**
 * Redis for tests: the one that REDIS_URL names, or a server of our own from the machine's binary,
 * on a free loopback port, in a temporary directory, gone when the test file is done.
 *
 * Without either, a test leaves itself out and says why; with STRIKEWIRE_SERVICES=required it fails
 * instead, so that a pipeline cannot pass without having run it.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_MS = 60_000;
const BINARY = 'redis-server';

export interface RedisServer {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** One command, on a connection of its own; the raw reply. */
  call(...command: readonly string[]): Promise<string>;
  /** SIGKILL; what was not saved is lost. */
  kill(): Promise<void>;
  /** Again on the same port, with what the directory holds, or with nothing. */
  restart(from?: 'saved' | 'nothing'): Promise<void>;
  /** Takes connections and says nothing (SIGSTOP). */
  stall(): void;
  /** Goes on after `stall`. */
  resume(): void;
  close(): Promise<void>;
}

interface Skip {
  (note: string): never;
}

/** Why there can be no server of our own here, or `null`. */
export function whyNoRedis(): string | null {
  try {
    execFileSync(BINARY, ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return `no ${BINARY} on this machine (apt-get install redis-server)`;
  }
}

/** A server of our own, to kill and stall; leaves the test out where there is none. */
export async function startRedis(
  skip: Skip,
  options: Readonly<Record<string, string>> = {},
): Promise<RedisServer> {
  const why = whyNoRedis();
  if (why === null) return ownServer(options);
  if (process.env['STRIKEWIRE_SERVICES'] === 'required') throw new Error(why);
  return skip(why);
}

/** Any Redis, for tests that only talk to it: keys must be under a namespace of the test's own. */
export async function anyRedis(
  skip: Skip,
): Promise<Pick<RedisServer, 'url' | 'host' | 'port' | 'close'>> {
  const given = process.env['REDIS_URL'];
  if (given === undefined || given === '') return startRedis(skip);
  const { hostname, port } = new URL(given);
  return { url: given, host: hostname, port: Number(port || 6379), close: async () => undefined };
}

async function ownServer(options: Readonly<Record<string, string>>): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-redis-'));
  const port = await freePort();
  const own = new OwnServer(port, directory, options);
  await own.start();
  return own;
}

class OwnServer implements RedisServer {
  readonly host = '127.0.0.1';
  readonly port: number;
  readonly #directory: string;
  readonly #options: Readonly<Record<string, string>>;
  #child: ChildProcess | null = null;

  constructor(port: number, directory: string, options: Readonly<Record<string, string>>) {
    this.port = port;
    this.#directory = directory;
    this.#options = options;
  }

  get url(): string {
    const { requirepass } = this.#options;
    const login = requirepass === undefined ? '' : `:${encodeURIComponent(requirepass)}@`;
    return `redis://${login}${this.host}:${this.port}`;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the server runs');
    return pid;
  }

  async start(): Promise<void> {
    const settings = {
      port: String(this.port),
      bind: this.host,
      dir: this.#directory,
      save: '',
      appendonly: 'no',
      'maxmemory-policy': 'noeviction',
      ...this.#options,
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
    const child = spawn(BINARY, args, { stdio: 'ignore' });
    this.#child = child;
    const until = performance.now() + READY_MS;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null) throw new Error(`${BINARY} ended with ${child.exitCode}`);
      if (performance.now() > until) throw new Error(`${BINARY} was not ready in ${READY_MS} ms`);
      await sleep(10);
    }
  }

  async call(...command: readonly string[]): Promise<string> {
    const { requirepass } = this.#options;
    const login = requirepass === undefined ? '' : encode(['AUTH', requirepass]);
    return ask(this, login + encode(command), requirepass === undefined ? 0 : '+OK\r\n'.length);
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async restart(from: 'saved' | 'nothing' = 'saved'): Promise<void> {
    await this.#end('SIGKILL');
    if (from === 'nothing') {
      rmSync(join(this.#directory, 'dump.rdb'), { force: true });
      rmSync(join(this.#directory, 'appendonlydir'), { recursive: true, force: true });
    }
    await this.start();
  }

  stall(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  async close(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await this.call('PING')).startsWith('+PONG');
    } catch {
      return false;
    }
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  }
}

/** RESP as a client writes it. */
function encode(command: readonly string[]): string {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  return `*${command.length}\r\n${parts.join('')}`;
}

/** The first bytes of the reply: enough for status, numbers and short texts. */
async function ask(
  { host, port }: { readonly host: string; readonly port: number },
  request: string,
  skipped: number,
): Promise<string> {
  const socket = connect({ host, port });
  try {
    return await new Promise<string>((resolve, reject) => {
      let reply = '';
      socket.setTimeout(2_000, () => reject(new Error('no answer in 2 s')));
      socket.on('error', reject).on('close', () => reject(new Error('closed')));
      socket.on('data', (bytes) => {
        reply += bytes.toString();
        if (reply.length > skipped) resolve(reply.slice(skipped).trimEnd());
      });
      socket.write(request);
    });
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has a port');
  return address.port;
}
