/** What the simulated market lists: standard expiries, and strikes that stay when prices move. */
import type { InstrumentQuery, ListedExpiry, Listing, LookupFault } from '#feeds/ports.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import { type Price, priceFromUnits } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { frontContract, listedExpiries } from '#market/expiries.ts';
import { parseContract } from '#market/future-symbols.ts';
import type { Instrument } from '#market/instrument.ts';
import { equity, future, instrumentOf, option } from '#market/instruments.ts';
import { FUTURES, UNDERLYINGS, type Underlying } from './universe.ts';

/** Fine strikes lie within this share of the table's price, coarse ones within the next. */
const FINE = 0.3;
const COARSE = 0.7;
const COARSE_STEPS = 4;

export function find(query: InstrumentQuery, on: IsoDate): Result<Instrument, LookupFault> {
  switch (query.kind) {
    case 'equity': {
      const made = UNDERLYINGS.has(query.symbol) ? equity(query.symbol) : null;
      return made?.ok ? made : err({ kind: 'unknown_symbol' });
    }
    case 'option': {
      const underlying = UNDERLYINGS.get(query.underlying);
      if (underlying === undefined) return err({ kind: 'unknown_symbol' });
      const made = option(query);
      const listed = made.ok && isListed(made.value, on);
      return listed ? made : err({ kind: 'not_listed' });
    }
    case 'future': {
      if (!FUTURES.has(query.root)) return err({ kind: 'unknown_symbol' });
      return findFuture(query.root, query.contract, on);
    }
    case 'future_option':
      return err({ kind: FUTURES.has(query.root) ? 'not_listed' : 'unknown_symbol' });
  }
}

export function listingOf(symbol: string, on: IsoDate): Result<Listing, LookupFault> {
  const known = UNDERLYINGS.get(symbol);
  const underlying = known === undefined ? null : equity(symbol);
  if (known === undefined || !underlying?.ok) return err({ kind: 'unknown_symbol' });
  const strikes = strikesOf(known);
  const expiries = listedExpiries(symbol, on).map((expiry): ListedExpiry => ({ expiry, strikes }));
  return ok({ underlying: underlying.value, expiries });
}

/** The instrument of a symbol the market has listed, even if it has ended meanwhile. */
export function bySymbol(
  symbol: Instrument['symbol'],
  on: IsoDate,
): Result<Instrument, LookupFault> {
  const made = instrumentOf(symbol, on);
  if (!made.ok) return err({ kind: 'unknown_symbol' });
  const known =
    made.value.kind === 'future'
      ? FUTURES.has(made.value.root)
      : UNDERLYINGS.has(made.value.underlying);
  return known ? made : err({ kind: 'unknown_symbol' });
}

/** Whether the market trades it on that day. */
export function isListed(instrument: Instrument, on: IsoDate): boolean {
  switch (instrument.kind) {
    case 'equity':
      return UNDERLYINGS.has(instrument.underlying);
    case 'future':
      return FUTURES.has(instrument.root) && instrument.expiry >= on;
    case 'option': {
      const underlying = UNDERLYINGS.get(instrument.underlying);
      if (underlying === undefined || !instrument.standard) return false;
      return (
        expiriesOf(underlying.symbol, on).has(instrument.expiry) &&
        strikeSetOf(underlying).has(instrument.strike)
      );
    }
    case 'future_option':
      return false;
  }
}

function strikesOf(underlying: Underlying): readonly Price[] {
  return [...strikeSetOf(underlying)];
}

const strikeSets = new Map<string, ReadonlySet<Price>>();
const expirySets = new Map<string, { readonly on: IsoDate; readonly set: ReadonlySet<IsoDate> }>();

function strikeSetOf(underlying: Underlying): ReadonlySet<Price> {
  const known = strikeSets.get(underlying.symbol);
  if (known !== undefined) return known;
  const { price, strikeStep } = underlying;
  const set = new Set<Price>();
  const last = Math.ceil((price * (1 + COARSE)) / strikeStep);
  for (let place = 1; place <= last; place += 1) {
    const away = Math.abs((place * strikeStep) / price - 1);
    const fine = away <= FINE;
    if (fine || (away <= COARSE && place % COARSE_STEPS === 0))
      set.add(strikeAt(place, strikeStep));
  }
  strikeSets.set(underlying.symbol, set);
  return set;
}

function strikeAt(place: number, step: number): Price {
  return priceFromUnits(BigInt(Math.round(place * step * 100)) * 10_000_000n);
}

function expiriesOf(underlying: string, on: IsoDate): ReadonlySet<IsoDate> {
  const known = expirySets.get(underlying);
  if (known?.on === on) return known.set;
  const set = new Set(listedExpiries(underlying, on));
  expirySets.set(underlying, { on, set });
  return set;
}

function findFuture(
  root: string,
  contract: string | null,
  on: IsoDate,
): Result<Instrument, LookupFault> {
  const parts = contract === null ? frontContract(root, on) : named(root, contract, on);
  const made = parts === null ? null : future(parts);
  if (!made?.ok || !isListed(made.value, on)) return err({ kind: 'not_listed' });
  return made;
}

function named(root: string, contract: string, on: IsoDate) {
  const parts = parseContract(root, contract, on);
  return parts.ok ? parts.value : null;
}
