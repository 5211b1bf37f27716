import { afterAll, beforeAll } from 'vitest';
import { createPostgresServer } from '#adapters/sql/postgres.ts';
import type { SqlServer } from '#adapters/sql/session.ts';
import { createSqlHistory } from '#adapters/sql/store.ts';
import type { HistoryStore } from '#history/ports.ts';
import { Secret } from '#kernel/secret.ts';
import { anyPostgres, type PostgresServer, whyLeftOut } from '../services/postgres.ts';
import { historyStoreContract } from './history-store.contract.ts';

const leftOut = whyLeftOut();

let postgres: Pick<PostgresServer, 'database' | 'close'>;
let server: SqlServer;
let store: HistoryStore;

beforeAll(async () => {
  if (leftOut !== null) return;
  postgres = await anyPostgres();
  const url = new Secret(await postgres.database());
  server = createPostgresServer({ url, schema: 'strikewire' });
  store = createSqlHistory(server, 'strikewire');
});

afterAll(async () => {
  if (leftOut !== null) return;
  await store.close();
  await postgres.close();
});

historyStoreContract(
  'PostgreSQL',
  () => ({
    store,
    async rows(text) {
      const session = await server.connect();
      try {
        return (await session.query(text)).rows;
      } finally {
        session.release('sound');
      }
    },
  }),
  leftOut,
);
