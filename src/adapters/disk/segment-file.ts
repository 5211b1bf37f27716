/**
 * A segment on disk.
 *
 * Writing goes to the page cache, in microseconds, on the calling thread; the sync, which waits for
 * the disk, goes to another one, so that a slow disk never stops the desk from thinking.
 */
import { close, fdatasync, openSync, writeSync } from 'node:fs';
import type { SegmentFile } from '#journal/ports.ts';
import { diskError } from './errors.ts';

export function openSegmentFile(path: string, flags: string): SegmentFile {
  const fd = openSync(path, flags, 0o600);
  return {
    write(bytes) {
      try {
        return writeSync(fd, bytes);
      } catch (error) {
        throw diskError(`write ${path}`, error);
      }
    },
    sync: () =>
      new Promise((resolve, reject) => {
        fdatasync(fd, (error) => {
          if (error === null) resolve();
          else reject(diskError(`sync ${path}`, error));
        });
      }),
    close: () =>
      new Promise((resolve) => {
        close(fd, () => resolve());
      }),
  };
}
