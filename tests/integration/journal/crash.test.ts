import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { openJournal } from '#journal/open.ts';
import { verifyJournal } from '#journal/verify.ts';
import { createSystemClock } from '#kernel/time.ts';
import { childProcesses } from './child-process.ts';
import { temporaryDirectories } from './directory.ts';

const directory = temporaryDirectories();
const start = childProcesses();
const CHILD = new URL('./append-child.ts', import.meta.url);
const KILLS = 8;

describe('a process killed while it appends', () => {
  it('has lost no record it had acknowledged, and the next one goes on', async () => {
    const path = directory();
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = start(CHILD, path);
      await child.line();
      // Not a wait for something to happen: the kill comes at whatever instant this ends in.
      await pause(kill * 7);
      await child.kill();
      for (let line = await child.line(); line !== null; line = await child.line()) {
        acknowledged = Math.max(acknowledged, Number(line));
      }
      const report = await verifyJournal(createJournalDisk(path));
      const reason = report.ok ? report.value.firstBad?.reason : report.error.kind;
      expect([undefined, 'torn_tail', 'nothing_there']).toContain(reason);
    }
    const opened = await openJournal({
      disk: createJournalDisk(path, { reserveBytes: 0 }),
      clock: createSystemClock(),
      run: 'r_last',
    });
    if (!opened.ok) throw new Error(opened.error.detail);
    const texts = [...opened.value.journal.read()].map(({ body }) => body);
    await opened.value.journal.close();
    expect(acknowledged).toBeGreaterThan(KILLS);
    expect(texts.length).toBeGreaterThanOrEqual(acknowledged);
    expect(texts).toEqual(texts.map((_, at) => ({ text: `n${at + 1}` })));
  });
});
