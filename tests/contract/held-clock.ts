/** The machine's clock, but for timers of one length: these wait until the test lets them go. */
import { type Cancel, type Clock, createSystemClock } from '#kernel/time.ts';

export interface HeldClock {
  readonly clock: Clock;
  /** What waits so long is over now, however fast or slow the machine has been. */
  readonly letGo: () => void;
}

export function createHeldClock(heldMs: number): HeldClock {
  const clock = createSystemClock();
  const held = new Set<() => void>();
  return {
    clock: {
      now: () => clock.now(),
      mono: () => clock.mono(),
      after(delayMs, action): Cancel {
        if (delayMs !== heldMs) return clock.after(delayMs, action);
        held.add(action);
        return () => void held.delete(action);
      },
    },
    letGo() {
      for (const action of held) {
        held.delete(action);
        action();
      }
    },
  };
}
