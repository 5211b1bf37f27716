/** A journal that lives as long as the process: for tests, previews and simulation. */
import { encodeCanonical } from '#events/codec.ts';
import { checkDraft } from '#events/draft.ts';
import { type Draft, RECORD_VERSION, type Recorded } from '#events/record.ts';
import {
  type Appended,
  type Journal,
  type JournalHealth,
  JournalUnwritable,
  RECORD_BYTES_MAX,
} from '#journal/ports.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Clock } from '#kernel/time.ts';

export interface MemoryJournal extends Journal {
  /** From now on as after a failed sync: nothing is taken. */
  breakDown(fault: string): void;
  /** From now on as on a full disk: only emergencies are taken. */
  fillUp(): void;
}

export interface MemoryJournalRequest {
  readonly clock: Clock;
  readonly run: string;
  /** What an earlier run left: `read()` of its journal. */
  readonly after?: Iterable<Recorded>;
}

/** Durable within a microtask of the append, whatever durability is asked for. */
export function createMemoryJournal(request: MemoryJournalRequest): MemoryJournal {
  return new InMemory(request);
}

type Mode = 'open' | 'full' | 'failed' | 'closed';

class InMemory implements MemoryJournal {
  readonly #clock: Clock;
  readonly #run: string;
  readonly #records: Recorded[];
  readonly #durableListeners = new Set<(record: Recorded) => void>();
  readonly #faultListeners = new Set<(fault: string) => void>();
  #mode: Mode = 'open';
  #fault: string | null = null;
  #durable: number;
  #settled = Promise.withResolvers<void>();
  #isScheduled = false;

  constructor({ clock, run, after = [] }: MemoryJournalRequest) {
    this.#clock = clock;
    this.#run = run;
    this.#records = [...after];
    this.#durable = this.#records.length;
  }

  append<D extends Draft>(drafts: readonly D[]): Appended<D> {
    return this.#mode === 'open' ? this.#take(drafts) : this.#refuse(drafts);
  }

  emergency<D extends Draft>(drafts: readonly D[]): Appended<D> {
    const isOpen = this.#mode === 'open' || this.#mode === 'full';
    return isOpen ? this.#take(drafts) : this.#refuse(drafts);
  }

  read(fromSeq = 1): Iterable<Recorded> {
    return this.#records.slice(Math.max(0, fromSeq - 1));
  }

  onDurable(listener: (record: Recorded) => void): () => void {
    this.#durableListeners.add(listener);
    return () => this.#durableListeners.delete(listener);
  }

  onFault(listener: (fault: string) => void): () => void {
    this.#faultListeners.add(listener);
    return () => this.#faultListeners.delete(listener);
  }

  health(): JournalHealth {
    const oldest = this.#records[this.#durable];
    return {
      writable: this.#mode === 'open',
      lastSeq: this.#records.length,
      durableSeq: this.#durable,
      freeBytes: null,
      space: 'unknown',
      waitingMs: oldest === undefined ? 0 : Math.max(0, this.#clock.mono() - oldest.mono),
      reservedBytes: 0,
      fault: this.#fault,
    };
  }

  async close(): Promise<void> {
    this.#mode = 'closed';
    if (this.#isScheduled) await this.#settled.promise;
  }

  breakDown(fault: string): void {
    this.#stop('failed', fault);
  }

  fillUp(): void {
    this.#stop('full', 'no space left');
  }

  #take<D extends Draft>(drafts: readonly D[]): Appended<D> {
    const records = this.#stamp(drafts);
    for (const record of records) checkKeepable(record);
    if (records.length === 0) return { records, durable: Promise.resolve() };
    this.#records.push(...records);
    const durable = this.#settled.promise;
    if (!this.#isScheduled) void this.#settle();
    return { records, durable };
  }

  async #settle(): Promise<void> {
    this.#isScheduled = true;
    const settled = this.#settled;
    await Promise.resolve();
    // A fault in between has refused these records and started over.
    if (settled !== this.#settled) return;
    this.#isScheduled = false;
    this.#settled = Promise.withResolvers();
    const made = this.#records.slice(this.#durable);
    this.#durable = this.#records.length;
    settled.resolve();
    for (const record of made) {
      for (const listener of this.#durableListeners) listener(record);
    }
  }

  #stop(mode: Mode, fault: string): void {
    if (this.#mode === 'closed' || this.#mode === 'failed') return;
    const isFirst = this.#fault === null;
    this.#mode = mode;
    this.#fault ??= fault;
    this.#records.length = this.#durable;
    this.#settled.promise.catch(() => undefined);
    this.#settled.reject(new JournalUnwritable(fault));
    this.#settled = Promise.withResolvers();
    this.#isScheduled = false;
    if (isFirst) for (const listener of this.#faultListeners) listener(fault);
  }

  #refuse<D extends Draft>(drafts: readonly D[]): Appended<D> {
    const durable = Promise.reject(new JournalUnwritable(this.#fault ?? 'the journal is closed'));
    durable.catch(() => undefined);
    return { records: this.#stamp(drafts), durable };
  }

  #stamp<D extends Draft>(drafts: readonly D[]): readonly Recorded<D>[] {
    const wall = this.#clock.now();
    const mono = this.#clock.mono();
    const seq = this.#records.length;
    const run = this.#run;
    return drafts.map((draft, at) => {
      checkDraft(draft);
      return { ...draft, v: RECORD_VERSION, seq: seq + 1 + at, run, wall, mono };
    });
  }
}

/** The same refusals as on disk, so that a test in memory meets them. */
function checkKeepable(record: Recorded): void {
  const bytes = new TextEncoder().encode(encodeCanonical(record)).length;
  invariant(
    bytes <= RECORD_BYTES_MAX,
    `a record is at most ${RECORD_BYTES_MAX} bytes, was a ${record.kind} of ${bytes}`,
  );
}
