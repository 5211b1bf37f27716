/**
 * Slows guessing: after a few failures under one name, whatever it names waits, and when failures
 * come from everywhere every further one is answered late. Bounded: see `WhenFull`.
 */
import type { Clock } from '#kernel/time.ts';

const WINDOW_MS = 900_000;
const CALM_FAILURES = 20;
const SLOW_MS = 500;
const ENTRIES_MAX = 10_000;

export interface Throttle {
  /** Milliseconds until this may be tried again; 0 when it may now. */
  waitMs(what: string): number;
  failed(what: string): void;
  succeeded(what: string): void;
  /** How long the answer to a failure is held back. */
  delayMs(): number;
}

/**
 * lock: nobody can push a lock out; when everything is locked, everything is (passwords can be
 * guessed). forget: the oldest goes, so that a right one is never locked out (keys cannot).
 */
export type WhenFull = 'lock' | 'forget';

interface Failures {
  readonly since: number;
  readonly count: number;
}

export function createThrottle(clock: Clock, failuresMax: number, whenFull: WhenFull): Throttle {
  const entries = new Map<string, Failures>();
  let everywhere: Failures = { since: clock.mono(), count: 0 };

  function current(failures: Failures | undefined): Failures {
    const now = clock.mono();
    const isOver = failures === undefined || now - failures.since >= WINDOW_MS;
    return isOver ? { since: now, count: 0 } : failures;
  }

  /** Room for one more: `false` when all there is is locked. */
  function makeRoom(): boolean {
    if (entries.size < ENTRIES_MAX) return true;
    for (const [what, failures] of entries) {
      if (whenFull === 'lock' && current(failures).count >= failuresMax) continue;
      entries.delete(what);
      return true;
    }
    return false;
  }

  return {
    waitMs(what) {
      const failures = current(entries.get(what));
      const isFull = !entries.has(what) && !makeRoom();
      if (failures.count < failuresMax && !isFull) return 0;
      return failures.since + WINDOW_MS - clock.mono();
    },
    failed(what) {
      const failures = current(entries.get(what));
      entries.delete(what);
      everywhere = current(everywhere);
      everywhere = { ...everywhere, count: everywhere.count + 1 };
      if (makeRoom()) entries.set(what, { ...failures, count: failures.count + 1 });
    },
    succeeded(what) {
      entries.delete(what);
    },
    delayMs: () => (current(everywhere).count > CALM_FAILURES ? SLOW_MS : 0),
  };
}
