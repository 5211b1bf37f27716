/**
 * Compares the tables with what the journal makes of them, by the database's own equality.
 *
 * What should be there is written to temporary tables by the same code that writes the real ones;
 * rows that never change are compared batch by batch, the others at the end. All of it sees one
 * moment: the tables may be filled further meanwhile.
 */
import { type Rows, TABLES, type TableName } from '#history/model.ts';
import type { Difference } from '#history/ports.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import type { Session } from './session.ts';
import { addRows, columnsOf, TABLE_NAMES, tableOf } from './statements.ts';
import { prune } from './upkeep.ts';

const EXPECTED = 'expected_';

export class TableComparison {
  readonly #session: Session;
  readonly #keptFrom: IsoDate | null;
  readonly #found = new Map<TableName, Difference>();
  #seen = 0;

  constructor(session: Session, keptFrom: IsoDate | null) {
    this.#session = session;
    this.#keptFrom = keptFrom;
  }

  async begin(): Promise<void> {
    for (const name of TABLE_NAMES) {
      const key = tableOf(name).key.join(', ');
      await this.#session.query(
        `create temporary table ${EXPECTED}${name} as select ${columnsOf(tableOf(name)).join(', ')}
         from ${name} with no data`,
      );
      await this.#session.query(`alter table ${EXPECTED}${name} add primary key (${key})`);
    }
  }

  /** `to`: the last record these rows were made of. */
  async expect(rows: Rows, to: number): Promise<void> {
    for (const name of TABLE_NAMES) await addRows(this.#session, name, rows[name], EXPECTED);
    const old = this.#keptFrom === null ? 'false' : `at < '${this.#keptFrom}T00:00Z'::timestamptz`;
    for (const name of appended()) {
      await this.#session.query(`delete from ${EXPECTED}${name} where ${old}`);
      await this.#compare(name, `where seq > ${this.#seen} and seq <= ${to}`);
      await this.#session.query(`truncate ${EXPECTED}${name}`);
    }
    this.#seen = to;
  }

  async differences(): Promise<readonly Difference[]> {
    // Not before: a row made again by a later step no longer says when its trade ended.
    if (this.#keptFrom !== null) await prune(this.#session, this.#keptFrom, EXPECTED);
    for (const name of TABLE_NAMES.filter((one) => TABLES[one].grows === 'replace')) {
      if (name !== 'audit_chunks' && name !== 'audit_values') await this.#compare(name, '');
    }
    await this.#compareChunks();
    for (const name of appended()) await this.#compare(name, `where seq > ${this.#seen}`);
    return TABLE_NAMES.flatMap((name) => this.#found.get(name) ?? []);
  }

  /** Only of what is kept: when older ones go is up to upkeep. */
  async #compareChunks(): Promise<void> {
    const kept = (prefix: string): string =>
      this.#keptFrom === null
        ? 'true'
        : `chunk in (select chunk from ${prefix}audit_chunks
           where last_at >= '${this.#keptFrom}T00:00Z'::timestamptz)`;
    for (const name of ['audit_values', 'audit_chunks'] as const) {
      await this.#session.query(`delete from ${EXPECTED}${name} where not (${kept(EXPECTED)})`);
      await this.#compare(name, `where ${kept('')}`);
    }
  }

  async #compare(name: TableName, where: string): Promise<void> {
    const table = tableOf(name);
    const columns = columnsOf(table).join(', ');
    const key = table.key.join(', ');
    const [first = ''] = table.key;
    const order = table.key.map((column) => `coalesce(e.${column}, a.${column})`).join(', ');
    const compared = columnsOf(table).map((column) => {
      // SQL has no equality of JSON as it was written, but of its text.
      const cast = table.columns[column] === 'written' ? '::text' : '';
      return `e.${column}${cast} is distinct from a.${column}${cast}`;
    });
    const { rows } = await this.#session.query(
      `select count(*) filter (where a.${first} is null) as missing,
         count(*) filter (where e.${first} is null) as extra,
         count(*) filter (where e.${first} is not null and a.${first} is not null) as changed,
         (array_agg(concat_ws(' ', ${order}) order by ${order}))[1] as first
       from (select ${columns} from ${EXPECTED}${name}) e
       full join (select ${columns} from ${name} ${where}) a using (${key})
       where ${compared.join(' or ')}`,
    );
    const [found] = rows;
    const counts = [found?.['missing'], found?.['extra'], found?.['changed']].map(Number);
    const [missing = 0, extra = 0, changed = 0] = counts;
    if (missing + extra + changed === 0) return;
    const known = this.#found.get(name);
    this.#found.set(name, {
      table: name,
      missing: missing + (known?.missing ?? 0),
      extra: extra + (known?.extra ?? 0),
      changed: changed + (known?.changed ?? 0),
      first: known?.first ?? String(found?.['first']),
    });
  }
}

function appended(): readonly TableName[] {
  return TABLE_NAMES.filter((name) => TABLES[name].grows === 'append');
}
