/**
 * The simulated broker's stream of changed orders: whole orders, a hint that may be lost, doubled
 * or out of order when a script says so; silent while disconnected, and nothing is sent again.
 */
import type { Clock } from '#kernel/time.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import type { ScriptReader } from './script.ts';

export interface OrderStream {
  notify(order: BrokerOrder): void;
  onOrder(listener: (order: BrokerOrder) => void): () => void;
  onReconnect(listener: () => void): () => void;
  /** Loses everything until it is connected again, then tells the listeners. */
  disconnect(forMs: number): void;
}

export function createOrderStream(
  clock: Clock,
  delayMs: number,
  script: ScriptReader,
): OrderStream {
  const listeners = new Set<(order: BrokerOrder) => void>();
  const reconnectListeners = new Set<() => void>();
  let heldBack: BrokerOrder | null = null;
  let outages = 0;

  function deliver(order: BrokerOrder): void {
    if (outages > 0) return;
    for (const listener of listeners) listener(order);
  }

  function send(order: BrokerOrder, afterMs: number): void {
    clock.after(afterMs, () => deliver(order));
  }

  return {
    notify(order) {
      if (listeners.size === 0) return;
      const held = heldBack;
      const delivery = script.deliveryOf(order);
      if (delivery?.kind === 'drop') return;
      if (delivery?.kind === 'swap') {
        heldBack = order;
        return;
      }
      if (delivery?.kind === 'double') send(order, delayMs);
      send(order, delayMs + (delivery?.kind === 'delay' ? delivery.byMs : 0));
      if (held === null) return;
      heldBack = null;
      send(held, delayMs);
    },
    onOrder(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onReconnect(listener) {
      reconnectListeners.add(listener);
      return () => reconnectListeners.delete(listener);
    },
    disconnect(forMs) {
      outages += 1;
      clock.after(forMs, () => {
        outages -= 1;
        if (outages === 0) for (const listener of reconnectListeners) listener();
      });
    },
  };
}
