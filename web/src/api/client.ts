/**
 * Questions and acts over HTTP. An act is sent once: nothing here repeats one by itself, because a
 * repeated act of a trading desk is a second act.
 */
import { RefusalError, refusalOf, UNREACHABLE } from './problem.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let csrf: string | null = null;

/** The token that acts of this page must carry; `null` when nobody is logged in. */
export function keepCsrf(token: string | null): void {
  csrf = token;
}

export interface Call {
  readonly body?: object;
  /** Makes a repeat of this very act harmless. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/**
 * Rejects with a `RefusalError`, whatever went wrong. The desk's word is taken for the shape of its
 * answer: page and desk are built from the same declarations (`src/operate/api/`).
 */
export async function call<Answer>(method: Method, path: string, how: Call = {}): Promise<Answer> {
  const response = await ask(method, path, how);
  const body = await bodyOf(response);
  if (!response.ok) throw new RefusalError(refusalOf(response.status, body));
  // Every answer is JSON: this one broke off.
  if (body === null) throw new RefusalError(UNREACHABLE);
  return body as Answer;
}

async function ask(method: Method, path: string, how: Call): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  if (how.body !== undefined) headers.set('content-type', 'application/json');
  if (csrf !== null && method !== 'GET') headers.set('x-csrf-token', csrf);
  if (how.idempotencyKey !== undefined) headers.set('idempotency-key', how.idempotencyKey);
  try {
    return await fetch(path, {
      method,
      headers,
      ...(how.body === undefined ? {} : { body: JSON.stringify(how.body) }),
      ...(how.signal === undefined ? {} : { signal: how.signal }),
    });
  } catch {
    throw new RefusalError(UNREACHABLE);
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => '');
  try {
    const body: unknown = JSON.parse(text);
    return body;
  } catch {
    return null;
  }
}
