/**
 * The HTTP side of the desk: the page, the API, health and metrics.
 *
 * Every route is declared in `operate/api`; this file gives each its guard, its errors as problem
 * documents and its headers. Nothing is reachable that has no declared access, and a declared route
 * that nobody answers, or an answer nobody declared, is a defect at the start.
 */
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { invariant } from '#kernel/invariant.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import type { Access, Caller, Endpoint } from '#operate/model.ts';
import type { BoundRoute } from '#operate/ports.ts';
import { type Asked, answer } from './answering.ts';
import type { HttpDesk, HttpOptions } from './desk.ts';
import { createEventStreams } from './event-stream.ts';
import { type Admitted, createGatekeeper, type Gatekeeper } from './gatekeeper.ts';
import { describeApi } from './openapi.ts';
import { networkOf } from './origin.ts';
import { addPage } from './page-routes.ts';
import { PROBLEM_TYPE, type Problem, ProblemError, problem, problemOf } from './problems.ts';
import { createOwnRoutes, type DeclaredRoute, type OwnRoute } from './routes.ts';
import { createSessionRoutes, type SessionParts, welcome } from './session-routes.ts';
import { createSessions } from './sessions.ts';
import { answerUnreadable } from './unreadable.ts';

export interface HttpServer {
  /** The routes, for whoever checks who may what. */
  readonly routes: readonly DeclaredRoute[];
  /** For tests: requests without a socket. */
  readonly app: FastifyInstance;
  /** Event streams open now. */
  readonly streams: { readonly open: number };
  /** Sessions open now. */
  readonly sessions: { readonly openNow: number };
  /** Sessions of a caller that are open now. */
  sessionsOf(caller: string): number;
  listen(): Promise<Result<Listening, ListenFault>>;
  close(): Promise<void>;
}

export interface Listening {
  readonly url: string;
  readonly port: number;
}

export interface ListenFault {
  readonly kind: 'port_in_use' | 'not_permitted' | 'unavailable';
  readonly detail: string;
}

const HEADER_BYTES_MAX = 16_384;
const HEADERS_TIMEOUT_MS = 5_000;
/** A client that takes nothing of its answer for so long is let go. */
const STALLED_MS = 60_000;
/** How often sockets are looked at for having taken too long. */
const TIMEOUT_CHECK_MS = 1_000;
const CONNECTIONS_MAX = 500;
const PARAMETER_CHARACTERS_MAX = 220;
const LIMITED_CALLERS_MAX = 10_000;

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;

const DESCRIPTION: DeclaredRoute = { method: 'GET', path: '/openapi.json', access: 'public' };
/** Stopping the desk is never one call too many. */
const UNLIMITED = 'PUT /api/v1/kill-state';

/** Of somebody known: on record. */
const DENIALS = ['forbidden', 'totp_needed', 'cross_site'] as const;

interface Seen {
  admitted: Admitted;
  error: unknown;
  code: string | null;
  isDenied: boolean;
}

type Answers =
  | { readonly kind: 'desk'; readonly route: BoundRoute }
  | { readonly kind: 'own'; readonly answer: OwnRoute };

export function createHttpServer(desk: HttpDesk, options: HttpOptions, clock: Clock): HttpServer {
  const app = createFastify(options);
  const sessions = createSessions(clock, options);
  const gatekeeper = createGatekeeper({ options, logins: desk.logins, sessions, clock });
  const streams = createEventStreams(desk.feed, () => desk.pulse(), clock);
  const sessionParts = { desk, options, gatekeeper, sessions, clock };
  const own = {
    ...createOwnRoutes({ desk, options, gatekeeper, streams }),
    ...createSessionRoutes(sessionParts),
  };
  const seen = new WeakMap<FastifyRequest, Seen>();
  const table = createTable(desk, own, options);
  const declared: DeclaredRoute[] = [...table.keys(), DESCRIPTION];

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    const state = unseen();
    seen.set(request, state);
    try {
      state.admitted = await gatekeeper.admit(request, accessOf(request, declared));
    } catch (error) {
      const caller = error instanceof ProblemError ? error.caller : null;
      await limit(request, caller);
      throw error;
    }
    if (nameOfRoute(request) !== UNLIMITED) await limit(request, state.admitted.caller);
  });
  const limit = addRateLimit(app, options);
  addRoutes({ app, table, gatekeeper, seen, desk });
  app.get(DESCRIPTION.path, describe(desk.endpoints));
  declared.push(...addPage(app, options.pageDirectory, pageOpened(sessionParts)));
  app.setNotFoundHandler((request, reply) => answerUnknown(request, reply, declared));
  app.setErrorHandler((error, request, reply) => {
    const given = problemOf(error);
    const state = seen.get(request);
    if (state !== undefined) noteError(state, error, given);
    return sendProblem(reply, given);
  });
  app.addHook('onResponse', async (request, reply) => {
    const state = seen.get(request);
    options.onAnswered({
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '(none)',
      status: reply.statusCode,
      code: state?.code ?? null,
      isDenied: state?.isDenied ?? false,
      ms: reply.elapsedTime,
      caller: state?.admitted.caller?.id ?? null,
      address: request.ip,
      error: state?.error ?? null,
    });
  });
  app.addHook('preClose', async () => streams.close());
  app.addHook('onClose', async () => desk.ledger.settle());

  return {
    routes: declared,
    app,
    streams,
    sessions,
    sessionsOf: (caller) => sessions.countOf(caller),
    listen: async () => listen(app, options),
    close: async () => app.close(),
  };
}

function pageOpened(parts: SessionParts) {
  return (request: FastifyRequest, reply: FastifyReply): void => welcome(parts, { request, reply });
}

/** Every declared route with who answers it. */
function createTable(
  desk: HttpDesk,
  own: Readonly<Record<string, OwnRoute>>,
  { metricsRole }: HttpOptions,
): ReadonlyMap<Endpoint, Answers> {
  const bound = new Map(desk.routes.map((route) => [nameOf(route.endpoint), route]));
  const table = new Map<Endpoint, Answers>();
  for (const endpoint of desk.endpoints) {
    const name = nameOf(endpoint);
    const route = bound.get(name);
    const answers = own[name];
    invariant(route !== undefined || answers !== undefined, () => `nobody answers ${name}`);
    const access = endpoint.path === '/metrics' ? (metricsRole ?? 'public') : endpoint.access;
    if (answers !== undefined) table.set({ ...endpoint, access }, { kind: 'own', answer: answers });
    else if (route !== undefined) table.set(endpoint, { kind: 'desk', route });
  }
  const known = new Set(desk.endpoints.map(nameOf));
  const undeclared = [...bound.keys(), ...Object.keys(own)].filter((name) => !known.has(name));
  invariant(undeclared.length === 0, () => `not declared: ${undeclared.join(', ')}`);
  return table;
}

interface Routing {
  readonly app: FastifyInstance;
  readonly table: ReadonlyMap<Endpoint, Answers>;
  readonly gatekeeper: Gatekeeper;
  readonly seen: WeakMap<FastifyRequest, Seen>;
  readonly desk: HttpDesk;
}

function addRoutes({ app, table, gatekeeper, seen, desk }: Routing): void {
  for (const [endpoint, answers] of table) {
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      // A stream has no head to ask for alone.
      exposeHeadRoute: endpoint.method === 'GET' && endpoint.type !== 'text/event-stream',
      handler(request, reply) {
        reply.header('cache-control', 'no-store');
        const { caller, session } = seen.get(request)?.admitted ?? { caller: null, session: null };
        const { query, body } = request;
        const needsCode = gatekeeper.needsCode(session);
        const asked: Asked = {
          ...{ endpoint, request, reply, caller, session, needsCode, query, body },
        };
        if (answers.kind === 'desk') return answer(answers.route, asked, desk.ledger);
        const checked = desk.check(endpoint, { params: request.params, query, body });
        if (checked.kind === 'checked') return answers.answer({ ...asked, ...checked });
        throw new ProblemError(problem(checked.code, checked.detail, checked.errors));
      },
    });
  }
}

/**
 * A caller that asks too often waits, also who is turned away each time: that is logged, and of
 * somebody known on record. Whoever is not known counts by address.
 */
function addRateLimit(app: FastifyInstance, { requestsPerMinute }: HttpOptions) {
  let look: ReturnType<FastifyInstance['createRateLimit']> | null = null;
  const callers = new WeakMap<FastifyRequest, string>();
  app.register(rateLimit, { global: false, cache: LIMITED_CALLERS_MAX });
  app.after(() => {
    look = app.createRateLimit({
      max: requestsPerMinute,
      timeWindow: 60_000,
      keyGenerator: (request: FastifyRequest) => callers.get(request) ?? networkOf(request.ip),
    });
  });
  return async (request: FastifyRequest, caller: Caller | null): Promise<void> => {
    if (look === null) return;
    if (caller !== null) callers.set(request, caller.id);
    const found = await look(request);
    if (found.isAllowed || !found.isExceeded) return;
    const detail = `at most ${requestsPerMinute} in a minute; try again in ${found.ttlInSeconds} s`;
    throw new ProblemError(problem('too_many_requests', detail), caller);
  };
}

function noteError(state: Seen, error: unknown, given: Problem): void {
  state.code = given.code;
  if (given.code === 'internal') state.error = error;
  if (!(error instanceof ProblemError) || error.caller === null) return;
  state.isDenied = DENIALS.some((code) => code === given.code);
  if (state.admitted.caller === null) state.admitted = { caller: error.caller, session: null };
}

function unseen(): Seen {
  return { admitted: { caller: null, session: null }, error: null, code: null, isDenied: false };
}

function createFastify(options: HttpOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.bodyBytesMax,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveMs,
    connectionTimeout: STALLED_MS,
    // The last hop is the proxy's own word; what came before it, anybody can write.
    trustProxy: (_address, hop) => options.behindProxy && hop === 0,
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, options.requestTimeoutMs),
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS_MAX },
    clientErrorHandler: answerUnreadable,
    // Before any route or hook: what cannot even be matched.
    frameworkErrors(error, _request, reply) {
      sendProblem(reply.headers(SECURITY_HEADERS), problemOf(error));
    },
    forceCloseConnections: true,
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  app.removeContentTypeParser('text/plain');
  app.register(cookie);
  return app;
}

/** Access of the route that will answer; what no route answers is told to nobody in particular. */
function accessOf(request: FastifyRequest, routes: readonly DeclaredRoute[]): Access {
  if (request.is404) return 'public';
  const { url, method } = request.routeOptions;
  const methods = [method].flat().map((name) => (name === 'HEAD' ? 'GET' : name));
  const found = routes.find((route) => route.path === url && methods.includes(route.method));
  // Default deny: a route added past the table is open to an admin alone.
  return found?.access ?? 'admin';
}

function describe(endpoints: readonly Endpoint[]) {
  // Made when it is first asked for: a start need not wait for it.
  let text: string | null = null;
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    text ??= JSON.stringify(describeApi(endpoints));
    return reply.type('application/json; charset=utf-8').send(text);
  };
}

function answerUnknown(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  routes: readonly DeclaredRoute[],
): FastifyReply {
  const path = url.split('?')[0] ?? '';
  const matching = routes.filter((route) => matches(route.path, path));
  if (matching.length === 0) return sendProblem(reply, problem('not_found', 'no such path'));
  const allowed = [...new Set(matching.map((route) => route.method))].join(', ');
  reply.header('allow', allowed);
  const detail = `expected ${allowed}, was ${method}`;
  return sendProblem(reply, problem('method_not_allowed', detail));
}

function matches(declared: string, path: string): boolean {
  const steps = declared.split('/');
  const given = path.split('/');
  return (
    steps.length === given.length &&
    steps.every((step, at) => step.startsWith(':') || step === given[at])
  );
}

function sendProblem(reply: FastifyReply, given: Problem): FastifyReply {
  if (given.status === 401) reply.header('www-authenticate', 'Bearer realm="strikewire"');
  const retry = given.status === 429 ? /in (\d+) s/.exec(given.detail)?.[1] : undefined;
  if (retry !== undefined) reply.header('retry-after', retry);
  return reply.code(given.status).type(PROBLEM_TYPE).send(given);
}

function nameOfRoute({ method, routeOptions }: FastifyRequest): string {
  return `${method} ${routeOptions.url}`;
}

function nameOf({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

async function listen(
  app: FastifyInstance,
  { host, port }: HttpOptions,
): Promise<Result<Listening, ListenFault>> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    return err(listenFault(error, `${host}:${port}`));
  }
  const address = app.server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  const name = host.includes(':') ? `[${host}]` : host;
  return ok({ url: `http://${name}:${taken}`, port: taken });
}

function listenFault(error: unknown, address: string): ListenFault {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'EADDRINUSE') return { kind: 'port_in_use', detail: `${address} is taken` };
  if (code === 'EACCES') {
    return { kind: 'not_permitted', detail: `this user may not listen on ${address}` };
  }
  return { kind: 'unavailable', detail: `cannot listen on ${address} (${code})` };
}
