/** A venue for certifications under a clock that tests move: the simulated broker and market. */
import { setImmediate as turn } from 'node:timers/promises';
import type { CertifyVenue } from '#app/certify/certify-venue.ts';
import { type CertificationRequest, runCertification } from '#app/certify/run-certification.ts';
import { formatPrice, price } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import { err, ok } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import { plus } from '#kernel/time.ts';
import type { Certification } from '#operate/certification/model.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import { type Bench, type BenchOptions, openBench } from '../../adapters/simulated/bench.ts';

const HOUR_MS = 3_600_000;

export interface SimulatedVenue {
  readonly bench: Bench;
  readonly venue: CertifyVenue;
  /** Runs it as fast as the clock can be moved. */
  readonly certify: (
    over?: Partial<CertificationRequest> & { readonly venue?: CertifyVenue },
  ) => Promise<Certification>;
}

export async function openSimulatedVenue(options: BenchOptions = {}): Promise<SimulatedVenue> {
  const bench = await openBench(options);
  const { clock, market, broker } = bench;
  market.unpin(bench.put.symbol);
  const streams = { quotes: 1, orders: 1 };
  let tokens = 0;
  const quotes = market.openFeed();
  const venue: CertifyVenue = {
    environment: 'sandbox',
    host: 'api.cert.tastyworks.com',
    account: '5WT00001',
    client: {
      tokens: {
        current: async () => ok(new Secret(`token ${tokens}`)),
        async renew() {
          tokens += 1;
          return ok(new Secret(`token ${tokens}`));
        },
        tryAgain: () => undefined,
        worked: () => undefined,
        health: () => TOKEN_HEALTH,
      },
      accounts: async () => ok([ACCOUNT]),
      quoteToken: async () =>
        ok({
          token: new Secret('quotes'),
          url: 'wss://quotes.example/realtime',
          delayed: false,
          expiresAt: plus(clock.now(), 24 * HOUR_MS),
        }),
      sessions: async () => ok([{ ...SESSION, state: 'open' }]),
      snapshots: async () => err({ kind: 'unreachable', detail: 'market data: 502' }),
      health: () => ({
        token: TOKEN_HEALTH,
        skew: { skewMs: 120, uncertaintyMs: 500, at: clock.now() },
      }),
    },
    calls: {
      tradingStatus: async () => ok(TRADING_STATUS),
      dryRun: async (body) => dryRun(body),
      replace: async () => ({
        kind: 'rejected',
        rejection: { code: '404', message: 'no PUT here' },
      }),
    },
    paged: { orders: async () => ok(broker.ledger.orders().map(rawOrderOf)) },
    broker,
    instruments: {
      find: (query) => market.find(query),
      listing: (underlying) => market.listing(underlying),
      bySymbol: (symbol) => market.bySymbol(symbol),
      streamerSymbol: () => null,
    },
    quotes: {
      subscribe: (instrument) => quotes.subscribe(instrument),
      unsubscribe: (symbol) => quotes.unsubscribe(symbol),
      latest: (symbol) => quotes.latest(symbol),
      onQuote: (listener) => quotes.onQuote(listener),
      health: () => ({ ...QUOTES_HEALTH, connections: streams.quotes }),
      restart() {
        streams.quotes += 1;
      },
      close: () => undefined,
    },
    stream: {
      health: () => ({ ...STREAM_HEALTH, connections: streams.orders }),
      restart() {
        streams.orders += 1;
      },
    },
    askWithWrongToken: async () => err({ kind: 'refused', detail: 'invalid_grant' }),
  };
  return {
    bench,
    venue,
    async certify(over = {}) {
      const call = runCertification({
        ...{ venue, clock, random: createRandom(1), underlying: 'UBER' },
        program: { version: '0.1.0', build: 'build', settings: 'settings' },
        ...over,
      });
      const waiting = { is: true };
      const watched = call.finally(() => {
        waiting.is = false;
      });
      while (waiting.is) {
        clock.advance(50);
        await turn();
      }
      return watched;
    },
  };
}

/** Refuses what is off the grid or beyond the money, as a venue does. */
function dryRun(body: Readonly<Record<string, unknown>>) {
  const at = String(body['price']);
  if (at === '900.00') return refusal('margin_check_failed');
  if (at.length > '0.01'.length) return refusal('invalid_price_increment');
  const data = { 'buying-power-effect': { 'change-in-buying-power': '1.13' } };
  return { kind: 'done', body: { data, pagination: null } } as const;
}

function refusal(code: string) {
  return { kind: 'rejected', rejection: { code, message: 'no' } } as const;
}

/** An order as the venue's lists have it. */
function rawOrderOf(order: BrokerOrder): object {
  const { orderId, clientOrderId, symbol, quantity, remaining, terms } = order;
  return {
    id: orderId,
    'account-number': '5WT00001',
    'order-type': 'Limit',
    'time-in-force': 'Day',
    price: terms.kind === 'limit' ? formatPrice(terms.limit) : formatPrice(price('1')),
    'price-effect': 'Debit',
    status: 'Live',
    'external-identifier': clientOrderId,
    'received-at': '2025-12-02T15:00:00.000+00:00',
    'updated-at': 1_764_687_600_000,
    legs: [
      {
        'instrument-type': 'Equity Option',
        symbol,
        action: 'Buy to Open',
        quantity,
        'remaining-quantity': remaining,
        fills: [],
      },
    ],
  };
}

const TOKEN_HEALTH = {
  expiresInMs: 900_000,
  refusals: 0,
  fault: null,
  notKept: null,
  refreshes: 1,
} as const;
const ACCOUNT = {
  number: '5WT00001',
  nickname: null,
  type: 'Individual',
  marginOrCash: 'Margin',
  isClosed: false,
  isFuturesApproved: true,
  authority: 'owner',
} as const;
const TRADING_STATUS = {
  accountNumber: '5WT00001',
  optionsLevel: 'No Restrictions',
  isClosed: false,
  isFrozen: false,
  isClosingOnly: false,
  isRiskReducingOnly: false,
  isInMarginCall: false,
  isPatternDayTrader: false,
  isFuturesEnabled: true,
  isFuturesClosingOnly: false,
  dayTradeCount: 0,
  updatedAt: null,
} as const;
const SESSION = { collection: 'Equity', openAt: null, closeAt: null, nextDate: null } as const;
const LINK_HEALTH = {
  state: 'up',
  upSince: null,
  silentMs: 0,
  connections: 1,
  attempts: 0,
  lastEnd: null,
  malformed: 0,
} as const;
const QUOTES_HEALTH = {
  ...LINK_HEALTH,
  isDelayed: false,
  subscriptions: 3,
  aggregationMs: 100,
  events: 0,
  unreadable: 0,
  instruments: 0,
  unnamed: 0,
  silent: 0,
  oldestQuoteMs: null,
  snapshots: { asked: 0, failed: 0 },
} as const;
const STREAM_HEALTH = {
  ...LINK_HEALTH,
  orders: 0,
  repeated: 0,
  unreadable: 0,
  ignored: new Map<string, number>(),
} as const;
