/** The record in SQL: the core's own figures to the cent, and nothing but reading. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { READY_MADE } from '#adapters/duckdb/ready-made.ts';
import { type AskRequest, askRecord } from '#app/parquet/ask.ts';
import { exportParquet } from '#app/parquet/export.ts';
import type { DeskEntry } from '#audit/model.ts';
import { formatMoney, parseMoney } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import { cost, proceeds } from '#orders/core/exposure.ts';
import { refused, sold, understood } from '../../fixtures/desk-courses.ts';
import { say } from '../../fixtures/desk-log.ts';
import { writeJournal } from '../../fixtures/journal-on-disk.ts';
import { COURSES } from '../../systematic/courses.ts';
import { live } from '../../systematic/living.ts';

const DAY_MS = 86_400_000;
const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

describe('the canonical trades in SQL', () => {
  it.each(COURSES)('have the figures of the trade core: $name', async (course) => {
    const { world } = await live(course, () => undefined);
    const place = await placeWith(world.records());
    const opened = world.bodies('trade.opened').map(({ plan }) => plan.tradeId);
    const ended = new Map(
      world
        .records()
        .flatMap((record) =>
          record.kind === 'trade.ended' ? [[record.trade, formatMoney(record.body.result)]] : [],
        ),
    );
    const core = opened.toSorted().map((id) => {
      const trade = world.desk.book.trade(id);
      if (trade === null) throw new Error(`the book has no ${id}`);
      const fills = trade.orders.reduce((sum, order) => sum + order.fills.length, 0);
      return {
        trade_id: id,
        cost: formatMoney(cost(trade)),
        proceeds: formatMoney(proceeds(trade)),
        ended: trade.ended,
        result: ended.get(id) ?? null,
        orders: String(trade.orders.length),
        fills: String(fills),
      };
    });
    const sql = `SELECT trade_id, cost, proceeds, ended, result,
      (SELECT count(*) FROM orders WHERE orders.trade_id = trades.trade_id) AS orders,
      (SELECT count(*) FROM fills WHERE fills.trade_id = trades.trade_id) AS fills
      FROM trades ORDER BY trade_id`;
    expect((await rowsOf(place, sql)).map(plain)).toEqual(core);
  });
});

describe('ready-made queries', () => {
  let place: AskRequest;
  beforeAll(async () => {
    place = await placeWith(sold().entries);
  });

  it.each(Object.keys(READY_MADE))('%s answers', async (name) => {
    await expect(rowsOf(place, READY_MADE[name]?.sql ?? '')).resolves.toBeDefined();
  });

  it('say what an author made, of how many trades, and how sure that is', async () => {
    const [row] = await rowsOf(place, READY_MADE['author-results']?.sql ?? '');
    expect(row).toMatchObject({ author: 'local:ana', trades: '1', won: '1', result: '261.00' });
    // Wilson's interval of one of one, by hand: 1 / (1 + 1.96²) to 1.
    expect(row).toMatchObject({ won_share_from: 0.207, won_share_to: 1, mean_from: null });
  });

  it('say what entries cost beyond their alert', async () => {
    // 1 at 0.76 and 3 at 0.77 instead of 0.75: (0.01 + 3 × 0.02) × 100.
    const [row] = await rowsOf(place, READY_MADE['slippage']?.sql ?? '');
    expect(row).toMatchObject({ contracts: '4', mean_per_unit: 0.0175, dollars: '7.00' });
  });

  it('say how long filling took', async () => {
    const [row] = await rowsOf(place, READY_MADE['time-to-fill']?.sql ?? '');
    expect(row).toMatchObject({ placed: '1', filled: '1', order_to_first_fill_s: 45.4 });
  });

  it('say what was refused, and why', async () => {
    const refusals = await placeWith(refused().entries);
    const rows = await rowsOf(refusals, READY_MADE['refusals']?.sql ?? '');
    expect(rows).toMatchObject([{ refused: '1', share: 1, example: 'BTO UBER 78p 12/06 @ 0.75' }]);
  });
});

describe('a query', () => {
  it('sees exported days and what is newer, each record once', async () => {
    const { entries } = sold();
    const place = await placeWith(entries);
    const out = place.parquet;
    await exportParquet({ journal: place.journal, out, from: null, to: null, before: null });
    await writeJournal(
      place.journal,
      entries.slice(0, 5).map((entry) => ({ ...entry, wall: plus(entry.wall, DAY_MS) })),
    );
    const sql =
      'SELECT count(*) AS n, count(DISTINCT seq) AS distinct_n, max(seq) AS last FROM audit';
    expect(await rowsOf(place, sql)).toEqual([{ n: '39', distinct_n: '39', last: '39' }]);
    expect(await rowsOf({ ...place, exportedOnly: true }, sql)).toMatchObject([{ n: '34' }]);
    // A late record of the exported day: the day is read from the journal until the next export.
    await writeJournal(place.journal, entries.slice(0, 1));
    expect(await rowsOf(place, sql)).toMatchObject([{ n: '40', distinct_n: '40' }]);
  });

  it.each([
    ["COPY (SELECT 1) TO '/tmp/strikewire-never'", 'no other file'],
    ["SELECT * FROM read_text('/etc/hostname')", 'no other file'],
    ["SELECT * FROM '/etc/hosts.csv'", 'no other file'],
    ["ATTACH ':memory:' AS other", 'Only SELECT'],
    ["SET memory_limit = '4GB'", 'Only SELECT'],
    ['DROP VIEW audit', 'Only SELECT'],
    ['EXPLAIN ANALYZE SELECT 1', 'Only SELECT'],
    ['SELECT 1; SELECT 2', 'one SELECT'],
    ['SELECT * FROM trade', 'There are: audit, trades'],
    ['SELEC 1', 'syntax error'],
    ['SELECT list(range) FROM range(1000000000)', 'more than 64 MB'],
    [
      'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t',
      'longer than 1 s',
    ],
  ])('is refused plainly: %s', async (sql, why) => {
    const place = await placeWith(sold().entries.slice(0, 3));
    const answered = await askRecord({ ...place, sql, memoryMb: 64, timeoutMs: 1_000 });
    expect(answered.ok ? 'answered' : answered.error).toContain(why);
  });

  it('is answered whatever characters a message holds', async () => {
    const { log } = understood();
    say(log, 'BTO half a \uD83D pair and a \0 NUL', { id: '2' });
    const place = await placeWith(log.entries);
    const sql = "SELECT raw_text FROM audit WHERE raw_text LIKE '%half%'";
    const shown = [{ raw_text: 'BTO half a \uFFFD pair and a \uFFFD NUL' }];
    expect(await rowsOf(place, sql)).toEqual(shown);
    const out = place.parquet;
    await exportParquet({ journal: place.journal, out, from: null, to: null, before: null });
    expect(await rowsOf({ ...place, exportedOnly: true }, sql)).toEqual(shown);
  });

  it('is cut where it would not end', async () => {
    const place = await placeWith(sold().entries.slice(0, 3));
    const answered = await askRecord({ ...place, sql: 'SELECT * FROM range(50000)', rowsMax: 10 });
    expect(answered).toMatchObject({ ok: true, value: { cut: true } });
    expect(answered.ok && answered.value.rows.length).toBe(10);
  });
});

async function placeWith(entries: readonly DeskEntry[]): Promise<AskRequest> {
  const journal = mkdtempSync(join(tmpdir(), 'strikewire-query-test-'));
  made.push(journal);
  await writeJournal(journal, entries);
  return {
    ...{ journal, parquet: join(journal, 'parquet'), exportedOnly: false },
    ...{ sql: '', memoryMb: 128, timeoutMs: 20_000, rowsMax: 1_000 },
  };
}

async function rowsOf(place: AskRequest, sql: string) {
  const answered = await askRecord({ ...place, sql });
  if (!answered.ok) throw new Error(answered.error);
  const { columns, rows } = answered.value;
  return rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]] as const)));
}

/** Amounts in the program's own writing. */
function plain(row: Readonly<Record<string, unknown>>) {
  const amount = (value: unknown) => {
    const parsed = typeof value === 'string' ? parseMoney(value) : null;
    return parsed?.ok ? formatMoney(parsed.value) : value;
  };
  return {
    ...row,
    cost: amount(row['cost']),
    proceeds: amount(row['proceeds']),
    result: amount(row['result']),
  };
}
