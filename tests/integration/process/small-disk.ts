/** A file system of its own in memory, and how to fill it to the last byte. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { temporaryDirectory } from './desks.ts';

const mounts: string[] = [];

afterAll(() => {
  for (const mount of mounts) spawnSync('umount', ['--lazy', mount]);
});

/** `null` where this user may not mount one. */
export function smallDisk(mebibytes: number): string | null {
  const mount = temporaryDirectory();
  const size = `size=${mebibytes}m`;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', mount]).status !== 0) return null;
  mounts.push(mount);
  return mount;
}

/** Takes every byte that is left: most of them at once, before the market has moved much. */
export function fillDisk(mount: string): void {
  const ballast = join(mount, 'ballast');
  const { bavail, bsize } = statfsSync(mount);
  spawnSync('fallocate', ['-l', String(bavail * bsize), ballast]);
  for (const bytes of [1_048_576, 4_096, 64]) {
    const piece = Buffer.alloc(bytes);
    try {
      for (;;) appendFileSync(ballast, piece);
    } catch (error) {
      const isFull = error instanceof Error && 'code' in error && error.code === 'ENOSPC';
      if (!isFull) throw error;
    }
  }
}
