/**
 * A world's venue that is tastytrade's stand-in, reached by the production adapter within the
 * process: the same script, market and hands as the simulated broker has.
 */
import { type BrokerLatency, USUAL_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { createScript, type Query, type ScriptReader } from '#adapters/simulated/script.ts';
import { TastytradeSettingsSchema } from '#adapters/tastytrade/settings.ts';
import { openVenue, type Venue } from '#app/venue.ts';
import type { InstrumentSource } from '#feeds/ports.ts';
import { formatMoney, formatPrice } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import { err, type Result } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import type { Clock } from '#kernel/time.ts';
import type { Broker, QueryFault } from '#orders/ports.ts';
import { venueBooks } from '../crash/venue-books.ts';
import type { Books } from '../desk/evidence.ts';
import type { Connected, VenueOptions, WorldVenue } from '../desk/world-venue.ts';
import {
  createTastytradeStandIn,
  type TastytradeStandIn,
} from '../stand-ins/tastytrade/stand-in.ts';
import { createWires } from './in-process.ts';
import { createScriptedWay } from './scripted-way.ts';
import { marketOfWorld } from './venue-market.ts';

const PORT = 9;
const ORDER_WITHIN_MS = 10_000;
const CASH = '100000';
const OPEN_UNTIL_MS = 10 * 60_000;

export interface TastytradeWorldVenue extends WorldVenue {
  readonly standIn: TastytradeStandIn;
}

export function openTastytradeVenue(options: VenueOptions): TastytradeWorldVenue {
  const { clock, market, seed, broker: asked, standIn: chosen, tastytrade } = options;
  const latency: BrokerLatency = { ...USUAL_LATENCY, ...asked.latency };
  const { routeMs, workMs, cancelMs, replaceMs } = latency;
  const unbound = createTastytradeStandIn(
    {
      ...{ clock, seed, session: 'calendar', openUntilMs: asked.openUntilMs ?? OPEN_UNTIL_MS },
      latency: { routeMs, inFlightMs: workMs, liveMs: 0, fillMs: 0, cancelMs, replaceMs },
      accounts: [{ cash: asked.cash === undefined ? CASH : formatMoney(asked.cash) }],
      replacementQuantity: asked.replacementQuantity ?? 'remaining',
      abortedReplacementStatus: asked.abortedReplacement === 'cancelled' ? 'Cancelled' : 'Rejected',
      // What is pinned arrives without time passing, as at the simulated market.
      dxlink: { aggregationPeriod: 0 },
      behaviour: { fillRowsLagMs: asked.fillRowsLagMs ?? 0 },
      ...chosen,
    },
    marketOfWorld(market),
  );
  const standIn = unbound.at(PORT);
  const script = createScript();
  const instrumentOf = market.instrumentOf.bind(market);
  const way = createScriptedWay({
    ...{ clock, standIn, script, latency, instrumentOf },
    chains: chosen === undefined ? 'shared' : 'own',
  });
  const untouched = { ...market };
  let runs = 0;

  function connect(): Connected & { readonly venue: Venue } {
    runs += 1;
    const wires = createWires(unbound, way);
    const { apiUrl, streamerUrl, credentials, accounts } = standIn;
    const config = {
      environment: 'rehearsal',
      tastytrade: {
        ...TastytradeSettingsSchema.parse({ apiUrl, streamerUrl, account: accounts[0] }),
        orderWithinMs: latency.timeoutMs === 0 ? ORDER_WITHIN_MS : latency.timeoutMs,
        ...tastytrade,
      },
      secrets: {
        ...NO_SECRETS,
        tastytradeClientSecret: new Secret(credentials.clientSecret),
        tastytradeRefreshToken: new Secret(credentials.refreshToken),
      },
    } as const;
    const random = createRandom(`${seed} ${runs}`);
    const venue = openVenue({ config, version: 'test', clock, random, directory: NOWHERE, wires });
    return {
      venue,
      broker: withQueryFaults(venue.broker, { script, clock, latency }),
      quotes: venue.quotes,
      instruments: {
        find: (query) => meddled('find')?.find(query) ?? venue.instruments.find(query),
        listing: (name) => meddled('listing')?.listing(name) ?? venue.instruments.listing(name),
        bySymbol: (name) => meddled('bySymbol')?.bySymbol(name) ?? venue.instruments.bySymbol(name),
      },
      start: (desk) => venue.start(desk),
      end() {
        wires.cut();
        venue.close();
      },
    };
  }

  /** The market itself, where a test has put another way of looking things up into it. */
  function meddled(lookup: keyof InstrumentSource): InstrumentSource | null {
    return market[lookup] === untouched[lookup] ? null : market;
  }

  return {
    standIn,
    connect,
    broker: {
      ...byHand(connect),
      ledger: liveBooks(standIn),
      script,
      tradeElsewhere: ({ instrument, side, quantity, price }) =>
        standIn.hands.tradeElsewhere({
          ...{ symbol: instrument.symbol, side, quantity },
          price: formatPrice(price),
        }),
      removePosition: (symbol, each) => standIn.hands.removePosition(symbol, formatPrice(each)),
      rejectLate: (orderId, reason) => standIn.hands.reject(Number(orderId), reason),
      disconnect: (forMs) => way.disconnect(forMs),
      freezeLists: (forMs) => way.freezeLists(forMs),
    },
  };
}

const NOWHERE = '/nonexistent/strikewire';
const NO_SECRETS = {
  adminKey: null,
  tastytradeClientSecret: null,
  tastytradeRefreshToken: null,
  tastytradeProductionClientSecret: null,
  tastytradeProductionRefreshToken: null,
  tastytradeCancelRefreshToken: null,
  tastytradeProductionCancelRefreshToken: null,
  discordToken: null,
  slackAppToken: null,
  slackBotToken: null,
  databaseUrl: null,
  redisUrl: null,
  rolesSecret: null,
  alarmWebhookUrl: null,
  alarmWebhookSecret: null,
} as const;

/** Somebody else with the account's credentials: outlives every desk, and connects when used. */
function byHand(connect: () => { readonly venue: Venue }): Broker {
  let venue: Venue | null = null;
  const own = (): Broker => {
    venue ??= connect().venue;
    return venue.broker;
  };
  return {
    place: (ticket) => own().place(ticket),
    replace: (request) => own().replace(request),
    cancel: (id) => own().cancel(id),
    orders: (since) => own().orders(since),
    orderById: (id) => own().orderById(id),
    ordersByClientId: (id, since) => own().ordersByClientId(id, since),
    positions: () => own().positions(),
    balances: () => own().balances(),
    onOrder: (listener) => own().onOrder(listener),
    onReconnect: (listener) => own().onReconnect(listener),
  };
}

/** As the stand-in's books are whenever they are looked at. */
function liveBooks({ ledger }: TastytradeStandIn): Books {
  const now = (): Books => venueBooks(ledger);
  return {
    get mutations() {
      return now().mutations;
    },
    get statuses() {
      return now().statuses;
    },
    get trades() {
      return now().trades;
    },
    orders: () => now().orders(),
    net: (symbol) => now().net(symbol),
  };
}

interface Faulty {
  readonly script: ScriptReader;
  readonly clock: Clock;
  readonly latency: BrokerLatency;
}

/** A script names what is asked, which the wire does not tell; so this is done behind it. */
function withQueryFaults(broker: Broker, { script, clock, latency }: Faulty): Broker {
  function asked<T>(
    query: Query,
    ask: () => Promise<Result<T, QueryFault>>,
  ): Promise<Result<T, QueryFault>> {
    const fault = script.faultOf(query);
    if (fault === null) return ask();
    return new Promise((resolve) => {
      clock.after(latency.queryMs, () => resolve(err(fault)));
    });
  }
  return {
    ...broker,
    orders: (since) => asked('orders', () => broker.orders(since)),
    orderById: (id) => asked('order', () => broker.orderById(id)),
    ordersByClientId: (id, since) => asked('client_id', () => broker.ordersByClientId(id, since)),
    positions: () => asked('positions', () => broker.positions()),
    balances: () => asked('balances', () => broker.balances()),
  };
}
