import { createMemoryJournal } from '#adapters/memory/journal.ts';
import { openJournal } from '#journal/open.ts';
import { createSystemClock } from '#kernel/time.ts';
import { journalContract } from '../../contract/journal.contract.ts';
import { MemoryDisk } from './memory-disk.ts';

const clock = createSystemClock();

journalContract('in memory', async () => {
  const journal = createMemoryJournal({ clock, run: 'r_test' });
  return {
    journal,
    fillUp: () => journal.fillUp(),
    breakDown: () => journal.breakDown('the disk has failed'),
  };
});

journalContract('written to a disk in memory', async () => {
  const disk = new MemoryDisk();
  const opened = await openJournal({ disk, clock, run: 'r_test' });
  if (!opened.ok) throw new Error(opened.error.detail);
  return {
    journal: opened.value.journal,
    fillUp: () => {
      disk.room = 20;
    },
    breakDown: () => disk.failing.set('sync', 'failed'),
  };
});
