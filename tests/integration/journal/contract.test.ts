import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { openJournal } from '#journal/open.ts';
import { DiskError, type JournalDisk, type SegmentFile } from '#journal/ports.ts';
import { createSystemClock } from '#kernel/time.ts';
import { journalContract } from '../../contract/journal.contract.ts';
import { temporaryDirectories } from './directory.ts';

const directory = temporaryDirectories();

journalContract('on disk', async () => {
  const faults = { isFull: false, isBroken: false };
  const disk = withFaults(createJournalDisk(directory(), { reserveBytes: 4_096 }), faults);
  const opened = await openJournal({ disk, clock: createSystemClock(), run: 'r_test' });
  if (!opened.ok) throw new Error(opened.error.detail);
  return {
    journal: opened.value.journal,
    fillUp: () => {
      faults.isFull = true;
    },
    breakDown: () => {
      faults.isBroken = true;
    },
  };
});

/** The real disk, full until its reserve is given free, or failing at the sync. */
function withFaults(
  real: JournalDisk,
  faults: { isFull: boolean; isBroken: boolean },
): JournalDisk {
  const spoil = (file: SegmentFile): SegmentFile => ({
    write(bytes) {
      // As a disk does: a part still fits.
      if (faults.isFull && bytes.length > 20) return file.write(bytes.subarray(0, 20));
      if (faults.isFull) throw new DiskError('full', 'no space left on device');
      return file.write(bytes);
    },
    sync() {
      if (faults.isBroken) throw new DiskError('failed', 'input/output error');
      return file.sync();
    },
    close: () => file.close(),
  });
  return {
    prepare: () => real.prepare(),
    segments: () => real.segments(),
    read: (name, from) => real.read(name, from),
    create: async (name) => spoil(await real.create(name)),
    reopen: async (name, bytes) => spoil(await real.reopen(name, bytes)),
    quarantine: (name, from) => real.quarantine(name, from),
    reserve: () => real.reserve(),
    async release() {
      await real.release();
      faults.isFull = false;
    },
    space: () => real.space(),
    checkpoints: () => real.checkpoints(),
    addCheckpoint: (line) => real.addCheckpoint(line),
  };
}
