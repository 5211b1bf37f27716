/** Instruments of the desk from the venue's records; pure. */
import type { LookupFault } from '#feeds/ports.ts';
import type { Price } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { EpochMs } from '#kernel/time.ts';
import { lastOptionTradeAt } from '#market/expiries.ts';
import { parseFutureOption } from '#market/future-symbols.ts';
import {
  asInstrumentSymbol,
  type EquityInstrument,
  type FutureInstrument,
  type FutureOptionInstrument,
  type OptionInstrument,
  type Right,
} from '#market/instrument.ts';
import { LATE_CLASSES } from '#market/option-classes.ts';
import { isCovered, isTradingDay, newYorkInstant } from '#market/session.ts';
import { isAdjusted, parseOcc } from '#market/symbols.ts';
import { EQUITY_GRID, optionGrid } from '#market/tick-tables.ts';
import type { ChainRoot, Contract, Expiration } from './wire/chain.ts';
import type {
  EquityRecord,
  FutureOptionRecord,
  FutureRecord,
  OptionRecord,
} from './wire/instruments.ts';

/** A contract's place in the chain of its underlying. */
export interface Listed {
  readonly root: ChainRoot;
  readonly expiration: Expiration;
  readonly strike: Price;
  readonly right: Right;
  readonly contract: Contract;
}

const CLOSE_MINUTES = 16 * 60;

export function makeEquity(record: EquityRecord): EquityInstrument {
  return {
    kind: 'equity',
    symbol: asInstrumentSymbol(record.symbol),
    underlying: record.symbol,
    multiplier: 1,
    grid: record.grid ?? EQUITY_GRID,
    session: 'equity',
    tradable: record.active && !record.isIndex && !record.isHalted,
    closingOnly: record.isClosingOnly,
  };
}

/** `own` is the option's own record where the venue gives it out. */
export function makeOption(
  listed: Listed,
  about: {
    readonly underlying: EquityRecord | null;
    readonly own: OptionRecord | null;
    readonly now: EpochMs;
  },
): Result<OptionInstrument, LookupFault> {
  const { root, expiration, strike, right, contract } = listed;
  const { underlying, own, now } = about;
  const { expiry } = expiration;
  if (!standsInPlace(listed)) {
    return unavailable(`${contract.symbol} does not stand where it is listed`);
  }
  if (root.multiplier === null) return unavailable(`${root.root} has no number of shares`);
  const lastTradeAt = own?.stopsTradingAt ?? lastTrade(root.root, expiry);
  return ok({
    kind: 'option',
    symbol: asInstrumentSymbol(contract.symbol),
    underlying: root.underlying,
    root: root.root,
    right,
    strike,
    expiry,
    multiplier: root.multiplier,
    grid: root.grid ?? underlying?.optionGrid ?? optionGrid(root.underlying),
    session: LATE_CLASSES.has(root.underlying) ? 'late_option' : 'equity_option',
    settlement: expiration.settlement,
    standard: root.isStandard && !isAdjusted(root.root),
    lastTradeAt,
    tradable: own?.active !== false && !isHalted(own, underlying) && now < lastTradeAt,
    closingOnly: own?.isClosingOnly === true || underlying?.isOptionsClosingOnly === true,
  });
}

/** The symbol says what the chain says: an order goes by the symbol alone. */
function standsInPlace({ root, expiration, strike, right, contract }: Listed): boolean {
  const parts = parseOcc(contract.symbol);
  return (
    parts.ok &&
    parts.value.root === root.root &&
    parts.value.expiry === expiration.expiry &&
    parts.value.right === right &&
    parts.value.strike === strike
  );
}

function isHalted(...records: readonly ({ readonly isHalted: boolean } | null)[]): boolean {
  return records.some((record) => record?.isHalted === true);
}

/** An option that no chain lists any more, from its own record. */
export function listedAlone(own: OptionRecord): Listed {
  const contract = { symbol: own.symbol, streamerSymbol: own.streamerSymbol };
  const { strike, right, expiry, settlement } = own;
  const expiration = { expiry, settlement, strikes: new Map() };
  const root = {
    underlying: own.underlying,
    root: own.root,
    isStandard: own.isStandard,
    multiplier: own.sharesPerContract,
    grid: null,
    expirations: [expiration],
  };
  return { root, expiration, strike, right, contract };
}

export function makeFuture(
  record: FutureRecord,
  now: EpochMs,
): Result<FutureInstrument, LookupFault> {
  const multiplier = wholeMultiplier(record);
  if (multiplier === null) return unavailable(fractional(record));
  if (record.grid === null) return unavailable(`${record.symbol} has no table of ticks`);
  const lastTradeAt = endOf(record);
  return ok({
    kind: 'future',
    symbol: asInstrumentSymbol(record.symbol),
    underlying: record.productCode,
    root: record.productCode,
    expiry: record.expiry,
    multiplier,
    grid: record.grid,
    session: 'future',
    lastTradeAt,
    tradable: record.active && record.isTradeable && now < lastTradeAt,
    closingOnly: record.isClosingOnly,
  });
}

/** Its ticks and the worth of a point are those its future states. */
export function makeFutureOption(
  record: FutureOptionRecord,
  future: FutureRecord,
  now: EpochMs,
): Result<FutureOptionInstrument, LookupFault> {
  const parts = parseFutureOption(record.symbol);
  const isConsistent =
    parts.ok &&
    parts.value.expiry === record.expiry &&
    parts.value.right === record.right &&
    parts.value.strike === record.strike;
  if (!isConsistent) return unavailable(`${record.symbol} differs from its own record`);
  const multiplier = wholeMultiplier(future);
  if (multiplier === null) return unavailable(fractional(future));
  if (future.optionGrid === null) return unavailable(`${record.symbol} has no table of ticks`);
  const lastTradeAt = endOf(record);
  return ok({
    kind: 'future_option',
    symbol: asInstrumentSymbol(record.symbol),
    underlying: future.productCode,
    root: record.root,
    future: asInstrumentSymbol(record.future),
    right: record.right,
    strike: record.strike,
    expiry: record.expiry,
    multiplier,
    grid: future.optionGrid,
    session: 'future',
    lastTradeAt,
    tradable: record.active && now < lastTradeAt,
    closingOnly: record.isClosingOnly || future.isClosingOnly,
  });
}

export function unavailable(detail: string): Result<never, LookupFault> {
  return err({ kind: 'unavailable', detail });
}

function lastTrade(root: string, expiry: OptionInstrument['expiry']): EpochMs {
  // Beyond the calendar a close of 16:00 is close enough: it is years away.
  return isCovered(expiry) && isTradingDay(expiry)
    ? lastOptionTradeAt(root, expiry)
    : newYorkInstant(expiry, CLOSE_MINUTES);
}

function endOf(record: FutureRecord | FutureOptionRecord): EpochMs {
  return record.stopsTradingAt ?? record.expiresAt ?? newYorkInstant(record.expiry, CLOSE_MINUTES);
}

function wholeMultiplier({ notionalMultiplier }: FutureRecord): number | null {
  const isWhole = Number.isSafeInteger(notionalMultiplier) && notionalMultiplier > 0;
  return isWhole ? notionalMultiplier : null;
}

function fractional({ symbol, notionalMultiplier }: FutureRecord): string {
  return `a point of ${symbol} is worth ${notionalMultiplier} dollars: only whole ones are traded`;
}
