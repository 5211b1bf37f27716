/** Instrument records as the venue keeps them, before they are instruments of the desk. */
import { z } from 'zod';
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Right } from '#market/instrument.ts';
import { type TickBand, type TickGrid, tickGrid } from '#market/tick-grid.ts';
import { DATE, FLAG, INSTANT, lenient, PRICE, problemOf, RATIO } from './values.ts';

const TICK = z.object({
  value: PRICE,
  threshold: lenient(PRICE),
  symbol: lenient(z.string()),
});

/**
 * A tick table as a grid, `null` when the venue states none that makes sense: an entry holds below
 * its threshold, the one without from there on. Entries of another symbol are passed over.
 */
export function gridOf(table: unknown, symbol: string): TickGrid | null {
  const entries = z.array(TICK).safeParse(table);
  if (!entries.success) return null;
  const own = entries.data.filter((entry) => entry.symbol === null || entry.symbol === symbol);
  const bands: TickBand[] = [];
  for (const { value, threshold } of own) {
    if (value === null) return null;
    bands.push({ below: threshold, tick: value });
  }
  bands.sort((a, b) => order(a.below, b.below));
  const grid = tickGrid(bands);
  return grid.ok ? grid.value : null;
}

function uniform(tick: Price | null): TickGrid | null {
  return tick === null || tick <= 0n ? null : { bands: [{ below: null, tick }] };
}

function order(a: Price | null, b: Price | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}

export interface EquityRecord {
  readonly symbol: string;
  readonly active: boolean;
  readonly isIndex: boolean;
  readonly isClosingOnly: boolean;
  readonly isOptionsClosingOnly: boolean;
  readonly isHalted: boolean;
  readonly streamerSymbol: string | null;
  readonly grid: TickGrid | null;
  readonly optionGrid: TickGrid | null;
}

const EQUITY = z.object({
  symbol: z.string().min(1),
  active: lenient(FLAG),
  'is-index': lenient(FLAG),
  'is-closing-only': lenient(FLAG),
  'is-options-closing-only': lenient(FLAG),
  'halted-at': lenient(INSTANT),
  'streamer-symbol': lenient(z.string()),
  'tick-sizes': z.unknown().optional(),
  'option-tick-sizes': z.unknown().optional(),
});

export function decodeEquity(raw: unknown): Result<EquityRecord, string> {
  const parsed = EQUITY.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const wire = parsed.data;
  return ok({
    symbol: wire.symbol,
    active: wire.active ?? true,
    isIndex: wire['is-index'] ?? false,
    isClosingOnly: wire['is-closing-only'] ?? false,
    isOptionsClosingOnly: wire['is-options-closing-only'] ?? false,
    isHalted: wire['halted-at'] !== null,
    streamerSymbol: wire['streamer-symbol'],
    grid: gridOf(wire['tick-sizes'], wire.symbol),
    optionGrid: gridOf(wire['option-tick-sizes'], wire.symbol),
  });
}

/** What an option's own record adds to its place in the chain. */
export interface OptionRecord {
  readonly symbol: string;
  readonly underlying: string;
  readonly root: string;
  readonly right: Right;
  readonly strike: Price;
  readonly expiry: IsoDate;
  readonly settlement: 'am' | 'pm';
  readonly isStandard: boolean;
  readonly sharesPerContract: number | null;
  readonly active: boolean;
  readonly isClosingOnly: boolean;
  readonly isHalted: boolean;
  readonly stopsTradingAt: EpochMs | null;
  readonly expiresAt: EpochMs | null;
  readonly streamerSymbol: string | null;
}

const OPTION = z.object({
  symbol: z.string().min(1),
  'underlying-symbol': z.string().min(1),
  'root-symbol': z.string().min(1),
  'option-type': z.enum(['C', 'P']),
  'strike-price': PRICE,
  'expiration-date': DATE,
  'settlement-type': lenient(z.enum(['AM', 'PM'])),
  'option-chain-type': lenient(z.string()),
  'shares-per-contract': lenient(RATIO),
  active: lenient(FLAG),
  'is-closing-only': lenient(FLAG),
  'halted-at': lenient(INSTANT),
  'stops-trading-at': lenient(INSTANT),
  'expires-at': lenient(INSTANT),
  'streamer-symbol': lenient(z.string()),
});

export function decodeOption(raw: unknown): Result<OptionRecord, string> {
  const parsed = OPTION.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const wire = parsed.data;
  const strike = wire['strike-price'];
  if (strike === null) return err('strike-price: expected a price');
  return ok({
    symbol: wire.symbol,
    underlying: wire['underlying-symbol'],
    root: wire['root-symbol'],
    right: wire['option-type'],
    strike,
    expiry: wire['expiration-date'],
    settlement: wire['settlement-type'] === 'AM' ? 'am' : 'pm',
    isStandard: (wire['option-chain-type'] ?? 'Standard') === 'Standard',
    sharesPerContract: wire['shares-per-contract'],
    active: wire.active ?? true,
    isClosingOnly: wire['is-closing-only'] ?? false,
    isHalted: wire['halted-at'] !== null,
    stopsTradingAt: wire['stops-trading-at'],
    expiresAt: wire['expires-at'],
    streamerSymbol: wire['streamer-symbol'],
  });
}

export interface FutureRecord {
  readonly symbol: string;
  readonly productCode: string;
  readonly expiry: IsoDate;
  /** Dollars per 1.00 of price; a fraction for some products. */
  readonly notionalMultiplier: number;
  readonly grid: TickGrid | null;
  readonly optionGrid: TickGrid | null;
  readonly active: boolean;
  readonly isFront: boolean;
  readonly isTradeable: boolean;
  readonly isClosingOnly: boolean;
  readonly stopsTradingAt: EpochMs | null;
  readonly expiresAt: EpochMs | null;
  readonly streamerSymbol: string | null;
}

const FUTURE = z.object({
  symbol: z.string().startsWith('/'),
  'product-code': z.string().min(1),
  'expiration-date': DATE,
  'notional-multiplier': RATIO,
  'tick-size': lenient(PRICE),
  'tick-sizes': z.unknown().optional(),
  'option-tick-sizes': z.unknown().optional(),
  active: lenient(FLAG),
  'active-month': lenient(FLAG),
  'is-tradeable': lenient(FLAG),
  'is-closing-only': lenient(FLAG),
  'stops-trading-at': lenient(INSTANT),
  'expires-at': lenient(INSTANT),
  'streamer-symbol': lenient(z.string()),
});

export function decodeFuture(raw: unknown): Result<FutureRecord, string> {
  const parsed = FUTURE.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const wire = parsed.data;
  const multiplier = wire['notional-multiplier'];
  if (multiplier === null) return err('notional-multiplier: expected a number');
  return ok({
    symbol: wire.symbol,
    productCode: wire['product-code'].replace(/^\//, ''),
    expiry: wire['expiration-date'],
    notionalMultiplier: multiplier,
    grid: gridOf(wire['tick-sizes'], wire.symbol) ?? uniform(wire['tick-size']),
    optionGrid: gridOf(wire['option-tick-sizes'], wire.symbol),
    active: wire.active ?? true,
    isFront: wire['active-month'] ?? false,
    isTradeable: wire['is-tradeable'] ?? true,
    isClosingOnly: wire['is-closing-only'] ?? false,
    stopsTradingAt: wire['stops-trading-at'],
    expiresAt: wire['expires-at'],
    streamerSymbol: wire['streamer-symbol'],
  });
}

export interface FutureOptionRecord {
  readonly symbol: string;
  /** `/ESZ6` */
  readonly future: string;
  readonly root: string;
  readonly right: Right;
  readonly strike: Price;
  readonly expiry: IsoDate;
  readonly active: boolean;
  readonly isClosingOnly: boolean;
  readonly stopsTradingAt: EpochMs | null;
  readonly expiresAt: EpochMs | null;
  readonly streamerSymbol: string | null;
}

const FUTURE_OPTION = z.object({
  symbol: z.string().startsWith('./'),
  'underlying-symbol': z.string().startsWith('/'),
  'option-root-symbol': lenient(z.string()),
  'root-symbol': lenient(z.string()),
  'option-type': z.enum(['C', 'P']),
  'strike-price': PRICE,
  'expiration-date': DATE,
  active: lenient(FLAG),
  'is-closing-only': lenient(FLAG),
  'stops-trading-at': lenient(INSTANT),
  'expires-at': lenient(INSTANT),
  'streamer-symbol': lenient(z.string()),
});

export function decodeFutureOption(raw: unknown): Result<FutureOptionRecord, string> {
  const parsed = FUTURE_OPTION.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const wire = parsed.data;
  const strike = wire['strike-price'];
  const root = wire['option-root-symbol'] ?? wire['root-symbol'];
  if (strike === null || root === null) return err('strike-price, root: expected both');
  return ok({
    symbol: wire.symbol,
    future: wire['underlying-symbol'],
    root: root.replace(/^\//, ''),
    right: wire['option-type'],
    strike,
    expiry: wire['expiration-date'],
    active: wire.active ?? true,
    isClosingOnly: wire['is-closing-only'] ?? false,
    stopsTradingAt: wire['stops-trading-at'],
    expiresAt: wire['expires-at'],
    streamerSymbol: wire['streamer-symbol'],
  });
}

/** A product futures are listed of. */
export interface FutureProductRecord {
  readonly code: string;
  readonly description: string | null;
  readonly exchange: string | null;
}

const PRODUCT = z.object({
  code: z.string().min(1),
  description: lenient(z.string()),
  exchange: lenient(z.string()),
});

export function decodeFutureProduct(raw: unknown): Result<FutureProductRecord, string> {
  const parsed = PRODUCT.safeParse(raw);
  return parsed.success ? ok(parsed.data) : err(problemOf(parsed.error));
}
