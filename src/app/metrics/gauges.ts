/** Read off the running desk whenever somebody reads the metrics. */
import { Gauge, type Registry } from 'prom-client';
import type { AlarmView } from '#operate/api/answers.ts';
import { KILL_STATES, type KillState } from '#risk/model.ts';
import { type BusFigures, registerBus } from '../bus/bus-metrics.ts';
import { type JobFigures, registerJobs } from '../jobs/job-metrics.ts';
import { VERSION } from '../version.ts';

export interface PlatformFigures {
  readonly platform: string;
  readonly isConnected: boolean;
  /** Since anything last came from it, in ms; `null`: nothing has. */
  readonly quietMs: number | null;
}

/** `null` is shown as no number: there is none, or this process cannot know. */
export interface DeskGauges {
  killState(): KillState;
  isReady(): boolean;
  /** Entries for real money are allowed; `null` where none needs to be. */
  isArmed(): boolean | null;
  openTrades(): number;
  /** Orders whose fate the broker has not told yet. */
  unresolvedOrders(): number;
  /** Age of the stalest quote an open trade depends on, in ms; `null` without one. */
  oldestQuoteMs(): number | null;
  /** All there are. */
  journalRecords(): number | null;
  journalBacklog(): number;
  journalFreeBytes(): number | null;
  /** Records that a start now would read after the newest snapshot. */
  snapshotLagRecords(): number | null;
  eventStreams(): number;
  /** Pages that are logged in. */
  sessions(): number;
  platforms(): readonly PlatformFigures[];
  alarms(): readonly Pick<AlarmView, 'name' | 'severity' | 'state'>[];
  /** Records the SQL history lacks, and for how long it has; `null` where there is none. */
  historyLagRecords(): number | null;
  historyLagSeconds(): number | null;
  jobs(): readonly JobFigures[];
  /** `null` until it is open. */
  bus(): BusFigures | null;
}

export function registerGauges(registry: Registry, gauges: DeskGauges): void {
  registerBuild(registry);
  registerDesk(registry, gauges);
  registerRecord(registry, gauges);
  registerPlatforms(registry, gauges);
  registerAlarms(registry, gauges);
  registerJobs(registry, () => gauges.jobs());
  registerBus(registry, () => gauges.bus());
}

type Reading = () => number | null;

function register(registry: Registry, name: string, help: string, read: Reading): void {
  const made = new Gauge({
    name: `strikewire_${name}`,
    help,
    registers: [registry],
    collect() {
      made.set(read() ?? Number.NaN);
    },
  });
}

function registerBuild(registry: Registry): void {
  const help = 'Which Strikewire this is: always 1.';
  const name = 'strikewire_build_info';
  new Gauge({ name, help, labelNames: ['version'], registers: [registry] }).set(
    { version: VERSION },
    1,
  );
}

function registerDesk(registry: Registry, gauges: DeskGauges): void {
  const gauge = (name: string, help: string, read: Reading) => register(registry, name, help, read);
  gauge('kill_state', 'Kill state: 0 ACTIVE, 1 PAUSE, 2 REDUCE_ONLY, 3 HALT, 4 FLATTEN.', () =>
    KILL_STATES.indexOf(gauges.killState()),
  );
  gauge('ready', '1 once reconciled and able to trade.', () => (gauges.isReady() ? 1 : 0));
  gauge('armed', '1 while entries for real money are allowed.', () => flag(gauges.isArmed()));
  gauge('open_trades', 'Trades not ended.', () => gauges.openTrades());
  gauge('unresolved_orders', 'Orders of unknown fate.', () => gauges.unresolvedOrders());
  gauge('quote_age_seconds', 'Age of the stalest quote of an open trade.', () =>
    seconds(gauges.oldestQuoteMs()),
  );
  gauge('event_streams', 'Event streams open.', () => gauges.eventStreams());
  gauge('sessions', 'Pages logged in.', () => gauges.sessions());
}

function registerRecord(registry: Registry, gauges: DeskGauges): void {
  const gauge = (name: string, help: string, read: Reading) => register(registry, name, help, read);
  gauge('journal_records', 'Records there are.', () => gauges.journalRecords());
  gauge('journal_backlog_records', 'Records not yet on disk.', () => gauges.journalBacklog());
  gauge('journal_free_bytes', 'Free space under the journal.', () => gauges.journalFreeBytes());
  gauge('snapshot_lag_records', 'Records since the newest snapshot.', () =>
    gauges.snapshotLagRecords(),
  );
  gauge('history_lag_records', 'Records the SQL history does not hold yet.', () =>
    gauges.historyLagRecords(),
  );
  gauge('history_lag_seconds', 'How long the SQL history has not been current.', () =>
    gauges.historyLagSeconds(),
  );
}

function registerPlatforms(registry: Registry, gauges: DeskGauges): void {
  const gauge = (name: string, help: string, read: (of: PlatformFigures) => number | null) => {
    const made = new Gauge({
      ...{ name: `strikewire_platform_${name}`, help, registers: [registry] },
      labelNames: ['platform'],
      collect() {
        for (const one of gauges.platforms()) {
          made.set({ platform: one.platform }, read(one) ?? Number.NaN);
        }
      },
    });
  };
  gauge('connected', '1 while a chat platform is connected.', (one) => Number(one.isConnected));
  gauge('quiet_seconds', 'Since anything came from a chat platform.', (one) =>
    seconds(one.quietMs),
  );
}

function registerAlarms(registry: Registry, gauges: DeskGauges): void {
  const raised = new Gauge({
    ...{ name: 'strikewire_alarm_raised', help: '1 while a built-in alarm is raised.' },
    registers: [registry],
    labelNames: ['alarm', 'severity'],
    collect() {
      for (const { name: alarm, severity, state } of gauges.alarms()) {
        raised.set({ alarm, severity }, state === 'raised' || state === 'acknowledged' ? 1 : 0);
      }
    },
  });
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

function flag(is: boolean | null): number | null {
  return is === null ? null : Number(is);
}
