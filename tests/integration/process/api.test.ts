/** The HTTP API of a running desk: what each route answers, and that acts are done once. */
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CSV_HEAD } from '#audit/csv.ts';
import { encodeCanonical } from '#events/codec.ts';
import { PULSE, SNAPSHOT, STREAM_UPDATE } from '#operate/api/desk.ts';
import { ROUTES } from '#operate/api/table.ts';
import type { RunningDesk } from '../../cli/strikewire.ts';
import { EVERY_ROUTE } from '../http/every-route.ts';
import {
  type Answer,
  ask,
  command,
  deskFile,
  example,
  openDesk,
  post,
  recordOnce,
  trade,
  UNHURRIED,
} from './desks.ts';
import { readRecord } from './kept-books.ts';

/** Never in any answer: what the desk was given to keep to itself. */
const CANARIES = {
  STRIKEWIRE_ADMIN_KEY: `ak_canarycanary_${'C'.repeat(43)}`,
  STRIKEWIRE_DISCORD_TOKEN: 'canary-discord-token-value',
};
const PASSWORD = 'canary horse battery';

type Route = Parameters<typeof ask>[1];
const Keyed = z.record(z.string(), z.unknown());
const Items = z.object({ items: z.array(Keyed) });

let desk: RunningDesk;
let lastKey = 0;

beforeAll(async () => {
  desk = await openDesk({ ...UNHURRIED, STRIKEWIRE_ADMIN_KEY: CANARIES.STRIKEWIRE_ADMIN_KEY });
});

function newKey(): string {
  lastKey += 1;
  return `test-${lastKey}`;
}

/** An act under a key; a new one unless given. */
function act(of: RunningDesk, route: Route, body: object = {}, key = newKey()): Promise<Answer> {
  return ask(of, route, { body, headers: { 'idempotency-key': key } });
}

async function first(of: RunningDesk, route: Route): Promise<Readonly<Record<string, unknown>>> {
  const { body } = await ask(of, route);
  const [item] = Items.parse(body).items;
  if (item === undefined) throw new Error(`${route} has nothing`);
  return item;
}

describe('what a question is answered', () => {
  beforeAll(async () => {
    await post(desk, 'good morning');
    await trade(desk);
    await act(desk, 'POST /api/v1/operators', {
      name: 'alice',
      role: 'viewer',
      password: PASSWORD,
    });
  });

  const questions = ROUTES.filter(
    ({ method, path, type }) => method === 'GET' && type === undefined && !/:/.test(path),
  ).map((endpoint) => ({ endpoint, path: endpoint.path }));

  it.each(questions)('has the declared shape, and no secret: $path', async ({ endpoint, path }) => {
    const url = EVERY_ROUTE[`GET ${path}`]?.url ?? path;
    const { status, body } = await ask(desk, `GET ${url as `/${string}`}`);
    expect([path, status]).toEqual([path, 200]);
    expect(endpoint.answer.safeParse(body).error?.issues ?? []).toEqual([]);
    const text = JSON.stringify(body);
    for (const secret of [...Object.values(CANARIES), PASSWORD, deskFile(desk.directory).key]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/\$argon2id\$|"digest"/);
  });

  it('tells a message with its spans, and a trade from its first record', async () => {
    const found = await first(desk, 'GET /api/v1/trades?limit=1');
    const { body } = await ask(desk, `GET /api/v1/trades/${String(found['id'])}`);
    const records = z.array(z.object({ kind: z.string(), seq: z.number() })).parse(body['records']);
    expect(records.slice(0, 1)).toMatchObject([{ kind: 'message.received' }]);
    expect(records.map(({ kind }) => kind)).toContain('order.intended');
    expect(records.map(({ seq }) => seq)).toEqual(records.map(({ seq }) => seq).toSorted(by));
    const chart = z.object({ band: z.array(Keyed), limits: z.array(Keyed) }).parse(body['chart']);
    expect(chart.band.length).toBeGreaterThan(0);
    expect(chart.limits[0]).toMatchObject({ role: 'entry' });
    const message = await ask(desk, `GET /api/v1/alerts/${String(found['message'])}`);
    expect(message.body['alert']).toMatchObject({ outcome: 'accepted', tradeId: found['id'] });
  });

  it('pages through everything once, by the cursor it gave', async () => {
    const seen: unknown[] = [];
    let cursor = '';
    for (let pages = 0; pages < 200; pages += 1) {
      const { body } = await ask(desk, `GET /api/v1/audit?limit=7${cursor}`);
      seen.push(...Items.parse(body).items.map(({ seq }) => seq));
      if (body['next'] === null) break;
      cursor = `&cursor=${z.string().parse(body['next'])}`;
    }
    expect(seen.at(-1)).toBe(1);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(seen.toSorted((a, b) => by(Number(b), Number(a))));
  });

  it('finds by filter what it lists, and nothing else', async () => {
    const chatter = await ask(desk, 'GET /api/v1/alerts?outcome=ignored');
    expect(Items.parse(chatter.body).items).toMatchObject([{ text: 'good morning' }]);
    const none = await ask(desk, 'GET /api/v1/trades?symbol=ZZZZ');
    expect(none.body).toEqual({ items: [], next: null });
  });

  it('proves the record, and exports it', async () => {
    expect((await act(desk, 'POST /api/v1/audit/verification')).status).toBe(200);
    await expect
      .poll(async () => (await ask(desk, 'GET /api/v1/audit/verification')).body['state'])
      .toBe('done');
    const { body } = await ask(desk, 'GET /api/v1/audit/verification');
    expect(body).toMatchObject({ sound: true, firstBad: null, startedBy: 'local:operator' });
    const response = await fetch(`${desk.url}/api/v1/audit/export`, {
      headers: { authorization: `Bearer ${deskFile(desk.directory).key}` },
    });
    const lines = (await response.text()).trimEnd().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(Number(body['recordsRead']));
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ seq: 1 });
  });

  it('exports it for spreadsheets, of any time alike, and refuses another format', async () => {
    const headers = { authorization: `Bearer ${deskFile(desk.directory).key}` };
    const exported = (query: string) =>
      fetch(`${desk.url}/api/v1/audit/export?${query}`, { headers });
    const whole = await exported('format=csv');
    expect(whole.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(whole.headers.get('content-disposition')).toContain('strikewire-audit.csv');
    const text = await whole.text();
    expect(text.slice(0, CSV_HEAD.length)).toBe(CSV_HEAD);
    expect(text.slice(CSV_HEAD.length)).toMatch(/^1,"[^"]+","[^"]+","run\.started",/);
    expect(text.match(/^\d+,/gm)?.length).toBeGreaterThan(10);
    expect(await (await exported('format=csv&to=2025-01-02')).text()).toBe(CSV_HEAD);
    expect((await exported('format=parquet')).status).toBe(422);
  });
});

function by(a: number, b: number): number {
  return a - b;
}

describe('the stream of events', () => {
  it('has the declared shapes: a snapshot, a pulse, and then each change', async () => {
    const response = await fetch(`${desk.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${deskFile(desk.directory).key}` },
    });
    const schemas = { snapshot: SNAPSHOT, pulse: PULSE, update: STREAM_UPDATE };
    const heard = new Set<string>();
    await post(desk, 'good evening');
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const name = z
          .enum(['snapshot', 'pulse', 'update'])
          .safeParse(/^event: (.*)$/m.exec(block)?.[1]);
        if (!name.success) continue;
        heard.add(name.data);
        const data: unknown = JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null');
        expect(schemas[name.data].safeParse(data).error?.issues ?? []).toEqual([]);
      }
      if (heard.size === 3) break;
    }
    expect([...heard].toSorted()).toEqual(['pulse', 'snapshot', 'update']);
  });
});

describe('an order over HTTP', () => {
  it('takes the path of an alert, in the name of who gave it, once per key', async () => {
    const own = await openDesk(UNHURRIED);
    const text = await example(own);
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => act(own, 'POST /api/v1/orders', { text }, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ kind: 'decided', answer: { verdict: 'order' } });
    const records = await readRecord(own.directory);
    const opened = records.filter(({ kind }) => kind === 'trade.opened');
    expect(opened.map(({ actor }) => actor)).toEqual(['local:local:operator']);
    const other = await act(own, 'POST /api/v1/orders', { text: `${text} ` }, key);
    expect([other.status, other.body['code']]).toEqual([409, 'key_reused']);
  });

  it('is changed inside its collar, and taken back', async () => {
    const own = await openDesk(UNHURRIED);
    const text = await example(own);
    await act(own, 'POST /api/v1/orders', { text });
    await recordOnce(own.directory, (records) =>
      records.some(({ kind }) => kind === 'order.answered'),
    );
    const order = await first(own, 'GET /api/v1/orders?state=working');
    const id = String(order['orderId']);
    const over = await act(own, `PUT /api/v1/orders/${id}`, { limit: '999.00' });
    expect([over.status, String(over.body['detail'])]).toEqual([
      409,
      expect.stringContaining('above_collar'),
    ]);
    const shown = await ask(own, `GET /api/v1/orders/${id}`);
    expect(shown.body['order']).toMatchObject({ orderId: id, role: 'entry' });
    const off = await act(own, `PUT /api/v1/orders/${id}`, { limit: '0.0033' });
    expect(off.status).toBe(409);
    const cancelled = await act(own, `POST /api/v1/orders/${id}/cancel`, { reason: 'test' });
    expect([200, 409]).toContain(cancelled.status);
    const none = await act(own, 'POST /api/v1/orders/nothing/cancel', {});
    expect(none.status).toBe(409);
  });

  it('is asked about first where orders are confirmed, and done as it was shown, once', async () => {
    const own = await openDesk({ ...UNHURRIED, STRIKEWIRE_CHAT_CONFIRM_ORDERS: 'always' });
    const text = await example(own);
    const asked = await act(own, 'POST /api/v1/orders', { text });
    expect(asked.body).toMatchObject({ kind: 'confirm', environment: 'SIM' });
    expect((await readRecord(own.directory)).some(({ kind }) => kind === 'trade.opened')).toBe(
      false,
    );
    const code = String(asked.body['code']);
    const wrong = await act(own, 'POST /api/v1/orders/confirm', { code: '000000x' });
    expect(wrong.status).toBe(409);
    const done = await act(own, 'POST /api/v1/orders/confirm', { code });
    expect(done.body).toMatchObject({ verdict: 'order' });
    const again = await act(own, 'POST /api/v1/orders/confirm', { code });
    expect(again.status).toBe(409);
  });
});

describe('an act under a key', () => {
  it('is on record with its reason, though it is refused', async () => {
    const { status } = await ask(desk, 'POST /api/v1/certifications', {
      body: { reason: 'a new version' },
      headers: { 'idempotency-key': newKey() },
      key: CANARIES.STRIKEWIRE_ADMIN_KEY,
    });
    expect(status).toBe(409);
    const { body } = await ask(desk, 'GET /api/v1/audit?kind=operator.acted&limit=1');
    expect(JSON.stringify(body)).toContain('run a certification (a new version)');
  });

  it('is answered as before after a restart, and not done again', async () => {
    const desk1 = await openDesk();
    const key = newKey();
    const body = { role: 'viewer', note: 'for a test' };
    const made = await act(desk1, 'POST /api/v1/keys', body, key);
    expect(String(made.body['key'])).toMatch(/^ak_/);
    const text = await example(desk1);
    const orderKey = newKey();
    const order = await act(desk1, 'POST /api/v1/orders', { text }, orderKey);
    desk1.child.kill('SIGTERM');
    await once(desk1.child, 'exit');
    const desk2 = await openDesk({}, desk1.directory);
    const again = await act(desk2, 'POST /api/v1/keys', body, key);
    expect(again.body).toEqual({ ...made.body, key: null });
    const orderAgain = await act(desk2, 'POST /api/v1/orders', { text }, orderKey);
    expect(orderAgain.body).toEqual(order.body);
    const records = await readRecord(desk1.directory);
    expect(records.filter(({ kind }) => kind === 'trade.opened')).toHaveLength(1);
    expect(records.map(encodeCanonical).join('\n')).not.toContain(String(made.body['key']));
    const listed = Items.parse((await ask(desk2, 'GET /api/v1/keys')).body).items;
    expect(listed).toHaveLength(1);
  });

  it('that a kill cut off is told as unfinished, and never done again', async () => {
    const desk1 = await openDesk();
    const key = newKey();
    // The last act before the kill: its answer may or may not have reached the disk.
    const cut = act(desk1, 'PUT /api/v1/allow-list', GRANT, key);
    await recordOnce(desk1.directory, (records) =>
      records.some(({ kind }) => kind === 'request.taken'),
    );
    desk1.child.kill('SIGKILL');
    await Promise.allSettled([cut, once(desk1.child, 'exit')]);
    const desk2 = await openDesk({}, desk1.directory);
    const again = await act(desk2, 'PUT /api/v1/allow-list', GRANT, key);
    expect([undefined, 'unfinished']).toContain(again.body['code']);
    expect([200, 409]).toContain(again.status);
    const taken = (await readRecord(desk1.directory)).filter(
      ({ kind }) => kind === 'request.taken',
    );
    expect(taken).toHaveLength(1);
  });

  it('is on record with who, from where and under which request', async () => {
    await act(desk, 'PUT /api/v1/allow-list', GRANT);
    const viewer = await act(desk, 'POST /api/v1/keys', { role: 'viewer' });
    const denied = await ask(desk, 'PUT /api/v1/allow-list', {
      key: String(viewer.body['key']),
      headers: { 'idempotency-key': 'denied' },
      body: GRANT,
    });
    expect(denied.status).toBe(403);
    const isAnswer = (kind: string): boolean => kind === 'request.answered';
    const records = await recordOnce(desk.directory, (all) =>
      all.some(({ kind, body }) => isAnswer(kind) && 'status' in body && body.status === 403),
    );
    const last = records.findLast(({ kind }) => isAnswer(kind));
    expect(last).toMatchObject({
      actor: `key:${String(viewer.body['id'])}`,
      body: { status: 403, code: 'forbidden', address: '127.0.0.1', answer: null },
    });
    const done = records.find(({ kind }) => kind === 'request.taken');
    expect(done).toMatchObject({ actor: 'local:operator' });
  });
});

const GRANT = { who: 'discord:1', permission: 'alert', to: 'granted', reason: 'for a test' };

describe('operators who are changed at the same moment', () => {
  it('are added once, and told the password that counts', async () => {
    const add = (role: string) => act(desk, 'POST /api/v1/operators', { name: 'twin', role });
    const answers = await Promise.all([add('viewer'), add('admin')]);
    expect(answers.map(({ status }) => status).toSorted(by)).toEqual([200, 409]);
    const told = answers.find(({ status }) => status === 200)?.body;
    const listed = Items.parse((await ask(desk, 'GET /api/v1/operators')).body).items;
    expect(listed.find(({ name }) => name === 'twin')).toMatchObject({ role: told?.['role'] });
  });

  it('keep neither a role that was taken nor a place they were put out of', async () => {
    for (const name of ['demoted', 'gone']) {
      await act(desk, 'POST /api/v1/operators', { name, role: 'admin', password: PASSWORD });
    }
    const reason = 'for a test';
    const renewed = { password: `${PASSWORD} 2`, reason };
    const changes = await Promise.all([
      act(desk, 'PUT /api/v1/operators/demoted', renewed),
      act(desk, 'PUT /api/v1/operators/demoted', { role: 'viewer', reason }),
      act(desk, 'PUT /api/v1/operators/gone', renewed),
      act(desk, 'POST /api/v1/operators/gone/remove', { reason }),
    ]);
    expect(changes.map(({ status }) => status)).toEqual([200, 200, expect.any(Number), 200]);
    const listed = Items.parse((await ask(desk, 'GET /api/v1/operators')).body).items;
    expect(listed.find(({ name }) => name === 'demoted')).toMatchObject({ role: 'viewer' });
    expect(listed.map(({ name }) => name)).not.toContain('gone');
  });
});

describe('a key that is revoked', () => {
  it('opens nothing any more, and what it had open ends', async () => {
    const made = await act(desk, 'POST /api/v1/keys', { role: 'viewer' });
    const key = String(made.body['key']);
    const stream = await fetch(`${desk.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(stream.status).toBe(200);
    const id = String(made.body['id']);
    await act(desk, `POST /api/v1/keys/${id}/revoke`, { reason: 'for a test' });
    expect((await ask(desk, 'GET /api/v1/risk', { key })).status).toBe(401);
    const reader = stream.body?.getReader();
    const ended = async (): Promise<boolean> => {
      for (;;) {
        const chunk = await reader?.read().catch(() => ({ done: true }));
        if (chunk === undefined || chunk.done) return true;
      }
    };
    expect(await ended()).toBe(true);
  });
});

it('verifies a chat user without doing anything', async () => {
  const body = { platform: 'local', user_id: 'operator', channel_id: 'local' };
  const { body: answer } = await ask(desk, 'POST /auth/verify', { body });
  expect(answer).toMatchObject({ known: true, mayAlert: true, mayOrder: false });
  const stranger = { ...body, user_id: 'nobody' };
  const { body: other } = await ask(desk, 'POST /auth/verify', { body: stranger });
  expect(other).toMatchObject({ known: false, permissions: [], mayAlert: false });
});

it('lets a person log in who was added on the machine', async () => {
  const made = await command(
    'operator',
    'add',
    'mara',
    '--role',
    'admin',
    '--data',
    desk.directory,
  );
  const login = await ask(desk, 'POST /api/v1/session', {
    key: null,
    body: { name: 'mara', password: made.out.trim() },
  });
  expect(login.body).toMatchObject({ caller: 'operator:mara', role: 'admin', totp: 'off' });
});
