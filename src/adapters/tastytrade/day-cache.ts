/** What the venue says once a day or once a minute, asked for once and kept within bounds. */
import { ok, type Result } from '#kernel/result.ts';
import { type Clock, plus } from '#kernel/time.ts';
import { newYorkDate } from '#market/session.ts';

export interface DayCache<V, E> {
  get(key: string): Promise<Result<V, E>>;
  /** What is kept and still good; never asks. */
  peek(key: string): V | null;
}

interface Kept<V> {
  readonly value: V;
  readonly day: string;
  /** On the monotonic clock. */
  readonly at: number;
}

/** Instruments are renewed before the morning: a day begins here, not at midnight. */
const DAY_BEGINS_MS = 8 * 3_600_000;

/** Failures are not kept; several who ask at once share one question. */
export function createDayCache<V, E>(options: {
  readonly clock: Clock;
  readonly max: number;
  /** Besides the end of the day, `null` for nothing else. */
  readonly forMs: number | null;
  readonly load: (key: string) => Promise<Result<V, E>>;
}): DayCache<V, E> {
  const { clock, max, forMs, load } = options;
  const kept = new Map<string, Kept<V>>();
  const underWay = new Map<string, Promise<Result<V, E>>>();

  function peek(key: string): V | null {
    const found = kept.get(key);
    if (found === undefined || found.day !== today()) return null;
    return forMs !== null && clock.mono() - found.at >= forMs ? null : found.value;
  }

  function today(): string {
    return newYorkDate(plus(clock.now(), -DAY_BEGINS_MS));
  }

  async function ask(key: string): Promise<Result<V, E>> {
    const day = today();
    const answer = await load(key);
    if (!answer.ok) return answer;
    kept.delete(key);
    kept.set(key, { value: answer.value, day, at: clock.mono() });
    const [oldest] = kept.keys();
    if (kept.size > max && oldest !== undefined) kept.delete(oldest);
    return answer;
  }

  return {
    peek,
    get(key) {
      const value = peek(key);
      if (value !== null) return Promise.resolve(ok(value));
      const asked = underWay.get(key) ?? ask(key).finally(() => underWay.delete(key));
      underWay.set(key, asked);
      return asked;
    },
  };
}
