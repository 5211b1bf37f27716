import { describe, expect, it } from 'vitest';
import { JournalUnwritable } from '#journal/ports.ts';
import { bodies, note, opened, textsOf, virtualClock } from './journals.ts';
import { MemoryDisk } from './memory-disk.ts';

/** Lets everything that waits for nothing but its turn have it. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
}

describe('group commit', () => {
  it('writes and syncs once for everything appended in one turn', async () => {
    const disk = new MemoryDisk();
    const { journal } = await opened({ disk });
    const appended = Array.from({ length: 64 }, (_, n) => journal.append([note(`${n}`)], 'sync'));
    await Promise.all(appended.map(({ durable }) => durable));
    expect(disk.calls.filter((call) => call === 'sync')).toHaveLength(1);
    expect(disk.calls.filter((call) => call === 'write')).toHaveLength(1);
  });

  it('gathers what is appended while a sync runs into the next one', async () => {
    const disk = new MemoryDisk();
    const { journal } = await opened({ disk });
    const slow = Promise.withResolvers<void>();
    disk.beforeSync = () => slow.promise;
    const first = journal.append([note('a')], 'sync');
    await settle();
    const later = Array.from({ length: 10 }, () => journal.append([note('b')], 'sync'));
    slow.resolve();
    await Promise.all([first, ...later].map(({ durable }) => durable));
    expect(disk.calls.filter((call) => call === 'sync')).toHaveLength(2);
  });

  it('syncs once a round for writers that each wait for their own', async () => {
    const disk = new MemoryDisk();
    const { journal } = await opened({ disk });
    const rounds = 5;
    const writer = async () => {
      for (let n = 0; n < rounds; n += 1) await journal.append([note('w')], 'sync').durable;
    };
    await Promise.all(Array.from({ length: 16 }, writer));
    expect(disk.calls.filter((call) => call === 'sync')).toHaveLength(rounds);
  });

  it('does not wait for time to pass before a sync append', async () => {
    const disk = new MemoryDisk();
    const clock = virtualClock();
    const { journal } = await opened({ disk, clock });
    await journal.append([note('a')], 'sync').durable;
    expect(clock.mono()).toBe(0);
  });

  it('lets a lazy append wait for company, and no longer than told', async () => {
    const disk = new MemoryDisk();
    const clock = virtualClock();
    const { journal } = await opened({ disk, clock, settings: { lazyMs: 10 } });
    journal.append([note('a')], 'lazy');
    clock.advance(6);
    journal.append([note('b')], 'lazy');
    await settle();
    expect(journal.health()).toMatchObject({ lastSeq: 2, durableSeq: 0, waitingMs: 6 });
    clock.advance(4);
    await settle();
    expect(journal.health()).toMatchObject({ durableSeq: 2, waitingMs: 0 });
    expect(disk.calls.filter((call) => call === 'sync')).toHaveLength(1);
  });

  it('takes waiting lazy records along with a sync one, and then waits anew', async () => {
    const disk = new MemoryDisk();
    const clock = virtualClock();
    const { journal } = await opened({ disk, clock, settings: { lazyMs: 10 } });
    journal.append([note('a')], 'lazy');
    clock.advance(9);
    await journal.append([note('b')], 'sync').durable;
    journal.append([note('c')], 'lazy');
    clock.advance(9);
    await settle();
    expect(journal.health().durableSeq).toBe(2);
    clock.advance(1);
    await settle();
    expect(journal.health().durableSeq).toBe(3);
  });

  it('says how long a record has waited for a slow disk', async () => {
    const disk = new MemoryDisk();
    const clock = virtualClock();
    const { journal } = await opened({ disk, clock });
    const slow = Promise.withResolvers<void>();
    disk.beforeSync = () => slow.promise;
    const { durable } = journal.append([note('a')], 'sync');
    await settle();
    clock.advance(5_000);
    expect(journal.health()).toMatchObject({ durableSeq: 0, waitingMs: 5_000, writable: true });
    slow.resolve();
    await durable;
    expect(journal.health().waitingMs).toBe(0);
  });
});

describe('a disk that misbehaves', () => {
  it('is written to until everything is taken', async () => {
    const disk = new MemoryDisk();
    disk.writeMax = 7;
    const { journal } = await opened({ disk });
    await journal.append([note('n1'), note('n2')], 'sync').durable;
    await journal.close();
    const again = await opened({ disk });
    expect(textsOf(again.journal)).toEqual(bodies(2));
  });

  it.each(['write', 'sync', 'create'] as const)(
    'is never asked again after a failed %s; all that waits is refused',
    async (call) => {
      const disk = new MemoryDisk();
      const { journal } = await opened({ disk });
      if (call !== 'create') await journal.append([note('n1')], 'sync').durable;
      disk.failing.set(call, 'failed');
      const heard: number[] = [];
      journal.onDurable(({ seq }) => heard.push(seq));
      const together = [journal.append([note('x')], 'lazy'), journal.append([note('y')], 'sync')];
      await settle();
      disk.failing.clear();
      const before = [...disk.calls];
      const after = [journal.append([note('z')], 'sync'), journal.emergency([note('z')])];
      for (const { durable } of [...together, ...after]) {
        await expect(durable).rejects.toThrow(`${call} failed`);
        await expect(durable).rejects.toThrow(JournalUnwritable);
      }
      expect(disk.calls).toEqual(before);
      expect(heard).toEqual([]);
      await journal.close();
    },
  );

  it('refuses what gathers while the sync before it fails', async () => {
    const disk = new MemoryDisk();
    const { journal } = await opened({ disk });
    const slow = Promise.withResolvers<void>();
    disk.beforeSync = () => slow.promise;
    disk.failing.set('sync', 'failed');
    const first = journal.append([note('a')], 'sync');
    await settle();
    const second = journal.append([note('b')], 'sync');
    slow.resolve();
    await expect(first.durable).rejects.toThrow(JournalUnwritable);
    await expect(second.durable).rejects.toThrow(JournalUnwritable);
    expect(journal.health()).toMatchObject({ lastSeq: 0, durableSeq: 0, writable: false });
  });

  it('counts as failed when more waits for it than it may hold up', async () => {
    const disk = new MemoryDisk();
    const { journal } = await opened({ disk, settings: { waitingBytesMax: 1_000 } });
    disk.beforeSync = () => Promise.withResolvers<void>().promise;
    const appended = Array.from({ length: 10 }, () => journal.append([note('a')], 'lazy'));
    await expect(appended[0]?.durable).rejects.toThrow(/does not keep up/);
    await expect(appended[9]?.durable).rejects.toThrow(/does not keep up/);
    expect(journal.health().writable).toBe(false);
  });
});

describe('a full disk', () => {
  it('gives the reserve free once, cuts the torn record off, and goes on there', async () => {
    const disk = new MemoryDisk();
    const { journal } = await opened({ disk });
    await journal.append([note('n1')], 'sync').durable;
    const sound = disk.read('000001.log', 0).length;
    disk.room = 50;
    await expect(journal.append([note('lost')], 'sync').durable).rejects.toThrow(/space/);
    expect(disk.read('000001.log', 0).length).toBe(sound + 50);
    expect(journal.health()).toMatchObject({ reservedBytes: disk.reserveBytes, writable: false });
    await journal.emergency([note('n2')]).durable;
    await journal.emergency([note('n3')]).durable;
    expect(disk.calls.filter((call) => call === 'release')).toHaveLength(1);
    expect(disk.calls).toContain(`reopen 000001.log ${sound}`);
    expect(journal.health()).toMatchObject({ reservedBytes: 0, durableSeq: 3 });
    await journal.close();
    const again = await opened({ disk });
    expect(again).toMatchObject({ torn: null, damage: null });
    expect(textsOf(again.journal)).toEqual(bodies(3));
  });

  it('refuses emergencies once the reserve is spent too', async () => {
    const disk = new MemoryDisk();
    disk.reserveBytes = 300;
    const { journal } = await opened({ disk });
    disk.room = 0;
    await expect(journal.append([note('lost')], 'sync').durable).rejects.toThrow(/space/);
    await journal.emergency([note('n1')]).durable;
    await expect(journal.emergency([note('n2')]).durable).rejects.toThrow(/space/);
    await expect(journal.emergency([note('n3')]).durable).rejects.toThrow(/space/);
    expect(disk.calls.filter((call) => call === 'release')).toHaveLength(1);
    await journal.close();
  });

  it('is met when a segment is to be started, too', async () => {
    const disk = new MemoryDisk();
    const { journal } = await opened({ disk, settings: { segmentBytes: 100 } });
    await journal.append([note('n1')], 'sync').durable;
    disk.failing.set('create', 'full');
    await expect(journal.append([note('lost')], 'sync').durable).rejects.toThrow(/create failed/);
    disk.failing.clear();
    await journal.emergency([note('n2')]).durable;
    await journal.close();
    expect(textsOf((await opened({ disk })).journal)).toEqual(bodies(2));
  });
});

describe('checkpoints', () => {
  it('follow every so many records, the time set, and the close', async () => {
    const disk = new MemoryDisk();
    const clock = virtualClock();
    const settings = { checkpointRecords: 3, checkpointMs: 60_000 };
    const { journal } = await opened({ disk, clock, settings });
    for (let n = 0; n < 4; n += 1) await journal.append([note('a')], 'sync').durable;
    await settle();
    expect(disk.lines.map(seqOf)).toEqual([3]);
    clock.advance(60_000);
    await settle();
    expect(disk.lines.map(seqOf)).toEqual([3, 4]);
    clock.advance(600_000);
    await settle();
    await journal.append([note('b')], 'sync').durable;
    await journal.close();
    expect(disk.lines.map(seqOf)).toEqual([3, 4, 5]);
    await (await opened({ disk, clock, settings })).journal.close();
    expect(disk.lines).toHaveLength(3);
  });

  it('that cannot be kept stop the journal like any other write', async () => {
    const disk = new MemoryDisk();
    const { journal } = await opened({ disk, settings: { checkpointRecords: 1 } });
    disk.failing.set('checkpoint', 'failed');
    await journal.append([note('a')], 'sync').durable;
    await settle();
    await expect(journal.append([note('b')], 'sync').durable).rejects.toThrow(/checkpoint failed/);
  });
});

function seqOf(line: string): unknown {
  const parsed: unknown = JSON.parse(line);
  return typeof parsed === 'object' && parsed !== null && 'seq' in parsed ? parsed.seq : null;
}

describe('free space', () => {
  const GIB = 1024 ** 3;

  it.each([
    ['ample', { freeBytes: 10 * GIB, totalBytes: 100 * GIB }],
    ['low', { freeBytes: 4.9 * GIB, totalBytes: 100 * GIB }],
    ['low', { freeBytes: GIB - 1, totalBytes: 10 * GIB }],
    ['short', { freeBytes: GIB / 4 - 1, totalBytes: 10 * GIB }],
    ['unknown', null],
  ] as const)('is %s with %o', async (space, free) => {
    const disk = new MemoryDisk();
    disk.free = free;
    const { journal } = await opened({ disk });
    expect(journal.health()).toMatchObject({ space, freeBytes: free?.freeBytes ?? null });
  });

  it('is asked for anew every few seconds', async () => {
    const disk = new MemoryDisk();
    const clock = virtualClock();
    const { journal } = await opened({ disk, clock });
    disk.free = { freeBytes: 1, totalBytes: GIB };
    journal.health();
    await settle();
    expect(journal.health().space).toBe('ample');
    clock.advance(5_000);
    journal.health();
    await settle();
    expect(journal.health().space).toBe('short');
  });
});
