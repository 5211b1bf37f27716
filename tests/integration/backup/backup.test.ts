/** Copies of the record that can be trusted, and what becomes of an old one. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { noteCheckpoint, olderThanKnown } from '#app/backup/known.ts';
import { type BackupRequest, makeBackup } from '#app/backup/make.ts';
import { restoreBackup } from '#app/backup/restore.ts';
import { verifyBackup } from '#app/backup/verify.ts';
import { openJournal } from '#journal/open.ts';
import type { Journal } from '#journal/ports.ts';
import { verifyJournal } from '#journal/verify.ts';
import { createSystemClock, plus } from '#kernel/time.ts';
import { exiting, sold } from '../../fixtures/desk-courses.ts';
import { instant } from '../../fixtures/desk-log.ts';
import { writeJournal } from '../../fixtures/journal-on-disk.ts';

const NOW = instant('2025-12-03T07:30:00Z');
const HOUR_MS = 3_600_000;
const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

describe('a backup', () => {
  it('holds every record, in segments, with what belongs to them, and no secret', async () => {
    const place = await placeWithRecord();
    writeFileSync(join(place.directory, 'keys.json'), '{"keys":[]}');
    writeFileSync(join(place.directory, 'epoch'), '7\n');
    writeFileSync(join(place.directory, 'certifications.jsonl'), '{"whole":1}\n{"torn');
    writeFileSync(join(place.directory, 'tastytrade-sandbox.token.json'), 'secret');
    writeFileSync(join(place.directory, 'desk.json'), 'key of this run');
    const path = await backUp(place);
    expect(readdirSync(path).toSorted()).toEqual([
      ...['backup.json', 'certifications.jsonl', 'checkpoints.jsonl', 'epoch', 'journal'],
      'keys.json',
    ]);
    expect(readdirSync(join(path, 'journal')).length).toBeGreaterThan(2);
    expect(readFileSync(join(path, 'certifications.jsonl'), 'utf8')).toBe('{"whole":1}\n');
    expect(await verifyJournal(createJournalDisk(path))).toMatchObject({
      value: { ok: true, records: 34 },
    });
  });

  it('is consistent while a desk goes on writing', async () => {
    const place = await placeWithRecord();
    const journal = await openAgain(place.directory);
    let writing = true;
    const appending = (async () => {
      while (writing) await append(journal);
    })();
    const paths = [];
    for (let n = 0; n < 4; n += 1)
      paths.push(await backUp({ ...place, now: plus(NOW, n * HOUR_MS) }));
    writing = false;
    await appending;
    await journal.close();
    for (const path of paths) expect(await verifyBackup(path)).toMatchObject({ ok: true });
    const first = await verifyBackup(paths[0] ?? '');
    const last = await verifyBackup(paths.at(-1) ?? '');
    expect(first.ok && last.ok && last.value.last.seq - first.value.last.seq).toBeGreaterThan(0);
  });

  it('keeps the newest, and what is not its own', async () => {
    const place = await placeWithRecord();
    const other = await placeWithRecord(sold().entries.slice(1));
    await backUp({ ...other, to: place.to });
    mkdirSync(join(place.to, 'holiday-photos'));
    for (let n = 1; n <= 4; n += 1)
      await backUp({ ...place, keep: 2, now: plus(NOW, n * HOUR_MS) });
    expect(readdirSync(place.to).filter((name) => !/^(lock|known)-/.test(name))).toEqual([
      '2025-12-03T073000Z-000033',
      '2025-12-03T103000Z-000034',
      '2025-12-03T113000Z-000034',
      'holiday-photos',
    ]);
  });

  it.each(['journal/000001.log', 'keys.json'])('shows a change of %s', async (file) => {
    const place = await placeWithRecord();
    writeFileSync(join(place.directory, 'keys.json'), '{}');
    const path = await backUp(place);
    const bytes = readFileSync(join(path, file));
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    writeFileSync(join(path, file), bytes);
    const verified = await verifyBackup(path);
    expect(verified.ok ? '' : verified.error).toBe(`${file} is not the file that was written`);
  });

  it('is not made of a damaged journal, nor of none', async () => {
    const place = await placeWithRecord();
    const segment = join(place.directory, 'journal/000001.log');
    const bytes = readFileSync(segment);
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    writeFileSync(segment, bytes);
    expect(await refusal(place)).toContain('not what was written');
    expect(await refusal({ ...place, directory: newDirectory() })).toContain('no');
    expect(readdirSync(place.to).filter((name) => name.startsWith('.incomplete'))).toEqual([]);
  });

  it('takes what a killed one left away, and two are not made at once', async () => {
    const place = await placeWithRecord();
    mkdirSync(join(place.to, '.incomplete-1'), { recursive: true });
    const both = await Promise.all([makeBackup(place), makeBackup(place)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(existsSync(join(place.to, '.incomplete-1'))).toBe(false);
  });
});

describe('a restore', () => {
  it('gives the record back to the letter, halted, with what was open in words', async () => {
    const place = await placeWithRecord(exiting().entries);
    writeFileSync(join(place.directory, 'epoch'), '7\n');
    const path = await backUp(place);
    const directory = join(newDirectory(), 'restored');
    const report = await restore({ from: place.to, directory });
    expect(report).toMatchObject({ from: path, records: exiting().entries.length, knownSeq: null });
    expect(report.open).toHaveLength(1);
    expect(report.open[0]).toContain('UBER 78P 2025-12-05');
    expect(existsSync(join(directory, 'HALT'))).toBe(true);
    expect(readFileSync(join(directory, 'epoch'), 'utf8')).toBe('7\n');
    for (const name of readdirSync(join(place.directory, 'journal'))) {
      const copy = readFileSync(join(directory, 'journal', name));
      expect(copy.equals(readFileSync(join(place.directory, 'journal', name)))).toBe(true);
    }
  });

  it('of a desk that was writing is no older copy of itself', async () => {
    const place = await placeWithRecord();
    const journal = await openAgain(place.directory);
    for (let n = 0; n < 3; n += 1) await append(journal);
    await backUp(place);
    const directory = join(newDirectory(), 'restored');
    expect(await restore({ from: place.to, directory })).toMatchObject({ records: 37 });
    expect(await olderThanKnown(directory, place.to)).toBeNull();
    await journal.close();
  });

  it('never writes over anything', async () => {
    const place = await placeWithRecord();
    await backUp(place);
    expect(await refusedRestore({ from: place.to, directory: place.directory })).toContain(
      'is not empty',
    );
  });

  it('does not take a backup that was changed', async () => {
    const place = await placeWithRecord();
    const path = await backUp(place);
    appendFileSync(join(path, 'checkpoints.jsonl'), 'x');
    const directory = join(newDirectory(), 'restored');
    expect(await refusedRestore({ from: path, directory })).toContain('not the file that was');
    expect(existsSync(directory)).toBe(false);
  });

  it('F185: refuses an older copy than the record is known to reach, unless told', async () => {
    const place = await placeWithRecord();
    writeFileSync(join(place.directory, 'epoch'), '7\n');
    const old = await backUp(place);
    await writeJournal(place.directory, sold().entries.slice(0, 9));
    await noteCheckpoint(place.directory, place.to, { epoch: 12, now: NOW });
    const directory = join(newDirectory(), 'restored');
    const words = await refusedRestore({ from: old, directory });
    expect(words).toContain('known to have reached 43');
    expect(words).toContain('--older');
    const report = await restore({ from: old, directory, older: true });
    expect(report).toMatchObject({ records: 34, knownSeq: 43 });
    // The number of no run since is given out again.
    expect(readFileSync(join(directory, 'epoch'), 'utf8')).toBe('12\n');
  });

  it('F185: an old copy put in place by hand is recognised, and an agreed one is not held up', async () => {
    const place = await placeWithRecord();
    const copy = newDirectory();
    cpSync(place.directory, copy, { recursive: true });
    expect(await olderThanKnown(copy, place.to)).toBeNull();
    const old = await backUp(place);
    await writeJournal(place.directory, sold().entries.slice(0, 9));
    await noteCheckpoint(place.directory, place.to, { epoch: 1, now: NOW });
    expect(await olderThanKnown(copy, place.to)).toContain('is an older copy');
    expect(await olderThanKnown(place.directory, place.to)).toBeNull();
    await writeJournal(
      copy,
      sold()
        .entries.slice(0, 9)
        .map((entry) => ({ ...entry, actor: 'else' })),
    );
    expect(await olderThanKnown(copy, place.to)).toContain('another history');
    const directory = join(newDirectory(), 'restored');
    await restore({ from: old, directory, older: true, knownIn: place.to });
    expect(await olderThanKnown(directory, place.to)).toBeNull();
    await writeJournal(directory, sold().entries.slice(0, 3));
    await noteCheckpoint(directory, place.to, { epoch: 13, now: NOW });
    expect(await olderThanKnown(directory, place.to)).toBeNull();
    expect(await olderThanKnown(place.directory, place.to)).not.toBeNull();
  });
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-backup-'));
  made.push(directory);
  return directory;
}

async function placeWithRecord(entries = sold().entries): Promise<BackupRequest> {
  const directory = newDirectory();
  await writeJournal(directory, entries, { segmentBytes: 8_192 });
  return { directory, to: join(newDirectory(), 'backups'), keep: 7, now: NOW };
}

async function backUp(request: BackupRequest): Promise<string> {
  const report = await makeBackup(request);
  if (!report.ok) throw new Error(report.error);
  return report.value.path;
}

async function refusal(request: BackupRequest): Promise<string> {
  const report = await makeBackup(request);
  return report.ok ? 'made' : report.error;
}

type Restoring = Partial<Parameters<typeof restoreBackup>[0]> & {
  readonly from: string;
  readonly directory: string;
};

async function tryRestore(request: Restoring) {
  return restoreBackup({ older: false, now: NOW, knownIn: request.from, ...request });
}

async function restore(request: Restoring) {
  const report = await tryRestore(request);
  if (!report.ok) throw new Error(report.error);
  return report.value;
}

async function refusedRestore(request: Restoring): Promise<string> {
  const report = await tryRestore(request);
  return report.ok ? 'restored' : report.error;
}

async function openAgain(directory: string): Promise<Journal> {
  const opened = await openJournal({
    disk: createJournalDisk(directory, { reserveBytes: 4_096 }),
    clock: createSystemClock(),
    run: 'r2',
    settings: { segmentBytes: 8_192 },
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value.journal;
}

async function append(journal: Journal): Promise<void> {
  const body = { code: 'test', detail: 'x'.repeat(500), at: 0 };
  await journal.append([{ kind: 'incident.raised', body, actor: 'engine' }], 'sync').durable;
}
