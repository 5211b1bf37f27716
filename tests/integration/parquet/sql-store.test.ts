/** A question to the SQL store of a person who likes SQL: read only, one, and over in time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askStore } from '#adapters/sql/ask.ts';
import { createEmbeddedServer, EMBEDDED_SCHEMA } from '#adapters/sql/embedded.ts';
import { createPostgresServer } from '#adapters/sql/postgres.ts';
import type { SqlServer } from '#adapters/sql/session.ts';
import { createSqlHistory } from '#adapters/sql/store.ts';
import { Secret } from '#kernel/secret.ts';
import { anyPostgres, type PostgresServer, whyLeftOut } from '../../services/postgres.ts';

const leftOut = whyLeftOut();
let directory = '';
let embedded: SqlServer;
let postgres: SqlServer | null = null;
let service: Pick<PostgresServer, 'database' | 'close'> | null = null;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'strikewire-ask-'));
  embedded = createEmbeddedServer(join(directory, 'history'));
  await createSqlHistory(embedded, EMBEDDED_SCHEMA).open();
  if (leftOut !== null) return;
  service = await anyPostgres();
  const url = new Secret(await service.database());
  postgres = createPostgresServer({ url, schema: 'strikewire' });
  await createSqlHistory(postgres, 'strikewire').open();
}, 180_000);

afterAll(async () => {
  await embedded.end();
  await postgres?.end();
  await service?.close();
  rmSync(directory, { recursive: true, force: true });
});

describe.each(['embedded', 'postgres'] as const)('the %s store', (kind) => {
  const server = () => (kind === 'embedded' ? embedded : postgres);
  const ask = async (sql: string, rowsMax = 100) => {
    const store = server();
    if (store === null) throw new Error('it was not left out');
    return askStore(store, { sql, timeoutMs: 5_000, rowsMax });
  };
  const words = async (sql: string) => {
    const answered = await ask(sql);
    return answered.ok ? 'answered' : answered.error;
  };
  const isOut = kind === 'postgres' && leftOut !== null;

  it('answers a SELECT, at most as many rows as are wanted', async ({ skip }) => {
    skip(isOut, leftOut ?? '');
    expect(await ask('select n from generate_series(1, 5) n;', 3)).toEqual({
      ok: true,
      value: { columns: ['n'], rows: [[1], [2], [3]], cut: true },
    });
    expect(await ask('select seq from audit')).toMatchObject({ ok: true, value: { rows: [] } });
  });

  it('changes nothing', async ({ skip }) => {
    skip(isOut, leftOut ?? '');
    expect(await words('delete from audit')).toContain('Only SELECT');
    expect(await words('select 1; delete from audit')).toContain('no ;');
    expect(
      await words('with gone as (delete from audit returning 1) select * from gone'),
    ).toContain('data-modifying');
    expect(await words("select nextval('nothing')")).not.toBe('answered');
    expect(await words('select * from nosuch')).toContain('nosuch');
  });
});

it('takes the next question after one that was too slow', async ({ skip }) => {
  if (postgres === null) return skip(leftOut ?? '');
  const slow = { sql: 'select pg_sleep(30)', timeoutMs: 300, rowsMax: 1 };
  expect(await askStore(postgres, slow)).toMatchObject({ ok: false });
  const next = { sql: 'select 1 as one', timeoutMs: 5_000, rowsMax: 1 };
  expect(await askStore(postgres, next)).toMatchObject({ value: { rows: [[1]] } });
});
