/** Where a world keeps its record: what one run of the desk leaves, and the next one finds. */
import { createMemoryJournal, type MemoryJournal } from '#adapters/memory/journal.ts';
import type { Recorded } from '#events/record.ts';
import type { Clock } from '#kernel/time.ts';
import type { DeskRecord } from '#orders/model.ts';

/** Where the record is kept through all runs of a world. */
export interface RecordKeeping {
  /** Opens what the last run has left: of its records, at most the first `kept`. */
  open(run: RunOfDesk): Promise<OpenedRecord>;
}

export interface RunOfDesk {
  readonly clock: Clock;
  readonly run: string;
  readonly kept: number;
}

export interface OpenedRecord {
  readonly journal: MemoryJournal;
  readonly after: readonly Recorded<DeskRecord>[];
}

export function keepInMemory(): RecordKeeping {
  let last: MemoryJournal | null = null;
  return {
    async open({ clock, run, kept }) {
      const after = [...(last?.read() ?? [])].slice(0, kept) as Recorded<DeskRecord>[];
      last = createMemoryJournal({ clock, run, after });
      return { journal: last, after };
    },
  };
}
