/**
 * The file that lets the simulated broker outlive the desk's process, as a real one would.
 *
 * Appended to line by line with plain writes: what is written survives the process that wrote it,
 * and nothing here has to survive the machine. A last line that was cut off is taken away; damage
 * anywhere else is refused, because an account with a hole in it would look right and be wrong.
 */
import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { decodeLine, encodeLine, type VenueLine } from './venue-lines.ts';

export interface VenueMemory {
  /** What was kept so far, oldest first. */
  readonly kept: readonly VenueLine[];
  keep(line: VenueLine): void;
  close(): void;
}

/** The broker's own file is damaged other than at its end. */
export class VenueFileDamaged extends Error {
  override readonly name = 'VenueFileDamaged';
}

export function openVenueFile(path: string): VenueMemory {
  const kept = existsSync(path) ? readLines(path) : [];
  const file = openSync(path, 'a');
  return {
    kept,
    keep(line) {
      const bytes = Buffer.from(`${encodeLine(line)}\n`);
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    },
    close: () => closeSync(file),
  };
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
