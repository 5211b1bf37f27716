/** Routes of what the account holds, what it may spend, and what things cost. */
import { z } from 'zod';
import type { Endpoint } from '../model.ts';
import { QUESTION } from './endpoint.ts';
import { ACCOUNT_FIGURES, COUNT, DECIMAL, INSTANT } from './views.ts';

export const POSITION_VIEW = z.strictObject({
  symbol: z.string(),
  contract: z.string(),
  net: COUNT.describe('Negative when short.'),
  averagePrice: DECIMAL,
  mark: DECIMAL.nullable().describe('Mid of a sound quote; null when there is none.'),
  openResult: DECIMAL.nullable().describe('Dollars against the average price, at the mark.'),
  trades: z.array(z.string()).describe('Open trades of this desk in it.'),
  ours: COUNT.describe('Held by those trades; the rest came by other hands.'),
});

const QUOTE_VIEW = z.strictObject({
  contract: z.string(),
  symbol: z.string(),
  bid: DECIMAL,
  ask: DECIMAL,
  bidSize: COUNT,
  askSize: COUNT,
  at: INSTANT.describe("The market's own time."),
  receivedAt: INSTANT,
  ageMs: COUNT,
});

export const ACCOUNT_ROUTES = {
  positions: {
    ...QUESTION,
    path: '/api/v1/positions',
    access: 'viewer',
    summary: 'What the account holds, as the broker says now.',
    answer: z.strictObject({ items: z.array(POSITION_VIEW), readAt: INSTANT }),
  },
  account: {
    ...QUESTION,
    path: '/api/v1/account',
    access: 'viewer',
    summary: 'Balance as the broker says now, and what sizing goes by.',
    answer: z.strictObject({
      account: z.string().nullable().describe('****1234; null where it is made up.'),
      environment: z.string(),
      buyingPower: DECIMAL.nullable(),
      cash: DECIMAL.nullable(),
      netLiquidation: DECIMAL.nullable(),
      restriction: z.string().nullable().describe('Why the venue lets nothing be opened.'),
      fault: z.string().nullable().describe('Why the broker could not be asked.'),
      readAt: INSTANT,
      figures: ACCOUNT_FIGURES.nullable().describe('Of the last decision that read them.'),
    }),
  },
  quote: {
    ...QUESTION,
    path: '/api/v1/quotes',
    access: 'viewer',
    summary: 'One quote: "UBER 78p 12/05", or a symbol for the shares.',
    query: z.strictObject({ contract: z.string().trim().min(1).max(100) }),
    answer: QUOTE_VIEW,
  },
} as const satisfies Readonly<Record<string, Endpoint>>;
