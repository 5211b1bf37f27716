/** What a route is given, and how one is found. */
import type { HttpRequest } from '../../support/loopback.ts';
import type { Account } from '../engine/model.ts';
import { refused } from '../engine/refusal.ts';
import { type Answer, refuse } from './answers.ts';

export interface Call {
  readonly request: HttpRequest;
  /** Decoded pieces of the path the pattern names. */
  readonly named: (name: string) => string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** `YYYYMMDD`: the release whose shapes are answered. */
  readonly version: string;
  /** The path, for the envelope. */
  readonly context: string;
  /** Reads show the orders of so many milliseconds ago. */
  readonly staleMs: number;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly pattern: RegExp;
  /** What the token must permit; `none` is open to everyone. */
  readonly scope: 'none' | 'read' | 'trade';
  readonly handle: (call: Call) => Answer;
}

export const NOT_FOUND = refused(404, 'not_found', 'The requested resource was not found.');
export const NOT_PERMITTED = refused(403, 'not_permitted', 'User not permitted access');

/** The route of a request with the pieces of its path, or `null`. */
export function findRoute(
  routes: readonly Route[],
  { method, path }: HttpRequest,
): { readonly route: Route; readonly named: (name: string) => string } | null {
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(path) : null;
    if (match !== null) return { route, named: (name) => decoded(match.groups?.[name] ?? '') };
  }
  return null;
}

/** Runs `handle` with the account of the path; a foreign one is refused. */
export function withAccount(
  accounts: ReadonlyMap<string, Account>,
  handle: (account: Account, call: Call) => Answer,
): (call: Call) => Answer {
  return (call) => {
    const account = accounts.get(call.named('account'));
    return account === undefined ? refuse(NOT_PERMITTED) : handle(account, call);
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
