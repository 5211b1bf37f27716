/**
 * The embedded database as a server: PGlite in the data directory, in a thread of its own.
 *
 * Rule  it has one session and no lock of its own: whoever opens it holds the data directory, and
 *       one after another has the session. It does not sync to disk, checkpoint or vacuum by
 *       itself: it may only hold what can be made again from the journal.
 */
import { rm } from 'node:fs/promises';
import { Database, DatabaseError } from './pglite-database.ts';
import type { Session, SqlServer } from './session.ts';

/** The schema of the embedded database, which is one desk's alone. */
export const EMBEDDED_SCHEMA = 'strikewire';

const TURN_MS = 5_000;
/** So much written, the log of the database is cut. */
const CHECKPOINT_BYTES = 64 * 1024 * 1024;

export function createEmbeddedServer(directory: string): SqlServer {
  return new EmbeddedServer(directory);
}

class EmbeddedServer implements SqlServer {
  readonly kind = 'embedded';
  readonly name: string;
  readonly #directory: string;
  #database: Database | null = null;
  #turns: Promise<unknown> = Promise.resolve();
  #written = 0;

  constructor(directory: string) {
    this.#directory = directory;
    this.name = `the embedded database in ${directory}`;
  }

  async connect(): Promise<Session> {
    const end = await this.#turn();
    try {
      if (this.#database === null || this.#database.hasEnded) {
        this.#database = await Database.open(this.#directory);
      }
      return this.#sessionOn(this.#database, end);
    } catch (error) {
      end();
      throw error;
    }
  }

  async tidy(session: Session): Promise<void> {
    await session.query('checkpoint');
    await session.query('vacuum analyze');
  }

  async discard(): Promise<void> {
    const end = await this.#turn();
    try {
      await this.#close();
      await rm(this.#directory, { recursive: true, force: true });
    } finally {
      end();
    }
  }

  async end(): Promise<void> {
    await this.#close();
  }

  async #close(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    await database?.close();
  }

  /** Waits until the session is free; gives the function that frees it again. */
  async #turn(): Promise<() => void> {
    const ending = Promise.withResolvers<undefined>();
    const before = this.#turns;
    this.#turns = before.then(() => ending.promise);
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), TURN_MS);
    const came = await Promise.race([before, late.promise]);
    clearTimeout(timer);
    if (came !== 'late') return () => ending.resolve(undefined);
    ending.resolve(undefined);
    throw new DatabaseError('55P03', 'the embedded database is busy with something else');
  }

  #sessionOn(database: Database, end: () => void): Session {
    return {
      query: (text, parameters = []) => {
        for (const one of parameters) if (typeof one === 'string') this.#written += one.length;
        return database.ask({ kind: 'query', text, with: [...parameters] });
      },
      copy: async (into, pieces) => {
        // A part of a larger room would go over with all of it.
        const lines = new Uint8Array(Buffer.concat([...pieces]));
        this.#written += lines.length;
        await database.ask({ kind: 'copy', into, lines });
      },
      release: (state) => {
        const isDue = this.#written > CHECKPOINT_BYTES;
        if (state === 'sound' && !isDue) {
          end();
          return;
        }
        this.#written = 0;
        const last = state === 'broken' ? database.close() : checkpoint(database);
        void last.finally(end);
      },
    };
  }
}

async function checkpoint(database: Database): Promise<void> {
  try {
    await database.ask({ kind: 'query', text: 'checkpoint', with: [] });
  } catch {
    // It is due again after as much has been written; a broken database shows at its next use.
    return;
  }
}
