/** What can be traded: one record per contract or share, with everything an order needs to know. */
import type { Branded } from '#kernel/brand.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { TickGrid } from './tick-grid.ts';

/**
 * The desk's name of an instrument: `UBER` for a share, the 21-character OCC symbol for an option
 * (`UBER  261204P00078000`), `/ESZ6` for a future, `./ESZ6 E1AZ6 261204C6900` for its option.
 */
export type InstrumentSymbol = Branded<string, 'InstrumentSymbol'>;

export type Right = 'C' | 'P';
export type AssetClass = 'option' | 'equity' | 'future' | 'future_option';

/** Whose hours an instrument keeps; see `session.ts`. */
export type SessionKind = 'equity' | 'equity_option' | 'late_option' | 'future';

interface Tradable {
  readonly symbol: InstrumentSymbol;
  /** `UBER` for UBER shares and options, `ES` for /ESZ6 and its options. */
  readonly underlying: string;
  /** Dollars per 1.00 of price: 1 for a share, 100 for a standard option, 50 for /ES. */
  readonly multiplier: number;
  readonly grid: TickGrid;
  readonly session: SessionKind;
  /** False when the venue takes no order in it. */
  readonly tradable: boolean;
  readonly closingOnly: boolean;
}

export interface EquityInstrument extends Tradable {
  readonly kind: 'equity';
}

export interface OptionInstrument extends Tradable {
  readonly kind: 'option';
  /** `SPX` or `SPXW`; adjusted roots end in a digit and are not standard. */
  readonly root: string;
  readonly right: Right;
  readonly strike: Price;
  readonly expiry: IsoDate;
  readonly settlement: 'am' | 'pm';
  /** Delivers 100 shares and nothing else. */
  readonly standard: boolean;
  readonly lastTradeAt: EpochMs;
}

export interface FutureInstrument extends Tradable {
  readonly kind: 'future';
  /** Product code without slash, as in `ES`. */
  readonly root: string;
  readonly expiry: IsoDate;
  readonly lastTradeAt: EpochMs;
}

export interface FutureOptionInstrument extends Tradable {
  readonly kind: 'future_option';
  readonly root: string;
  readonly future: InstrumentSymbol;
  readonly right: Right;
  readonly strike: Price;
  readonly expiry: IsoDate;
  readonly lastTradeAt: EpochMs;
}

export type Instrument =
  | EquityInstrument
  | OptionInstrument
  | FutureInstrument
  | FutureOptionInstrument;

export function asInstrumentSymbol(text: string): InstrumentSymbol {
  return text as InstrumentSymbol;
}
