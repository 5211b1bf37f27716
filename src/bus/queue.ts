/**
 * What waits to be published, bounded by its kind of traffic: how full it ever was is kept, and
 * what was dropped is counted, which only the firehose may be.
 */
import type { Fields, Traffic } from './model.ts';

export interface QueueRule {
  readonly traffic: Traffic;
  readonly limit: number;
}

/** replaced: it took the place of an older one · dropped: the oldest went · full: refused. */
export type Offered = 'taken' | 'replaced' | 'dropped' | 'full';

export interface QueueFigures {
  readonly waiting: number;
  /** The most that ever waited. */
  readonly highWater: number;
  /** Firehose alone. */
  readonly dropped: number;
  readonly refused: number;
}

export interface TrafficQueue {
  /** `key`: of a signal, whose newest value alone counts. */
  offer(key: string, entry: Fields): Offered;
  /** The oldest ones, at most `max`; they are gone from here. */
  take(max: number): readonly (readonly [key: string, entry: Fields])[];
  figures(): QueueFigures;
}

export function createQueue({ traffic, limit }: QueueRule): TrafficQueue {
  /** In the order of arrival; a signal under its key, everything else under a number. */
  const waiting = new Map<string, readonly [key: string, entry: Fields]>();
  let arrived = 0;
  let highWater = 0;
  let dropped = 0;
  let refused = 0;

  return {
    offer(key, entry) {
      const place = traffic === 'signal' ? key : String(arrived);
      const isNewer = waiting.delete(place);
      let outcome: Offered = isNewer ? 'replaced' : 'taken';
      if (waiting.size >= limit) {
        const [oldest] = waiting.keys();
        if (traffic !== 'firehose' || oldest === undefined) {
          refused += 1;
          return 'full';
        }
        waiting.delete(oldest);
        dropped += 1;
        outcome = 'dropped';
      }
      arrived += 1;
      waiting.set(place, [key, entry]);
      highWater = Math.max(highWater, waiting.size);
      return outcome;
    },
    take(max) {
      const taken = [...waiting].slice(0, max);
      for (const [place] of taken) waiting.delete(place);
      return taken.map(([, entry]) => entry);
    },
    figures: () => ({ waiting: waiting.size, highWater, dropped, refused }),
  };
}
