/**
 * The HTTP face: header checks, token, version, faults, routes, and what is written down of each.
 *
 * Order of the checks as the broker's edge makes them: User-Agent (an HTML page of the proxy), then
 * the token, then the version, then the route.
 */
import type { Clock, EpochMs } from '#kernel/time.ts';
import { isRecord, parseJson, textOf } from '../../support/json.ts';
import type { HttpReply, HttpRequest } from '../../support/loopback.ts';
import type { Timers } from '../../support/timers.ts';
import { refused } from '../engine/refusal.ts';
import type { LedgerBook, Mutation } from '../ledger.ts';
import type { Access } from './access.ts';
import { type Answer, htmlReply, refuse, toReply } from './answers.ts';
import type { FaultAction, FaultBook, FaultRule } from './faults.ts';
import { findRoute, NOT_FOUND, NOT_PERMITTED, type Route } from './route.ts';
import { releaseOf } from './versions.ts';

export interface RequestEntry {
  readonly at: EpochMs;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly userAgent: string | null;
  readonly version: string | null;
  /** `null` when nothing was answered. */
  status: number | null;
  fault: FaultAction['kind'] | null;
}

export interface ServiceOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly access: Access;
  readonly faults: FaultBook;
  readonly ledger: LedgerBook;
  readonly routes: readonly Route[];
  readonly answerMs: number;
  readonly unversioned: 'oldest' | 'latest';
  readonly userAgent: 'present' | 'product_version';
  readonly lockoutAfter: number | null;
}

export interface Service {
  readonly answer: (request: HttpRequest) => Promise<HttpReply>;
  readonly requests: () => readonly RequestEntry[];
}

const KEPT_MAX = 20_000;
const PRODUCT_VERSION = /^[\w.-]+\/[\w.-]+/;
const MUTATION = /^\/accounts\/[^/]+\/(?:complex-)?orders(?:\/\d+)?$/;
const UNAUTHORIZED = refused(
  401,
  'invalid_session',
  'This session is not valid or has expired. Please authenticate again.',
);

export function createService(options: ServiceOptions): Service {
  const { clock, timers, access, faults, ledger } = options;
  const requests: RequestEntry[] = [];

  function note(request: HttpRequest): RequestEntry {
    const entry: RequestEntry = {
      at: clock.now(),
      method: request.method,
      path: request.path,
      query: request.query.toString(),
      userAgent: request.headers['user-agent'] ?? null,
      version: headerOf(request, 'accept-version') ?? null,
      status: null,
      fault: null,
    };
    requests.push(entry);
    if (requests.length > KEPT_MAX) requests.shift();
    return entry;
  }

  function noteMutation(request: HttpRequest): Mutation | null {
    if (request.method === 'GET' || !MUTATION.test(request.path)) return null;
    const body = parseJson(request.body);
    const identifier = isRecord(body) ? textOf(body['external-identifier']) : null;
    return ledger.note({
      at: clock.now(),
      method: request.method,
      path: request.path,
      externalIdentifier: identifier,
      body: body ?? null,
      status: null,
      orderId: null,
    });
  }

  function agentFault(request: HttpRequest): HttpReply | null {
    const agent = request.headers['user-agent'] ?? '';
    const isGood = options.userAgent === 'present' ? agent !== '' : PRODUCT_VERSION.test(agent);
    return isGood ? null : htmlReply(401);
  }

  /** Too many failed logins block an address, which then runs into time-outs. */
  function isLockedOut(): boolean {
    return options.lockoutAfter !== null && access.counts.refused >= options.lockoutAfter;
  }

  function run(request: HttpRequest, staleMs: number): Answer {
    const found = findRoute(options.routes, request);
    const scope = found?.route.scope ?? 'read';
    if (scope !== 'none') {
      const scopes = access.scopesOf(bearerOf(request));
      if (scopes === null) return refuse(UNAUTHORIZED);
      if (!scopes.includes(scope)) return refuse(NOT_PERMITTED);
    }
    const version = releaseOf(headerOf(request, 'accept-version'), options.unversioned);
    if (typeof version !== 'string') return refuse(version);
    if (found === null) return refuse(NOT_FOUND);
    const body = request.body === '' ? null : parseJson(request.body);
    const isForm = scope === 'none';
    if (body === undefined && !isForm) {
      return refuse(refused(400, 'invalid_request', 'The body is not JSON.'));
    }
    return found.route.handle({
      request,
      named: found.named,
      query: request.query,
      body,
      version,
      context: request.path,
      staleMs,
    });
  }

  /** The request takes effect; the ledger learns what came of it. */
  function effect(request: HttpRequest, mutation: Mutation | null, staleMs = 0): Answer {
    const made = run(request, staleMs);
    if (mutation !== null) {
      mutation.status = made.status;
      mutation.orderId = orderIdOf(made);
    }
    return made;
  }

  async function answer(request: HttpRequest): Promise<HttpReply> {
    const entry = note(request);
    const mutation = noteMutation(request);
    if (options.answerMs > 0) await wait(timers, options.answerMs);
    const rule = faults.take(request);
    entry.fault = rule?.fault.kind ?? null;
    if (isLockedOut()) return { kind: 'hang' };
    const reply = agentFault(request) ?? (await replyTo(request, mutation, rule));
    if (reply.kind !== 'answer') return reply;
    entry.status = reply.status;
    // By the stand-in's own clock: a client may measure its own against it.
    return { ...reply, headers: { date: httpDate(clock.now()), ...reply.headers } };
  }

  async function replyTo(
    request: HttpRequest,
    mutation: Mutation | null,
    rule: FaultRule | null,
  ): Promise<HttpReply> {
    if (rule === null) return toReply(effect(request, mutation));
    const { fault, when } = rule;
    if (fault.kind === 'stale') return toReply(effect(request, mutation, fault.ms));
    if (fault.kind === 'late') {
      timers.after(fault.ms, () => void effect(request, mutation));
      return { kind: 'hang' };
    }
    if (fault.kind === 'delay') {
      if (when === 'before') await wait(timers, fault.ms);
      const reply = toReply(effect(request, mutation));
      if (when === 'after') await wait(timers, fault.ms);
      return reply;
    }
    const own = when === 'after' ? toReply(effect(request, mutation)) : null;
    return faulty(fault, own);
  }

  return { answer, requests: () => [...requests] };
}

function faulty(
  fault: Exclude<FaultAction, { readonly kind: 'delay' | 'late' | 'stale' }>,
  own: HttpReply | null,
): HttpReply {
  switch (fault.kind) {
    case 'drop':
      return { kind: 'drop' };
    case 'hang':
      return { kind: 'hang' };
    case 'html':
      return htmlReply(fault.status);
    case 'truncate': {
      const whole = own?.kind === 'answer' ? own : toReply(refuse(NOT_FOUND));
      return whole.kind === 'answer' ? { ...whole, cutAfter: fault.bytes } : whole;
    }
    case 'status': {
      const { status, code = codeOf(status), message = `Fault ${status}` } = fault;
      const body = fault.body ?? { error: { code, message } };
      const reply = toReply({ status, body });
      return reply.kind === 'answer'
        ? { ...reply, headers: { ...reply.headers, ...fault.headers } }
        : reply;
    }
  }
}

function httpDate(at: EpochMs): string {
  return new Date(at).toUTCString();
}

function codeOf(status: number): string {
  const codes: Readonly<Record<number, string>> = {
    401: 'unauthorized',
    403: 'not_permitted',
    404: 'not_found',
    422: 'preflight_check_failure',
    429: 'too_many_requests',
  };
  return codes[status] ?? 'internal_server_error';
}

function orderIdOf({ body }: Answer): number | null {
  const data = body?.['data'];
  if (!isRecord(data)) return null;
  const order = isRecord(data['order']) ? data['order'] : data;
  const id = order['id'];
  return typeof id === 'number' ? id : null;
}

function bearerOf(request: HttpRequest): string {
  const match = /^Bearer (.+)$/.exec(request.headers.authorization ?? '');
  return match?.[1] ?? '';
}

function headerOf(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function wait(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(ms, resolve);
  });
}
