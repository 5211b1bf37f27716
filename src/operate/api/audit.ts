/** Routes of the record: its newest rows, search, proof and export. */
import { z } from 'zod';
import type { Endpoint } from '../model.ts';
import {
  ACT,
  CURSOR,
  ID,
  limitField,
  NOTHING,
  pageOf,
  QUESTION,
  RANGE_QUERY,
  TRADE_ID,
  WORDS,
} from './endpoint.ts';
import { COUNT, DECIMAL, INSTANT } from './views.ts';

const AUDIT_ORDER = z.strictObject({
  role: z.enum(['entry', 'exit', 'close']),
  clientOrderId: z.string(),
  orderId: z.string().nullable(),
  quantity: COUNT,
  price: DECIMAL.nullable(),
  state: z.string(),
});

/** Every field of a record as things stood when it was written. */
export const AUDIT_ROW = z.strictObject({
  seq: COUNT,
  at: INSTANT,
  run: z.string(),
  kind: z.string(),
  badge: z.string(),
  text: z.string().describe('One plain sentence.'),
  actor: z.string(),
  userId: z.string().nullable(),
  channelId: z.string().nullable(),
  messageKey: z.string().nullable(),
  rawText: z.string().nullable(),
  parsed: z
    .strictObject({
      text: z.string(),
      action: z.string(),
      asset: z.string(),
      symbol: z.string(),
      strike: DECIMAL.nullable(),
      right: z.string().nullable(),
      expiry: z.string().nullable(),
      quantity: COUNT.nullable(),
      price: DECIMAL.nullable(),
      priceHigh: DECIMAL.nullable(),
      partial: z.boolean(),
    })
    .nullable(),
  verdict: z.string().nullable(),
  code: z.string().nullable(),
  tradeId: z.string().nullable(),
  symbol: z.string().nullable(),
  contract: z.string().nullable(),
  quantity: COUNT.nullable(),
  quantityInputs: z.array(z.strictObject({ label: z.string(), value: z.string() })),
  quantityBound: z.string().nullable(),
  entryOrders: z.array(AUDIT_ORDER),
  exitOrders: z.array(AUDIT_ORDER),
  fills: z.array(
    z.strictObject({
      fillId: z.string(),
      role: z.enum(['entry', 'exit', 'close']),
      quantity: COUNT,
      price: DECIMAL,
      at: INSTANT,
    }),
  ),
  error: z.string().nullable(),
  refs: z.strictObject({
    received: COUNT.nullable(),
    decided: COUNT.nullable(),
    risk: COUNT.nullable(),
    opened: COUNT.nullable(),
  }),
});

/** A look at the whole record, under way or done. */
export const VERIFICATION = z.strictObject({
  state: z.enum(['never', 'running', 'done', 'failed']),
  startedAt: INSTANT.nullable(),
  finishedAt: INSTANT.nullable(),
  startedBy: z.string().nullable(),
  recordsRead: COUNT,
  recordsTotal: COUNT.describe('As of the start.'),
  sound: z.boolean().nullable().describe('Null until it is done.'),
  segments: COUNT.nullable(),
  firstBad: z
    .strictObject({
      segment: z.string(),
      offset: COUNT,
      seq: COUNT,
      reason: z.string(),
      detail: z.string(),
    })
    .nullable(),
  fault: z.string().nullable().describe('Why it could not be looked at.'),
});

export const AUDIT_ROUTES = {
  recent: {
    ...QUESTION,
    path: '/admin/audit/recent',
    access: 'viewer',
    summary: 'The newest audit rows, newest first.',
    query: z.strictObject({ limit: limitField(1_000, 100) }),
    answer: z.strictObject({ rows: z.array(AUDIT_ROW) }),
  },
  search: {
    ...QUESTION,
    path: '/api/v1/audit',
    access: 'viewer',
    summary: 'Audit rows out of the whole record, newest first.',
    query: z.strictObject({
      cursor: CURSOR.exactOptional(),
      limit: limitField(1_000, 100),
      ...RANGE_QUERY,
      user: z.string().max(80).exactOptional(),
      symbol: z.string().max(40).exactOptional(),
      trade: TRADE_ID.exactOptional(),
      kind: z
        .string()
        .regex(/^[a-z_]+(?:\.[a-z_]+)?$/)
        .max(60)
        .exactOptional(),
      channel: ID.exactOptional(),
      words: WORDS.exactOptional(),
    }),
    answer: pageOf(AUDIT_ROW).extend({
      answeredBy: z
        .enum(['history', 'journal'])
        .describe('The SQL history, or the journal: that takes longer.'),
    }),
  },
  verification: {
    ...QUESTION,
    path: '/api/v1/audit/verification',
    access: 'viewer',
    summary: 'How far the newest verification is, or what it found.',
    answer: VERIFICATION,
  },
  verify: {
    ...ACT,
    path: '/api/v1/audit/verification',
    access: 'operator',
    summary: 'Begins to read the whole record: frames, sequence, chain and checkpoints.',
    body: NOTHING,
    answer: VERIFICATION,
  },
  export: {
    ...QUESTION,
    path: '/api/v1/audit/export',
    access: 'operator',
    summary: 'JSON Lines, or CSV with `format=csv`; oldest first, one audit row each.',
    query: z.strictObject({ ...RANGE_QUERY, format: z.enum(['jsonl', 'csv']).default('jsonl') }),
    answer: z.string(),
    type: 'application/x-ndjson',
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
