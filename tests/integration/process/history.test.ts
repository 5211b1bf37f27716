/** The SQL history of a running desk: asked, proved and rebuilt by command; away and back. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { RunningDesk } from '../../cli/strikewire.ts';
import { strikewire } from '../../cli/strikewire.ts';
import { type PostgresServer, startPostgres, whyNoOwnServer } from '../../services/postgres.ts';
import { ask, example, HURRIED, openDesk, post, temporaryDirectory } from './desks.ts';
import { readRecord } from './kept-books.ts';

const Rows = z.object({ items: z.array(z.looseObject({ seq: z.number(), kind: z.string() })) });
const Health = z.object({
  parts: z.array(
    z.looseObject({
      name: z.string(),
      state: z.string(),
      detail: z.string(),
      acts: z.array(z.string()),
    }),
  ),
});
const Reconciled = z.object({
  ok: z.boolean(),
  seq: z.number(),
  differences: z.array(z.unknown()),
});

/** No more often: a desk answers only so many questions a minute. */
const WAIT = { timeout: 180_000, interval: 1_000 } as const;

async function historyOf(desk: RunningDesk) {
  const { body } = await ask(desk, 'GET /api/v1/health');
  const part = Health.parse(body).parts.find(({ name }) => name === 'history');
  if (part === undefined) throw new Error('the desk tells of its history');
  return part;
}

async function isCurrent(desk: RunningDesk): Promise<void> {
  await vi.waitFor(async () => expect((await historyOf(desk)).state).toBe('ok'), WAIT);
}

/** What `audit reconcile` finds, with what the desk was started with. */
async function reconciled(desk: RunningDesk, environment: Readonly<Record<string, string>>) {
  const args = ['audit', 'reconcile', '--json', '--data', desk.directory];
  const { out, code } = await strikewire(args, { cwd: temporaryDirectory(), environment });
  expect(code).toBe(0);
  return Reconciled.parse(JSON.parse(out));
}

describe('the history in the data directory', { timeout: 600_000 }, () => {
  const environment = { STRIKEWIRE_STORES_SQL: 'auto' };

  it('holds what the journal says, is rebuilt beside trading, and outlives the desk', async () => {
    const desk = await openDesk({ ...HURRIED, ...environment });
    expect((await post(desk, await example(desk))).status).toBe(200);
    await isCurrent(desk);
    const { body } = await ask(desk, 'GET /api/v1/audit?kind=alert.decided');
    expect(Rows.parse(body).items.map(({ kind }) => kind)).toEqual(['alert.decided']);
    expect(body).toMatchObject({ answeredBy: 'history' });
    const search = ['audit', 'search', '--kind', 'alert.decided', '--data', desk.directory];
    const found = await strikewire(search, { cwd: temporaryDirectory(), environment });
    expect(found.err).toContain('1 found by the running desk in the SQL history.');
    expect(await reconciled(desk, environment)).toMatchObject({ ok: true, differences: [] });
    const rebuilt = await strikewire(['rebuild', '--reason', 'a test', '--data', desk.directory], {
      cwd: temporaryDirectory(),
      environment,
    });
    expect(rebuilt).toMatchObject({ code: 0 });
    await isCurrent(desk);
    expect(await reconciled(desk, environment)).toMatchObject({ ok: true, differences: [] });
    desk.child.kill('SIGKILL');
    await desk.ended;
    const again = await openDesk({ ...HURRIED, ...environment }, desk.directory);
    await isCurrent(again);
    expect(await reconciled(again, environment)).toMatchObject({ ok: true, differences: [] });
  });
});

describe('the history at PostgreSQL', { timeout: 600_000 }, () => {
  const leftOut = whyNoOwnServer();
  let postgres: PostgresServer;
  beforeAll(async () => {
    if (leftOut === null) postgres = await startPostgres();
  });
  afterAll(async () => {
    if (leftOut === null) await postgres.close();
  });

  it('may be gone while alerts are taken, and is filled up when it is back', async ({ skip }) => {
    skip(leftOut !== null, leftOut ?? '');
    const environment = {
      STRIKEWIRE_STORES_SQL: 'auto',
      STRIKEWIRE_DATABASE_URL: await postgres.database(),
    };
    const desk = await openDesk({ ...HURRIED, ...environment });
    await isCurrent(desk);
    await postgres.kill();
    for (let at = 0; at < 10; at += 1) {
      const { status } = await post(desk, `good morning ${at}`);
      expect(status).toBe(200);
    }
    await vi.waitFor(async () => expect((await historyOf(desk)).state).toBe('away'), WAIT);
    expect((await ask(desk, 'GET /readyz')).status).toBe(200);
    const { body } = await ask(desk, 'GET /api/v1/audit?kind=message.received');
    expect(Rows.parse(body).items).toHaveLength(10);
    expect(body).toMatchObject({ answeredBy: 'journal' });
    await postgres.restart();
    await isCurrent(desk);
    const { seq } = await reconciled(desk, environment);
    const records = await readRecord(desk.directory);
    const received = records.filter(({ kind }) => kind === 'message.received');
    expect(received).toHaveLength(10);
    expect(seq).toBeGreaterThanOrEqual(received.at(-1)?.seq ?? Infinity);
  });
});
