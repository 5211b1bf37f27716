/** How long to wait before asking again: longer each time, never all at the same moment. */
import type { Random } from '#kernel/random.ts';
import type { Clock } from '#kernel/time.ts';

export interface Patience {
  /** Waits before the next try; false when that would end after `until` or all has ended. */
  beforeTry(triesMade: number, until: number): Promise<boolean>;
  /** The venue asked for patience; `retryAfter` is its header, in seconds. */
  coolDown(retryAfter: string | null): void;
  isCooling(): boolean;
  /** Waits out what the venue asked for; false when that takes longer than `withinMs`. */
  cooledDown(withinMs: number): Promise<boolean>;
  /** Nobody waits any more. */
  end(): void;
}

const FIRST_MS = 250;
const COOL_DOWN_MS = 1_000;
/** Longer would leave a desk blind; what the venue itself asks for may be longer. */
const COOL_DOWN_MS_MAX = 8_000;
const ASKED_MS_MAX = 30_000;
/** Throttled again within this after the last time: the wait doubles. */
const STORM_MS = 60_000;

export function createPatience(clock: Clock, random: Random): Patience {
  const waits = new Set<(how: 'passed' | 'ended') => void>();
  let coolUntil = Number.NEGATIVE_INFINITY;
  let lastMs = 0;
  let hasEnded = false;

  function wait(ms: number): Promise<boolean> {
    if (hasEnded) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const finish = (how: 'passed' | 'ended'): void => {
      waits.delete(finish);
      cancel();
      resolve(how === 'passed');
    };
    const cancel = clock.after(ms, () => finish('passed'));
    waits.add(finish);
    return promise;
  }

  return {
    async beforeTry(triesMade, until) {
      const ms = spread(FIRST_MS * 2 ** (triesMade - 1), random);
      return clock.mono() + ms < until && (await wait(ms));
    },
    coolDown(retryAfter) {
      const now = clock.mono();
      if (now < coolUntil) return;
      const asked = /^\d{1,5}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : 0;
      const isStorm = now - coolUntil < STORM_MS;
      lastMs = Math.min(COOL_DOWN_MS_MAX, isStorm ? lastMs * 2 : COOL_DOWN_MS);
      coolUntil = now + Math.max(Math.min(asked, ASKED_MS_MAX), spread(lastMs, random));
    },
    isCooling: () => clock.mono() < coolUntil,
    async cooledDown(withinMs) {
      const ms = coolUntil - clock.mono();
      if (ms <= 0) return !hasEnded;
      // Those who waited together do not all go at the same moment.
      return ms <= withinMs && (await wait(ms + random.next() * FIRST_MS));
    },
    end() {
      hasEnded = true;
      for (const finish of waits) finish('ended');
    },
  };
}

/** Between half of it and one and a half. */
function spread(ms: number, random: Random): number {
  return ms * (0.5 + random.next());
}
