/** The alarms of a running desk: what they look at, and whom they tell. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createAlarmReceiver } from '#adapters/webhook/alarm-receiver.ts';
import { deskBadge } from '#audit/badge.ts';
import type { Journal } from '#journal/ports.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { AlarmMemory } from '#operate/alarms/memory.ts';
import type { AlarmFigures } from '#operate/alarms/table.ts';
import type { Readiness } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { needsArming } from '#risk/arming.ts';
import type { AppRequest } from '../desk-app.ts';
import type { Jobs } from '../jobs/runner.ts';
import type { Surroundings } from '../surroundings.ts';
import { Alarms } from './alarms.ts';
import { quoteAgeSeconds } from './quote-age.ts';

export interface DeskAlarmsParts {
  readonly request: Pick<AppRequest, 'config' | 'certificate'>;
  readonly clock: Clock;
  readonly desk: Desk;
  readonly journal: Pick<Journal, 'health'>;
  readonly memory: AlarmMemory;
  readonly jobs: Pick<Jobs, 'figures'>;
  readonly quotes: Surroundings['quotes'];
  readonly readiness: () => Readiness;
  readonly chatsDown: () => number;
}

const MEBIBYTE = 1_048_576;
const NANOSECONDS = 1_000_000_000;
const HOUR_MS = 3_600_000;

export function createDeskAlarms(parts: DeskAlarmsParts): Alarms {
  const { clock, desk, memory, request } = parts;
  const { alarms: settings, secrets, environment, tastytrade } = request.config;
  const { alarmWebhookUrl: url, alarmWebhookSecret: signingKey } = secrets;
  const alarms = new Alarms({
    ...{ clock, desk, memory, settings, signingKey },
    receiver: url === null ? null : createAlarmReceiver(url),
    badge: deskBadge(environment, tastytrade.account),
  });
  const watchedSince = clock.now();
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  alarms.lookAt(() => {
    const loopDelaySeconds = loop.max / NANOSECONDS;
    loop.reset();
    return { ...figuresOf(parts, watchedSince), loopDelaySeconds };
  });
  return alarms;
}

function figuresOf(parts: DeskAlarmsParts, watchedSince: EpochMs): Partial<AlarmFigures> {
  const { desk, journal, jobs, readiness, chatsDown, quotes, clock } = parts;
  const open = desk.book.open();
  const { lastSeq, durableSeq, freeBytes } = journal.health();
  const unknown = open.flatMap(({ orders }) => orders.filter(({ phase }) => phase === 'unknown'));
  return {
    notReady: readiness().ready ? 0 : 1,
    unresolvedOrders: unknown.length,
    blockedTrades: open.filter(({ blocked }) => blocked !== null).length,
    quoteAgeSeconds: quoteAgeSeconds(open, {
      latest: (symbol) => quotes.latest(symbol),
      watchedSince,
      now: clock.now(),
    }),
    journalBacklogRecords: lastSeq - durableSeq,
    freeMebibytes: freeBytes === null ? null : freeBytes / MEBIBYTE,
    chatsDown: chatsDown(),
    jobFailures: Math.max(0, ...jobs.figures().map(({ failures }) => failures)),
    memoryMebibytes: process.memoryUsage.rss() / MEBIBYTE,
    certificateHours: certificateHours(parts),
  };
}

function certificateHours({ request, desk }: DeskAlarmsParts): number | null {
  if (!needsArming(request.config.environment)) return null;
  const found = request.certificate();
  // Without one nothing can be armed, and whoever tries is told.
  return found.kind === 'valid' ? (found.validUntil - desk.now()) / HOUR_MS : null;
}
