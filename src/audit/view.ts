/**
 * The audit as people and exports read it.
 *
 * The newest rows are kept in memory; everything older is found by reading the record again from
 * its first line, because a row says how things stood then.
 */
import type { EpochMs } from '#kernel/time.ts';
import type { AuditQuery, AuditRow, DeskEntry, Told, TradeRules } from './model.ts';
import { toRow } from './row.ts';
import { createTeller } from './teller.ts';

const KEPT_MAX = 1_000;
const ANSWER_MAX = 1_000;
const ANSWER_DEFAULT = 100;

/** What is kept, as plain data, oldest first. */
export type SavedAuditView = readonly Told[];

export interface AuditView {
  /** Takes every record in its turn. */
  take(told: Told): void;
  /** The newest rows first, at most as many as are kept (1,000). */
  recent(limit: number): readonly AuditRow[];
  /** What was told from a record on, oldest first; `null` when that is no longer kept. */
  keptFrom(seq: number): readonly Told[] | null;
  save(): SavedAuditView;
  /** Of a new view, in place of the records that made what was saved. */
  restore(saved: SavedAuditView): void;
}

export function createAuditView(): AuditView {
  let kept: Told[] = [];
  return {
    take(told) {
      kept.push(told);
      if (kept.length >= 2 * KEPT_MAX) kept = kept.slice(-KEPT_MAX);
    },
    recent: (limit) => newestRows(kept, Math.min(limit, KEPT_MAX)),
    keptFrom(seq) {
      const first = kept[0]?.entry.seq;
      if (first === undefined || first > seq) return null;
      return kept.slice(kept.findLastIndex(({ entry }) => entry.seq < seq) + 1);
    },
    save: () => kept.slice(-KEPT_MAX),
    restore(saved) {
      kept = [...saved];
    },
  };
}

/** Rows that match, newest first, at most `query.limit` (100 unless given, 1,000 at most). */
export function searchRecords(
  records: Iterable<DeskEntry>,
  rules: TradeRules,
  query: AuditQuery,
): readonly AuditRow[] {
  const limit = Math.min(query.limit ?? ANSWER_DEFAULT, ANSWER_MAX);
  let found: Told[] = [];
  for (const told of tellAll(records, rules)) {
    if (!matches(told, query)) continue;
    found.push(told);
    if (found.length >= 2 * ANSWER_MAX) found = found.slice(-ANSWER_MAX);
  }
  return newestRows(found, limit);
}

/** Rows, oldest first, of what was recorded from `from` up to, not in, `to`. */
export function* exportRows(
  records: Iterable<DeskEntry>,
  rules: TradeRules,
  range: { readonly from: EpochMs | null; readonly to: EpochMs | null },
): Iterable<AuditRow> {
  for (const told of tellAll(records, rules)) {
    if (isWithin(told.entry.wall, range.from, range.to)) yield toRow(told);
  }
}

function* tellAll(records: Iterable<DeskEntry>, rules: TradeRules): Iterable<Told> {
  const teller = createTeller(rules);
  for (const entry of records) yield teller.tell(entry);
}

function newestRows(told: readonly Told[], limit: number): readonly AuditRow[] {
  const rows: AuditRow[] = [];
  for (let at = told.length - 1; at >= 0 && rows.length < limit; at -= 1) {
    const one = told[at];
    if (one !== undefined) rows.push(toRow(one));
  }
  return rows;
}

/** Whether a record is one of those looked for; how many are wanted is not asked here. */
export function matches(told: Told, query: AuditQuery): boolean {
  return (
    isWithin(told.entry.wall, query.from ?? null, query.to ?? null) &&
    (query.before === undefined || told.entry.seq < query.before) &&
    isOfChannel(told, query.channel) &&
    isOfKind(told.entry.kind, query.kind) &&
    (query.trade === undefined || told.trade?.id === query.trade) &&
    isOfUser(told, query.user) &&
    isOfSymbol(told, query.symbol) &&
    hasWords(told, query.words)
  );
}

function isWithin(at: EpochMs, from: EpochMs | null, to: EpochMs | null): boolean {
  return (from === null || at >= from) && (to === null || at < to);
}

function isOfKind(kind: string, wanted: string | undefined): boolean {
  return wanted === undefined || kind === wanted || kind.startsWith(`${wanted}.`);
}

function isOfChannel({ message, trade }: Told, wanted: string | undefined): boolean {
  return wanted === undefined || (message?.message.channelId ?? trade?.plan.channel) === wanted;
}

/** Who wrote the message it goes back to, or who acted. */
function isOfUser({ entry, message, trade }: Told, wanted: string | undefined): boolean {
  if (wanted === undefined || message?.message.author.id === wanted) return true;
  return entry.actor.endsWith(`:${wanted}`) || trade?.plan.author.endsWith(`:${wanted}`) === true;
}

function isOfSymbol({ message, trade }: Told, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const symbol = wanted.toUpperCase();
  const instrument = trade?.plan.instrument;
  return (
    instrument?.symbol === symbol ||
    instrument?.underlying === symbol ||
    message?.reading?.alert?.symbol === symbol
  );
}

function hasWords({ text, message }: Told, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const words = wanted.toLowerCase();
  return (
    text.toLowerCase().includes(words) ||
    message?.message.text.toLowerCase().includes(words) === true
  );
}
