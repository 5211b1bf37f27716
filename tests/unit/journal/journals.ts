/** Journals on disks in memory, for tests that look inside. */
import type { Draft, Recorded } from '#events/record.ts';
import { type JournalSettings, type OpenedJournal, openJournal } from '#journal/open.ts';
import type { Journal, JournalDisk } from '#journal/ports.ts';
import type { JournalEnd } from '#journal/scan.ts';
import type { Clock } from '#kernel/time.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { MemoryDisk } from './memory-disk.ts';

export type NoteDraft = Draft<'test.noted', { readonly text: string }>;

export function note(text: string): NoteDraft {
  return { kind: 'test.noted', body: { text }, actor: 'test' };
}

export interface Opening {
  readonly disk: JournalDisk;
  readonly clock?: Clock;
  readonly settings?: Partial<JournalSettings>;
  readonly onRecord?: (record: Recorded) => void;
  readonly from?: JournalEnd;
}

export async function opened({ clock = virtualClock(), ...rest }: Opening): Promise<OpenedJournal> {
  const result = await openJournal({ ...rest, clock, run: 'r_test' });
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

export function virtualClock() {
  return createVirtualClock(epochMs(1_700_000_000_000));
}

/** A disk with so many records on it, written one by one by a journal that was then closed. */
export async function diskWith(
  records: number,
  settings: Partial<JournalSettings> = {},
): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  const { journal } = await opened({ disk, settings });
  for (let n = 1; n <= records; n += 1) await journal.append([note(`n${n}`)], 'sync').durable;
  await journal.close();
  return disk;
}

/** The same, as a crash leaves it: no checkpoint says where it ended. */
export async function crashedDiskWith(
  records: number,
  settings: Partial<JournalSettings> = {},
): Promise<MemoryDisk> {
  const disk = await diskWith(records, settings);
  disk.lines = [];
  return disk;
}

export function textsOf(journal: Journal, fromSeq?: number): readonly unknown[] {
  return [...journal.read(fromSeq)].map(({ body }) => body);
}

/** `n1` to `n{count}`, as `diskWith` writes them. */
export function bodies(count: number): readonly unknown[] {
  return Array.from({ length: count }, (_, at) => ({ text: `n${at + 1}` }));
}
