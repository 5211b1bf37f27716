/**
 * What is told over and over: the first at once, what follows within a minute as one, with its
 * count. Nothing is left out of the count; a process that dies takes at most a minute's with it.
 */
import type { Cancel, Clock } from '#kernel/time.ts';

const WINDOW_MS = 60_000;
/** The oldest is told early when there are more. */
const OPEN_MAX = 1_000;

interface Window<What> {
  readonly last: What;
  /** Beyond the first. */
  readonly times: number;
  readonly cancel: Cancel;
}

export class Repeats<What> {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #tell: (last: What, times: number) => void;
  readonly #open = new Map<string, Window<What>>();

  constructor(clock: Pick<Clock, 'after'>, tell: (last: What, times: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** `name`: what counts as the same. */
  add(name: string, what: What): void {
    const open = this.#open.get(name);
    if (open !== undefined) {
      this.#open.set(name, { ...open, last: what, times: open.times + 1 });
      return;
    }
    const [oldest] = this.#open.keys();
    if (this.#open.size >= OPEN_MAX && oldest !== undefined) this.#end(oldest);
    const cancel = this.#clock.after(WINDOW_MS, () => this.#end(name));
    this.#open.set(name, { last: what, times: 0, cancel });
    this.#tell(what, 1);
  }

  /** Tells what has been counted so far. */
  settle(): void {
    for (const name of [...this.#open.keys()]) this.#end(name);
  }

  #end(name: string): void {
    const open = this.#open.get(name);
    this.#open.delete(name);
    open?.cancel();
    if (open !== undefined && open.times > 0) this.#tell(open.last, open.times);
  }
}
