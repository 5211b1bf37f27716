/**
 * Output of a program that must not wait for whoever reads it.
 *
 * A terminal that is held (Ctrl-S, a selection, a lost line) stops whoever writes to it, and a
 * reader that has gone makes writing fail. To the desk neither matters: what cannot be written now
 * is held a while, then dropped and counted. Writing never waits and never fails.
 */
import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

export type Write = (text: string) => void;

const HELD_BYTES_MAX = 262_144;
const AGAIN_MS = 200;
/** Opened anew, so that not waiting is our own affair and not that of others who write there. */
const OWN_WAY_IN = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Writes to a standard stream of the process from now on. */
export function createLossyOutput(stream: NodeJS.WriteStream & { readonly fd: 1 | 2 }): Write {
  const way = wayTo(stream);
  let held = Buffer.alloc(0);
  let dropped = 0;
  let again: NodeJS.Timeout | null = null;

  function flush(): void {
    again = null;
    if (dropped > 0 && held.length === 0) {
      held = Buffer.from(`… ${dropped} lines were not shown: nobody read them.\n`);
      dropped = 0;
    }
    held = held.subarray(way(held));
    if (held.length > 0) again = setTimeout(flush, AGAIN_MS);
    else if (dropped > 0) flush();
  }

  return (text) => {
    if (held.length > HELD_BYTES_MAX) {
      dropped += 1;
      return;
    }
    held = held.length === 0 ? Buffer.from(text) : Buffer.concat([held, Buffer.from(text)]);
    if (again === null) flush();
  };
}

/** Takes the first n of these bytes, at once, and says n; what can never be written counts too. */
type Way = (bytes: Buffer) => number;

function wayTo(stream: NodeJS.WriteStream & { readonly fd: 1 | 2 }): Way {
  const { fd } = stream;
  const kind = fstatSync(fd);
  const own = kind.isFIFO() || isatty(fd) ? openOwn(fd) : null;
  if (own !== null) return throughDescriptor(own);
  if (kind.isFile() || kind.isCharacterDevice()) return throughDescriptor(fd);
  // A socket never makes its writer wait: what it has not taken yet is in its own buffer.
  return (bytes) => {
    if (!stream.writable) return bytes.length;
    if (stream.writableLength > HELD_BYTES_MAX) return 0;
    stream.write(bytes);
    return bytes.length;
  };
}

function openOwn(fd: number): number | null {
  const own = tryOpen(`/proc/self/fd/${fd}`);
  return own === null && isatty(fd) ? tryOpen('/dev/tty') : own;
}

function tryOpen(path: string): number | null {
  try {
    return openSync(path, OWN_WAY_IN);
  } catch {
    // Not on this system, or not for this user.
    return null;
  }
}

function throughDescriptor(fd: number): Way {
  return (bytes) => {
    try {
      return writeSync(fd, bytes);
    } catch (error) {
      const isHeld = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      return isHeld ? 0 : bytes.length;
    }
  };
}
