/** How long to leave a store alone after a fault. */
import type { Random } from '#kernel/random.ts';
import type { StoreFaultKind } from './ports.ts';

const FIRST_MS = 250;
/** What came back is used again well within half a minute. */
const AWAY_MS_MAX = 8_000;
const REFUSED_MS = 30_000;

/** `faults`: how many there have been in a row, this one included. */
export function backOffMs(kind: StoreFaultKind, faults: number, random: Random): number {
  if (kind === 'refused' || kind === 'defect') return REFUSED_MS;
  const doubled = FIRST_MS * 2 ** Math.min(faults - 1, 10);
  const longest = Math.min(doubled, kind === 'again' ? FIRST_MS : AWAY_MS_MAX);
  // Several desks that lost one server do not come back to it in step.
  return longest * (0.5 + random.next() / 2);
}
