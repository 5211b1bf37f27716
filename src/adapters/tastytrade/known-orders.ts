/** What has to be remembered of orders between a statement of the venue and an edit of ours. */
import { z } from 'zod';
import type { ClientOrderId, OrderId } from '#kernel/ids.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import type { EditedOrder } from './wire/ticket.ts';
import { lenient } from './wire/values.ts';

export interface KnownOrders {
  /** Remembers what an edit has to repeat. */
  learn(order: BrokerOrder, raw: unknown): void;
  toEdit(id: OrderId): EditedOrder | null;
  /** The order was made by our request of that id, whatever the venue calls it. */
  claim(id: OrderId, by: ClientOrderId): void;
  /** The order under the id we made it with. */
  named(order: BrokerOrder): BrokerOrder;
}

/** Several days of a busy desk; one forgotten is asked for again. */
const KNOWN_MAX = 5_000;
const STATED = z.object({ 'time-in-force': lenient(z.string()) });

export function createKnownOrders(): KnownOrders {
  const edits = new Map<OrderId, EditedOrder>();
  const claims = new Map<OrderId, ClientOrderId>();
  return {
    learn({ orderId, side, effect }, raw) {
      const stated = STATED.safeParse(raw);
      const timeInForce = stated.success ? stated.data['time-in-force'] : null;
      if (timeInForce !== null) keep(edits, orderId, { side, effect, timeInForce });
    },
    toEdit: (id) => edits.get(id) ?? null,
    claim: (id, by) => keep(claims, id, by),
    named(order) {
      const clientOrderId = claims.get(order.orderId);
      return clientOrderId === undefined ? order : { ...order, clientOrderId };
    },
  };
}

function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > KNOWN_MAX && oldest !== undefined) map.delete(oldest);
}
