/** The thread the whole record is read in: the desk's own is for trading. */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { CSV_HEAD, csvLine } from '#audit/csv.ts';
import type { AuditQuery, Told } from '#audit/model.ts';
import { toRow } from '#audit/row.ts';
import { createTeller } from '#audit/teller.ts';
import { matches } from '#audit/view.ts';
import { readCheckpoints } from '#journal/checkpoints.ts';
import { describeDamage } from '#journal/model.ts';
import { BEGINNING } from '#journal/scan.ts';
import { walkJournal } from '#journal/walk.ts';
import { failureText } from '#kernel/text.ts';
import type { AuditRowView, Page } from '#operate/api/answers.ts';
import { isDeskEntry } from '../desk-entry.ts';
import { TRADE_RULES } from '../trade-rules.ts';
import { countAuthors } from './authors.ts';
import { type Inquiry, listAlerts, listTrades } from './lists.ts';
import { oneAlert, oneTrade } from './one.ts';
import type { FromThread, Question, ToThread, Verified } from './questions.ts';

const { directory } = z.object({ directory: z.string() }).parse(workerData);
const PROGRESS_EVERY = 2_000;
const EXPORT_PIECE = 65_536;
const MATCHES_MAX = 1_001;

/** Exports that wait to be asked for more. */
const waiting = new Map<number, (next: 'go' | 'stop') => void>();

// Linux gives each thread a priority of its own: elsewhere the whole desk would get this one.
if (process.platform === 'linux') setPriority(10);
parentPort?.on('message', (message: ToThread) => {
  if ('go' in message) waiting.get(message.id)?.('go');
  else if ('stop' in message) waiting.get(message.id)?.('stop');
  else void answer(message);
});

async function answer({ id, ask, toSeq }: Extract<ToThread, { ask: Question }>): Promise<void> {
  try {
    send({ id, kind: 'answer', value: await work(id, ask, toSeq) });
  } catch (error) {
    send({ id, kind: 'failed', detail: failureText(error) });
  }
}

function send(message: FromThread): void {
  parentPort?.postMessage(message, []);
}

async function work(id: number, ask: Question, toSeq: number): Promise<unknown> {
  if (ask.kind === 'verify') return verify(id, toSeq);
  if (ask.kind === 'export') return exportLines(id, ask, toSeq);
  const inquiry = inquiryOf(ask);
  await tellAll(id, toSeq, { take: (told) => inquiry.take(told) });
  return inquiry.answer();
}

type Listed = Exclude<Question, { readonly kind: 'verify' | 'export' }>;

function inquiryOf(ask: Listed): Inquiry<unknown> {
  switch (ask.kind) {
    case 'alerts':
      return listAlerts(ask.query);
    case 'alert':
      return oneAlert(ask.key);
    case 'trades':
      return listTrades(ask.query);
    case 'trade':
      return oneTrade(ask.id);
    case 'search':
      return search(ask.query);
    case 'authors':
      return countAuthors();
  }
}

function search(query: AuditQuery): Inquiry<Page<AuditRowView>> {
  const limit = query.limit ?? 100;
  let found: Told[] = [];
  return {
    take(told) {
      if (!matches(told, query)) return;
      found.push(told);
      if (found.length >= 2 * MATCHES_MAX) found = found.slice(-MATCHES_MAX);
    },
    answer() {
      const shown = found.slice(-limit).toReversed();
      const last = shown.at(-1);
      const next = found.length > limit && last !== undefined ? String(last.entry.seq) : null;
      return { items: shown.map(toRow), next };
    },
  };
}

interface Listener {
  readonly take: (told: Told) => void;
  readonly pause?: () => Promise<void>;
}

async function tellAll(id: number, toSeq: number, { take, pause }: Listener): Promise<void> {
  const teller = createTeller(TRADE_RULES);
  const { bad } = await walk(id, toSeq, {
    onRecord(record) {
      if (isDeskEntry(record)) take(teller.tell(record));
    },
    ...(pause !== undefined && { pause }),
  });
  if (bad !== null) throw new Error(describeDamage(bad));
}

type Steps = Parameters<typeof walkJournal>[1];

async function walk(id: number, toSeq: number, steps: Steps) {
  const disk = createJournalDisk(directory);
  const checkpoints = readCheckpoints(await disk.checkpoints());
  let told = 0;
  return walkJournal(
    { disk, checkpoints, from: BEGINNING, toSeq },
    {
      onRecord(record, ...rest) {
        steps.onRecord(record, ...rest);
        if (record.seq - told < PROGRESS_EVERY) return;
        told = record.seq;
        send({ id, kind: 'progress', records: told });
      },
      // Others are answered in between.
      pause: steps.pause ?? (() => new Promise((resolve) => setImmediate(resolve))),
    },
  );
}

async function verify(id: number, toSeq: number): Promise<Verified> {
  const { end, bad } = await walk(id, toSeq, { onRecord: () => undefined });
  const segments = (await createJournalDisk(directory).segments()).length;
  const firstBad = bad === null ? null : { ...bad, detail: describeDamage(bad) };
  return { records: end.seq, segments, firstBad };
}

async function exportLines(
  id: number,
  { format, from, to }: Extract<Question, { kind: 'export' }>,
  toSeq: number,
): Promise<null> {
  let text = format === 'csv' ? CSV_HEAD : '';
  async function flush(): Promise<void> {
    if (text === '') return;
    const piece = text;
    text = '';
    const next = await new Promise<'go' | 'stop'>((resolve) => {
      waiting.set(id, resolve);
      send({ id, kind: 'lines', text: piece });
    });
    waiting.delete(id);
    if (next === 'stop') throw new Error('the export was given up');
  }
  await tellAll(id, toSeq, {
    take(told) {
      const { wall } = told.entry;
      if ((from !== null && wall < from) || (to !== null && wall >= to)) return;
      const row = toRow(told);
      text += format === 'csv' ? csvLine(row) : `${JSON.stringify(row)}\n`;
    },
    pause: async () => {
      if (text.length >= EXPORT_PIECE) await flush();
    },
  });
  await flush();
  return null;
}
