/** Routes of alarms: what the desk watches for, taking note of one, testing one. */
import { z } from 'zod';
import type { Endpoint } from '../model.ts';
import { ACT, DONE, NOTHING, QUESTION } from './endpoint.ts';
import { COUNT, INSTANT } from './views.ts';

const NAMED = z.strictObject({
  name: z.string().regex(/^[a-z][a-z_]{0,39}$/, 'expected a name as the list gives it'),
});

export const ALARM_VIEW = z.strictObject({
  name: z.string(),
  means: z.string(),
  remedy: z.string(),
  severity: z.enum(['page', 'notice']),
  state: z.enum(['quiet', 'raised', 'acknowledged', 'off']),
  value: z.number().nullable().describe('What is looked at, now; null where it does not apply.'),
  side: z.enum(['above', 'under']),
  at: z.number().describe('Raised past this …'),
  unit: z.string(),
  forMs: COUNT.describe('… for so long.'),
  since: INSTANT.nullable().describe('When it began to hold.'),
  detail: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
});

export const ALARM_ROUTES = {
  list: {
    ...QUESTION,
    path: '/api/v1/alarms',
    access: 'viewer',
    summary: 'What the desk watches over itself for, and what is raised.',
    answer: z.strictObject({ items: z.array(ALARM_VIEW) }),
  },
  acknowledge: {
    ...ACT,
    path: '/api/v1/alarms/:name/acknowledge',
    access: 'operator',
    summary: 'Takes note of a raised alarm: it is not told again until it has been over.',
    params: NAMED,
    body: NOTHING,
    answer: DONE,
  },
  test: {
    ...ACT,
    path: '/api/v1/alarms/:name/test',
    access: 'operator',
    summary: 'Tells an alarm as a test, wherever alarms are told.',
    params: NAMED,
    body: NOTHING,
    answer: DONE,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
