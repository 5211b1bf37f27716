/**
 * The page's files, read once at start: a fixed set of names, so no path can lead elsewhere. What
 * the build has compressed is sent so to whoever takes it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { sha256Hex } from '#kernel/digest.ts';

export interface PageFile {
  readonly path: string;
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
  /** The same in Brotli; `null` when the build made none. */
  readonly brotli: Buffer | null;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const NOT_BUILT =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Strikewire</title>' +
  '<h1>The page is not built</h1><p>The desk runs; only its page is missing. Build it with ' +
  '<code>npm run build:web</code> and start the desk again. Until then the commands of ' +
  '<code>strikewire</code> do everything: <code>strikewire --help</code>.</p></html>';

/** Whether `npm run build:web` has been run, as `npm ci` does. */
export function isPageBuilt(directory: string): boolean {
  return existsSync(join(directory, 'index.html'));
}

/** Every file of a type above under the directory; `index.html` is `/`. */
export function readPageFiles(directory: string): readonly PageFile[] {
  if (!isPageBuilt(directory)) return [pageFile('/', '.html', Buffer.from(NOT_BUILT), null)];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TYPES[extname(entry.name)] !== undefined)
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => {
      const name = relative(directory, file).split(sep).join('/');
      const brotli = existsSync(`${file}.br`) ? readFileSync(`${file}.br`) : null;
      const path = name === 'index.html' ? '/' : `/${name}`;
      return pageFile(path, extname(file), readFileSync(file), brotli);
    });
}

function pageFile(path: string, ending: string, body: Buffer, brotli: Buffer | null): PageFile {
  const type = TYPES[ending] ?? 'application/octet-stream';
  return { path, type, etag: `"${sha256Hex(body).slice(0, 32)}"`, body, brotli };
}
