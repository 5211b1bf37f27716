/** Routes of risk: the kill state, every limit as used and allowed, arming, certification. */
import { z } from 'zod';
import { KILL_STATES } from '#risk/model.ts';
import type { Endpoint } from '../model.ts';
import { ACT, NOTHING, OLD_ACT, QUESTION, REASON, REASON_BODY } from './endpoint.ts';
import { COUNT, INSTANT, KILL_STATE } from './views.ts';

export const LIMIT_VIEW = z.strictObject({
  name: z.string().describe('As in the configuration: risk.limits.openTradesMax.'),
  label: z.string(),
  unit: z.enum(['dollars', 'percent', 'count', 'ms', 'price']),
  used: z.string().nullable().describe('Null: it bounds each trade anew, nothing is used up.'),
  allowed: z.string(),
  share: z.number().nullable().describe('Used as a share of allowed; 1 is all of it.'),
  source: z.enum(['default', 'configured']).describe('Where what is allowed comes from.'),
  usedFrom: z.enum(['record', 'broker', 'none']),
});

export const RISK_STATE = z.strictObject({
  killState: KILL_STATE,
  killReason: z.string().nullable(),
  haltFile: z.boolean().describe('The file HALT is in the data directory.'),
  reconciled: z.boolean(),
  permits: z.strictObject({
    entries: z.boolean(),
    steps: z.boolean(),
    exits: z.boolean().describe("Authors' exits are taken."),
    closes: z.enum(['all', 'confirmed', 'none']),
  }),
  unresolvedOrders: COUNT,
  oldestUnresolvedMs: COUNT,
  limits: z.array(LIMIT_VIEW),
});

export const ARMING_VIEW = z.strictObject({
  state: z.enum(['not_needed', 'armed', 'disarmed']),
  account: z.string().nullable().describe('****1234; null where there is no account.'),
  until: INSTANT.nullable(),
  certificate: z.string().nullable(),
  certificateFault: z.string().nullable(),
});

const DONE_ARMING = z.strictObject({
  done: z.literal(true),
  detail: z.string(),
  ...ARMING_VIEW.shape,
});

export const RISK_ROUTES = {
  state: {
    ...QUESTION,
    path: '/api/v1/risk',
    access: 'viewer',
    summary: 'The kill state, what it permits, and each limit as used and allowed.',
    answer: RISK_STATE,
  },
  setKillState: {
    ...OLD_ACT,
    method: 'PUT',
    path: '/api/v1/kill-state',
    access: 'operator',
    summary: 'Sets the kill state. Lowering it takes an admin and a reason.',
    body: z
      .strictObject({
        to: z.enum(KILL_STATES),
        reason: REASON.default(''),
        confirm: z
          .literal('FLATTEN')
          .exactOptional()
          .describe('Flattening sells what is held: it is asked for twice.'),
      })
      .refine(({ to, confirm }) => to !== 'FLATTEN' || confirm === 'FLATTEN', {
        path: ['confirm'],
        error: 'expected FLATTEN here too, because it sells everything held',
      }),
    answer: z.strictObject({ done: z.literal(true), detail: z.string(), killState: KILL_STATE }),
  },
  arming: {
    ...QUESTION,
    path: '/api/v1/arming',
    access: 'viewer',
    summary: 'Whether entries are armed, until when, and what would keep them from it.',
    answer: ARMING_VIEW,
  },
  armingCode: {
    ...OLD_ACT,
    path: '/api/v1/arming/code',
    access: 'admin',
    summary: 'First step of arming: a one-time code, valid for two minutes.',
    body: NOTHING,
    answer: z.strictObject({ code: z.string(), expires_at: INSTANT }),
  },
  arm: {
    ...OLD_ACT,
    method: 'PUT',
    path: '/api/v1/arming',
    access: 'admin',
    summary: 'Second step: the code and the last four characters of the account.',
    body: z.strictObject({
      code: z.string().regex(/^\d{6}$/, 'expected the six digits of the code'),
      last_four: z.string().regex(/^[A-Za-z0-9]{4}$/, 'expected four letters or digits'),
      reason: REASON.default(''),
    }),
    answer: DONE_ARMING,
  },
  disarm: {
    ...OLD_ACT,
    path: '/api/v1/arming/disarm',
    access: 'operator',
    summary: 'Takes arming away; working entries are taken back, exits go on.',
    body: REASON_BODY,
    answer: DONE_ARMING,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;

export const CERTIFICATION_VIEW = z.strictObject({
  name: z.string(),
  at: INSTANT,
  environment: z.string(),
  version: z.string(),
  account: z.string().describe('****1234'),
  isWhole: z.boolean(),
  isDelayed: z.boolean(),
  passed: COUNT,
  failed: COUNT,
  notTestable: COUNT,
  results: z.array(
    z.strictObject({
      scenario: z.string(),
      proves: z.string().nullable(),
      required: z.boolean(),
      verdict: z.enum(['passed', 'failed', 'not_testable']),
      detail: z.string(),
      steps: z.array(z.string()),
      evidence: z.array(z.string()),
      startedAt: INSTANT,
      tookMs: COUNT,
    }),
  ),
});

export const CERTIFICATION_ROUTES = {
  results: {
    ...QUESTION,
    path: '/api/v1/certifications',
    access: 'viewer',
    summary: 'Certifications kept (30 days), newest first, and what they allow now.',
    answer: z.strictObject({
      needed: z.boolean().describe('Whether this environment is armed at all.'),
      certificate: z.string().nullable(),
      certificateFault: z.string().nullable(),
      items: z.array(CERTIFICATION_VIEW),
    }),
  },
  run: {
    ...ACT,
    path: '/api/v1/certifications',
    access: 'admin',
    summary: 'Begins a certification, where that is safe beside a running desk.',
    body: REASON_BODY,
    answer: z.strictObject({ done: z.literal(true), detail: z.string() }),
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
