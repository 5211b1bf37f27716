/**
 * The journal on this machine's disk: what one durable record costs beside one bare sync of as many
 * bytes, how much company makes of it, and how fast a desk is back after a crash.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import type { Draft } from '#events/record.ts';
import { GENESIS } from '#journal/chain.ts';
import { Group } from '#journal/group.ts';
import { openJournal } from '#journal/open.ts';
import type { Journal } from '#journal/ports.ts';
import { asTradeId, messageKey } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { createSystemClock, epochMs } from '#kernel/time.ts';
import { type BenchRow, quantile } from './report.ts';

const ROUNDS = 20;
const PER_ROUND = 50;
const WRITERS = [1, 16, 64, 256] as const;
const REOPENED_RECORDS = 100_000;

/** An order intent, as the trade core records it before it sends it. */
const draft: Draft = {
  kind: 'order.intended',
  actor: 'engine',
  trade: asTradeId('t_abcdefghijklmnop'),
  message: messageKey('discord', '123456789012345678', '1234567890123456789'),
  body: {
    op: 'submit',
    cid: 'sw.7.t_abcdefghijklmnop.E1',
    role: 'entry',
    side: 'buy',
    quantity: 3,
    terms: { kind: 'limit', limit: price('0.75') },
    timeInForce: 'day',
    quote: { symbol: 'UBER  261204P00078000', bid: price('0.74'), ask: price('0.76') },
  },
};

export async function measure(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-bench-'));
  try {
    const journal = await open(directory);
    const rows = [stamping(), ...(await durableRecord(journal, directory))];
    for (const writers of WRITERS) rows.push(await groupCommit(journal, writers));
    rows.push(...(await reopening(journal, directory)));
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function open(directory: string): Promise<Journal> {
  const disk = createJournalDisk(directory, { reserveBytes: 0 });
  const opened = await openJournal({ disk, clock: createSystemClock(), run: 'r_bench' });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value.journal;
}

/** Canonical JSON, checksum and chain of one record, without the disk. */
function stamping(): BenchRow {
  const records = 20_000;
  const stamp = { v: 1, run: 'r_bench', wall: epochMs(1_765_000_000_000), mono: 1_234.567 };
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    let group = new Group({ seq: 0, hash: GENESIS });
    const start = performance.now();
    for (let seq = 1; seq <= records / ROUNDS; seq += 1) {
      group.add({ ...draft, ...stamp, seq });
      if (seq % 64 === 0) group = new Group(group.last);
    }
    samples.push(((performance.now() - start) * 1_000 * ROUNDS) / records);
  }
  return spreadOf('encode and chain a record', samples);
}

/** One record at a time, waited for, in turn with one bare write and sync of the same bytes. */
async function durableRecord(journal: Journal, directory: string): Promise<readonly BenchRow[]> {
  const bytes = frameBytes();
  const fd = openSync(join(directory, 'bare'), 'a');
  const bare: number[] = [];
  const durable: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let n = 0; n < PER_ROUND; n += 1) {
      const start = performance.now();
      writeSync(fd, bytes);
      fdatasyncSync(fd);
      bare.push((performance.now() - start) * 1_000);
    }
    for (let n = 0; n < PER_ROUND; n += 1) {
      const start = performance.now();
      await journal.append([draft], 'sync').durable;
      durable.push((performance.now() - start) * 1_000);
    }
  }
  closeSync(fd);
  const what = `bare write and fdatasync of ${bytes.length} bytes`;
  const peer = spreadOf(what, bare);
  const own = spreadOf('append one record and wait until it is durable', durable);
  return [peer, { ...own, vs: what, ratio: own.value / peer.value }];
}

function frameBytes(): Uint8Array {
  const group = new Group({ seq: 0, hash: GENESIS });
  const stamp = { v: 1, seq: 1, run: 'r_bench', wall: epochMs(1_765_000_000_000), mono: 1_234.567 };
  group.add({ ...draft, ...stamp });
  return group.bytes;
}

/** So many writers, each waiting for its own record before it appends the next. */
async function groupCommit(journal: Journal, writers: number): Promise<BenchRow> {
  const each = Math.ceil(2_000 / Math.sqrt(writers));
  const samples: number[] = [];
  const writer = async (): Promise<void> => {
    for (let n = 0; n < each; n += 1) {
      const start = performance.now();
      await journal.append([draft], 'sync').durable;
      samples.push((performance.now() - start) * 1_000);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: writers }, writer));
  const seconds = (performance.now() - start) / 1_000;
  const { p50, p99 } = spreadOf('', samples);
  const what = `${writers} ${writers === 1 ? 'writer' : 'writers'}, p50 and p99 of a wait in µs`;
  return { what, value: (writers * each) / seconds, unit: 'records/s', p50, p99 };
}

/** Closes the journal, and opens it again with a good many records on it. */
async function reopening(journal: Journal, directory: string): Promise<readonly BenchRow[]> {
  while (journal.health().lastSeq < REOPENED_RECORDS) {
    const room = REOPENED_RECORDS - journal.health().lastSeq;
    const drafts = Array.from({ length: Math.min(1_000, room) }, () => draft);
    await journal.append(drafts, 'sync').durable;
  }
  await journal.close();
  const start = performance.now();
  const again = await open(directory);
  const opened = performance.now();
  const records = [...again.read()].length;
  const read = performance.now();
  await again.close();
  const many = records.toLocaleString('en-US');
  return [
    { what: `open a journal of ${many} records`, value: opened - start, unit: 'ms' },
    { what: `read ${many} records back`, value: read - opened, unit: 'ms' },
  ];
}

/** Microseconds, by their median: a mean would say more of the machine's other work. */
function spreadOf(what: string, samples: readonly number[]): BenchRow & Required<Spread> {
  const sorted = samples.toSorted((a, b) => a - b);
  const p50 = quantile(sorted, 0.5);
  return { what, value: p50, unit: 'µs', p50, p99: quantile(sorted, 0.99) };
}

type Spread = Pick<BenchRow, 'p50' | 'p99'>;
