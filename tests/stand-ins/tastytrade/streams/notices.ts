/** What of the engine's doings is told on the account stream. */
import type { ComplexOrders } from '../engine/complex.ts';
import type { Engine } from '../engine/engine.ts';
import { complexOrderJson } from '../routes/complex-orders.ts';
import { type AccountContext, balancesJson, positionJson } from '../wire/account-json.ts';
import { type OrderShape, orderJson } from '../wire/order-json.ts';
import type { AccountStream } from './account-stream.ts';

export function tellAccountStream(
  { engine, complexOrders }: { readonly engine: Engine; readonly complexOrders: ComplexOrders },
  stream: AccountStream,
  told: {
    readonly shape: OrderShape;
    readonly accountContext: () => AccountContext;
  },
): void {
  engine.book.onChange((order) => {
    const { number } = order.account;
    const manner = order.behaviour.notifications ?? 'normal';
    stream.notify(number, { type: 'Order', data: orderJson(order, told.shape), manner });
  });
  complexOrders.onChange((account, complex) => {
    const data = complexOrderJson(account, complex, told.shape);
    stream.notify(account.number, { type: 'ComplexOrder', data });
  });
  engine.trading.onFill(({ order, leg }) => {
    const { account } = order;
    const context = told.accountContext();
    const holding = account.holdings.get(leg.instrument.symbol);
    if (holding !== undefined) {
      const data = positionJson(account, holding, context);
      stream.notify(account.number, { type: 'CurrentPosition', data });
    }
    stream.notify(account.number, {
      type: 'AccountBalance',
      data: balancesJson(account, context),
    });
  });
}
