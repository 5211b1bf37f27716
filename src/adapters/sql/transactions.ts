/** Work on a session that is given back afterwards, whatever happens. */
import { isLost } from './faults.ts';
import type { Session, SqlServer } from './session.ts';

/** Does some work in one transaction: all of it, or nothing. */
export async function inTransaction<T>(
  server: SqlServer,
  work: (session: Session) => Promise<T>,
  length: 'short' | 'long' = 'short',
): Promise<T> {
  const session = await server.connect(length);
  let state: 'sound' | 'broken' = 'broken';
  try {
    await session.query('begin');
    const result = await work(session);
    await session.query('commit');
    state = 'sound';
    return result;
  } catch (error) {
    state = isLost(error) ? 'broken' : await rollBack(session);
    throw error;
  } finally {
    session.release(state);
  }
}

export async function rollBack(session: Session): Promise<'sound' | 'broken'> {
  try {
    await session.query('rollback');
    return 'sound';
  } catch {
    return 'broken';
  }
}

/** Does some work that needs no transaction of its own. */
export async function inSession<T>(
  server: SqlServer,
  work: (session: Session) => Promise<T>,
  length: 'short' | 'long' = 'short',
): Promise<T> {
  const session = await server.connect(length);
  let state: 'sound' | 'broken' = 'broken';
  try {
    const result = await work(session);
    state = 'sound';
    return result;
  } finally {
    session.release(state);
  }
}
