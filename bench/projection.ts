/**
 * The SQL history: how fast a store catches up with a journal, how fast rows can go in at all, and
 * how fast a search answers.
 *
 * The limit for rows going in is `psql \copy` of the same rows from a file into the same table, by
 * the database's own client in C. `RECORDS` says how long a record is made (100,000); with
 * `ONLY=postgres` the embedded database is left out.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmbeddedServer, EMBEDDED_SCHEMA } from '#adapters/sql/embedded.ts';
import { createPostgresServer } from '#adapters/sql/postgres.ts';
import type { SqlServer } from '#adapters/sql/session.ts';
import { addRows, columnsOf, SQL_TYPES, tableOf } from '#adapters/sql/statements.ts';
import { createSqlHistory } from '#adapters/sql/store.ts';
import { type ReadableJournal, readJournalOf } from '#app/history/journal-source.ts';
import { refill } from '#app/history/refill.ts';
import { tellingBy } from '#app/history/telling.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import type { AuditQuery } from '#audit/model.ts';
import { createTeller } from '#audit/teller.ts';
import type { Projected, RowOf } from '#history/model.ts';
import type { HistoryStore } from '#history/ports.ts';
import { rowsOf } from '#history/project.ts';
import { Secret } from '#kernel/secret.ts';
import { epochMs } from '#kernel/time.ts';
import { type PostgresServer, startPostgres, whyNoOwnServer } from '../tests/services/postgres.ts';
import { makeRecord } from './large-record/make.ts';
import { type BenchRow, spread } from './report.ts';

const RECORDS = Number(process.env['RECORDS'] ?? 100_000);
const WITH_EMBEDDED = process.env['ONLY'] !== 'postgres';
const COPIED = Math.min(RECORDS, 40_000);
const COPY_ROWS = 4_000;
const INSERT_ROWS = 500;
const SEARCHES = 40;
const DAY_MS = 86_400_000;
const SCHEMA = 'strikewire';

export async function measure(): Promise<readonly BenchRow[]> {
  const why = whyNoOwnServer();
  if (why !== null) throw new Error(why);
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-projection-'));
  const postgres = await startPostgres({ max_wal_size: '4GB', shared_buffers: '512MB' });
  try {
    const data = join(directory, 'data');
    mkdirSync(data);
    const { records, days } = await makeRecord(data, RECORDS, Date.now() - DAY_MS);
    const { journal } = await readJournalOf(data);
    const embedded = WITH_EMBEDDED
      ? [await refilled(createEmbeddedServer(join(directory, 'history')), journal)]
      : [];
    const server = await serverOn(postgres);
    const whole = await refilled(server, journal);
    return [
      { what: `records over ${days} days`, value: records, unit: 'records' },
      ...embedded.map((row) => ({ ...row, what: 'catch-up from nothing, PGlite in its thread' })),
      { ...whole, what: 'catch-up from nothing, PostgreSQL' },
      { what: 'goal: PostgreSQL', value: 20_000, unit: 'records/s' },
      ...(await searches(createSqlHistory(server, SCHEMA), journal)),
      ...(await goingIn(postgres, directory, journal)),
    ];
  } finally {
    await postgres.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function serverOn(postgres: PostgresServer): Promise<SqlServer> {
  const url = new Secret(await postgres.database());
  return createPostgresServer({ url, schema: SCHEMA });
}

/** Wall time, and the CPU time of this process: the rest is the store's. */
async function refilled(server: SqlServer, journal: ReadableJournal): Promise<BenchRow> {
  const schema = server.kind === 'embedded' ? EMBEDDED_SCHEMA : SCHEMA;
  const store = createSqlHistory(server, schema);
  const done = await refill({ store, journal });
  if (!done.ok) throw new Error(done.error.detail);
  if (server.kind === 'embedded') await store.close();
  const { records, ms } = done.value;
  return { what: '', value: Math.round(records / (ms / 1_000)), unit: 'records/s' };
}

async function searches(
  store: HistoryStore,
  journal: ReadableJournal,
): Promise<readonly BenchRow[]> {
  const telling = tellingBy(createTeller(TRADE_RULES));
  let trade = '';
  let firstAt = 0;
  for (const record of journal.read(1)) {
    firstAt ||= record.wall;
    const told = telling.tell(record);
    trade ||= told?.row.tradeId ?? '';
    if (trade !== '') break;
  }
  const later = epochMs(firstAt + DAY_MS);
  const queries: Readonly<Record<string, AuditQuery>> = {
    'a user': { user: 'ann' },
    'a user nobody is': { user: 'nobody' },
    'a symbol': { symbol: 'UBER' },
    'a symbol nobody traded': { symbol: 'XSP' },
    'the first trade': { trade },
    'words nobody wrote': { words: 'hippopotamus' },
    'words of one sentence a day': { words: 'the desk stopped' },
    'a day long ago': { from: epochMs(firstAt), to: later },
  };
  const rows: BenchRow[] = [];
  for (const [what, query] of Object.entries(queries)) {
    const took: number[] = [];
    for (let at = 0; at < SEARCHES; at += 1) {
      const from = performance.now();
      const found = await store.search(query);
      if (!found.ok) throw new Error(found.error.detail);
      took.push(performance.now() - from);
    }
    rows.push(spread(`search by ${what}, PostgreSQL`, took, 'ms'));
  }
  return [...rows, { what: 'goal: a search', value: 50, unit: 'ms' }];
}

/** The same audit rows, in four ways. */
async function goingIn(
  postgres: PostgresServer,
  directory: string,
  journal: ReadableJournal,
): Promise<readonly BenchRow[]> {
  const rows = auditRows(journal);
  const server = await serverOn(postgres);
  const store = createSqlHistory(server, SCHEMA);
  if (!(await store.open()).ok) throw new Error('the tables are made');
  const session = await server.connect('long');
  const emptied = async <T>(work: () => T | Promise<T>): Promise<number> => {
    await session.query('truncate audit');
    const from = performance.now();
    await work();
    return rows.length / ((performance.now() - from) / 1_000);
  };
  const file = join(directory, 'audit.copy');
  await writeCopyFile(file, rows);
  const url = new URL(await ownerUrl(postgres, server));
  const psql = await emptied(() => copyByPsql(url, file));
  const copied = await emptied(async () => {
    await session.query('begin');
    for (const batch of batchesOf(rows, COPY_ROWS)) await addRows(session, 'audit', batch);
    await session.query('commit');
  });
  const inserted = await emptied(async () => {
    await session.query('begin');
    for (const batch of batchesOf(rows, INSERT_ROWS)) {
      const { text, values } = insertOf(batch);
      await session.query(text, values);
    }
    await session.query('commit');
  });
  session.release('sound');
  await store.close();
  const limit = '`psql \\copy` of the same rows';
  const row = (what: string, value: number): BenchRow => ({
    ...{ what, value: Math.round(value), unit: 'rows/s' },
    ...{ vs: limit, ratio: value / psql },
  });
  return [
    { what: limit, value: Math.round(psql), unit: 'rows/s' },
    row(`COPY from Node, ${COPY_ROWS} rows at a time`, copied),
    row(`INSERT of ${INSERT_ROWS} rows from Node`, inserted),
  ];
}

function auditRows(journal: ReadableJournal): readonly RowOf<'audit'>[] {
  const telling = tellingBy(createTeller(TRADE_RULES));
  const projected: Projected[] = [];
  for (const record of journal.read(1)) {
    const told = telling.tell(record);
    if (told !== null) projected.push(told);
    if (projected.length === COPIED) break;
  }
  return rowsOf(projected).audit;
}

async function writeCopyFile(file: string, rows: readonly RowOf<'audit'>[]): Promise<void> {
  const pieces: Uint8Array[] = [];
  const writer = {
    query: async () => ({ rows: [], affected: 0, command: '' }),
    copy: async (_into: string, made: Iterable<Uint8Array>) => void pieces.push(...made),
    release: () => undefined,
  };
  await addRows(writer, 'audit', rows);
  writeFileSync(file, Buffer.concat(pieces));
}

async function ownerUrl(postgres: PostgresServer, server: SqlServer): Promise<string> {
  const url = new URL(postgres.url);
  url.pathname = server.name.slice(server.name.lastIndexOf('/'));
  return url.href;
}

function copyByPsql(url: URL, file: string): void {
  const columns = columnsOf(tableOf('audit')).join(', ');
  const line = `\\copy ${SCHEMA}.audit (${columns}) from '${file}'`;
  const { status, stderr } = spawnSync('psql', ['-q', '-c', line, url.href], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`psql: ${stderr}`);
}

function insertOf(batch: readonly RowOf<'audit'>[]) {
  const columns = Object.entries(tableOf('audit').columns);
  const values: unknown[] = [];
  const lines = batch.map((row) => {
    const cells: Readonly<Record<string, unknown>> = row;
    const places = columns.map(([column, type]) => {
      values.push(cells[column]);
      return `$${values.length}::${SQL_TYPES[type]}`;
    });
    return `(${places.join(', ')})`;
  });
  const names = columns.map(([column]) => column).join(', ');
  return { text: `insert into audit (${names}) values ${lines.join(', ')}`, values };
}

function* batchesOf<T>(rows: readonly T[], size: number): Iterable<readonly T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}
