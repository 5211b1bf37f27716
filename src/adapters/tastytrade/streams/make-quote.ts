/**
 * A quote of the desk, from what the venue sent.
 *
 * tastytrade's feed mostly leaves out when a quote came to be. Then it is of the moment at which
 * the venue says it: an option can stand for a minute without a change and be quoted all the same.
 * What comes with a time keeps it, however often it is sent again.
 */
import { type Price, ZERO_PRICE } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { Snapshot } from '../wire/market.ts';
import { sizeOf } from './wire.ts';

export interface Touch {
  /** `null` when nobody bids, or the venue did not say. */
  readonly bid: Price | null;
  readonly ask: Price | null;
  readonly bidSize: number;
  readonly askSize: number;
  readonly at: EpochMs | null;
}

export function touchOf({ bid, ask, bidSize, askSize, updatedAt }: Snapshot): Touch {
  return { bid, ask, bidSize: sizeOf(bidSize), askSize: sizeOf(askSize), at: updatedAt };
}

export interface QuoteContext {
  readonly symbol: InstrumentSymbol;
  readonly now: EpochMs;
  readonly isDelayed: boolean;
  readonly isHalted: boolean;
}

export function makeQuote(touch: Touch, context: QuoteContext): Quote {
  const { symbol, now, isDelayed, isHalted } = context;
  const prices = {
    bid: touch.bid ?? ZERO_PRICE,
    ask: touch.ask ?? ZERO_PRICE,
    bidSize: touch.bid === null ? 0 : touch.bidSize,
    askSize: touch.ask === null ? 0 : touch.askSize,
  };
  const at = touch.at ?? now;
  return {
    symbol,
    ...prices,
    // A venue's clock ahead of ours makes nothing younger than its receipt.
    eventAt: at < now ? at : now,
    receivedAt: now,
    ...(isDelayed && { delayed: true }),
    ...(isHalted && { halted: true }),
  };
}
