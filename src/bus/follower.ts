/**
 * Brings the record to the bus: the stream of records, the hot audit, the latest values.
 *
 * In    the journal, pulled from where the store stands; latest values as they change.
 * Out   emissions, each of them all or nothing; health for people.
 * Rule  level-triggered: the store itself says where it stands, and nothing is kept here for it.
 *       One that is away for hours costs no memory, and one that was wiped or put back to an old
 *       copy is simply further behind.
 */
import { DiskError } from '#journal/ports.ts';
import type { Random } from '#kernel/random.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { BusFault, HotChange, Owner, SequencedEntry } from './model.ts';
import type { RecordStore } from './ports.ts';

/** A record as it is told to others, and as a row of the audit. */
export interface ToldEntry {
  readonly record: SequencedEntry;
  readonly row: SequencedEntry;
}

/** The record as the desk has it. */
export interface RecordSource {
  /** Sequence number of the last record on disk. */
  last(): number;
  /** Records from `from` on, in order, at most `max` of them; none when there are none. */
  read(from: number, max: number): Promise<readonly ToldEntry[]>;
  /** Calls the listener when there are more, until undone. */
  onMore(listener: () => void): () => void;
}

/** Latest values of the desk. */
export interface ValueSource {
  /** All there are: each change replaces its table. */
  whole(): readonly HotChange[];
  /** What changed since it was last asked; `null`: more than could be remembered. */
  changed(): readonly HotChange[] | null;
}

export interface FollowerParts {
  readonly store: RecordStore;
  readonly source: RecordSource;
  readonly values: ValueSource;
  readonly owner: Owner;
  readonly clock: Clock;
  readonly random: Random;
  /** Of an empty store no more than its newest records are filled. */
  readonly recordsMax: number;
  readonly behindMs: number;
  /** Told once for as long as it lasts. */
  readonly onBehind: (detail: string) => void;
}

export interface FollowerHealth {
  /** superseded: another desk writes there, and this one waits for it to stop. */
  readonly state: 'current' | 'behind' | 'superseded';
  /** Sequence number of the last record there; `null`: not known. */
  readonly seq: number | null;
  readonly lagRecords: number;
  /** For how long it has not been current; 0 while it is. */
  readonly lagMs: number;
  readonly emitted: number;
  readonly error: string | null;
}

const BATCH_MAX = 256;
/** The lease is renewed and the values are looked at, also when nothing is recorded. */
const BEAT_MS = 1_000;
const LOOK_MS = 10;
const RETRY_MS_FIRST = 100;
const RETRY_MS_MAX = 2_000;

const UNREADABLE: BusFault = { kind: 'refused', detail: 'the journal cannot be read back' };

export class Follower {
  readonly #parts: FollowerParts;
  /** Where the store stands; `null`: to be asked. */
  #position: number | null = null;
  /** Values were lost on the way, or never written. */
  #owesWhole = true;
  #fault: BusFault | null = null;
  #faults = 0;
  #emitted = 0;
  #behindSince: number | null;
  #hasTold = false;
  #isStopped = false;
  #hasNews = false;
  #wake: (() => void) | null = null;
  #loop: Promise<void> | null = null;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#behindSince = parts.clock.mono();
  }

  start(): void {
    const undo = this.#parts.source.onMore(() => {
      this.#hasNews = true;
      this.#wake?.();
    });
    this.#loop ??= this.#run().finally(undo);
  }

  /** Whether the store comes to hold what is on disk now, within that time. */
  async current(withinMs: number): Promise<boolean> {
    const { clock, source } = this.#parts;
    const wanted = source.last();
    const until = clock.mono() + withinMs;
    while ((this.#position ?? -1) < wanted) {
      if (this.#isStopped || clock.mono() >= until) return false;
      await new Promise<void>((resolve) => {
        clock.after(LOOK_MS, resolve);
      });
    }
    return true;
  }

  /** Ends after the emission under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wake?.();
    await this.#loop;
  }

  health(): FollowerHealth {
    const { source, clock } = this.#parts;
    const lagRecords = Math.max(0, source.last() - (this.#position ?? 0));
    const since = this.#behindSince;
    const isBehind = since === null ? 'current' : 'behind';
    return {
      state: this.#fault?.kind === 'superseded' ? 'superseded' : isBehind,
      seq: this.#position,
      lagRecords: this.#position === null ? source.last() : lagRecords,
      lagMs: since === null ? 0 : clock.mono() - since,
      emitted: this.#emitted,
      error: this.#fault?.detail ?? null,
    };
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const pause = await this.#turn();
      this.#watch();
      if (pause > 0 && !this.#isStopped) await this.#rest(pause);
    }
  }

  /** One emission, or one try of it; gives how long to wait for the next. */
  async #turn(): Promise<number> {
    const { store, source, owner } = this.#parts;
    this.#hasNews = false;
    if (this.#position === null) {
      const claimed = await store.claim(owner, source.last());
      if (!claimed.ok) return this.#failed(claimed.error);
      this.#position = claimed.value.last === 0 ? this.#beginning() : claimed.value.last;
      this.#owesWhole = true;
    }
    const after = this.#position;
    const told = await this.#read(after + 1);
    if (told === null) return this.#failed(UNREADABLE);
    const hot = this.#changes();
    const emitted = await store.emit({
      ...{ owner, after, hot },
      records: told.map(({ record }) => record),
      rows: told.map(({ row }) => row),
    });
    if (!emitted.ok) return this.#failed(emitted.error);
    this.#owesWhole = false;
    this.#fault = null;
    this.#faults = 0;
    this.#emitted += told.length;
    this.#position = told.at(-1)?.record.seq ?? after;
    // A source that gives nothing, though there is more, is not asked in a circle.
    return told.length > 0 && this.#position < source.last() ? 0 : BEAT_MS;
  }

  /** `null` when the disk does not give it: the desk itself deals with that. */
  async #read(from: number): Promise<readonly ToldEntry[] | null> {
    try {
      return await this.#parts.source.read(from, BATCH_MAX);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      return null;
    }
  }

  /** What an empty store begins behind: it keeps only so many anyway. */
  #beginning(): number {
    const { source, recordsMax } = this.#parts;
    return Math.max(0, source.last() - recordsMax);
  }

  #changes(): readonly HotChange[] {
    const { values } = this.#parts;
    const changed = values.changed();
    this.#owesWhole ||= changed === null;
    return this.#owesWhole || changed === null ? values.whole() : changed;
  }

  /** Whatever failed, the outcome is not known: the store is asked where it stands. */
  #failed(fault: BusFault): number {
    const { random } = this.#parts;
    this.#position = null;
    this.#fault = fault;
    const pause = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** Math.min(this.#faults, 10));
    this.#faults += 1;
    return pause * (0.5 + random.next() / 2);
  }

  #watch(): void {
    const { clock, source, behindMs, onBehind } = this.#parts;
    if (this.#position !== null && this.#position >= source.last()) {
      this.#behindSince = null;
      this.#hasTold = false;
      return;
    }
    this.#behindSince ??= clock.mono();
    if (this.#hasTold || clock.mono() - this.#behindSince < behindMs) return;
    this.#hasTold = true;
    onBehind(this.#fault?.detail ?? `${this.health().lagRecords} records are not there yet`);
  }

  /** Until there is more, when all is well; a fault is waited out. */
  async #rest(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel: Cancel = this.#parts.clock.after(ms, resolve);
    if (this.#fault === null || this.#isStopped) this.#wake = resolve;
    else this.#wake = () => (this.#isStopped ? resolve() : undefined);
    // What came while the last emission was under way.
    if (this.#fault === null && this.#hasNews) resolve();
    await promise;
    this.#wake = null;
    cancel();
  }
}
