/**
 * The HTTP side of the desk: the page, the API, health and metrics.
 *
 * Everything is declared in `routes.ts`; this file gives each route its guard, its errors as
 * problem documents and its headers. Nothing is reachable that has no declared access.
 */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import type { Caller } from '#operate/model.ts';
import { AnyQuery, NoQuery, read } from './bodies.ts';
import type { HttpDesk, HttpOptions } from './desk.ts';
import { createEventStreams } from './event-stream.ts';
import { type Access, createGatekeeper, type Gatekeeper } from './gatekeeper.ts';
import { describeApi } from './openapi.ts';
import { readPageFiles } from './page-files.ts';
import { PROBLEM_TYPE, type Problem, ProblemError, problem, problemOf } from './problems.ts';
import { createRoutes, type Route } from './routes.ts';

export interface HttpServer {
  /** The routes, for whoever checks who may what. */
  readonly routes: readonly Pick<Route, 'method' | 'path' | 'access'>[];
  /** For tests: requests without a socket. */
  readonly app: FastifyInstance;
  /** Event streams open now. */
  readonly streams: { readonly open: number };
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
/** How often sockets are looked at for having taken too long. */
const TIMEOUT_CHECK_MS = 1_000;
const CONNECTIONS_MAX = 500;

const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

interface Seen {
  caller: Caller | null;
  error: unknown;
}

export function createHttpServer(desk: HttpDesk, options: HttpOptions, clock: Clock): HttpServer {
  const app = createFastify(options);
  const gatekeeper = createGatekeeper(options, clock);
  const streams = createEventStreams(desk.feed, () => desk.pulse(), clock);
  const seen = new WeakMap<FastifyRequest, Seen>();
  const api = createRoutes({ desk, options, gatekeeper, streams });
  const routes = [...api, describeRoute(api), ...pageRoutes(options.pageDirectory, gatekeeper)];

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    const state: Seen = { caller: null, error: null };
    seen.set(request, state);
    state.caller = await gatekeeper.admit(request, accessOf(request, routes));
  });
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler(request, reply) {
        read(route.query, request.query ?? {});
        if (!route.path.includes('.') && route.path !== '/')
          reply.header('cache-control', 'no-store');
        return route.handle({ request, reply, caller: seen.get(request)?.caller ?? null });
      },
    });
  }
  app.setNotFoundHandler((request, reply) => answerUnknown(request, reply, routes));
  app.setErrorHandler((error, request, reply) => {
    const answer = problemOf(error);
    const state = seen.get(request);
    if (state !== undefined) noteError(state, error, answer);
    return sendProblem(reply, answer);
  });
  app.addHook('onResponse', async (request, reply) => {
    options.onAnswered({
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '(none)',
      status: reply.statusCode,
      ms: reply.elapsedTime,
      caller: seen.get(request)?.caller?.id ?? null,
      address: request.ip,
      error: seen.get(request)?.error ?? null,
    });
  });
  app.addHook('preClose', async () => streams.close());

  return {
    routes,
    app,
    streams,
    listen: async () => listen(app, options),
    close: async () => app.close(),
  };
}

function noteError(state: Seen, error: unknown, answer: Problem): void {
  if (answer.code === 'internal') state.error = error;
  if (error instanceof ProblemError) state.caller ??= error.caller;
}

function createFastify(options: HttpOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.bodyBytesMax,
    requestTimeout: options.requestTimeoutMs,
    keepAliveTimeout: options.keepAliveMs,
    // The last hop is the proxy's own word; what came before it, anybody can write.
    trustProxy: (_address, hop) => options.behindProxy && hop === 0,
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: Math.min(HEADERS_TIMEOUT_MS, options.requestTimeoutMs),
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    routerOptions: { maxParamLength: 64 },
    clientErrorHandler: answerUnreadable,
    // Before any route or hook: what cannot even be matched.
    frameworkErrors(error, _request, reply) {
      sendProblem(reply.headers(SECURITY_HEADERS), problemOf(error));
    },
    forceCloseConnections: true,
  });
  app.server.maxConnections = CONNECTIONS_MAX;
  app.removeContentTypeParser('text/plain');
  return app;
}

/** Access of the route that will answer; what no route answers is told to nobody in particular. */
function accessOf(request: FastifyRequest, routes: readonly Route[]): Access {
  if (request.is404) return 'public';
  const { url, method } = request.routeOptions;
  const methods = [method].flat().map((name) => (name === 'HEAD' ? 'GET' : name));
  const found = routes.find((route) => route.path === url && methods.includes(route.method));
  // Default deny: a route added past the table is open to an admin alone.
  return found?.access ?? 'admin';
}

function describeRoute(api: readonly Route[]): Route {
  const document = describeApi(api);
  return {
    method: 'GET',
    path: '/openapi.json',
    access: 'public',
    summary: 'This description.',
    body: null,
    query: NoQuery,
    handle: () => document,
  };
}

function pageRoutes(directory: string, gatekeeper: Gatekeeper): readonly Route[] {
  return readPageFiles(directory).map(({ path, type, etag, body }) => ({
    method: 'GET',
    path,
    access: 'public',
    summary: 'A file of the page.',
    body: null,
    query: AnyQuery,
    handle({ request, reply }) {
      if (path === '/') gatekeeper.welcome(request, reply);
      reply.header('etag', etag).header('cache-control', 'no-cache');
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(body);
    },
  }));
}

function answerUnknown(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  routes: readonly Route[],
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

function sendProblem(reply: FastifyReply, answer: Problem): FastifyReply {
  if (answer.status === 401) reply.header('www-authenticate', 'Bearer realm="strikewire"');
  const retry = answer.status === 429 ? /in (\d+) s/.exec(answer.detail)?.[1] : undefined;
  if (retry !== undefined) reply.header('retry-after', retry);
  return reply.code(answer.status).type(PROBLEM_TYPE).send(answer);
}

interface ClientSocket {
  readonly writable: boolean;
  end(text: string): unknown;
  destroy(): unknown;
}

/** What Node's own HTTP parser refuses: there is no request to answer, only a socket. */
function answerUnreadable(error: { readonly code?: string }, socket: ClientSocket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer = unreadable(error.code ?? '');
  const body = JSON.stringify(answer);
  socket.end(
    `HTTP/1.1 ${answer.status} ${answer.title}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function unreadable(code: string): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return problem('headers_too_large', 'expected at most 16 KB');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return problem('timed_out', 'send the whole request at once');
  }
  return problem('malformed', 'expected HTTP/1.1');
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
