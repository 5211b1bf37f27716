/** Dated releases of the API and which of them a request asks for. */
import { type Refusal, refused } from '../engine/refusal.ts';

const RELEASES = ['20240501', '20250715', '20250813', '20260211', '20260629', '20261012'];
/** Older than every release: the shapes of before there were any. */
const OLDEST = '00000000';

const UNSUPPORTED = refused(406, 406, 'The requested version is not supported.');

/** The highest release up to the header's date. */
export function releaseOf(
  header: string | undefined,
  unversioned: 'oldest' | 'latest',
): string | Refusal {
  if (header === undefined) return unversioned === 'oldest' ? OLDEST : (RELEASES.at(-1) ?? OLDEST);
  const found = /^\d{8}$/.test(header) ? RELEASES.findLast((release) => release <= header) : null;
  return found ?? UNSUPPORTED;
}
