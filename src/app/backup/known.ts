/**
 * `known-….jsonl` beside the backups: how far a journal is known to go, outside its own directory.
 *
 * A copy of an old data directory is sound in itself: only somebody else can know that the record
 * had gone further (F185). Each line is a checkpoint the journal took of itself; a restore that was
 * agreed to starts the count anew.
 */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { syncDirectory } from '#adapters/disk/files.ts';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { newestCheckpoint, readCheckpoints } from '#journal/checkpoints.ts';
import { frameAt } from '#journal/frame.ts';
import { RECORD_BYTES_MAX } from '#journal/ports.ts';
import { segmentName } from '#journal/segments.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import { errorCode } from '../config.ts';

const ID_CHARS = 16;
const FRAME_ROOM = 64;
const CHECKPOINTS = 'checkpoints.jsonl';
const NONE_TO_READ: readonly string[] = ['ENOENT', 'ENOTDIR', 'EACCES'];

const KnownLine = z.object({
  seq: z.int().min(0),
  hash: z.string(),
  epoch: z.int().min(0),
  at: z.string(),
  /** A restore: what was known before counts no more. */
  restored: z.boolean(),
});

export type Known = z.output<typeof KnownLine>;

/** Which journal a data directory holds: the hash of its first record; `null`: none yet. */
async function journalId(directory: string): Promise<string | null> {
  try {
    await using file = await open(join(directory, 'journal', segmentName(1)), 'r');
    const bytes = Buffer.alloc(RECORD_BYTES_MAX + FRAME_ROOM);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const frame = frameAt(bytes.subarray(0, bytesRead), 0);
    return frame.kind === 'frame' ? sha256Hex(frame.payload) : null;
  } catch (error) {
    // A directory that may not be looked into is told of by whoever opens it next.
    if (NONE_TO_READ.includes(errorCode(error))) return null;
    throw error;
  }
}

/** The furthest this journal is known to go; `null` when nobody has told. */
export async function readKnown(backups: string, id: string): Promise<Known | null> {
  const lines = await knownLines(backups, id);
  const since = lines.slice(
    Math.max(
      0,
      lines.findLastIndex(({ restored }) => restored),
    ),
  );
  return since.toSorted((a, b) => a.seq - b.seq).at(-1) ?? null;
}

/** The largest run number on any line: none of them may be given out again. */
export async function knownEpoch(backups: string, id: string): Promise<number> {
  return Math.max(0, ...(await knownLines(backups, id)).map(({ epoch }) => epoch));
}

export async function addKnown(backups: string, id: string, known: Known): Promise<void> {
  const path = pathOf(backups, id);
  {
    await using file = await open(path, 'a', 0o600);
    // The line before may have been torn by a crash: it must not swallow this one.
    await file.writeFile(`\n${JSON.stringify(known)}\n`);
    await file.datasync();
  }
  await syncDirectory(backups);
}

/**
 * Notes the newest checkpoint a data directory took of itself, once; gives its number, 0 for none.
 */
export async function noteCheckpoint(
  directory: string,
  backups: string,
  { epoch, now }: { readonly epoch: number; readonly now: EpochMs },
): Promise<number> {
  const id = await journalId(directory);
  if (id === null) return 0;
  const own = readCheckpoints(await createJournalDisk(directory).checkpoints());
  const seq = newestCheckpoint(own);
  const hash = own.get(seq);
  const known = await readKnown(backups, id);
  if (hash === undefined || (known?.seq === seq && known.hash === hash)) return seq;
  // What was read may not be on disk yet: nothing is known elsewhere that a power cut could undo.
  await makeDurable(join(directory, CHECKPOINTS));
  await addKnown(backups, id, { seq, hash, epoch, at: formatInstant(now), restored: false });
  return seq;
}

/** Why a data directory is not what it was known to be, in words; `null` when nothing says so. */
export async function olderThanKnown(directory: string, backups: string): Promise<string | null> {
  const id = await journalId(directory);
  const known = id === null ? null : await readKnown(backups, id);
  if (known === null || known.seq === 0) return null;
  const own = readCheckpoints(await createJournalDisk(directory).checkpoints());
  const hash = own.get(known.seq);
  if (hash === known.hash) return null;
  const had = `record ${known.seq}, noted in ${backups} at ${known.at}`;
  return hash === undefined
    ? `${directory} is an older copy: its journal does not reach ${had}`
    : `${directory} holds another history than ${had}`;
}

async function makeDurable(path: string): Promise<void> {
  await using file = await open(path, 'r');
  await file.datasync();
}

async function knownLines(backups: string, id: string): Promise<readonly Known[]> {
  let text: string;
  try {
    text = await readFile(pathOf(backups, id), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    const parsed = KnownLine.safeParse(jsonOf(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function pathOf(backups: string, id: string): string {
  return join(backups, `known-${id.slice(0, ID_CHARS)}.jsonl`);
}

/** A line that is none was torn by a crash and says nothing. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
