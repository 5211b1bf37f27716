/** Which days are written: pure. */
import type { IsoDate } from '#kernel/calendar.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { ExportedDay } from './manifest.ts';
import type { DayHeld } from './survey.ts';

export interface ExportWish {
  /** Of the columns as this program writes them. */
  readonly schema: number;
  readonly from: IsoDate | null;
  /** Included. */
  readonly to: IsoDate | null;
  /** Days before this one alone; `null`: all. */
  readonly before: IsoDate | null;
}

export interface ExportPlan {
  readonly write: readonly DayHeld[];
  /** On disk as they should be. */
  readonly unchanged: number;
}

/**
 * Days that are not there yet, have had a late record since, or were written in older columns. An
 * export that holds more than the journal, or other records, is evidence: it is never replaced.
 */
export function planExport(
  held: readonly DayHeld[],
  exported: readonly ExportedDay[],
  wish: ExportWish,
): Result<ExportPlan, string> {
  const known = new Map(exported.map((day) => [day.day, day]));
  const lost = lostDay(held, known);
  if (lost !== null) return err(lost);
  const wanted = held.filter(({ day }) => isWanted(day, wish));
  const write = wanted.filter((day) => !isSame(day, known.get(day.day), wish.schema));
  return ok({ write, unchanged: wanted.length - write.length });
}

/** Whether that export is of exactly these records. */
export function isSame(held: DayHeld, exported: ExportedDay | undefined, schema: number): boolean {
  return (
    exported?.rows === held.rows &&
    exported.lastSeq === held.lastSeq &&
    exported.lastHash === held.lastHash &&
    exported.schema === schema
  );
}

function isWanted(day: IsoDate, { from, to, before }: ExportWish): boolean {
  return (
    (from === null || day >= from) &&
    (to === null || day <= to) &&
    (before === null || day < before)
  );
}

function lostDay(held: readonly DayHeld[], known: ReadonlyMap<string, ExportedDay>): string | null {
  const days = new Map<string, DayHeld>(held.map((day) => [day.day, day]));
  for (const { day, rows, lastSeq, lastHash } of known.values()) {
    const now = days.get(day);
    if (now === undefined || now.rows < rows || now.lastSeq < lastSeq) {
      return `${day}: the export holds ${rows} records and the journal ${now?.rows ?? 0}`;
    }
    if (now.lastSeq === lastSeq && now.lastHash !== lastHash) {
      return `${day}: record ${lastSeq} of the export is not the one of the journal`;
    }
  }
  return null;
}
