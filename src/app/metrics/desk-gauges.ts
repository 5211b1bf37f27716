/** What the desk itself tells the metrics; stores and pages are told by whoever opened them. */
import type { DeskApp } from '../desk-app.ts';
import type { DeskGauges } from './gauges.ts';

type Beside = 'eventStreams' | 'sessions' | 'historyLagRecords' | 'historyLagSeconds' | 'bus';
type OfDesk = Omit<DeskGauges, Beside>;

export function deskGauges(app: DeskApp): OfDesk {
  const { desk, journal, clock, surroundings } = app;
  return {
    killState: () => desk.book.killState,
    isReady: () => app.readiness().ready,
    isArmed: () => {
      const { state } = app.arming.state();
      return state === 'not_needed' ? null : state === 'armed';
    },
    openTrades: () => desk.book.open().length,
    unresolvedOrders: () =>
      desk.book.open().flatMap(({ orders }) => orders.filter(({ phase }) => phase === 'unknown'))
        .length,
    oldestQuoteMs() {
      const ages = desk.book.open().flatMap(({ plan }) => {
        const quote = surroundings.quotes.latest(plan.instrument.symbol);
        return quote === null ? [] : [clock.now() - quote.receivedAt];
      });
      return ages.length === 0 ? null : Math.max(0, ...ages);
    },
    journalRecords: () => journal.health().lastSeq,
    journalBacklog: () => journal.health().lastSeq - journal.health().durableSeq,
    journalFreeBytes: () => journal.health().freeBytes,
    snapshotLagRecords: () => journal.health().lastSeq - app.snapshots.newestSeq(),
    platforms: () =>
      app.platforms.map((one) => {
        const { state, lastSeenAt } = one.health();
        const quietMs = lastSeenAt === null ? null : Math.max(0, clock.now() - lastSeenAt);
        return { platform: one.platform, isConnected: state === 'connected', quietMs };
      }),
    alarms: () => app.alarms.list(),
    jobs: () => app.jobs.figures(),
  };
}
