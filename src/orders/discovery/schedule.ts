/**
 * When a working order's price moves.
 *
 * The first step is due `waitMs` after the broker took the first order; the others are spread
 * evenly over what is left of the window, counted anew after each step, so that a late one delays
 * the rest instead of bunching them. The window itself runs from the first intent, which is never
 * later. A price that was long in reaching the broker stays there for half of its share at least.
 */
import { type EpochMs, plus } from '#kernel/time.ts';
import type { EntryPolicy } from '#risk/model.ts';

export interface Progress {
  /** When the first order was intended, or `null` before. */
  readonly startedAt: EpochMs | null;
  /** When the broker first had it, or `null` before. */
  readonly takenAt: EpochMs | null;
  readonly steps: number;
  readonly lastStepAt: EpochMs | null;
  /** When the broker first had the newest order, or `null` before. */
  readonly reachedAt: EpochMs | null;
}

/** When the next step falls due, or `null` when there is none to come. */
export function nextStepAt(policy: EntryPolicy, progress: Progress): EpochMs | null {
  const { takenAt, steps, lastStepAt, reachedAt } = progress;
  const end = windowEnd(policy, progress);
  if (takenAt === null || end === null || steps >= policy.stepsMax) return null;
  if (lastStepAt === null) return plus(takenAt, policy.waitMs);
  const shares = policy.stepsMax - steps + 1;
  const planned = plus(lastStepAt, (end - lastStepAt) / shares);
  const from = reachedAt ?? lastStepAt;
  const soonest = plus(from, (end - from) / shares / 2);
  const due = planned > soonest ? planned : soonest;
  return due < end ? due : null;
}

export function windowEnd(policy: EntryPolicy, progress: Progress): EpochMs | null {
  return progress.startedAt === null ? null : plus(progress.startedAt, policy.windowMs);
}

/** From here on the order may convert: at each due step, and all the time once no step is left. */
export function mayConvert(policy: EntryPolicy, progress: Progress, now: EpochMs): boolean {
  const { takenAt, steps } = progress;
  if (takenAt === null || now < takenAt + policy.waitMs) return false;
  if (steps >= policy.stepsMax) return true;
  const due = nextStepAt(policy, progress);
  return due === null || now >= due;
}
