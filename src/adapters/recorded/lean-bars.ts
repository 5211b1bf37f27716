/**
 * Reading QuantConnect/Lean minute bars: a CSV per instrument, no header, times in milliseconds
 * since midnight in New York, a bar's time is its start.
 *
 * Quote rows are `time, bid O H L C size, ask O H L C size` with prices × 10,000 (bid or ask empty
 * when nobody quotes); rows of an index `time, O H L C, volume` with prices in dollars.
 */
import { type IsoDate, parseIsoDate } from '#kernel/calendar.ts';
import { type Price, parsePrice, priceFromUnits, ZERO_PRICE } from '#kernel/price.ts';
import type { Right } from '#market/instrument.ts';

/** A top of book at a moment of the day. */
export interface Moment {
  /** Milliseconds since midnight in New York. */
  readonly at: number;
  readonly bid: Price;
  readonly ask: Price;
  readonly bidSize: number;
  readonly askSize: number;
}

export interface ContractName {
  readonly root: string;
  readonly right: Right;
  readonly strike: Price;
  readonly expiry: IsoDate;
}

interface Side {
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly size: number;
}

const NAME = /^\d{8}_([a-z]+)_minute_quote_(?:american|european)_(call|put)_(\d+)_(\d{8})\.csv$/;
const UNITS_PER_RECORDED = 100_000n;
const NOBODY: Side = {
  open: ZERO_PRICE,
  high: ZERO_PRICE,
  low: ZERO_PRICE,
  close: ZERO_PRICE,
  size: 0,
};
/** Where in its minute each of a bar's four prices is put. */
const OPEN_AT_MS = 0;
const FIRST_TURN_AT_MS = 20_000;
const SECOND_TURN_AT_MS = 40_000;
const CLOSE_AT_MS = 59_000;

/** Reads `20210104_spxw_minute_quote_european_call_37000000_20210104.csv`; `null` for another. */
export function parseContractName(fileName: string): ContractName | null {
  const match = NAME.exec(fileName);
  if (match === null) return null;
  const [, root = '', right = '', strike = '', day = ''] = match;
  const expiry = parseIsoDate(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`);
  if (expiry === null) return null;
  return {
    root: root.toUpperCase(),
    right: right === 'call' ? 'C' : 'P',
    strike: priceFromUnits(BigInt(strike) * UNITS_PER_RECORDED),
    expiry,
  };
}

/**
 * The moments of quote bars: open, the two extremes, close. A bar that rises is taken to have made
 * its low first. Bid and ask move together, so no moment is crossed that was not recorded so.
 */
export function parseQuoteBars(csv: string): readonly Moment[] | null {
  const moments: Moment[] = [];
  for (const line of linesOf(csv)) {
    const cells = line.split(',');
    const at = count(cells[0]);
    const bid = sideOf(cells.slice(1, 6), tenThousandths);
    const ask = sideOf(cells.slice(6, 11), tenThousandths);
    if (at === null || bid === null || ask === null || cells.length !== 11) return null;
    moments.push(...pathOf(at, bid, ask));
  }
  return moments;
}

/** The moments of trade bars of an index, which has one price and no size. */
export function parseIndexBars(csv: string): readonly Moment[] | null {
  const moments: Moment[] = [];
  for (const line of linesOf(csv)) {
    const cells = line.split(',');
    const at = count(cells[0]);
    const side = sideOf([...cells.slice(1, 5), '1'], dollars);
    if (at === null || side === null || cells.length !== 6) return null;
    moments.push(...pathOf(at, side, side));
  }
  return moments;
}

function pathOf(at: number, bid: Side, ask: Side): readonly Moment[] {
  const sizes = { bidSize: bid.size, askSize: ask.size };
  const rises = bid.close + ask.close >= bid.open + ask.open;
  const [first, second] = rises ? (['low', 'high'] as const) : (['high', 'low'] as const);
  return [
    { at: at + OPEN_AT_MS, bid: bid.open, ask: ask.open, ...sizes },
    { at: at + FIRST_TURN_AT_MS, bid: bid[first], ask: ask[first], ...sizes },
    { at: at + SECOND_TURN_AT_MS, bid: bid[second], ask: ask[second], ...sizes },
    { at: at + CLOSE_AT_MS, bid: bid.close, ask: ask.close, ...sizes },
  ];
}

function sideOf(cells: readonly string[], priceOf: (cell: string) => Price | null): Side | null {
  if (cells.every((cell) => cell === '')) return NOBODY;
  const [open, high, low, close] = cells.slice(0, 4).map(priceOf);
  const size = count(cells[4]);
  if (!open || !high || !low || !close || size === null) return null;
  return { open, high, low, close, size };
}

function tenThousandths(cell: string): Price | null {
  return /^\d+$/.test(cell) ? priceFromUnits(BigInt(cell) * UNITS_PER_RECORDED) : null;
}

function dollars(cell: string): Price | null {
  const read = parsePrice(cell);
  return read.ok ? read.value : null;
}

function count(cell: string | undefined): number | null {
  return cell !== undefined && /^\d+$/.test(cell) ? Number(cell) : null;
}

function linesOf(csv: string): readonly string[] {
  return csv.split(/\r?\n/).filter((line) => line !== '');
}
