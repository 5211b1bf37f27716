import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createJournalDisk, findJournalDisk } from '#adapters/disk/journal-disk.ts';
import { openSegmentFile } from '#adapters/disk/segment-file.ts';
import { type OpenedJournal, openJournal } from '#journal/open.ts';
import { DiskError } from '#journal/ports.ts';
import { verifyJournal } from '#journal/verify.ts';
import { createSystemClock } from '#kernel/time.ts';
import { note } from '../../contract/journal.contract.ts';
import { temporaryDirectories } from './directory.ts';

const directory = temporaryDirectories();
const clock = createSystemClock();

async function opened(path: string, reserveBytes = 0): Promise<OpenedJournal> {
  const disk = createJournalDisk(path, { reserveBytes });
  const result = await openJournal({
    disk,
    clock,
    run: 'r_test',
    settings: { segmentBytes: 1_000 },
  });
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

async function written(records: number): Promise<string> {
  const path = directory();
  const { journal } = await opened(path);
  for (let n = 1; n <= records; n += 1) await journal.append([note(`n${n}`)], 'sync').durable;
  await journal.close();
  return path;
}

function lastSegment(path: string): string {
  return join(path, 'journal', readdirSync(join(path, 'journal')).toSorted().at(-1) ?? '');
}

describe('a data directory', () => {
  it('is made at the first start, readable by its owner alone', async () => {
    const path = join(directory(), 'a', 'b');
    const { journal } = await opened(path, 5_000);
    await journal.append([note('n1')], 'sync').durable;
    await journal.close();
    expect(readdirSync(path).toSorted()).toEqual(['checkpoints.jsonl', 'journal', 'reserve']);
    expect(statSync(join(path, 'reserve')).size).toBe(5_000);
    expect(statSync(join(path, 'journal')).mode & 0o777).toBe(0o700);
    for (const file of ['checkpoints.jsonl', 'reserve', 'journal/000001.log']) {
      expect(statSync(join(path, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('keeps a copy of each torn end before it cuts it off', async () => {
    const path = await written(6);
    rmSync(join(path, 'checkpoints.jsonl'));
    const segment = lastSegment(path);
    for (const tail of ['first', 'second']) {
      appendFileSync(segment, tail);
      const { journal, torn } = await opened(path);
      await journal.close();
      expect(readFileSync(torn?.copy ?? '', 'utf8')).toBe(tail);
    }
    expect(readdirSync(join(path, 'quarantine'))).toHaveLength(2);
    expect(await verifyJournal(createJournalDisk(path))).toMatchObject({ value: { ok: true } });
  });

  it('that lost the end of its journal is opened for reading alone', async () => {
    const path = await written(6);
    truncateSync(lastSegment(path), 10);
    const { journal, damage } = await opened(path);
    expect(damage).toMatchObject({ reason: 'bad_frame' });
    expect(journal.health().writable).toBe(false);
    await journal.close();
    expect(statSync(lastSegment(path)).size).toBe(10);
  });

  it('can be checked as a copy, by whatever part of it was copied', async () => {
    const path = await written(9);
    const copy = directory();
    cpSync(path, copy, { recursive: true });
    const report = { ok: true, value: { ok: true, records: 9 } };
    expect(await verifyJournal(findJournalDisk(copy))).toMatchObject(report);
    expect(await verifyJournal(findJournalDisk(join(copy, 'journal')))).toMatchObject(report);
    const bare = join(directory(), 'renamed');
    cpSync(join(path, 'journal'), bare, { recursive: true });
    expect(await verifyJournal(findJournalDisk(bare))).toMatchObject(report);
  });

  it('that is missing, empty, or not one is told apart from a damaged journal', async () => {
    const missing = await verifyJournal(findJournalDisk(join(directory(), 'nowhere')));
    expect(missing).toMatchObject({ ok: false, error: { kind: 'nothing_there' } });
    expect(missing.ok ? '' : missing.error.detail).toContain('nowhere');
    const empty = directory();
    mkdirSync(join(empty, 'journal'));
    expect(await verifyJournal(findJournalDisk(empty))).toMatchObject({ ok: false });
    const file = join(directory(), 'file');
    writeFileSync(file, '');
    expect(await verifyJournal(findJournalDisk(file))).toMatchObject({ ok: false });
    const open = await openJournal({ disk: createJournalDisk(file), clock, run: 'r' });
    expect(open).toMatchObject({ ok: false, error: { kind: 'disk' } });
  });

  it('keeps each checkpoint on a line of its own, also after a torn one', async () => {
    const path = await written(1);
    const disk = createJournalDisk(path);
    const before = await disk.checkpoints();
    appendFileSync(join(path, 'checkpoints.jsonl'), '{"torn":');
    await disk.addCheckpoint('whole');
    expect(await disk.checkpoints()).toEqual([...before, '{"torn":', 'whole']);
  });

  it('gives its reserve free when told to, and makes it anew', async () => {
    const path = directory();
    const disk = createJournalDisk(path, { reserveBytes: 3_000_000 });
    expect(await disk.reserve()).toBe(3_000_000);
    await disk.release();
    expect(readdirSync(path)).toEqual([]);
    expect(await disk.reserve()).toBe(3_000_000);
    expect(statSync(join(path, 'reserve')).blocks * 512).toBeGreaterThanOrEqual(3_000_000);
  });

  it('knows its free space', async () => {
    const space = await createJournalDisk(directory()).space();
    expect(space?.freeBytes).toBeGreaterThan(0);
    expect(space?.totalBytes).toBeGreaterThanOrEqual(space?.freeBytes ?? Infinity);
  });
});

describe('what the system says of a disk', () => {
  it('is put in the journal’s words', async () => {
    const full = openSegmentFile('/dev/full', 'a');
    const attempt = async () => full.write(new Uint8Array([1]));
    await expect(attempt()).rejects.toMatchObject({ kind: 'full' });
    await expect(attempt()).rejects.toThrow(/write \/dev\/full: ENOSPC/);
    await full.close();
    const disk = createJournalDisk(join(directory(), 'nowhere'));
    await expect(disk.segments()).rejects.toMatchObject({ kind: 'missing' });
    await expect(disk.segments()).rejects.toThrow(DiskError);
    expect(() => disk.read('000001.log', 0)).toThrow(DiskError);
  });

  it('never makes a segment longer, or over another', async () => {
    const path = await written(1);
    const disk = createJournalDisk(path);
    await expect(disk.create('000001.log')).rejects.toThrow(DiskError);
    await expect(disk.reopen('000001.log', 1_000_000)).rejects.toThrow(/at least 1000000 bytes/);
    expect(await verifyJournal(disk)).toMatchObject({ value: { ok: true } });
  });
});
