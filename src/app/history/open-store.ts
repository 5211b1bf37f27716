/** The store of SQL history as configured; what it is made of is loaded only where one is kept. */
import { join } from 'node:path';
import type { SqlServer } from '#adapters/sql/session.ts';
import type { HistoryStore } from '#history/ports.ts';
import type { Config } from '../config.ts';

/** In the data directory; holds nothing that the journal does not. */
const HISTORY_DIRECTORY = 'history';

/** `null`: none is wanted. Opens nothing yet. */
export async function createHistoryStore(config: Config): Promise<HistoryStore | null> {
  const server = await createHistoryServer(config);
  if (server === null) return null;
  const { createSqlHistory } = await import('#adapters/sql/store.ts');
  const { EMBEDDED_SCHEMA } = await import('#adapters/sql/embedded.ts');
  const schema = server.kind === 'postgres' ? config.stores.schema : EMBEDDED_SCHEMA;
  return createSqlHistory(server, schema);
}

/** The server the store stands on; `null`: none is wanted. Opens nothing yet. */
export async function createHistoryServer({
  data,
  stores,
  secrets,
}: Config): Promise<SqlServer | null> {
  if (stores.sql === 'none') return null;
  const url = secrets.databaseUrl;
  if (url !== null) {
    const { createPostgresServer } = await import('#adapters/sql/postgres.ts');
    return createPostgresServer({ url, schema: stores.schema });
  }
  const { createEmbeddedServer } = await import('#adapters/sql/embedded.ts');
  return createEmbeddedServer(join(data.directory, HISTORY_DIRECTORY));
}
