/** Appends to the journal of the directory given until it is killed, and prints what is durable. */
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { lockDirectory } from '#adapters/disk/lock.ts';
import { openJournal } from '#journal/open.ts';
import { createSystemClock } from '#kernel/time.ts';

const directory = process.argv[2] ?? '';
const locked = await lockDirectory(directory);
if (!locked.ok) throw new Error(locked.error.detail);
const opened = await openJournal({
  disk: createJournalDisk(directory, { reserveBytes: 0 }),
  clock: createSystemClock(),
  run: `r_${process.pid}`,
  settings: { segmentBytes: 20_000, checkpointRecords: 50 },
});
if (!opened.ok) throw new Error(opened.error.detail);
const { journal, damage } = opened.value;
if (damage !== null) throw new Error(JSON.stringify(damage));

journal.onDurable(({ seq }) => process.stdout.write(`${seq}\n`));
process.stdout.write('0\n');
for (;;) {
  const { lastSeq } = journal.health();
  const drafts = [1, 2, 3].map((n) => ({
    kind: 'test.noted',
    body: { text: `n${lastSeq + n}` },
    actor: 'test',
  }));
  journal.append(drafts, 'lazy');
  await journal.append(
    [{ kind: 'test.noted', body: { text: `n${lastSeq + 4}` }, actor: 'test' }],
    'sync',
  ).durable;
}
