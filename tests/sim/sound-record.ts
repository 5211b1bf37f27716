/**
 * The part of a world's record that a start has read and found sound, and the snapshot of what it
 * has made of the desk: the next start goes on from there, as the program does.
 */
import { restoreMemory, type SavedMemory, saveMemory } from '#alerts/duplicates.ts';
import type { SavedHeld } from '#app/lane/held-alerts.ts';
import { createRecollection, type Recollection } from '#app/trading-desk.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { Teller } from '#audit/teller.ts';
import { BEGINNING, type JournalEnd } from '#journal/scan.ts';
import type { SavedBook } from '#orders/book.ts';
import type { Outbox } from '#publish/outbox.ts';

export interface Sound {
  readonly end: JournalEnd;
  readonly book: SavedBook;
  readonly memory: SavedMemory;
  readonly held: SavedHeld;
}

export interface Readers {
  readonly teller: Teller;
  readonly outbox: Outbox;
}

export const UNREAD = soundOf(BEGINNING, createRecollection());

export function soundOf(end: JournalEnd, { book, memory, held }: Recollection): Sound {
  return { end, book: book.save(), memory: saveMemory(memory), held: held.save() };
}

/** `seen`: the records of that part, for readers, of which there is no snapshot here. */
export function recollect(
  { book, memory, held }: Sound,
  into: {
    readonly recollection: Recollection;
    readonly readers: Readers | null;
    readonly seen: readonly DeskEntry[];
  },
): void {
  const { recollection, readers, seen } = into;
  recollection.book.restore(book);
  restoreMemory(recollection.memory, memory);
  recollection.held.restore(held);
  if (readers === null) return;
  for (const entry of seen) readers.outbox.take(readers.teller.tell(entry));
}
