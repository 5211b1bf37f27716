/**
 * A listening socket in a directory: the kernel closes it when its process dies, so that connecting
 * tells the living from the dead, also across containers that share the directory.
 */
import { closeSync, existsSync, openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shortDigest } from '#kernel/digest.ts';
import { errorCode } from './errors.ts';

/** The kernel's limit on the path of a socket, with room for what differs between systems. */
const PATH_BYTES_MAX = 100;
const CONNECT_MS_MAX = 2_000;
const NOBODY_THERE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT']);

interface Address {
  readonly path: string;
  done(): void;
}

/** Listens until closed; does not keep the process alive. */
export async function listenIn(directory: string, name: string): Promise<() => Promise<void>> {
  const address = addressOf(directory, name);
  const server = createServer((peer) => peer.destroy());
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address.path, resolve);
    });
  } catch (error) {
    address.done();
    throw error;
  }
  server.unref();
  return async () => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    address.done();
  };
}

/** Whether a living process listens there. */
export async function isAnswered(directory: string, name: string): Promise<boolean> {
  const address = addressOf(directory, name);
  const socket = connect(address.path);
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      // One too busy to accept, or that we may not talk to, lives: only these say that nobody does.
      socket.once('error', (error) => resolve(!NOBODY_THERE.has(errorCode(error))));
      socket.setTimeout(CONNECT_MS_MAX, () => resolve(true));
    });
  } finally {
    socket.destroy();
    address.done();
  }
}

/** A path short enough for a socket: the file itself, or a detour to the same file. */
function addressOf(directory: string, name: string): Address {
  const path = join(directory, name);
  if (Buffer.byteLength(path) <= PATH_BYTES_MAX) return { path, done: () => undefined };
  if (existsSync('/proc/self/fd')) {
    const fd = openSync(directory, 'r');
    return { path: `/proc/self/fd/${fd}/${name}`, done: () => closeSync(fd) };
  }
  const short = `strikewire-${shortDigest(directory, 16)}-${name}`;
  return { path: join(tmpdir(), short), done: () => undefined };
}
