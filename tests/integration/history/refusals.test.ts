/** What is wrong with a store is said in plain words, without a password; nothing is changed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedServer, EMBEDDED_SCHEMA } from '#adapters/sql/embedded.ts';
import { checkVersion } from '#adapters/sql/migrations.ts';
import { createPostgresServer } from '#adapters/sql/postgres.ts';
import { createSqlHistory } from '#adapters/sql/store.ts';
import type { HistoryStore, StoreFault } from '#history/ports.ts';
import { Secret } from '#kernel/secret.ts';
import { JOURNAL } from '../../fixtures/history.ts';
import { type PostgresServer, startPostgres, whyNoOwnServer } from '../../services/postgres.ts';

const leftOut = whyNoOwnServer();
let postgres: PostgresServer;
let open: HistoryStore[] = [];

beforeAll(async () => {
  if (leftOut === null) postgres = await startPostgres();
});
afterAll(async () => {
  if (leftOut === null) await postgres.close();
});
beforeEach(({ skip }) => {
  skip(leftOut !== null, leftOut ?? '');
  return async () => {
    for (const store of open) await store.close();
    open = [];
  };
});

function storeAt(url: string): HistoryStore {
  const server = createPostgresServer({ url: new Secret(url), schema: 'strikewire' });
  const store = createSqlHistory(server, 'strikewire');
  open.push(store);
  return store;
}

async function faultAt(url: string): Promise<StoreFault> {
  const opened = await storeAt(url).open();
  if (opened.ok) throw new Error('it opened');
  return opened.error;
}

function changed(url: string, change: (url: URL) => void): string {
  const other = new URL(url);
  change(other);
  return other.href;
}

describe('a PostgreSQL that cannot be used', () => {
  it('because of the password', async () => {
    const url = changed(await postgres.database(), (other) => {
      other.password = 'not-the-right-one';
    });
    const fault = await faultAt(url);
    expect(fault).toMatchObject({ kind: 'refused', code: 'wrong_password' });
    expect(fault.detail).toContain('STRIKEWIRE_DATABASE_URL');
    expect(fault.detail).not.toContain('not-the-right-one');
  });

  it('because there is no such database', async () => {
    const url = changed(await postgres.database(), (other) => {
      other.pathname = '/not_there';
    });
    expect(await faultAt(url)).toMatchObject({ kind: 'refused', code: 'no_database' });
  });

  it('because nothing listens there, or the host has no address', async () => {
    const url = await postgres.database();
    const closed = changed(url, (other) => {
      other.port = '1';
    });
    expect(await faultAt(closed)).toMatchObject({ kind: 'away', code: 'unreachable' });
    const unknown = changed(url, (other) => {
      other.hostname = 'no-such-host.invalid';
    });
    expect(['unknown_host', 'unreachable']).toContain((await faultAt(unknown)).code);
  });

  it('because the user may not make a schema', async () => {
    const url = await postgres.database();
    await postgres.run(`create user guest password 'of-the-guest'`);
    const guest = changed(url, (other) => {
      other.username = 'guest';
      other.password = 'of-the-guest';
    });
    const fault = await faultAt(guest);
    expect(fault).toMatchObject({ kind: 'refused', code: 'no_permission' });
    expect(fault.detail).not.toContain('of-the-guest');
  });

  it('because a newer version of this program was there', async () => {
    const url = await postgres.database();
    expect((await storeAt(url).open()).ok).toBe(true);
    const name = new URL(url).pathname.slice(1);
    await postgres.run(`insert into strikewire.migrations values ('9999_later', 'now')`, name);
    const fault = await faultAt(url);
    expect(fault).toMatchObject({ kind: 'refused', code: 'newer_schema' });
    expect(fault.detail).toContain('9999_later');
  });

  it('because it is too old', () => {
    expect(() => checkVersion(130_012, 'PostgreSQL at db')).toThrow(/PostgreSQL 13: expected 14/);
    expect(() => checkVersion(140_000, 'PostgreSQL at db')).not.toThrow();
  });
});

describe('migrations', () => {
  it('are taken whole or not at all', async () => {
    const url = await postgres.database();
    const name = new URL(url).pathname.slice(1);
    await postgres.run('create schema strikewire; create table strikewire.fills (a int)', name);
    expect((await storeAt(url).open()).ok).toBe(false);
    const left = await postgres.run(
      `select relname from pg_class c join pg_namespace n on n.oid = relnamespace
       where nspname = 'strikewire' and relkind in ('r', 'p') and relname not like 'migrations%'`,
      name,
    );
    expect(left).toEqual([{ relname: 'fills' }]);
    await postgres.run('drop table strikewire.fills', name);
    expect(await storeAt(url).open()).toMatchObject({
      value: { migrated: ['0001_tables', '0002_chunks'] },
    });
  });

  it('are run once by several who start together', async () => {
    const url = await postgres.database();
    const opened = await Promise.all([1, 2, 3].map(async () => storeAt(url).open()));
    const migrated = opened.map((one) => (one.ok ? one.value.migrated.length : one.error));
    expect(migrated.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 0, 2]);
  });

  it('leave two desks of one database apart by their schemas', async () => {
    const url = new Secret(await postgres.database());
    const journals = await Promise.all(
      ['desk_a', 'desk_b'].map(async (schema, at) => {
        const store = createSqlHistory(createPostgresServer({ url, schema }), schema);
        open.push(store);
        await store.open();
        await store.begin(String(at).repeat(64));
        const position = await store.position();
        return position.ok ? position.value?.journal : position.error;
      }),
    );
    expect(journals).toEqual(['0'.repeat(64), '1'.repeat(64)]);
  });
});

describe('an embedded database', () => {
  it('that is damaged says so, and is made anew by being thrown away', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'strikewire-damaged-'));
    const path = join(directory, 'history');
    try {
      const store = createSqlHistory(createEmbeddedServer(path), EMBEDDED_SCHEMA);
      await store.open();
      await store.begin(JOURNAL);
      await store.close();
      writeFileSync(join(path, 'PG_VERSION'), 'not a version\n');
      writeFileSync(join(path, 'global', 'pg_control'), 'nothing of the kind');
      const again = createSqlHistory(createEmbeddedServer(path), EMBEDDED_SCHEMA);
      open.push(again);
      const opened = await again.open();
      expect(opened).toMatchObject({ ok: false, error: { kind: 'refused', code: 'damaged' } });
      expect(opened.ok ? '' : opened.error.detail).toContain('strikewire rebuild');
      await again.discard();
      expect(await again.open()).toMatchObject({
        value: { migrated: ['0001_tables', '0002_chunks'] },
      });
      expect(await again.position()).toEqual({ ok: true, value: null });
    } finally {
      for (const store of open.splice(0)) await store.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
