/** A declared route with what it does: what was sent is checked against what was declared. */
import type { z } from 'zod';
import type { Endpoint, ProblemCode } from '../model.ts';
import type { ActOutcome, ApiCall, ApiProblem, ApiReply, BoundRoute, Checked } from '../ports.ts';
import type { Shape } from './shape.ts';

export interface FieldError {
  /** JSON pointer into the body, the query or the path: `/text`. */
  readonly pointer: string;
  readonly detail: string;
}

export interface Call<Params, Query, Body>
  extends Pick<ApiCall, 'caller' | 'requestId' | 'key' | 'needsCode'> {
  /** Who acts, as on record. */
  readonly actor: string;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/** What a handler gives: the answer, or why there is none. */
export type Reply<Answer> =
  | { readonly kind: 'ok'; readonly value: Answer; readonly kept?: Answer }
  | Exclude<ApiReply, { readonly kind: 'ok' }>;

type Awaitable<T> = T | Promise<T>;

export function bind<
  P extends z.ZodType,
  Q extends z.ZodType,
  B extends z.ZodType,
  A extends z.ZodType,
>(
  endpoint: Endpoint<P, Q, B, A>,
  handle: (
    call: Call<z.output<P>, z.output<Q>, z.output<B>>,
  ) => Awaitable<Reply<NoInfer<Shape<A>>>>,
): BoundRoute {
  return {
    endpoint,
    prepare({ caller, params, query, body, requestId, key, needsCode }) {
      const sent = checkAll(endpoint, { params, query, body });
      if (sent.kind === 'problem') return sent;
      const call = {
        ...{ caller, requestId, key, needsCode, actor: caller?.id ?? 'anonymous' },
        params: sent.params,
        query: sent.query,
        body: sent.body,
      };
      return async () => handle(call);
    },
  };
}

type Sent = Pick<ApiCall, 'params' | 'query' | 'body'>;

/** For routes that are answered elsewhere. */
export function check(endpoint: Endpoint, sent: Sent): Checked | ApiProblem {
  return checkAll(endpoint, sent);
}

function checkAll<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  endpoint: Pick<Endpoint<P, Q, B>, 'params' | 'query' | 'body'>,
  sent: Sent,
) {
  const params = endpoint.params.safeParse(sent.params ?? {});
  if (!params.success) return invalid(params.error);
  const query = endpoint.query.safeParse(sent.query ?? {});
  if (!query.success) return invalid(query.error);
  const body = endpoint.body.safeParse(sent.body);
  if (!body.success) return invalid(body.error);
  return { kind: 'checked', params: params.data, query: query.data, body: body.data } as const;
}

export function ok<Answer>(value: Answer, kept?: Answer): Reply<Answer> {
  return { kind: 'ok', value, ...(kept !== undefined && { kept }) };
}

export function no(code: ProblemCode, detail: string): ApiProblem {
  return { kind: 'problem', code, detail };
}

/** Something this desk does not have, with why. */
export function notAvailable(what: string, why: string) {
  return no('not_available', `${what}: ${why}`);
}

/** An act of the desk as an answer. */
export function done<More extends object>(
  outcome: ActOutcome,
  more: More,
): Reply<{ readonly done: true; readonly detail: string } & More> {
  if (outcome.kind === 'refused') return no('refused', `${outcome.detail} (${outcome.code})`);
  return ok({ done: true, detail: outcome.detail, ...more });
}

function invalid(error: z.ZodError): ApiProblem {
  const errors = error.issues.flatMap(fieldErrors);
  return { ...no('invalid', errors.map(sentence).join('; ')), errors };
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const at = (path: readonly PropertyKey[]) => path.map((step) => `/${String(step)}`).join('');
  if (issue.code !== 'unrecognized_keys') {
    return [{ pointer: at(issue.path), detail: issue.message }];
  }
  return issue.keys.map((key) => ({
    pointer: at([...issue.path, key.slice(0, 64)]),
    detail: 'there is no such field',
  }));
}

function sentence({ pointer, detail }: FieldError): string {
  return `${pointer === '' ? 'body' : pointer}: ${detail}`;
}
