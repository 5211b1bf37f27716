/** Empties a store and fills it from a journal, as fast as both can, where no desk runs. */
import { createTeller } from '#audit/teller.ts';
import { BULK_LIMITS } from '#history/batches.ts';
import type { HistoryStore, StoreFault } from '#history/ports.ts';
import { Projector } from '#history/projector.ts';
import { createRandom } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { createSystemClock } from '#kernel/time.ts';
import { isDeskEntry } from '../desk-entry.ts';
import { TRADE_RULES } from '../trade-rules.ts';
import type { ReadableJournal } from './journal-source.ts';
import { breathe, tellingBy } from './telling.ts';

export interface Progress {
  readonly records: number;
  readonly of: number;
  readonly ms: number;
}

export interface RefillParts {
  readonly store: HistoryStore;
  readonly journal: ReadableJournal;
  readonly onProgress?: (progress: Progress) => void;
}

/** A store that takes nothing for so long is given up. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 50;

export async function refill(
  parts: RefillParts,
): Promise<Result<Omit<Progress, 'of'>, StoreFault>> {
  const { store, journal, onProgress } = parts;
  const clock = createSystemClock();
  const of = journal.health().durableSeq;
  const from = clock.mono();
  let lastFault: StoreFault | null = null;
  let progressAt = from;
  let records = 0;
  const projector = new Projector({
    ...{ store, journal, clock, breathe, limits: BULK_LIMITS },
    random: createRandom('rebuild'),
    async tellingFrom(seq) {
      const teller = createTeller(TRADE_RULES);
      for (const record of journal.read(1)) {
        if (record.seq > seq) break;
        if (isDeskEntry(record)) teller.tell(record);
      }
      return tellingBy(teller);
    },
    on: {
      failed: (fault) => {
        lastFault = fault;
      },
      wrote(step) {
        records += step.records;
        progressAt = clock.mono();
        onProgress?.({ records, of, ms: progressAt - from });
      },
    },
  });
  const emptied = await projector.rebuild();
  if (!emptied.ok) return emptied;
  projector.start();
  const fault = await ended();
  await projector.stop();
  return fault === null ? ok({ records, ms: progressAt - from }) : err(fault);

  /** The fault that ended it, or `null` once everything is there. */
  async function ended(): Promise<StoreFault | null> {
    while (!(await projector.catchesUp(LOOK_MS))) {
      const isHopeless = lastFault?.kind === 'refused' || lastFault?.kind === 'defect';
      const isLate = lastFault !== null && clock.mono() - progressAt > PATIENCE_MS;
      if (isHopeless || isLate) return lastFault;
    }
    return null;
  }
}
