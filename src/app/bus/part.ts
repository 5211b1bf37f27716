/** How the bus is, for pages and commands. */
import type { PartHealth } from '#operate/api/answers.ts';
import type { Part } from '../api/parts.ts';
import type { BusHealth, DeskBus } from './desk-bus.ts';

/** `health`: `null` until the bus is open. `flush`: where its values can be written anew. */
export function busPart(health: () => BusHealth | null, flush?: DeskBus['flush']): Part {
  return {
    name: 'bus',
    kind: 'queue',
    health() {
      const now = health();
      if (now === null)
        return { state: 'off', detail: 'opens with the desk', since: null, figures: [] };
      const { store, follower, values } = now;
      const where = store.kind === 'memory' ? 'the bus in this process' : `Redis at ${store.place}`;
      return {
        state: stateOf(now),
        detail: follower.error ?? `${where} holds every record`,
        since: null,
        figures: [
          { label: 'newest record', value: follower.seq, unit: 'records' },
          { label: 'behind', value: follower.lagRecords, unit: 'records' },
          { label: 'behind for', value: Math.round(follower.lagMs), unit: 'ms' },
          { label: 'values waiting', value: values.waiting, unit: 'count' },
          { label: 'memory used', value: store.memoryBytes, unit: 'bytes' },
          { label: 'memory allowed', value: store.memoryMaxBytes, unit: 'bytes' },
          { label: 'keys', value: store.keys, unit: 'count' },
        ],
      };
    },
    ...(flush !== undefined && { acts: { flush: async () => flush() } }),
  };
}

function stateOf({ store, follower }: BusHealth): PartHealth['state'] {
  if (store.state === 'away' || follower.state === 'superseded') return 'away';
  return follower.state === 'current' ? 'ok' : 'degraded';
}
