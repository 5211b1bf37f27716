/** The first and the last of several instants, some of which may never come. */
import type { EpochMs } from '#kernel/time.ts';

/** What a clock that was set back since has put into the future counts as now. */
export function notAfter<T extends EpochMs | null>(at: T, now: EpochMs): T | EpochMs {
  return at !== null && at > now ? now : at;
}

export function soonest(times: readonly (EpochMs | null)[]): EpochMs | null {
  let first: EpochMs | null = null;
  for (const at of times) if (at !== null && (first === null || at < first)) first = at;
  return first;
}

/** The first that is still to come. */
export function nextAfter(now: EpochMs, times: readonly (EpochMs | null)[]): EpochMs | null {
  let first: EpochMs | null = null;
  for (const at of times) {
    if (at !== null && at > now && (first === null || at < first)) first = at;
  }
  return first;
}

export function latest(times: readonly (EpochMs | null)[]): EpochMs | null {
  let last: EpochMs | null = null;
  for (const at of times) if (at !== null && (last === null || at > last)) last = at;
  return last;
}
