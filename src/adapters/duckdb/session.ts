/** A DuckDB of its own for one piece of work: in memory, bounded, without extensions. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { COLUMNS } from './columns.ts';

export interface Bounds {
  readonly memoryMb: number;
  readonly threads: number;
}

export async function withDuckDb<T>(
  { memoryMb, threads }: Bounds,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${memoryMb}MB`,
    threads: String(threads),
    // Nothing is spilled to a place nobody chose, and nothing is fetched from the network.
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The rows of JSON Lines with every column's own type, as a table function. */
export function readKeptRows(path: string): string {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name}: ${literal(type)}`);
  return `read_json(${literal(path)}, format = 'newline_delimited', columns = {${columns.join(', ')}})`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
