/**
 * F126–F129: a journal cut or flipped in every region: a torn end is set aside and the rest goes
 * on, damage is found and left exactly as it is, and a lost end is missed by its checkpoint.
 *
 * `EXHAUSTIVE=1` cuts the file of 200 records at every byte; without it, around every frame.
 */
import { describe, expect, it } from 'vitest';
import { FRAME_HEAD_BYTES } from '#journal/frame.ts';
import type { JournalSettings } from '#journal/open.ts';
import { bodies, note, opened, textsOf, virtualClock } from '../unit/journal/journals.ts';
import { MemoryDisk } from '../unit/journal/memory-disk.ts';

const IS_EXHAUSTIVE = process.env['EXHAUSTIVE'] !== undefined;
const RECORDS = 30;

async function written(records: number, settings: Partial<JournalSettings>): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const { journal } = await opened({ disk, settings, clock: virtualClock() });
  for (let n = 1; n <= records; n += 1) await journal.append([note(`n${n}`)], 'sync').durable;
  return disk;
}

/** The same disk once more, changed. */
function changed(disk: MemoryDisk, change: (bytes: Uint8Array) => Uint8Array, name: string) {
  const copy = new MemoryDisk();
  for (const [other, { bytes }] of disk.files) {
    const left = other === name ? change(bytes.slice()) : bytes.slice();
    copy.files.set(other, { bytes: left, synced: left.length });
  }
  copy.lines = [...disk.lines];
  return copy;
}

const cutAt = (at: number) => (bytes: Uint8Array) => bytes.slice(0, at);
const flipAt = (at: number, bit: number) => (bytes: Uint8Array) =>
  bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit));

/** Where each frame of a segment starts, and where the last one ends. */
function edgesOf(disk: MemoryDisk, name: string): readonly number[] {
  const bytes = disk.read(name, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = [0];
  for (let at = 0; at < bytes.length; found.push(at)) at += FRAME_HEAD_BYTES + view.getUint32(at);
  return found;
}

interface Found {
  readonly end: 'sound' | 'torn' | 'damaged';
  readonly records: number;
  /** What stands there is what was written, and what is missing was set aside or never there. */
  readonly isKept: boolean;
}

async function open(disk: MemoryDisk): Promise<Found> {
  const before = new Map([...disk.files].map(([name, { bytes }]) => [name, bytes.slice()]));
  const { journal, torn, damage } = await opened({ disk });
  const texts = textsOf(journal);
  const isPrefix = JSON.stringify(texts) === JSON.stringify(bodies(texts.length));
  const isWhole = [...before].every(([name, bytes]) => {
    const left = disk.read(name, 0);
    const aside = disk.copies.find((copy) => copy.name === name)?.bytes ?? new Uint8Array();
    return Buffer.concat([left, aside]).equals(bytes);
  });
  const isUntouched = damage === null || disk.copies.length === 0;
  const end = damage === null ? (torn === null ? 'sound' : 'torn') : 'damaged';
  return { end, records: texts.length, isKept: isPrefix && isWhole && isUntouched };
}

describe('a file of 200 records', () => {
  it('F127: cut anywhere, goes on with exactly the whole ones before', {
    timeout: 900_000,
  }, async () => {
    const disk = await written(200, { checkpointRecords: 1_000 });
    const edges = edgesOf(disk, '000001.log');
    const wrong: string[] = [];
    for (const [nth, edge] of edges.slice(0, -1).entries()) {
      const next = edges[nth + 1] ?? edge;
      const some = [0, 3, 8, next - edge - 1].map((by) => edge + by);
      const every = Array.from({ length: next - edge }, (_, by) => edge + by);
      for (const at of IS_EXHAUSTIVE ? every : some) {
        const { end, records, isKept } = await open(changed(disk, cutAt(at), '000001.log'));
        const isRight = isKept && records === nth && end === (at === edge ? 'sound' : 'torn');
        if (!isRight) wrong.push(`cut at ${at}: ${end} after ${records}`);
      }
    }
    expect(edges).toHaveLength(201);
    expect(wrong).toEqual([]);
  });
});

/** Three segments and a bit, a checkpoint after every tenth record. */
const SEGMENTED = { segmentBytes: 1_700, checkpointRecords: 10 };

/** Bytes of the frame at `at`, by their offsets from its start. */
type Region = (bytes: Uint8Array, at: number) => readonly number[];
const REGIONS: readonly (readonly [string, Region])[] = [
  ['length', () => [0, 1, 2, 3]],
  ['checksum', () => [4, 5, 6, 7]],
  ['first byte of the payload', () => [8]],
  ['chain field', chainField],
  ['last byte', (bytes, at) => [FRAME_HEAD_BYTES + lengthAt(bytes, at) - 1]],
];

function lengthAt(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);
}

function chainField(bytes: Uint8Array, at: number): readonly number[] {
  const text = Buffer.from(bytes.subarray(at, at + FRAME_HEAD_BYTES + lengthAt(bytes, at)));
  const from = text.indexOf('"prev":"') + 8;
  return [from, from + 1, from + 31, from + 63];
}

interface Place {
  readonly name: string;
  readonly at: number;
  /** Whole records before it, in all segments. */
  readonly before: number;
}

/** Every byte of that region, in every frame of every segment. */
function* places(disk: MemoryDisk, region: Region): Generator<Place> {
  let before = 0;
  for (const name of disk.files.keys()) {
    const bytes = disk.read(name, 0);
    for (const edge of edgesOf(disk, name).slice(0, -1)) {
      for (const by of region(bytes, edge)) yield { name, at: edge + by, before };
      before += 1;
    }
  }
}

describe.each(REGIONS)('the %s of a frame', (_, region) => {
  it('F128: with any bit flipped is found, in every frame of every segment', async () => {
    const disk = await written(RECORDS, SEGMENTED);
    const wrong: string[] = [];
    for (const { name, at, before } of places(disk, region)) {
      // Nothing follows the last record: what it was cannot be told from a torn end.
      const isLast = before + 1 === RECORDS && newestOf(disk) < RECORDS;
      const end = isLast ? 'torn' : 'damaged';
      for (let bit = 0; bit < 8; bit += 1) {
        const found = await open(changed(disk, flipAt(at, bit), name));
        const isRight = found.isKept && found.end === end && found.records === before;
        if (!isRight) wrong.push(`${name} byte ${at} bit ${bit}: ${JSON.stringify(found)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('F129: cut there is found, in every frame of every segment', async () => {
    const disk = await written(RECORDS - 3, SEGMENTED);
    const last = [...disk.files.keys()].at(-1);
    const wrong: string[] = [];
    for (const { name, at, before } of places(disk, region)) {
      const found = await open(changed(disk, cutAt(at), name));
      const isTail = name === last && before >= newestOf(disk);
      const tail = edgesOf(disk, name).includes(at) ? 'sound' : 'torn';
      const isRight = found.isKept && found.end === (isTail ? tail : 'damaged');
      if (!isRight || found.records !== before) {
        wrong.push(`${name} cut at ${at}: ${JSON.stringify(found)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(disk.files.size).toBeGreaterThan(2);
  });
});

function newestOf({ lines }: MemoryDisk): number {
  return Math.max(...lines.map((line) => Number(/"seq":(\d+)/.exec(line)?.[1])));
}

describe('the last records, cut off whole', () => {
  it('F129: are missed when a checkpoint was taken of any of them', async () => {
    const disk = await written(RECORDS - 3, SEGMENTED);
    const ends: string[] = [];
    for (let kept = 0; kept <= RECORDS - 3; kept += 1) {
      const { end, records } = await open(truncated(disk, kept));
      ends.push(`${kept}: ${end} ${records}`);
    }
    expect(newestOf(disk)).toBe(20);
    const expected = Array.from({ length: RECORDS - 2 }, (_, kept) =>
      kept < 20 ? `${kept}: damaged ${kept}` : `${kept}: sound ${kept}`,
    );
    expect(ends).toEqual(expected);
  });
});

/** The first `kept` records and nothing of the segments after them. */
function truncated(disk: MemoryDisk, kept: number): MemoryDisk {
  const left = new MemoryDisk();
  left.lines = [...disk.lines];
  let before = 0;
  for (const [name, { bytes }] of disk.files) {
    const edges = edgesOf(disk, name);
    const here = Math.min(kept - before, edges.length - 1);
    if (here > 0) {
      const cut = bytes.slice(0, edges[here]);
      left.files.set(name, { bytes: cut, synced: cut.length });
    }
    before += edges.length - 1;
  }
  return left;
}

describe('the file of checkpoints', () => {
  it('with any bit of a number or a hash flipped never lets a record be changed or lost', async () => {
    const disk = await written(RECORDS, SEGMENTED);
    const wrong: string[] = [];
    let damaged = 0;
    for (const [nth, line] of disk.lines.entries()) {
      for (let bit = 0; bit < line.length * 8; bit += 1) {
        const spoilt = changed(disk, (bytes) => bytes, '');
        spoilt.lines[nth] = flippedText(line, bit);
        const found = await open(spoilt);
        if (found.end === 'damaged') damaged += 1;
        if (!found.isKept || (found.end !== 'damaged' && found.records !== RECORDS)) {
          wrong.push(`line ${nth} bit ${bit}: ${JSON.stringify(found)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    // Of what a line says, most bits are its hash: another hash is another history.
    expect(damaged).toBeGreaterThan(disk.lines.length * 64 * 5);
  });

  it('cut anywhere says what is left of it, and nothing is lost', async () => {
    const disk = await written(RECORDS, SEGMENTED);
    const text = disk.lines.join('\n');
    for (let at = 0; at <= text.length; at += 1) {
      const cut = changed(disk, (bytes) => bytes, '');
      cut.lines = text.slice(0, at).split('\n');
      expect(await open(cut)).toEqual({ end: 'sound', records: RECORDS, isKept: true });
    }
  });
});

function flippedText(text: string, bit: number): string {
  const bytes = Buffer.from(text);
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return bytes.toString();
}
