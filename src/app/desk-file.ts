/**
 * `desk.json` in the data directory: where the running desk listens, with a key of this run for the
 * commands on this machine. Readable by its owner alone; gone when the desk has stopped.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from './config.ts';
import { DESK_FILE } from './data-files.ts';

const DeskFile = z.object({
  pid: z.number(),
  url: z.string(),
  key: z.string(),
  environment: z.string(),
  started_at: z.string(),
});

export type DeskFileContent = z.output<typeof DeskFile>;

const OWNER_ONLY = 0o600;
const NOTHING_THERE = ['ENOENT', 'ENOTDIR'];

/** Whole or not at all: a command never reads half of it. */
export function writeDeskFile(directory: string, content: DeskFileContent): void {
  const draft = join(directory, `${DESK_FILE}.${content.pid}`);
  const found = { ...content, url: fromHere(content.url) };
  writeFileSync(draft, `${JSON.stringify(found, null, 2)}\n`, { mode: OWNER_ONLY });
  renameSync(draft, join(directory, DESK_FILE));
}

/** A desk that listens on every address is reached from this machine on loopback. */
function fromHere(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

/** found: of a desk that runs there or ended without a word. unreadable: not by this user. */
export type DeskFileRead =
  | { readonly kind: 'found'; readonly desk: DeskFileContent }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable'; readonly detail: string };

export function readDeskFile(directory: string): DeskFileRead {
  const path = join(directory, DESK_FILE);
  try {
    return { kind: 'found', desk: DeskFile.parse(JSON.parse(readFileSync(path, 'utf8'))) };
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return { kind: 'none' };
    const code = errorCode(error);
    if (NOTHING_THERE.includes(code)) return { kind: 'none' };
    return { kind: 'unreadable', detail: `${path} cannot be read by this user (${code})` };
  }
}

export function removeDeskFile(directory: string): void {
  rmSync(join(directory, DESK_FILE), { force: true });
}
