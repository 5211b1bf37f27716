/** `strikewire start --roles api`: the page and the API of a desk that runs elsewhere. */
import type { HttpOptions } from '#adapters/http/desk.ts';
import { createHttpServer, type HttpServer } from '#adapters/http/server.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { DeskSnapshot } from '#operate/api.ts';
import { openAccess } from '../access.ts';
import { optionsOf } from '../api/desk-server.ts';
import type { Config } from '../config.ts';
import type { Exit } from '../exit-codes.ts';
import type { DeskGauges } from '../metrics/gauges.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createLogins } from '../people/logins.ts';
import { type ApiProcess, openApiProcess } from '../roles/api-process.ts';
import { localCallerAt } from '../roles/local-caller.ts';
import { VERSION } from '../version.ts';
import type { Io } from './io.ts';
import { checkKeys, checkPort, listenFailure, openLog, prepareDirectory } from './start-checks.ts';

export async function runApi(config: Config, io: Io): Promise<Exit> {
  await checkPort(config);
  prepareDirectory(config.data.directory);
  const access = openAccess(config);
  checkKeys(access, config.data.directory);
  const log = openLog(config, access, io);
  const ended = endOf();
  const clock = createSystemClock();
  const logins = createLogins(access.operators, clock);
  let api: ApiProcess | null = null;
  let server: HttpServer | null = null;
  const metrics = createMetrics({
    ...gaugesOf(() => api),
    eventStreams: () => server?.streams.open ?? 0,
    sessions: () => server?.sessions.openNow ?? 0,
  });
  api = await openApiProcess({
    ...{ config, logins, metrics: async () => metrics.render() },
    onOther: (why) => ended.end({ exit: 'refused', reason: why }),
  });
  const own = optionsOf({ config, access, log, metrics }, logins, api.desk.ledger);
  const options = whereDeskIsSimulated(own, api);
  server = createHttpServer(api.desk, options, clock);
  const listening = await server.listen();
  if (!listening.ok) {
    await api.stop();
    throw listenFailure(listening.error);
  }
  const { url } = listening.value;
  io.detach();
  await io.print(
    `Strikewire ${VERSION}, role api: ${url}\nIt follows the desk over Redis. Ctrl-C stops it.\n`,
  );
  log.info({ url, version: VERSION, roles: ['api'] }, 'api.started');
  const end = await ended.ended;
  log.info({ reason: end.reason }, 'api.stopping');
  await server.close();
  await api.stop();
  io.note(end.exit === 'done' ? 'Stopped.\n' : `Stopped: ${end.reason}. Start it again.\n`);
  return end.exit;
}

/** Nobody comes in by himself but at the page of a desk that is simulated. */
function whereDeskIsSimulated(own: HttpOptions, api: ApiProcess): HttpOptions {
  return {
    ...own,
    get localCaller() {
      return localCallerAt(api.snapshot().desk, own.localCaller);
    },
  };
}

interface End {
  readonly exit: Exit;
  readonly reason: string;
}

function endOf(): { readonly ended: Promise<End>; readonly end: (end: End) => void } {
  const { promise, resolve } = Promise.withResolvers<End>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => resolve({ exit: 'done', reason: signal }));
  }
  // Without a listener Node opens its debugger to everybody on this machine.
  process.on('SIGUSR1', () => undefined);
  return { ended: promise, end: resolve };
}

/** What only a desk can say is no number here. */
function gaugesOf(api: () => ApiProcess | null): Omit<DeskGauges, 'eventStreams' | 'sessions'> {
  const snapshot = (): DeskSnapshot | null => api()?.snapshot() ?? null;
  return {
    killState: () => snapshot()?.desk.killState ?? 'ACTIVE',
    isReady: () => api()?.readiness().ready ?? false,
    isArmed: () => null,
    openTrades: () => snapshot()?.desk.counters.openTrades ?? Number.NaN,
    unresolvedOrders: () => Number.NaN,
    oldestQuoteMs: () => null,
    journalRecords: () => null,
    snapshotLagRecords: () => null,
    platforms: () => [],
    alarms: () => [],
    journalBacklog: () => Number.NaN,
    journalFreeBytes: () => null,
    historyLagRecords: () => null,
    historyLagSeconds: () => null,
    jobs: () => [],
    bus: () => null,
  };
}
