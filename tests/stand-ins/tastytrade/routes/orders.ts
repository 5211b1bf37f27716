/** Orders: place, try, list, read, replace, edit, cancel, reconfirm. */
import { parseIsoDate } from '#kernel/calendar.ts';
import { type Clock, type EpochMs, parseInstant } from '#kernel/time.ts';
import { newYorkDate, newYorkInstant } from '#market/session.ts';
import type { JsonObject } from '../../support/json.ts';
import type { Engine, Placed, Preflight } from '../engine/engine.ts';
import { type Account, firstLeg, isTerminal, type Order } from '../engine/model.ts';
import { instrumentType } from '../engine/parse-order.ts';
import { invalid, ORDER_NOT_FOUND, type Refusal, refused } from '../engine/refusal.ts';
import {
  type Answer,
  errorBody,
  list,
  manyOf,
  ok,
  page,
  paginate,
  refuse,
} from '../http/answers.ts';
import { type Call, type Route, withAccount } from '../http/route.ts';
import { instant } from '../wire/instants.ts';
import { dryRunJson, type OrderShape, orderJson, underlyingSymbol } from '../wire/order-json.ts';
import { placementJson } from '../wire/placement-json.ts';

export interface OrderRouteOptions {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly shape: OrderShape;
  /** Of a dry-run that fails margin: its body carries both `data` and `error`. */
  readonly dryRunRefusalStatus: number;
  /** The sandbox answered placement under a version header with 404 (tastyware #291). */
  readonly versionedPlacement: 'works' | 'not_found';
}

const DAY_MINUTES = 24 * 60;
const START_REQUIRED = '20261012';
const LIVE_PAGED = '20250813';
const PAGES_OF_100 = '20260629';
const PER_PAGE_MAX = 200;
const ORDERS = '^/accounts/(?<account>[^/]+)/orders';

export function orderRoutes(options: OrderRouteOptions): readonly Route[] {
  const { clock, engine, shape } = options;
  const { accounts } = engine.book;

  /** The order as a reader sees it now, or saw it a while ago; `null` when it was not there yet. */
  function shown(order: Order, staleMs: number): JsonObject | null {
    if (staleMs === 0) return orderJson(order, shape);
    const until = clock.now() - staleMs;
    return order.history.findLast(({ at }) => at <= until)?.shown ?? null;
  }

  function showAll(orders: readonly Order[], { staleMs }: Call): readonly JsonObject[] {
    return orders.map((order) => shown(order, staleMs)).filter((order) => order !== null);
  }

  const place = withAccount(accounts, (account, call) => {
    if (options.versionedPlacement === 'not_found' && call.request.headers['accept-version']) {
      return refuse(refused(404, 'not_found', 'The requested resource was not found.'));
    }
    const made = engine.place(account, call.body);
    if (made.kind === 'refusal') return refuse(made);
    const order = orderJson(made.order, shape);
    return ok(placementJson(order, made.preflight), call.context, 201);
  });

  function tried(tryOut: Preflight | Refusal, account: Account, call: Call): Answer {
    if ('kind' in tryOut) return refuse(tryOut);
    const order = dryRunJson(tryOut.draft, account.number, instant(clock.now()));
    const data = placementJson(order, tryOut);
    if (tryOut.refusal === null) return ok(data, call.context, 201);
    const body = { data, error: errorBody(tryOut.refusal), context: call.context };
    return { status: options.dryRunRefusalStatus, body };
  }

  const search = withAccount(accounts, (account, call) => {
    const { query, version } = call;
    const from = boundOf(query, 'start');
    if (from === null && version >= START_REQUIRED) {
      return refuse(invalid('start-date', 'is missing'));
    }
    const until = boundOf(query, 'end');
    const found = [...account.orders.values()]
      .filter(({ receivedAt }) => from === null || receivedAt >= from)
      .filter(({ receivedAt }) => until === null || receivedAt <= until)
      .filter((order) => isAsked(order, query));
    const sorted = query.get('sort') === 'Asc' ? found : found.toReversed();
    const perPage = version >= PAGES_OF_100 ? 100 : 10;
    const usual = { perPage, perPageMax: PER_PAGE_MAX };
    return page(paginate(showAll(sorted, call), query, usual), call.context);
  });

  function liveOf(account: Account): readonly Order[] {
    const today = newYorkDate(clock.now());
    return [...account.orders.values()]
      .filter((order) => !isTerminal(order) || newYorkDate(order.receivedAt) >= today)
      .toReversed();
  }

  function live(orders: readonly Order[], call: Call): Answer {
    const asked = orders.filter(
      (order) => call.version < START_REQUIRED || isAsked(order, call.query),
    );
    const items = showAll(asked, call);
    if (call.version < LIVE_PAGED) return list(items, call.context);
    const usual = { perPage: 100, perPageMax: PER_PAGE_MAX };
    return page(paginate(items, call.query, usual), call.context);
  }

  function replaced(made: Placed | Refusal, call: Call): Answer {
    return made.kind === 'refusal' ? refuse(made) : ok(orderJson(made.order, shape), call.context);
  }

  function withOrder(handle: (order: Order, call: Call) => Answer): Route['handle'] {
    return withAccount(accounts, (account, call) => {
      const order = account.orders.get(Number(call.named('id')));
      return order === undefined ? refuse(ORDER_NOT_FOUND) : handle(order, call);
    });
  }

  const ofCustomer =
    (pick: (account: Account) => readonly Order[]): Route['handle'] =>
    (call) => {
      const numbers = manyOf(call.query, 'account-numbers');
      if (numbers.length === 0) return refuse(invalid('account-numbers', 'is missing'));
      const found = numbers.flatMap((number) => {
        const account = accounts.get(number);
        return account === undefined ? [] : pick(account);
      });
      return live(found, { ...call, version: START_REQUIRED });
    };

  return [
    trade('POST', `${ORDERS}$`, place),
    trade(
      'POST',
      `${ORDERS}/dry-run$`,
      withAccount(accounts, (account, call) =>
        tried(engine.dryRun(account, call.body), account, call),
      ),
    ),
    read(`${ORDERS}$`, search),
    read(
      `${ORDERS}/live$`,
      withAccount(accounts, (account, call) => live(liveOf(account), call)),
    ),
    read(
      `${ORDERS}/(?<id>\\d+)$`,
      withOrder((order, call) => {
        const seen = shown(order, call.staleMs);
        return seen === null ? refuse(ORDER_NOT_FOUND) : ok(seen, call.context);
      }),
    ),
    trade(
      'PUT',
      `${ORDERS}/(?<id>\\d+)$`,
      withOrder((order, call) => replaced(engine.replace(order, call.body), call)),
    ),
    trade(
      'PATCH',
      `${ORDERS}/(?<id>\\d+)$`,
      withOrder((order, call) => replaced(engine.replace(order, call.body), call)),
    ),
    trade(
      'DELETE',
      `${ORDERS}/(?<id>\\d+)$`,
      withOrder((order, call) => {
        const cancelled = engine.cancel(order);
        return 'kind' in cancelled ? refuse(cancelled) : ok(orderJson(order, shape), call.context);
      }),
    ),
    trade(
      'POST',
      `${ORDERS}/(?<id>\\d+)/dry-run$`,
      withOrder((order, call) =>
        tried(engine.replaceDryRun(order, call.body), order.account, call),
      ),
    ),
    trade(
      'POST',
      `${ORDERS}/(?<id>\\d+)/reconfirm$`,
      withOrder((order, call) =>
        order.tif.startsWith('GTC') && !isTerminal(order)
          ? ok(orderJson(order, shape), call.context)
          : refuse(refused(422, 'cannot_reconfirm_order', 'The order cannot be reconfirmed.')),
      ),
    ),
    read('^/customers/[^/]+/orders/live$', ofCustomer(liveOf)),
    read(
      '^/customers/[^/]+/orders$',
      ofCustomer((account) => [...account.orders.values()].toReversed()),
    ),
  ];
}

function read(pattern: string, handle: Route['handle']): Route {
  return { method: 'GET', pattern: new RegExp(pattern), scope: 'read', handle };
}

function trade(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  pattern: string,
  handle: Route['handle'],
): Route {
  return { method, pattern: new RegExp(pattern), scope: 'trade', handle };
}

function isAsked(order: Order, query: URLSearchParams): boolean {
  const { instrument } = firstLeg(order);
  const has = (name: string, value: string): boolean => {
    const asked = manyOf(query, name);
    return asked.length === 0 || asked.includes(value);
  };
  return (
    has('status', order.status) &&
    has('underlying-symbol', underlyingSymbol(instrument)) &&
    has('underlying-instrument-type', instrumentType(instrument)) &&
    has('futures-symbol', instrument.symbol)
  );
}

/** A date stands for its first or last moment in New York. */
function boundOf(query: URLSearchParams, end: 'start' | 'end'): EpochMs | null {
  const instantText = query.get(`${end}-at`);
  if (instantText !== null) return parseInstant(instantText);
  const date = parseIsoDate(query.get(`${end}-date`) ?? '');
  if (date === null) return null;
  return newYorkInstant(date, end === 'start' ? 0 : DAY_MINUTES);
}
