/**
 * A listening socket in a directory: the kernel closes it when its process dies, so that connecting
 * tells the living from the dead, also across containers that share the directory.
 */
import { closeSync, existsSync, openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shortDigest } from '#kernel/digest.ts';

/** The kernel's limit on the path of a socket, with room for what differs between systems. */
const PATH_BYTES_MAX = 100;
const CONNECT_MS_MAX = 2_000;

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
  try {
    return await new Promise<boolean>((resolve) => {
      const socket = connect(address.path);
      const answer = (isAlive: boolean) => {
        socket.destroy();
        resolve(isAlive);
      };
      socket.once('connect', () => answer(true));
      socket.once('error', () => answer(false));
      // A process too busy to accept is alive: only a refusal says that nobody is there.
      socket.setTimeout(CONNECT_MS_MAX, () => answer(true));
    });
  } finally {
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
