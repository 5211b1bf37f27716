/**
 * Slows guessing of keys: after a few failures under one name an address waits, and when failures
 * come from everywhere every further one is answered late. A key that is right is never locked
 * out by the failures of another one, so that halting stays one act.
 */
import type { Clock } from '#kernel/time.ts';

const FAILURES_MAX = 5;
const WINDOW_MS = 900_000;
const CALM_FAILURES = 20;
const SLOW_MS = 500;
const ENTRIES_MAX = 10_000;

export interface Throttle {
  /** Milliseconds until `name` may try again from this address; 0 when it may now. */
  waitMs(address: string, name: string): number;
  failed(address: string, name: string): void;
  succeeded(address: string, name: string): void;
  /** How long the answer to a failure is held back. */
  delayMs(): number;
}

interface Failures {
  readonly since: number;
  readonly count: number;
}

export function createThrottle(clock: Clock): Throttle {
  const entries = new Map<string, Failures>();
  let everywhere: Failures = { since: clock.mono(), count: 0 };

  function current(failures: Failures | undefined): Failures {
    const now = clock.mono();
    const isOver = failures === undefined || now - failures.since >= WINDOW_MS;
    return isOver ? { since: now, count: 0 } : failures;
  }

  return {
    waitMs(address, name) {
      const failures = current(entries.get(entry(address, name)));
      if (failures.count < FAILURES_MAX) return 0;
      return failures.since + WINDOW_MS - clock.mono();
    },
    failed(address, name) {
      const key = entry(address, name);
      const failures = current(entries.get(key));
      entries.delete(key);
      const oldest = entries.keys().next();
      if (entries.size >= ENTRIES_MAX && oldest.done !== true) entries.delete(oldest.value);
      entries.set(key, { ...failures, count: failures.count + 1 });
      everywhere = current(everywhere);
      everywhere = { ...everywhere, count: everywhere.count + 1 };
    },
    succeeded(address, name) {
      entries.delete(entry(address, name));
    },
    delayMs: () => (current(everywhere).count > CALM_FAILURES ? SLOW_MS : 0),
  };
}

function entry(address: string, name: string): string {
  return `${address} ${name}`;
}
