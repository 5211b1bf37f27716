/** A disk of 48 MB for a server of a test, which can be filled up and emptied. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PostgreSQL runs as nobody where tests run as root. */
const NOBODY = 65_534;

export interface SmallDisk {
  readonly directory: string;
  /** Leaves room for so many bytes. */
  fill(leftBytes: number): void;
  empty(): void;
  unmount(): void;
}

/** `null` where this user may mount none. */
export function mountSmallDisk(): SmallDisk | null {
  if (process.getuid?.() !== 0) return null;
  const parent = mkdtempSync(join(tmpdir(), 'strikewire-small-'));
  const directory = join(parent, 'disk');
  mkdirSync(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', directory], {
      stdio: 'ignore',
    });
  } catch {
    rmSync(parent, { recursive: true });
    return null;
  }
  execFileSync('chmod', ['755', parent]);
  chownSync(directory, NOBODY, NOBODY);
  const filler = join(directory, 'filler');
  return {
    directory,
    fill(leftBytes) {
      const { bavail, bsize } = statfsSync(directory);
      writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)));
    },
    empty: () => rmSync(filler),
    unmount() {
      execFileSync('umount', ['-l', directory]);
      rmSync(parent, { recursive: true });
    },
  };
}
