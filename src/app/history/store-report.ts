/** What `strikewire check` says of the store of SQL history; nothing is changed by asking. */
import { faultOf } from '#adapters/sql/faults.ts';
import { lookAt } from '#adapters/sql/migrations.ts';
import type { Config } from '../config.ts';
import { createHistoryServer } from './open-store.ts';

export interface StoreFinding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export async function storeReport(config: Config): Promise<StoreFinding> {
  const server = await createHistoryServer(config);
  if (server === null) return fine('none (stores.sql); searches read the journal');
  // Opened by whoever holds the data directory alone, and made when it is missing.
  if (server.kind === 'embedded') return fine(server.name);
  try {
    const { pending, mayChange } = await lookAt(server, config.stores.schema);
    const where = `${server.name}, schema ${config.stores.schema}`;
    if (pending.length === 0) return fine(`${where}: up to date`);
    if (mayChange) return fine(`${where}: a start runs ${pending.join(', ')}`);
    const remedy = 'grant CREATE on the database, or run `strikewire migrate` as one who may';
    return wrong(`${where}: ${pending.join(', ')} must be run, and this user may not; ${remedy}`);
  } catch (error) {
    return wrong(faultOf(error, server.name).detail);
  } finally {
    await server.end();
  }
}

function fine(detail: string): StoreFinding {
  return { name: 'history', ok: true, detail };
}

function wrong(detail: string): StoreFinding {
  return { name: 'history', ok: false, detail };
}
