/** A running desk takes snapshots, starts from them, and verifies what a start left unread. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { type DeskApp, openDeskApp } from '#app/desk-app.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import { readAlert } from '#app/reader.ts';
import type { SnapshotRules } from '#app/snapshots/keeper.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import { createTeller } from '#audit/teller.ts';

/** As soon as there is a reason to. */
const EAGER: Partial<SnapshotRules> = { firstAfterMs: 0, everyRecords: 1_500, stopWaitMs: 30_000 };
const NEVER: Partial<SnapshotRules> = { everyRecords: Infinity, atStopRecords: Infinity };
const TIMEOUT_MS = 300_000;

let directory = '';
let open: Lived | null = null;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strikewire-snapshots-'));
});

afterEach(async () => {
  await open?.app.stop('the test is over');
  open = null;
  rmSync(directory, { recursive: true, force: true });
});

interface Lived {
  readonly app: DeskApp;
  readonly news: { readonly event: string; readonly seq?: unknown; readonly kind?: unknown }[];
}

async function start(rules: Partial<SnapshotRules>): Promise<Lived> {
  const config = loadConfig({
    directory,
    environment: { STRIKEWIRE_DATA_DIRECTORY: directory, STRIKEWIRE_CHAT_SCRIPT: 'none' },
  });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const news: { event: string }[] = [];
  const opened = await openDeskApp({
    ...{ config: config.value, version: 'test', read: readAlert, roleOf: () => null },
    certificate: () => ({ kind: 'none', reason: 'none is needed' }),
    onSnapshot: (event, fields) => news.push({ event, ...fields }),
    snapshotRules: rules,
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  open = { app: opened.value, news };
  await open.app.start();
  return open;
}

async function stop(): Promise<void> {
  await open?.app.stop('the test stops it');
  open = null;
}

/** Acts of an operator, which are as good as any records. */
async function record({ desk }: DeskApp, count: number): Promise<void> {
  for (let n = 0; n < count; n += 100) {
    const acts = Array.from({ length: 100 }, (_, at) => {
      const body = { act: 'looked', reason: `${n + at}`, at: desk.now() };
      return { kind: 'operator.acted', body, actor: 'local:operator' } as const;
    });
    await desk.record(acts, 'sync').durable;
  }
}

/** The test's own time-out bounds the wait. */
async function heard({ news }: Lived, event: string): Promise<Lived['news'][number]> {
  for (;;) {
    const found = news.find((one) => one.event === event);
    if (found !== undefined) return found;
    const failed = news.find((one) => one.event === 'snapshot.not_taken');
    if (failed !== undefined) throw new Error(JSON.stringify(failed));
    await sleep(20);
  }
}

/** What people see of it, without the time and the run. */
function shown({ view, audit }: DeskApp) {
  const { messages, trades, incidents } = view.snapshot();
  return { messages, trades, incidents, audit: audit.recent(1_000) };
}

describe('a running desk', { timeout: TIMEOUT_MS }, () => {
  it('takes a snapshot beside its work, and starts from it', async () => {
    const first = await start(EAGER);
    expect(first.news[0]).toMatchObject({ event: 'snapshot.started_from', seq: 0 });
    await record(first.app, 2_500);
    const { seq } = await heard(first, 'snapshot.taken');
    await stop();
    const second = await start(NEVER);
    expect(second.news[0]).toMatchObject({ event: 'snapshot.started_from', seq });
    const fromSnapshot = shown(second.app);
    await stop();
    rmSync(join(directory, 'snapshots'), { recursive: true });
    const third = await start(NEVER);
    expect(third.news[0]).toMatchObject({ event: 'snapshot.started_from', seq: 0 });
    const { audit, ...whole } = shown(third.app);
    const { audit: auditBefore, ...wholeBefore } = fromSnapshot;
    expect(whole).toEqual(wholeBefore);
    // Ends and starts have been recorded since: the rest is the same.
    const common = audit.filter(({ seq: one }) => one <= (auditBefore[0]?.seq ?? 0));
    expect(common.length).toBeGreaterThan(900);
    expect(auditBefore.slice(0, common.length)).toEqual(common);
  });

  it('takes one as it stops, when there is much to read at the next start', async () => {
    const { app } = await start({ ...EAGER, everyRecords: Infinity, atStopRecords: 1_000 });
    await record(app, 1_500);
    await stop();
    expect(readdirSync(join(directory, 'snapshots'))).toHaveLength(1);
    const { news } = await start(NEVER);
    expect(news[0]?.seq).toBeGreaterThan(0);
  });

  it.each([100, 2_400])('gives the teller as of record %i, with which one goes on', async (seq) => {
    const { app, news } = await start(EAGER);
    await record(app, 2_500);
    await heard({ app, news }, 'snapshot.taken');
    const teller = createTeller(TRADE_RULES);
    for (const entry of app.journal.read(1)) {
      if (entry.seq <= seq && isDeskEntry(entry)) teller.tell(entry);
    }
    expect((await app.snapshots.tellerAt(seq)).save()).toEqual(teller.save());
    expect(news.map(({ event }) => event)).not.toContain('snapshot.not_told');
  });

  it('keeps the two newest', async () => {
    const lived = await start({ ...EAGER, everyRecords: 1_000 });
    for (let n = 0; n < 4; n += 1) {
      lived.news.length = 0;
      await record(lived.app, 1_100);
      await heard(lived, 'snapshot.taken');
    }
    await stop();
    expect(readdirSync(join(directory, 'snapshots'))).toHaveLength(2);
  });

  it('says on record why it did not start from a snapshot that was changed', async () => {
    const { app } = await start({ ...EAGER, everyRecords: Infinity, atStopRecords: 1_000 });
    await record(app, 1_500);
    await stop();
    const [name = ''] = readdirSync(join(directory, 'snapshots'));
    const path = join(directory, 'snapshots', name);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"epoch":1', '"epoch":7'));
    const again = await start(NEVER);
    expect(again.news[0]).toMatchObject({ event: 'snapshot.started_from', seq: 0 });
    await until(() => again.app.audit.recent(20).some(({ kind }) => kind === 'incident.raised'));
    expect(again.app.audit.recent(20).map(({ kind }) => kind)).toContain('snapshot.refused');
  });

  it('halts when what it did not read at the start turns out to be damaged', async () => {
    const { app } = await start({ ...EAGER, everyRecords: Infinity, atStopRecords: 1_000 });
    await record(app, 1_500);
    await stop();
    const path = join(directory, 'journal', '000001.log');
    const bytes = readFileSync(path);
    const at = bytes.indexOf('looked');
    bytes.write('locked', at);
    writeFileSync(path, bytes);
    const again = await start({ ...NEVER, firstAfterMs: 0, bytesPerSecond: 1e9 });
    expect(again.news[0]?.seq).toBeGreaterThan(0);
    expect(await heard(again, 'journal.verified')).toMatchObject({ kind: 'damaged' });
    await until(() => again.app.desk.book.killState === 'HALT');
    await until(() => again.app.audit.recent(20).some(({ text }) => text.includes('damaged')));
  });

  it('finds what it did not read at the start as it was', async () => {
    const { app } = await start({ ...EAGER, everyRecords: Infinity, atStopRecords: 1_000 });
    await record(app, 1_500);
    await stop();
    const again = await start({ ...NEVER, firstAfterMs: 0, bytesPerSecond: 1e9 });
    expect(await heard(again, 'journal.verified')).toMatchObject({ kind: 'sound' });
    expect(again.app.desk.book.killState).toBe('ACTIVE');
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}
