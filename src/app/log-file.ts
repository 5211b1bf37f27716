/** The log in a file: for reading after the fact, never a reason for the desk to stop. */
import { appendFileSync, renameSync, statSync } from 'node:fs';

const LOG_BYTES_MAX = 20_000_000;
const OWNER_ONLY = 0o600;

/**
 * Writes to the end of a file. One that has grown long is set aside as `{path}.1`, in the middle of
 * a run too: it lies on the disk of the journal.
 */
export function openLogFile(path: string): (line: string) => void {
  let size = 0;
  attempt(() => {
    size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  });
  return (line) =>
    attempt(() => {
      if (size > LOG_BYTES_MAX) {
        renameSync(path, `${path}.1`);
        size = 0;
      }
      appendFileSync(path, line, { mode: OWNER_ONLY });
      size += Buffer.byteLength(line);
    });
}

/** The disk is full, or something else stands there: the record has it all, the log may lack it. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  }
}
