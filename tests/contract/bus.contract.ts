/** What every bus does, in this process or at Redis. */
import { expect, it } from 'vitest';
import type {
  BusFault,
  BusLimits,
  Fields,
  HotChange,
  Owner,
  SequencedEntry,
  Stream,
} from '#bus/model.ts';
import { type BusStore, type Consumer, type Emission, RECORDS, ROWS } from '#bus/ports.ts';
import type { Result } from '#kernel/result.ts';

export interface BusHarness {
  readonly store: BusStore;
  /** Lets time pass for the store. */
  pass(ms: number): Promise<void>;
  /** Everything is gone, as after a restart of a server that keeps nothing. */
  wipe(): Promise<void>;
}

/** What the contract needs small, to see its bounds. */
export const SMALL = {
  recordsMax: 1_000,
  auditMax: 100,
  valuesMax: 100,
  leaseMs: 2_000,
} satisfies Partial<BusLimits>;

/** Gives a store that is closed when the test is over. */
export type OpenBus = (skip: (note: string) => never) => Promise<BusHarness>;

const PLAIN: Stream = { name: 'plain', limit: 1_000, idleMs: null };
const FIRST: Owner = { journal: 'r_one', run: 'r_a', epoch: 1 };
/** A store may keep a few more than its limit: whole blocks are trimmed at once. */
const SLACK = 200;

function value<T>(result: Result<T, BusFault>): T {
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.detail}`);
  return result.value;
}

function numbered(from: number, to: number): readonly SequencedEntry[] {
  const entries: SequencedEntry[] = [];
  for (let seq = from; seq <= to; seq += 1) entries.push({ seq, fields: { n: String(seq) } });
  return entries;
}

function emission(owner: Owner, from: number, to: number): Emission {
  const records = numbered(from, to);
  return { owner, after: from - 1, records, rows: records, hot: [] };
}

function hot(put: Fields, more: Partial<HotChange> = {}): HotChange {
  return { table: 'quotes', put, remove: [], whole: false, idleMs: null, ...more };
}

function consumerOf(store: BusStore, name: string, stream = PLAIN): Consumer {
  const rules = { claimAfterMs: 60, deliveriesMax: 5 };
  return store.bus.consumer({ stream, group: 'desk', name, from: 'oldest', ...rules });
}

export function streamContract(open: OpenBus): void {
  it('gives back what was published, in order, from any entry on', async ({ skip }) => {
    const { store } = await open(skip);
    const ids = value(await store.bus.publish(PLAIN, [{ a: '1' }, { a: 'ü "2"\n' }, { a: '' }]));
    const read = { stream: 'plain', max: 10, waitMs: 0 };
    const all = value(await store.bus.read({ ...read, after: null }));
    expect(all.map(({ fields }) => fields)).toEqual([{ a: '1' }, { a: 'ü "2"\n' }, { a: '' }]);
    expect(all.map(({ id }) => id)).toEqual(ids);
    const later = value(await store.bus.read({ ...read, after: ids[0] ?? '' }));
    expect(later.map(({ id }) => id)).toEqual(ids.slice(1));
    expect(value(await store.bus.read({ ...read, after: null, max: 1 }))).toHaveLength(1);
  });

  it('wakes who waits, and lets him go when nothing comes', async ({ skip }) => {
    const { store, pass } = await open(skip);
    const read = { stream: 'plain', max: 10, after: null };
    const waiting = store.bus.read({ ...read, waitMs: 300 });
    await pass(20);
    value(await store.bus.publish(PLAIN, [{ a: 'here' }]));
    expect(value(await waiting)).toHaveLength(1);
    const vain = store.bus.read({ stream: 'other', max: 10, after: '$', waitMs: 30 });
    await pass(60);
    expect(value(await vain)).toEqual([]);
  });

  it('stays within its limit and keeps the newest', async ({ skip }) => {
    const { store } = await open(skip);
    const small: Stream = { name: 'small', limit: 100, idleMs: null };
    for (let batch = 0; batch < 10; batch += 1) {
      const entries = numbered(batch * 100 + 1, batch * 100 + 100).map(({ fields }) => fields);
      value(await store.bus.publish(small, entries));
    }
    const read = { stream: 'small', after: null, max: 2_000, waitMs: 0 };
    const kept = value(await store.bus.read(read));
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeLessThanOrEqual(100 + SLACK);
    expect(kept.at(-1)?.fields).toEqual({ n: '1000' });
  });

  it('forgets a stream nobody writes to, where that is asked', async ({ skip }) => {
    const { store, pass } = await open(skip);
    const brief: Stream = { name: 'brief', limit: 100, idleMs: 60 };
    value(await store.bus.publish(brief, [{ a: '1' }]));
    await pass(90);
    const read = { stream: 'brief', after: null, max: 10, waitMs: 0 };
    expect(value(await store.bus.read(read))).toEqual([]);
  });
}

export function groupContract(open: OpenBus): void {
  it('shares the entries among the consumers of a group, each to one', async ({ skip }) => {
    const { store } = await open(skip);
    const entries = numbered(1, 40).map(({ fields }) => fields);
    value(await store.bus.publish(PLAIN, entries));
    const [one, two] = [consumerOf(store, 'one'), consumerOf(store, 'two')];
    const first = value(await one.take(20, 0)).deliveries;
    const second = value(await two.take(40, 0)).deliveries;
    const taken = [...first, ...second].map(({ fields }) => fields);
    expect(taken).toEqual(entries);
    expect(first).toHaveLength(20);
    expect(first.every(({ deliveries }) => deliveries === 1)).toBe(true);
    expect(value(await one.ack(first.map(({ id }) => id)))).toBe(20);
    const again = first.map(({ id }) => id);
    expect(value(await one.ack(again))).toBe(0);
    const standing = value(await store.bus.standing('plain', 'desk'));
    expect(standing).toEqual({ behind: 0, open: 20, missed: 0 });
  });

  it('waits for news and takes them', async ({ skip }) => {
    const { store, pass } = await open(skip);
    const one = consumerOf(store, 'one');
    const waiting = one.take(10, 300);
    await pass(20);
    value(await store.bus.publish(PLAIN, [{ a: '1' }]));
    expect(value(await waiting).deliveries).toHaveLength(1);
  });

  it('begins with what comes now, where that is asked', async ({ skip }) => {
    const { store } = await open(skip);
    value(await store.bus.publish(PLAIN, [{ a: 'before' }]));
    const rules = { claimAfterMs: 60, deliveriesMax: 5 };
    const request = { stream: PLAIN, group: 'late', name: 'one', from: 'now', ...rules } as const;
    const late = store.bus.consumer(request);
    expect(value(await late.take(10, 0)).deliveries).toEqual([]);
    value(await store.bus.publish(PLAIN, [{ a: 'after' }]));
    expect(value(await late.take(10, 0)).deliveries.map(({ fields }) => fields['a'])).toEqual([
      'after',
    ]);
  });

  it('hands a restarted consumer what it left unfinished, first', async ({ skip }) => {
    const { store } = await open(skip);
    value(await store.bus.publish(PLAIN, [{ a: '1' }, { a: '2' }, { a: '3' }]));
    const before = value(await consumerOf(store, 'one').take(2, 0)).deliveries;
    const restarted = consumerOf(store, 'one');
    const own = value(await restarted.take(10, 0)).deliveries;
    expect(own.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expect(own.every(({ deliveries }) => deliveries === 2)).toBe(true);
    expect(value(await restarted.ack(own.map(({ id }) => id)))).toBe(2);
    const rest = value(await restarted.take(10, 0)).deliveries;
    expect(rest.map(({ fields }) => fields['a'])).toEqual(['3']);
  });

  it('takes over what a dead consumer holds, once it has held it long', async ({ skip }) => {
    const { store, pass } = await open(skip);
    value(await store.bus.publish(PLAIN, [{ a: '1' }, { a: '2' }]));
    const dead = value(await consumerOf(store, 'dead').take(2, 0)).deliveries;
    const heir = consumerOf(store, 'heir');
    expect(value(await heir.take(10, 0)).deliveries).toEqual([]);
    await pass(90);
    const taken = value(await heir.take(10, 0)).deliveries;
    expect(taken.map(({ id }) => id)).toEqual(dead.map(({ id }) => id));
    value(await heir.ack(taken.map(({ id }) => id)));
    await pass(90);
    expect(value(await heir.take(10, 0)).deliveries).toEqual([]);
  });

  it('sets a poisoned entry aside after five deliveries; the rest flows', async ({ skip }) => {
    const { store, pass } = await open(skip);
    value(await store.bus.publish(PLAIN, [{ a: 'poison' }, { a: 'fine' }]));
    const one = consumerOf(store, 'one');
    const seen: number[] = [];
    let dead = 0;
    for (let turn = 0; turn < 12 && dead === 0; turn += 1) {
      const taken = value(await one.take(10, 0));
      dead += taken.dead;
      for (const { id, fields, deliveries } of taken.deliveries) {
        if (fields['a'] === 'poison') seen.push(deliveries);
        else value(await one.ack([id]));
      }
      await pass(70);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    expect(dead).toBe(1);
    const read = { stream: 'plain:dead', after: null, max: 10, waitMs: 0 };
    const [aside] = value(await store.bus.read(read));
    expect(aside?.fields).toMatchObject({ a: 'poison', dead_in: 'desk' });
    expect(value(await store.bus.standing('plain', 'desk')).open).toBe(0);
  });

  it('tells how far a group is behind, and what was trimmed unseen', async ({ skip }) => {
    const { store } = await open(skip);
    const small: Stream = { name: 'trimmed', limit: 100, idleMs: null };
    const one = consumerOf(store, 'one', small);
    expect(value(await one.take(1, 0)).deliveries).toEqual([]);
    value(await store.bus.publish(small, [{ n: '0' }]));
    expect(value(await one.take(1, 0)).deliveries).toHaveLength(1);
    for (let batch = 0; batch < 5; batch += 1) {
      const entries = numbered(1, 100).map(({ fields }) => fields);
      value(await store.bus.publish(small, entries));
    }
    const standing = value(await store.bus.standing('trimmed', 'desk'));
    expect(standing.behind).toBe(500);
    expect(standing.missed).toBeGreaterThanOrEqual(200);
    expect(value(await store.bus.standing('trimmed', 'nobody')).behind).toBe(0);
  });

  it('lets go of what was handed out and trimmed since', async ({ skip }) => {
    const { store, pass } = await open(skip);
    const small: Stream = { name: 'gone', limit: 100, idleMs: null };
    value(await store.bus.publish(small, [{ n: '0' }]));
    value(await consumerOf(store, 'dead', small).take(1, 0));
    for (let batch = 0; batch < 5; batch += 1) {
      const entries = numbered(1, 100).map(({ fields }) => fields);
      value(await store.bus.publish(small, entries));
    }
    await pass(90);
    expect(value(await consumerOf(store, 'heir', small).take(10, 0)).gone).toBe(1);
  });

  it('finds its group again after everything was wiped', async ({ skip }) => {
    const { store, wipe } = await open(skip);
    value(await store.bus.publish(PLAIN, [{ a: '1' }]));
    const one = consumerOf(store, 'one');
    expect(value(await one.take(10, 0)).deliveries).toHaveLength(1);
    await wipe();
    // The first answer may be that there is no such group any more.
    await one.take(10, 0);
    value(await store.bus.publish(PLAIN, [{ a: 'new' }]));
    const deliveries = [value(await one.take(10, 0)), value(await one.take(10, 0))].flatMap(
      (taken) => taken.deliveries,
    );
    expect(deliveries.map(({ fields }) => fields['a'])).toEqual(['new']);
  });
}

export function hotContract(open: OpenBus): void {
  it('keeps the latest value of a key, and how old it is', async ({ skip }) => {
    const { store, pass } = await open(skip);
    value(await store.hot.put([hot({ SPY: 'old {} "1"', QQQ: '2' })], 100));
    await pass(40);
    value(await store.hot.put([hot({ SPY: 'new ü' }, { remove: ['QQQ'] })], 100));
    await pass(20);
    const values = value(await store.hot.values('quotes'));
    expect([...values].map(([key, { text }]) => [key, text])).toEqual([['SPY', 'new ü']]);
    const age = values.get('SPY')?.ageMs ?? -1;
    expect(age).toBeGreaterThanOrEqual(19);
    expect(age).toBeLessThan(10_000);
    expect(value(await store.hot.values('none')).size).toBe(0);
  });

  it('replaces a whole table, and lets it expire', async ({ skip }) => {
    const { store, pass } = await open(skip);
    value(await store.hot.put([hot({ a: '1', b: '2' })], 100));
    value(await store.hot.put([hot({ c: '3' }, { whole: true, idleMs: 60 })], 100));
    expect([...value(await store.hot.values('quotes')).keys()]).toEqual(['c']);
    await pass(90);
    expect(value(await store.hot.values('quotes')).size).toBe(0);
  });

  it('stays within its limit: the oldest written go', async ({ skip }) => {
    const { store, pass } = await open(skip);
    for (let batch = 0; batch < 3; batch += 1) {
      const put = Object.fromEntries(numbered(1, 40).map(({ seq }) => [`${batch}-${seq}`, 'x']));
      value(await store.hot.put([hot(put)], 100));
      await pass(5);
    }
    const keys = [...value(await store.hot.values('quotes')).keys()];
    expect(keys).toHaveLength(100);
    expect(keys.filter((key) => key.startsWith('0-'))).toHaveLength(20);
  });
}

export function recordContract(open: OpenBus): void {
  const places = async (store: BusStore, stream: string): Promise<readonly string[]> => {
    const entries = value(await store.bus.read({ stream, after: null, max: 5_000, waitMs: 0 }));
    return entries.map(({ fields }) => fields['n'] ?? '');
  };

  it('takes the record on from where it stands', async ({ skip }) => {
    const { store } = await open(skip);
    expect(value(await store.record.claim(FIRST, 9_999))).toEqual({ last: 0, first: 0 });
    expect(value(await store.record.emit(emission(FIRST, 5, 8)))).toBe(8);
    expect(value(await store.record.emit(emission(FIRST, 9, 9)))).toBe(9);
    expect(value(await store.record.claim(FIRST, 9_999))).toEqual({ last: 9, first: 5 });
    expect(await places(store, RECORDS)).toEqual(['5', '6', '7', '8', '9']);
    expect(await places(store, ROWS)).toEqual(['5', '6', '7', '8', '9']);
    const [first] = value(
      await store.bus.read({ stream: RECORDS, after: null, max: 1, waitMs: 0 }),
    );
    expect(first?.id.split('-')[0]).toBe('5');
  });

  it('takes no record twice and leaves no gap', async ({ skip }) => {
    const { store } = await open(skip);
    value(await store.record.claim(FIRST, 9_999));
    value(await store.record.emit(emission(FIRST, 1, 3)));
    const again = await store.record.emit(emission(FIRST, 1, 3));
    expect(again).toMatchObject({ ok: false, error: { kind: 'out_of_step' } });
    const gap = await store.record.emit(emission(FIRST, 5, 6));
    expect(gap).toMatchObject({ ok: false, error: { kind: 'out_of_step' } });
    expect(await places(store, RECORDS)).toEqual(['1', '2', '3']);
  });

  it('writes the record and what is made of it together', async ({ skip }) => {
    const { store } = await open(skip);
    value(await store.record.claim(FIRST, 9_999));
    const change = hot({ t_1: 'open' }, { table: 'trades' });
    value(await store.record.emit({ ...emission(FIRST, 1, 2), hot: [change] }));
    expect(value(await store.hot.values('trades')).get('t_1')?.text).toBe('open');
    const wrong = { ...emission(FIRST, 9, 9), hot: [hot({ t_1: 'no' }, { table: 'trades' })] };
    expect((await store.record.emit(wrong)).ok).toBe(false);
    expect(value(await store.hot.values('trades')).get('t_1')?.text).toBe('open');
  });

  it('stays within its limits', async ({ skip }) => {
    const { store } = await open(skip);
    value(await store.record.claim(FIRST, 9_999));
    for (let from = 1; from < 3_000; from += 250) {
      value(await store.record.emit(emission(FIRST, from, from + 249)));
    }
    const kept = await places(store, RECORDS);
    expect(kept.length).toBeGreaterThanOrEqual(SMALL.recordsMax);
    expect(kept.length).toBeLessThanOrEqual(2 * SMALL.recordsMax);
    expect((await places(store, ROWS)).length).toBeLessThanOrEqual(SMALL.auditMax + SLACK);
  });

  it('lets a newer run of the desk follow, and the older write no more', async ({ skip }) => {
    const { store } = await open(skip);
    value(await store.record.claim(FIRST, 9_999));
    value(await store.record.emit(emission(FIRST, 1, 2)));
    const newer = { ...FIRST, run: 'r_b', epoch: 2 };
    expect(value(await store.record.claim(newer, 9_999))).toEqual({ last: 2, first: 1 });
    const late = await store.record.emit(emission(FIRST, 3, 3));
    expect(late).toMatchObject({ ok: false, error: { kind: 'superseded' } });
    const back = await store.record.claim(FIRST, 9_999);
    expect(back).toMatchObject({ ok: false, error: { kind: 'superseded' } });
    expect(value(await store.record.emit(emission(newer, 3, 3)))).toBe(3);
    expect(value(await store.record.owner())).toEqual(newer);
  });

  it('keeps two journals apart', async ({ skip }) => {
    const { store, pass } = await open(skip);
    value(await store.record.claim(FIRST, 9_999));
    value(await store.record.emit(emission(FIRST, 1, 2)));
    const other: Owner = { journal: 'r_two', run: 'r_c', epoch: 9 };
    const held = await store.record.claim(other, 9_999);
    expect(held).toMatchObject({ ok: false, error: { kind: 'superseded' } });
    await pass(SMALL.leaseMs + 50);
    expect(value(await store.record.owner())).toBeNull();
    expect(value(await store.record.claim(other, 9_999))).toEqual({ last: 0, first: 0 });
    expect(await places(store, RECORDS)).toEqual([]);
    expect(value(await store.hot.values('trades')).size).toBe(0);
  });

  it('begins anew where it holds more than the record does', async ({ skip }) => {
    const { store } = await open(skip);
    expect(value(await store.record.generation())).toBeNull();
    value(await store.record.claim(FIRST, 0));
    const first = value(await store.record.generation());
    value(await store.record.emit(emission(FIRST, 1, 5)));
    expect(value(await store.record.claim(FIRST, 5))).toEqual({ last: 5, first: 1 });
    expect(value(await store.record.generation())).toBe(first);
    expect(value(await store.record.claim(FIRST, 4))).toEqual({ last: 0, first: 0 });
    expect(value(await store.record.generation())).not.toBe(first);
    expect(await places(store, RECORDS)).toEqual([]);
  });

  it('says so when everything was wiped, and takes it again', async ({ skip }) => {
    const { store, wipe } = await open(skip);
    value(await store.record.claim(FIRST, 9_999));
    value(await store.record.emit(emission(FIRST, 1, 3)));
    await wipe();
    const lost = await store.record.emit(emission(FIRST, 4, 4));
    expect(lost).toMatchObject({ ok: false, error: { kind: 'out_of_step' } });
    expect(value(await store.record.claim(FIRST, 9_999))).toEqual({ last: 0, first: 0 });
    expect(value(await store.record.emit(emission(FIRST, 1, 4)))).toBe(4);
  });
}
