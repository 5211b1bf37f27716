/** Customers, accounts, trading status, balances, positions, transactions, limits. */
import { parseIsoDate } from '#kernel/calendar.ts';
import type { Clock } from '#kernel/time.ts';
import { newYorkDate } from '#market/session.ts';
import type { JsonObject } from '../../support/json.ts';
import type { Engine } from '../engine/engine.ts';
import { sumFees, totalOf } from '../engine/funds.ts';
import type { Account } from '../engine/model.ts';
import { instrumentType } from '../engine/parse-order.ts';
import { refused } from '../engine/refusal.ts';
import { list, manyOf, ok, page, paginate, refuse } from '../http/answers.ts';
import { type Call, NOT_FOUND, type Route, withAccount } from '../http/route.ts';
import {
  type AccountContext,
  accountJson,
  balancesJson,
  isOfToday,
  positionJson,
  tradingStatusJson,
  transactionJson,
} from '../wire/account-json.ts';
import { decimal, withEffect } from '../wire/decimals.ts';
import { instant } from '../wire/instants.ts';
import { underlyingSymbol } from '../wire/order-json.ts';

export interface AccountRouteOptions {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly accountContext: () => AccountContext;
  /** Unversioned answers; dated ones are lists. */
  readonly balances: 'items' | 'single';
  readonly zeroPositions: 'hidden' | 'shown';
  readonly netLiqHistory: 'offered' | 'absent';
}

const TRANSACTIONS = { perPage: 250, perPageMax: 2000 };
const CUSTOMER: JsonObject = {
  id: 'me',
  'first-name': 'Stand',
  'last-name': 'In',
  email: 'stand-in@example.com',
  'external-id': 'U0000000001',
  'is-professional': false,
  'is-foreign': false,
  'agreed-to-terms': true,
};
/** The release from which balances are a list. */
const BALANCES_LISTED = '20240501';

export function accountRoutes(options: AccountRouteOptions): readonly Route[] {
  const { clock, engine, accountContext } = options;
  const { accounts } = engine.book;
  const own = (handle: (account: Account, call: Call) => ReturnType<Route['handle']>) =>
    withAccount(accounts, handle);

  const balances = own((account, call) => {
    const shown = balancesJson(account, accountContext());
    const listed = call.version >= BALANCES_LISTED || options.balances === 'items';
    return listed ? list([shown], call.context) : ok(shown, call.context);
  });

  const positions = own((account, call) => {
    const symbols = manyOf(call.query, 'symbol');
    const underlyings = manyOf(call.query, 'underlying-symbol');
    const types = manyOf(call.query, 'instrument-type');
    const withZero =
      options.zeroPositions === 'shown' || call.query.get('include-closed-positions') === 'true';
    const found = [...account.holdings.values()]
      .filter((each) => each.net !== 0 || (withZero && isOfToday(each, clock.now())))
      .filter(({ instrument }) => includes(symbols, instrument.symbol))
      .filter(({ instrument }) => includes(underlyings, underlyingSymbol(instrument)))
      .filter(({ instrument }) => includes(types, instrumentType(instrument)));
    const context = accountContext();
    const withMarks = call.query.get('include-marks') === 'true';
    return list(
      found.map((holding) => {
        const mark = withMarks ? context.mark(holding.instrument) : null;
        const shown = positionJson(account, holding, context);
        return mark === null
          ? shown
          : { ...shown, mark: decimal(mark), 'mark-price': decimal(mark) };
      }),
      call.context,
    );
  });

  const transactions = own((account, call) => {
    const { query } = call;
    const from = dateOf(query, 'start');
    const until = dateOf(query, 'end');
    const symbols = manyOf(query, 'symbol');
    const types = [...manyOf(query, 'types'), ...manyOf(query, 'type')];
    const subTypes = manyOf(query, 'sub-type');
    const found = account.transactions
      .filter(({ at }) => from === null || newYorkDate(at) >= from)
      .filter(({ at }) => until === null || newYorkDate(at) <= until)
      .filter(({ leg }) => includes(symbols, leg.instrument.symbol))
      .filter(({ leg }) => includes(subTypes, leg.action))
      .filter(() => includes(types, 'Trade'))
      .map((each) => transactionJson(account, each));
    const sorted = query.get('sort') === 'Asc' ? found : found.toReversed();
    return page(paginate(sorted, query, TRANSACTIONS), call.context);
  });

  return [
    get(/^\/customers\/(?<customer>[^/]+)$/, ({ context }) => ok(CUSTOMER, context)),
    get(/^\/customers\/[^/]+\/accounts$/, ({ context }) =>
      list(
        [...accounts.values()].map((account) => ({
          account: accountJson(account),
          'authority-level': 'owner',
        })),
        context,
      ),
    ),
    get(
      /^\/customers\/[^/]+\/accounts\/(?<account>[^/]+)$/,
      own((account, { context }) => ok(accountJson(account), context)),
    ),
    get(
      /^\/accounts\/(?<account>[^/]+)\/trading-status$/,
      own((account, { context }) => ok(tradingStatusJson(account, clock.now()), context)),
    ),
    get(/^\/accounts\/(?<account>[^/]+)\/balances$/, balances),
    get(
      /^\/accounts\/(?<account>[^/]+)\/balances\/(?<currency>[^/]+)$/,
      own((account, call) =>
        call.named('currency') === 'USD'
          ? ok(balancesJson(account, accountContext()), call.context)
          : refuse(NOT_FOUND),
      ),
    ),
    get(
      /^\/accounts\/(?<account>[^/]+)\/balance-snapshots$/,
      own((account, { context }) => list([balancesJson(account, accountContext())], context)),
    ),
    get(/^\/accounts\/(?<account>[^/]+)\/positions$/, positions),
    get(/^\/accounts\/(?<account>[^/]+)\/transactions$/, transactions),
    get(
      /^\/accounts\/(?<account>[^/]+)\/transactions\/total-fees$/,
      own((account, { context }) => {
        const total = totalOf(sumFees(account.transactions.map(({ fees }) => fees)));
        return ok(withEffect('total-fees', -total), context);
      }),
    ),
    get(
      /^\/accounts\/(?<account>[^/]+)\/transactions\/(?<id>\d+)$/,
      own((account, call) => {
        const found = account.transactions.find(({ id }) => String(id) === call.named('id'));
        return found === undefined
          ? refuse(NOT_FOUND)
          : ok(transactionJson(account, found), call.context);
      }),
    ),
    get(
      /^\/accounts\/(?<account>[^/]+)\/position-limit$/,
      own((account, { context }) => ok(positionLimit(account), context)),
    ),
    get(
      /^\/accounts\/(?<account>[^/]+)\/net-liq\/history$/,
      own((account, { context }) => {
        if (options.netLiqHistory === 'absent') {
          return refuse(refused(502, 'bad_gateway', 'The service is not offered here.'));
        }
        const { 'net-liquidating-value': value } = balancesJson(account, accountContext());
        const bar = { open: value, high: value, low: value, close: value };
        return list([{ ...bar, time: instant(clock.now()) }], context);
      }),
    ),
  ];
}

function positionLimit(account: Account): JsonObject {
  return {
    'account-number': account.number,
    'equity-order-size': 10_000,
    'equity-option-order-size': 1000,
    'future-order-size': 100,
    'future-option-order-size': 100,
    'underlying-opening-order-limit': 100,
    'equity-position-size': 500_000,
    'equity-option-position-size': 20_000,
    'future-position-size': 500,
    'future-option-position-size': 500,
  };
}

function get(pattern: RegExp, handle: Route['handle']): Route {
  return { method: 'GET', pattern, scope: 'read', handle };
}

/** Without a filter everything is included. */
function includes(filter: readonly string[], value: string): boolean {
  return filter.length === 0 || filter.includes(value);
}

function dateOf(query: URLSearchParams, end: 'start' | 'end'): string | null {
  const text = query.get(`${end}-date`) ?? query.get(`${end}-at`)?.slice(0, 10) ?? '';
  return parseIsoDate(text);
}
