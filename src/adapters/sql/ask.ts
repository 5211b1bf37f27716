/** One question in SQL to the store of history: a read-only transaction, with an end. */
import { err, ok, type Result } from '#kernel/result.ts';
import { faultOf } from './faults.ts';
import type { Session, SqlServer } from './session.ts';

export interface SqlQuestion {
  readonly sql: string;
  readonly timeoutMs: number;
  readonly rowsMax: number;
}

export interface SqlAnswered {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** There were more than `rowsMax`. */
  readonly cut: boolean;
}

/** The embedded database knows no end of its own: so long past ours nobody waits for it. */
const LATE_MS = 500;
const SELECT = /^\s*(?:select|with|values|table)\b/i;

/** `err`: what is wrong with the question or the store, in words. */
export async function askStore(
  server: SqlServer,
  { sql, timeoutMs, rowsMax }: SqlQuestion,
): Promise<Result<SqlAnswered, string>> {
  const one = sql.trim().replace(/;$/, '');
  if (!SELECT.test(one))
    return err('Only SELECT is possible: the record is read here, never changed.');
  // A second statement could end the transaction that keeps the first from writing.
  if (one.includes(';')) return err('Expected one SELECT, and no ; in it.');
  try {
    const session = await server.connect('long');
    try {
      await session.query('begin transaction read only');
      await session.query(`set local statement_timeout to ${Math.round(timeoutMs)}`);
      const asking = fetchRows(session, one, rowsMax + 1);
      // Who was too slow is not listened to any more.
      asking.catch(() => undefined);
      const rows = await Promise.race([asking, late(timeoutMs + LATE_MS)]);
      if (rows === null) return err(tooLong(timeoutMs));
      const columns = Object.keys(rows[0] ?? {});
      const cells = rows.slice(0, rowsMax).map((row) => columns.map((name) => row[name]));
      return ok({ columns, rows: cells, cut: rows.length > rowsMax });
    } finally {
      session.release('broken');
    }
  } catch (error) {
    const { code, detail } = faultOf(error, server.name);
    if (code === 'slow') return err(tooLong(timeoutMs));
    const said = error instanceof Error ? error.message : String(error);
    return err(code === 'not_taken' || code === '' ? said : detail);
  }
}

async function fetchRows(session: Session, sql: string, most: number) {
  await session.query(`declare asked no scroll cursor for ${sql}`);
  const { rows } = await session.query(`fetch ${most} from asked`);
  await session.query('rollback');
  return rows;
}

async function late(ms: number): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(null), ms).unref();
  });
}

function tooLong(ms: number): string {
  return `The query took longer than ${ms / 1_000} s: ask for less.`;
}
