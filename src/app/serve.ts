/**
 * The desk's outer side: HTTP and page, logs, metrics, and the file by which commands on this
 * machine find it. Nothing here decides anything about an order.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answered, HttpDesk } from '#adapters/http/desk.ts';
import { createHttpServer, type HttpServer, type ListenFault } from '#adapters/http/server.ts';
import { createKeyFileStore } from '#adapters/key-file/key-store.ts';
import { formatPrice } from '#kernel/price.ts';
import { ok, type Result } from '#kernel/result.ts';
import { formatInstant } from '#kernel/time.ts';
import { type ApiKey, formatApiKey } from '#operate/keys.ts';
import type { Role } from '#operate/model.ts';
import type { KeyStore } from '#operate/ports.ts';
import { isLoopback } from '#operate/settings.ts';
import { createAuthenticate, mintKey } from './access.ts';
import { answerJson } from './answer.ts';
import type { Config } from './config.ts';
import { KEY_FILE } from './data-files.ts';
import type { DeskApp } from './desk-app.ts';
import { isDeskEntry } from './desk-entry.ts';
import { removeDeskFile, writeDeskFile } from './desk-file.ts';
import { exampleAlert } from './example-alert.ts';
import type { Log } from './logging.ts';
import { logRecord } from './logging-records.ts';
import { createMetrics, type Metrics } from './metrics.ts';

const LOCAL_OPERATOR = 'local:operator';
const PAGE = fileURLToPath(new URL('../../web', import.meta.url));

/** Who may do what with this run of the desk. */
export interface Access {
  readonly store: KeyStore;
  /** Of this run alone, for the commands on this machine. */
  readonly localKey: ApiKey;
  readonly localRole: Role;
  /** What an actor on record may do; `null`: nobody known. */
  roleOf(actor: string): Role | null;
}

export function openAccess({ data, environment, secrets }: Config): Access {
  const store = createKeyFileStore(join(data.directory, KEY_FILE));
  // Where nothing real can be traded, whoever sits at this machine may do everything.
  const localRole = environment === 'simulated' ? 'admin' : 'operator';
  const givenId = secrets.adminKey?.reveal().split('_')[1];
  return {
    store,
    localKey: mintKey(),
    localRole,
    roleOf(actor) {
      if (actor === LOCAL_OPERATOR) return localRole;
      const id = actor.startsWith('key:') ? actor.slice('key:'.length) : null;
      if (id === null) return null;
      return id === givenId ? 'admin' : (store.find(id)?.role ?? null);
    },
  };
}

export interface ServeRequest {
  readonly app: DeskApp;
  readonly config: Config;
  readonly access: Access;
  readonly log: Log;
}

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the port; the desk itself has still to be started. */
export async function serve(request: ServeRequest): Promise<Result<Served, ListenFault>> {
  const { app, config, access, log } = request;
  let server: HttpServer | null = null;
  const metrics = createMetrics(gaugesOf(app, () => server?.streams.open ?? 0));
  const undo = app.journal.onDurable((record) => {
    if (!isDeskEntry(record)) return;
    logRecord(log, record);
    metrics.count(record);
    metrics.observeDurable(app.clock.mono() - record.mono);
  });
  server = createServer(request, metrics);
  const listening = await server.listen();
  if (!listening.ok) {
    undo();
    await server.close();
    return listening;
  }
  const { url } = listening.value;
  writeDeskFile(app.directory, {
    pid: process.pid,
    url,
    key: formatApiKey(access.localKey),
    environment: config.environment,
    started_at: formatInstant(app.clock.now()),
  });
  return ok({
    url,
    async close() {
      removeDeskFile(app.directory);
      await server.close();
      undo();
    },
  });
}

function createServer({ app, config, access, log }: ServeRequest, metrics: Metrics): HttpServer {
  const { http, environment, secrets } = config;
  const { store, localKey, localRole } = access;
  const local = isLoopback(http.host);
  const authenticate = createAuthenticate({
    store,
    adminKey: secrets.adminKey,
    local: { key: localKey, role: localRole },
  });
  const { host, port, allowedHosts, bodyBytesMax, requestTimeoutMs, keepAliveMs } = http;
  return createHttpServer(
    httpDesk(app, metrics),
    {
      host,
      port,
      allowedHosts,
      bodyBytesMax,
      requestTimeoutMs,
      keepAliveMs,
      sessionMs: http.sessionMs,
      streamsMax: http.streamsMax,
      behindProxy: http.exposure === 'behind_tls_proxy',
      localCaller:
        local && environment === 'simulated' ? { id: LOCAL_OPERATOR, role: localRole } : null,
      metricsRole: local ? null : 'viewer',
      pageDirectory: PAGE,
      authenticate,
      onAnswered({ error, ...answered }) {
        metrics.countRequest(answered.route, answered.status);
        if (answered.status === 403) recordDenial(app, answered);
        if (error !== null) log.error({ ...answered, error }, 'http.failed');
        else if (answered.status >= 400) log.warn(answered, 'http.refused');
        else if (answered.method !== 'GET') log.info(answered, 'http.answered');
        else log.debug(answered, 'http.answered');
      },
    },
    app.clock,
  );
}

/** A known caller who tried what his role does not allow is on record; strangers fill no disk. */
function recordDenial({ desk }: DeskApp, { caller, method, route }: Denied): void {
  if (caller === null || method === 'GET') return;
  const body = { act: `denied: ${method} ${route}`, reason: '', at: desk.now() };
  desk.record([{ kind: 'operator.acted', body, actor: caller }], 'lazy');
}

type Denied = Pick<Answered, 'caller' | 'method' | 'route'>;

function httpDesk(app: DeskApp, metrics: Metrics): HttpDesk {
  const { view, room, control, audit, clock, surroundings } = app;
  return {
    control,
    feed: {
      snapshot: () => ({ ...view.snapshot(), posts: room.posts() }),
      onUpdate(listener) {
        const undoView = view.onUpdate(listener);
        const undoPosts = room.onPost((post) => listener({ kind: 'post', post }));
        return () => {
          undoView();
          undoPosts();
        };
      },
    },
    release: async (message, actor) => app.lane.release(message, actor),
    readiness: () => app.readiness(),
    answerJson,
    recentAudit: (limit) => audit.recent(limit),
    metrics: async () => metrics.render(),
    pulse: () => ({ clock: formatInstant(clock.now()), quotes: liveQuotes(app) }),
    example: async () => exampleAlert({ ...surroundings, now: () => clock.now() }),
  };
}

/** Top of book of everything an open trade is in. */
function liveQuotes({ desk, surroundings }: DeskApp): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    desk.book.open().flatMap(({ plan }) => {
      const { symbol } = plan.instrument;
      const quote = surroundings.quotes.latest(symbol);
      if (quote === null) return [];
      const { bid, ask, eventAt } = quote;
      const shown = { bid: formatPrice(bid), ask: formatPrice(ask), at: formatInstant(eventAt) };
      return [[symbol, shown]];
    }),
  );
}

function gaugesOf({ desk, journal, clock, surroundings, ...app }: DeskApp, streams: () => number) {
  return {
    killState: () => desk.book.killState,
    isReady: () => app.readiness().ready,
    openTrades: () => desk.book.open().length,
    unresolvedOrders: () =>
      desk.book.open().flatMap(({ orders }) => orders.filter(({ phase }) => phase === 'unknown'))
        .length,
    oldestQuoteMs() {
      const ages = desk.book.open().flatMap(({ plan }) => {
        const quote = surroundings.quotes.latest(plan.instrument.symbol);
        return quote === null ? [] : [clock.now() - quote.receivedAt];
      });
      return ages.length === 0 ? null : Math.max(0, ...ages);
    },
    journalBacklog: () => journal.health().lastSeq - journal.health().durableSeq,
    journalFreeBytes: () => journal.health().freeBytes,
    eventStreams: streams,
  };
}
