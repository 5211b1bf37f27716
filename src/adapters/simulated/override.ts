/** What a test puts in place of the market's own quotes of one symbol. */
import type { Price } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';

/** A top of book to stand until it is changed; sizes are 10 when not given. */
export interface Pin {
  readonly bid: Price;
  readonly ask: Price;
  readonly bidSize?: number;
  readonly askSize?: number;
  readonly halted?: true;
  readonly delayed?: true;
}

const SIZE = 10;

export function pinnedQuote(symbol: InstrumentSymbol, pin: Pin, at: EpochMs): Quote {
  return {
    symbol,
    bid: pin.bid,
    ask: pin.ask,
    bidSize: pin.bidSize ?? SIZE,
    askSize: pin.askSize ?? SIZE,
    eventAt: at,
    receivedAt: at,
    ...(pin.halted ? { halted: true } : {}),
    ...(pin.delayed ? { delayed: true } : {}),
  };
}
