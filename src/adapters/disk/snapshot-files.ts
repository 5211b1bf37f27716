/** Snapshots as files of a data directory: `snapshots/000420.snapshot`. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { SnapshotStore } from '#journal/ports.ts';
import { diskError, errorCode } from './errors.ts';
import { syncDirectory } from './files.ts';

const SNAPSHOTS = 'snapshots';
const DRAFT = '.new';

/** Touches nothing until asked to. */
export function createSnapshotFiles(directory: string): SnapshotStore {
  const data = resolve(directory);
  const folder = join(data, SNAPSHOTS);
  return {
    names: () =>
      attempt(`list ${folder}`, async () => {
        try {
          return await readdir(folder);
        } catch (error) {
          if (errorCode(error) === 'ENOENT') return [];
          throw error;
        }
      }),
    read: (name) => attempt(`read ${join(folder, name)}`, () => readFile(join(folder, name))),
    write: (name, bytes) =>
      attempt(`write ${join(folder, name)}`, async () => {
        const made = await mkdir(folder, { recursive: true, mode: 0o700 });
        if (made !== undefined) await syncDirectory(data);
        await removeDrafts(folder);
        const draft = join(folder, `${name}${DRAFT}`);
        {
          await using handle = await open(draft, 'w', 0o600);
          await handle.writeFile(bytes);
          await handle.sync();
        }
        await rename(draft, join(folder, name));
        await syncDirectory(folder);
      }),
    remove: (name) => attempt(`remove ${join(folder, name)}`, () => rm(join(folder, name))),
  };
}

/** What a crash left half written. */
async function removeDrafts(folder: string): Promise<void> {
  const names = await readdir(folder);
  for (const name of names.filter((one) => one.endsWith(DRAFT))) await rm(join(folder, name));
}

async function attempt<T>(doing: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw diskError(doing, error);
  }
}
