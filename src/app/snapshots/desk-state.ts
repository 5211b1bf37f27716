/**
 * Everything a start derives from the record, and the one way it is derived: record by record, in
 * order. A start, a snapshot and the tests that compare the two all go through here.
 */
import type { SavedMemory } from '#alerts/duplicates.ts';
import { restoreMemory, saveMemory } from '#alerts/duplicates.ts';
import { isKeyed } from '#events/codec.ts';
import type { Recorded } from '#events/record.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import type { SavedBook } from '#orders/book.ts';
import { isDeskEntry } from '../desk-entry.ts';
import {
  createDeskReaders,
  type DeskReaders,
  type ReadersRequest,
  tellReaders,
} from '../desk-readers.ts';
import type { SavedHeld } from '../lane/held-alerts.ts';
import { createRecollection, type Recollection, recall } from '../trading-desk.ts';
import { NamedSnapshots } from './named-snapshots.ts';

/**
 * Trades that ended so long ago are left out: the desk itself has forgotten them days before
 * (orders/self-watch.ts). A record of one of them that comes all the same cannot be applied; then
 * the state is told again with all of them (retelling.ts).
 */
const ENDED_KEPT_MS = 7 * 24 * 3_600_000;

export interface DeskState {
  readonly recollection: Recollection;
  readonly readers: DeskReaders;
  readonly named: NamedSnapshots;
  /** When the newest record was made. */
  lastAt: EpochMs | null;
  /** The environment of the newest run on record. */
  ranIn: string | null;
  /** Digest of the account of the newest run that named one. */
  ranAs: string | null;
}

/** As plain data: whoever reads the record saves what it makes of it. */
export interface SavedState {
  readonly book: SavedBook;
  readonly memory: SavedMemory;
  readonly held: SavedHeld;
  readonly readers: SavedReaders;
  readonly named: ReturnType<NamedSnapshots['save']>;
  readonly lastAt: EpochMs | null;
  readonly ranIn: string | null;
  readonly ranAs: string | null;
}

type SavedReaders = {
  readonly [Name in keyof DeskReaders]: ReturnType<DeskReaders[Name]['save']>;
};

/** Of a record without any. */
export function createDeskState(request: ReadersRequest): DeskState {
  return {
    recollection: createRecollection(),
    readers: createDeskReaders(request),
    named: new NamedSnapshots(),
    lastAt: null,
    ranIn: null,
    ranAs: null,
  };
}

/** Takes every record in its turn. */
export function takeRecord(state: DeskState, entry: Recorded): void {
  state.lastAt = entry.wall;
  if (!isDeskEntry(entry)) return;
  if (entry.kind === 'run.started') {
    state.ranIn = entry.body.environment;
    state.ranAs = entry.body.account ?? state.ranAs;
  }
  recall(state.recollection, entry);
  tellReaders(state.readers, entry);
  state.named.take(entry);
}

/** Forgets trades that ended long before the newest record. */
export function forgetOld({ recollection, lastAt }: DeskState): void {
  if (lastAt !== null) recollection.book.prune(plus(lastAt, -ENDED_KEPT_MS));
}

export function saveState(state: DeskState): SavedState {
  forgetOld(state);
  const { recollection, readers, named, lastAt, ranIn, ranAs } = state;
  const { book, memory, held } = recollection;
  return {
    book: book.save(),
    memory: saveMemory(memory),
    held: held.save(),
    readers: {
      teller: readers.teller.save(),
      view: readers.view.save(),
      audit: readers.audit.save(),
      outbox: readers.outbox.save(),
      chat: readers.chat.save(),
      requests: readers.requests.save(),
      jobs: readers.jobs.save(),
      alarms: readers.alarms.save(),
    },
    named: named.save(),
    lastAt,
    ranIn,
    ranAs,
  };
}

/** Into a state of no record, in place of the records that made what was saved. */
export function restoreState(state: DeskState, saved: SavedState): void {
  const { recollection, readers } = state;
  recollection.book.restore(saved.book);
  restoreMemory(recollection.memory, saved.memory);
  recollection.held.restore(saved.held);
  readers.teller.restore(saved.readers.teller);
  readers.view.restore(saved.readers.view);
  readers.audit.restore(saved.readers.audit);
  readers.outbox.restore(saved.readers.outbox);
  readers.chat.restore(saved.readers.chat);
  readers.requests.restore(saved.readers.requests);
  readers.jobs.restore(saved.readers.jobs);
  readers.alarms.restore(saved.readers.alarms);
  state.named.restore(saved.named);
  state.lastAt = saved.lastAt;
  state.ranIn = saved.ranIn;
  state.ranAs = saved.ranAs;
}

/** The chain has shown that this very program wrote it: what it wrote is what it reads. */
export function isSavedState(value: unknown): value is SavedState {
  return isKeyed(value) && isKeyed(value['readers']) && isKeyed(value['book']);
}
