/**
 * Certifications on disk: one line each in `certifications.jsonl`, appended and synced, kept for
 * thirty days; and a report beside it for people.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '#adapters/disk/errors.ts';
import { replaceFile, syncDirectory } from '#adapters/disk/files.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Certification } from '#operate/certification/model.ts';
import { reportDocument } from '#operate/certification/report.ts';
import {
  certificationLine,
  keptCertifications,
  readCertifications,
} from '#operate/certification/stored.ts';

const FILE = 'certifications.jsonl';
const REPORTS = 'certifications';

/** Durable when it resolves; gives the path of the report. */
export async function storeCertification(
  directory: string,
  certification: Certification,
  now: EpochMs,
): Promise<string> {
  const reports = join(directory, REPORTS);
  await mkdir(reports, { recursive: true });
  await forgetOld(directory, now);
  const path = join(directory, FILE);
  {
    await using file = await open(path, 'a', 0o600);
    await file.writeFile(certificationLine(certification));
    await file.sync();
  }
  await syncDirectory(directory);
  const report = join(reports, `${certification.name}.md`);
  await replaceFile(report, reportDocument(certification));
  return report;
}

export interface StoredCertifications {
  readonly certifications: readonly Certification[];
  /** Why the file could not be read, as a clause; `null` when it was, or when there is none. */
  readonly fault: string | null;
}

/**
 * What a directory holds; nothing where there is none. A line not as it was written is left out.
 */
export function storedCertifications(directory: string): StoredCertifications {
  const path = join(directory, FILE);
  try {
    const { certifications } = readCertifications(readFileSync(path, 'utf8'));
    return { certifications, fault: null };
  } catch (error) {
    const code = errorCode(error);
    const isThere = code !== 'ENOENT' && code !== 'ENOTDIR';
    return { certifications: [], fault: isThere ? `${path} cannot be read (${code})` : null };
  }
}

/** Another text whenever the file of a directory has changed. */
export function certificationStamp(directory: string): string {
  try {
    const file = statSync(join(directory, FILE));
    return `${file.ino} ${file.size} ${file.mtimeMs}`;
  } catch (error) {
    return errorCode(error);
  }
}

/** Forgets those that can serve no more, with their reports; gives how many. */
export async function forgetOld(directory: string, now: EpochMs): Promise<number> {
  const path = join(directory, FILE);
  if (!existsSync(path)) return 0;
  const { certifications, unreadable } = readCertifications(readFileSync(path, 'utf8'));
  const kept = keptCertifications(certifications, now);
  const old = certifications.filter((one) => !kept.includes(one));
  if (old.length === 0 && unreadable === 0) return 0;
  await replaceFile(path, kept.map(certificationLine).join(''));
  for (const { name } of old) await rm(join(directory, REPORTS, `${name}.md`), { force: true });
  return old.length;
}
