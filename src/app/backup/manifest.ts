/** `backup.json`: what a backup holds and what proves it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const BACKUP_MANIFEST = 'backup.json';

const HASH = z.string().regex(/^[0-9a-f]{64}$/);
const MADE_AT = z.iso.datetime();
/** Inside the backup: never a way out of it. */
const INSIDE = z
  .string()
  .regex(/^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*$/)
  .max(200);

const BackupManifest = z.strictObject({
  version: z.literal(1),
  made_at: MADE_AT,
  /** Which journal: the hash of its first record. */
  journal: HASH,
  environment: z.string().nullable(),
  /** The last record it holds. */
  last: z.strictObject({ seq: z.int().min(1), hash: HASH, at: MADE_AT }),
  epoch: z.int().min(0),
  files: z
    .array(z.strictObject({ path: INSIDE, bytes: z.int().min(0), sha256: HASH }))
    .max(100_000),
});

export type BackupManifest = z.output<typeof BackupManifest>;
export type BackedUpFile = BackupManifest['files'][number];

/** `null` when there is none, or none that reads. */
export async function readBackupManifest(directory: string): Promise<BackupManifest | null> {
  try {
    const text = await readFile(join(directory, BACKUP_MANIFEST), 'utf8');
    const parsed = BackupManifest.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return null;
    throw error;
  }
}
