/** Who may operate the desk, and how the routes they use are declared. */
import type { z } from 'zod';
import type { EpochMs } from '#kernel/time.ts';

/** Each includes what stands before it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role includes another. */
export function covers(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Somebody known: what acts and refusals are recorded under. */
export interface Caller {
  /** `key:abcdefghijkl`, `operator:alice`, `local:operator`. */
  readonly id: string;
  readonly role: Role;
}

/** A key as it is kept: its secret is nowhere. */
export interface KeyRecord {
  readonly id: string;
  readonly role: Role;
  /** SHA-256 of the secret, hexadecimal. */
  readonly digest: string;
  readonly createdAt: EpochMs;
  /** What it is for, in the words of whoever made it; absent on old ones. */
  readonly note?: string;
}

/** A person who logs in with a password, as kept. */
export interface OperatorRecord {
  /** Lower case, immutable: what acts are recorded under. */
  readonly name: string;
  readonly role: Role;
  /** Argon2id in PHC form. */
  readonly password: string;
  /** Base 32; `null` without a second factor. */
  readonly totp: string | null;
  /** SHA-256 of recovery codes not used yet. */
  readonly recovery: readonly string[];
  readonly createdAt: EpochMs;
}

/** Who may use a route. */
export type Access = Role | 'public';

/**
 * One route as it is declared, once, for validation, types and the OpenAPI description.
 *
 * key   whether an `Idempotency-Key` goes with it. needed: an act, done once per key · taken: an
 *       act that older scripts give without one · none: nothing is changed.
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Answer extends z.ZodType = z.ZodType,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/api/v1/trades/:id` */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  /** `z.undefined()`: none is read. */
  readonly body: Body;
  readonly answer: Answer;
  readonly key: 'none' | 'taken' | 'needed';
  /** Of an answer that is not JSON. */
  readonly type?: string;
}

/** Every refusal of the HTTP side: stable code, status, title. */
export const PROBLEMS = {
  malformed: { status: 400, title: 'The request cannot be read' },
  key_needed: { status: 400, title: 'An Idempotency-Key is needed' },
  unauthenticated: { status: 401, title: 'A valid key is needed' },
  totp_needed: { status: 401, title: 'A second factor is needed' },
  forbidden: { status: 403, title: 'Not permitted' },
  wrong_host: { status: 403, title: 'Not reachable under this name' },
  cross_site: { status: 403, title: 'Requests from other sites are refused' },
  not_found: { status: 404, title: 'There is nothing here' },
  method_not_allowed: { status: 405, title: 'This method is not offered here' },
  timed_out: { status: 408, title: 'The request took too long to arrive' },
  refused: { status: 409, title: 'The desk refused' },
  key_reused: { status: 409, title: 'The Idempotency-Key was used for something else' },
  unfinished: { status: 409, title: 'It was begun before, and its answer is not known' },
  body_too_large: { status: 413, title: 'The body is too large' },
  wrong_content_type: { status: 415, title: 'The body must be JSON' },
  invalid: { status: 422, title: 'The body does not fit' },
  too_many_attempts: { status: 429, title: 'Too many failed attempts' },
  too_many_own_streams: { status: 429, title: 'You have too many event streams open' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'The desk failed to answer' },
  not_available: { status: 501, title: 'This desk does not have that' },
  broker_silent: { status: 502, title: 'The broker could not be asked' },
  not_recorded: { status: 503, title: 'The desk records nothing more' },
  not_ready: { status: 503, title: 'The desk cannot trade yet' },
  desk_away: { status: 503, title: 'The desk cannot be reached; nothing was done' },
  too_busy: { status: 503, title: 'The desk is busy with other questions' },
  too_many_streams: { status: 503, title: 'Too many event streams are open' },
  desk_silent: { status: 504, title: 'The desk has not answered; it may have been done' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;
