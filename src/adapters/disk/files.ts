/** The few file operations the data directory needs, each durable when it returns. */
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes creations, renames and removals in a directory outlive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  await using handle = await open(path, 'r');
  await handle.sync();
}

/** Replaces a file's content whole: a crash leaves the old or the new, never a mixture. */
export async function replaceFile(path: string, content: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`;
  {
    await using handle = await open(fresh, 'w', 0o600);
    await handle.writeFile(content);
    await handle.sync();
  }
  await rename(fresh, path);
  await syncDirectory(dirname(path));
}
