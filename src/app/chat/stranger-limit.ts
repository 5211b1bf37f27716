/**
 * How many commands of people who may do nothing are put on record: each costs room on the disk,
 * and anybody in a channel can give them as fast as the platform lets them.
 */
import type { Clock } from '#kernel/time.ts';

export const STRANGERS_PER_MINUTE = 30;
const MINUTE_MS = 60_000;
const TELL_EVERY_MS = 60 * MINUTE_MS;

export class StrangerLimit {
  readonly #clock: Pick<Clock, 'mono'>;
  /** Told once an hour while there are too many. */
  readonly #onTooMany: () => void;
  #left = STRANGERS_PER_MINUTE;
  #at: number;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, 'mono'>, onTooMany: () => void) {
    this.#clock = clock;
    this.#onTooMany = onTooMany;
    this.#at = clock.mono();
  }

  /** Whether one more is taken now. */
  takes(): boolean {
    const now = this.#clock.mono();
    const refilled = this.#left + ((now - this.#at) / MINUTE_MS) * STRANGERS_PER_MINUTE;
    this.#left = Math.min(STRANGERS_PER_MINUTE, refilled);
    this.#at = now;
    if (this.#left >= 1) {
      this.#left -= 1;
      return true;
    }
    if (now - this.#toldAt >= TELL_EVERY_MS) {
      this.#toldAt = now;
      this.#onTooMany();
    }
    return false;
  }
}
