/**
 * What the desk watches over itself for, and when it tells a person.
 *
 * Few on purpose: at Knight in 2012 97 warnings lay unread before the open. Each says what to do,
 * is told again until somebody takes note of it, and says so when it is over.
 */

/** What is looked at; `null` where it does not apply, which raises nothing. */
export interface AlarmFigures {
  readonly notReady: number | null;
  readonly unresolvedOrders: number | null;
  readonly blockedTrades: number | null;
  readonly quoteAgeSeconds: number | null;
  readonly journalBacklogRecords: number | null;
  readonly freeMebibytes: number | null;
  readonly historyLagSeconds: number | null;
  readonly busLagSeconds: number | null;
  readonly redisMemoryPercent: number | null;
  readonly chatsDown: number | null;
  readonly jobFailures: number | null;
  readonly loopDelaySeconds: number | null;
  readonly memoryMebibytes: number | null;
  readonly certificateHours: number | null;
}

/** page: look now, money may depend on it · notice: look today. */
export const SEVERITIES = ['page', 'notice'] as const;
export type AlarmSeverity = (typeof SEVERITIES)[number];

export interface AlarmRule {
  readonly figure: keyof AlarmFigures;
  /** It holds while the figure is strictly above, or under, this. */
  readonly side: 'above' | 'under';
  readonly at: number;
  /** So long it must hold without a break before anybody is told. */
  readonly forMs: number;
  readonly severity: AlarmSeverity;
  /** What is the matter. */
  readonly means: string;
  readonly unit: string;
  readonly remedy: string;
}

const MINUTE = 60_000;
const page = { side: 'above', severity: 'page' } as const;
const notice = { side: 'above', severity: 'notice' } as const;

export const ALARMS = {
  not_ready: {
    ...{ ...page, figure: 'notReady', at: 0, forMs: MINUTE, unit: '' },
    means: 'The desk cannot trade',
    remedy: 'See what /readyz says; most often the broker does not answer.',
  },
  unresolved_order: {
    ...{ ...page, figure: 'unresolvedOrders', at: 0, forMs: MINUTE, unit: 'orders' },
    means: 'The fate of an order is unknown',
    remedy: 'It counts as live. Look for it at the broker by its client order id.',
  },
  blocked_trade: {
    ...{ ...page, figure: 'blockedTrades', at: 0, forMs: MINUTE, unit: 'trades' },
    means: 'A trade waits for a person',
    remedy: 'Open the trade: it says why it was stopped and what is held.',
  },
  quotes_silent: {
    ...{ ...page, figure: 'quoteAgeSeconds', at: 30, forMs: 30_000, unit: 's' },
    means: 'No quotes come for an open trade',
    remedy: 'While the market is open: look at the quote feed under Operations.',
  },
  journal_backlog: {
    ...{ ...page, figure: 'journalBacklogRecords', at: 1_000, forMs: 10_000, unit: 'records' },
    means: 'Records wait for the disk',
    remedy: 'The disk is slow or busy: no order leaves before its record is on it.',
  },
  disk_low: {
    ...{ ...page, side: 'under', figure: 'freeMebibytes', at: 1_024, forMs: MINUTE, unit: 'MiB' },
    means: 'The disk under the journal is filling up',
    remedy: 'Make room: under 256 MiB no entry is taken any more.',
  },
  chat_down: {
    ...{ ...page, figure: 'chatsDown', at: 0, forMs: MINUTE, unit: 'platforms' },
    means: 'A chat platform is not connected',
    remedy: 'Alerts posted there are not heard; `strikewire check` says why.',
  },
  process_slow: {
    ...{ ...page, figure: 'loopDelaySeconds', at: 1, forMs: 30_000, unit: 's' },
    means: 'The process is late with everything',
    remedy: 'The machine is overloaded: see what else runs on it.',
  },
  history_behind: {
    ...{ ...notice, figure: 'historyLagSeconds', at: 60, forMs: MINUTE, unit: 's' },
    means: 'The SQL history is behind the record',
    remedy: 'Nothing is lost; see to PostgreSQL, and it catches up by itself.',
  },
  redis_behind: {
    ...{ ...notice, figure: 'busLagSeconds', at: 60, forMs: MINUTE, unit: 's' },
    means: 'Redis is behind the record',
    remedy: 'Nothing is lost; see to Redis, and it catches up by itself.',
  },
  redis_memory: {
    ...{ ...notice, figure: 'redisMemoryPercent', at: 80, forMs: MINUTE, unit: '%' },
    means: 'The memory of Redis is nearly used up',
    remedy: 'Give it more (maxmemory), or keep less: bus.* in the configuration.',
  },
  job_failing: {
    ...{ ...notice, figure: 'jobFailures', at: 2, forMs: 0, unit: 'times' },
    means: 'A job fails again and again',
    remedy: '`strikewire jobs` says which and why; `strikewire jobs run NAME` tries it again.',
  },
  memory_high: {
    ...{ ...notice, figure: 'memoryMebibytes', at: 2_048, forMs: 5 * MINUTE, unit: 'MiB' },
    means: 'The process uses much memory',
    remedy: 'Tell us what it was doing; restarting it is safe at any time.',
  },
  certificate_ending: {
    ...{ ...notice, side: 'under', figure: 'certificateHours', at: 72, forMs: 0, unit: 'hours' },
    means: 'The certificate that allows arming runs out',
    remedy: 'Run `strikewire certify` outside trading hours.',
  },
} as const satisfies Readonly<Record<string, AlarmRule>>;

export type AlarmName = keyof typeof ALARMS;

export function isAlarmName(name: string): name is AlarmName {
  return Object.hasOwn(ALARMS, name);
}

const NAMES: readonly string[] = Object.keys(ALARMS);
export const ALARM_NAMES: readonly AlarmName[] = NAMES.filter(isAlarmName);
