/**
 * The file that lets the simulated broker outlive the desk's process, as a real one would.
 *
 * Appended to line by line with plain writes: what is written survives the process that wrote it,
 * and nothing here has to survive the machine. A last line that was cut off is taken away; damage
 * anywhere else is refused, because an account with a hole in it would look right and be wrong.
 *
 * A full disk is the desk's trouble and not its broker's, which trades on: lines wait for space.
 */
import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { decodeLine, encodeLine, type VenueLine } from './venue-lines.ts';

export interface VenueMemory {
  /** What was kept so far, oldest first. */
  readonly kept: readonly VenueLine[];
  keep(line: VenueLine): void;
  close(): void;
}

const OWNER_ONLY = 0o600;
const NO_SPACE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** The broker's own file is damaged other than at its end. */
export class VenueFileDamaged extends Error {
  override readonly name = 'VenueFileDamaged';
}

export function openVenueFile(path: string): VenueMemory {
  const kept = existsSync(path) ? readLines(path) : [];
  const file = openSync(path, 'a', OWNER_ONLY);
  let waiting = Buffer.alloc(0);

  function write(): void {
    try {
      while (waiting.length > 0) waiting = waiting.subarray(writeSync(file, waiting));
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  return {
    kept,
    keep(line) {
      const bytes = Buffer.from(`${encodeLine(line)}\n`);
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes]);
      write();
    },
    close() {
      write();
      closeSync(file);
    },
  };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_SPACE.has(String(error.code));
}

function readLines(path: string): readonly VenueLine[] {
  const bytes = readFileSync(path);
  const whole = bytes.lastIndexOf('\n') + 1;
  if (whole < bytes.length) truncateSync(path, whole);
  const texts = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
  return texts.map((text, at) => {
    const line = decodeLine(text);
    if (line === null) {
      throw new VenueFileDamaged(
        `expected a record of the simulated broker in line ${at + 1} of ${path};` +
          ' move the file away to begin with an empty simulated account',
      );
    }
    return line;
  });
}
