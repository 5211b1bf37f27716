/** The store of SQL history as configured. */
import { join } from 'node:path';
import { createEmbeddedServer, EMBEDDED_SCHEMA } from '#adapters/sql/embedded.ts';
import { createPostgresServer } from '#adapters/sql/postgres.ts';
import type { SqlServer } from '#adapters/sql/session.ts';
import { createSqlHistory } from '#adapters/sql/store.ts';
import type { HistoryStore } from '#history/ports.ts';
import type { Config } from '../config.ts';

/** In the data directory; holds nothing that the journal does not. */
const HISTORY_DIRECTORY = 'history';

/** `null`: none is wanted. Opens nothing yet. */
export function createHistoryStore(config: Config): HistoryStore | null {
  const server = createHistoryServer(config);
  if (server === null) return null;
  const schema = server.kind === 'postgres' ? config.stores.schema : EMBEDDED_SCHEMA;
  return createSqlHistory(server, schema);
}

/** The server the store stands on; `null`: none is wanted. Opens nothing yet. */
export function createHistoryServer({ data, stores, secrets }: Config): SqlServer | null {
  if (stores.sql === 'none') return null;
  const url = secrets.databaseUrl;
  if (url !== null) return createPostgresServer({ url, schema: stores.schema });
  return createEmbeddedServer(join(data.directory, HISTORY_DIRECTORY));
}
