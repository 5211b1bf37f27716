import { beforeEach, describe, expect, it } from 'vitest';
import { isDeskEntry } from '#app/desk-entry.ts';
import { saveState } from '#app/snapshots/desk-state.ts';
import { type OpenedRecord, openRecord } from '#app/snapshots/open-record.ts';
import { createReadState } from '#app/snapshots/reading.ts';
import { takeSnapshot } from '#app/snapshots/take.ts';
import { tellerAt } from '#app/snapshots/teller-at.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import { createTeller } from '#audit/teller.ts';
import type { Draft } from '#events/record.ts';
import { encodeShared } from '#events/shared.ts';
import type { SnapshotRefusal } from '#journal/model.ts';
import { openJournal } from '#journal/open.ts';
import { DiskError, type SnapshotStore } from '#journal/ports.ts';
import { type Clock, plus } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { COURSES } from '../../systematic/courses.ts';
import { live } from '../../systematic/living.ts';
import { virtualClock } from '../journal/journals.ts';
import type { MemoryDisk } from '../journal/memory-disk.ts';

class MemoryStore implements SnapshotStore {
  readonly files = new Map<string, Uint8Array>();
  isUnreadable = false;

  names(): readonly string[] {
    if (this.isUnreadable) throw new DiskError('failed', 'input/output error');
    return [...this.files.keys()];
  }

  read(name: string): Uint8Array {
    const bytes = this.files.get(name);
    if (bytes === undefined || this.isUnreadable)
      throw new DiskError('failed', 'input/output error');
    return bytes;
  }

  write(name: string, bytes: Uint8Array): void {
    this.files.set(name, bytes);
  }

  remove(name: string): void {
    this.files.delete(name);
  }
}

type Refusal = readonly [number, SnapshotRefusal];

const BUILD = 'the build of this test';

/** A desk that has lived through a trade, and is not running now. */
class Place {
  readonly disk: MemoryDisk;
  readonly store = new MemoryStore();

  constructor(disk: MemoryDisk) {
    this.disk = disk;
  }

  async open(build = BUILD): Promise<OpenedRecord> {
    const opened = await openRecord({
      ...{ disk: this.disk, store: this.store, build, clock: virtualClock() },
      run: 'r_test',
      createState: createReadState,
    });
    if (!opened.ok) throw new Error(opened.error.detail);
    return opened.value;
  }

  /** Takes a snapshot and names it on record, as a running desk does. */
  async snapshot(build = BUILD): Promise<number> {
    const taken = await takeSnapshot({ disk: this.disk, store: this.store, build });
    if (!taken.ok) throw new Error(taken.error.detail);
    await this.append(taken.value);
    return taken.value.seq;
  }

  async append(body: { seq: number; digest: string; bytes: number }): Promise<void> {
    await this.record({ kind: 'snapshot.taken', body: { ...body, at: 0 }, actor: 'engine' });
  }

  async record(draft: Draft, clock: Clock = virtualClock()): Promise<void> {
    const opened = await openJournal({ disk: this.disk, clock, run: 'r_test' });
    if (!opened.ok) throw new Error(opened.error.detail);
    const { journal } = opened.value;
    await journal.append([draft], 'sync').durable;
    await journal.close();
  }

  change(name: string, how: (bytes: Uint8Array) => Uint8Array): void {
    const bytes = this.store.files.get(name);
    if (bytes === undefined) throw new Error(`no ${name}`);
    this.store.files.set(name, how(bytes));
  }
}

async function traded(): Promise<Place> {
  const course = COURSES.find(({ name }) => name === 'an author who sells all of it') ?? COURSES[0];
  if (course === undefined) throw new Error('there are canonical trades');
  const { record } = await live(course, () => undefined);
  return new Place(record.disk.afterPowerCut(0));
}

function textOf({ state }: OpenedRecord): string {
  return encodeShared(saveState(state)).join('\n');
}

async function whole(place: Place): Promise<string> {
  const without = new Place(place.disk);
  const opened = await without.open();
  expect(opened.snapshot).toBeNull();
  await opened.journal.close();
  return textOf(opened);
}

function fileOf(seq: number): string {
  return `${String(seq).padStart(6, '0')}.snapshot`;
}

describe('a start from a snapshot', () => {
  let place: Place;
  let first: number;
  let second: number;

  beforeEach(async () => {
    place = await traded();
    first = await place.snapshot();
    second = await place.snapshot();
  });

  /** What a start made of it, and whether that is what the whole record makes. */
  async function start() {
    const expected = await whole(place);
    const opened = await place.open();
    await opened.journal.close();
    return {
      from: opened.snapshot?.head.end.seq ?? null,
      refused: opened.refused.map(({ seq, reason }): Refusal => [seq, reason]),
      isWhole: opened.damage === null && textOf(opened) === expected,
    };
  }

  function from(seq: number | null, refused: readonly Refusal[]) {
    return { from: seq, refused, isWhole: true };
  }

  it('leads to the state of the whole record', async () => {
    expect(second).toBeGreaterThan(first);
    expect(await start()).toEqual(from(second, []));
  });

  it('finds every record, also those before the snapshot', async () => {
    const opened = await place.open();
    const seqs = [...opened.journal.read(1)].map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => at + 1));
    expect(seqs.length).toBeGreaterThan(second);
  });

  it('goes on from an older one when the newest is torn', async () => {
    place.change(fileOf(second), (bytes) => bytes.slice(0, bytes.length >> 1));
    expect(await start()).toEqual(from(first, [[second, 'unreadable']]));
  });

  it('goes on from an older one when the newest holds something else than was written', async () => {
    place.change(fileOf(second), (bytes) => {
      const text = new TextDecoder().decode(bytes);
      return new TextEncoder().encode(text.replace('"killState":"ACTIVE"', '"killState":"HALT"'));
    });
    expect(await start()).toEqual(from(first, [[second, 'changed']]));
  });

  it('goes on from an older one when the newest is gone', async () => {
    place.store.remove(fileOf(second));
    expect(await start()).toEqual(from(first, []));
  });

  it('reads the whole record when no snapshot can be read', async () => {
    place.store.isUnreadable = true;
    expect(await start()).toEqual(from(null, []));
  });

  it('does not start from one that no record names', async () => {
    const taken = await takeSnapshot({ disk: place.disk, store: place.store, build: BUILD });
    const seq = taken.ok ? taken.value.seq : 0;
    expect(seq).toBeGreaterThan(second);
    expect(await start()).toEqual(from(second, [[seq, 'not_named']]));
  });

  it('does not start from one that another build wrote', async () => {
    const opened = await place.open('another build');
    expect(opened.snapshot).toBeNull();
    expect(opened.refused.map(({ reason }) => reason)).toEqual(['other_build', 'other_build']);
    expect(textOf(opened)).toBe(await whole(place));
  });

  it('does not start from one of another record', async () => {
    const other = await traded();
    await other.append({ seq: 1, digest: 'none', bytes: 0 });
    const seq = await other.snapshot();
    place.store.files.clear();
    place.store.files.set(fileOf(seq), other.store.files.get(fileOf(seq)) ?? new Uint8Array());
    const opened = await place.open();
    expect(opened.snapshot).toBeNull();
    expect(opened.refused).toEqual([{ seq, reason: 'no_place' }]);
    expect(opened.damage).toBeNull();
  });

  it('does not start from one under the name of another', async () => {
    const bytes = place.store.files.get(fileOf(first)) ?? new Uint8Array();
    place.store.files.set(fileOf(second), bytes);
    expect(await start()).toEqual(from(first, [[second, 'unreadable']]));
  });

  it('finds that the journal was cut before it', async () => {
    const [last] = [...place.disk.files.keys()].toSorted().toReversed();
    for (const name of place.disk.files.keys()) if (name === last) place.disk.files.delete(name);
    const opened = await place.open();
    expect(opened.damage?.reason).toBe('cut_off');
    expect(opened.snapshot).toBeNull();
  });

  it('finds damage behind it', async () => {
    const [last = ''] = [...place.disk.files.keys()].toSorted().toReversed();
    const stored = place.disk.files.get(last);
    if (stored === undefined) throw new Error('no segment');
    const at = stored.bytes.length - 100;
    stored.bytes[at] = (stored.bytes[at] ?? 0) ^ 1;
    const opened = await place.open();
    expect(opened.damage).not.toBeNull();
  });

  it('is taken on from the one before, and leads to the same file as from the first record', async () => {
    const { disk } = place;
    const on = await takeSnapshot({ disk, store: place.store, build: BUILD });
    const anew = await takeSnapshot({ disk, store: new MemoryStore(), build: BUILD });
    expect(on).toEqual(anew);
  });

  it('reads everything again for a record of a trade that was forgotten', async () => {
    const opened = await place.open();
    const seen = [...opened.journal.read(1)].findLast(({ kind }) => kind === 'order.seen');
    await opened.journal.close();
    if (seen === undefined) throw new Error('the broker has said something');
    const { kind, body, actor, trade, message } = seen;
    const muchLater = createVirtualClock(plus(seen.wall, 8 * 24 * 3_600_000));
    await place.record({ kind: 'test.noted', body: {}, actor: 'test' }, muchLater);
    const seq = await place.snapshot();
    await place.record({
      ...{ kind, body, actor },
      ...(trade !== undefined && { trade }),
      ...(message !== undefined && { message }),
    });
    place.store.remove(fileOf(first));
    place.store.remove(fileOf(second));
    expect(await start()).toEqual(from(null, [[seq, 'not_applied']]));
  });

  it('gives the teller of any record', async () => {
    const { state, journal } = await place.open();
    const entries = [...journal.read(1)].filter(isDeskEntry);
    const teller = createTeller(TRADE_RULES);
    for (const entry of entries) {
      teller.tell(entry);
      const { disk, store } = place;
      const then = await tellerAt({ disk, store, build: BUILD, named: state.named }, entry.seq);
      expect(then.save()).toEqual(teller.save());
    }
  });
});
