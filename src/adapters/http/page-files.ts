/** The page's files, read once at start: a fixed set of names, so no path can lead elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { sha256Hex } from '#kernel/digest.ts';

export interface PageFile {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Every file of a type above in the directory; `index.html` is `/`. */
export function readPageFiles(directory: string): readonly PageFile[] {
  return readdirSync(directory)
    .toSorted()
    .flatMap((name) => {
      const type = TYPES[extname(name)];
      if (type === undefined) return [];
      const body = readFileSync(join(directory, name));
      const path = name === 'index.html' ? '/' : `/${name}`;
      return [{ path, type, etag: `"${sha256Hex(body).slice(0, 32)}"`, body }];
    });
}
