/**
 * The SQL history of a running desk: kept up with its journal, searched, rebuilt and compared.
 *
 * Opened once the desk trades, and never in its way: a store that is away, slow or wrong is seen in
 * health, in the metrics and, when it lasts, as an incident; a search then reads the journal.
 */
import type { AuditQuery, AuditRow } from '#audit/model.ts';
import { LIVE_LIMITS } from '#history/batches.ts';
import type {
  CopiedFacts,
  HistoryHealth,
  HistoryStore,
  Retention,
  StoreFault,
  Upkeep,
} from '#history/ports.ts';
import { Projector } from '#history/projector.ts';
import type { Random } from '#kernel/random.ts';
import { err, type Result } from '#kernel/result.ts';
import { within } from '#kernel/within.ts';
import type { DeskApp } from '../desk-app.ts';
import { type Reconciled, reconcile } from './reconcile.ts';
import { breathe, tellingBy } from './telling.ts';

export interface DeskHistory {
  start(): void;
  /** What is written from now on is counted there. */
  meterBy(meters: HistoryMeters): void;
  health(): HistoryHealth;
  /** Newest first; `null` when SQL does not hold all that is on disk: then read the record. */
  search(query: AuditQuery): Promise<readonly AuditRow[] | null>;
  /** Empties the store, which then fills again; trading goes on. */
  rebuild(): Promise<Result<void, StoreFault>>;
  reconcile(): Promise<Result<Reconciled, StoreFault>>;
  maintain(): Promise<Result<Upkeep, StoreFault>>;
  /** Bounded. */
  close(): Promise<void>;
}

/** What the metrics count of it. */
export interface HistoryMeters {
  wrote(records: number, ms: number): void;
  failed(code: string): void;
}

type HistoryDesk = Pick<DeskApp, 'journal' | 'desk' | 'clock' | 'snapshots'>;

export interface HistoryRequest {
  readonly app: HistoryDesk;
  readonly store: HistoryStore;
  readonly random: Random;
  readonly retention: Retention;
  /** What is kept in files of its own, read anew each time. */
  readonly facts: () => CopiedFacts;
  readonly onEvent: (event: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** A search waits so long for the store to be current. */
const CURRENT_MS = 500;
const CLOSE_MS = 5_000;

export function createDeskHistory(request: HistoryRequest): DeskHistory {
  const { app, store, random, retention, onEvent } = request;
  const { journal, desk, clock, snapshots } = app;
  let meters: HistoryMeters = { wrote: () => undefined, failed: () => undefined };
  const projector = new Projector({
    ...{ store, journal, clock, random, breathe, limits: LIVE_LIMITS },
    tellingFrom: async (seq) => tellingBy(await snapshots.tellerAt(seq)),
    on: {
      opened({ server, migrated }) {
        onEvent('history.opened', { server, migrated });
        void copyFacts();
      },
      wrote: ({ records, ms }) => meters.wrote(records, ms),
      failed(fault) {
        meters.failed(fault.code);
        onEvent('history.failed', { code: fault.code, detail: fault.detail });
      },
      behind: (detail) => desk.incident('history_behind', detail),
      refused: ({ code, detail }) => desk.incident('history_refused', `${code}: ${detail}`),
    },
  });
  snapshots.keepFor(() => projector.health().seq ?? journal.health().durableSeq);

  async function copyFacts(): Promise<void> {
    const copied = await store.copyFacts(request.facts());
    if (!copied.ok) onEvent('history.failed', { code: copied.error.code });
  }

  return {
    start: () => projector.start(),
    meterBy(to) {
      meters = to;
    },
    health: () => projector.health(),
    async search(query) {
      const isAway = projector.health().error !== null;
      if (isAway || !isForSql(query) || !(await projector.catchesUp(CURRENT_MS))) return null;
      const found = await store.search(query);
      if (found.ok) return found.value;
      onEvent('history.failed', { code: found.error.code, detail: found.error.detail });
      return null;
    },
    rebuild: () => projector.rebuild(),
    reconcile: () => projector.alone(() => reconcile({ store, journal: async () => journal })),
    maintain: () =>
      projector.alone(async () => {
        const opened = await store.open();
        if (!opened.ok) return err(opened.error);
        await copyFacts();
        return store.maintain(clock.now(), retention);
      }),
    async close() {
      await within(
        { clock, ms: CLOSE_MS },
        async () => {
          await projector.stop();
          await store.close();
        },
        () => undefined,
      );
    },
  };
}

/** Small letters of other alphabets are not the same to a database and to this program. */
export function isForSql({ words }: AuditQuery): boolean {
  return words === undefined || /^[\x20-\x7e]*$/.test(words);
}
