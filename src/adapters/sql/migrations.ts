/** The one set of migrations, for both kinds of server, and the running of them. */
import { Kysely, PostgresDialect } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { kyselyPool } from './kysely-pool.ts';
import { createTables } from './schema-1.ts';
import { findByChunks } from './schema-2.ts';
import { type SqlServer, StoreRefusal } from './session.ts';
import { inSession } from './transactions.ts';

/** By name, in order; what stands here once is never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001_tables': { up: createTables },
  '0002_chunks': { up: findByChunks },
};

const TABLE = 'migrations';
const VERSION_MIN = 140_000;

/** Brings the tables up to date in one transaction under a lock; says what was run now. */
export async function migrate(server: SqlServer, schema: string): Promise<readonly string[]> {
  const { isMade, pending } = await lookAt(server, schema);
  if (pending.length === 0) return [];
  if (!isMade) {
    const make = `create schema if not exists "${schema}"`;
    await inSession(server, (session) => session.query(make));
  }
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: kyselyPool(server) }) });
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => MIGRATIONS },
    migrationTableName: TABLE,
    migrationLockTableName: `${TABLE}_lock`,
    migrationTableSchema: schema,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw new Error('a migration failed', { cause: error });
  return results.map(({ migrationName }) => migrationName);
}

export interface Looked {
  readonly isMade: boolean;
  /** Migrations that have still to be run. */
  readonly pending: readonly string[];
  /** Whether this user may make, and change, what is needed. */
  readonly mayChange: boolean;
}

/** What stands at a server, changed by nobody; throws for one that must be left alone. */
export async function lookAt(server: SqlServer, schema: string): Promise<Looked> {
  return inSession(server, async (session) => {
    const asked = await session.query(
      `select current_setting('server_version_num')::int as version,
         to_regnamespace($1) is not null as made,
         to_regclass($2) is not null as migrated,
         case when to_regnamespace($1) is null
           then has_database_privilege(current_database(), 'create')
           else has_schema_privilege(to_regnamespace($1)::oid, 'create') end as change`,
      [`"${schema}"`, `"${schema}".${TABLE}`],
    );
    const { version, made, migrated, change } = asked.rows[0] ?? {};
    checkVersion(Number(version), server.name);
    const select = `select name from "${schema}".${TABLE} order by name`;
    const done =
      migrated === true ? (await session.query(select)).rows.map(({ name }) => String(name)) : [];
    const newer = done.filter((name) => !(name in MIGRATIONS));
    if (newer.length > 0) {
      throw new StoreRefusal(
        'newer_schema',
        `${server.name} was changed by a newer version of this program (${newer.join(', ')}): run ` +
          'that version or a newer one. The desk trades without it; nothing is lost.',
      );
    }
    const pending = Object.keys(MIGRATIONS).filter((name) => !done.includes(name));
    return { isMade: made === true, pending, mayChange: change === true };
  });
}

/** `version` as in `server_version_num`: 140005 is 14.5. */
export function checkVersion(version: number, name: string): void {
  if (version >= VERSION_MIN) return;
  const found = Math.floor(version / 10_000);
  throw new StoreRefusal(
    'old_server',
    `${name} is PostgreSQL ${found}: expected 14 or newer. Upgrade it, or name another server.`,
  );
}
