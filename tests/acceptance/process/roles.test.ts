/**
 * One desk and two processes of the role api, with Redis and PostgreSQL between them: an alert
 * enters at one, its updates are seen at both, and whatever dies is taken up again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  launch,
  newDirectory,
  type RunningDesk,
  startDesk,
  strikewire,
} from '../../cli/strikewire.ts';
import { type PostgresServer, startPostgres, whyNoOwnServer } from '../../services/postgres.ts';
import { type RedisServer, startRedis, whyNoRedis } from '../../services/redis.ts';

const ADMIN = `ak_${'rolestest'.padEnd(12, '2')}_${'admin'.padEnd(43, '-')}`;
const STRANGER = `ak_${'stranger'.padEnd(12, '2')}_${'other'.padEnd(43, '-')}`;
const SECRET = 'the-roles-of-this-test-share-this-secret';
const POLL = { timeout: 60_000, interval: 50 };

/** Without PostgreSQL the desk has no SQL history, and the rest of this file is as it was. */
const noPostgres = whyNoOwnServer();

let redis: RedisServer;
let postgres: PostgresServer | null = null;
let desk: RunningDesk;
let first: RunningDesk;
let second: RunningDesk;
const started: RunningDesk[] = [];

/** Every test of this file trades at one desk within a minute or so. */
const MANY_TRADES: Readonly<Record<string, string>> = {
  STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_MINUTE_MAX: '50',
  STRIKEWIRE_RISK_LIMITS_TRADES_PER_AUTHOR_HOUR_MAX: '15',
};

function settings(role: string): Readonly<Record<string, string>> {
  return {
    STRIKEWIRE_REDIS_URL: redis.url,
    STRIKEWIRE_ROLES_SECRET: SECRET,
    STRIKEWIRE_ADMIN_KEY: ADMIN,
    STRIKEWIRE_ROLES_RUN: role,
    ...MANY_TRADES,
    ...historySettings(),
  };
}

function historySettings(): Readonly<Record<string, string>> {
  if (postgres === null) return {};
  return { STRIKEWIRE_STORES_SQL: 'auto', STRIKEWIRE_DATABASE_URL: postgres.url };
}

async function start(role: 'desk' | 'api', directory = newDirectory()): Promise<RunningDesk> {
  const process = await startDesk(directory, { environment: settings(role) });
  started.push(process);
  return process;
}

let opened: Promise<void> | null = null;

beforeEach(async ({ skip }) => {
  const why = whyNoRedis();
  if (why !== null && process.env['STRIKEWIRE_SERVICES'] !== 'required') skip(why);
  opened ??= open();
  await opened;
}, 300_000);

async function open(): Promise<void> {
  redis = await startRedis(() => {
    throw new Error('there is no redis-server');
  });
  if (noPostgres === null) postgres = await startPostgres();
  desk = await start('desk');
  [first, second] = await Promise.all([start('api'), start('api')]);
}

afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  if (opened !== null) await redis.close();
  await postgres?.close();
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const Body = z.record(z.string(), z.unknown());

async function ask(
  at: RunningDesk,
  route: string,
  sent: { readonly body?: unknown; readonly key?: string; readonly once?: string } = {},
): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const { body, key = ADMIN, once } = sent;
  const response = await fetch(`${at.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(once === undefined ? {} : { 'idempotency-key': once }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: Body.parse(await response.json()) };
}

async function alert(at: RunningDesk, more: object = {}): Promise<Answer> {
  const { body } = await ask(at, 'GET /api/v1/alerts/example');
  const message = { text: body['text'], user_id: 'operator', channel_id: 'local', ...more };
  return ask(at, 'POST /admin/alerts/process', { body: message });
}

/** A trade that was opened through a process, once it takes one. */
async function tradeAt(at: RunningDesk): Promise<unknown> {
  let last: Answer | null = null;
  for (let tries = 0; tries < 240; tries += 1) {
    last = await alert(at);
    if (typeof last.body['tradeId'] === 'string') return last.body['tradeId'];
    await sleep(250);
  }
  throw new Error(`no trade: ${JSON.stringify(last)}`);
}

const Snapshot = z.object({
  desk: z.object({ seq: z.number(), killState: z.string() }),
  trades: z.array(z.object({ id: z.string(), seq: z.number() })),
});

async function snapshot(at: RunningDesk): Promise<z.output<typeof Snapshot>> {
  return Snapshot.parse((await ask(at, 'GET /api/v1/snapshot')).body);
}

async function seesTrade(at: RunningDesk, trade: unknown): Promise<boolean> {
  return (await snapshot(at)).trades.some(({ id }) => id === trade);
}

/** Names of events as they come, from now on. */
async function listen(at: RunningDesk): Promise<{ readonly seen: string[]; end(): void }> {
  const aborted = new AbortController();
  const response = await fetch(`${at.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${ADMIN}` },
    signal: aborted.signal,
  });
  const seen: string[] = [];
  void collect(response, seen);
  return { seen, end: () => aborted.abort() };
}

async function collect({ body }: Response, into: string[]): Promise<void> {
  if (body === null) return;
  try {
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) into.push(chunk);
  } catch {
    into.push('ended');
  }
}

/** Of the audit in PostgreSQL, about a trade. */
async function rowsOf(trade: string): Promise<number> {
  const rows = await postgres?.run(`select 1 from strikewire.audit where trade_id = '${trade}'`);
  return rows?.length ?? 0;
}

describe('a desk whose page runs elsewhere', () => {
  it('takes an alert at one process and shows it live at the other', async () => {
    const stream = await listen(second);
    const trade = z.string().parse(await tradeAt(first));
    await expect.poll(() => stream.seen.join('').includes(trade), POLL).toBe(true);
    stream.end();
    await expect.poll(() => seesTrade(first, trade), POLL).toBe(true);
    await expect.poll(() => seesTrade(second, trade), POLL).toBe(true);
    const rows = await ask(second, 'GET /admin/audit/recent?limit=100');
    expect(JSON.stringify(rows.body)).toContain(trade);
  });

  it('keeps it in SQL, shown at the other, also after both stores died', async ({ skip }) => {
    if (postgres === null) return skip(noPostgres ?? '');
    const trade = z.string().parse(await tradeAt(first));
    await expect.poll(() => rowsOf(trade), POLL).toBeGreaterThan(0);
    const found = await ask(second, `GET /api/v1/audit?trade=${trade}`);
    expect(JSON.stringify(found.body)).toContain(trade);
    await Promise.all([redis.kill(), postgres.kill()]);
    // On its own machine the desk takes alerts meanwhile.
    const missed = z.string().parse(await tradeAt(desk));
    await Promise.all([redis.restart('nothing'), postgres.restart()]);
    await expect.poll(() => seesTrade(second, missed), POLL).toBe(true);
    await expect.poll(() => rowsOf(missed), POLL).toBeGreaterThan(0);
    const args = ['audit', 'reconcile', '--json', '--data', desk.directory];
    const { out } = await strikewire(args, { environment: historySettings() });
    expect(JSON.parse(out)).toMatchObject({ ok: true, differences: [] });
  });

  it('takes a message that comes at both for one', async () => {
    const message = { message_id: 'm-both' };
    const answers = await Promise.all([alert(first, message), alert(second, message)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const trades = answers.map(({ body }) => body['tradeId'] ?? null);
    expect(new Set(trades).size).toBe(1);
  });

  it('does an act once per key, whichever process it comes through', async () => {
    const body = { to: 'PAUSE', reason: 'a test' };
    const put = async (at: RunningDesk) =>
      ask(at, 'PUT /api/v1/kill-state', { body, once: 'pause-1' });
    expect((await put(first)).status).toBe(200);
    expect((await put(second)).status).toBe(200);
    await expect.poll(async () => (await snapshot(second)).desk.killState, POLL).toBe('PAUSE');
    const active = { to: 'ACTIVE', reason: 'the test is over' };
    expect((await ask(second, 'PUT /api/v1/kill-state', { body: active })).status).toBe(200);
  });

  it('lets in nobody unknown, and asks nothing of the desk for him', async () => {
    const { status } = await ask(first, 'GET /api/v1/health', { key: STRANGER });
    expect(status).toBe(401);
  });

  it('is listening on its own machine alone', async () => {
    expect(new URL(desk.url).hostname).toBe('127.0.0.1');
    expect((await ask(desk, 'GET /readyz')).status).toBe(200);
  });

  it('is followed on after Redis has lost everything', async () => {
    await redis.restart('nothing');
    await expect.poll(async () => (await ask(first, 'GET /readyz')).status, POLL).toBe(200);
    const trade = await tradeAt(first);
    await expect.poll(() => seesTrade(second, trade), POLL).toBe(true);
  });

  it('gives a newcomer what the stream no longer holds', async () => {
    const before = await snapshot(first);
    await redis.call('XTRIM', '{strikewire}:records', 'MAXLEN', '3');
    const third = await start('api');
    const after = await snapshot(third);
    expect(after.desk.seq).toBeGreaterThanOrEqual(before.desk.seq);
    expect(after.trades.map(({ id }) => id)).toEqual(
      expect.arrayContaining(before.trades.map(({ id }) => id)),
    );
  });

  it('is missed when it dies, clearly, and taken up again when it is back', async () => {
    desk.child.kill('SIGKILL');
    await desk.ended;
    await expect.poll(async () => (await ask(first, 'GET /readyz')).status, POLL).toBe(503);
    const missed = await alert(first, { text: 'BTO UBER 78p @ 0.75' });
    expect([missed.status, missed.body['code']]).toEqual([503, 'desk_away']);
    // What was shown stays to be looked at.
    expect((await snapshot(first)).trades.length).toBeGreaterThan(0);
    desk = await start('desk', desk.directory);
    await expect.poll(async () => (await ask(first, 'GET /readyz')).status, POLL).toBe(200);
    const trade = await tradeAt(second);
    await expect.poll(() => seesTrade(first, trade), POLL).toBe(true);
  });
});

describe('a role that runs alone', () => {
  it.each(['desk', 'api'])('(%s) needs Redis and a secret, and says so', async (role) => {
    const child = launch(['start', '--roles', role, '--port', '0']);
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const code = await new Promise((resolve) => {
      child.once('close', resolve);
    });
    expect(code).toBe(2);
    expect(said).toContain('STRIKEWIRE_REDIS_URL');
    expect(said).toContain('STRIKEWIRE_ROLES_SECRET');
  });
});
