/** Those who listen to one kind of thing. */
import type { Received } from '#alerts/ports.ts';

export class Listeners<T> {
  readonly #all = new Set<(value: T) => Received | void>();

  readonly add = (listener: (value: T) => Received | void): (() => void) => {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  };

  /** Each hears it now, in order; settles as all of them do, badly if one of them does. */
  async tell(value: T): Promise<void> {
    await Promise.all([...this.#all].map(async (listener) => listener(value)));
  }
}
