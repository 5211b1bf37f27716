/** This venue's REST side: the routes, in the shapes that the description allows. */
import { randomUUID } from 'node:crypto';
import type { Random } from '#kernel/random.ts';
import {
  type Json,
  type JsonObject,
  listOf,
  parseJson,
  recordOf,
  textOf,
} from '../support/json.ts';
import {
  type Books,
  isBuy,
  type Order,
  orderJson,
  type Refusal,
  type Terms,
} from './tastytrade-books.ts';
import { chainJson, equityJson, type Market } from './tastytrade-market.ts';
import type { Words } from './tastytrade-words.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface Said {
  readonly status: number;
  /** `null` for no body at all. */
  readonly body: Json | string | null;
}

export interface Parts {
  readonly account: string;
  readonly books: Books;
  readonly market: Market;
  readonly random: Random;
  readonly words: Words;
  readonly dxlinkUrl: () => string;
  /** Orders younger than this are missing from lists. */
  readonly staleMs: () => number;
}

const PAGE = 3;
const ORDERS = /^\/accounts\/([^/]+)\/orders(?:\/(live|\d+))?$/;

export function isMutation({ method, path }: Asked): boolean {
  return method !== 'GET' && ORDERS.test(path);
}

export function failure(status: number, code: Json, message: string): Said {
  return { status, body: { error: { code, message } } };
}

const NO_SUCH = failure(404, 'record_not_found', 'Couldn’t find it');

export function answer(asked: Asked, parts: Parts): Said {
  const orders = ORDERS.exec(asked.path);
  if (orders !== null) {
    if (orders[1] !== parts.account) return failure(403, 'not_permitted', 'Not permitted');
    return aboutOrders(asked, orders[2] ?? null, parts);
  }
  return asked.method === 'GET' ? aboutRest(asked, parts) : NO_SUCH;
}

function aboutOrders(asked: Asked, which: string | null, parts: Parts): Said {
  const { books, words } = parts;
  const { method, query } = asked;
  if (method === 'GET') {
    if (which !== null && which !== 'live') {
      const order = books.orders.find(({ id }) => String(id) === which);
      return order === undefined ? NO_SUCH : good(asked, orderJson(order, words), parts);
    }
    if (which === null && !query.has('start-date') && !query.has('start-at')) {
      return failure(400, 'validation_error', 'start-date is missing');
    }
    return page(asked, listed(asked, parts), parts);
  }
  const body = recordOf(parseJson(asked.body));
  if (method === 'DELETE') {
    const made = books.cancel(Number(which));
    return 'code' in made || parts.random.chance(0.6)
      ? outcome(asked, made, parts)
      : { status: parts.random.pick([200, 202, 204]), body: null };
  }
  const terms = termsOf(body);
  if (terms === null) return failure(422, 'validation_error', 'Request validation failed');
  if (method !== 'POST') return outcome(asked, books.edit(Number(which), terms), parts);
  return placed(asked, body, terms, parts);
}

function listed({ query }: Asked, { books, words, staleMs }: Parts): readonly Json[] {
  const statuses = query.getAll('status[]');
  return books.orders
    .filter(({ receivedAt }) => Date.now() - receivedAt >= staleMs())
    .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
    .toReversed()
    .map((order) => orderJson(order, words));
}

function placed(asked: Asked, body: Readonly<Record<string, unknown>>, terms: Terms, parts: Parts) {
  const legs = listOf(body['legs']).map(recordOf);
  const [leg] = legs;
  const quantity = Number(leg?.['quantity']);
  const symbol = textOf(leg?.['symbol']) ?? '';
  const strict =
    recordOf(body['advanced-instructions'])['strict-position-effect-validation'] === true;
  const isWhole = legs.length === 1 && Number.isSafeInteger(quantity) && quantity > 0;
  if (!isWhole || !parts.market.touches.has(symbol)) {
    return failure(422, 'validation_error', 'No such order can be');
  }
  const action = textOf(leg?.['action']) ?? '';
  const debit = terms.cents === null || (body['price-effect'] === 'Debit') === isBuy({ action });
  if (!debit) return failure(422, 'cant_buy_for_credit', 'You cannot buy for a credit.');
  const kind = textOf(leg?.['instrument-type']) ?? '';
  const made = parts.books.place({ ...terms, symbol, kind, action, quantity, strict });
  if ('code' in made) return outcome(asked, made, parts);
  const { words } = parts;
  const more = {
    warnings: [],
    notes: null,
    'fee-calculation': { 'total-fees': words.decimal(226) },
  };
  const data = words.thing({ order: orderJson(made, words) }, more);
  return good(asked, data, parts, parts.random.pick([200, 201]));
}

/** `null` when it breaks a rule that holds for every order. */
function termsOf(body: Readonly<Record<string, unknown>>): Terms | null {
  const [type, tif, cid] = ['order-type', 'time-in-force', 'external-identifier'].map((key) =>
    textOf(body[key]),
  );
  if (tif !== 'Day' && tif !== 'GTC') return null;
  if (type === 'Market') {
    const isClean = tif === 'Day' && !('price' in body) && !('price-effect' in body);
    return isClean ? { type, tif, cid: cid ?? null, cents: null } : null;
  }
  const price = textOf(body['price']) ?? '';
  const cents = Math.round(Number(price) * 100);
  const isPrice = /^\d+(?:\.\d{1,2}0*)?$/.test(price) && cents > 0;
  return type === 'Limit' && isPrice ? { type, tif, cid: cid ?? null, cents } : null;
}

function outcome(asked: Asked, made: Order | Refusal, parts: Parts): Said {
  if (!('code' in made)) return good(asked, orderJson(made, parts.words), parts);
  if (made.code === 'not_found') return NO_SUCH;
  const { code, message } = made;
  const inner = { code: 'preflight_check_failure', message: 'One or more preflight checks failed' };
  const nested: Said = { status: 422, body: { error: { ...inner, errors: [{ code, message }] } } };
  return parts.words.either(failure(422, code, message), nested);
}

function aboutRest(asked: Asked, parts: Parts): Said {
  const { account, market, words } = parts;
  const { path, query } = asked;
  const own = { 'account-number': account };
  const listing = (items: readonly Json[]): Said => good(asked, { items }, parts);
  const symbol = decodeURIComponent(path.split('/')[3] ?? '');
  switch (path.replace(account, '{n}')) {
    case '/customers/me/accounts': {
      const other = { ...own, 'account-number': '5WX99999', 'is-closed': true };
      const row = (of: JsonObject) => words.thing({ account: of }, { 'authority-level': 'owner' });
      return listing([row(other), row(words.thing(own, { 'day-trader-status': 'false' }))]);
    }
    case '/accounts/{n}/trading-status':
      return good(asked, statusJson(parts), parts);
    case '/accounts/{n}/balances':
      return good(asked, balancesJson(parts), parts);
    case '/accounts/{n}/positions':
      return listing(positionsJson(parts));
    case '/api-quote-tokens': {
      const token = { token: randomUUID(), 'dxlink-url': parts.dxlinkUrl() };
      return good(asked, words.thing(token, { level: 'api' }), parts);
    }
    case '/market-data/by-type':
      return listing(snapshotsJson(query, parts));
  }
  const found = path.startsWith('/instruments/equities/') ? equityJson(symbol, words) : null;
  if (found !== null) return good(asked, found, parts);
  const chain = /^\/option-chains\/([^/]+)\/nested$/.exec(path)?.[1];
  const items = chain === undefined ? null : chainJson(market, chain, words);
  if (items !== null) return good(asked, { items }, parts);
  return path.startsWith('/instruments/equity-options/')
    ? failure(403, 'not_permitted', 'User not permitted access')
    : NO_SUCH;
}

function statusJson({ account, words }: Parts): JsonObject {
  return words.thing(
    { 'account-number': account, 'is-closed': false, 'is-frozen': words.either(false, 'false') },
    {
      'is-closing-only': false,
      'is-in-margin-call': false,
      'options-level': 'No Restrictions',
      'is-futures-enabled': true,
      'day-trade-count': words.count(0),
    },
  );
}

function balancesJson({ account, words }: Parts): Json {
  const balance = words.thing(
    {
      'account-number': account,
      'cash-balance': words.decimal(100_000_000),
      'net-liquidating-value': words.decimal(100_000_000),
      'derivative-buying-power': words.decimal(100_000_000),
    },
    { currency: 'USD', 'available-trading-funds': '0.0', 'pending-cash': 'NaN' },
  );
  const euros = { ...balance, currency: 'EUR', 'derivative-buying-power': '1.0' };
  return words.either(balance, { items: [euros, { ...balance, currency: 'USD' }] });
}

function positionsJson({ books, market, words }: Parts): readonly Json[] {
  const coin = words.thing({ symbol: 'BTC/USD', 'instrument-type': 'Cryptocurrency' });
  const own = [...market.touches.keys()].flatMap((symbol) => {
    const net = books.held(symbol);
    const kind = books.orders.find((order) => order.symbol === symbol)?.kind;
    if (kind === undefined) return [];
    const must = {
      ...{ symbol, 'instrument-type': kind, quantity: words.count(Math.abs(net)) },
      'quantity-direction': net === 0 ? 'Zero' : net > 0 ? 'Long' : 'Short',
    };
    const multiplier = kind === 'Equity Option' ? 100 : 1;
    const may = { multiplier: words.count(multiplier), 'average-open-price': words.decimal(120) };
    return [words.thing(must, may)];
  });
  return [coin, ...own];
}

function snapshotsJson(query: URLSearchParams, { market, words }: Parts): readonly Json[] {
  const wanted = [...query.values()].flatMap((list) => list.split(','));
  return wanted.flatMap((symbol) => {
    const touch = market.touches.get(symbol);
    if (touch === undefined) return [];
    const sizes = { 'bid-size': words.count(3), 'ask-size': '4.0' };
    const prices = { bid: words.decimal(touch.bid), ask: words.decimal(touch.ask) };
    const must = { symbol, ...prices, ...sizes };
    return [words.thing(must, { last: '-1', mark: 'NaN', 'halt-start-time': -1 })];
  });
}

function good({ path }: Asked, data: Json, { words }: Parts, status = 200): Said {
  return { status, body: words.thing({ data }, { context: path, 'api-version': 'v1' }) };
}

/** Few on each page, whatever was asked for. */
function page(asked: Asked, items: readonly Json[], { words }: Parts): Said {
  const at = Number(asked.query.get('page-offset') ?? 0);
  const shown = items.slice(at * PAGE, (at + 1) * PAGE);
  const pagination = words.thing(
    { 'total-pages': Math.ceil(items.length / PAGE) },
    {
      'current-item-count': shown.length,
      'page-offset': at,
      'per-page': PAGE,
      'next-link': null,
      'total-items': words.count(items.length),
    },
  );
  return { status: 200, body: words.thing({ data: { items: shown }, pagination }) };
}
