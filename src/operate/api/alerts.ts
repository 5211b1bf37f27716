/** Routes of messages: taking one, reading them, and letting a held one through. */
import { z } from 'zod';
import { PLATFORMS } from '#alerts/model.ts';
import type { Endpoint } from '../model.ts';
import {
  ACT,
  DONE,
  ID,
  MESSAGE_KEY,
  MESSAGE_TEXT,
  marketTime,
  OLD_ACT,
  PAGE_QUERY,
  pageOf,
  QUESTION,
  RANGE_QUERY,
  REASON,
  WORDS,
} from './endpoint.ts';
import { ALERT_ANSWER, MESSAGE_OUTCOMES, MESSAGE_VIEW, TIMELINE_ENTRY } from './views.ts';

export const ALERT_ROUTES = {
  process: {
    ...OLD_ACT,
    path: '/admin/alerts/process',
    access: 'operator',
    summary: 'Takes one message through the whole path; a repeated message_id is a redelivery.',
    body: z.strictObject({
      text: MESSAGE_TEXT,
      user_id: ID,
      channel_id: ID,
      message_id: ID.exactOptional(),
      posted_at: marketTime('10:30').exactOptional(),
      platform: z.enum(PLATFORMS).default('local'),
      dry_run: z.boolean().default(false),
    }),
    answer: ALERT_ANSWER,
  },
  list: {
    ...QUESTION,
    path: '/api/v1/alerts',
    access: 'viewer',
    summary: 'Messages, newest first, out of the whole record.',
    query: z.strictObject({
      ...PAGE_QUERY,
      ...RANGE_QUERY,
      outcome: z.enum(MESSAGE_OUTCOMES).exactOptional(),
      author: ID.exactOptional(),
      channel: ID.exactOptional(),
      code: z.string().max(60).exactOptional(),
      symbol: z.string().max(40).exactOptional(),
      words: WORDS.exactOptional(),
    }),
    answer: pageOf(MESSAGE_VIEW),
  },
  one: {
    ...QUESTION,
    path: '/api/v1/alerts/:key',
    access: 'viewer',
    summary: 'One message: its spans, gates and sizing, and every record about it in order.',
    params: z.strictObject({ key: MESSAGE_KEY }),
    answer: z.strictObject({
      alert: MESSAGE_VIEW,
      timeline: z.array(TIMELINE_ENTRY),
      reason: z
        .strictObject({ means: z.string(), remedy: z.string() })
        .nullable()
        .describe('What the code means and what can be done about it.'),
    }),
  },
  example: {
    ...QUESTION,
    path: '/api/v1/alerts/example',
    access: 'viewer',
    summary: 'A message that is a valid order now.',
    answer: z.strictObject({ text: z.string().nullable() }),
  },
  release: {
    ...OLD_ACT,
    path: '/api/v1/alerts/release',
    access: 'operator',
    summary: 'Lets a held message through the gates that held it; all others judge it anew.',
    body: z.strictObject({ message: MESSAGE_KEY }),
    answer: ALERT_ANSWER,
  },
  dismiss: {
    ...ACT,
    path: '/api/v1/alerts/dismiss',
    access: 'operator',
    summary: 'Puts a held message aside: it is refused.',
    body: z.strictObject({ message: MESSAGE_KEY, reason: REASON.default('') }),
    answer: DONE,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
