/** Copies with their digests, durable when they return. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BackedUpFile } from './manifest.ts';

/** The first `bytes` of a file, or all of it, to `path` under `to`, which must not be there yet. */
export async function copyFile(
  from: string,
  to: string,
  { path, bytes }: { readonly path: string; readonly bytes?: number },
): Promise<BackedUpFile> {
  if (bytes === 0) return writeNew(to, path, Buffer.alloc(0));
  const target = join(to, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let copied = 0;
  await using file = await open(target, 'wx', 0o600);
  const end = bytes === undefined ? {} : { end: bytes - 1 };
  const chunks: AsyncIterable<Buffer> = createReadStream(from, end);
  for await (const chunk of chunks) {
    hash.update(chunk);
    copied += chunk.length;
    await file.writeFile(chunk);
  }
  await file.sync();
  if (bytes !== undefined && copied !== bytes) {
    throw new Error(`${from}: expected at least ${bytes} bytes, was ${copied}`);
  }
  return { path, bytes: copied, sha256: hash.digest('hex') };
}

export async function writeNew(to: string, path: string, content: Buffer): Promise<BackedUpFile> {
  const target = join(to, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await using file = await open(target, 'wx', 0o600);
  await file.writeFile(content);
  await file.sync();
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { path, bytes: content.length, sha256 };
}
