/**
 * How many calls are under way at once, and who goes first.
 *
 * Orders go before questions, and one place is kept for them: however many questions are slow, an
 * order leaves at once. Waiting is bounded in number and in time.
 */
import type { Clock } from '#kernel/time.ts';

export type Lane = 'order' | 'query';
/** Ends the call's turn; more than once changes nothing. */
export type Leave = () => void;

export interface Lanes {
  /** A turn, or `null` when none came within `withinMs` or too many are waiting. */
  enter(lane: Lane, withinMs: number): Promise<Leave | null>;
}

const WAITING_MAX = 500;
const KEPT_FOR_ORDERS = 1;

interface Waiting {
  readonly admit: (leave: Leave) => void;
}

export function createLanes(clock: Clock, callsMax: number): Lanes {
  const waiting: Readonly<Record<Lane, Set<Waiting>>> = { order: new Set(), query: new Set() };
  const underWay: Record<Lane, number> = { order: 0, query: 0 };

  function hasRoom(lane: Lane): boolean {
    const all = underWay.order + underWay.query;
    return lane === 'order'
      ? all < callsMax
      : underWay.query < callsMax - KEPT_FOR_ORDERS && all < callsMax;
  }

  function take(lane: Lane): Leave {
    underWay[lane] += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      underWay[lane] -= 1;
      admitNext();
    };
  }

  function admitNext(): void {
    for (const lane of ['order', 'query'] as const) {
      for (const next of waiting[lane]) {
        if (!hasRoom(lane)) break;
        waiting[lane].delete(next);
        next.admit(take(lane));
      }
    }
  }

  return {
    enter(lane, withinMs) {
      if (waiting[lane].size === 0 && hasRoom(lane)) return Promise.resolve(take(lane));
      if (waiting[lane].size >= WAITING_MAX) return Promise.resolve(null);
      const { promise, resolve } = Promise.withResolvers<Leave | null>();
      const cancel = clock.after(withinMs, () => {
        waiting[lane].delete(entry);
        resolve(null);
      });
      const entry: Waiting = {
        admit(leave) {
          cancel();
          resolve(leave);
        },
      };
      waiting[lane].add(entry);
      return promise;
    },
  };
}
