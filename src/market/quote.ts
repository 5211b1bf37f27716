/** Top of book. */
import { type Price, priceFromUnits } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from './instrument.ts';

export interface Quote {
  readonly symbol: InstrumentSymbol;
  /** 0 when nobody bids. */
  readonly bid: Price;
  /** 0 when nobody offers. */
  readonly ask: Price;
  readonly bidSize: number;
  readonly askSize: number;
  /** When the venue says this quote came to be. */
  readonly eventAt: EpochMs;
  /** When it reached us. */
  readonly receivedAt: EpochMs;
  /** From a delayed source: shown, never traded on outside simulation. */
  readonly delayed?: true;
  readonly halted?: true;
}

export type QuoteDefect = 'no_bid' | 'no_ask' | 'no_size' | 'crossed' | 'halted';

/** Why this quote cannot price an order, or `null`. A locked quote (bid = ask) is sound. */
export function quoteDefect(quote: Quote): QuoteDefect | null {
  if (quote.halted) return 'halted';
  if (quote.bid <= 0n) return 'no_bid';
  if (quote.ask <= 0n) return 'no_ask';
  if (quote.bid > quote.ask) return 'crossed';
  if (quote.bidSize < 1 || quote.askSize < 1) return 'no_size';
  return null;
}

/** (bid + ask) / 2, exact: may lie between two ticks. */
export function mid(quote: Quote): Price {
  return priceFromUnits((quote.bid + quote.ask) / 2n);
}

/** Both ages in milliseconds, never below 0: a venue's clock may run ahead of ours. */
export function quoteAge(quote: Quote, now: EpochMs): { receivedMs: number; eventMs: number } {
  return {
    receivedMs: Math.max(0, now - quote.receivedAt),
    eventMs: Math.max(0, now - quote.eventAt),
  };
}
