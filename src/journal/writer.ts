/**
 * The one writer of a journal.
 *
 * In    drafts, stamped and chained at once and gathered into a group.
 * Out   one write and one sync for a group; then its callers go on, then the listeners hear of it.
 * Rule  a `sync` append starts a flush within the turn it was made in; while one flush runs,
 *       whatever is appended gathers for the next. A `lazy` one waits for company, a little.
 *
 * Invariants
 * 1. A record is durable only after every record before it.
 * 2. After an error of a write or a sync nothing is tried again on that file: what was not durable
 *    is refused, and so is everything after it. Linux may have dropped the unsynced pages, so that
 *    a second sync would succeed on lost data.
 * 3. A full disk is different in one way: what *was* synced is safe. With the reserve given free, a
 *    fresh descriptor, cut back to the last durable record, takes emergency records.
 */
import { checkDraft } from '#events/draft.ts';
import { type Draft, RECORD_VERSION, type Recorded } from '#events/record.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { Checkpointer, type CheckpointSettings } from './checkpoints.ts';
import { Group } from './group.ts';
import {
  type Appended,
  DiskError,
  type Durability,
  type Journal,
  type JournalHealth,
  JournalUnwritable,
} from './ports.ts';
import { readRange } from './reader.ts';
import { SpaceWatch, spaceLevel } from './space-watch.ts';
import { Tail, type TailParts } from './tail.ts';

export interface WriterSettings extends CheckpointSettings {
  /** How long a lazy append waits for company. */
  readonly lazyMs: number;
  /** With more than this appended and not yet on disk, the disk counts as failed. */
  readonly waitingBytesMax: number;
}

export interface WriterParts extends TailParts {
  readonly clock: Clock;
  readonly run: string;
  readonly settings: WriterSettings;
  /** The newest record that has a checkpoint. */
  readonly checkpointSeq: number;
  /** Bytes kept back for emergencies. */
  readonly reservedBytes: number;
  /** Why nothing may be written from the start, or `null`. */
  readonly fault: string | null;
}

/**
 * open: takes everything · full: the disk is; takes emergencies · emergency: has taken one ·
 * failed: takes nothing more · closed: by its owner.
 */
type Mode = 'open' | 'full' | 'emergency' | 'failed' | 'closed';

/** Room that one large group has needed is not kept for the small ones after it. */
const SPARE_BYTES_MAX = 65_536;

export class JournalWriter implements Journal {
  readonly #parts: WriterParts;
  readonly #tail: Tail;
  readonly #space: SpaceWatch;
  readonly #checkpointer: Checkpointer;
  readonly #durableListeners = new Set<(record: Recorded) => void>();
  readonly #faultListeners = new Set<(fault: string) => void>();
  #mode: Mode;
  #fault: string | null;
  #reservedBytes: number;
  /** What gathers, and what is on its way to disk. */
  #gathering: Group;
  #writing: Group | null = null;
  /** Room of a group that is on disk, for the next. */
  #spare: Uint8Array | undefined;
  /** The disk filled up; the next group goes to a fresh descriptor, in the space kept back. */
  #mustRecover = false;
  /** Somebody waits for what gathers. */
  #isDue = false;
  #flushing: Promise<void> | null = null;
  #refusal: Promise<never> | null = null;
  #cancelLazy: Cancel | null = null;

  constructor(parts: WriterParts) {
    this.#parts = parts;
    this.#tail = new Tail(parts);
    this.#space = new SpaceWatch(parts.disk, parts.clock);
    this.#mode = parts.fault === null ? 'open' : 'failed';
    this.#fault = parts.fault;
    this.#reservedBytes = parts.reservedBytes;
    this.#gathering = new Group(parts.end);
    this.#checkpointer = new Checkpointer({ ...parts, onDue: () => this.#start() });
  }

  append<D extends Draft>(drafts: readonly D[], durability: Durability): Appended<D> {
    return this.#mode === 'open' ? this.#take(drafts, durability) : this.#refuse(drafts);
  }

  emergency<D extends Draft>(drafts: readonly D[]): Appended<D> {
    if (this.#mode === 'full') {
      this.#mode = 'emergency';
      this.#mustRecover = true;
    }
    const isOpen = this.#mode === 'open' || this.#mode === 'emergency';
    return isOpen ? this.#take(drafts, 'sync') : this.#refuse(drafts);
  }

  read(fromSeq = 1): Iterable<Recorded> {
    const { disk, index } = this.#parts;
    const toSeq = this.#tail.end.seq;
    const waiting = [...(this.#writing?.records ?? []), ...this.#gathering.records];
    return (function* () {
      yield* readRange(disk, index, { fromSeq, toSeq });
      yield* waiting.filter((record) => record.seq >= fromSeq && record.seq > toSeq);
    })();
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
    const oldest = this.#writing?.records[0] ?? this.#gathering.records[0];
    const space = this.#space.space;
    return {
      writable: this.#mode === 'open',
      lastSeq: this.#gathering.last.seq,
      durableSeq: this.#tail.end.seq,
      freeBytes: space?.freeBytes ?? null,
      space: spaceLevel(space),
      waitingMs: oldest === undefined ? 0 : Math.max(0, this.#parts.clock.mono() - oldest.mono),
      reservedBytes: this.#reservedBytes,
      fault: this.#fault,
    };
  }

  /** So that the first `health` already knows the free space. */
  askSpace(): Promise<void> {
    return this.#space.ask();
  }

  async close(): Promise<void> {
    const isSound = this.#mode === 'open' || this.#mode === 'emergency';
    this.#mode = 'closed';
    if (isSound) {
      this.#isDue = true;
      this.#start();
    }
    await this.#flushing;
    this.#stopTimers();
    if (this.#fault === null) await this.#takeCheckpoint();
    await this.#tail.close();
  }

  #take<D extends Draft>(drafts: readonly D[], durability: Durability): Appended<D> {
    const group = this.#gathering;
    const before = group.mark();
    const records = this.#stamp(drafts);
    try {
      for (const record of records) group.add(record);
    } catch (defect) {
      group.rewind(before);
      throw defect;
    }
    if (records.length === 0) return { records, durable: Promise.resolve() };
    this.#schedule(durability);
    if (group.size > this.#parts.settings.waitingBytesMax) {
      this.#fail(new DiskError('failed', 'the disk does not keep up with what is appended'), null);
    }
    return { records, durable: group.durable };
  }

  #stamp<D extends Draft>(drafts: readonly D[]): readonly Recorded<D>[] {
    const { clock, run } = this.#parts;
    const wall = clock.now();
    const mono = Math.round(clock.mono() * 1_000) / 1_000;
    const { seq } = this.#gathering.last;
    return drafts.map((draft, at) => {
      checkDraft(draft);
      return { ...draft, v: RECORD_VERSION, seq: seq + 1 + at, run, wall, mono };
    });
  }

  /** Stamped as if they came next, and counted nowhere: they are on no record. */
  #refuse<D extends Draft>(drafts: readonly D[]): Appended<D> {
    return { records: this.#stamp(drafts), durable: (this.#refusal ??= this.#refused()) };
  }

  /** One for all: who goes on appending asks often. */
  #refused(): Promise<never> {
    const refusal = Promise.reject(new JournalUnwritable(this.#fault ?? 'the journal is closed'));
    refusal.catch(() => undefined);
    return refusal;
  }

  #schedule(durability: Durability): void {
    if (durability === 'sync') {
      this.#isDue = true;
      this.#start();
      return;
    }
    this.#cancelLazy ??= this.#parts.clock.after(this.#parts.settings.lazyMs, () => {
      this.#cancelLazy = null;
      this.#isDue = true;
      this.#start();
    });
  }

  #start(): void {
    this.#flushing ??= this.#flush();
  }

  async #flush(): Promise<void> {
    try {
      // What is appended in the rest of this turn goes along.
      await Promise.resolve();
      while (this.#isDue || this.#checkpointer.isDue) {
        // First, so that no load can put it off for ever.
        if (this.#checkpointer.isDue) await this.#takeCheckpoint();
        else await this.#storeGroup();
      }
    } finally {
      this.#flushing = null;
    }
  }

  async #storeGroup(): Promise<void> {
    const group = this.#gathering;
    this.#isDue = false;
    if (group.records.length === 0) return;
    this.#cancelLazy?.();
    this.#cancelLazy = null;
    this.#gathering = new Group(group.last, this.#spare);
    this.#spare = undefined;
    this.#writing = group;
    try {
      if (this.#mustRecover) await this.#recover();
      await this.#tail.store(group);
    } catch (error) {
      this.#fail(error, group);
      return;
    } finally {
      this.#writing = null;
    }
    if (this.#fault === null) this.#checkpointer.note(this.#tail.end.seq);
    if (group.room.length <= SPARE_BYTES_MAX) this.#spare = group.room;
    group.settle();
    for (const record of group.records) {
      for (const listener of this.#durableListeners) listener(record);
    }
  }

  async #recover(): Promise<void> {
    this.#mustRecover = false;
    this.#reservedBytes = 0;
    await this.#tail.recover();
  }

  async #takeCheckpoint(): Promise<void> {
    try {
      await this.#checkpointer.take(this.#tail.end);
    } catch (error) {
      this.#fail(error, null);
    }
  }

  /** Refuses everything not durable, and says why to whoever asked to be told. */
  #fail(error: unknown, group: Group | null): void {
    const detail = error instanceof Error ? error.message : String(error);
    const isFull = error instanceof DiskError && error.kind === 'full' && this.#mode === 'open';
    const isFirst = this.#fault === null;
    this.#fault ??= detail;
    if (this.#mode !== 'closed') this.#mode = isFull ? 'full' : 'failed';
    this.#stopTimers();
    const reason = new JournalUnwritable(detail);
    group?.refuse(reason);
    this.#gathering.refuse(reason);
    this.#gathering = new Group(this.#tail.end);
    this.#isDue = false;
    if (isFirst) for (const listener of this.#faultListeners) listener(detail);
    // Anything but a disk's own error is a defect of this program, and ends it.
    if (!(error instanceof DiskError)) throw error;
  }

  #stopTimers(): void {
    this.#cancelLazy?.();
    this.#cancelLazy = null;
    this.#checkpointer.stop();
  }
}
