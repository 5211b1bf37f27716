/**
 * One question in SQL over the kept audit: read only, bounded in memory, time and rows.
 *
 * Rule  one SELECT and nothing else; no file but the listed ones; no setting can be changed.
 */
import { type DuckDBConnection, type DuckDBResultReader, StatementType } from '@duckdb/node-api';
import { err, ok, type Result } from '#kernel/result.ts';
import { literal, withDuckDb } from './session.ts';
import { VIEWS, viewsOver } from './views.ts';

export interface Question {
  readonly sql: string;
  /** Parquet of the kept audit; together each record once. */
  readonly files: readonly string[];
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly rowsMax: number;
}

export interface Answered {
  readonly columns: readonly string[];
  /** As JSON: exact amounts and large numbers are texts. */
  readonly rows: readonly (readonly unknown[])[];
  /** There were more than `rowsMax`. */
  readonly cut: boolean;
}

const THREADS = 2;

/** `err`: what is wrong with the question, in words for whoever asked it. */
export async function ask(question: Question): Promise<Result<Answered, string>> {
  const { memoryMb, timeoutMs } = question;
  return withDuckDb({ memoryMb, threads: THREADS }, async (connection) => {
    await prepare(connection, question);
    const asked = await onlySelect(connection, question.sql);
    if (!asked.ok) return asked;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      connection.interrupt();
    }, timeoutMs);
    try {
      const reader = await asked.value(question.rowsMax + 1);
      return ok(answered(reader, question.rowsMax));
    } catch (error) {
      if (late) return err(`The query took longer than ${timeoutMs / 1_000} s: ask for less.`);
      return err(complaint(error, memoryMb));
    } finally {
      clearTimeout(timer);
    }
  });
}

async function prepare(connection: DuckDBConnection, { files }: Question): Promise<void> {
  for (const view of viewsOver(files)) await connection.run(view);
  await connection.run("SET TimeZone = 'America/New_York'");
  await connection.run(`SET allowed_paths = [${files.map(literal).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

type Ask = (rows: number) => Promise<DuckDBResultReader>;

async function onlySelect(connection: DuckDBConnection, sql: string): Promise<Result<Ask, string>> {
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) return err('Expected one SELECT, as in: SELECT * FROM trades');
    const statement = await statements.prepare(0);
    if (statement.statementType !== StatementType.SELECT) {
      return err('Only SELECT is possible: the record is read here, never changed.');
    }
    return ok((rows) => statement.streamAndReadUntil(rows));
  } catch (error) {
    return err(complaint(error, 0));
  }
}

function answered(reader: DuckDBResultReader, rowsMax: number): Answered {
  const rows = reader.getRowsJson();
  return {
    columns: reader.deduplicatedColumnNames(),
    rows: rows.slice(0, rowsMax),
    cut: rows.length > rowsMax,
  };
}

function complaint(error: unknown, memoryMb: number): string {
  const text = error instanceof Error ? error.message : String(error);
  if (text.startsWith('Out of Memory')) {
    return `The query needs more than ${memoryMb} MB: ask for less, or raise --memory.`;
  }
  if (text.includes('disabled by configuration')) {
    return `A query reads ${VIEWS.join(', ')} and no other file.`;
  }
  return text.includes('Table with name')
    ? `${text.trim()}\nThere are: ${VIEWS.join(', ')}.`
    : text.trim();
}
