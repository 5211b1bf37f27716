/** Sessions as Kysely asks for them. */
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { areRows, type SqlServer } from './session.ts';

const COMMANDS = ['UPDATE', 'DELETE', 'INSERT', 'SELECT', 'MERGE', 'COMMIT', 'ROLLBACK'] as const;
type Command = (typeof COMMANDS)[number];

/** Of a server whose end belongs to somebody else. */
export function kyselyPool(server: SqlServer): PostgresPool {
  return {
    options: {},
    end: async () => undefined,
    async connect(): Promise<PostgresPoolClient> {
      const session = await server.connect();
      async function ask<R>(
        text: string,
        parameters: readonly unknown[],
      ): Promise<PostgresQueryResult<R>> {
        const { rows, affected, command } = await session.query(text, parameters);
        const said = command === '' ? firstWord(text) : command;
        const isKnown = (one: Command): boolean => one === said;
        const answer: R[] = [];
        if (areRows<R>(rows)) answer.push(...rows);
        return { command: COMMANDS.find(isKnown) ?? 'SELECT', rowCount: affected, rows: answer };
      }
      function query<R>(
        text: string,
        parameters: readonly unknown[],
      ): Promise<PostgresQueryResult<R>>;
      function query<C>(cursor: C): C;
      function query<R, C>(asked: string | C, parameters: readonly unknown[] = []) {
        return typeof asked === 'string' ? ask<R>(asked, parameters) : asked;
      }
      return {
        query,
        release: (destroy) => session.release(destroy === true ? 'broken' : 'sound'),
      };
    },
  };
}

function firstWord(text: string): string {
  return (/^\s*(\w+)/.exec(text)?.[1] ?? '').toUpperCase();
}
