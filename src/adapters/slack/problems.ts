/** Problems, each told once: again only when it was over, or an hour later. */
import type { Clock } from '#kernel/time.ts';
import type { PlatformProblem } from '#publish/ports.ts';

const TELL_AGAIN_MS = 3_600_000;
const KNOWN_MAX = 500;

export interface Problems {
  add(listener: (problem: PlatformProblem) => void): () => void;
  tell(problem: PlatformProblem): void;
  /** What is told under this code is over. */
  mended(code: string): void;
}

export function createProblems(clock: Clock): Problems {
  const listeners = new Set<(problem: PlatformProblem) => void>();
  const told = new Map<string, { readonly code: string; readonly at: number }>();
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(problem) {
      const key = `${problem.code} ${problem.detail}`;
      const before = told.get(key);
      if (before !== undefined && clock.mono() - before.at < TELL_AGAIN_MS) return;
      const oldest = told.keys().next();
      if (told.size >= KNOWN_MAX && oldest.done !== true) told.delete(oldest.value);
      told.set(key, { code: problem.code, at: clock.mono() });
      for (const listener of listeners) listener(problem);
    },
    mended(code) {
      for (const [key, known] of told) if (known.code === code) told.delete(key);
    },
  };
}
