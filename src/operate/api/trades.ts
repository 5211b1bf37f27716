/** Routes of trades: the list, one told from its first record, and what can be done with it. */
import { z } from 'zod';
import type { Endpoint } from '../model.ts';
import {
  ACT,
  DONE,
  ID,
  OLD_ACT,
  PAGE_QUERY,
  pageOf,
  QUESTION,
  RANGE_QUERY,
  REASON_BODY,
  REASON_NEEDED_BODY,
  TRADE_ID,
} from './endpoint.ts';
import { COUNT, DECIMAL, INSTANT, TIMELINE_ENTRY, TRADE_VIEW } from './views.ts';

const TRADE_PARAMS = z.strictObject({ id: TRADE_ID });

export const TRADE_RECORD = z.strictObject({
  ...TIMELINE_ENTRY.shape,
  actor: z.string().describe('Who caused it: engine, broker, or who acted.'),
  run: z.string(),
});

/** What a chart of the trade is drawn from. Each list is oldest first, from the record alone. */
export const TRADE_CHART = z.strictObject({
  band: z
    .array(z.strictObject({ at: INSTANT, bid: DECIMAL, ask: DECIMAL }))
    .describe('Quotes that decisions on this trade read; between them nothing is on record.'),
  limits: z
    .array(
      z.strictObject({
        at: INSTANT,
        role: z.enum(['entry', 'exit', 'close']),
        limit: DECIMAL.nullable().describe('Null: at the market.'),
        step: COUNT.nullable().describe('Number of the price step; null when it is none.'),
      }),
    )
    .describe('What we wanted to pay or get, from when on.'),
  fills: z.array(
    z.strictObject({
      at: INSTANT,
      role: z.enum(['entry', 'exit', 'close']),
      quantity: COUNT,
      price: DECIMAL,
      fillId: z.string(),
    }),
  ),
});

export const TRADE_ROUTES = {
  list: {
    ...QUESTION,
    path: '/api/v1/trades',
    access: 'viewer',
    summary: 'Trades, newest first, out of the whole record.',
    query: z.strictObject({
      ...PAGE_QUERY,
      ...RANGE_QUERY,
      state: z.enum(['open', 'ended']).exactOptional(),
      author: ID.exactOptional(),
      symbol: z.string().max(40).exactOptional(),
    }),
    answer: pageOf(TRADE_VIEW),
  },
  one: {
    ...QUESTION,
    path: '/api/v1/trades/:id',
    access: 'viewer',
    summary: 'One trade: every record of it told in order, and what a chart of it needs.',
    params: TRADE_PARAMS,
    answer: z.strictObject({
      trade: TRADE_VIEW,
      records: z.array(TRADE_RECORD).describe('Oldest first, its message included.'),
      chart: TRADE_CHART,
    }),
  },
  cancel: {
    ...OLD_ACT,
    path: '/api/v1/trades/:id/cancel',
    access: 'operator',
    summary: "Cancels what is unfilled of a trade's entry.",
    params: TRADE_PARAMS,
    body: REASON_BODY,
    answer: DONE,
  },
  close: {
    ...OLD_ACT,
    path: '/api/v1/trades/:id/close',
    access: 'operator',
    summary: 'Closes what a trade holds, by limit inside the collar.',
    params: TRADE_PARAMS,
    body: REASON_BODY,
    answer: DONE,
  },
  release: {
    ...ACT,
    path: '/api/v1/trades/:id/release',
    access: 'operator',
    summary: 'Lets a trade go on that waits for a person; the broker is read first.',
    params: TRADE_PARAMS,
    body: REASON_NEEDED_BODY,
    answer: DONE,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
