/**
 * One request and its answer, with a deadline and the one question that matters about a failure:
 * can the venue have received it?
 */
import type { Cancel, Clock, EpochMs } from '#kernel/time.ts';

/** What is used of `fetch`; the platform's and undici's both fit. */
export type Fetch = (url: string, request: FetchRequest) => Promise<FetchReply>;

export interface FetchRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Never followed: a redirect would take credentials elsewhere and turn a POST into a GET. */
  readonly redirect: 'manual';
}

export interface FetchReply {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export interface Reply {
  readonly kind: 'reply';
  readonly status: number;
  readonly text: string;
  /** Headers as they came. */
  readonly date: string | null;
  readonly retryAfter: string | null;
  readonly sentAt: EpochMs;
  readonly receivedAt: EpochMs;
}

export type Exchange =
  | Reply
  /** No byte of the request can have left: no name, no connection, no TLS. */
  | { readonly kind: 'not_sent'; readonly detail: string }
  /** It may have arrived, or not. */
  | { readonly kind: 'lost'; readonly detail: string };

export interface Call {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
  readonly withinMs: number;
}

/** Never throws and always ends, even when `fetch` does neither. */
export async function exchange(fetch: Fetch, clock: Clock, call: Call): Promise<Exchange> {
  const controller = new AbortController();
  const { promise: overdue, resolve } = Promise.withResolvers<Exchange>();
  const cancel: Cancel = clock.after(call.withinMs, () => {
    resolve({ kind: 'lost', detail: `no answer within ${Math.ceil(call.withinMs)} ms` });
    controller.abort();
  });
  try {
    return await Promise.race([converse(fetch, clock, call, controller.signal), overdue]);
  } finally {
    cancel();
  }
}

async function converse(
  fetch: Fetch,
  clock: Clock,
  { url, method, headers, body }: Call,
  signal: AbortSignal,
): Promise<Exchange> {
  const sentAt = clock.now();
  try {
    const init = { method, headers, signal, redirect: 'manual' } as const;
    const reply = await fetch(url, body === null ? init : { ...init, body });
    const receivedAt = clock.now();
    return {
      kind: 'reply',
      status: reply.status,
      text: await reply.text(),
      date: reply.headers.get('date'),
      retryAfter: reply.headers.get('retry-after'),
      sentAt,
      receivedAt,
    };
  } catch (error) {
    const detail = detailOf(error);
    return isBeforeAnyByte(error) ? { kind: 'not_sent', detail } : { kind: 'lost', detail };
  }
}

/** DNS, and certificates: both fail before the request is written. */
const BEFORE_CODES: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
/** A refused or unreachable host, as the socket says it while it connects. */
const CONNECT_CALLS: ReadonlySet<string> = new Set(['connect', 'getaddrinfo']);
const CAUSES_MAX = 5;

/** Only what is proven: anything else may have arrived. */
function isBeforeAnyByte(error: unknown): boolean {
  return causesOf(error).some((cause) => {
    const attempts = attemptsOf(cause);
    // One address after another was tried: every one of them must have failed to connect.
    if (attempts.length > 0) return attempts.every((attempt) => isBeforeAnyByte(attempt));
    const code = property(cause, 'code');
    return BEFORE_CODES.has(code) || CONNECT_CALLS.has(property(cause, 'syscall'));
  });
}

function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  let next = error;
  while (next instanceof Error && causes.length < CAUSES_MAX) {
    causes.push(next);
    next = next.cause;
  }
  return causes;
}

function attemptsOf(cause: unknown): readonly unknown[] {
  return cause instanceof AggregateError ? cause.errors : [];
}

/** What an operator most often meets; any other code stands for itself. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nobody listens there'],
  ['ENOTFOUND', 'there is no such host'],
  ['EAI_AGAIN', 'the name of the host could not be looked up'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection came about in time'],
  ['UND_ERR_SOCKET', 'the connection broke off'],
  ['ECONNRESET', 'the connection broke off'],
]);

/** The innermost reason by its code: messages may name anything. */
function detailOf(error: unknown): string {
  const causes = causesOf(error);
  const codes = causes.map((cause) => property(cause, 'code')).filter((code) => code !== '');
  const [first] = causes;
  const code = codes.at(-1) ?? (first instanceof Error ? first.name : 'failed');
  const meaning = MEANINGS.get(code);
  return meaning === undefined ? code : `${meaning} (${code})`;
}

function property(of: unknown, name: 'code' | 'syscall'): string {
  if (typeof of !== 'object' || of === null || !(name in of)) return '';
  const value: unknown = Reflect.get(of, name);
  return typeof value === 'string' ? value : '';
}
