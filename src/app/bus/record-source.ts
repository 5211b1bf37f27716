/**
 * The journal as the bus gives it on: every record with its sentence and its audit row.
 *
 * What was told lately is kept by the audit view anyway. Only a store that is further behind needs
 * a teller of its own, as it was then; it is let go as soon as the store has caught up.
 */

import type { DeskEntry, Told } from '#audit/model.ts';
import { toRow } from '#audit/row.ts';
import type { Teller } from '#audit/teller.ts';
import type { AuditView } from '#audit/view.ts';
import type { RecordSource, ToldEntry } from '#bus/follower.ts';
import type { Fields } from '#bus/model.ts';
import { encodeCanonical } from '#events/codec.ts';
import type { Journal } from '#journal/ports.ts';
import { isDeskEntry } from '../desk-entry.ts';
import type { Seal } from './seal.ts';

export interface RecordSourceParts {
  readonly journal: Pick<Journal, 'read' | 'health' | 'onDurable'>;
  readonly audit: Pick<AuditView, 'keptFrom'>;
  /** A teller that has heard every record up to that one. */
  readonly tellerAt: (seq: number) => Promise<Teller>;
  readonly seal: Seal;
}

export function createRecordSource(parts: RecordSourceParts): RecordSource {
  const { journal, audit, tellerAt, seal } = parts;
  let older: { readonly teller: Teller; readonly at: number } | null = null;

  async function retell(from: number, max: number): Promise<readonly Told[]> {
    const { teller } = older?.at === from - 1 ? older : { teller: await tellerAt(from - 1) };
    const told = durable(journal, from, max).map((entry) => teller.tell(entry));
    older = { teller, at: told.at(-1)?.entry.seq ?? from - 1 };
    return told;
  }

  return {
    last: () => journal.health().durableSeq,
    async read(from, max) {
      const kept = audit.keptFrom(from);
      if (kept !== null) older = null;
      const told = kept?.slice(0, max) ?? (await retell(from, max));
      return told.map((one) => toldEntry(one, seal));
    },
    onMore: (listener) => journal.onDurable(() => listener()),
  };
}

function durable(
  journal: RecordSourceParts['journal'],
  from: number,
  max: number,
): readonly DeskEntry[] {
  const last = journal.health().durableSeq;
  const entries: DeskEntry[] = [];
  for (const record of journal.read(from)) {
    if (record.seq > last || entries.length >= max) break;
    if (isDeskEntry(record)) entries.push(record);
  }
  return entries;
}

function toldEntry(told: Told, seal: Seal): ToldEntry {
  const { seq } = told.entry;
  const { kind, trade, message } = told.entry;
  const record = encodeCanonical(told.entry);
  const fields: Fields = {
    ...{ kind, text: told.text, record, mac: seal('record', record) },
    ...(message !== undefined && { message }),
    ...(trade !== undefined && { trade }),
  };
  return { record: { seq, fields }, row: { seq, fields: { row: JSON.stringify(toRow(told)) } } };
}
