/** What Node says of a file system, in the words of the journal's port. */
import { DiskError, type DiskErrorKind } from '#journal/ports.ts';

const KINDS: Readonly<Record<string, DiskErrorKind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  ENOENT: 'missing',
  ENOTDIR: 'missing',
};

/** The code of a system error, or an empty text when it is none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** `doing`: what was being done to which path, as in `write /data/journal/000001.log`. */
export function diskError(doing: string, error: unknown): DiskError {
  const code = errorCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  return new DiskError(KINDS[code] ?? 'failed', `${doing}: ${detail}`);
}
