/**
 * A tastytrade that runs here: HTTP, account stream and DXLink on one port of 127.0.0.1.
 *
 * Made from the broker's documentation for tests, rehearsals and demonstrations. It keeps its own
 * books (`ledger`), moves its own or a test's market, and misbehaves when told to.
 */
import { money } from '#kernel/price.ts';
import { createRandom } from '#kernel/random.ts';
import { createSystemClock } from '#kernel/time.ts';
import {
  HOST,
  type HttpReply,
  type HttpRequest,
  openLoopback,
  type SocketPath,
} from '../support/loopback.ts';
import { createTimers } from '../support/timers.ts';
import { createCatalogue } from './catalogue.ts';
import { type BehaviourRule, createBehaviours } from './engine/behaviour.ts';
import { createAccount, createBook } from './engine/book.ts';
import { createComplexOrders } from './engine/complex.ts';
import { createEngine, type Engine } from './engine/engine.ts';
import { createHands, type Hands } from './engine/hands.ts';
import type { Account, Order } from './engine/model.ts';
import { type EngineSettings, USUAL_ENGINE } from './engine/settings.ts';
import { type Access, type Credentials, createAccess } from './http/access.ts';
import { createFaults, type Faults } from './http/faults.ts';
import { createService, type RequestEntry } from './http/service.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { createMarket, type Market, type QuoteChange } from './market.ts';
import {
  type DxLinkOptions,
  type FaceSettings,
  type StandInOptions,
  USUAL_ACCOUNT,
  USUAL_DXLINK,
  USUAL_FACE,
} from './options.ts';
import { routesOf } from './routes/all.ts';
import { type AccountStreamControl, createAccountStream } from './streams/account-stream.ts';
import { createDxLinkServer, type DxLinkControl } from './streams/dxlink.ts';
import { tellAccountStream } from './streams/notices.ts';
import type { AccountContext } from './wire/account-json.ts';
import { orderJson } from './wire/order-json.ts';

export interface TastytradeStandIn {
  /** `http://127.0.0.1:…` */
  readonly apiUrl: string;
  /** `ws://127.0.0.1:…/streamer` */
  readonly streamerUrl: string;
  readonly credentials: Credentials;
  /** Account numbers. */
  readonly accounts: readonly string[];
  readonly setQuote: (symbol: string, change: QuoteChange) => void;
  readonly releaseQuote: (symbol: string) => void;
  readonly faults: Faults;
  /** Asks something else than the market's course of orders; undone by what it returns. */
  readonly behave: (rule: BehaviourRule) => () => void;
  /** Faults of the account stream. */
  readonly streamer: AccountStreamControl;
  /** Faults of the quote feed. */
  readonly dxlink: DxLinkControl;
  /** Tokens: how many were issued, and ways to make them void. */
  readonly access: Pick<
    Access,
    'counts' | 'expireAccessTokens' | 'expireQuoteTokens' | 'revokeRefreshTokens' | 'rotate'
  >;
  /** What happens at a broker without the client's doing. */
  readonly hands: Hands;
  readonly ledger: Ledger;
  readonly requests: () => readonly RequestEntry[];
  readonly close: () => Promise<void>;
}

/** A stand-in that nothing leads to yet: for a loopback server, or a test within one process. */
export interface UnboundStandIn {
  readonly answer: (request: HttpRequest) => Promise<HttpReply>;
  readonly sockets: readonly SocketPath[];
  /** How it looks from outside once it is reached at this port. */
  readonly at: (port: number, close?: () => Promise<void>) => TastytradeStandIn;
}

const FEED_DELAY_MS = 900_000;
const STRICT_REPLY_MS = 3;

export async function openTastytradeStandIn(
  options: StandInOptions = {},
): Promise<TastytradeStandIn> {
  const standIn = createTastytradeStandIn(options);
  const { answer, sockets } = standIn;
  const server = await openLoopback({ port: options.port ?? USUAL_FACE.port, answer, sockets });
  return standIn.at(server.port, server.close);
}

/** `quotes` are in place of the stand-in's own market. */
export function createTastytradeStandIn(
  options: StandInOptions = {},
  quotes: Market | null = null,
): UnboundStandIn {
  const clock = options.clock ?? createSystemClock();
  const face: FaceSettings = { ...USUAL_FACE, ...options };
  const settings: EngineSettings = { ...USUAL_ENGINE, ...options };
  const random = createRandom(`tastytrade/${face.seed}`);
  const timers = createTimers(clock);
  const catalogue = createCatalogue(clock);
  const { seed, walkEveryMs } = face;
  const own = { clock, timers, catalogue, kind: face.market, seed, walkEveryMs };
  const market = quotes ?? createMarket(own);
  const show = (order: Order) => orderJson(order, face);
  const book = createBook({ clock, seed, accounts: accountsOf(options, clock.now()), show });
  const behaviours = createBehaviours(settings.behaviour);
  const engine = createEngine({ clock, timers, book, market, catalogue, behaviours, settings });
  const complexOrders = createComplexOrders(engine, behaviours);
  const access = createAccess({ clock, random: random.fork('tokens'), ...face });
  const faults = createFaults(random.fork('faults'));
  const ledger = createLedger(clock, book, engine.trading);
  keepTransactions(engine);
  const hands = createHands({ clock, timers, engine, catalogue, ...face });
  const accountContext = (): AccountContext => ({
    now: clock.now(),
    holds: engine.holds,
    mark: engine.matcher.mark,
    multipliers: face.multipliers,
  });
  let port = 0;
  const feedPath = face.environment === 'sandbox' ? '/delayed' : '/realtime';
  const routes = routesOf({
    ...{ clock, face, settings, catalogue, market, engine, access, accountContext },
    complexOrders,
    quoteUrl: () => `ws://${HOST}:${port}${feedPath}`,
  });
  const service = createService({ clock, timers, access, faults, ledger, routes, ...face });
  const streamer = createAccountStream({
    ...{ clock, timers, random, access, ...face },
    accounts: [...book.accounts.keys()],
  });
  tellAccountStream({ engine, complexOrders }, streamer, { shape: face, accountContext });
  const dxlink = createDxLinkServer({
    ...{ clock, timers, random, access, market, catalogue, delayMs: FEED_DELAY_MS },
    settings: dxLinkOf(options),
  });
  const at: UnboundStandIn['at'] = (bound, close) => {
    port = bound;
    return {
      apiUrl: `http://${HOST}:${port}`,
      streamerUrl: `ws://${HOST}:${port}/streamer`,
      credentials: access.credentials,
      accounts: [...book.accounts.keys()],
      setQuote: market.set,
      releaseQuote: market.release,
      faults,
      behave: behaviours.add,
      streamer: streamer.control,
      dxlink: dxlink.control,
      access,
      hands,
      ledger,
      requests: service.requests,
      async close() {
        timers.close();
        await close?.();
      },
    };
  };
  return { answer: service.answer, sockets: [streamer.path, ...dxlink.paths], at };
}

/** A strict service takes a moment, so that it can tell who does not wait. */
function dxLinkOf({ dxlink = {} }: StandInOptions): DxLinkOptions {
  const replyMs = dxlink.handshake === 'strict' ? STRICT_REPLY_MS : USUAL_DXLINK.replyMs;
  return { ...USUAL_DXLINK, replyMs, ...dxlink };
}

function accountsOf(
  { accounts = [{}] }: StandInOptions,
  now: Account['openedAt'],
): readonly Account[] {
  return accounts.map((account, at) => {
    const chosen = { ...USUAL_ACCOUNT, ...account };
    const number = account.number ?? USUAL_ACCOUNT.number.replace(/1$/, String(at + 1));
    return createAccount({ ...chosen, number, cash: money(chosen.cash) }, now);
  });
}

const FIRST_TRANSACTION = 252_640_999;

function keepTransactions({ trading }: Engine): void {
  let made = 0;
  trading.onFill(({ order, leg, fill, fees }) => {
    made += 1;
    order.account.transactions.push({
      id: FIRST_TRANSACTION + made,
      at: fill.at,
      order,
      leg,
      fill,
      fees,
    });
  });
}
