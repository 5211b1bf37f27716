import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createEmbeddedServer, EMBEDDED_SCHEMA } from '#adapters/sql/embedded.ts';
import type { SqlServer } from '#adapters/sql/session.ts';
import { createSqlHistory } from '#adapters/sql/store.ts';
import type { HistoryStore } from '#history/ports.ts';
import { historyStoreContract } from './history-store.contract.ts';

let directory: string;
let server: SqlServer;
let store: HistoryStore;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strikewire-history-'));
  server = createEmbeddedServer(join(directory, 'history'));
  store = createSqlHistory(server, EMBEDDED_SCHEMA);
});

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

historyStoreContract('PGlite in its thread', () => ({
  store,
  async rows(text) {
    const session = await server.connect();
    try {
      return (await session.query(text)).rows;
    } finally {
      session.release('sound');
    }
  },
}));
