/** The orders as the simulated broker's queries show them: behind the truth when told to be. */
import type { ClientOrderId, OrderId } from '#kernel/ids.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type { BrokerOrder } from '#orders/ports.ts';

export interface OrderLists {
  update(order: BrokerOrder): void;
  /** Changes made during the next `forMs` show only when these are over. */
  freeze(forMs: number): void;
  since(at: EpochMs): readonly BrokerOrder[];
  byId(id: OrderId): BrokerOrder | null;
  byClientId(id: ClientOrderId, since: EpochMs): readonly BrokerOrder[];
}

/** Every change shows `lagMs` after it was made. */
export function createOrderLists(clock: Clock, lagMs: number): OrderLists {
  const shown = new Map<OrderId, BrokerOrder>();
  const idsOfClient = new Map<ClientOrderId, OrderId[]>();
  const waiting: BrokerOrder[] = [];
  let freezes = 0;

  function show(order: BrokerOrder): void {
    const known = shown.has(order.orderId);
    shown.set(order.orderId, order);
    if (known || order.clientOrderId === null) return;
    const ids = idsOfClient.get(order.clientOrderId);
    if (ids === undefined) idsOfClient.set(order.clientOrderId, [order.orderId]);
    else ids.push(order.orderId);
  }

  function release(): void {
    freezes -= 1;
    if (freezes > 0) return;
    for (const order of waiting.splice(0)) show(order);
  }

  function arrive(order: BrokerOrder): void {
    if (freezes > 0) waiting.push(order);
    else show(order);
  }

  return {
    update(order) {
      if (lagMs === 0) arrive(order);
      else clock.after(lagMs, () => arrive(order));
    },
    freeze(forMs) {
      freezes += 1;
      clock.after(forMs, release);
    },
    since: (at) =>
      shown
        .values()
        .filter((order) => order.updatedAt >= at)
        .toArray(),
    byId: (id) => shown.get(id) ?? null,
    byClientId(id, since) {
      const orders: BrokerOrder[] = [];
      for (const orderId of idsOfClient.get(id) ?? []) {
        const order = shown.get(orderId);
        if (order !== undefined && order.updatedAt >= since) orders.push(order);
      }
      return orders;
    },
  };
}
