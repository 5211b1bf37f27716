/** The record over HTTP: messages, trades, audit rows, authors, and the proof of it. */
import type { AuditQuery, AuditRow } from '#audit/model.ts';
import type { AuditView } from '#audit/view.ts';
import type { Journal } from '#journal/ports.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import { ALERT_ROUTES } from '#operate/api/alerts.ts';
import type { AuditPage, VerificationView } from '#operate/api/answers.ts';
import { AUDIT_ROUTES } from '#operate/api/audit.ts';
import { bind, no, ok, type Reply } from '#operate/api/bind.ts';
import { AUTHOR_ROUTES } from '#operate/api/operations.ts';
import { TRADE_ROUTES } from '#operate/api/trades.ts';
import type { BoundRoute } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { noteAct } from '../act-note.ts';
import { reasonOf } from '../answer.ts';
import { type RecordReader, RecordUnread } from '../record/reader.ts';

export interface RecordParts {
  readonly desk: Desk;
  readonly audit: Pick<AuditView, 'recent'>;
  readonly journal: Pick<Journal, 'health'>;
  readonly record: RecordReader;
  /** In SQL, newest first; `null` when that does not hold the whole record now. */
  readonly searchSql: (query: AuditQuery) => Promise<readonly AuditRow[] | null>;
}

export function recordRoutes(parts: RecordParts): readonly BoundRoute[] {
  return [
    ...messageRoutes(parts),
    ...tradeRoutes(parts),
    ...auditRoutes(parts),
    ...verifying(parts),
  ];
}

function messageRoutes({ record }: RecordParts): readonly BoundRoute[] {
  return [
    bind(ALERT_ROUTES.list, ({ query }) =>
      answered(async () => {
        const { outcome = null, author = null, channel = null, code = null } = query;
        const { symbol = null, words = null } = query;
        const wanted = { ...listed(query), outcome, author, channel, code, symbol, words };
        return ok(await record.ask({ kind: 'alerts', query: wanted }));
      }),
    ),
    bind(ALERT_ROUTES.one, ({ params: { key } }) =>
      answered(async () => {
        const found = await record.ask({ kind: 'alert', key });
        if (found === null) return no('not_found', 'no message of this key is on record');
        const reason = found.alert.code === null ? null : reasonOf(found.alert.code);
        const told = reason === null ? null : { means: reason.means, remedy: reason.remedy };
        return ok({ ...found, reason: told });
      }),
    ),
  ];
}

function tradeRoutes({ record }: RecordParts): readonly BoundRoute[] {
  return [
    bind(TRADE_ROUTES.list, ({ query }) =>
      answered(async () => {
        const { state = null, author = null, symbol = null } = query;
        const wanted = { ...listed(query), state, author, symbol };
        return ok(await record.ask({ kind: 'trades', query: wanted }));
      }),
    ),
    bind(TRADE_ROUTES.one, ({ params: { id } }) =>
      answered(async () => {
        const found = await record.ask({ kind: 'trade', id });
        return found === null ? no('not_found', `no trade ${id} is on record`) : ok(found);
      }),
    ),
    bind(AUTHOR_ROUTES.list, () => answered(async () => ok(await record.ask({ kind: 'authors' })))),
  ];
}

function auditRoutes({ audit, record, searchSql }: RecordParts): readonly BoundRoute[] {
  return [
    bind(AUDIT_ROUTES.recent, ({ query }) => ok({ rows: audit.recent(query.limit) })),
    bind(AUDIT_ROUTES.search, ({ query: { cursor, ...query } }) =>
      answered(async () => {
        const wanted = { ...query, ...(cursor !== undefined && { before: cursor }) };
        return ok(await searched(wanted, query.limit, { record, searchSql }));
      }),
    ),
    bind(AUDIT_ROUTES.export, ({ query: { format, from = null, to = null } }) => ({
      kind: 'lines',
      lines: record.lines({ kind: 'export', format, from, to }),
      fileName: `strikewire-audit.${format}`,
      ...(format === 'csv' && { type: 'text/csv; charset=utf-8' }),
    })),
  ];
}

async function searched(
  wanted: AuditQuery,
  limit: number,
  { record, searchSql }: Pick<RecordParts, 'record' | 'searchSql'>,
): Promise<AuditPage> {
  const found = await searchSql({ ...wanted, limit: limit + 1 });
  if (found === null) {
    const page = await record.ask({ kind: 'search', query: wanted });
    return { ...page, answeredBy: 'journal' };
  }
  const items = found.slice(0, limit);
  const next = found.length > items.length ? String(items.at(-1)?.seq ?? '') : null;
  return { items, next, answeredBy: 'history' };
}

const NEVER: VerificationView = {
  ...{ state: 'never', startedAt: null, finishedAt: null, startedBy: null },
  ...{ recordsRead: 0, recordsTotal: 0, sound: null, segments: null, firstBad: null, fault: null },
};

function verifying({ desk, journal, record }: RecordParts): readonly BoundRoute[] {
  let standing = NEVER;

  async function run(): Promise<void> {
    try {
      const found = await record.ask({ kind: 'verify' }, (recordsRead) => {
        standing = { ...standing, recordsRead };
      });
      const { records, segments, firstBad } = found;
      standing = { ...standing, state: 'done', recordsRead: records, segments, firstBad };
      standing = { ...standing, sound: firstBad === null };
    } catch (error) {
      if (!(error instanceof RecordUnread)) throw error;
      standing = { ...standing, state: 'failed', fault: error.message };
    } finally {
      standing = { ...standing, finishedAt: formatInstant(desk.now()) };
    }
  }

  return [
    bind(AUDIT_ROUTES.verification, () => ok(standing)),
    bind(AUDIT_ROUTES.verify, async ({ actor }) => {
      if (standing.state === 'running') return ok(standing);
      await noteAct(desk, 'verify the record', { actor, reason: '' });
      const startedAt = formatInstant(desk.now());
      const recordsTotal = journal.health().durableSeq;
      standing = { ...NEVER, state: 'running', startedAt, startedBy: actor, recordsTotal };
      void run();
      return ok(standing);
    }),
  ];
}

interface Listed {
  readonly cursor?: number;
  readonly limit: number;
  readonly from?: EpochMs;
  readonly to?: EpochMs;
}

function listed({ cursor, limit, from, to }: Listed) {
  return { cursor: cursor ?? null, limit, from: from ?? null, to: to ?? null };
}

/** A record that cannot be read is told as such. */
async function answered<T>(work: () => Promise<Reply<T>>): Promise<Reply<T>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RecordUnread)) throw error;
    return error.why === 'busy'
      ? no('too_busy', error.message)
      : no('not_available', error.message);
  }
}
