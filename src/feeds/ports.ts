/** What the desk needs to know of the market. */
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import type { Result } from '#kernel/result.ts';
import type { Instrument, InstrumentSymbol, Right } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';

export interface QuoteSource {
  /** Starts quotes for an instrument; asking again changes nothing. */
  subscribe(instrument: Instrument): void;
  unsubscribe(symbol: InstrumentSymbol): void;
  /** The newest quote received, however old, or `null`. Never waits. */
  latest(symbol: InstrumentSymbol): Quote | null;
  /** Calls `listener` with every quote of every subscription, in order of receipt, until undone. */
  onQuote(listener: (quote: Quote) => void): () => void;
}

/** What an alert names; a future by its root means the front contract. */
export type InstrumentQuery =
  | { readonly kind: 'equity'; readonly symbol: string }
  | {
      readonly kind: 'option';
      readonly underlying: string;
      readonly right: Right;
      readonly strike: Price;
      readonly expiry: IsoDate;
    }
  | { readonly kind: 'future'; readonly root: string; readonly contract: string | null }
  | {
      readonly kind: 'future_option';
      /** Of the future behind it, as in `ES`. */
      readonly root: string;
      readonly right: Right;
      readonly strike: Price;
      readonly expiry: IsoDate;
    };

export interface ListedExpiry {
  readonly expiry: IsoDate;
  /** Ascending. */
  readonly strikes: readonly Price[];
}

/** The standard options listed on an underlying, and the underlying itself. */
export interface Listing {
  readonly underlying: Instrument;
  /** Ascending. */
  readonly expiries: readonly ListedExpiry[];
}

export type LookupFault =
  | { readonly kind: 'unknown_symbol' }
  | { readonly kind: 'not_listed' }
  | { readonly kind: 'unavailable'; readonly detail: string };

export interface InstrumentSource {
  find(query: InstrumentQuery): Promise<Result<Instrument, LookupFault>>;
  /** Options listed on the underlying today. */
  listing(underlying: string): Promise<Result<Listing, LookupFault>>;
  /** The instrument of a symbol the desk stored earlier. */
  bySymbol(symbol: InstrumentSymbol): Promise<Result<Instrument, LookupFault>>;
}
