/**
 * `manifest.json` of an export: which file holds which day, and what proves it.
 *
 * It is replaced last, so that a reader finds each day whole, as it was or as it is now.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '#adapters/disk/files.ts';
import { errorCode } from '../config.ts';

const MANIFEST_FILE = 'manifest.json';
const HASH = z.string().regex(/^[0-9a-f]{64}$/);

const ExportedDay = z.strictObject({
  day: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  /** Beside the manifest. */
  file: z.string().regex(/^audit\/day=\d{4}-\d{2}-\d{2}\/\d+-\d+\.parquet$/),
  rows: z.int().min(1),
  firstSeq: z.int().min(1),
  lastSeq: z.int().min(1),
  /** Of the journal's record `lastSeq`. */
  lastHash: HASH,
  /** Of the file. */
  sha256: HASH,
  bytes: z.int().min(1),
  /** Of the columns. */
  schema: z.int(),
});

const Manifest = z.strictObject({
  version: z.literal(1),
  days: z.array(ExportedDay),
});

export type ExportedDay = z.output<typeof ExportedDay>;
export type Manifest = z.output<typeof Manifest>;

/** What an export directory says of itself cannot be read. */
export class ManifestDamaged extends Error {
  override readonly name = 'ManifestDamaged';
}

/** Without days where nothing was exported yet. */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, MANIFEST_FILE);
  try {
    return Manifest.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { version: 1, days: [] };
    if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw error;
    const remedy = 'move the directory away and export again: everything is in the journal';
    throw new ManifestDamaged(`${path} is not what an export wrote: ${remedy}`);
  }
}

export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  await replaceFile(join(directory, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`);
}
