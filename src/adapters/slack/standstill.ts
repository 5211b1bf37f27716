/**
 * Since when something that is read now may have been waiting: a process that stood still reads
 * what came meanwhile as if it were new, and Slack does not say when a slash command was given.
 */
import type { Cancel, Clock } from '#kernel/time.ts';

const LOOK_EVERY_MS = 250;
/** A standstill shorter than this is none. */
const LATE_MS = 1_000;
/** What came during a standstill is read within this time after it. */
const READ_WITHIN_MS = 1_000;

export class Standstill {
  readonly #clock: Pick<Clock, 'mono' | 'after'>;
  #lookedAt: number;
  #last: { readonly from: number; readonly to: number } | null = null;
  #stop: Cancel = () => undefined;

  constructor(clock: Pick<Clock, 'mono' | 'after'>) {
    this.#clock = clock;
    this.#lookedAt = clock.mono();
  }

  start(): void {
    this.stop();
    this.#lookedAt = this.#clock.mono();
    this.#look();
  }

  stop(): void {
    this.#stop();
  }

  /** For how long, at most, what is read now has been waiting. */
  waitedMs(): number {
    const now = this.#clock.mono();
    if (now - this.#lookedAt > LATE_MS) return now - this.#lookedAt;
    const last = this.#last;
    return last === null || now - last.to > READ_WITHIN_MS ? 0 : now - last.from;
  }

  #look(): void {
    const now = this.#clock.mono();
    if (now - this.#lookedAt > LATE_MS) this.#last = { from: this.#lookedAt, to: now };
    this.#lookedAt = now;
    this.#stop = this.#clock.after(LOOK_EVERY_MS, () => this.#look());
  }
}
