/** Certifications as lines of a file: written whole, each with its digest, read with care. */
import { z } from 'zod';
import { decodeCanonical, encodeCanonical } from '#events/codec.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { type EpochMs, epochMs } from '#kernel/time.ts';
import { CERTIFICATE_DAYS } from './certificate.ts';
import { type Certification, VERDICTS } from './model.ts';

const INSTANT = z.number().transform(epochMs);
const TEXTS = z.array(z.string());
const CERTIFICATION: z.ZodType<Certification> = z.object({
  name: z.string(),
  at: INSTANT,
  thing: z.object({
    version: z.string(),
    build: z.string(),
    settings: z.string(),
    environment: z.string(),
    host: z.string(),
    account: z.string(),
    accountDigest: z.string(),
  }),
  isDelayed: z.boolean(),
  isWhole: z.boolean(),
  results: z.array(
    z.object({
      scenario: z.string(),
      verdict: z.enum(VERDICTS),
      detail: z.string(),
      steps: TEXTS,
      evidence: TEXTS,
      startedAt: INSTANT,
      tookMs: z.number(),
    }),
  ),
});
const LINE = z.object({ certification: CERTIFICATION, digest: z.string() });

/** One line, its line feed included. */
export function certificationLine(certification: Certification): string {
  const digest = sha256Hex(encodeCanonical(certification));
  return `${encodeCanonical({ certification, digest })}\n`;
}

/**
 * What the file holds. A line that is not as it was written (a torn last one, an edited one) counts
 * as unreadable and allows nothing.
 */
export function readCertifications(text: string): {
  readonly certifications: readonly Certification[];
  readonly unreadable: number;
} {
  const lines = text.split('\n').filter((line) => line !== '');
  const read = lines.map(readLine);
  const certifications = read.filter((one) => one !== null);
  return { certifications, unreadable: lines.length - certifications.length };
}

function readLine(line: string): Certification | null {
  const decoded = decodeCanonical(line);
  const parsed = decoded.ok ? LINE.safeParse(decoded.value) : null;
  if (parsed === null || !parsed.success) return null;
  const { certification, digest } = parsed.data;
  return sha256Hex(encodeCanonical(certification)) === digest ? certification : null;
}

/** Those that are kept: thirty days, as long as they can serve. */
export function keptCertifications(
  certifications: readonly Certification[],
  now: EpochMs,
): readonly Certification[] {
  return certifications.filter(({ at }) => now - at < CERTIFICATE_DAYS * 86_400_000);
}
