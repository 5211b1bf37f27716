/** `strikewire query`: the record in SQL. Nothing is changed, a running desk is not disturbed. */
import { join } from 'node:path';
import { lockDirectory } from '#adapters/disk/lock.ts';
import type { Answered } from '#adapters/duckdb/query.ts';
import { READY_MADE } from '#adapters/duckdb/ready-made.ts';
import { askStore, type SqlQuestion } from '#adapters/sql/ask.ts';
import { csvCell } from '#audit/csv.ts';
import { oneLine } from '#kernel/text.ts';
import type { Config } from '../config.ts';
import { PARQUET_DIRECTORY } from '../data-files.ts';
import type { Exit } from '../exit-codes.ts';
import { createHistoryServer } from '../history/open-store.ts';
import { type AskRequest, askRecord } from '../parquet/ask.ts';
import { ManifestDamaged } from '../parquet/manifest.ts';
import { CommandFailed, type Io } from './io.ts';

export interface QueryOptions {
  /** SQL, or the name of a ready-made query. */
  readonly query: string | undefined;
  readonly list: boolean;
  /** parquet: everything on record. sql: the SQL history, in its own tables and dialect. */
  readonly on: 'parquet' | 'sql';
  readonly format: 'table' | 'json' | 'csv';
  readonly parquet: string | undefined;
  readonly exportedOnly: boolean;
  readonly rows: number;
  readonly timeout: number;
  readonly memory: number;
}

const CELL_MAX = 60;

export async function runQuery(config: Config, options: QueryOptions, io: Io): Promise<Exit> {
  if (options.list) return list(io);
  const bounds = { rowsMax: options.rows, timeoutMs: options.timeout * 1_000 };
  const answered =
    options.on === 'sql'
      ? await askHistory(config, { sql: ownSql(options.query), ...bounds })
      : await askParquet(config, { ...options, ...bounds });
  await io.print(FORMS[options.format](answered));
  if (answered.cut) io.note(`Cut after ${options.rows} rows; --rows shows more.\n`);
  return 'done';
}

type Bounds = Pick<AskRequest, 'rowsMax' | 'timeoutMs'>;

async function askParquet(config: Config, options: QueryOptions & Bounds): Promise<Answered> {
  const { directory } = config.data;
  try {
    const answered = await askRecord({
      sql: sqlOf(options.query),
      journal: directory,
      parquet: options.parquet ?? join(directory, PARQUET_DIRECTORY),
      exportedOnly: options.exportedOnly,
      rowsMax: options.rowsMax,
      timeoutMs: options.timeoutMs,
      memoryMb: Math.max(64, options.memory),
    });
    if (answered.ok) return answered.value;
    throw new CommandFailed('refused', answered.error);
  } catch (error) {
    if (error instanceof ManifestDamaged) throw new CommandFailed('refused', error.message);
    throw error;
  }
}

/** PostgreSQL takes many who ask; the embedded database belongs to whoever holds the directory. */
async function askHistory(config: Config, question: SqlQuestion): Promise<Answered> {
  const server = await createHistoryServer(config);
  if (server === null) {
    throw new CommandFailed('refused', 'This desk keeps no SQL history (stores.sql is none).');
  }
  const { directory } = config.data;
  const lock = server.kind === 'embedded' ? await lockDirectory(directory) : null;
  if (lock !== null && !lock.ok) {
    const words = 'The embedded database belongs to the desk that runs: ask without --on sql.';
    throw new CommandFailed('refused', words);
  }
  try {
    const answered = await askStore(server, question);
    if (answered.ok) return answered.value;
    throw new CommandFailed('refused', answered.error);
  } finally {
    await server.end();
    if (lock?.ok) await lock.value.release();
  }
}

function ownSql(query: string | undefined): string {
  const sql = sqlOf(query);
  if (sql === query) return sql;
  const words = 'Ready-made queries ask Parquet and the journal: leave --on sql out.';
  throw new CommandFailed('usage', words);
}

function sqlOf(query: string | undefined): string {
  if (query === undefined) {
    throw new CommandFailed('usage', 'Expected SQL, or the name of a query; --list names them.');
  }
  if (Object.hasOwn(READY_MADE, query)) return READY_MADE[query]?.sql ?? '';
  if (/^[\w-]+$/.test(query)) {
    throw new CommandFailed('usage', `There is no query "${query}"; --list names those there are.`);
  }
  return query;
}

async function list(io: Io): Promise<Exit> {
  const width = Math.max(...Object.keys(READY_MADE).map(({ length }) => length));
  for (const [name, { about }] of Object.entries(READY_MADE)) {
    await io.print(`${name.padEnd(width)}  ${about}\n`);
  }
  return 'done';
}

const FORMS: Readonly<Record<QueryOptions['format'], (answered: Answered) => string>> = {
  json: ({ columns, rows }) => {
    const named = rows.map((row) =>
      Object.fromEntries(columns.map((name, at) => [name, row[at]] as const)),
    );
    return `${JSON.stringify(named)}\n`;
  },
  csv: ({ columns, rows }) =>
    [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join(''),
  table,
};

function table({ columns, rows }: Answered): string {
  const cells = rows.map((row) => row.map((value) => clipped(oneLine(shown(value)))));
  const widths = columns.map((name, at) =>
    Math.max(name.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `${row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  const rule = line(widths.map((width) => '─'.repeat(width)));
  return [line(columns), rule, ...cells.map(line)].join('');
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function clipped(text: string): string {
  return text.length > CELL_MAX ? `${text.slice(0, CELL_MAX - 1)}…` : text;
}
