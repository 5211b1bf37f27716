/** A rebuild that is cut short, again and again: the server dies, and the program does. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { createPostgresServer } from '#adapters/sql/postgres.ts';
import { createSqlHistory } from '#adapters/sql/store.ts';
import { type ReadableJournal, readJournalOf } from '#app/history/journal-source.ts';
import { reconcile } from '#app/history/reconcile.ts';
import { refill } from '#app/history/refill.ts';
import { breathe, tellingBy } from '#app/history/telling.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import { createTeller } from '#audit/teller.ts';
import { LIVE_LIMITS } from '#history/batches.ts';
import type { HistoryStore } from '#history/ports.ts';
import { Projector } from '#history/projector.ts';
import { openJournal } from '#journal/open.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { launch, newDirectory, strikewire } from '../../cli/strikewire.ts';
import { sold } from '../../fixtures/desk-courses.ts';
import { decide, say } from '../../fixtures/desk-log.ts';
import { type PostgresServer, startPostgres, whyNoOwnServer } from '../../services/postgres.ts';

/** Three steps of a rebuild, and some. */
const RECORDS = 26_000;
const KILLS = 3;
const leftOut = whyNoOwnServer();
const clock = createSystemClock();

let postgres: PostgresServer;
let directory: string;
let url: string;
let store: HistoryStore;

beforeAll(async () => {
  if (leftOut !== null) return;
  postgres = await startPostgres();
  directory = newDirectory();
  await writeJournal(directory);
});
afterAll(async () => {
  if (leftOut === null) await postgres.close();
});

beforeEach(async ({ skip }) => {
  skip(leftOut !== null, leftOut ?? '');
  url = await postgres.database();
  store = createSqlHistory(
    createPostgresServer({ url: new Secret(url), schema: 'strikewire' }),
    'strikewire',
  );
  return () => store.close();
});

describe('the history holds what the journal says after a rebuild', { timeout: 600_000 }, () => {
  it('during which the server is killed after each of the first steps', async () => {
    const { journal } = await readJournalOf(directory);
    let kills = 0;
    let restarted: Promise<unknown> = Promise.resolve();
    const done = await refill({
      store,
      journal,
      onProgress() {
        // Each loses the step before it, which is given to the server again.
        if (kills === KILLS) return;
        kills += 1;
        restarted = restarted.then(() => postgres.kill()).then(() => postgres.restart());
      },
    });
    await restarted;
    expect(done.ok ? null : done.error).toBeNull();
    expect(kills).toBe(KILLS);
    expect(await differences(journal)).toEqual([]);
  });

  it('that was killed half-way, once a desk goes on from there', async () => {
    await killedHalfWay();
    const { journal } = await readJournalOf(directory);
    const projector = new Projector({
      ...{ clock, journal, store, breathe, random: createRandom(1), limits: LIVE_LIMITS },
      async tellingFrom(upTo) {
        const telling = tellingBy(createTeller(TRADE_RULES));
        for (const record of journal.read(1)) if (record.seq <= upTo) telling.tell(record);
        return telling;
      },
    });
    projector.start();
    expect(await projector.catchesUp(300_000)).toBe(true);
    await projector.stop();
    expect(await differences(journal)).toEqual([]);
  });

  it('that was killed half-way, once it is asked for again', async () => {
    await killedHalfWay();
    const { code, err } = await strikewire(['rebuild', '--data', directory], {
      environment: own(),
    });
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(await differences((await readJournalOf(directory)).journal)).toEqual([]);
  });
});

const own = () => ({ STRIKEWIRE_STORES_SQL: 'auto', STRIKEWIRE_DATABASE_URL: url });

/** The command itself, killed once the first step is there and before the last is. */
async function killedHalfWay(): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    const child = launch(['rebuild', '--data', directory], { environment: own() });
    const ended = once(child, 'close');
    while (child.exitCode === null && !isHalfWay(await seqOfStore())) await sleep(5);
    child.kill('SIGKILL');
    await ended;
    if (isHalfWay(await seqOfStore())) return;
  }
  throw new Error('each rebuild was over before it could be killed');
}

const isHalfWay = (seq: number): boolean => seq > 0 && seq < RECORDS;

async function seqOfStore(): Promise<number> {
  const position = await store.position();
  return position.ok ? (position.value?.seq ?? 0) : 0;
}

async function differences(journal: ReadableJournal): Promise<readonly unknown[]> {
  const found = await reconcile({ store, journal: async () => journal });
  if (!found.ok) return [found.error];
  const { seq } = found.value;
  const last = journal.health().durableSeq;
  return seq === last ? found.value.differences : [`compared up to ${seq} of ${last}`];
}

/** A trade from alert to exit, then people talking. */
async function writeJournal(data: string): Promise<void> {
  const { log } = sold();
  for (let said = 1; log.entries.length < RECORDS; said += 1) {
    log.wait(1_000);
    const key = say(log, `good morning ${said}`, { id: `m${said}`, author: 'Bob' });
    decide(log, key, { verdict: 'chatter', code: 'exit', detail: 'No instruction was found.' });
  }
  const opened = await openJournal({ disk: createJournalDisk(data), clock, run: 'r1' });
  if (!opened.ok) throw new Error(opened.error.detail);
  const { journal } = opened.value;
  const drafts = log.entries.map(({ kind, body, actor, trade, message }) => {
    const links = { ...(trade && { trade }), ...(message && { message }) };
    return { kind, body, actor, ...links };
  });
  for (let at = 0; at < drafts.length; at += 1_000) {
    await journal.append(drafts.slice(at, at + 1_000), 'sync').durable;
  }
  await journal.close();
}
