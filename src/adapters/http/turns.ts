/** Work that takes much memory, a few at a time. */
import { ProblemError, problem } from './problems.ts';

const AT_ONCE = 2;
const WAITING_MAX = 20;

/** Refuses when too many wait. */
export function createTurns() {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= AT_ONCE) {
      if (waiting.length >= WAITING_MAX) {
        throw new ProblemError(problem('too_busy', 'many log in at this moment; try again'));
      }
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
      });
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
