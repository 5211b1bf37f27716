/**
 * The record of a world on a disk that forgets what was not synced: the production journal, and a
 * power cut at any moment of it.
 */
import type { Recorded } from '#events/record.ts';
import { FRAME_HEAD_BYTES } from '#journal/frame.ts';
import { openJournal } from '#journal/open.ts';
import type { Journal, JournalDisk, SegmentFile } from '#journal/ports.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Clock } from '#kernel/time.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { OpenedRecord, RecordKeeping, RunOfDesk } from '../desk/keeping.ts';
import { MemoryDisk } from '../unit/journal/memory-disk.ts';

/** A sync takes as long as on a disk, so that calls to the broker fall into it. */
const SYNC_MS = 2;
/** So small that a course starts segments and takes checkpoints. */
const SETTINGS = { segmentBytes: 16_384, checkpointRecords: 12, lazyMs: 10 };

export class DiskRecord implements RecordKeeping {
  disk = new MemoryDisk();
  /** Of the bytes not synced, how many the next power cut leaves. */
  unsyncedKept = 0;
  #onMoment: (what: string) => void = () => undefined;

  /** Calls `listener` before and after everything the journal does to the disk. */
  onMoment(listener: (what: string) => void): void {
    this.#onMoment = listener;
  }

  /** How much of what is not synced a power cut now could leave: every frame, and half of one. */
  prefixes(): readonly number[] {
    const newest = [...this.disk.files.values()].at(-1);
    if (newest === undefined) return [0];
    const unsynced = newest.bytes.subarray(newest.synced);
    const view = new DataView(unsynced.buffer, unsynced.byteOffset, unsynced.length);
    const found = [0];
    for (let at = 0; at < unsynced.length; found.push(at)) {
      const next = at + FRAME_HEAD_BYTES + view.getUint32(at);
      found.push(Math.floor((at + next) / 2));
      at = next;
    }
    return found;
  }

  async open({ clock, run }: RunOfDesk): Promise<OpenedRecord> {
    const { disk } = this;
    disk.beforeSync = () => passing(clock, SYNC_MS);
    const after: Recorded<DeskRecord>[] = [];
    const opened = await openJournal({
      // Of a disk whose power was cut nobody hears any more.
      disk: watched(disk, (what) => {
        if (disk === this.disk) this.#onMoment(what);
      }),
      clock,
      run,
      settings: SETTINGS,
      onRecord: (record) => after.push(record as Recorded<DeskRecord>),
    });
    invariant(opened.ok && opened.value.damage === null, 'a power cut damages no journal');
    return { journal: mortal(opened.value.journal, () => this.#cutPower()), after };
  }

  /** The old disk stays with the journal that died on it. */
  #cutPower(): void {
    this.disk = this.disk.afterPowerCut(this.unsyncedKept);
  }
}

function passing(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}

function mortal(journal: Journal, cutPower: () => void): OpenedRecord['journal'] {
  return Object.assign(journal, {
    breakDown: cutPower,
    fillUp: () => invariant(false, 'a power cut is all this disk suffers'),
  });
}

function watched(disk: MemoryDisk, onMoment: (what: string) => void): JournalDisk {
  const file = (segment: SegmentFile): SegmentFile => ({
    write: (bytes) => {
      onMoment('before a write');
      const taken = segment.write(bytes);
      onMoment('after a write');
      return taken;
    },
    sync: async () => {
      onMoment('before a sync');
      await segment.sync();
      onMoment('after a sync');
    },
    close: () => segment.close(),
  });
  return {
    prepare: () => disk.prepare(),
    segments: () => disk.segments(),
    read: (name, from) => disk.read(name, from),
    create: async (name) => {
      onMoment('before a segment');
      const created = file(disk.create(name));
      onMoment('after a segment');
      return created;
    },
    reopen: async (name, bytes) => file(disk.reopen(name, bytes)),
    quarantine: (name, from) => disk.quarantine(name, from),
    reserve: () => disk.reserve(),
    release: () => disk.release(),
    space: () => disk.space(),
    checkpoints: () => disk.checkpoints(),
    addCheckpoint: (line) => {
      onMoment('before a checkpoint');
      disk.addCheckpoint(line);
      onMoment('after a checkpoint');
    },
  };
}
