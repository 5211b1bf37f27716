/**
 * Complete instrument records from what people write, by the standard rules of US markets.
 *
 * For a market of our own making and for checks before a broker has been asked. A broker's own
 * record of an instrument (its tick table, its multiplier, its last trading time) goes first.
 */
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { CALENDAR_YEAR_FIRST, CALENDAR_YEAR_LAST } from './exchange-calendar.ts';
import { futureEnd, lastOptionTradeAt } from './expiries.ts';
import { type ContractParts, formatFuture, MONTH_CODES, parseFuture } from './future-symbols.ts';
import {
  asInstrumentSymbol,
  type EquityInstrument,
  type FutureInstrument,
  type Instrument,
  type InstrumentSymbol,
  type OptionInstrument,
  type Right,
} from './instrument.ts';
import { AM_ROOTS, INDEX_CLASSES, LATE_CLASSES, PM_ROOT_OF_INDEX } from './option-classes.ts';
import { FUTURE_PRODUCTS } from './products.ts';
import { isCovered, isTradingDay } from './session.ts';
import {
  formatOcc,
  isAdjusted,
  parseOcc,
  rootOf,
  type SymbolFault,
  shown,
  underlyingOf,
} from './symbols.ts';
import { EQUITY_GRID, futureGrid, optionGrid } from './tick-tables.ts';

export type InstrumentFault =
  | SymbolFault
  | {
      readonly kind: 'unknown_product' | 'no_trading_day' | 'calendar_not_covered';
      readonly text: string;
    };

export interface OptionTerms {
  /** `BRK/B`, `SPX` */
  readonly underlying: string;
  readonly expiry: IsoDate;
  readonly strike: Price;
  readonly right: Right;
  /** The standard root of the underlying (for an index its PM series) unless given. */
  readonly root?: string;
}

const EQUITY_SYMBOL = /^[A-Z]{1,5}(?:\/[A-Z]{1,2})?$/;
const SHARES_PER_CONTRACT = 100;

/** A share, a fund, or an index (which takes no order). */
export function equity(symbol: string): Result<EquityInstrument, InstrumentFault> {
  if (!EQUITY_SYMBOL.test(symbol)) return err({ kind: 'not_a_symbol', text: shown(symbol) });
  return ok({
    kind: 'equity',
    symbol: asInstrumentSymbol(symbol),
    underlying: symbol,
    multiplier: 1,
    grid: EQUITY_GRID,
    session: 'equity',
    tradable: !INDEX_CLASSES.has(symbol),
    closingOnly: false,
  });
}

/** An option that delivers 100 shares, or an index's worth. Whether it is listed is not asked. */
export function option(terms: OptionTerms): Result<OptionInstrument, InstrumentFault> {
  const { underlying, expiry, strike, right } = terms;
  const root = terms.root ?? PM_ROOT_OF_INDEX.get(underlying) ?? rootOf(underlying);
  const symbol = formatOcc({ root, expiry, strike, right });
  if (!symbol.ok) return symbol;
  if (!isCovered(expiry)) return err({ kind: 'calendar_not_covered', text: expiry });
  if (!isTradingDay(expiry)) return err({ kind: 'no_trading_day', text: expiry });
  return ok({
    kind: 'option',
    symbol: symbol.value,
    underlying,
    root,
    right,
    strike,
    expiry,
    multiplier: SHARES_PER_CONTRACT,
    grid: optionGrid(underlying),
    session: LATE_CLASSES.has(underlying) ? 'late_option' : 'equity_option',
    settlement: AM_ROOTS.has(root) ? 'am' : 'pm',
    standard: !isAdjusted(root),
    lastTradeAt: lastOptionTradeAt(root, expiry),
    tradable: true,
    closingOnly: false,
  });
}

/** A contract of a product we know, in one of the months that are traded. */
export function future(contract: ContractParts): Result<FutureInstrument, InstrumentFault> {
  const { root, year, month } = contract;
  const product = FUTURE_PRODUCTS.get(root);
  const grid = futureGrid(root);
  if (!product || !grid) return err({ kind: 'unknown_product', text: shown(root) });
  const symbol = formatFuture(contract);
  const code = MONTH_CODES.charAt(month - 1);
  if (code === '' || !product.months.includes(code)) {
    return err({ kind: 'bad_contract', text: symbol });
  }
  // A January contract may end in the year before its own.
  if (year <= CALENDAR_YEAR_FIRST || year > CALENDAR_YEAR_LAST) {
    return err({ kind: 'calendar_not_covered', text: symbol });
  }
  const { expiry, lastTradeAt } = futureEnd(product, contract);
  return ok({
    kind: 'future',
    symbol,
    underlying: root,
    root,
    expiry,
    multiplier: product.multiplier,
    grid,
    session: 'future',
    lastTradeAt,
    tradable: true,
    closingOnly: false,
  });
}

/**
 * The instrument of a symbol the desk has stored: a share, an option or a future (not a future
 * option: their ticks are the broker's to say). `near` reads the one-digit year of a future.
 */
export function instrumentOf(
  symbol: InstrumentSymbol,
  near: IsoDate,
): Result<Instrument, InstrumentFault> {
  if (symbol.startsWith('/')) {
    const contract = parseFuture(symbol, near);
    return contract.ok ? future(contract.value) : contract;
  }
  if (!/\d/.test(symbol)) return equity(symbol);
  const parts = parseOcc(symbol);
  return parts.ok ? option({ ...parts.value, underlying: underlyingOf(parts.value.root) }) : parts;
}
