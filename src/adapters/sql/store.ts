/**
 * The store of history in SQL, the same on PostgreSQL and on PGlite.
 *
 * Rule  rows and position change in one transaction, and only from the position the rows were made
 *       for: whatever is repeated, doubled or cut off at COMMIT, each record counts once.
 */
import { Kysely, PostgresDialect } from 'kysely';
import { type Position, ROWS_VERSION, utcDay } from '#history/model.ts';
import type {
  Comparison,
  CopiedFacts,
  HistoryStore,
  Opened,
  Step,
  Stored,
  StoreFault,
  Upkeep,
} from '#history/ports.ts';
import { addDays, type IsoDate, parseIsoDate } from '#kernel/calendar.ts';
import { err, ok } from '#kernel/result.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import { TableComparison } from './compare.ts';
import { faultOf } from './faults.ts';
import { kyselyPool } from './kysely-pool.ts';
import { migrate } from './migrations.ts';
import { dropPartition, makePartition, partitionDays } from './partitions.ts';
import { searchAudit } from './search.ts';
import type { Session, SqlServer } from './session.ts';
import { addRows, TABLE_NAMES } from './statements.ts';
import { inSession, inTransaction, rollBack } from './transactions.ts';
import { daysAhead, prune, pruneChunks } from './upkeep.ts';

/** The store stands elsewhere than a step was made for: ask it where. */
class PositionMoved extends Error {
  override readonly name = 'PositionMoved';
}

export function createSqlHistory(server: SqlServer, schema: string): HistoryStore {
  return new SqlHistory(server, schema);
}

class SqlHistory implements HistoryStore {
  readonly kind;
  readonly #server: SqlServer;
  readonly #schema: string;
  readonly #db: Kysely<unknown>;
  /** Days that have a partition, as far as is known. */
  #days: ReadonlySet<IsoDate> = new Set();

  constructor(server: SqlServer, schema: string) {
    this.kind = server.kind;
    this.#server = server;
    this.#schema = schema;
    this.#db = new Kysely({ dialect: new PostgresDialect({ pool: kyselyPool(server) }) });
  }

  open(): Stored<Opened> {
    return this.#try(async () => {
      const migrated = await migrate(this.#server, this.#schema);
      this.#days = await inSession(this.#server, partitionDays);
      return { server: this.#server.name, migrated };
    });
  }

  position(): Stored<Position | null> {
    return this.#try(() => inSession(this.#server, readPosition));
  }

  begin(journal: string): Stored<Position> {
    return this.#try(async () => {
      // Without a position nobody takes what is left for whole, should this be cut off.
      const days = await inTransaction(this.#server, async (session) => {
        await session.query('delete from projection');
        return partitionDays(session);
      });
      // One by one: dropping hundreds at once takes more locks than a server has.
      for (const day of days) {
        await inSession(this.#server, (session) => dropPartition(session, day), 'long');
      }
      this.#days = new Set();
      return inTransaction(this.#server, async (session) => {
        await session.query(`truncate ${TABLE_NAMES.join(', ')}`);
        await session.query(
          `insert into projection (journal, seq, digest, rows_version, updated_at)
           values ($1, 0, '', $2, now())`,
          [journal, ROWS_VERSION],
        );
        return { journal, seq: 0, digest: '', rowsVersion: ROWS_VERSION };
      });
    });
  }

  take(step: Step): Stored<void> {
    return this.#try(async () => {
      const { from, to, rows } = step;
      const days = rows.audit_days
        .map(({ day }) => parseIsoDate(day ?? ''))
        .filter((day) => day !== null)
        .filter((day) => !this.#days.has(day));
      await inTransaction(this.#server, async (session) => {
        const { affected } = await session.query(
          `update projection set seq = $1, digest = $2, updated_at = now()
           where journal = $3 and seq = $4 and digest = $5 and rows_version = $6`,
          [to.seq, to.digest, from.journal, from.seq, from.digest, from.rowsVersion],
        );
        if (affected !== 1) throw new PositionMoved();
        for (const day of days) await makePartition(session, day);
        for (const name of TABLE_NAMES) await addRows(session, name, rows[name]);
      });
      this.#days = new Set([...this.#days, ...days]);
    });
  }

  search: HistoryStore['search'] = (query) =>
    this.#try(() => this.#db.connection().execute((db) => searchAudit(db, query)));

  compare(): Stored<Comparison> {
    return this.#try(async () => {
      const session = await this.#server.connect('long');
      try {
        await session.query('begin isolation level repeatable read');
        const position = await readPosition(session);
        const { rows } = await session.query('select kept_from::text as day from projection');
        const keptFrom = parseIsoDate(String(rows[0]?.['day']));
        const tables = new TableComparison(session, keptFrom);
        await tables.begin();
        return this.#comparisonOf(position, tables, session);
      } catch (error) {
        session.release(await rollBack(session));
        throw error;
      }
    });
  }

  #comparisonOf(position: Position | null, tables: TableComparison, session: Session): Comparison {
    const abandon = async (): Promise<void> => session.release(await rollBack(session));
    return {
      position,
      expect: (rows, to) => this.#try(() => tables.expect(rows, to)),
      differences: () =>
        this.#try(async () => {
          try {
            return await tables.differences();
          } finally {
            await abandon();
          }
        }),
      abandon,
    };
  }

  maintain(now: EpochMs, retention: Parameters<HistoryStore['maintain']>[1]): Stored<Upkeep> {
    return this.#try(async () => {
      const today = utcDay(now);
      const before = addDays(today, -retention.historyDays);
      const days = await inSession(this.#server, partitionDays);
      const ahead = daysAhead(today).filter((day) => !days.has(day));
      const old = [...days].filter((day) => day < before);
      for (const day of ahead) {
        await inSession(this.#server, (session) => makePartition(session, day));
      }
      const deleted = await inTransaction(
        this.#server,
        async (session) => {
          await session.query('update projection set kept_from = $1::date', [before]);
          const results = addDays(today, -retention.testResultDays);
          const { affected } = await session.query(
            'delete from certifications where at < $1::date',
            [results],
          );
          const chunks = await pruneChunks(session, before);
          return affected + chunks + (await prune(session, before));
        },
        'long',
      );
      for (const day of old) {
        await inSession(this.#server, (session) => dropPartition(session, day));
      }
      const kept = [...days, ...ahead].filter((day) => day >= before);
      this.#days = new Set(kept);
      await inSession(this.#server, (session) => this.#server.tidy(session), 'long');
      return { created: ahead.length, dropped: old.length, deleted };
    });
  }

  copyFacts({ keys, certifications }: CopiedFacts): Stored<void> {
    return this.#try(() =>
      inTransaction(this.#server, async (session) => {
        await session.query('delete from keys');
        for (const { id, role, digest, createdAt } of keys) {
          await session.query('insert into keys values ($1, $2, $3, $4::timestamptz)', [
            id,
            role,
            digest,
            formatInstant(createdAt),
          ]);
        }
        await session.query('delete from certifications');
        for (const { name, at, passed, document } of certifications) {
          await session.query(
            'insert into certifications values ($1, $2::timestamptz, $3, $4::text::jsonb)',
            [name, formatInstant(at), passed, document],
          );
        }
      }),
    );
  }

  discard(): Stored<void> {
    return this.#try(() => this.#server.discard());
  }

  async close(): Promise<void> {
    await this.#server.end();
  }

  async #try<T>(work: () => Promise<T>): Stored<T> {
    try {
      return ok(await work());
    } catch (error) {
      return err(error instanceof PositionMoved ? MOVED : faultOf(error, this.#server.name));
    }
  }
}

const MOVED: StoreFault = {
  kind: 'again',
  code: 'position_moved',
  detail: 'The store stands elsewhere than was thought; it is asked where.',
};

async function readPosition(session: Session): Promise<Position | null> {
  const { rows } = await session.query('select journal, seq, digest, rows_version from projection');
  const [row] = rows;
  if (row === undefined) return null;
  return {
    journal: String(row['journal']),
    seq: Number(row['seq']),
    digest: String(row['digest']),
    rowsVersion: Number(row['rows_version']),
  };
}
