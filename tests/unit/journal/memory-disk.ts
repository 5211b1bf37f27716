/**
 * A disk in memory that can be told to fail: it forgets what was not synced, tears its end, fills
 * up, writes short, or breaks.
 */
import {
  DiskError,
  type DiskErrorKind,
  type JournalDisk,
  type SegmentFile,
  type SegmentInfo,
  type Space,
} from '#journal/ports.ts';

interface StoredSegment {
  bytes: Uint8Array;
  synced: number;
}

const PLENTY = { freeBytes: 2 ** 40, totalBytes: 2 ** 40 };

export class MemoryDisk implements JournalDisk {
  readonly files = new Map<string, StoredSegment>();
  readonly copies: { readonly name: string; readonly bytes: Uint8Array }[] = [];
  lines: string[] = [];
  free: Space | null = PLENTY;
  reserved = 0;
  /** How much `reserve` keeps back. */
  reserveBytes = 1_000;
  /** At most this many bytes are taken by one write. */
  writeMax = Infinity;
  /** Bytes left before the disk is full; the reserve, given free, adds to it. */
  room = Infinity;
  /** Whether a torn tail can be copied while so much is kept back. */
  copiesFit: (reserved: number) => boolean = () => true;
  /** Which calls fail, and how. */
  readonly failing = new Map<'write' | 'sync' | 'checkpoint' | 'create', DiskErrorKind>();
  readonly calls: string[] = [];
  /** Called before each sync is done: a test may wait in it. */
  beforeSync: () => Promise<void> = async () => undefined;

  prepare(): void {
    this.calls.push('prepare');
  }

  segments(): readonly SegmentInfo[] {
    return [...this.files].map(([name, { bytes }]) => ({ name, bytes: bytes.length }));
  }

  read(name: string, from: number, bytes = Infinity): Uint8Array {
    return this.#stored(name).bytes.slice(from, from + bytes);
  }

  create(name: string): SegmentFile {
    this.calls.push(`create ${name}`);
    this.#failIf('create');
    if (this.files.has(name)) throw new DiskError('failed', `${name} is there already`);
    this.files.set(name, { bytes: new Uint8Array(), synced: 0 });
    return this.#open(name);
  }

  reopen(name: string, bytes: number): SegmentFile {
    this.calls.push(`reopen ${name} ${bytes}`);
    const stored = this.#stored(name);
    stored.bytes = stored.bytes.slice(0, bytes);
    stored.synced = bytes;
    return this.#open(name);
  }

  quarantine(name: string, from: number): string {
    if (!this.copiesFit(this.reserved)) throw new DiskError('full', 'no space left on device');
    this.copies.push({ name, bytes: this.read(name, from) });
    return `copy ${this.copies.length}`;
  }

  reserve(): number {
    this.reserved = this.reserveBytes;
    return this.reserved;
  }

  release(): void {
    this.calls.push('release');
    this.room += this.reserved;
    this.reserved = 0;
  }

  space(): Space | null {
    return this.free;
  }

  checkpoints(): readonly string[] {
    return this.lines;
  }

  addCheckpoint(line: string): void {
    this.#failIf('checkpoint');
    this.lines.push(line);
  }

  /**
   * What a power cut leaves: what was synced, this many bytes of what was not, and so many zeros
   * where a file had grown already. The disk itself stays with the journal that died on it.
   */
  afterPowerCut(unsyncedKept = 0, zeros = 0): MemoryDisk {
    const left = new MemoryDisk();
    for (const [name, { bytes, synced }] of this.files) {
      const kept = bytes.subarray(0, synced + unsyncedKept);
      const isTorn = bytes.length > synced;
      const found = new Uint8Array(kept.length + (isTorn ? zeros : 0));
      found.set(kept);
      left.files.set(name, { bytes: found, synced: found.length });
    }
    left.lines = [...this.lines];
    return left;
  }

  #open(name: string): SegmentFile {
    let isSpoilt = false;
    const attempt = <T>(action: () => T): T => {
      // The journal must never try again on a descriptor that has failed.
      if (isSpoilt) throw new Error(`${name} was used again after it had failed`);
      isSpoilt = true;
      const result = action();
      isSpoilt = false;
      return result;
    };
    return {
      write: (bytes) => attempt(() => this.#write(name, bytes)),
      sync: async () => {
        await this.beforeSync();
        attempt(() => {
          this.calls.push('sync');
          this.#failIf('sync');
          const stored = this.#stored(name);
          stored.synced = stored.bytes.length;
        });
      },
      close: () => undefined,
    };
  }

  #write(name: string, bytes: Uint8Array): number {
    this.calls.push('write');
    this.#failIf('write');
    const taken = Math.min(bytes.length, this.writeMax, this.room);
    if (taken === 0) throw new DiskError('full', 'no space left on device');
    this.room -= taken;
    const stored = this.#stored(name);
    const longer = new Uint8Array(stored.bytes.length + taken);
    longer.set(stored.bytes);
    longer.set(bytes.subarray(0, taken), stored.bytes.length);
    stored.bytes = longer;
    return taken;
  }

  #failIf(call: 'write' | 'sync' | 'checkpoint' | 'create'): void {
    const kind = this.failing.get(call);
    if (kind !== undefined) throw new DiskError(kind, `${call} failed`);
  }

  #stored(name: string): StoredSegment {
    const stored = this.files.get(name);
    if (stored === undefined) throw new DiskError('missing', `${name} is not there`);
    return stored;
  }
}
