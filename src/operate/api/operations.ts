/** Routes of running the desk: health, jobs, feeds, stores, incidents, configuration. */
import { z } from 'zod';
import type { Endpoint } from '../model.ts';
import {
  ACT,
  DONE,
  NOTHING,
  QUESTION,
  REASON,
  REASON_BODY,
  REASON_NEEDED_BODY,
} from './endpoint.ts';
import { COUNT, INCIDENT_VIEW, INSTANT } from './views.ts';

const NAME = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'expected a name as the list gives it');
const NAMED = z.strictObject({ name: NAME });

/** One part whose health can be told. */
export const PART_HEALTH = z.strictObject({
  name: z.string(),
  kind: z.enum(['journal', 'broker', 'feed', 'store', 'queue', 'chat', 'page']),
  state: z.enum(['ok', 'degraded', 'away', 'paused', 'off']),
  detail: z.string().describe('In words: what is wrong, or what it is.'),
  since: INSTANT.nullable().describe('Since when it is in this state, where that is known.'),
  figures: z.array(
    z.strictObject({
      label: z.string(),
      value: z.number().nullable(),
      unit: z.enum(['count', 'ms', 'bytes', 'records', 'per_second', 'percent']),
    }),
  ),
  acts: z
    .array(z.enum(['pause', 'resume', 'flush', 'rebuild']))
    .describe('What can be done with it here.'),
});

export const JOB_VIEW = z.strictObject({
  name: z.string(),
  description: z.string(),
  schedule: z.string().nullable().describe('In words or as cron; null: on request alone.'),
  nextAt: INSTANT.nullable(),
  running: z.boolean(),
  last: z
    .strictObject({
      startedAt: INSTANT,
      finishedAt: INSTANT.nullable(),
      outcome: z.enum(['running', 'done', 'failed', 'skipped', 'interrupted']),
      detail: z.string(),
      by: z.string(),
    })
    .nullable(),
});

export const SETTING_VIEW = z.strictObject({
  path: z.string().describe('risk.limits.openTradesMax'),
  value: z.string().describe('As it is written in the file; secrets are never shown.'),
  source: z.enum(['default', 'configured']),
  variable: z.string().nullable().describe('STRIKEWIRE_RISK_LIMITS_OPEN_TRADES_MAX'),
  expected: z.string(),
});

export const OPERATIONS_ROUTES = {
  health: {
    ...QUESTION,
    path: '/api/v1/health',
    access: 'viewer',
    summary: 'Journal, broker, feeds, stores, queues and chats: how each is.',
    answer: z.strictObject({
      at: INSTANT,
      ready: z.boolean(),
      reasons: z.array(z.string()).describe('Why it cannot trade, when it cannot.'),
      parts: z.array(PART_HEALTH),
    }),
  },
  actOnPart: {
    ...ACT,
    path: '/api/v1/health/:name/:act',
    access: 'admin',
    summary: 'Pauses or resumes a feed, flushes or rebuilds a store.',
    params: z.strictObject({ name: NAME, act: z.enum(['pause', 'resume', 'flush', 'rebuild']) }),
    body: REASON_NEEDED_BODY,
    answer: DONE,
  },
  jobs: {
    ...QUESTION,
    path: '/api/v1/jobs',
    access: 'viewer',
    summary: 'Jobs, when each runs next and how the last run ended.',
    answer: z.strictObject({ items: z.array(JOB_VIEW) }),
  },
  runJob: {
    ...ACT,
    path: '/api/v1/jobs/:name/run',
    access: 'operator',
    summary: 'Begins a job now; it answers once it has begun.',
    params: NAMED,
    body: REASON_BODY,
    answer: DONE,
  },
  reconcile: {
    ...ACT,
    key: 'taken',
    path: '/api/v1/history/reconciliation',
    access: 'operator',
    summary:
      'Compares the SQL history with the record; answers once it has, in seconds to minutes.',
    body: NOTHING,
    answer: z.strictObject({
      seq: COUNT.describe('Compared up to this record.'),
      differences: z.array(
        z.strictObject({
          table: z.string(),
          missing: COUNT,
          extra: COUNT,
          changed: COUNT,
          first: z.string().describe('Key of the first row that differs.'),
        }),
      ),
    }),
  },
  incidents: {
    ...QUESTION,
    path: '/api/v1/incidents',
    access: 'viewer',
    summary: 'What needs a person: the newest incidents, newest first.',
    answer: z.strictObject({ items: z.array(INCIDENT_VIEW) }),
  },
  acknowledge: {
    ...ACT,
    path: '/api/v1/incidents/:seq/acknowledge',
    access: 'operator',
    summary: 'Takes note of an incident, by name and on record.',
    params: z.strictObject({
      seq: z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    }),
    body: z.strictObject({ note: REASON.default('') }),
    answer: INCIDENT_VIEW,
  },
  configuration: {
    ...QUESTION,
    path: '/api/v1/configuration',
    access: 'viewer',
    summary: 'The configuration in force; secrets are told as set or not, and never shown.',
    answer: z.strictObject({
      file: z.string().nullable(),
      settings: z.array(SETTING_VIEW),
      secrets: z.array(z.strictObject({ name: z.string(), set: z.boolean() })),
    }),
  },
  reload: {
    ...ACT,
    path: '/api/v1/configuration/reload',
    access: 'admin',
    summary:
      'Reads the configuration again: people, roles and listed channels change at once, the rest is named.',
    body: REASON_BODY,
    answer: DONE,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

/** What happened and how sure we are: `null` stands for what the record does not hold. */
export const ESTIMATE = z.strictObject({
  n: COUNT.describe('How many trades it is counted over.'),
  mean: z.number().nullable().describe('Null with n = 0.'),
  low: z.number().nullable().describe('95 % interval; null below n = 2.'),
  high: z.number().nullable(),
});

export const AUTHOR_VIEW = z.strictObject({
  author: z.string().describe('platform:user id'),
  name: z.string(),
  messages: COUNT,
  instructions: COUNT.describe('Messages read as an order or an exit.'),
  refused: COUNT,
  trades: COUNT,
  filled: COUNT.describe('Trades of which anything filled.'),
  ended: COUNT,
  latencyMs: ESTIMATE.describe('From posting to our decision.'),
  achievable: ESTIMATE.describe('Ask at our decision over the price called, as a share of it.'),
  got: ESTIMATE.describe('Our average entry over the price called, as a share of it.'),
  peak: ESTIMATE.describe('Null: no prices between decisions are on record.'),
  result: ESTIMATE.describe('Dollars a trade that ended, fees not counted.'),
  resultSum: z.string().nullable().describe('Dollars over all that ended.'),
  won: COUNT.describe('Ended with more than 0.'),
  since: INSTANT.nullable(),
});

export const AUTHOR_ROUTES = {
  list: {
    ...QUESTION,
    path: '/api/v1/authors',
    access: 'viewer',
    summary: 'What each author called, what could be had when we decided, and what we got.',
    answer: z.strictObject({
      items: z.array(AUTHOR_VIEW),
      records: COUNT.describe('Counted over so many records.'),
    }),
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
