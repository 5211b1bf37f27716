/** The HTTP server of a running desk: who may come in, what is shown, and what is noted. */
import { fileURLToPath } from 'node:url';
import type { Answered, HttpDesk, HttpOptions } from '#adapters/http/desk.ts';
import { createHttpServer, type HttpServer } from '#adapters/http/server.ts';
import { createSystemClock, formatInstant } from '#kernel/time.ts';
import type { JobsControl, Logins, RequestLedger, Standing } from '#operate/ports.ts';
import { isLoopback } from '#operate/settings.ts';
import { type Access, createAuthenticate, LOCAL_OPERATOR } from '../access.ts';
import type { Config } from '../config.ts';
import type { DeskApp } from '../desk-app.ts';
import type { DeskHistory } from '../history/desk-history.ts';
import { historyPart } from '../history/part.ts';
import { liveQuotes } from '../live-quotes.ts';
import type { Log } from '../logging.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { createLogins } from '../people/logins.ts';
import type { RecordReader } from '../record/reader.ts';
import type { Passes } from '../roles/perform.ts';
import { deskApi } from './desk-api.ts';
import { deskParts } from './desk-parts.ts';
import { Parts } from './parts.ts';

export interface ServerRequest {
  readonly app: DeskApp;
  readonly config: Config;
  readonly access: Access;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly record: RecordReader;
  /** `null`: no SQL is kept. */
  readonly history?: DeskHistory | null;
  /** More parts than every desk has: stores, queues, chats. */
  readonly parts?: Parts;
  /** `null`: this desk runs no jobs. */
  readonly jobs?: () => JobsControl | null;
  /** Of requests that another role has forwarded. */
  readonly passes?: Passes;
}

/** Made by `npm run build:web`, which `npm ci` runs. */
export const PAGE = fileURLToPath(new URL('../../../web/dist', import.meta.url));

export function createDeskServer(request: ServerRequest): HttpServer {
  const { app, config, access, record, metrics, history = null, parts = new Parts() } = request;
  let server: HttpServer | null = null;
  for (const part of deskParts(app, () => server?.streams.open ?? 0)) parts.add(part);
  if (history !== null) parts.add(historyPart(history));
  // An authenticator goes by the time there is, whatever day the desk plays.
  const logins = createLogins(access.operators, createSystemClock());
  const api = deskApi({
    ...{ app, config, logins, record, history, parts },
    keys: access.keys,
    operators: access.operators,
    jobs: request.jobs ?? (() => app.jobs),
    sessionsOf: (caller) => server?.sessionsOf(caller) ?? 0,
  });
  const desk: HttpDesk = {
    ...api,
    feed: feedOf(app),
    readiness: () => app.readiness(),
    metrics: async () => metrics.render(),
    pulse: () => ({ clock: formatInstant(app.clock.now()), quotes: liveQuotes(app) }),
  };
  server = createHttpServer(desk, optionsOf(request, logins, api.ledger), app.clock);
  return server;
}

/** How a server listens, and whom it lets in. */
export function optionsOf(
  {
    config,
    access,
    log,
    metrics,
    passes,
  }: Pick<ServerRequest, 'config' | 'access' | 'log' | 'metrics' | 'passes'>,
  logins: Logins,
  ledger: RequestLedger,
): HttpOptions {
  const { http, environment, secrets } = config;
  const { host, port, allowedHosts, bodyBytesMax, requestTimeoutMs, keepAliveMs } = http;
  const { sessionMs, sessionIdleMs, streamsMax, streamsPerCaller, requestsPerMinute } = http;
  const isLocal = isLoopback(host);
  const { localKey: key, localRole: role } = access;
  const authenticate = createAuthenticate({
    store: access.keys,
    adminKey: secrets.adminKey,
    local: { key, role },
  });
  return {
    ...{ host, port, allowedHosts, bodyBytesMax, requestTimeoutMs, keepAliveMs },
    ...{ sessionMs, sessionIdleMs, streamsMax, streamsPerCaller, requestsPerMinute },
    behindProxy: http.exposure === 'behind_tls_proxy',
    localCaller: isLocal && environment === 'simulated' ? { id: LOCAL_OPERATOR, role } : null,
    metricsRole: isLocal ? null : 'viewer',
    pageDirectory: PAGE,
    authenticate: (text) => passes?.callerOf(text) ?? authenticate(text),
    standing: (caller) => logins.standing(caller) ?? standingOf(access, caller),
    onAnswered(answered) {
      metrics.countAnswer(answered);
      noteDenial(ledger, answered);
      logAnswer(log, answered);
    },
  };
}

/** Keys and this machine's own operator: what they may do is all there is to them. */
function standingOf(access: Access, caller: string): Standing | null {
  const role = access.roleOf(caller);
  return role === null ? null : { role, stamp: '' };
}

/** Somebody known who tried what they may not is on record; strangers fill no disk. */
function noteDenial(ledger: RequestLedger, answered: Answered): void {
  const { isDenied, caller, method, route, address, requestId, status, code } = answered;
  if (!isDenied || caller === null || method === 'GET') return;
  ledger.note({ caller, line: `${method} ${route}`, address, requestId }, status, code);
}

function logAnswer(log: Log, { error, ...answered }: Answered): void {
  const isFlood = answered.code === 'too_many_requests' && answered.caller === null;
  if (error !== null) log.error({ ...answered, error }, 'http.failed');
  // A stranger decides how many these are: their count is in the metrics.
  else if (isFlood) log.debug(answered, 'http.refused');
  else if (answered.status >= 400) log.warn(answered, 'http.refused');
  else if (answered.method !== 'GET') log.info(answered, 'http.answered');
  else log.debug(answered, 'http.answered');
}

function feedOf({ view, room }: DeskApp): HttpDesk['feed'] {
  return {
    snapshot: () => ({ ...view.snapshot(), posts: room.posts() }),
    seq: () => view.seq(),
    onUpdate(listener) {
      const undoView = view.onUpdate(listener);
      const undoPosts = room.onPost((post) => listener({ kind: 'post', post }));
      return () => {
        undoView();
        undoPosts();
      };
    },
  };
}
