/** Streams in memory: bounded lists of entries, groups that share them, and those who wait. */
import type { BusEntry, Fields, Stream } from '#bus/model.ts';
import type { Cancel, Clock } from '#kernel/time.ts';

export interface Place {
  readonly at: number;
  readonly fields: Fields;
}

/** Handed to a consumer and not acknowledged. */
export interface Open {
  consumer: string;
  since: number;
  deliveries: number;
}

export interface Group {
  /** Place of the last entry handed out. */
  last: number;
  readonly open: Map<number, Open>;
}

export class MemoryStream {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  readonly groups = new Map<string, Group>();
  #entries: Place[] = [];
  #last = 0;
  #touched: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#touched = clock.mono();
  }

  get last(): number {
    return this.#last;
  }

  get first(): number {
    return this.#entries[0]?.at ?? 0;
  }

  isIdle(idleMs: number | null): boolean {
    return idleMs !== null && this.#clock.mono() - this.#touched >= idleMs;
  }

  /** At a place of its own, or after the last. */
  add(fields: Fields, limit: number, at = this.#last + 1): number {
    this.#touched = this.#clock.mono();
    this.#last = at;
    this.#entries.push({ at, fields });
    // In bulk, so that a full stream does not move all of itself for each entry.
    if (this.#entries.length >= 2 * limit) this.#entries = this.#entries.slice(-limit);
    return at;
  }

  /** Whoever waits for something new looks again. */
  wake(): void {
    for (const look of this.#waiting) look();
  }

  after(place: number, max: number): readonly Place[] {
    const from = this.#entries.findIndex(({ at }) => at > place);
    return from < 0 ? [] : this.#entries.slice(from, from + max);
  }

  find(place: number): Place | null {
    return this.#entries.find(({ at }) => at === place) ?? null;
  }

  /** Resolves when something was added, or after `waitMs`. */
  async news(waitMs: number): Promise<void> {
    if (waitMs <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel: Cancel = this.#clock.after(waitMs, resolve);
    this.#waiting.add(resolve);
    await promise;
    cancel();
    this.#waiting.delete(resolve);
  }
}

/** Every stream there is, by name. */
export class MemoryStreams {
  readonly #clock: Clock;
  readonly #streams = new Map<string, { readonly stream: MemoryStream; idleMs: number | null }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** `null` when there is none, or nobody has written to it for too long. */
  find(name: string): MemoryStream | null {
    const held = this.#streams.get(name);
    if (held?.stream.isIdle(held.idleMs) !== false) {
      this.#streams.delete(name);
      return null;
    }
    return held.stream;
  }

  /** Made when there is none. */
  open({ name, idleMs }: Pick<Stream, 'name' | 'idleMs'>): MemoryStream {
    const found = this.find(name);
    if (found !== null) return found;
    const stream = new MemoryStream(this.#clock);
    this.#streams.set(name, { stream, idleMs });
    return stream;
  }

  clear(): void {
    this.#streams.clear();
  }
}

export function entryOf({ at, fields }: Place): BusEntry {
  return { id: String(at), fields };
}
