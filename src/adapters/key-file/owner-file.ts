/**
 * A small file of the data directory that its owner alone may read, changed as a whole: a reader
 * sees the old one or the new one, and a running desk sees what another process changed.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { createSystemClock } from '#kernel/time.ts';

const OWNER_ONLY = 0o600;
/** A change takes milliseconds: a draft this old is of a process that died over it. */
const ABANDONED_MS = 30_000;

export interface OwnerFile<Rows> {
  /** As it is now; read again when it has changed. */
  rows(): Rows;
  /** Kept when it returns. Throws `EEXIST` while another process is at it. */
  change(next: (rows: Rows) => Rows): void;
}

/** `read` throws on a text that is not as `write` gives it; `null`: there is no file. */
export function ownerFile<Rows>(
  path: string,
  read: (json: unknown) => Rows,
  write: (rows: Rows) => unknown,
): OwnerFile<Rows> {
  let known: { readonly rows: Rows; readonly seen: string } | null = null;

  function readNow(): Rows {
    return read(fingerprint(path) === '' ? null : readJson(path));
  }

  return {
    rows() {
      const seen = fingerprint(path);
      if (known?.seen !== seen) known = { rows: readNow(), seen };
      return known.rows;
    },
    change(next) {
      mkdirSync(dirname(path), { recursive: true });
      const draft = `${path}.new`;
      removeAbandoned(draft);
      // Fails when another process is at it, instead of losing what that one writes.
      const file = openSync(draft, 'wx', OWNER_ONLY);
      try {
        writeFileSync(file, `${JSON.stringify(write(next(readNow())), null, 2)}\n`);
        fsyncSync(file);
        renameSync(draft, path);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      } finally {
        closeSync(file);
      }
    },
  };
}

/** Or no key could be revoked, and nobody put out, until somebody removes it by hand. */
function removeAbandoned(draft: string): void {
  const stats = statSync(draft, { throwIfNoEntry: false });
  if (stats === undefined || createSystemClock().now() - stats.mtimeMs < ABANDONED_MS) return;
  rmSync(draft, { force: true });
}

/** What is no JSON is no value any schema takes. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What changes when the file does; empty when there is none. */
function fingerprint(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? '' : `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}
