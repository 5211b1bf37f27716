/**
 * The venue's REST interface, typed: what this program asks of it and nothing else.
 *
 * Questions answer with what was decoded or why not; they are asked again where that can help.
 * Mutations are in `account-client.ts` and are never sent twice.
 */
import { z } from 'zod';
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { INDEX_CLASSES } from '#market/option-classes.ts';
import type { QueryFault } from '#orders/ports.ts';
import type { QuoteToken, QuoteTokens } from './access.ts';
import { type AccountClient, createAccountClient } from './account-client.ts';
import { allOf, type Decode, decoded, faultOf, itemsOf } from './answers.ts';
import type { RefreshTokenStore } from './auth/token-file.ts';
import { createTokenKeeper, type TokenHealth, type TokenKeeper } from './auth/token-keeper.ts';
import { isLoopback, type TastytradeBinding } from './binding.ts';
import type { Fetch } from './http/exchange.ts';
import { createLanes } from './http/lanes.ts';
import { readAll } from './http/paging.ts';
import { createRedactor, type Redactor } from './http/redaction.ts';
import {
  type CallRecord,
  type ClockSkew,
  createRest,
  type Question,
  type Rest,
} from './http/rest.ts';
import type { TastytradeSettings } from './settings.ts';
import { type Account, decodeAccount } from './wire/account.ts';
import { type ChainRoot, decodeChain, decodeFutureChain, type Expiration } from './wire/chain.ts';
import {
  decodeEquity,
  decodeFuture,
  decodeFutureOption,
  decodeFutureProduct,
  decodeOption,
  type EquityRecord,
  type FutureOptionRecord,
  type FutureProductRecord,
  type FutureRecord,
  type OptionRecord,
} from './wire/instruments.ts';
import {
  decodeQuoteToken,
  decodeSession,
  decodeSnapshot,
  type MarketSession,
  type Snapshot,
} from './wire/market.ts';

export interface TastytradeClientOptions {
  readonly binding: TastytradeBinding;
  readonly store: RefreshTokenStore;
  readonly settings: TastytradeSettings;
  /** Of this program, as in 0.1.0; for User-Agent. */
  readonly version: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** Told of each call made, for metrics; never of what was in it. */
  readonly onCall?: (call: CallRecord) => void;
}

export interface ClientHealth {
  readonly token: TokenHealth;
  /** `null` until the venue has answered once. */
  readonly skew: ClockSkew | null;
}

/** Answers, with `null` where the venue knows no such thing. */
export interface TastytradeClient extends QuoteTokens {
  readonly tokens: TokenKeeper;
  /** What must never be shown; the streams share it. */
  readonly redactor: Redactor;
  accounts(): Promise<Result<readonly Account[], QueryFault>>;
  account(number: string): AccountClient;
  equity(symbol: string): Promise<Result<EquityRecord | null, QueryFault>>;
  /** Also answers `null` where the venue does not give the record out, as the sandbox does. */
  option(occ: string): Promise<Result<OptionRecord | null, QueryFault>>;
  chain(underlying: string): Promise<Result<readonly ChainRoot[] | null, QueryFault>>;
  future(symbol: string): Promise<Result<FutureRecord | null, QueryFault>>;
  /** Those that trade now. */
  futures(productCode: string): Promise<Result<readonly FutureRecord[], QueryFault>>;
  /** Options on all futures of a product, series by series. */
  futureChain(productCode: string): Promise<Result<readonly Expiration[] | null, QueryFault>>;
  futureOption(symbol: string): Promise<Result<FutureOptionRecord | null, QueryFault>>;
  futureProducts(): Promise<Result<readonly FutureProductRecord[], QueryFault>>;
  /** Prices now, of at most 100 instruments a call; more are asked for in several. */
  snapshots(instruments: readonly Instrument[]): Promise<Result<readonly Snapshot[], QueryFault>>;
  /** `Equity`, `CME`, `CFE` */
  sessions(collections: readonly string[]): Promise<Result<readonly MarketSession[], QueryFault>>;
  health(): ClientHealth;
  /** Nobody waits any more; calls under way end by themselves. */
  close(): void;
}

const SNAPSHOTS_MAX = 100;
const LISTED = z.object({ items: z.array(z.unknown()) });
const NAMED = z.object({ symbol: z.string() });
const MARKET_DATA_KIND = {
  equity: 'equity',
  option: 'equity-option',
  future: 'future',
  future_option: 'future-option',
} as const;

export function createTastytradeClient(options: TastytradeClientOptions): TastytradeClient {
  const { binding, settings, clock } = options;
  const redactor = createRedactor();
  const headers = headersOf(options);
  const { apiUrl } = binding;
  const tokens = createTokenKeeper({
    ...{ apiUrl, headers, redactor, clock, fetch: options.fetch, random: options.random },
    clientSecret: binding.credentials.clientSecret,
    store: options.store,
    withinMs: settings.queryWithinMs,
  });
  const rest = createRest({
    ...{ apiUrl, headers, redactor, clock, tokens, settings },
    fetch: options.fetch,
    random: options.random,
    lanes: createLanes(clock, settings.callsMax),
    onCall: options.onCall,
  });
  return {
    tokens,
    redactor,
    account: (number) => createAccountClient({ rest, number, pageSize: settings.pageSize }),
    async accounts() {
      const answer = await rest.ask({ name: 'accounts', path: '/customers/me/accounts' });
      return answer.ok
        ? itemsOf(answer.value.data, decodeAccount, 'accounts')
        : faultOf(answer.error);
    },
    ...instrumentCalls(rest, settings.pageSize),
    ...marketCalls(rest),
    quoteToken: () => quoteToken(rest, binding, { clock, redactor }),
    health: () => ({ token: tokens.health(), skew: rest.skew() }),
    close: () => rest.close(),
  };
}

type InstrumentCalls = Pick<
  TastytradeClient,
  | 'equity'
  | 'option'
  | 'chain'
  | 'future'
  | 'futures'
  | 'futureChain'
  | 'futureOption'
  | 'futureProducts'
>;

function instrumentCalls(rest: Rest, pageSize: number): InstrumentCalls {
  const one = <T>(name: string, path: string, decode: Decode<T>) =>
    oneOf(rest, { name, path }, decode);
  return {
    equity: (symbol) =>
      oneOrListed(rest, { name: 'equity', path: '/instruments/equities', symbol }, decodeEquity),
    async option(occ) {
      const path = `/instruments/equity-options/${inPath(occ)}`;
      const answer = await rest.ask({ name: 'equity option', path, tries: 'once' });
      if (answer.ok) return decoded(answer.value.data, decodeOption, 'equity option');
      const { kind, status } = answer.error;
      // The sandbox gives this record to nobody: 403, and 502 at times.
      const isKept = status === 403 || status === 502;
      return isKept || kind === 'not_found' ? ok(null) : faultOf(answer.error);
    },
    chain: (underlying) =>
      one('option chain', `/option-chains/${inPath(underlying)}/nested`, decodeChain),
    future: (symbol) =>
      oneOrListed(rest, { name: 'future', path: '/instruments/futures', symbol }, decodeFuture),
    async futures(productCode) {
      const params = [
        ['product-code[]', productCode],
        ['only-active-futures', 'true'],
      ] as const;
      const question = { name: 'futures', path: '/instruments/futures', params };
      const rows = await readAll(rest, question, pageSize);
      return rows.ok ? allOf(rows.value, decodeFuture, 'futures') : faultOf(rows.error);
    },
    futureChain(productCode) {
      const path = `/futures-option-chains/${inPath(productCode)}/nested`;
      return one('futures option chain', path, decodeFutureChain);
    },
    futureOption: (symbol) =>
      one('future option', `/instruments/future-options/${inPath(symbol)}`, decodeFutureOption),
    async futureProducts() {
      const question = { name: 'future products', path: '/instruments/future-products' };
      const answer = await rest.ask(question);
      return answer.ok
        ? itemsOf(answer.value.data, decodeFutureProduct, question.name)
        : faultOf(answer.error);
    },
  };
}

function marketCalls(rest: Rest): Pick<TastytradeClient, 'snapshots' | 'sessions'> {
  return {
    async snapshots(instruments) {
      const found: Snapshot[] = [];
      for (let from = 0; from < instruments.length; from += SNAPSHOTS_MAX) {
        const params = byKind(instruments.slice(from, from + SNAPSHOTS_MAX));
        const question = { name: 'market data', path: '/market-data/by-type', params };
        const answer = await rest.ask(question);
        if (!answer.ok) return faultOf(answer.error);
        const rows = itemsOf(answer.value.data, decodeSnapshot, question.name);
        if (!rows.ok) return rows;
        found.push(...rows.value);
      }
      return ok(found);
    },
    async sessions(collections) {
      const params = collections.map((name) => ['instrument-collections[]', name] as const);
      const path = '/market-time/sessions/current';
      const answer = await rest.ask({ name: 'market sessions', path, params });
      if (!answer.ok) return faultOf(answer.error);
      return itemsOf(answer.value.data, decodeSession, 'market sessions');
    },
  };
}

async function quoteToken(
  rest: Rest,
  binding: TastytradeBinding,
  { clock, redactor }: { readonly clock: Clock; readonly redactor: Redactor },
): Promise<Result<QuoteToken, QueryFault>> {
  const name = 'quote token';
  const answer = await rest.ask({ name, path: '/api-quote-tokens' });
  if (!answer.ok) return faultOf(answer.error);
  const token = decodeQuoteToken(answer.value.data, clock.now());
  if (!token.ok) return err({ kind: 'malformed', detail: `${name}: ${token.error}` });
  redactor.hide(token.value.token.reveal(), 'passing');
  const url = new URL(token.value.url);
  // In clear only where everything stays on this machine.
  const isSafe =
    url.protocol === 'wss:' || (isLoopback(url) && isLoopback(new URL(binding.apiUrl)));
  if (!isSafe)
    return err({ kind: 'malformed', detail: `${name}: expected an address with wss://` });
  return token;
}

async function oneOf<T>(
  rest: Rest,
  question: Question,
  decode: Decode<T>,
): Promise<Result<T | null, QueryFault>> {
  const answer = await rest.ask(question);
  if (answer.ok) return decoded(answer.value.data, decode, question.name);
  return answer.error.kind === 'not_found' ? ok(null) : faultOf(answer.error);
}

/** What is unknown by its own address is looked for in the list: not every host has both. */
async function oneOrListed<T>(
  rest: Rest,
  { name, path, symbol }: { readonly name: string; readonly path: string; readonly symbol: string },
  decode: Decode<T>,
): Promise<Result<T | null, QueryFault>> {
  // `/ESZ6` is asked for as `ESZ6`.
  const own = `${path}/${inPath(symbol.replace(/^\//, ''))}`;
  const single = await oneOf(rest, { name, path: own }, decode);
  if (!single.ok || single.value !== null) return single;
  const rows = await rest.ask({ name, path, params: [['symbol[]', symbol]] });
  if (!rows.ok) return rows.error.kind === 'not_found' ? single : faultOf(rows.error);
  const listed = LISTED.safeParse(rows.value.data);
  const row = listed.success ? listed.data.items.find((item) => isOf(item, symbol)) : undefined;
  return row === undefined ? ok(null) : decoded(row, decode, name);
}

function headersOf({ settings, version }: TastytradeClientOptions): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': settings.userAgent ?? `strikewire/${version}`,
    ...(settings.acceptVersion !== null && { 'accept-version': settings.acceptVersion }),
  };
}

function byKind(instruments: readonly Instrument[]): readonly (readonly [string, string])[] {
  const symbols = new Map<string, string[]>();
  for (const { kind, symbol } of instruments) {
    const name = INDEX_CLASSES.has(symbol) ? 'index' : MARKET_DATA_KIND[kind];
    symbols.set(name, [...(symbols.get(name) ?? []), symbol]);
  }
  return [...symbols].map(([name, list]) => [name, list.join(',')]);
}

function isOf(row: unknown, symbol: string): boolean {
  const named = NAMED.safeParse(row);
  return named.success && named.data.symbol === symbol;
}

function inPath(symbol: string): string {
  return encodeURIComponent(symbol);
}
