/** Orders that go together: place, try, list, read, cancel. */
import type { Clock } from '#kernel/time.ts';
import type { JsonObject } from '../../support/json.ts';
import type { ComplexOrders } from '../engine/complex.ts';
import type { Account, ComplexOrder } from '../engine/model.ts';
import { refused } from '../engine/refusal.ts';
import { type Answer, ok, page, paginate, refuse } from '../http/answers.ts';
import { type Call, NOT_FOUND, type Route, withAccount } from '../http/route.ts';
import { instant, instantOrNone } from '../wire/instants.ts';
import { dryRunJson, type OrderShape, orderJson } from '../wire/order-json.ts';
import { placementJson } from '../wire/placement-json.ts';

export interface ComplexRouteOptions {
  readonly clock: Clock;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly complexOrders: ComplexOrders;
  readonly shape: OrderShape;
}

const PATH = '^/accounts/(?<account>[^/]+)/complex-orders';
const PAGES = { perPage: 10, perPageMax: 200 };

export function complexOrderJson(
  account: Account,
  complex: ComplexOrder,
  shape: OrderShape,
): JsonObject {
  const { trigger, children } = complex;
  const all = trigger === null ? children : [trigger, ...children];
  return {
    id: complex.id,
    'account-number': account.number,
    type: complex.type,
    'trigger-order': trigger === null ? undefined : orderJson(trigger, shape),
    orders: children.map((order) => orderJson(order, shape)),
    'related-orders': all.map((order) => ({
      id: order.id,
      'complex-order-id': complex.id,
      'complex-order-tag': order.complex?.tag,
      status: order.status,
    })),
    'terminal-at': instantOrNone(complex.terminalAt),
  };
}

export function complexOrderRoutes(options: ComplexRouteOptions): readonly Route[] {
  const { clock, accounts, complexOrders, shape } = options;

  const place = withAccount(accounts, (account, call) => {
    const made = complexOrders.place(account, call.body);
    if (made.kind === 'refusal') return refuse(made);
    const [first] = made.complex.children;
    const order = made.complex.trigger ?? first;
    const placed = placementJson(
      order === undefined ? {} : orderJson(order, shape),
      made.preflight,
    );
    const shown = complexOrderJson(account, made.complex, shape);
    return ok({ ...placed, order: undefined, 'complex-order': shown }, call.context, 201);
  });

  const dryRun = withAccount(accounts, (account, call) => {
    const tried = complexOrders.dryRun(account, call.body);
    if ('kind' in tried) return refuse(tried);
    const order = dryRunJson(tried.draft, account.number, instant(clock.now()));
    return ok(placementJson(order, tried), call.context, 201);
  });

  function shownPage(account: Account, call: Call): Answer {
    const all = [...account.complexOrders.values()].toReversed();
    const items = all.map((complex) => complexOrderJson(account, complex, shape));
    return page(paginate(items, call.query, PAGES), call.context);
  }

  const withComplex = (handle: (account: Account, complex: ComplexOrder, call: Call) => Answer) =>
    withAccount(accounts, (account, call) => {
      const complex = account.complexOrders.get(Number(call.named('id')));
      return complex === undefined ? refuse(NOT_FOUND) : handle(account, complex, call);
    });

  const route = (method: Route['method'], path: string, handle: Route['handle']): Route => ({
    method,
    pattern: new RegExp(`${PATH}${path}$`),
    scope: method === 'GET' ? 'read' : 'trade',
    handle,
  });

  return [
    route('POST', '', place),
    route('POST', '/dry-run', dryRun),
    route('GET', '', withAccount(accounts, shownPage)),
    route('GET', '/live', withAccount(accounts, shownPage)),
    route(
      'GET',
      '/(?<id>\\d+)',
      withComplex((account, complex, call) =>
        ok(complexOrderJson(account, complex, shape), call.context),
      ),
    ),
    route(
      'DELETE',
      '/(?<id>\\d+)',
      withComplex((account, complex, call) => {
        complexOrders.cancel(complex);
        return ok(complexOrderJson(account, complex, shape), call.context);
      }),
    ),
    route(
      'PATCH',
      '/(?<id>\\d+)',
      withComplex(() =>
        refuse(refused(422, 'cannot_update_order', 'Only PAIRS orders can be edited.')),
      ),
    ),
  ];
}
