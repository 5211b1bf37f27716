/** Parquet files of the kept audit. */
import { literal, readKeptRows, withDuckDb } from './session.ts';

const BOUNDS = { memoryMb: 512, threads: 2 } as const;
/** Small enough for a reader to skip what it does not want. */
const ROW_GROUP = 20_480;

/** What a file holds, read back from it. */
export interface ParquetContent {
  readonly rows: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/**
 * Writes the JSON Lines at `from` (one `KeptRow` each) as a Parquet file at `to`, in their order,
 * and reads it back. Amounts become `DECIMAL`, instants `TIMESTAMPTZ`: one that does not fit fails.
 */
export async function writeParquet(from: string, to: string): Promise<ParquetContent> {
  return withDuckDb(BOUNDS, async (connection) => {
    const form = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP}`;
    await connection.run(`COPY (SELECT * FROM ${readKeptRows(from)}) TO ${literal(to)} (${form})`);
    return contentOf(await readCounts(connection, to));
  });
}

export async function readParquet(path: string): Promise<ParquetContent> {
  return withDuckDb(BOUNDS, async (connection) => contentOf(await readCounts(connection, path)));
}

async function readCounts(
  connection: Parameters<Parameters<typeof withDuckDb>[1]>[0],
  path: string,
) {
  const counted = await connection.runAndReadAll(
    `SELECT count(DISTINCT seq), coalesce(min(seq), 0), coalesce(max(seq), 0)
     FROM read_parquet(${literal(path)})`,
  );
  return counted.getRows()[0] ?? [];
}

function contentOf([rows, firstSeq, lastSeq]: readonly unknown[]): ParquetContent {
  return { rows: Number(rows), firstSeq: Number(firstSeq), lastSeq: Number(lastSeq) };
}
