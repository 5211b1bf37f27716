/** A clock that moves only when told, for tests, simulation and previews. */
import { invariant } from './invariant.ts';
import { type Clock, type EpochMs, epochMs } from './time.ts';

export interface VirtualClock extends Clock {
  /** Moves time forward and fires what falls due, by due time and then by order of scheduling. */
  advance(ms: number): void;
  /** Steps the wall clock without passing time, as an operator setting it would. */
  step(ms: number): void;
  /** When the next timer falls due on `mono`, or `null`. */
  nextDue(): number | null;
}

interface Timer {
  readonly due: number;
  readonly action: () => void;
}

export function createVirtualClock(start: EpochMs): VirtualClock {
  let elapsedMs = 0;
  let wallOffsetMs: number = start;
  /** By due time and, among equals, by order of scheduling. */
  const timers: Timer[] = [];

  function next(): Timer | undefined {
    return timers[0];
  }

  function insert(timer: Timer): void {
    let at = timers.length;
    while (at > 0 && (timers[at - 1]?.due ?? 0) > timer.due) at -= 1;
    timers.splice(at, 0, timer);
  }

  return {
    now: () => epochMs(elapsedMs + wallOffsetMs),
    mono: () => elapsedMs,
    after(delayMs, action) {
      invariant(!Number.isNaN(delayMs), 'a delay is a number of milliseconds, was NaN');
      const timer = { due: elapsedMs + Math.max(0, delayMs), action };
      insert(timer);
      return () => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
      };
    },
    advance(ms) {
      invariant(ms >= 0, () => `time only moves forward, was ${ms}`);
      const until = elapsedMs + ms;
      for (let timer = next(); timer !== undefined && timer.due <= until; timer = next()) {
        timers.shift();
        elapsedMs = Math.max(elapsedMs, timer.due);
        timer.action();
      }
      // An action may itself have moved time further.
      elapsedMs = Math.max(elapsedMs, until);
    },
    step(ms) {
      wallOffsetMs += ms;
    },
    nextDue: () => next()?.due ?? null,
  };
}
