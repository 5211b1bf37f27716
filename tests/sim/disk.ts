/**
 * The disk of one world: it keeps what was synced, loses or tears the rest when the process dies,
 * and can be told to fail, fill up or be slow. A process that has died waits on it for ever.
 */
import {
  DiskError,
  type JournalDisk,
  type SegmentFile,
  type SegmentInfo,
  type Space,
} from '#journal/ports.ts';
import { never } from './never.ts';

interface Stored {
  bytes: Uint8Array;
  length: number;
  synced: number;
}

/** What a process does with its disk, as a crash may find it. */
export type DiskMoment = 'write' | 'synced';

export interface DiskEvents {
  /** Called after the write, or the sync, is done and before the journal hears of it. */
  readonly after: (moment: DiskMoment) => void;
  readonly isDead: () => boolean;
  /** How long the sync that begins now takes; 0 is at once. */
  readonly syncMs: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

const PLENTY: Space = { freeBytes: 2 ** 40, totalBytes: 2 ** 40 };
const CAPACITY_FIRST = 65_536;
const SPARE_MAX = 4;
/** Room of worlds that are over, for those to come. */
const spare: Uint8Array[] = [];

export class SimDisk {
  readonly #files = new Map<string, Stored>();
  readonly #lines: string[] = [];
  /** The next write meets a full disk, or the next sync fails. */
  next: 'full' | 'failed' | null = null;
  tornTails = 0;

  /** The disk as one process has it. */
  open(events: DiskEvents): JournalDisk {
    return {
      prepare: () => undefined,
      segments: () => this.#segments(),
      read: (name, from) => {
        const { bytes, length } = this.#stored(name);
        return bytes.subarray(from, length);
      },
      create: (name) => {
        if (events.isDead()) return never();
        this.#files.set(name, {
          bytes: spare.pop() ?? new Uint8Array(CAPACITY_FIRST),
          length: 0,
          synced: 0,
        });
        return this.#file(name, events);
      },
      reopen: (name, bytes) => {
        if (events.isDead()) return never();
        const stored = this.#stored(name);
        stored.length = bytes;
        stored.synced = bytes;
        return this.#file(name, events);
      },
      quarantine: () => {
        this.tornTails += 1;
        return `torn tail ${this.tornTails}`;
      },
      reserve: () => 1_000_000,
      release: () => undefined,
      space: () => PLENTY,
      checkpoints: () => this.#lines,
      addCheckpoint: (line) => {
        if (events.isDead()) return never();
        this.#lines.push(line);
        return undefined;
      },
    };
  }

  /** The world is over. */
  discard(): void {
    for (const { bytes } of this.#files.values()) if (spare.length < SPARE_MAX) spare.push(bytes);
    this.#files.clear();
  }

  /** Bytes written and not synced. */
  get unsynced(): number {
    const last = [...this.#files.values()].at(-1);
    return last === undefined ? 0 : last.length - last.synced;
  }

  /** What a power cut leaves: so many of the unsynced bytes, then so many zeros. */
  cutPower(kept: number, zeros: number): void {
    for (const stored of this.#files.values()) {
      if (stored.length === stored.synced) continue;
      const length = Math.min(stored.length, stored.synced + kept);
      const isTorn = length < stored.length;
      stored.length = length;
      if (isTorn) this.#append(stored, new Uint8Array(zeros));
      stored.synced = stored.length;
    }
  }

  #segments(): readonly SegmentInfo[] {
    return [...this.#files].map(([name, { length }]) => ({ name, bytes: length }));
  }

  #file(name: string, events: DiskEvents): SegmentFile {
    const stored = this.#stored(name);
    return {
      write: (bytes) => {
        if (events.isDead()) return never();
        if (this.next === 'full') {
          this.next = null;
          throw new DiskError('full', 'no space left on device');
        }
        this.#append(stored, bytes);
        events.after('write');
        return events.isDead() ? never() : bytes.length;
      },
      sync: () => {
        if (events.isDead()) return never();
        if (this.next === 'failed') {
          this.next = null;
          throw new DiskError('failed', 'input/output error');
        }
        const forMs = events.syncMs();
        return forMs === 0 ? this.#synced(stored, events) : this.#syncLater(stored, events, forMs);
      },
      close: () => undefined,
    };
  }

  #synced(stored: Stored, events: DiskEvents): undefined | Promise<never> {
    stored.synced = stored.length;
    events.after('synced');
    return events.isDead() ? never() : undefined;
  }

  async #syncLater(stored: Stored, events: DiskEvents, forMs: number): Promise<void> {
    await events.wait(forMs);
    if (events.isDead()) return never();
    return this.#synced(stored, events);
  }

  #append(stored: Stored, bytes: Uint8Array): void {
    const needed = stored.length + bytes.length;
    if (needed > stored.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * stored.bytes.length));
      larger.set(stored.bytes.subarray(0, stored.length));
      stored.bytes = larger;
    }
    stored.bytes.set(bytes, stored.length);
    stored.length = needed;
  }

  #stored(name: string): Stored {
    const stored = this.#files.get(name);
    if (stored === undefined) throw new DiskError('missing', `${name} is not there`);
    return stored;
  }
}
