/** Free space, asked for now and then, so that the desk stops before the disk is full. */
import type { Clock } from '#kernel/time.ts';
import type { DiskSpace, JournalDisk, Space } from './ports.ts';

const MIB = 1024 * 1024;
const LOW_BYTES = 1024 * MIB;
const LOW_SHARE = 0.05;
const SHORT_BYTES = 256 * MIB;
const ASK_EVERY_MS = 5_000;

export function spaceLevel(space: Space | null): DiskSpace {
  if (space === null) return 'unknown';
  if (space.freeBytes < SHORT_BYTES) return 'short';
  const isLow = space.freeBytes < LOW_BYTES || space.freeBytes < LOW_SHARE * space.totalBytes;
  return isLow ? 'low' : 'ample';
}

export class SpaceWatch {
  readonly #disk: JournalDisk;
  readonly #clock: Clock;
  #known: Space | null = null;
  #askedAt = -Infinity;

  constructor(disk: JournalDisk, clock: Clock) {
    this.#disk = disk;
    this.#clock = clock;
  }

  /** What was last heard; asks again behind the caller's back when that is old. */
  get space(): Space | null {
    if (this.#clock.mono() - this.#askedAt >= ASK_EVERY_MS) void this.ask();
    return this.#known;
  }

  /** Never rejects: a disk that cannot be asked is of unknown space. */
  async ask(): Promise<void> {
    this.#askedAt = this.#clock.mono();
    try {
      this.#known = await this.#disk.space();
    } catch {
      this.#known = null;
    }
  }
}
