/** What every store of history must do, whatever it is made of. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditQuery, AuditRow, DeskEntry } from '#audit/model.ts';
import { searchRecords } from '#audit/view.ts';
import type { HistoryStore, Step, Stored } from '#history/ports.ts';
import { messageKey } from '#kernel/ids.ts';
import { plus } from '#kernel/time.ts';
import { exiting, halted, sold, working } from '../fixtures/desk-courses.ts';
import { createDeskLog, decide, OPENING, RULES, say, start, UBER } from '../fixtures/desk-log.ts';
import { emptyPosition, JOURNAL, positionAt, stepsOf } from '../fixtures/history.ts';

export interface StoreUnderTest {
  readonly store: HistoryStore;
  /** Rows of one statement, as the database gives them: for looking past the port. */
  rows(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

export function historyStoreContract(
  name: string,
  given: () => StoreUnderTest,
  leftOut: string | null = null,
): void {
  describe(`HistoryStore: ${name}`, () => {
    let store: HistoryStore;
    beforeEach(async ({ skip }) => {
      skip(leftOut !== null, leftOut ?? '');
      ({ store } = given());
      await right(store.open());
      await right(store.begin(JOURNAL));
    });
    const rows = (text: string) => given().rows(text);

    it('opens again without running anything twice', async () => {
      expect((await right(store.open())).migrated).toEqual([]);
    });

    it('belongs to the journal it was begun for, at sequence 0', async () => {
      expect(await right(store.position())).toEqual(emptyPosition());
      await right(store.begin('b'.repeat(64)));
      expect(await right(store.position())).toEqual(emptyPosition('b'.repeat(64)));
    });

    it('takes rows and position together', async () => {
      const { entries } = sold();
      const [step] = stepsOf(entries);
      await right(store.take(only(step)));
      expect(await right(store.position())).toEqual(positionAt(only(entries.at(-1))));
      const [trade] = await rows(
        `select badge, contract, ended, result::text as result, bought, exit_sold, close_sold
         from trades`,
      );
      expect(trade).toMatchObject({
        badge: 'SIM',
        ended: 'sold',
        result: '261.00',
        bought: 4,
        exit_sold: 2,
        close_sold: 2,
      });
      const fills = await rows(
        'select quantity, price::text as price, role from fills order by at',
      );
      expect(fills).toEqual([
        { quantity: 1, price: '0.76', role: 'entry' },
        { quantity: 3, price: '0.77', role: 'entry' },
        { quantity: 2, price: '1.54', role: 'exit' },
        { quantity: 2, price: '1.30', role: 'close' },
      ]);
      const [counted] = await rows('select count(*) as count, max(seq) as last from audit');
      expect(counted).toEqual({ count: entries.length, last: entries.length });
    });

    it('takes no step twice, and none from elsewhere', async () => {
      const [first, second] = stepsOf(sold().entries, 5);
      await right(store.take(only(first)));
      for (const step of [only(first), { ...only(second), from: emptyPosition('c'.repeat(64)) }]) {
        const again = await store.take(step);
        expect(again).toMatchObject({ ok: false, error: { code: 'position_moved' } });
      }
      expect(await right(store.position())).toEqual(only(first).to);
      expect(await rows('select count(*) as count from audit')).toEqual([{ count: 5 }]);
    });

    it('holds nothing of a step that it does not take whole', async () => {
      const [step] = stepsOf(sold().entries);
      const { rows: made } = only(step);
      const torn: Step = { ...only(step), rows: { ...made, acts: [...made.acts, BAD_ACT] } };
      expect(await store.take(torn)).toMatchObject({ ok: false, error: { kind: 'defect' } });
      expect(await right(store.position())).toEqual(emptyPosition());
      expect(await rows('select count(*) as count from audit')).toEqual([{ count: 0 }]);
      await right(store.take(only(step)));
    });

    it('holds the same however the records are cut into steps', async () => {
      const { entries } = sold();
      const read = async () =>
        rows(`select (select jsonb_agg(t order by trade_id) from trades t)::text as trades,
          (select jsonb_agg(o order by client_order_id) from orders o)::text as orders,
          (select jsonb_agg(f order by fill_id, client_order_id) from fills f)::text as fills,
          (select jsonb_agg(a order by message_key) from alerts a)::text as alerts,
          (select jsonb_agg(d order by day) from audit_days d)::text as days,
          (select jsonb_agg(c order by chunk) from audit_chunks c)::text as chunks,
          (select jsonb_agg(v order by chunk, value) from audit_values v)::text as values,
          (select jsonb_agg(u order by seq) from audit u)::text as audit`);
      for (const step of stepsOf(entries)) await right(store.take(step));
      const whole = await read();
      await right(store.begin(JOURNAL));
      for (const step of stepsOf(entries, 1)) await right(store.take(step));
      expect(await read()).toEqual(whole);
    });

    it('takes what a database has no room for, shown as unknown characters', async () => {
      const log = createDeskLog();
      start(log);
      const text = 'NUL \0, half \uD800, tab \t, \\u0000, "quoted", \\N, {brace},\r\nünïcode 🎉';
      decide(log, say(log, text), { verdict: 'chatter', code: 'exit', detail: 'nothing \0 here' });
      for (const step of stepsOf(log.entries)) await right(store.take(step));
      const [alert] = await rows('select text, detail from alerts');
      const shown = text.replace('\0', '\uFFFD').replace('\uD800', '\uFFFD');
      expect(alert).toEqual({ text: shown, detail: 'nothing \uFFFD here' });
      const [record] = await rows(
        `select record->'body'->'message'->>'text' as text from audit
         where kind = 'message.received'`,
      );
      expect(record).toEqual({ text: shown });
    });

    it('keeps what people did, what went wrong, and the runs', async () => {
      const { log } = halted();
      log.add({
        kind: 'incident.raised',
        body: { code: 'x_failed', detail: 'why', at: log.now() },
        actor: 'engine',
      });
      log.add({
        kind: 'operator.acted',
        body: { act: 'looked', reason: 'just so', at: log.now() },
        actor: 'local:op',
      });
      log.add({ kind: 'run.ended', body: { reason: 'SIGTERM', at: log.now() }, actor: 'engine' });
      for (const step of stepsOf(log.entries, 3)) await right(store.take(step));
      expect(await rows('select code, detail from incidents')).toEqual([
        { code: 'x_failed', detail: 'why' },
      ]);
      expect(await rows('select actor, act, reason from acts')).toEqual([
        { actor: 'local:op', act: 'looked', reason: 'just so' },
      ]);
      expect(await rows('select from_state, to_state, reason from kill_states')).toEqual([
        { from_state: 'ACTIVE', to_state: 'HALT', reason: 'news at two' },
      ]);
      expect(await rows('select run, started_seq, environment, ended from runs')).toEqual([
        { run: 'r1', started_seq: 1, environment: 'simulated', ended: 'SIGTERM' },
      ]);
    });

    it.each(QUERIES)('finds what a search of the journal finds: $name', async ({ query }) => {
      const { entries } = crowd();
      for (const step of stepsOf(entries, 7)) await right(store.take(step));
      const expected = searchRecords(entries, RULES, query);
      expect(await right(store.search(query))).toEqual(expected);
    });

    it('finds the same among hundreds of records, page by page', async () => {
      const { entries } = crowd(200);
      for (const step of stepsOf(entries, 90)) await right(store.take(step));
      for (const query of [{ user: 'bob' }, { words: 'CLOCK 100%' }, { kind: 'message' }, {}]) {
        const limit = 70;
        const found: AuditRow[] = [];
        for (let before: number | undefined; ; before = found.at(-1)?.seq) {
          const place = before === undefined ? {} : { before };
          const page = await right(store.search({ ...query, ...place, limit }));
          found.push(...page);
          if (page.length < limit) break;
        }
        expect(found).toEqual(searchRecords(entries, RULES, { ...query, limit: 1_000 }));
        expect(found.length).toBeGreaterThan(2 * limit);
      }
    });

    it('says when it holds exactly what the journal makes of it', async () => {
      const steps = stepsOf(sold().entries, 6);
      for (const step of steps) await right(store.take(step));
      expect(await compared(store, steps)).toEqual([]);
    });

    it('names the first difference of each table', async () => {
      const steps = stepsOf(sold().entries, 6);
      for (const step of steps) await right(store.take(step));
      await rows(`update audit set text = 'nothing happened' where seq = 4`);
      await rows('delete from fills where quantity = 3');
      await rows(`insert into trades (trade_id, seq) values ('t_invented', 1)`);
      const found = await compared(store, steps);
      expect(found.map(({ table }) => table)).toEqual(['audit', 'trades', 'fills']);
      expect(found[0]).toMatchObject({ changed: 1, missing: 0, extra: 0 });
      expect(found[0]?.first).toMatch(/^4 /);
      expect(found[1]).toMatchObject({ extra: 1, first: 't_invented' });
      expect(found[2]).toMatchObject({ missing: 1 });
    });

    it('makes partitions ahead, and drops what is older than it may be kept', async () => {
      const { entries } = sold();
      const steps = stepsOf(entries);
      for (const step of steps) await right(store.take(step));
      const retention = { historyDays: 30, testResultDays: 30 };
      const soon = await right(store.maintain(plus(OPENING, 86_400_000), retention));
      expect(soon).toEqual({ created: 8, dropped: 0, deleted: 0 });
      expect(await compared(store, steps)).toEqual([]);
      const later = await right(store.maintain(plus(OPENING, 60 * 86_400_000), retention));
      expect(later.dropped).toBeGreaterThan(0);
      const left = await rows(`select (select count(*) from audit) + (select count(*) from trades) +
        (select count(*) from fills) + (select count(*) from alerts) as count`);
      expect(left).toEqual([{ count: 0 }]);
      expect(await compared(store, steps)).toEqual([]);
    });

    it('forgets what occurred among records that are kept no longer', async () => {
      const steps = stepsOf(crowd(200).entries, 90);
      for (const step of steps) await right(store.take(step));
      const retention = { historyDays: 30, testResultDays: 30 };
      await right(store.maintain(plus(OPENING, 900 * 86_400_000), retention));
      const newest = 'select max(chunk) from audit_chunks';
      expect(
        await rows(`select (select count(*) from audit_chunks) as chunks,
          (select count(*) from audit_values where chunk < (${newest})) as older`),
      ).toEqual([{ chunks: 1, older: 0 }]);
      expect(await compared(store, steps)).toEqual([]);
    });

    it('never drops an open trade for its age', async () => {
      for (const step of stepsOf(working().entries)) await right(store.take(step));
      const retention = { historyDays: 30, testResultDays: 30 };
      await right(store.maintain(plus(OPENING, 400 * 86_400_000), retention));
      expect(await rows('select count(*) as count from trades')).toEqual([{ count: 1 }]);
      expect(await rows('select count(*) as count from audit')).toEqual([{ count: 0 }]);
    });

    it('files rows of a day without a partition in the one for the rest', async () => {
      await rows('drop table if exists audit_20251202');
      expect(await rows(`select count(*) as count from audit_other`)).toEqual([{ count: 0 }]);
      for (const step of stepsOf(exiting().entries)) await right(store.take(step));
      expect(await rows(`select count(*) > 0 as made from audit_20251202`)).toEqual([
        { made: true },
      ]);
    });

    it('copies keys as digests, and certifications', async () => {
      const key = { id: 'abc', role: 'admin', digest: 'd'.repeat(64), createdAt: OPENING };
      const one = { name: 'c1', at: OPENING, passed: true, document: '{"a":1}' };
      await right(store.copyFacts({ keys: [key], certifications: [one] }));
      await right(store.copyFacts({ keys: [key], certifications: [one] }));
      expect(await rows('select id, role, digest from keys')).toEqual([
        { id: 'abc', role: 'admin', digest: key.digest },
      ]);
      expect(await rows(`select name, document->>'a' as a from certifications`)).toEqual([
        { name: 'c1', a: '1' },
      ]);
    });
  });
}

/** More than an identifier of a number can hold: the database refuses it. */
const BAD_ACT = {
  seq: 2 ** 70,
  at: null,
  kind: null,
  actor: null,
  act: null,
  reason: null,
  trade_id: null,
  message_key: null,
  badge: null,
};

const QUERIES: readonly { readonly name: string; readonly query: AuditQuery }[] = [
  { name: 'everything', query: {} },
  { name: 'the newest three', query: { limit: 3 } },
  { name: 'a user', query: { user: 'ana' } },
  { name: 'another user', query: { user: 'bob', limit: 10 } },
  { name: 'who acted', query: { user: 'op' } },
  { name: 'a symbol', query: { symbol: 'uber' } },
  { name: 'a full symbol', query: { symbol: UBER.symbol } },
  { name: 'a symbol nobody named', query: { symbol: 'XSP' } },
  { name: 'a kind', query: { kind: 'order.seen' } },
  { name: 'kinds of one sort', query: { kind: 'order' } },
  { name: 'a user and a kind', query: { user: 'ana', kind: 'message' } },
  { name: 'a channel', query: { channel: 'room', limit: 1_000 } },
  { name: 'a channel nobody uses', query: { channel: 'other' } },
  { name: 'the page after another', query: { before: 12, limit: 5 } },
  { name: 'words', query: { words: 'ALL OUT' } },
  { name: 'two letters', query: { words: 'UB' } },
  { name: 'the middle of a word', query: { words: 'nderstoo' } },
  { name: 'words nobody said', query: { words: 'hippopotamus' } },
  { name: 'a trade nobody made', query: { trade: 't_none' } },
  { name: 'kinds there are none of', query: { kind: 'arming' } },
  { name: 'words with signs', query: { words: "o'clock 100%_\\" } },
  { name: 'a time', query: { from: plus(OPENING, 20_000), to: plus(OPENING, 50_000) } },
  { name: 'from a time on', query: { from: plus(OPENING, 100_000) } },
  { name: 'up to a time', query: { to: plus(OPENING, 1_000) } },
];

/** One desk on which several people talk for days, and one of them trades. */
function crowd(days = 3): { readonly entries: readonly DeskEntry[] } {
  const { log } = sold();
  for (let day = 1; day <= days; day += 1) {
    // Some days are of several such talks.
    log.wait(days > 3 ? 7 * 3_600_000 : 86_400_000);
    const said = `it is nine o'clock 100%_\\ ${day}`;
    const key = say(log, said, { id: `b${day}`, author: 'Bob' });
    decide(log, key, { verdict: 'chatter', code: 'exit', detail: 'No instruction was found.' });
    log.add({
      kind: 'operator.acted',
      body: { act: 'looked', reason: `day ${day}`, at: log.now() },
      actor: 'local:op',
      message: messageKey('local', 'room', '1'),
    });
  }
  return log;
}

async function compared(store: HistoryStore, steps: readonly Step[]) {
  const comparison = await right(store.compare());
  for (const { rows, to } of steps) await right(comparison.expect(rows, to.seq));
  return right(comparison.differences());
}

async function right<T>(stored: Stored<T>): Promise<T> {
  const answer = await stored;
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.detail}`);
  return answer.value;
}

function only<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is one');
  return value;
}
