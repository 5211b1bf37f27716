/**
 * Instruments as tastytrade lists them.
 *
 * Rules
 * 1. An option is found only in the venue's chain: a Standard root, that expiry, that very strike.
 *    Of options on futures several series may end on one day: then none is picked.
 * 2. What the venue states (ticks, shares of a contract, last trading time, closing only, halted)
 *    is believed over the standard rules of the market, which fill in what it leaves out.
 * 3. A chain is asked for once a day and kept within bounds; yesterday's is never used.
 */
import type { InstrumentQuery, InstrumentSource, Listing, LookupFault } from '#feeds/ports.ts';
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import {
  formatFuture,
  parseContract,
  parseFuture,
  parseFutureOption,
} from '#market/future-symbols.ts';
import type { Instrument, InstrumentSymbol, Right } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import { parseOcc, underlyingOf } from '#market/symbols.ts';
import type { QueryFault } from '#orders/ports.ts';
import type { TastytradeClient } from './client.ts';
import { createDayCache, type DayCache } from './day-cache.ts';
import {
  type Listed,
  listedAlone,
  makeEquity,
  makeFuture,
  makeFutureOption,
  makeOption,
  unavailable,
} from './make-instrument.ts';
import type { ChainRoot, Expiration, Strike } from './wire/chain.ts';
import type {
  EquityRecord,
  FutureOptionRecord,
  FutureRecord,
  OptionRecord,
} from './wire/instruments.ts';

export interface TastytradeInstruments extends InstrumentSource {
  /** dxFeed's name of an instrument looked up before, as the venue states it; never asks. */
  streamerSymbol(symbol: InstrumentSymbol): string | null;
}

export interface TastytradeInstrumentsOptions {
  readonly client: TastytradeClient;
  readonly clock: Clock;
  readonly chainsMax: number;
}

/** Halts come and go within minutes. */
const RECORD_MS = 60_000;
const RECORDS_MAX = 2_000;
const EQUITY_SYMBOL = /^[A-Z]{1,5}(?:\/[A-Z]{1,2})?$/;
const ROOT = /^[A-Z0-9]{1,6}$/;

export function createTastytradeInstruments(
  options: TastytradeInstrumentsOptions,
): TastytradeInstruments {
  return new TastytradeListings(options);
}

type Found = Promise<Result<Instrument, LookupFault>>;
type FutureOptionQuery = Extract<InstrumentQuery, { readonly kind: 'future_option' }>;

class TastytradeListings implements TastytradeInstruments {
  readonly #clock: Clock;
  /** What the venue does not know is kept as `null` like any other answer. */
  readonly #equities: DayCache<{ record: EquityRecord | null }, QueryFault>;
  readonly #chains: DayCache<{ roots: readonly ChainRoot[] | null }, QueryFault>;
  readonly #options: DayCache<{ record: OptionRecord | null }, QueryFault>;
  readonly #futures: DayCache<{ record: FutureRecord | null }, QueryFault>;
  readonly #fronts: DayCache<{ records: readonly FutureRecord[] }, QueryFault>;
  readonly #futureChains: DayCache<{ series: readonly Expiration[] | null }, QueryFault>;
  readonly #futureOptions: DayCache<{ record: FutureOptionRecord | null }, QueryFault>;

  constructor({ client, clock, chainsMax }: TastytradeInstrumentsOptions) {
    this.#clock = clock;
    const short = { clock, max: RECORDS_MAX, forMs: RECORD_MS };
    const record = <T>(ask: (key: string) => Promise<Result<T, QueryFault>>) =>
      createDayCache({ ...short, load: async (key) => wrapped(await ask(key)) });
    this.#equities = record((symbol) => client.equity(symbol));
    this.#options = record((occ) => client.option(occ));
    this.#futures = record((symbol) => client.future(symbol));
    this.#futureOptions = record((symbol) => client.futureOption(symbol));
    this.#fronts = createDayCache({
      ...short,
      load: async (root) => {
        const found = await client.futures(root);
        return found.ok ? ok({ records: found.value }) : found;
      },
    });
    const daily = { clock, max: chainsMax, forMs: null };
    this.#futureChains = createDayCache({
      ...daily,
      load: async (root) => {
        const found = await client.futureChain(root);
        return found.ok ? ok({ series: found.value }) : found;
      },
    });
    this.#chains = createDayCache({
      ...daily,
      load: async (underlying) => {
        const found = await client.chain(underlying);
        return found.ok ? ok({ roots: found.value }) : found;
      },
    });
  }

  find(query: InstrumentQuery): Found {
    switch (query.kind) {
      case 'equity':
        return this.#equity(query.symbol);
      case 'option':
        return this.#option(query);
      case 'future':
        return query.contract === null
          ? this.#front(query.root)
          : this.#contract(query.root, query.contract);
      case 'future_option':
        return this.#futureOptionOf(query);
    }
  }

  async listing(underlying: string): Promise<Result<Listing, LookupFault>> {
    const known = await this.#underlying(underlying);
    if (!known.ok) return known;
    const today = newYorkDate(this.#clock.now());
    const strikes = new Map<IsoDate, Set<Price>>();
    for (const { expirations } of known.value.roots.filter((root) => root.isStandard)) {
      for (const { expiry, strikes: listed } of expirations) {
        if (expiry < today) continue;
        const all = strikes.get(expiry) ?? new Set();
        for (const strike of listed.keys()) all.add(strike);
        strikes.set(expiry, all);
      }
    }
    const expiries = [...strikes]
      .map(([expiry, all]) => ({ expiry, strikes: [...all].toSorted(ascending) }))
      .toSorted((a, b) => (a.expiry < b.expiry ? -1 : 1));
    return ok({ underlying: makeEquity(known.value.equity), expiries });
  }

  bySymbol(symbol: InstrumentSymbol): Found {
    if (symbol.startsWith('./')) return this.#futureOption(symbol);
    if (symbol.startsWith('/')) return this.#future(symbol);
    const parts = parseOcc(symbol);
    return parts.ok ? this.#bySymbolOfOption(symbol) : this.#equity(symbol);
  }

  streamerSymbol(symbol: InstrumentSymbol): string | null {
    if (symbol.startsWith('./')) {
      return this.#futureOptions.peek(symbol)?.record?.streamerSymbol ?? null;
    }
    if (symbol.startsWith('/')) return this.#futures.peek(symbol)?.record?.streamerSymbol ?? null;
    const parts = parseOcc(symbol);
    if (!parts.ok) return this.#equities.peek(symbol)?.record?.streamerSymbol ?? null;
    const roots = this.#chains.peek(underlyingOf(parts.value.root))?.roots ?? [];
    return placeOf(roots, symbol)?.contract.streamerSymbol ?? null;
  }

  async #equity(symbol: string): Found {
    if (!EQUITY_SYMBOL.test(symbol)) return err({ kind: 'unknown_symbol' });
    const found = await this.#equities.get(symbol);
    if (!found.ok) return faultOf(found.error);
    const { record } = found.value;
    return record === null ? err({ kind: 'unknown_symbol' }) : ok(makeEquity(record));
  }

  async #option(query: Extract<InstrumentQuery, { readonly kind: 'option' }>): Found {
    const known = await this.#underlying(query.underlying);
    // The chain alone will do: what the underlying's record adds, the venue checks with the order.
    const chain = known.ok ? null : this.#chains.peek(query.underlying);
    if (!known.ok && (known.error.kind !== 'unavailable' || chain === null)) return known;
    const { equity, roots } = known.ok ? known.value : { equity: null, roots: chain?.roots ?? [] };
    const listed = listedBy(roots, query);
    return listed === null ? NOT_LISTED : this.#complete(listed, equity);
  }

  async #bySymbolOfOption(symbol: InstrumentSymbol): Found {
    const parts = parseOcc(symbol);
    const known = await this.#underlying(parts.ok ? underlyingOf(parts.value.root) : '');
    if (!known.ok && known.error.kind === 'unavailable') return known;
    const { equity, roots } = known.ok ? known.value : { equity: null, roots: [] };
    const listed = placeOf(roots, symbol);
    if (listed !== null) return this.#complete(listed, equity);
    const own = await this.#options.get(symbol);
    if (!own.ok) return faultOf(own.error);
    const { record } = own.value;
    return record === null
      ? err({ kind: 'not_listed' })
      : this.#complete(listedAlone(record), equity);
  }

  async #complete(listed: Listed, underlying: EquityRecord | null): Found {
    const own = await this.#options.get(listed.contract.symbol);
    // Nor is this record needed, and the sandbox keeps it to itself.
    const record = own.ok ? own.value.record : null;
    return makeOption(listed, { underlying, own: record, now: this.#clock.now() });
  }

  /** The underlying and everything listed on it; several asking at once ask once. */
  async #underlying(symbol: string) {
    const unknown = err({ kind: 'unknown_symbol' } as const);
    if (!EQUITY_SYMBOL.test(symbol)) return unknown;
    const [equity, chain] = await Promise.all([
      this.#equities.get(symbol),
      this.#chains.get(symbol),
    ]);
    if (!equity.ok) return faultOf(equity.error);
    if (equity.value.record === null) return unknown;
    if (!chain.ok) return faultOf(chain.error);
    return ok({ equity: equity.value.record, roots: chain.value.roots ?? [] });
  }

  async #front(root: string): Found {
    if (!ROOT.test(root)) return err({ kind: 'unknown_symbol' });
    const found = await this.#fronts.get(root);
    if (!found.ok) return faultOf(found.error);
    const { records } = found.value;
    if (records.length === 0) return err({ kind: 'unknown_symbol' });
    const front = records.find((record) => record.isFront);
    return front === undefined
      ? unavailable(`the venue names no front contract of ${root}`)
      : this.#future(front.symbol);
  }

  async #contract(root: string, contract: string): Found {
    if (!ROOT.test(root)) return err({ kind: 'unknown_symbol' });
    const parts = parseContract(root, contract, newYorkDate(this.#clock.now()));
    const found = parts.ok ? await this.#future(formatFuture(parts.value)) : NOT_LISTED;
    if (found.ok || found.error.kind !== 'unknown_symbol') return found;
    // Is it the month that is not listed, or is there no such product?
    const others = await this.#fronts.get(root);
    if (!others.ok) return faultOf(others.error);
    return others.value.records.length === 0 ? found : NOT_LISTED;
  }

  async #future(symbol: string): Found {
    const now = this.#clock.now();
    const parts = parseFuture(symbol, newYorkDate(now));
    if (!parts.ok) return err({ kind: 'unknown_symbol' });
    const found = await this.#futures.get(formatFuture(parts.value));
    if (!found.ok) return faultOf(found.error);
    const { record } = found.value;
    return record === null ? err({ kind: 'unknown_symbol' }) : makeFuture(record, now);
  }

  async #futureOptionOf(query: FutureOptionQuery): Found {
    const { root, right, strike, expiry } = query;
    if (!ROOT.test(root)) return err({ kind: 'unknown_symbol' });
    const chain = await this.#futureChains.get(root);
    if (!chain.ok) return faultOf(chain.error);
    if (chain.value.series === null) return err({ kind: 'unknown_symbol' });
    const sameDay = chain.value.series.filter((series) => series.expiry === expiry);
    const symbols = sameDay
      .map(({ strikes }) => contractOf(strikes.get(strike), right)?.symbol)
      .filter((symbol) => symbol !== undefined);
    const [symbol, another] = new Set(symbols);
    if (symbol === undefined) return NOT_LISTED;
    if (another !== undefined) {
      return unavailable(`${symbol} and ${another} end on ${expiry}: which is meant is not clear`);
    }
    const found = await this.#futureOption(symbol);
    // The chain says where a contract stands; what would be bought is what its record says.
    return !found.ok || isOfTerms(found.value, query)
      ? found
      : unavailable(`${symbol} is not of the terms the chain lists it under`);
  }

  async #futureOption(symbol: string): Found {
    if (!parseFutureOption(symbol).ok) return err({ kind: 'unknown_symbol' });
    const found = await this.#futureOptions.get(symbol);
    if (!found.ok) return faultOf(found.error);
    const { record } = found.value;
    if (record === null) return err({ kind: 'unknown_symbol' });
    const future = await this.#futures.get(record.future);
    if (!future.ok) return faultOf(future.error);
    return future.value.record === null
      ? unavailable(`the venue does not know ${record.future} behind ${symbol.trim()}`)
      : makeFutureOption(record, future.value.record, this.#clock.now());
  }
}

const NOT_LISTED = err({ kind: 'not_listed' } as const);

/** The contract of exactly these terms under a Standard root; PM settled where there are both. */
function listedBy(
  roots: readonly ChainRoot[],
  query: Pick<Extract<InstrumentQuery, { readonly kind: 'option' }>, 'expiry' | 'strike' | 'right'>,
): Listed | null {
  const { expiry, strike, right } = query;
  const found: Listed[] = [];
  for (const root of roots.filter(({ isStandard }) => isStandard)) {
    for (const expiration of root.expirations.filter((one) => one.expiry === expiry)) {
      const contract = contractOf(expiration.strikes.get(strike), right);
      if (contract !== null) found.push({ root, expiration, strike, right, contract });
    }
  }
  return found.find(({ expiration }) => expiration.settlement === 'pm') ?? found[0] ?? null;
}

/** Where a symbol stands in a chain, whatever its root delivers. */
function placeOf(roots: readonly ChainRoot[], symbol: InstrumentSymbol): Listed | null {
  const parts = parseOcc(symbol);
  if (!parts.ok) return null;
  const own = roots.filter(({ root }) => root === parts.value.root);
  for (const root of own) {
    for (const expiration of root.expirations) {
      if (expiration.expiry !== parts.value.expiry) continue;
      const { strike, right } = parts.value;
      const contract = contractOf(expiration.strikes.get(strike), right);
      if (contract?.symbol === symbol) return { root, expiration, strike, right, contract };
    }
  }
  return null;
}

function isOfTerms(found: Instrument, { expiry, strike, right }: FutureOptionQuery): boolean {
  const isOption = found.kind === 'future_option';
  return isOption && found.expiry === expiry && found.strike === strike && found.right === right;
}

function contractOf(strike: Strike | undefined, right: Right): Strike['call'] | null {
  if (strike === undefined) return null;
  return right === 'C' ? strike.call : strike.put;
}

function wrapped<T>(found: Result<T, QueryFault>): Result<{ record: T }, QueryFault> {
  return found.ok ? ok({ record: found.value }) : found;
}

function faultOf({ detail }: QueryFault): Result<never, LookupFault> {
  return unavailable(detail);
}

function ascending(a: Price, b: Price): number {
  return a < b ? -1 : Number(a > b);
}
