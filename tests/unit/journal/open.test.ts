import { describe, expect, it } from 'vitest';
import type { Recorded } from '#events/record.ts';
import { Sink } from '#events/sink.ts';
import { GENESIS, writePayload } from '#journal/chain.ts';
import { FRAME_HEAD_BYTES, sealFrame } from '#journal/frame.ts';
import type { DamageCode } from '#journal/model.ts';
import { openJournal } from '#journal/open.ts';
import { DiskError, JournalUnwritable } from '#journal/ports.ts';
import { verifyJournal } from '#journal/verify.ts';
import { sha256Hex } from '#kernel/digest.ts';
import {
  bodies,
  crashedDiskWith,
  diskWith,
  note,
  opened,
  textsOf,
  virtualClock,
} from './journals.ts';
import { MemoryDisk } from './memory-disk.ts';

const FIRST = '000001.log';

function bytesOf(disk: MemoryDisk, name = FIRST): Uint8Array {
  return disk.read(name, 0);
}

function put(disk: MemoryDisk, bytes: Uint8Array, name = FIRST): void {
  disk.files.set(name, { bytes, synced: bytes.length });
}

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

/** Where each frame starts, and where the last one ends. */
function edges(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = [0];
  for (let at = 0; at < bytes.length; found.push(at)) at += FRAME_HEAD_BYTES + view.getUint32(at);
  return found;
}

function frameOf(content: string): Uint8Array {
  const text = new TextEncoder().encode(content);
  const bytes = joined(new Uint8Array(FRAME_HEAD_BYTES), text);
  sealFrame(bytes, 0, text.length);
  return bytes;
}

describe('a journal whose end was torn by a crash', () => {
  const tails: readonly (readonly [string, (frame: Uint8Array) => Uint8Array])[] = [
    ['a single byte', (frame) => frame.subarray(0, 1)],
    ['half a head', (frame) => frame.subarray(0, 5)],
    ['a head alone', (frame) => frame.subarray(0, 8)],
    ['all but the last byte', (frame) => frame.subarray(0, -1)],
    ['zeros', () => new Uint8Array(5_000)],
    ['a frame whose last bytes never reached the disk', (frame) => frame.with(frame.length - 3, 0)],
    ['garbage', () => Uint8Array.from({ length: 900 }, (_, at) => (at * 131 + 7) % 256)],
  ];

  it.each(tails)('by %s goes on after the last whole record', async (_, tail) => {
    const disk = await crashedDiskWith(4);
    const whole = bytesOf(disk);
    const start = edges(whole)[3] ?? 0;
    const torn = tail(whole.subarray(start));
    put(disk, joined(whole.subarray(0, start), torn));
    const { journal, torn: found, damage } = await opened({ disk });
    expect(damage).toBeNull();
    expect(found).toEqual({ segment: FIRST, offset: start, copy: 'copy 1' });
    expect(disk.copies).toEqual([{ name: FIRST, bytes: torn }]);
    await journal.append([note('n4')], 'sync').durable;
    await journal.close();
    expect(textsOf((await opened({ disk })).journal)).toEqual(bodies(4));
  });

  it('on a full disk uses the space kept back for the copy', async () => {
    const disk = await crashedDiskWith(2);
    put(disk, bytesOf(disk).slice(0, -1));
    disk.reserve();
    disk.copiesFit = (reserved) => reserved === 0;
    const { torn, damage } = await opened({ disk });
    expect([torn?.copy, damage]).toEqual(['copy 1', null]);
  });

  it('goes on in the segment that was just started', async () => {
    const disk = await crashedDiskWith(3, { segmentBytes: 1 });
    put(disk, bytesOf(disk, '000003.log').subarray(0, 20), '000003.log');
    const { journal, torn } = await opened({ disk });
    expect(torn).toMatchObject({ segment: '000003.log', offset: 0 });
    await journal.append([note('n3')], 'sync').durable;
    expect([...disk.files.keys()]).toEqual([FIRST, '000002.log', '000003.log']);
    expect(textsOf(journal)).toEqual(bodies(3));
  });

  it('goes on in a segment that was started and stayed empty', async () => {
    const disk = await crashedDiskWith(2, { segmentBytes: 1 });
    put(disk, new Uint8Array(), '000003.log');
    const { journal, torn, damage } = await opened({ disk });
    expect([torn, damage]).toEqual([null, null]);
    await journal.append([note('n3')], 'sync').durable;
    expect(textsOf(journal)).toEqual(bodies(3));
  });
});

interface Case {
  readonly what: string;
  readonly reason: DamageCode;
  readonly seq: number;
  readonly damage: (disk: MemoryDisk) => void;
}

const swapped = (disk: MemoryDisk) => {
  const bytes = bytesOf(disk);
  const [, a = 0, b = 0, c = 0] = edges(bytes);
  put(disk, joined(bytes.slice(0, a), bytes.slice(b, c), bytes.slice(a, b), bytes.slice(c)));
};

const lines = (seq: number, hash: string) => JSON.stringify({ seq, hash, wall: 0 });

const CASES: readonly Case[] = [
  {
    what: 'a byte in the middle is another',
    reason: 'bad_frame',
    seq: 2,
    damage: (disk) => put(disk, bytesOf(disk).with((edges(bytesOf(disk))[1] ?? 0) + 30, 0x21)),
  },
  {
    what: 'a length in the middle reaches past the end',
    reason: 'bad_frame',
    seq: 2,
    damage: (disk) => put(disk, bytesOf(disk).with((edges(bytesOf(disk))[1] ?? 0) + 2, 0xff)),
  },
  {
    what: 'a record in the middle is missing',
    reason: 'sequence_gap',
    seq: 2,
    damage: (disk) => {
      const [, a = 0, b = 0] = edges(bytesOf(disk));
      put(disk, joined(bytesOf(disk).slice(0, a), bytesOf(disk).slice(b)));
    },
  },
  { what: 'two records changed places', reason: 'sequence_gap', seq: 2, damage: swapped },
  {
    what: 'the last record stands there twice',
    reason: 'sequence_gap',
    seq: 5,
    damage: (disk) => {
      const bytes = bytesOf(disk);
      put(disk, joined(bytes, bytes.slice(edges(bytes)[3])));
    },
  },
  {
    what: 'the first record is missing',
    reason: 'sequence_gap',
    seq: 1,
    damage: (disk) => put(disk, bytesOf(disk).slice(edges(bytesOf(disk))[1])),
  },
  {
    what: 'a segment is missing',
    reason: 'sequence_gap',
    seq: 1,
    damage: (disk) => {
      put(disk, bytesOf(disk), '000005.log');
      disk.files.delete(FIRST);
    },
  },
  {
    what: 'the last record follows from another',
    reason: 'broken_chain',
    seq: 5,
    damage: (disk) => put(disk, joined(bytesOf(disk), frameOf(payload({ seq: 5 }, GENESIS)))),
  },
  {
    what: 'a record is not one of ours',
    reason: 'not_a_record',
    seq: 5,
    damage: (disk) => put(disk, joined(bytesOf(disk), frameOf('{"seq":5}'))),
  },
  {
    what: 'a torn record is followed by another segment',
    reason: 'bad_frame',
    seq: 4,
    damage: (disk) => {
      put(disk, bytesOf(disk).slice(0, -1));
      put(disk, frameOf(payload({ seq: 5 }, GENESIS)), '000005.log');
    },
  },
  {
    what: 'the end is gone that a checkpoint was taken of',
    reason: 'cut_off',
    seq: 3,
    damage: (disk) => {
      const bytes = bytesOf(disk);
      disk.lines = [lines(4, sha256Hex(bytes.slice((edges(bytes)[3] ?? 0) + 8)))];
      put(disk, bytes.slice(0, edges(bytes)[2]));
    },
  },
  {
    what: 'everything is gone that a checkpoint was taken of',
    reason: 'cut_off',
    seq: 1,
    damage: (disk) => {
      disk.files.clear();
      disk.lines = [lines(4, GENESIS)];
    },
  },
  {
    what: 'the torn record is one a checkpoint was taken of',
    reason: 'bad_frame',
    seq: 4,
    damage: (disk) => {
      const bytes = bytesOf(disk);
      disk.lines = [lines(4, sha256Hex(bytes.slice((edges(bytes)[3] ?? 0) + 8)))];
      put(disk, bytes.slice(0, -1));
    },
  },
  {
    what: 'a record is not the one a checkpoint was taken of',
    reason: 'other_history',
    seq: 2,
    damage: (disk) => {
      disk.lines = ['not a line', lines(2, GENESIS)];
    },
  },
];

function payload(changed: Partial<Recorded>, prev: string): string {
  const [record] = [...sample];
  if (record === undefined) throw new Error('there is a sample');
  const sink = new Sink(new Uint8Array(0));
  writePayload(sink, { ...record, ...changed }, prev);
  return sink.text;
}

const sample = (await opened({ disk: new MemoryDisk() })).journal.append(
  [note('n1')],
  'lazy',
).records;

describe('a damaged journal', () => {
  it.each(CASES)('is opened for reading alone when $what', async ({ reason, seq, damage }) => {
    const disk = await crashedDiskWith(4);
    damage(disk);
    const before = new Map([...disk.files].map(([name, { bytes }]) => [name, bytes]));
    const result = await opened({ disk });
    expect(result.damage).toMatchObject({ reason, seq });
    expect(textsOf(result.journal)).toEqual(bodies(seq - 1));
    const { durable } = result.journal.append([note('x')], 'sync');
    await expect(durable).rejects.toThrow(JournalUnwritable);
    await expect(result.journal.emergency([note('x')]).durable).rejects.toThrow(/read only/);
    expect(result.journal.health()).toMatchObject({ writable: false, lastSeq: seq - 1 });
    await result.journal.close();
    expect(new Map([...disk.files].map(([name, { bytes }]) => [name, bytes]))).toEqual(before);
    expect(disk.copies).toEqual([]);
    const verified = await verifyJournal(disk);
    expect(verified).toMatchObject({
      ok: true,
      value: { ok: false, records: seq - 1, firstBad: { reason, seq } },
    });
  });

  it('that a newer version wrote is not opened at all', async () => {
    const disk = await crashedDiskWith(2);
    const last = bytesOf(disk).slice((edges(bytesOf(disk))[1] ?? 0) + 8);
    put(disk, joined(bytesOf(disk), frameOf(payload({ v: 2, seq: 3 }, sha256Hex(last)))));
    const result = await openJournal({ disk, clock: virtualClock(), run: 'r' });
    expect(result).toMatchObject({ ok: false, error: { kind: 'newer_version' } });
    expect(result.ok ? '' : result.error.detail).toMatch(/000001\.log.*record 3.*newer version/);
  });

  it('on a disk that cannot be used is not opened, and says why', async () => {
    const disk = new MemoryDisk();
    disk.segments = () => {
      throw new DiskError('failed', 'list /data/journal: permission denied');
    };
    const result = await openJournal({ disk, clock: virtualClock(), run: 'r' });
    expect(result).toEqual({
      ok: false,
      error: { kind: 'disk', cause: 'failed', detail: 'list /data/journal: permission denied' },
    });
  });
});

describe('a sound journal', () => {
  it('is replayed to a listener while it is opened', async () => {
    const disk = await diskWith(5, { segmentBytes: 600 });
    const heard: Recorded[] = [];
    const { journal } = await opened({ disk, onRecord: (record) => heard.push(record) });
    expect(heard).toEqual([...journal.read()]);
    expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('starts a segment where the last one would grow too long, and reads across them', async () => {
    const disk = await diskWith(20, { segmentBytes: 600 });
    expect(disk.files.size).toBeGreaterThan(5);
    for (const { bytes } of disk.files.values()) expect(bytes.length).toBeLessThanOrEqual(600);
    const { journal } = await opened({ disk });
    for (let from = 1; from <= 21; from += 1) {
      expect(textsOf(journal, from)).toEqual(bodies(20).slice(from - 1));
    }
  });

  it('leaves alone what is no segment', async () => {
    const disk = await diskWith(2);
    put(disk, new Uint8Array([1, 2, 3]), '000001.log~');
    put(disk, new Uint8Array([1, 2, 3]), '1.log');
    put(disk, new Uint8Array([1, 2, 3]), '0000001.log');
    const { journal, damage } = await opened({ disk });
    expect(damage).toBeNull();
    expect(textsOf(journal)).toEqual(bodies(2));
  });

  it('is found sound by a check that writes nothing', async () => {
    const disk = await diskWith(7, { segmentBytes: 600 });
    const before = [...disk.calls];
    expect(await verifyJournal(disk)).toEqual({
      ok: true,
      value: { ok: true, records: 7, segments: disk.files.size },
    });
    expect(disk.calls).toEqual(before);
  });

  it('of no records at all is not found by a check', async () => {
    expect(await verifyJournal(new MemoryDisk())).toMatchObject({
      ok: false,
      error: { kind: 'nothing_there' },
    });
  });

  it('with a torn end is not found sound by a check, which leaves it as it is', async () => {
    const disk = await crashedDiskWith(3);
    put(disk, bytesOf(disk).slice(0, -1));
    const before = bytesOf(disk);
    expect(await verifyJournal(disk)).toMatchObject({
      ok: true,
      value: { ok: false, records: 2, firstBad: { reason: 'torn_tail', seq: 3 } },
    });
    expect(bytesOf(disk)).toEqual(before);
  });
});

describe('a journal read on from where it was known to be sound', () => {
  it.each([
    ['one segment', {}],
    ['many segments', { segmentBytes: 600 }],
  ])('tells what came after, and still reads the whole: %s', async (_, settings) => {
    const disk = await diskWith(12, settings);
    const { journal: before, end } = await opened({ disk, settings });
    for (let n = 13; n <= 20; n += 1) await before.append([note(`n${n}`)], 'sync').durable;
    await before.close();
    const heard: number[] = [];
    const { journal, torn, damage } = await opened({
      disk,
      settings,
      from: end,
      onRecord: ({ seq }) => heard.push(seq),
    });
    expect({ torn, damage, heard }).toEqual({
      torn: null,
      damage: null,
      heard: [13, 14, 15, 16, 17, 18, 19, 20],
    });
    await journal.append([note('n21')], 'sync').durable;
    expect(textsOf(journal)).toEqual(bodies(21));
    expect(textsOf(journal, 5)).toEqual(bodies(21).slice(4));
    await journal.close();
    expect(await verifyJournal(disk)).toMatchObject({ value: { ok: true, records: 21 } });
  });

  it('sets a torn tail aside at the right place', async () => {
    const disk = await crashedDiskWith(3);
    const { end } = await opened({ disk });
    put(disk, joined(bytesOf(disk), frameOf('{"not":"whole"}').subarray(0, 9)));
    const { torn } = await opened({ disk, from: end });
    expect(torn?.offset).toBe(end.bytes);
  });

  it('finds that what was known is there no more', async () => {
    const disk = await crashedDiskWith(3);
    const { end } = await opened({ disk });
    put(disk, bytesOf(disk).subarray(0, 40));
    const { damage } = await opened({ disk, from: end });
    expect(damage?.reason).toBe('cut_off');
    disk.files.clear();
    expect((await opened({ disk, from: end })).damage?.reason).toBe('cut_off');
  });
});
