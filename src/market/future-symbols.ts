/**
 * Names of futures and their options: the desk's and brokers' (`/ESZ6`, one digit of the year,
 * `./ESU3 E3AN3 230717C5600`) and dxFeed's (`/ESZ26:XCME`, two digits and the venue).
 *
 * One digit of a year needs a date to be read by; a future option carries one, its expiry.
 */
import { civilDate, type IsoDate } from '#kernel/calendar.ts';
import { parseDecimal } from '#kernel/decimal.ts';
import { type Price, priceFromUnits } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { asInstrumentSymbol, type InstrumentSymbol, type Right } from './instrument.ts';
import {
  dateOfYymmdd,
  isRight,
  type SymbolFault,
  shortDecimal,
  shown,
  yymmddOf,
} from './symbols.ts';

/** January to December. */
export const MONTH_CODES = 'FGHJKMNQUVXZ';
/** Where dxFeed quotes futures: CME, CBOT, COMEX, NYMEX, CFE. */
export const STREAMER_VENUES = ['XCME', 'XCBT', 'XCEC', 'XNYM', 'XCBF'] as const;
export type StreamerVenue = (typeof STREAMER_VENUES)[number];

/** A delivery month of a product: the future itself, or the series an option belongs to. */
export interface ContractParts {
  /** `ES`; for the series of an option `E3A`. */
  readonly root: string;
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
}

export interface FutureOptionParts {
  readonly future: ContractParts;
  readonly series: ContractParts;
  readonly expiry: IsoDate;
  readonly right: Right;
  readonly strike: Price;
}

const CONTRACT = /^([A-Z0-9]{1,4}?)([FGHJKMNQUVXZ])(\d{1,2})$/;
const MONTH_AND_YEAR = /^([FGHJKMNQUVXZ])(\d{1,2})$/;
const STREAMER_FUTURE = /^\/([A-Z0-9]{1,4}?)([FGHJKMNQUVXZ])(\d{2}):([A-Z]{4})$/;
const OPTION_TAIL = /^(\d{6})([CP])(\d{1,7}(?:\.\d{1,7})?)$/;
/** Future (with its slash) and series are each padded to this. */
const PADDED = 6;
/** Dot, future, series. */
const OPTION_HEAD = 1 + 2 * PADDED;
/** Contracts are listed at most this far ahead; an older digit is last year's. */
const YEARS_AHEAD_MAX = 8;

/** Reads `/ESZ6` or `/ESZ26`; `near` says which decade a single digit belongs to. */
export function parseFuture(text: string, near: IsoDate): Result<ContractParts, SymbolFault> {
  const parts = text.startsWith('/') ? contractOf(text.slice(1), near) : null;
  return parts === null ? err({ kind: 'not_a_symbol', text: shown(text) }) : ok(parts);
}

/** Reads `Z6` or `Z26`, the contract of a product whose root is known. */
export function parseContract(
  root: string,
  text: string,
  near: IsoDate,
): Result<ContractParts, SymbolFault> {
  const match = MONTH_AND_YEAR.exec(text);
  if (match === null) return err({ kind: 'bad_contract', text: shown(text) });
  const [, month = '', digits = ''] = match;
  return ok({ root, month: monthOf(month), year: yearOf(digits, near) });
}

export function formatFuture(parts: ContractParts): InstrumentSymbol {
  return asInstrumentSymbol(`/${contractCode(parts)}`);
}

/** Reads `/ESZ26:XCME`. */
export function parseStreamerFuture(
  text: string,
): Result<ContractParts & { readonly venue: StreamerVenue }, SymbolFault> {
  const match = STREAMER_FUTURE.exec(text);
  const venue = STREAMER_VENUES.find((known) => known === match?.[4]);
  if (match === null || venue === undefined)
    return err({ kind: 'not_a_symbol', text: shown(text) });
  const [, root = '', month = '', digits = ''] = match;
  return ok({ root, month: monthOf(month), year: 2000 + Number(digits), venue });
}

export function formatStreamerFuture(parts: ContractParts, venue: StreamerVenue): string {
  return `/${parts.root}${monthCode(parts.month)}${twoDigits(parts.year)}:${venue}`;
}

/**
 * Reads `./ESU3 E3AN3 230717C5600`: future and series padded to 6, expiry, right, strike.
 */
export function parseFutureOption(text: string): Result<FutureOptionParts, SymbolFault> {
  const match = text.startsWith('./') ? OPTION_TAIL.exec(text.slice(OPTION_HEAD)) : null;
  if (match === null) return err({ kind: 'not_a_symbol', text: shown(text) });
  const [, yymmdd = '', right = '', strikeText = ''] = match;
  const expiry = dateOfYymmdd(yymmdd);
  if (expiry === null) return err({ kind: 'no_such_date', text: shown(text) });
  const future = contractOf(text.slice(2, 1 + PADDED).trimEnd(), expiry);
  const series = contractOf(text.slice(1 + PADDED, OPTION_HEAD).trimEnd(), expiry);
  if (future === null || series === null || !isRight(right)) {
    return err({ kind: 'bad_contract', text: shown(text) });
  }
  const units = parseDecimal(strikeText);
  if (!units.ok || units.value === 0n) return err({ kind: 'bad_strike', text: shown(text) });
  const parts = { future, series, expiry, right, strike: priceFromUnits(units.value) };
  return formatFutureOption(parts) === text
    ? ok(parts)
    : err({ kind: 'not_a_symbol', text: shown(text) });
}

export function formatFutureOption(parts: FutureOptionParts): InstrumentSymbol {
  const { expiry, right, strike } = parts;
  const future = `/${contractCode(parts.future)}`.padEnd(PADDED, ' ');
  const series = contractCode(parts.series).padEnd(PADDED, ' ');
  return asInstrumentSymbol(
    `.${future}${series}${yymmddOf(expiry)}${right}${shortDecimal(strike)}`,
  );
}

/** `./E3AN23C5600:XCME`: names the series, not the future behind it. */
export function formatStreamerFutureOption(parts: FutureOptionParts, venue: StreamerVenue): string {
  const { series, right, strike } = parts;
  const contract = `${series.root}${monthCode(series.month)}${twoDigits(series.year)}`;
  return `./${contract}${right}${shortDecimal(strike)}:${venue}`;
}

function contractOf(text: string, near: IsoDate): ContractParts | null {
  const match = CONTRACT.exec(text);
  if (match === null) return null;
  const [, root = '', month = '', digits = ''] = match;
  return { root, month: monthOf(month), year: yearOf(digits, near) };
}

function contractCode({ root, year, month }: ContractParts): string {
  return `${root}${monthCode(month)}${year % 10}`;
}

function monthOf(code: string): number {
  return MONTH_CODES.indexOf(code) + 1;
}

function monthCode(month: number): string {
  return MONTH_CODES.charAt(month - 1);
}

function twoDigits(year: number): string {
  return String(year % 100).padStart(2, '0');
}

function yearOf(digits: string, near: IsoDate): number {
  if (digits.length === 2) return 2000 + Number(digits);
  const { year } = civilDate(near);
  const ahead = (((Number(digits) - year) % 10) + 10) % 10;
  return ahead <= YEARS_AHEAD_MAX ? year + ahead : year - 1;
}
