/**
 * The thread in which the embedded database runs: a statement stops whatever shares its thread, and
 * the desk must not share it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import type { FromDatabase, ToDatabase } from './pglite-messages.ts';

const port = parentPort;
const directory: unknown = workerData;

if (port !== null && typeof directory === 'string') {
  const tell = (message: FromDatabase): void => port.postMessage(message);
  try {
    const database = await openDatabase(directory);
    port.on('message', (message: ToDatabase) => {
      void answer(database, message).then(tell);
    });
    tell({ kind: 'opened' });
  } catch (error) {
    tell({ kind: 'unopened', detail: error instanceof Error ? error.message : String(error) });
  }
}

async function openDatabase(dataDir: string): Promise<PGlite> {
  const asWritten = (text: string): string => text;
  const written = [types.JSON, types.JSONB, types.TIMESTAMPTZ, types.TIMESTAMP, types.DATE];
  const parsers = Object.fromEntries(written.map((oid) => [oid, asWritten]));
  const database = await PGlite.create({ dataDir, parsers });
  await database.exec(`set timezone to 'UTC'; set search_path to strikewire`);
  return database;
}

async function answer(database: PGlite, message: ToDatabase): Promise<FromDatabase> {
  const { id } = message;
  try {
    switch (message.kind) {
      case 'query': {
        const { text } = message;
        const { rows, affectedRows } = await database.query<Readonly<Record<string, unknown>>>(
          text,
          message.with,
        );
        return { kind: 'answered', id, rows, affected: affectedRows ?? 0 };
      }
      case 'copy': {
        const blob = new Blob([message.lines]);
        await database.query(`copy ${message.into} from '/dev/blob'`, [], { blob });
        return { kind: 'answered', id, rows: [], affected: 0 };
      }
      case 'close':
        await database.close();
        return { kind: 'answered', id, rows: [], affected: 0 };
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { kind: 'failed', id, code, detail };
  }
}
