/** PostgreSQL behind a fault proxy, followed as the program follows it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresServer } from '#adapters/sql/postgres.ts';
import { createSqlHistory } from '#adapters/sql/store.ts';
import type { DeskApp } from '#app/desk-app.ts';
import { createDeskHistory, type DeskHistory } from '#app/history/desk-history.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { type FaultProxy, openFaultProxy, PASS } from '../../services/fault-proxy.ts';
import { type PostgresServer, startPostgres, whyNoOwnServer } from '../../services/postgres.ts';
import { mountSmallDisk, type SmallDisk } from '../../services/small-disk.ts';
import type { Followed, Skip, StoreFault, StoreKind, StoreUnderTest } from './store.ts';

const SCHEMA = 'strikewire';
const RETENTION = { historyDays: 730, testResultDays: 30 };

interface Ground {
  readonly server: PostgresServer;
  readonly proxy: FaultProxy;
  /** Where its tables are; `null` where this user may mount none. */
  readonly disk: SmallDisk | null;
  readonly skip: Skip;
}

const FAULTS = {
  'is killed': ({ server }) => ({
    stops: true,
    begin: async () => server.kill(),
    end: async () => server.restart(),
  }),
  'stands still': ({ server }) => ({
    stops: true,
    begin: async () => server.stall(),
    end: async () => server.resume(),
  }),
  'takes no writes': ({ server }) => ({
    stops: true,
    begin: async () => setReadOnly(server, 'set default_transaction_read_only = on'),
    end: async () => setReadOnly(server, 'reset default_transaction_read_only'),
  }),
  'has no disk left': ({ disk, skip }) => ({
    stops: true,
    begin: async () => (disk ?? skip('a small disk can be mounted by root alone')).fill(0),
    end: async () => disk?.empty(),
  }),
  'loses every answer to a commit': ({ proxy }) => ({
    stops: false,
    begin: async () => proxy.behave({ kind: 'cut_answer', request: 'commit' }),
    end: async () => proxy.behave(PASS),
  }),
} as const satisfies Record<string, (ground: Ground) => StoreFault>;

export const POSTGRES: StoreKind = {
  name: 'PostgreSQL',
  faultNames: Object.keys(FAULTS),
  open: openPostgresStore,
};

async function setReadOnly(server: PostgresServer, change: string): Promise<void> {
  await server.run(`alter system ${change}`);
  await server.run('select pg_reload_conf()');
}

async function openPostgresStore(skip: Skip): Promise<StoreUnderTest> {
  const why = whyNoOwnServer();
  if (why !== null) return skip(why);
  const server = await startPostgres();
  const disk = mountSmallDisk();
  const url = new URL(await databaseOn(disk, server));
  const proxy = await openFaultProxy(server);
  url.host = `${proxy.host}:${proxy.port}`;
  const ground = { server, proxy, disk, skip };
  const faults = Object.entries(FAULTS).map(([name, make]) => [name, make(ground)] as const);
  return {
    faults: Object.fromEntries(faults),
    follow: (app) => follow(app, url.href),
    async close() {
      await proxy.close();
      await server.close();
      disk?.unmount();
    },
  };
}

async function databaseOn(disk: SmallDisk | null, server: PostgresServer): Promise<string> {
  if (disk === null) return server.database();
  await server.run(`create tablespace small location '${disk.directory}'`);
  await server.run('create database on_small tablespace small');
  const url = new URL(server.url);
  url.pathname = '/on_small';
  return url.href;
}

/** As `strikewire start` follows: nothing but the address is the test's own. */
export function follow(app: DeskApp, url: string): Followed {
  const server = createPostgresServer({ url: new Secret(url), schema: SCHEMA });
  const history = createDeskHistory({
    ...{ app, retention: RETENTION, random: createRandom(1) },
    store: createSqlHistory(server, SCHEMA),
    facts: () => ({ keys: [], certifications: [] }),
    onEvent: () => undefined,
  });
  history.start();
  return {
    lag: () => history.health().lagRecords,
    current: async (withinMs) => current({ app, history }, withinMs),
    difference: async () => difference({ app, history }),
    stop: async () => history.close(),
  };
}

interface Following {
  readonly app: DeskApp;
  readonly history: DeskHistory;
}

async function current({ app, history }: Following, withinMs: number): Promise<boolean> {
  const wanted = app.journal.health().durableSeq;
  const until = performance.now() + withinMs;
  while ((history.health().seq ?? 0) < wanted) {
    if (performance.now() > until) return false;
    await sleep(10);
  }
  return true;
}

/** Every row is made again from the journal, and the database compares them. */
async function difference({ app, history }: Following): Promise<string | null> {
  const wanted = app.journal.health().durableSeq;
  const found = await history.reconcile();
  if (!found.ok) return `the store does not compare: ${found.error.detail}`;
  const { seq, differences } = found.value;
  if (seq < wanted) return `compared up to ${seq} of ${wanted}`;
  return differences.length === 0 ? null : JSON.stringify(differences);
}
