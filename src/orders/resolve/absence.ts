/**
 * When an order that nobody can find may be called absent.
 *
 * "Not found" is evidence, not proof: a broker's list can be stale for seconds. Absence takes
 * several looks, spread over longer than a request can take plus the list's worst lag.
 */
import { type EpochMs, plus } from '#kernel/time.ts';
import type { TradeOrder } from '../model.ts';

export interface AbsencePolicy {
  readonly looksMin: number;
  readonly lookEveryMs: number;
  /** From the first miss to the last; longer than request time-out + read-after-write lag. */
  readonly quarantineMs: number;
}

export function isAbsent(order: TradeOrder, policy: AbsencePolicy): boolean {
  const { misses } = order;
  if (misses === null || misses.count < policy.looksMin) return false;
  return misses.lastAt - misses.firstAt >= policy.quarantineMs;
}

/** What waits for another day's opening is not looked for every few seconds until then. */
const SELDOM_MS = 60_000;

/** When it should next be looked for. */
export function nextLookAt(order: TradeOrder, policy: AbsencePolicy): EpochMs {
  const { misses } = order;
  if (misses === null) return order.changedAt;
  return plus(misses.lastAt, isAbsent(order, policy) ? SELDOM_MS : policy.lookEveryMs);
}
