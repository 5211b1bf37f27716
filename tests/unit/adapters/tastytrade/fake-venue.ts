/** A tastytrade made of answers a test writes itself, under a clock that tests move. */
import { setImmediate as turn } from 'node:timers/promises';
import type { AccountClient } from '#adapters/tastytrade/account-client.ts';
import type { RefreshTokenStore, RefreshTokens } from '#adapters/tastytrade/auth/token-file.ts';
import { bindTastytrade, type TastytradeBinding } from '#adapters/tastytrade/binding.ts';
import { createTastytradeBroker } from '#adapters/tastytrade/broker.ts';
import { createTastytradeClient, type TastytradeClient } from '#adapters/tastytrade/client.ts';
import type { Fetch, FetchReply } from '#adapters/tastytrade/http/exchange.ts';
import type { CallRecord } from '#adapters/tastytrade/http/rest.ts';
import { TastytradeSettingsSchema } from '#adapters/tastytrade/settings.ts';
import { date } from '#kernel/calendar.ts';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock, type VirtualClock } from '#kernel/virtual-clock.ts';
import type { Instrument } from '#market/instrument.ts';
import { option } from '#market/instruments.ts';
import { newYorkInstant } from '#market/session.ts';
import type { Broker, OrderTicket } from '#orders/ports.ts';

export const MORNING = newYorkInstant(date('2026-03-02'), '10:00');
export const ACCOUNT = '5WT00001';
/** Canaries: none of them may ever be seen outside a request. */
export const CLIENT_SECRET = 'canary-client-secret-0123456789';
export const REFRESH_TOKEN = 'canary-refresh-token-0123456789';
export const ACCESS_TOKEN = 'canary-access-token';

export interface SeenCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** On the monotonic clock. */
  readonly at: number;
}

export interface Answer {
  readonly status: number;
  /** An object is sent as JSON, text as it is. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body breaks off while it is read. */
  readonly breaksOff?: boolean;
  readonly afterMs?: number;
}

/** An answer, an error `fetch` throws, or silence. */
export type Reaction = Answer | Error | 'silence';
type React = (call: SeenCall, nth: number) => Reaction;

export interface FakeVenue {
  readonly fetch: Fetch;
  readonly calls: readonly SeenCall[];
  /** Of that method and path, in order. */
  readonly seen: (method: string, path: RegExp) => readonly SeenCall[];
  /** The newest rule that matches answers. */
  readonly on: (method: string, path: RegExp, react: React | Reaction) => void;
}

export function createFakeVenue(clock: VirtualClock): FakeVenue {
  const calls: SeenCall[] = [];
  const rules: { method: string; path: RegExp; react: React; count: number }[] = [];
  const seen = (method: string, path: RegExp) =>
    calls.filter((call) => call.method === method && path.test(call.path));

  const on: FakeVenue['on'] = (method, path, react) => {
    const act = typeof react === 'function' ? react : () => react;
    rules.unshift({ method, path, react: act, count: 0 });
  };
  on('POST', /^\/oauth\/token$/, (_call, nth) => grant(`${ACCESS_TOKEN}-${nth}`));

  return {
    calls,
    seen,
    on,
    async fetch(url, request) {
      const { pathname: path, searchParams: query } = new URL(url);
      const { method, headers } = request;
      const body: unknown = request.body === undefined ? null : JSON.parse(request.body);
      const call = { method, path, query, headers, body, at: clock.mono() };
      calls.push(call);
      const rule = rules.find((known) => known.method === method && known.path.test(path));
      if (rule === undefined) return replyOf({ status: 404, body: failure('not_found') });
      rule.count += 1;
      const reaction = rule.react(call, rule.count);
      if (reaction === 'silence') return new Promise<never>(() => undefined);
      if (reaction instanceof Error) throw reaction;
      if (reaction.afterMs !== undefined) {
        const { promise, resolve } = Promise.withResolvers<void>();
        clock.after(reaction.afterMs, resolve);
        await promise;
      }
      return replyOf(reaction);
    },
  };
}

export function grant(token: string, over: Readonly<Record<string, unknown>> = {}): Answer {
  return {
    status: 200,
    body: { access_token: token, token_type: 'Bearer', expires_in: 900, ...over },
  };
}

export function failure(code: string | number, message = 'no') {
  return { error: { code, message } };
}

/** What undici throws for a connection in that state. */
export function networkError(code: string, syscall?: string): Error {
  const cause = Object.assign(new Error(`${syscall ?? 'socket'} ${code}`), {
    code,
    ...(syscall !== undefined && { syscall }),
  });
  return new TypeError('fetch failed', { cause });
}

function replyOf({ status, body, headers, breaksOff }: Answer): FetchReply {
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  return {
    status,
    headers: { get: (name) => headers?.[name] ?? null },
    text: () =>
      breaksOff === true ? Promise.reject(networkError('UND_ERR_SOCKET')) : Promise.resolve(text),
  };
}

export interface Bench {
  readonly clock: VirtualClock;
  readonly venue: FakeVenue;
  readonly client: TastytradeClient;
  readonly account: AccountClient;
  readonly broker: Broker;
  readonly records: readonly CallRecord[];
  /** Saved refresh tokens, newest last. */
  readonly saved: readonly RefreshTokens[];
  /** The answer of a call, with as much virtual time as it takes. */
  readonly done: <T>(call: Promise<T>) => Promise<T>;
  readonly pass: (ms: number) => Promise<void>;
}

export interface BenchOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly clock?: VirtualClock;
}

export function openBench({
  settings = {},
  clock = createVirtualClock(MORNING),
}: BenchOptions = {}): Bench {
  const venue = createFakeVenue(clock);
  const records: CallRecord[] = [];
  const saved: RefreshTokens[] = [];
  const binding = rehearsal();
  const store: RefreshTokenStore = {
    tokens: { good: binding.credentials.refreshToken, candidate: null },
    save(tokens) {
      saved.push(tokens);
      return null;
    },
  };
  const client = createTastytradeClient({
    ...{ binding, store, clock, version: '1.2.3', fetch: venue.fetch },
    settings: TastytradeSettingsSchema.parse(settings),
    random: createRandom(1),
    onCall: (record) => records.push(record),
  });
  const account = client.account(ACCOUNT);
  const broker = createTastytradeBroker({ account, feed: null, clock });

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left));
      await turn();
    }
  }

  async function done<T>(call: Promise<T>): Promise<T> {
    const waiting = { is: true };
    const watched = call.finally(() => {
      waiting.is = false;
    });
    await turn();
    for (let waited = 0; waiting.is && waited < 4_000; waited += 1) await pass(50);
    return watched;
  }

  return { clock, venue, client, account, broker, records, saved, done, pass };
}

export function rehearsal(): TastytradeBinding {
  const bound = bindTastytrade({
    environment: 'rehearsal',
    apiUrl: 'http://127.0.0.1:9',
    streamerUrl: 'ws://127.0.0.1:9/streamer',
    clientSecret: new Secret(CLIENT_SECRET),
    refreshToken: new Secret(REFRESH_TOKEN),
  });
  if (!bound.ok) throw new Error('expected a binding');
  return bound.value;
}

const CALL: Instrument = (() => {
  const made = option({
    underlying: 'UBER',
    expiry: date('2026-03-20'),
    strike: price('78'),
    right: 'C',
  });
  if (!made.ok) throw new Error('expected an option');
  return made.value;
})();

export function ticket(over: Partial<OrderTicket> = {}): OrderTicket {
  return {
    clientOrderId: asClientOrderId('sw.1.t_abc.E1'),
    instrument: CALL,
    side: 'buy',
    effect: 'open',
    quantity: quantity(2),
    terms: { kind: 'limit', limit: price('0.75') },
    timeInForce: 'day',
    ...over,
  };
}

type WireParts = Readonly<Record<string, unknown>>;

/** An order as the venue writes one: two UBER calls bought at 0.75, live. */
export function wireOrder(over: WireParts = {}, leg: WireParts = {}): WireParts {
  return {
    id: 270561,
    'account-number': ACCOUNT,
    'order-type': 'Limit',
    'time-in-force': 'Day',
    size: 2,
    price: '0.75',
    'price-effect': 'Debit',
    status: 'Live',
    cancellable: true,
    editable: true,
    edited: false,
    'external-identifier': 'sw.1.t_abc.E1',
    'received-at': '2026-03-02T15:00:00.851+00:00',
    'updated-at': MORNING,
    legs: [
      {
        'instrument-type': 'Equity Option',
        symbol: CALL.symbol,
        action: 'Buy to Open',
        quantity: 2,
        'remaining-quantity': 2,
        fills: [],
        ...leg,
      },
    ],
    ...over,
  };
}

export function wireFill(id: string, count: number, each = '0.75'): WireParts {
  return {
    'fill-id': id,
    quantity: count,
    'fill-price': each,
    'filled-at': '2026-03-02T15:00:01.000+00:00',
  };
}

export function placement(order: WireParts): Answer {
  return { status: 201, body: { data: { order, warnings: [] }, context: '/orders' } };
}

export function list(items: readonly unknown[], pagination: WireParts | null = null): Answer {
  return { status: 200, body: { data: { items }, ...(pagination !== null && { pagination }) } };
}

export const LATER = epochMs(MORNING + 60_000);
