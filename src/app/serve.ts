/**
 * The desk's outer side: HTTP and page, logs, metrics, and the file by which commands on this
 * machine find it. Nothing here decides anything about an order.
 */
import type { HttpServer, ListenFault } from '#adapters/http/server.ts';
import { ok, type Result } from '#kernel/result.ts';
import { formatInstant } from '#kernel/time.ts';
import { formatApiKey } from '#operate/keys.ts';
import type { Access } from './access.ts';
import { createDeskServer } from './api/desk-server.ts';
import { Parts } from './api/parts.ts';
import type { BusFigures } from './bus/bus-metrics.ts';
import type { DeskBus } from './bus/desk-bus.ts';
import { busPart } from './bus/part.ts';
import type { Config } from './config.ts';
import type { DeskApp } from './desk-app.ts';
import { isDeskEntry } from './desk-entry.ts';
import { removeDeskFile, writeDeskFile } from './desk-file.ts';
import type { DeskHistory } from './history/desk-history.ts';
import type { Log } from './logging.ts';
import { logRecord } from './logging-records.ts';
import { deskGauges } from './metrics/desk-gauges.ts';
import { createMetrics } from './metrics/metrics.ts';
import { createRecordReader } from './record/reader.ts';
import type { Act } from './roles/exchange.ts';
import { createPerform, Passes } from './roles/perform.ts';
import type { Done } from './roles/request-desk.ts';

export interface ServeRequest {
  readonly app: DeskApp;
  readonly config: Config;
  readonly access: Access;
  readonly log: Log;
  /** `null`: no SQL is kept. */
  readonly history: DeskHistory | null;
  /** `null` until it is open. */
  readonly bus: () => BusFigures | null;
  /** Writes the bus's latest values anew. */
  readonly flushBus?: DeskBus['flush'];
  /** More parts than every desk has. */
  readonly parts?: Parts;
}

export interface Served {
  readonly url: string;
  /** What another role has forwarded, carried out here. */
  perform(act: Act): Promise<Done>;
  close(): Promise<void>;
}

/** Opens the port; the desk itself has still to be started. */
export async function serve(request: ServeRequest): Promise<Result<Served, ListenFault>> {
  const { app, config, access, log, history, bus } = request;
  let server: HttpServer | null = null;
  const metrics = createMetrics({
    ...deskGauges(app),
    eventStreams: () => server?.streams.open ?? 0,
    sessions: () => server?.sessions.openNow ?? 0,
    historyLagRecords: () => history?.health().lagRecords ?? null,
    historyLagSeconds: () => history?.health().lagSeconds ?? null,
    bus,
  });
  history?.meterBy(metrics.history);
  const undo = app.journal.onDurable((record) => {
    if (!isDeskEntry(record)) return;
    logRecord(log, record);
    metrics.count(record, app.clock.mono() - record.mono);
  });
  const record = createRecordReader(app);
  const parts = request.parts ?? new Parts();
  parts.add(busPart(() => bus()?.health ?? null, request.flushBus));
  const passes = new Passes();
  server = createDeskServer({ ...request, metrics, record, parts, passes });
  const perform = createPerform({
    ...{ server, passes, journal: app.journal },
    roleOf: (caller) => access.roleOf(caller),
    isSimulated: () => config.environment === 'simulated',
  });
  const listening = await server.listen();
  if (!listening.ok) {
    undo();
    await server.close();
    await record.close();
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
    perform,
    async close() {
      removeDeskFile(app.directory);
      await server.close();
      await record.close();
      undo();
    },
  });
}
