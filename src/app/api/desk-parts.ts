/** The health of what every desk has: its journal, its broker, its quotes, its page. */
import { formatInstant } from '#kernel/time.ts';
import type { DeskApp } from '../desk-app.ts';
import type { Part } from './parts.ts';

type Watched = Pick<DeskApp, 'journal' | 'desk' | 'surroundings' | 'clock'>;

export function deskParts(app: Watched, streams: () => number): readonly Part[] {
  return [journalPart(app), brokerPart(app), quotesPart(app), pagePart(streams)];
}

const count = (label: string, value: number | null) => ({ label, value, unit: 'count' }) as const;

function journalPart({ journal }: Watched): Part {
  return {
    name: 'journal',
    kind: 'journal',
    health() {
      const { writable, fault, space, lastSeq, durableSeq, freeBytes, waitingMs } =
        journal.health();
      const isLow = space === 'low' || space === 'short';
      return {
        state: writable ? (isLow ? 'degraded' : 'ok') : 'away',
        detail: fault ?? (isLow ? 'the disk is nearly full' : 'every decision is on disk'),
        since: null,
        figures: [
          { label: 'records', value: lastSeq, unit: 'records' },
          { label: 'not yet on disk', value: lastSeq - durableSeq, unit: 'records' },
          { label: 'waiting', value: Math.round(waitingMs), unit: 'ms' },
          { label: 'free', value: freeBytes, unit: 'bytes' },
        ],
      };
    },
  };
}

function brokerPart({ desk }: Watched): Part {
  return {
    name: 'broker',
    kind: 'broker',
    health() {
      const unknown = desk.book
        .open()
        .flatMap(({ orders }) => orders.filter(({ phase }) => phase === 'unknown'));
      const figures = desk.account.figures();
      const isFine = desk.isReconciled && unknown.length === 0;
      const words = desk.isReconciled
        ? 'the desk agrees with the broker'
        : 'the desk has not compared itself with the broker yet';
      return {
        state: isFine ? 'ok' : 'degraded',
        detail: unknown.length === 0 ? words : 'the fate of orders is not known',
        since: figures === null ? null : formatInstant(figures.readAt),
        figures: [count('orders of unknown fate', unknown.length)],
      };
    },
  };
}

function quotesPart({ desk, surroundings, clock }: Watched): Part {
  return {
    name: 'quotes',
    kind: 'feed',
    health() {
      const open = desk.book.open();
      const ages = open.flatMap(({ plan }) => {
        const quote = surroundings.quotes.latest(plan.instrument.symbol);
        return quote === null ? [] : [Math.max(0, clock.now() - quote.receivedAt)];
      });
      const oldest = ages.length === 0 ? null : Math.max(...ages);
      const missing = open.length - ages.length;
      const none = open.length === 0 ? 'no open trade needs a quote' : 'quotes of open trades';
      return {
        state: missing > 0 ? 'degraded' : 'ok',
        detail: missing > 0 ? 'there is no quote of some open trades' : none,
        since: null,
        figures: [
          count('without a quote', missing),
          { label: 'oldest', value: oldest, unit: 'ms' },
        ],
      };
    },
  };
}

function pagePart(streams: () => number): Part {
  return {
    name: 'page',
    kind: 'page',
    health: () => ({
      state: 'ok',
      detail: 'live views of this desk',
      since: null,
      figures: [count('event streams', streams())],
    }),
  };
}
