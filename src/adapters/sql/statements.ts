/** SQL made from the tables of `history/model.ts`. */
import { type Cell, type ColumnType, TABLES, type Table, type TableName } from '#history/model.ts';
import { arrayLiteral, copyPieces } from './copy-text.ts';
import type { Session } from './session.ts';

export const SQL_TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  whole: 'bigint',
  flag: 'boolean',
  instant: 'timestamptz',
  date: 'date',
  exact: 'numeric',
  json: 'jsonb',
  written: 'json',
  bits: 'bit(8192)',
};

type LooseRow = Readonly<Record<string, Cell>>;

export const TABLE_NAMES: readonly TableName[] = Object.values(
  Object.fromEntries(Object.keys(TABLES).map((name) => [name, name])),
).filter(isTable);

function isTable(name: string): name is TableName {
  return name in TABLES;
}

export function tableOf(name: TableName): Table {
  return TABLES[name];
}

export function columnsOf(table: Table): readonly string[] {
  return Object.keys(table.columns);
}

/** Adds rows, or puts them in the place of those under the same key. */
export async function addRows(
  session: Session,
  name: TableName,
  rows: readonly LooseRow[],
  prefix = '',
): Promise<void> {
  if (rows.length === 0) return;
  const table = tableOf(name);
  const columns = columnsOf(table);
  const into = `${prefix}${name}`;
  if (table.grows === 'append') {
    await session.copy(`${into} (${columns.join(', ')})`, copyPieces(rows, columns));
    return;
  }
  const arrays = columns.map((column) => arrayLiteral(rows.map((row) => row[column] ?? null)));
  await session.query(upsert(name, into), arrays);
}

function upsert(name: TableName, into: string): string {
  const table = tableOf(name);
  const columns = columnsOf(table);
  const casts = columns.map((column, at) => {
    const type = SQL_TYPES[table.columns[column] ?? 'text'];
    return `$${at + 1}::text::${type}[]`;
  });
  const changes = columns
    .filter((column) => !table.key.includes(column))
    .map((column) => `${column} = ${changed(table, column)}`);
  const guard = table.newestBySeq === true ? ' where excluded.seq >= old.seq' : '';
  const change = changes.length === 0 ? 'nothing' : `update set ${changes.join(', ')}${guard}`;
  return (
    `insert into ${into} as old (${columns.join(', ')}) select * from unnest(${casts.join(', ')}) ` +
    `on conflict (${table.key.join(', ')}) do ${change}`
  );
}

/** What is joined is both; what is held is not emptied; the rest is replaced. */
function changed({ joined, held }: Table, column: string): string {
  const [before, after] = [`old.${column}`, `excluded.${column}`];
  switch (joined?.[column]) {
    case 'sum':
      return `${before} + ${after}`;
    case 'either':
      return `${before} | ${after}`;
    case 'least':
      return `least(${before}, ${after})`;
    case 'greatest':
      return `greatest(${before}, ${after})`;
    case undefined:
      return held.includes(column) ? `coalesce(${after}, ${before})` : after;
  }
}
