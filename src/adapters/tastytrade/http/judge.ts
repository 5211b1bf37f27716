/**
 * What an answer of the venue means: pure, and exact about what it proves.
 *
 * A mutation is `rejected` only by the venue's own words, `not_sent` only where nothing can have
 * happened, and `ambiguous` whenever the answer leaves it open: a lost or late answer, 5xx, a page
 * of a proxy, a body that cannot be read, a success that carries an unknown error.
 */
import { z } from 'zod';
import { err, ok, type Result } from '#kernel/result.ts';
import type { NotSentReason, Rejection } from '#orders/ports.ts';
import { parseJson } from '../wire/json.ts';
import { lenient } from '../wire/values.ts';
import type { Exchange, Reply } from './exchange.ts';

export type Verdict =
  | { readonly kind: 'done'; readonly body: Body }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'not_sent'; readonly reason: NotSentReason; readonly detail: string }
  | { readonly kind: 'ambiguous'; readonly detail: string };

export interface Body {
  readonly data: unknown;
  readonly pagination: unknown;
}

export interface QueryFailure {
  /** refused: understood, and not answered. not_found: there is no such thing. */
  readonly kind:
    | 'unreachable'
    | 'unauthorized'
    | 'throttled'
    | 'malformed'
    | 'refused'
    | 'not_found';
  readonly detail: string;
  /** Of HTTP; `null` when there was no answer. */
  readonly status: number | null;
}

const TEXT_OR_NUMBER = z.union([z.string(), z.number()]).transform(String);
const PROBLEM = z.object({
  code: lenient(TEXT_OR_NUMBER),
  message: lenient(z.string()),
  errors: lenient(
    z.array(
      z.object({
        code: lenient(TEXT_OR_NUMBER),
        message: lenient(z.string()),
        domain: lenient(z.string()),
        reason: lenient(z.string()),
      }),
    ),
  ),
});
/** `{"error":{…}}` everywhere, `{"error":"invalid_grant"}` of OAuth. */
const FAILED = z.object({
  error: z.union([z.string(), PROBLEM]),
  error_description: lenient(z.string()),
  data: z.unknown().optional(),
});
const IS_GIVEN = (value: unknown): boolean => value !== undefined && value !== null;
const ENVELOPE = z.object({
  data: z.unknown().refine(IS_GIVEN),
  pagination: z.unknown().optional(),
});
const HAS_ERROR = z.object({ error: z.unknown().refine(IS_GIVEN) });
/** An order that was given an id exists, whatever stands beside it. */
const PLACED = z.object({
  data: z.union([
    z.object({ order: z.object({ id: z.union([z.string(), z.number()]) }) }),
    z.object({ id: z.union([z.string(), z.number()]) }),
  ]),
});

/** Codes that say the venue has refused before doing anything. */
const REFUSALS: ReadonlySet<string> = new Set([
  'preflight_check_failure',
  'validation_error',
  'margin_check_failed',
  'cannot_update_order',
  'not_permitted',
]);
/** Client errors that do not say whether anything was done: a time-out, a conflict, too early. */
const OPEN_CLIENT_ERRORS: ReadonlySet<number> = new Set([408, 409, 425, 499]);

export function judgeMutation(result: Exchange): Verdict {
  if (result.kind === 'not_sent') {
    return { kind: 'not_sent', reason: 'unreachable', detail: result.detail };
  }
  if (result.kind === 'lost') return { kind: 'ambiguous', detail: result.detail };
  const { status } = result;
  const body = parseJson(result.text);
  const said = body.ok ? rejectionOf(body.value) : null;
  if (status === 401)
    return { kind: 'not_sent', reason: 'unauthorized', detail: shown(result, said) };
  if (status === 429) return { kind: 'not_sent', reason: 'throttled', detail: shown(result, said) };
  if (status >= 200 && status < 300) return judgeSuccess(result, body);
  const isRefusal = status >= 400 && status < 500 && !OPEN_CLIENT_ERRORS.has(status);
  // Without the venue's own words it may be a proxy's page: nothing is proven by it.
  if (isRefusal && said !== null) return { kind: 'rejected', rejection: said };
  return { kind: 'ambiguous', detail: shown(result, said) };
}

function judgeSuccess(result: Reply, body: Result<unknown, 'not_json'>): Verdict {
  if (result.status === 204 || result.text.trim() === '') {
    return { kind: 'done', body: { data: null, pagination: null } };
  }
  if (!body.ok) return { kind: 'ambiguous', detail: shown(result, null) };
  if (HAS_ERROR.safeParse(body.value).success) {
    const said = rejectionOf(body.value);
    const isRefused = said !== null && REFUSALS.has(codeOf(body.value));
    if (isRefused && !PLACED.safeParse(body.value).success) {
      return { kind: 'rejected', rejection: said };
    }
    return { kind: 'ambiguous', detail: shown(result, said) };
  }
  const envelope = ENVELOPE.safeParse(body.value);
  if (!envelope.success) return { kind: 'ambiguous', detail: shown(result, null) };
  return { kind: 'done', body: bodyOf(envelope.data) };
}

export function judgeQuery(result: Exchange): Result<Body, QueryFailure> {
  if (result.kind !== 'reply') {
    return err({ kind: 'unreachable', detail: result.detail, status: null });
  }
  const { status } = result;
  const body = parseJson(result.text);
  const said = body.ok ? rejectionOf(body.value) : null;
  const fail = (kind: QueryFailure['kind']) => err({ kind, detail: shown(result, said), status });
  if (status === 401 || status === 403) return fail('unauthorized');
  if (status === 429) return fail('throttled');
  if (status >= 500) return fail('unreachable');
  // Only the venue's own word says that there is no such thing.
  if (status === 404 && said !== null) return fail('not_found');
  if (status >= 400 && said !== null) return fail('refused');
  if (status < 200 || status >= 300 || !body.ok) return fail('malformed');
  if (HAS_ERROR.safeParse(body.value).success) return fail('refused');
  const envelope = ENVELOPE.safeParse(body.value);
  return envelope.success ? ok(bodyOf(envelope.data)) : fail('malformed');
}

/** The venue's code and words: the inner error says more than `preflight_check_failure`. */
export function rejectionOf(body: unknown): Rejection | null {
  const failed = FAILED.safeParse(body);
  if (!failed.success) return null;
  const { error } = failed.data;
  if (typeof error === 'string') {
    return { code: error, message: failed.data.error_description ?? error };
  }
  const details = (error.errors ?? []).map((inner) => ({
    code: inner.code,
    message: inner.message ?? [inner.domain, inner.reason].filter(Boolean).join(' '),
  }));
  const code = details.find((inner) => inner.code !== null)?.code ?? error.code;
  const messages = details.map(({ message }) => message).filter((message) => message !== '');
  const message = messages.length > 0 ? messages.join('; ') : (error.message ?? '');
  return code === null && message === '' ? null : { code: code ?? 'unknown', message };
}

function codeOf(body: unknown): string {
  const failed = FAILED.safeParse(body);
  if (!failed.success) return '';
  const { error } = failed.data;
  return typeof error === 'string' ? error : (error.code ?? '');
}

function bodyOf({ data, pagination }: z.output<typeof ENVELOPE>): Body {
  return { data, pagination: pagination ?? null };
}

function shown({ status, text }: Reply, said: Rejection | null): string {
  if (said !== null) return `HTTP ${status} ${said.code}: ${said.message}`;
  const isPage = /^\s*<(?:!doctype|html|head|body)/i.test(text);
  return `HTTP ${status}, ${isPage ? 'a page of HTML' : 'a body without the venue’s words'}`;
}
