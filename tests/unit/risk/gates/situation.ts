/** One thing changed about an entry that passes, and what a gate says of it. */
import { price } from '#kernel/price.ts';
import type { Quote } from '#market/quote.ts';
import { approveEntry } from '#risk/approve.ts';
import type { EntryFacts, EntryRequest, GateName } from '#risk/model.ts';
import {
  ACCOUNT,
  alertOf,
  BOOK,
  entryFacts,
  optionOf,
  policyOf,
  quoteOf,
  REQUEST,
} from '../../../fixtures/risk.ts';

export interface Situation {
  readonly facts?: Partial<EntryFacts>;
  readonly request?: Partial<EntryRequest>;
  readonly settings?: unknown;
}

export type Case = readonly [what: string, situation: Situation, verdict: string];

export const UBER = optionOf();
export const MINUTE_MS = 60_000;

/** Outcome and code of one gate: `refuse spread_too_wide`. */
export function judge(gate: GateName, { facts, request, settings }: Situation): string {
  const policy = policyOf(settings ?? {});
  const decision = approveEntry({ ...REQUEST, ...request }, entryFacts(facts), policy);
  const result = decision.gates.find((each) => each.gate === gate);
  return `${result?.outcome} ${result?.code}`;
}

export function book(change: Partial<typeof BOOK>): Situation {
  return { facts: { book: { ...BOOK, ...change } } };
}

export function account(change: Partial<typeof ACCOUNT>): Situation {
  return { facts: { account: { ...ACCOUNT, ...change } } };
}

/** The alert's price, or range. */
export function wanted(low: string | null, high: string | null = null): Partial<EntryFacts> {
  const amount = (text: string | null) => (text === null ? null : price(text));
  return { alert: alertOf(UBER, { price: amount(low), priceHigh: amount(high) }) };
}

export function quoted(bid: string, ask: string, change: Partial<Quote> = {}): Partial<EntryFacts> {
  return { quote: quoteOf(UBER, bid, ask, change) };
}
