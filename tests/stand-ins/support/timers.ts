/** Timers that end together: what a stand-in has pending does not outlive it. */
import type { Cancel, Clock } from '#kernel/time.ts';

export interface Timers {
  readonly after: (delayMs: number, action: () => void) => Cancel;
  /** Runs `action` every `everyMs` until undone. */
  readonly every: (everyMs: number, action: () => void) => Cancel;
  readonly close: () => void;
}

export function createTimers(clock: Clock): Timers {
  const pending = new Set<Cancel>();

  function after(delayMs: number, action: () => void): Cancel {
    const stop = clock.after(delayMs, () => {
      pending.delete(cancel);
      action();
    });
    const cancel = (): void => {
      pending.delete(cancel);
      stop();
    };
    pending.add(cancel);
    return cancel;
  }

  return {
    after,
    every(everyMs, action) {
      let isStopped = false;
      let cancel: Cancel = () => {};
      const next = (): void => {
        cancel = after(everyMs, () => {
          action();
          if (!isStopped) next();
        });
      };
      next();
      return () => {
        isStopped = true;
        cancel();
      };
    },
    close() {
      for (const cancel of [...pending]) cancel();
    },
  };
}
