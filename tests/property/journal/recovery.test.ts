import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Durability } from '#journal/ports.ts';
import { verifyJournal } from '#journal/verify.ts';
import type { VirtualClock } from '#kernel/virtual-clock.ts';
import {
  bodies,
  diskWith,
  note,
  opened,
  textsOf,
  virtualClock,
} from '../../unit/journal/journals.ts';
import { MemoryDisk } from '../../unit/journal/memory-disk.ts';

const FIRST = '000001.log';

function diskOf(bytes: Uint8Array, lines: readonly string[] = []): MemoryDisk {
  const disk = new MemoryDisk();
  disk.files.set(FIRST, { bytes, synced: bytes.length });
  disk.lines = [...lines];
  return disk;
}

async function recordEnds(
  records: number,
): Promise<{ bytes: Uint8Array; ends: readonly number[] }> {
  const disk = new MemoryDisk();
  const { journal } = await opened({ disk });
  const ends: number[] = [];
  for (let n = 1; n <= records; n += 1) {
    await journal.append([note(`n${n}`)], 'sync').durable;
    ends.push(disk.read(FIRST, 0).length);
  }
  return { bytes: disk.read(FIRST, 0), ends };
}

describe('a journal after a crash', () => {
  it('cut at any byte, goes on with exactly the records whole before the cut', async () => {
    const { bytes, ends } = await recordEnds(25);
    const wrong: string[] = [];
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const whole = ends.filter((end) => end <= cut).length;
      const start = ends[whole - 1] ?? 0;
      const disk = diskOf(bytes.slice(0, cut));
      const { journal, torn, damage } = await opened({ disk });
      const health = journal.health();
      const isRight =
        damage === null &&
        health.writable &&
        health.lastSeq === whole &&
        (torn?.offset ?? cut) === start &&
        disk.read(FIRST, 0).length === start;
      if (!isRight) wrong.push(`cut at ${cut}: ${JSON.stringify({ health, torn, damage })}`);
    }
    expect(ends).toHaveLength(25);
    expect(wrong).toEqual([]);
  });

  it('with any bit flipped, is found damaged, opened to read alone, never changed', async () => {
    const disk = await diskWith(5);
    const bytes = disk.read(FIRST, 0);
    const wrong: string[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const spoilt = diskOf(flipped.slice(), disk.lines);
      const { journal, damage } = await opened({ disk: spoilt });
      const left = spoilt.read(FIRST, 0);
      const isRight =
        damage !== null &&
        !journal.health().writable &&
        spoilt.copies.length === 0 &&
        left.every((byte, at) => byte === flipped[at]) &&
        left.length === flipped.length;
      if (!isRight) wrong.push(`bit ${bit}: ${JSON.stringify(damage)}`);
    }
    expect(wrong).toEqual([]);
    expect(await verifyJournal(disk)).toMatchObject({ value: { ok: true } });
  });

  it('holds every acknowledged record and none but appended ones, after any cut', async () => {
    const input = fc.record({
      acts: fc.array(act, { maxLength: 30 }),
      segmentBytes: fc.constantFrom(1, 700, 1_000_000),
      writeMax: fc.constantFrom(1, 100, Infinity),
      kept: fc.nat(2_000),
      zeros: fc.constantFrom(0, 1, 3_000),
    });
    await fc.assert(
      fc.asyncProperty(input, async ({ acts, segmentBytes, writeMax, kept, zeros }) => {
        const disk = new MemoryDisk();
        disk.writeMax = writeMax;
        const clock = virtualClock();
        const settings = { segmentBytes };
        const writing = { disk, clock, settings };
        const promised = await perform(acts, writing);
        const found = await opened({ ...writing, disk: disk.afterPowerCut(kept, zeros) });
        const texts = textsOf(found.journal);
        expect(found.damage).toBeNull();
        expect(texts.length).toBeGreaterThanOrEqual(promised.acknowledged);
        expect(texts).toEqual(bodies(promised.appended).slice(0, texts.length));
      }),
    );
  });
});

type Act =
  | { readonly kind: 'append'; readonly durability: Durability; readonly count: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'wait' | 'stall' | 'restart' };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('append' as const),
    durability: fc.constantFrom<Durability>('sync', 'lazy'),
    count: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ kind: fc.constantFrom('wait' as const, 'stall' as const, 'restart' as const) }),
);

interface Writing {
  readonly disk: MemoryDisk;
  readonly clock: VirtualClock;
  readonly settings: { readonly segmentBytes: number };
}

/** Does the acts on a journal that is then left as it is; counts what it took and what it kept. */
async function perform(
  acts: readonly Act[],
  writing: Writing,
): Promise<{ readonly appended: number; readonly acknowledged: number }> {
  const { disk, clock } = writing;
  let { journal } = await opened(writing);
  let isStalled = false;
  let appended = 0;
  let acknowledged = 0;
  for (const step of acts) {
    switch (step.kind) {
      case 'append': {
        const from = appended;
        const drafts = Array.from({ length: step.count }, (_, at) => note(`n${from + at + 1}`));
        appended += step.count;
        const upTo = appended;
        const { durable } = journal.append(drafts, step.durability);
        void durable.then(() => (acknowledged = upTo));
        break;
      }
      case 'advance':
        clock.advance(step.ms);
        break;
      case 'wait':
        for (let turns = 0; turns < 30; turns += 1) await Promise.resolve();
        break;
      case 'stall':
        isStalled = true;
        disk.beforeSync = () => Promise.withResolvers<void>().promise;
        break;
      case 'restart':
        if (isStalled) break;
        await journal.close();
        ({ journal } = await opened(writing));
        break;
    }
  }
  return { appended, acknowledged };
}
