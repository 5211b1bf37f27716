/** Routes of the desk as a whole: the snapshot, its changes, health for machines. */
import { z } from 'zod';
import type { Endpoint } from '../model.ts';
import { QUESTION } from './endpoint.ts';
import { DECIMAL, DESK_SNAPSHOT, DESK_UPDATE, INSTANT } from './views.ts';

/** A word of the desk in a chat room of its own. */
const POST = z.looseObject({ key: z.string() });

export const SNAPSHOT = z.strictObject({ ...DESK_SNAPSHOT.shape, posts: z.array(POST) });

/** `update` of the event stream. */
export const STREAM_UPDATE = z.union([
  DESK_UPDATE,
  z.strictObject({ kind: z.literal('post'), post: POST }),
]);

/** `pulse` of the event stream, every second. */
export const PULSE = z.strictObject({
  clock: INSTANT,
  quotes: z.record(z.string(), z.strictObject({ bid: DECIMAL, ask: DECIMAL, at: INSTANT })),
});

export const DESK_ROUTES = {
  live: {
    ...QUESTION,
    path: '/healthz',
    access: 'public',
    summary: 'Whether the process answers.',
    answer: z.strictObject({ live: z.literal(true) }),
  },
  ready: {
    ...QUESTION,
    path: '/readyz',
    access: 'public',
    summary: 'Whether the desk has reconciled and can trade; 503 with the reason until then.',
    answer: z.strictObject({ ready: z.literal(true) }),
  },
  metrics: {
    ...QUESTION,
    path: '/metrics',
    access: 'viewer',
    summary: 'Prometheus metrics; public on loopback.',
    answer: z.string(),
    type: 'text/plain',
  },
  snapshot: {
    ...QUESTION,
    path: '/api/v1/snapshot',
    access: 'viewer',
    summary: 'The whole desk as it is now.',
    answer: SNAPSHOT,
  },
  events: {
    ...QUESTION,
    path: '/api/v1/events',
    access: 'viewer',
    summary: 'Server-sent events: a snapshot, then every change; resumes from Last-Event-ID.',
    query: z.strictObject({ after: z.string().max(80).exactOptional() }),
    answer: z.string(),
    type: 'text/event-stream',
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
