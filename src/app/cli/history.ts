/** `strikewire migrate`, `rebuild`, `audit reconcile`, `audit search`: the SQL history by hand. */
import { z } from 'zod';
import { type DirectoryLock, lockDirectory } from '#adapters/disk/lock.ts';
import type { AuditQuery } from '#audit/model.ts';
import { searchRecords } from '#audit/view.ts';
import type { HistoryStore, StoreFault } from '#history/ports.ts';
import { recordDigest } from '#history/standing.ts';
import type { Result } from '#kernel/result.ts';
import { oneLine } from '#kernel/text.ts';
import { formatInstant } from '#kernel/time.ts';
import type { Config } from '../config.ts';
import { isDeskEntry } from '../desk-entry.ts';
import type { Exit } from '../exit-codes.ts';
import { isForSql } from '../history/desk-history.ts';
import { readJournalOf } from '../history/journal-source.ts';
import { createHistoryStore } from '../history/open-store.ts';
import { HISTORY_PART } from '../history/part.ts';
import { reconcile } from '../history/reconcile.ts';
import { type Progress, refill } from '../history/refill.ts';
import { TRADE_RULES } from '../trade-rules.ts';
import { connectDesk, type DeskClient, isDeskThere } from './desk-client.ts';
import { CommandFailed, type Io } from './io.ts';

/** Brings the tables up to date without a desk, for whoever gives the desk no right to. */
export async function runMigrate(config: Config, io: Io): Promise<Exit> {
  if (await holdsStore(config)) {
    await io.print('A desk runs here and has brought its embedded database up to date itself.\n');
    return 'done';
  }
  return withStore(config, async (store): Promise<Exit> => {
    const { server, migrated } = right(await store.open());
    const done = migrated.length === 0 ? 'was up to date' : `now has ${migrated.join(', ')}`;
    await io.print(`${server} ${done}.\n`);
    return 'done';
  });
}

export interface RebuildOptions {
  readonly json: boolean;
  readonly reason: string;
}

/** Empties the tables and fills them from the journal: here, or in the desk that runs. */
export async function runRebuild(
  config: Config,
  { json, reason }: RebuildOptions,
  io: Io,
): Promise<Exit> {
  const show = createProgressLine(io);
  if (await isDeskThere(config.data.directory)) {
    const desk = connectDesk(config.data.directory, config.secrets.adminKey);
    await rebuildInDesk(desk, reason, io);
    return 'done';
  }
  return withStore(config, async (store): Promise<Exit> => {
    const { journal, damage } = await readJournalOf(config.data.directory);
    if (damage !== null) throw new CommandFailed('journal_damaged', damage);
    if (store.kind === 'embedded') right(await store.discard());
    const { records, ms } = right(await refill({ store, journal, onProgress: show }));
    const perSecond = Math.round(records / Math.max(0.001, ms / 1_000));
    const figures = { records, ms: Math.round(ms), recordsPerSecond: perSecond };
    io.note('\n');
    const took = `${records} records in ${(ms / 1_000).toFixed(1)} s, ${perSecond} a second`;
    await io.print(json ? `${JSON.stringify(figures)}\n` : `Rebuilt: ${took}.\n`);
    return 'done';
  });
}

export interface ReconcileOptions {
  readonly json: boolean;
}

/** Proves that the tables hold what the journal makes of them; exit code 1 when they do not. */
export async function runReconcile(
  config: Config,
  { json }: ReconcileOptions,
  io: Io,
): Promise<Exit> {
  const inDesk = await holdsStore(config);
  const found = inDesk ? await reconcileInDesk(config) : await reconcileHere(config);
  const ok = found.differences.length === 0;
  if (json) await io.print(`${JSON.stringify({ ok, ...found })}\n`);
  else if (ok) await io.print(`The same: the tables hold all ${found.seq} records, unchanged.\n`);
  else for (const one of found.differences) await io.print(`${described(one)}\n`);
  if (!ok && !json) io.note('`strikewire rebuild` fills the tables anew from the journal.\n');
  return ok ? 'done' : 'refused';
}

export interface SearchOptions extends AuditQuery {
  readonly json: boolean;
}

/** The newest rows that match, newest first; says on the other side where they were found. */
export async function runSearch(config: Config, options: SearchOptions, io: Io): Promise<Exit> {
  const { json, ...query } = options;
  const { rows, from } = (await isDeskThere(config.data.directory))
    ? await searchInDesk(config, query)
    : await searchHere(config, query);
  for (const row of rows) {
    const line = `${String(row.seq).padStart(6)}  ${row.at}  ${row.badge}  ${oneLine(row.text)}`;
    await io.print(`${json ? JSON.stringify(row) : line}\n`);
  }
  io.note(`${rows.length} found ${from}.\n`);
  return 'done';
}

const Row = z.looseObject({ seq: z.number(), at: z.string(), badge: z.string(), text: z.string() });

const Answer = z.object({ items: z.array(Row), answeredBy: z.enum(['history', 'journal']) });

const SOURCES = { history: 'in the SQL history', journal: 'in the journal' } as const;

async function searchInDesk(config: Config, query: AuditQuery) {
  const asked = new URLSearchParams();
  const { from, to, ...others } = query;
  for (const [name, value] of Object.entries(others)) asked.set(name, String(value));
  if (from !== undefined) asked.set('from', formatInstant(from));
  if (to !== undefined) asked.set('to', formatInstant(to));
  const desk = connectDesk(config.data.directory);
  const answer = await desk.call('GET', `/api/v1/audit?${asked.toString()}`);
  const { items, answeredBy } = Answer.parse(answer);
  return { rows: items, from: `by the running desk ${SOURCES[answeredBy]}` };
}

async function searchHere(config: Config, query: AuditQuery) {
  const { journal } = await readJournalOf(config.data.directory);
  const { durableSeq } = journal.health();
  if (isForSql(query) && config.stores.sql !== 'none') {
    const rows = await withStore(config, async (store) => {
      const [opened, position] = [await store.open(), await store.position()];
      const last = [...journal.read(durableSeq)].at(0);
      const isCurrent =
        opened.ok && position.ok && last !== undefined && position.value?.seq === durableSeq;
      if (!isCurrent || position.value.digest !== recordDigest(last)) return null;
      const found = await store.search(query);
      return found.ok ? found.value : null;
    });
    if (rows !== null) return { rows, from: SOURCES.history };
  }
  const records = journal.read(1);
  const entries = (function* () {
    for (const record of records) if (isDeskEntry(record)) yield record;
  })();
  return { rows: searchRecords(entries, TRADE_RULES, query), from: SOURCES.journal };
}

async function reconcileHere(config: Config) {
  return withStore(config, async (store) => {
    const journal = async () => (await readJournalOf(config.data.directory)).journal;
    return right(await reconcile({ store, journal }));
  });
}

const Reconciled = z.object({
  seq: z.number(),
  differences: z.array(
    z.object({
      table: z.string(),
      missing: z.number(),
      extra: z.number(),
      changed: z.number(),
      first: z.string(),
    }),
  ),
});

async function reconcileInDesk(config: Config) {
  const desk = connectDesk(config.data.directory, config.secrets.adminKey);
  return Reconciled.parse(await desk.call('POST', '/api/v1/history/reconciliation', {}));
}

async function rebuildInDesk(desk: DeskClient, reason: string, io: Io): Promise<void> {
  const why = reason === '' ? 'strikewire rebuild' : reason;
  await desk.call('POST', `/api/v1/health/${HISTORY_PART}/rebuild`, { reason: why });
  await io.print('The store of the running desk is empty and fills again from the record.\n');
  io.note('`strikewire_history_lag_records` in /metrics, and the page, show how far it is.\n');
}

function described({ table, missing, extra, changed, first }: z.infer<typeof DifferenceLike>) {
  const counts = `${missing} rows missing, ${extra} too many, ${changed} changed`;
  return `NOT THE SAME  ${table}: ${counts}; the first is ${first}`;
}

const DifferenceLike = Reconciled.shape.differences.element;

/** Only whoever holds the data directory may open the embedded database. */
async function withStore<T>(config: Config, work: (store: HistoryStore) => Promise<T>) {
  const store = await createHistoryStore(config);
  if (store === null) {
    throw new CommandFailed('refused', 'No SQL history is kept here (stores.sql is none).');
  }
  const lock = store.kind === 'embedded' ? await locked(config.data.directory) : null;
  try {
    return await work(store);
  } finally {
    await store.close();
    await lock?.release();
  }
}

async function locked(directory: string): Promise<DirectoryLock> {
  const lock = await lockDirectory(directory);
  if (lock.ok) return lock.value;
  throw new CommandFailed('directory_locked', lock.error.detail);
}

/** Whether a desk runs that holds the embedded database. */
async function holdsStore({ data, secrets }: Config): Promise<boolean> {
  return secrets.databaseUrl === null && (await isDeskThere(data.directory));
}

function right<T>(answer: Result<T, StoreFault>): T {
  if (answer.ok) return answer.value;
  throw new CommandFailed('refused', answer.error.detail);
}

const SHOW_EVERY_MS = 200;
const BAR = 24;

/** One line that is written over again, for a person; nothing for a program. */
function createProgressLine(io: Io): (progress: Progress) => void {
  let shownAt = -Infinity;
  return ({ records, of, ms }) => {
    if (!io.isTerminal || (ms - shownAt < SHOW_EVERY_MS && records < of)) return;
    shownAt = ms;
    const share = of === 0 ? 1 : records / of;
    const rate = records / Math.max(0.001, ms / 1_000);
    const left = rate === 0 ? '?' : String(Math.ceil((of - records) / rate));
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
    const counts = `${records} of ${of} records  ${Math.round(rate)}/s  ${left} s left`;
    io.note(`\r${bar}  ${counts}   `);
  };
}
