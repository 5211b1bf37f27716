/** Routes of orders: placed by the path of an alert, with its gates, sizing and limits. */
import { z } from 'zod';
import type { Endpoint } from '../model.ts';
import { ACT, DONE, MESSAGE_TEXT, QUESTION, REASON, REASON_BODY, TRADE_ID } from './endpoint.ts';
import { ALERT_ANSWER, DECIMAL, INSTANT, ORDER_VIEW } from './views.ts';

/** The broker's id of an order. */
const ORDER_ID = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "expected the broker's order id");
const ORDER_PARAMS = z.strictObject({ id: ORDER_ID });
const PRICE = z
  .string()
  .regex(/^\d{1,6}(?:\.\d{1,4})?$/, 'expected a decimal price such as "0.75"');

export const DESK_ORDER = z.strictObject({
  ...ORDER_VIEW.shape,
  tradeId: z.string(),
  contract: z.string(),
  symbol: z.string(),
});

/** As the broker itself lists it. */
export const BROKER_ORDER = z.strictObject({
  orderId: z.string(),
  clientOrderId: z.string().nullable(),
  symbol: z.string(),
  contract: z.string(),
  side: z.enum(['buy', 'sell']),
  quantity: z.number(),
  filled: z.number(),
  limit: DECIMAL.nullable(),
  status: z.string(),
  rejectReason: z.string().nullable(),
  updatedAt: INSTANT,
  tradeId: z.string().nullable().describe('Of this desk; null: made elsewhere.'),
});

/** Placed, refused or held; or first to be confirmed, where orders are real. */
const ORDER_ANSWER = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('decided'), answer: ALERT_ANSWER }),
  z.strictObject({
    kind: z.literal('confirm'),
    code: z.string().describe('For POST /api/v1/orders/confirm, by the same caller, once.'),
    shown: z.string().describe('What will be done, as it must be understood.'),
    environment: z.string(),
    expiresAt: INSTANT,
  }),
]);

export const ORDER_ROUTES = {
  list: {
    ...QUESTION,
    path: '/api/v1/orders',
    access: 'viewer',
    summary: "This desk's orders of open and recent trades, newest first.",
    query: z.strictObject({
      trade: TRADE_ID.exactOptional(),
      state: z.enum(['working', 'ended']).exactOptional(),
    }),
    answer: z.strictObject({ items: z.array(DESK_ORDER) }),
  },
  atBroker: {
    ...QUESTION,
    path: '/api/v1/broker/orders',
    access: 'viewer',
    summary: "The broker's own list of the last 24 hours, orders made elsewhere included.",
    answer: z.strictObject({ items: z.array(BROKER_ORDER), readAt: INSTANT }),
  },
  one: {
    ...QUESTION,
    path: '/api/v1/orders/:id',
    access: 'viewer',
    summary: 'One order: as this desk knows it, and as the broker says now.',
    params: ORDER_PARAMS,
    answer: z.strictObject({
      order: DESK_ORDER.nullable().describe('Null: no order of a trade in memory.'),
      broker: BROKER_ORDER.nullable(),
      brokerFault: z.string().nullable().describe('Why the broker could not be asked.'),
    }),
  },
  place: {
    ...ACT,
    path: '/api/v1/orders',
    access: 'operator',
    summary: 'Gives an order in the words of an alert; it takes the path of one.',
    body: z.strictObject({
      text: MESSAGE_TEXT.describe('BTO 2 UBER 78p 12/05 @ .75'),
      dryRun: z.boolean().default(false),
    }),
    answer: ORDER_ANSWER,
  },
  confirm: {
    ...ACT,
    path: '/api/v1/orders/confirm',
    access: 'operator',
    summary: 'The second step of an order that had to be confirmed.',
    body: z.strictObject({ code: z.string().regex(/^[A-Za-z0-9_-]{4,40}$/) }),
    answer: ALERT_ANSWER,
  },
  replace: {
    ...ACT,
    method: 'PUT',
    path: '/api/v1/orders/:id',
    access: 'operator',
    summary: 'Changes the limit of a working entry, inside its collar.',
    params: ORDER_PARAMS,
    body: z.strictObject({ limit: PRICE, reason: REASON.default('') }),
    answer: DONE,
  },
  cancel: {
    ...ACT,
    path: '/api/v1/orders/:id/cancel',
    access: 'operator',
    summary: 'Takes a working entry back.',
    params: ORDER_PARAMS,
    body: REASON_BODY,
    answer: DONE,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
