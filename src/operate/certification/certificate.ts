/**
 * When a certification allows arming.
 *
 * It must be of this very program and these settings, of a venue of the right kind, not older than
 * thirty days, and whole: every required scenario passed, and none failed.
 */
import { type EpochMs, formatInstant, plus } from '#kernel/time.ts';
import type { Certification, CertifiedThing } from './model.ts';
import { SCENARIOS } from './scenarios.ts';

export const CERTIFICATE_DAYS = 30;
const CERTIFICATE_MS = CERTIFICATE_DAYS * 86_400_000;

/** What is to be armed. */
export interface CertificateNeed {
  readonly environment: 'rehearsal' | 'production';
  readonly version: string;
  readonly build: string;
  readonly settings: string;
  /** Of the account to be armed; in rehearsal it is the one that was certified. */
  readonly accountDigest: string;
  /** Of the venue's interface; in rehearsal it is the one that was certified. */
  readonly host: string;
  readonly now: EpochMs;
}

export type CertificateFound =
  | { readonly kind: 'valid'; readonly name: string; readonly validUntil: EpochMs }
  | { readonly kind: 'none'; readonly reason: string };

/** The venue's own sandbox: what a stand-in shows proves nothing of the venue. */
const SANDBOX_HOST = 'api.cert.tastyworks.com';

export function validUntil({ at }: Certification): EpochMs {
  return plus(at, CERTIFICATE_MS);
}

/** The newest certificate that serves, or what is wrong with the newest there is. */
export function findCertificate(
  certifications: readonly Certification[],
  need: CertificateNeed,
): CertificateFound {
  const newestFirst = certifications.toSorted((a, b) => b.at - a.at);
  for (const one of newestFirst) {
    if (certificateFault(one, need) === null) {
      return { kind: 'valid', name: one.name, validUntil: validUntil(one) };
    }
  }
  const [newest] = newestFirst;
  const fault = newest === undefined ? null : certificateFault(newest, need);
  const how = 'run `strikewire certify` in environment';
  const where = need.environment === 'production' ? 'sandbox' : 'rehearsal';
  if (newest === undefined || fault === null) {
    return { kind: 'none', reason: `none is on record: ${how} ${where}` };
  }
  return { kind: 'none', reason: `${newest.name} ${fault}: ${how} ${where}` };
}

/** Why it allows nothing, as the end of a sentence that begins with its name; or `null`. */
export function certificateFault(one: Certification, need: CertificateNeed): string | null {
  if (need.now >= validUntil(one)) return `is older than ${CERTIFICATE_DAYS} days`;
  if (need.now < one.at) return 'is from the future';
  return thingFault(one.thing, need) ?? resultFault(one);
}

function thingFault(thing: CertifiedThing, need: CertificateNeed): string | null {
  if (thing.version !== need.version) return `is of version ${thing.version}, not ${need.version}`;
  if (thing.build !== need.build) return 'is of another build';
  if (thing.settings !== need.settings) return 'is of other settings';
  if (need.environment === 'rehearsal') {
    if (thing.environment !== 'rehearsal') return `is of environment ${thing.environment}`;
    if (thing.accountDigest !== need.accountDigest) return 'is of another account';
    return hostFault(thing, need.host);
  }
  if (thing.environment !== 'sandbox') return `is of environment ${thing.environment}`;
  return hostFault(thing, SANDBOX_HOST);
}

function hostFault({ host }: CertifiedThing, wanted: string): string | null {
  return host === wanted ? null : `is of ${host}, not ${wanted}`;
}

/** Why its results allow nothing, as the end of a sentence that begins with its name; or `null`. */
export function resultFault({ isWhole, results }: Certification): string | null {
  if (!isWhole) return 'is of some scenarios only';
  const verdicts = new Map(results.map(({ scenario, verdict }) => [scenario, verdict]));
  const failed = results.filter(({ verdict }) => verdict === 'failed');
  if (failed.length > 0) return `has failed ${failed.map(({ scenario }) => scenario).join(', ')}`;
  const open = SCENARIOS.filter(({ id, required }) => required && verdicts.get(id) !== 'passed');
  return open.length > 0 ? `has not shown ${open.map(({ id }) => id).join(', ')}` : null;
}

/** Until when it serves what it was made for, as an ISO instant; `null` when it serves nothing. */
export function certifiedUntil(one: Certification): string | null {
  return resultFault(one) === null ? formatInstant(validUntil(one)) : null;
}
