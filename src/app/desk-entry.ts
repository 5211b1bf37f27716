/** The record of this desk, as its readers take it. */
import type { DeskEntry } from '#audit/model.ts';
import type { Recorded } from '#events/record.ts';

/** The journal's chain has shown that this program wrote it: then its kind tells its shape. */
export function isDeskEntry(record: Recorded): record is DeskEntry {
  return record.kind.includes('.');
}
