/**
 * PostgreSQL over a small pool of connections. Everything has an end: connecting, waiting for a
 * connection, a statement, a lock, a transaction left open, and an answer that never comes.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Pool, type PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Secret } from '#kernel/secret.ts';
import { isLost } from './faults.ts';
import { type Session, type SqlServer, StoreRefusal } from './session.ts';

export interface PostgresSettings {
  readonly url: Secret;
  readonly schema: string;
  /** Connections at once. */
  readonly connectionsMax?: number;
}

const CONNECT_MS = 2_000;
const STATEMENT_MS = 5_000;
/** A server that stands still keeps none of its own promises: this one is ours. */
const ANSWER_MS = 7_000;
const LONG_MS = 600_000;
const INT8 = 20;
const INT4 = 23;
const INT2 = 21;
const BOOL = 16;
const WHOLE: readonly number[] = [INT8, INT4, INT2];

const sessionSettings = (schema: string): string =>
  [
    `set search_path to "${schema}"`,
    `set statement_timeout to ${STATEMENT_MS}`,
    'set lock_timeout to 2000',
    'set idle_in_transaction_session_timeout to 10000',
    // Everything here can be made again, and the position commits with its rows: a server that dies
    // loses the newest steps whole, is asked where it stands, and is given them again.
    'set synchronous_commit to off',
    `set timezone to 'UTC'`,
    `set application_name to 'strikewire'`,
  ].join('; ');

export function createPostgresServer({ url, schema, connectionsMax = 4 }: PostgresSettings) {
  const name = nameOf(url);
  const pool = new Pool({
    connectionString: url.reveal(),
    max: connectionsMax,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    types: { getTypeParser: (oid: number) => parserOf(oid) },
  });
  const prepared = new WeakSet<PoolClient>();
  // A connection that breaks while nobody uses it is replaced when the next is asked for.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });

  async function connect(work: 'short' | 'long' = 'short'): Promise<Session> {
    const client = await pool.connect();
    const session = sessionOn(client, work);
    try {
      if (!prepared.has(client)) await client.query(sessionSettings(schema));
      if (work === 'long') await client.query(LONG_SETTINGS);
    } catch (error) {
      session.release('broken');
      throw error;
    }
    prepared.add(client);
    return session;
  }

  const server: SqlServer = {
    kind: 'postgres',
    name,
    connect,
    tidy: async (session) =>
      void (await session.query('analyze audit, audit_chunks, audit_values')),
    discard: async () => {
      throw new StoreRefusal(
        'not_ours',
        `${name} is not thrown away by this program: drop the schema ${schema} there by hand.`,
      );
    },
    end: () => pool.end(),
  };
  return server;
}

const LONG_SETTINGS = [
  `set statement_timeout to ${LONG_MS}`,
  'set idle_in_transaction_session_timeout to 0',
].join('; ');

function sessionOn(client: PoolClient, work: 'short' | 'long'): Session {
  let isReleased = false;
  let lost: unknown = null;
  /** Once nobody answers on a connection, nothing more is asked there: each would be waited for. */
  async function unlessLost<T>(ask: () => Promise<T>): Promise<T> {
    if (lost instanceof Error) throw lost;
    try {
      return await ask();
    } catch (error) {
      if (isLost(error)) lost = error;
      throw error;
    }
  }
  const answerMs = work === 'long' ? LONG_MS : ANSWER_MS;
  return {
    query: (text, parameters) =>
      unlessLost(async () => {
        const values = parameters === undefined ? {} : { values: [...parameters] };
        const { rows, rowCount, command } = await client.query<Readonly<Record<string, unknown>>>({
          text,
          ...values,
          ...{ query_timeout: answerMs },
        });
        return { rows, affected: rowCount ?? 0, command: command ?? '' };
      }),
    copy: (into, pieces) =>
      unlessLost(async () => {
        const sink = client.query(copyFrom(`copy ${into} from stdin`));
        const signal = AbortSignal.timeout(answerMs);
        await pipeline(Readable.from(pieces), sink, { signal });
      }),
    release(state) {
      if (isReleased) return;
      isReleased = true;
      // Nobody after it inherits its patience.
      client.release(state === 'broken' || lost !== null || work === 'long');
    },
  };
}

/** Texts as the server writes them, but for what JavaScript has a plain value for. */
function parserOf(oid: number): (text: string) => unknown {
  if (WHOLE.includes(oid)) return Number;
  return oid === BOOL ? (text) => text === 't' : (text) => text;
}

/** Host, port and database; nothing that logs in. */
function nameOf(url: Secret): string {
  try {
    const { hostname, port, pathname } = new URL(url.reveal());
    return `PostgreSQL at ${hostname || 'this machine'}:${port || '5432'}${pathname}`;
  } catch {
    throw new StoreRefusal(
      'bad_url',
      'STRIKEWIRE_DATABASE_URL is no URL: expected postgres://USER:PASSWORD@HOST:5432/DATABASE.',
    );
  }
}
