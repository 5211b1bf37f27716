/**
 * The certificate that lets a desk of this program and configuration be armed, or why none does.
 */
import { basename, dirname, join } from 'node:path';
import { sha256Hex } from '#kernel/digest.ts';
import type { EpochMs } from '#kernel/time.ts';
import { type CertificateFound, findCertificate } from '#operate/certification/certificate.ts';
import type { Certification } from '#operate/certification/model.ts';
import type { Config } from '../config.ts';
import { bindVenue } from '../venue-settings.ts';
import { VERSION } from '../version.ts';
import { buildDigest, settingsDigest } from './build-digest.ts';
import { certificationStamp, storedCertifications } from './certification-file.ts';

/** Reads the program's own text once, and the certifications whenever there are new ones. */
export function createCertificateLookup(
  config: Config,
  now: () => EpochMs,
): () => CertificateFound {
  const { environment, tastytrade } = config;
  const { account } = tastytrade;
  if (environment !== 'production' && environment !== 'rehearsal') {
    return () => ({ kind: 'none', reason: `environment ${environment} is not armed` });
  }
  if (account === null) return () => ({ kind: 'none', reason: 'no account is configured' });
  const bound = bindVenue(config, config.secrets);
  if (!bound.ok) return () => ({ kind: 'none', reason: 'the venue is not configured' });
  const need = {
    environment,
    version: VERSION,
    build: buildDigest(),
    settings: settingsDigest(config),
    accountDigest: sha256Hex(account),
    host: new URL(bound.value.apiUrl).host,
  };
  const directories = certificationDirectories(config);
  let read: { readonly stamp: string; readonly found: readonly Certification[] } | null = null;
  return () => {
    // Asked at every look at the desk: the files are read again only when they have changed.
    const stamp = directories.map(certificationStamp).join(' ');
    const faults: string[] = [];
    if (read?.stamp !== stamp) {
      const stored = directories.map(storedCertifications);
      for (const { fault } of stored) if (fault !== null) faults.push(fault);
      const found = stored.flatMap(({ certifications }) => certifications);
      // One that could not be read is tried again at the next look: its stamp may stay the same.
      read = { stamp: faults.length > 0 ? '' : stamp, found };
    }
    const certificate = findCertificate(read.found, { ...need, now: now() });
    if (certificate.kind === 'valid' || faults.length === 0) return certificate;
    return { kind: 'none', reason: faults.join('; ') };
  };
}

/**
 * A desk's own directory; for production also the sandbox's beside it (`data-production` and
 * `data-sandbox`), where the sandbox was certified.
 */
export function certificationDirectories({ data, environment }: Config): readonly string[] {
  const { directory } = data;
  const suffix = `-${environment}`;
  if (environment !== 'production' || !directory.endsWith(suffix)) return [directory];
  const name = `${basename(directory).slice(0, -suffix.length)}-sandbox`;
  return [directory, join(dirname(directory), name)];
}
