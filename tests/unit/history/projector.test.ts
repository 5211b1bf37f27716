import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryJournal, type MemoryJournal } from '#adapters/memory/journal.ts';
import type { DeskEntry } from '#audit/model.ts';
import { toRow } from '#audit/row.ts';
import { createTeller } from '#audit/teller.ts';
import { type BatchLimits, LIVE_LIMITS } from '#history/batches.ts';
import type { Telling } from '#history/ports.ts';
import { Projector } from '#history/projector.ts';
import { createRandom } from '#kernel/random.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import { sold } from '../../fixtures/desk-courses.ts';
import { OPENING, RULES } from '../../fixtures/desk-log.ts';
import { AWAY, BUSY, FakeHistoryStore, REFUSED } from '../../fixtures/fake-history-store.ts';
import { positionAt } from '../../fixtures/history.ts';

const { entries } = sold();

interface Rig {
  readonly clock: VirtualClock;
  readonly journal: MemoryJournal;
  readonly store: FakeHistoryStore;
  readonly projector: Projector;
  readonly heard: string[];
  /** How often the record was told from its beginning. */
  retold(): number;
  /** Appends the next entries of the course. */
  record(count: number): Promise<void>;
  /** Lets time pass, in small steps. */
  pass(ms: number): Promise<void>;
}

let open: Rig[] = [];
beforeEach(() => {
  open = [];
});
afterEach(async () => {
  for (const { projector, pass } of open) {
    const stopped = projector.stop();
    await pass(100);
    await stopped;
  }
});

function rig(
  given: { readonly store?: FakeHistoryStore; readonly limits?: BatchLimits } = {},
): Rig {
  const clock = createVirtualClock(OPENING);
  const journal = createMemoryJournal({ clock, run: 'r1' });
  const store = given.store ?? new FakeHistoryStore();
  const heard: string[] = [];
  let retold = 0;
  const projector = new Projector({
    ...{ clock, journal, store, random: createRandom(1), limits: given.limits ?? LIVE_LIMITS },
    breathe: () => turn(),
    async tellingFrom(seq): Promise<Telling> {
      retold += 1;
      const teller = createTeller(RULES);
      const told = (record: { readonly seq: number }) => {
        const entry = written(journal, record.seq);
        const one = teller.tell(entry);
        return { told: one, row: toRow(one) };
      };
      for (let at = 1; at <= seq; at += 1) told({ seq: at });
      return { tell: told };
    },
    on: {
      behind: (detail) => heard.push(`behind: ${detail}`),
      refused: ({ code }) => heard.push(`refused: ${code}`),
      failed: ({ code }) => heard.push(`failed: ${code}`),
    },
  });
  let next = 0;
  const made: Rig = {
    ...{ clock, journal, store, projector, heard },
    retold: () => retold,
    async record(count) {
      for (const { kind, body, actor, trade, message } of entries.slice(next, next + count)) {
        const links = { ...(trade && { trade }), ...(message && { message }) };
        journal.append([{ kind, body, actor, ...links }], 'sync');
      }
      next += count;
      await turn();
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 25) {
        clock.advance(25);
        for (let at = 0; at < 8; at += 1) await turn();
      }
    },
  };
  open.push(made);
  return made;
}

function written(journal: MemoryJournal, seq: number): DeskEntry {
  const known = entries[seq - 1];
  const [record] = journal.read(seq);
  if (known === undefined || record === undefined) throw new Error(`record ${seq} is there`);
  const { v, run, wall, mono } = record;
  return { ...known, v, run, wall, mono };
}

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1);

describe('the projector', () => {
  it('brings every record to the store, once and in order', async () => {
    const { record, pass, store, projector } = rig();
    await record(5);
    projector.start();
    await pass(200);
    await record(7);
    await pass(200);
    expect(store.rows).toEqual(upTo(12));
    expect(projector.health()).toMatchObject({
      state: 'current',
      seq: 12,
      lagRecords: 0,
      lagSeconds: 0,
      error: null,
    });
  });

  it('goes on from where the store stands', async () => {
    const first = rig();
    await first.record(6);
    first.projector.start();
    await first.pass(200);
    const stopped = first.projector.stop();
    await first.pass(100);
    await stopped;
    const later = new FakeHistoryStore();
    later.held = first.store.held;
    const second = rig({ store: later });
    await second.record(10);
    second.projector.start();
    await second.pass(200);
    expect(later.rows).toEqual([7, 8, 9, 10]);
    expect(later.begins).toBe(0);
  });

  it('writes nothing that is not on disk', async () => {
    const { record, pass, store, projector, journal } = rig();
    await record(4);
    projector.start();
    await pass(200);
    journal.breakDown('the disk is gone');
    await record(4);
    await pass(500);
    expect(store.rows).toEqual(upTo(4));
  });

  it.each([
    { name: 'nothing was taken', when: 'before' },
    { name: 'the step was taken and the answer lost', when: 'after' },
  ] as const)('counts each record once when a commit fails and $name', async ({ when }) => {
    const { record, pass, store, projector, retold } = rig();
    store.failures = [null, { fault: AWAY, when }, { fault: BUSY, when }, null];
    projector.start();
    for (let at = 0; at < 5; at += 1) {
      await record(4);
      await pass(2_000);
    }
    expect(store.rows).toEqual(upTo(20));
    expect(retold()).toBe(1);
  });

  it('makes one batch ahead of the one being written, and no more', async () => {
    const limits = { ...LIVE_LIMITS, recordsMax: 3, isAhead: true };
    const { record, pass, store, projector } = rig({ limits });
    store.failures = [null, { fault: AWAY, when: 'before' }, { fault: AWAY, when: 'after' }];
    await record(20);
    projector.start();
    await pass(5_000);
    expect(store.rows).toEqual(upTo(20));
    expect(store.steps.map(({ to }) => to.seq)).toEqual([3, 6, 9, 12, 15, 18, 20]);
  });

  it('keeps nothing in memory while the store is away, and fills it up within half a minute', async () => {
    const { record, pass, store, projector } = rig();
    await record(3);
    projector.start();
    await pass(200);
    store.outage = AWAY;
    await record(15);
    await pass(50_000);
    expect(projector.health()).toMatchObject({ state: 'away', lagRecords: 15 });
    expect(projector.health().lagSeconds).toBeGreaterThan(45);
    expect(projector.health().error).toBe('nobody is there');
    store.outage = null;
    await pass(10_000);
    expect(store.rows).toEqual(upTo(18));
    expect(projector.health()).toMatchObject({ state: 'current', error: null });
  });

  it('tells once that it is behind, and again only after it was not', async () => {
    const { record, pass, store, projector, heard } = rig();
    await record(3);
    projector.start();
    await pass(200);
    const behind = () => heard.filter((line) => line.startsWith('behind'));
    store.outage = AWAY;
    await record(1);
    await pass(55_000);
    expect(behind()).toEqual([]);
    await pass(120_000);
    expect(behind()).toHaveLength(1);
    expect(behind()[0]).toMatch(/1 records and \d+ s behind: nobody is there/);
    store.outage = null;
    await pass(10_000);
    store.outage = AWAY;
    await record(1);
    await pass(120_000);
    expect(behind()).toHaveLength(2);
  });

  it('does not tell of a store that fails for a moment after a quiet time', async () => {
    const { record, pass, store, projector, heard } = rig();
    await record(3);
    projector.start();
    await pass(120_000);
    store.failures = [{ fault: AWAY, when: 'before' }];
    await record(1);
    await pass(5_000);
    expect(heard).toEqual(['failed: cut']);
    expect(store.rows).toEqual(upTo(4));
  });

  it('leaves a store alone that needs a person, and says which', async () => {
    const { record, pass, store, projector, heard } = rig();
    store.outage = REFUSED;
    await record(3);
    projector.start();
    await pass(90_000);
    expect(projector.health()).toMatchObject({ state: 'refused', error: 'no' });
    expect(heard.filter((line) => line.startsWith('refused'))).toEqual(['refused: wrong_password']);
    expect(store.opens).toBeLessThan(5);
    store.outage = null;
    await pass(31_000);
    expect(store.rows).toEqual(upTo(3));
  });

  it('writes nothing to the store of another journal until it is told to', async () => {
    const { record, pass, store, projector, heard } = rig();
    const other = entries[0];
    if (other === undefined) throw new Error('there is a first record');
    store.held = positionAt(other, 'f'.repeat(64));
    await record(5);
    projector.start();
    await pass(1_000);
    expect(store.rows).toEqual([]);
    expect(heard).toContain('refused: other_journal');
    const rebuilt = projector.rebuild();
    await pass(1_000);
    expect(await rebuilt).toMatchObject({ ok: true });
    expect(store.rows).toEqual(upTo(5));
  });

  it('empties a store and fills it again while records come', async () => {
    const { record, pass, store, projector } = rig();
    await record(6);
    projector.start();
    await pass(200);
    const rebuilt = projector.rebuild();
    await record(3);
    await pass(500);
    await rebuilt;
    expect(store.begins).toBe(2);
    expect(store.rows).toEqual(upTo(9));
  });

  it('takes another writer for what it is, and goes on from there', async () => {
    const { record, pass, store, projector } = rig();
    await record(4);
    projector.start();
    await pass(200);
    const step = store.steps.at(-1);
    if (step === undefined) throw new Error('a step was taken');
    await record(4);
    store.held = { ...step.from };
    store.rows.length = 0;
    await pass(5_000);
    expect(store.rows).toEqual(upTo(8));
  });

  it('is not held up for ever by what cannot be told', async () => {
    const { record, pass, store, projector, journal } = rig();
    const read = journal.read.bind(journal);
    let broken = true;
    journal.read = (from) => {
      if (broken && (from ?? 1) > 1) throw new Error('the disk does not answer');
      return read(from);
    };
    await record(3);
    projector.start();
    await pass(200);
    expect(projector.health().error).toContain('the disk does not answer');
    broken = false;
    await pass(31_000);
    expect(store.rows).toEqual(upTo(3));
  });

  it('knows when it has caught up, and does not wait for ever', async () => {
    const { record, pass, projector, store } = rig();
    await record(3);
    projector.start();
    const caught = projector.catchesUp(1_000);
    await pass(500);
    expect(await caught).toBe(true);
    store.outage = AWAY;
    await record(1);
    const missed = projector.catchesUp(1_000);
    await pass(1_500);
    expect(await missed).toBe(false);
  });
});
