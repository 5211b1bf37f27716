/** Market data by REST, market time, quote tokens. */
import { addDays, type IsoDate, parseIsoDate } from '#kernel/calendar.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { Instrument, SessionKind } from '#market/instrument.ts';
import {
  isCovered,
  newYorkDate,
  newYorkInstant,
  nextTradingDay,
  previousTradingDay,
  type Session,
  sessionOf,
  tradingDay,
} from '#market/session.ts';
import type { JsonObject } from '../../support/json.ts';
import type { Catalogue } from '../catalogue.ts';
import { middleOf } from '../engine/matching.ts';
import { instrumentType } from '../engine/parse-order.ts';
import { invalid, refused } from '../engine/refusal.ts';
import type { Access } from '../http/access.ts';
import { type Answer, list, manyOf, ok, refuse } from '../http/answers.ts';
import { type Call, NOT_FOUND, type Route } from '../http/route.ts';
import type { Market } from '../market.ts';
import { decimal } from '../wire/decimals.ts';
import { instant } from '../wire/instants.ts';

export interface MarketRouteOptions {
  readonly clock: Clock;
  readonly market: Market;
  readonly catalogue: Catalogue;
  readonly access: Access;
  readonly session: 'always-open' | 'calendar';
  /** Services the sandbox lacks answer 502. */
  readonly services: 'all' | 'sandbox';
  /** Of the feed; known once the server listens. */
  readonly quoteUrl: () => string;
}

const SYMBOLS_MAX = 100;
const TYPES: Readonly<Record<string, string>> = {
  equity: 'Equity',
  index: 'Equity',
  'equity-option': 'Equity Option',
  future: 'Future',
  'future-option': 'Future Option',
};
const SESSION_KINDS: Readonly<Record<string, SessionKind>> = {
  Equity: 'equity',
  CME: 'future',
  CFE: 'future',
  Smalls: 'future',
};
const PRE_MARKET_MINUTES = 8 * 60 + 15;
const EXTENDED_MINUTES = 20 * 60;
const NO_HALT = -1;
const SESSIONS_MAX = 280;
const HOLIDAYS_DAYS = 370;

export function marketRoutes(options: MarketRouteOptions): readonly Route[] {
  const { clock, market, catalogue, access } = options;
  const away: Route['handle'] = () =>
    refuse(refused(502, 'bad_gateway', 'The service is not offered here.'));
  const isSandbox = options.services === 'sandbox';

  function byType(call: Call): Answer {
    const asked = Object.entries(TYPES).flatMap(([name, type]) =>
      manyOf(call.query, name).map((symbol) => ({ symbol, type })),
    );
    if (asked.length === 0) return refuse(invalid('symbols', 'is missing'));
    if (asked.length > SYMBOLS_MAX) return refuse(invalid('symbols', `at most ${SYMBOLS_MAX}`));
    const found = asked
      .map(({ symbol, type }) => snapshot(catalogue.bySymbol(symbol), type))
      .filter((each) => each !== null);
    return list(found, call.context);
  }

  function snapshot(instrument: Instrument | null, type: string): JsonObject | null {
    if (instrument === null || instrumentType(instrument) !== type) return null;
    market.watch(instrument);
    const quote = market.quote(instrument);
    if (quote === null) return null;
    const mark = middleOf(quote);
    const last = quote.last ?? mark;
    const price = (value: bigint | null): string | undefined =>
      value === null ? undefined : decimal(value);
    return {
      symbol: instrument.symbol,
      'instrument-type': type,
      'updated-at': instant(quote.at).replace('+00:00', 'Z'),
      bid: price(quote.bid) ?? '0.0',
      'bid-size': quote.bid === null ? '0.0' : `${quote.bidSize}.0`,
      ask: price(quote.ask) ?? '0.0',
      'ask-size': quote.ask === null ? '0.0' : `${quote.askSize}.0`,
      mid: price(mark),
      mark: price(mark),
      last: price(last),
      'last-mkt': price(last),
      open: price(last),
      'day-high-price': price(last),
      'day-low-price': price(last),
      close: price(last),
      'close-price-type': 'Unknown',
      'prev-close': price(last),
      'prev-close-price-type': 'Final',
      'summary-date': newYorkDate(clock.now()),
      'prev-close-date': previousTradingDay(newYorkDate(clock.now())),
      'is-trading-halted': quote.isHalted,
      'halt-start-time': quote.isHalted ? quote.at : NO_HALT,
      'halt-end-time': NO_HALT,
      volume: '1000.0',
    };
  }

  function single(call: Call): Answer {
    const type = TYPES[call.named('type').toLowerCase().replace(' ', '-')] ?? call.named('type');
    const found = snapshot(catalogue.bySymbol(call.named('symbol')), type);
    return found === null ? refuse(NOT_FOUND) : ok(found, call.context);
  }

  function quoteToken({ context }: Call): Answer {
    const { token, expiresAt } = access.issueQuoteToken();
    const url = options.quoteUrl();
    return ok(
      {
        token,
        'dxlink-url': url,
        'websocket-url': url,
        level: isSandbox ? 'demo' : 'api',
        'issued-at': instant(clock.now()),
        'expires-at': instant(expiresAt),
      },
      context,
    );
  }

  return [
    get(/^\/api-quote-tokens$/, quoteToken),
    get(/^\/market-data\/by-type$/, isSandbox ? away : byType),
    get(/^\/market-data\/(?<type>[^/]+)\/(?<symbol>.+)$/, isSandbox ? away : single),
    get(/^\/market-metrics$/, away),
    get(/^\/symbols\/search\/.+$/, away),
    get(/^\/margin-requirements-public-configuration$/, ({ context }) =>
      ok({ 'risk-free-rate': '0.04' }, context),
    ),
    ...timeRoutes(options),
  ];
}

function timeRoutes({ clock, session }: MarketRouteOptions): readonly Route[] {
  const today = (): IsoDate => newYorkDate(clock.now());

  function current(collection: string): JsonObject {
    const kind = SESSION_KINDS[collection] ?? 'equity';
    const now = clock.now();
    const day = nearestDay(today(), kind);
    const shown = sessionJson(collection, kind, day);
    const state = session === 'always-open' ? 'Open' : stateAt(kind, sessionOf(kind, day), now);
    return {
      ...shown,
      state,
      'next-session': sessionJson(collection, kind, nextTradingDay(day)),
      'previous-session': sessionJson(collection, kind, previousTradingDay(day)),
    };
  }

  function between(call: Call): Answer {
    const from = parseIsoDate(call.query.get('from-date') ?? '') ?? today();
    const until = parseIsoDate(call.query.get('to-date') ?? '') ?? from;
    const collection = manyOf(call.query, 'instrument-collection')[0] ?? 'Equity';
    const kind = SESSION_KINDS[collection] ?? 'equity';
    const days: IsoDate[] = [];
    for (let day = from; day <= until && days.length < SESSIONS_MAX; day = addDays(day, 1)) {
      if (isCovered(day) && sessionOf(kind, day) !== null) days.push(day);
    }
    return list(
      days.map((day) => sessionJson(collection, kind, day)),
      call.context,
    );
  }

  function holidays({ context }: Call): Answer {
    const days = Array.from({ length: HOLIDAYS_DAYS }, (_, ahead) => addDays(today(), ahead))
      .filter(isCovered)
      .map(tradingDay)
      .filter(({ occasion }) => !isWeekend(occasion));
    const dates = (kind: 'closed' | 'half'): readonly string[] =>
      days.filter((day) => day.kind === kind).map(({ date }) => date);
    return ok({ 'market-holidays': dates('closed'), 'market-half-days': dates('half') }, context);
  }

  return [
    get(/^\/market-time\/sessions\/current$/, (call) => {
      const asked = manyOf(call.query, 'instrument-collections');
      return list((asked.length === 0 ? ['Equity'] : asked).map(current), call.context);
    }),
    get(/^\/market-time\/sessions$/, between),
    get(/^\/market-time\/equities\/sessions\/current$/, ({ context }) =>
      ok(current('Equity'), context),
    ),
    get(/^\/market-time\/equities\/sessions\/next$/, ({ context }) =>
      ok(sessionJson('Equity', 'equity', nextTradingDay(today())), context),
    ),
    get(/^\/market-time\/equities\/sessions\/previous$/, ({ context }) =>
      ok(sessionJson('Equity', 'equity', previousTradingDay(today())), context),
    ),
    get(/^\/market-time\/equities\/holidays$/, holidays),
    get(/^\/market-time\/futures\/holidays\/[^/]+$/, holidays),
  ];
}

function sessionJson(collection: string, kind: SessionKind, day: IsoDate): JsonObject {
  const session = sessionOf(kind, day);
  if (session === null) return { 'instrument-collection': collection, 'session-date': day };
  return {
    'instrument-collection': collection,
    'session-date': day,
    'start-at': instant(kind === 'equity' ? newYorkInstant(day, PRE_MARKET_MINUTES) : session.open),
    'open-at': instant(session.open),
    'close-at': instant(session.close),
    'close-at-ext': instant(
      kind === 'equity' ? newYorkInstant(day, EXTENDED_MINUTES) : session.close,
    ),
  };
}

function stateAt(kind: SessionKind, session: Session | null, now: EpochMs): string {
  if (session === null) return 'Closed';
  if (now >= session.open && now < session.close) return 'Open';
  if (kind !== 'equity') return 'Closed';
  const day = newYorkDate(session.open);
  if (now >= newYorkInstant(day, PRE_MARKET_MINUTES) && now < session.open) return 'Pre-market';
  return now >= session.close && now < newYorkInstant(day, EXTENDED_MINUTES)
    ? 'Extended'
    : 'Closed';
}

/** That day, or the next one with a session. */
function nearestDay(day: IsoDate, kind: SessionKind): IsoDate {
  return sessionOf(kind, day) === null ? nextTradingDay(day) : day;
}

function isWeekend(occasion: string | null): boolean {
  return occasion === 'Saturday' || occasion === 'Sunday';
}

function get(pattern: RegExp, handle: Route['handle']): Route {
  return { method: 'GET', pattern, scope: 'read', handle };
}
