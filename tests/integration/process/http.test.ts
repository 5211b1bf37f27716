/** What strangers, broken programs and storms do to a desk that runs. */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunningDesk } from '../../cli/strikewire.ts';
import {
  type Answer,
  ask,
  command,
  example,
  openDesk,
  post,
  recordOnce,
  temporaryDirectory,
  UNHURRIED,
} from './desks.ts';
import { readRecord } from './kept-books.ts';

const PROCESS = '/admin/alerts/process';
const ALERT = { text: 'good morning', user_id: 'operator', channel_id: 'local' };
const UNKNOWN_KEY = `ak_aaaaaaaaaaaa_${'A'.repeat(43)}`;

let desk: RunningDesk;
let viewer = '';
beforeAll(async () => {
  desk = await openDesk({ ...UNHURRIED, STRIKEWIRE_HTTP_REQUEST_TIMEOUT_MS: '1500' });
  viewer = (
    await command('key', 'create', '--role', 'viewer', '--data', desk.directory)
  ).out.trim();
});

function problemOf({ status, type, body }: Answer): readonly unknown[] {
  expect(type).toBe('application/problem+json; charset=utf-8');
  expect(body).toMatchObject({ status });
  expect(body['type']).toMatch(/^urn:strikewire:problem:/);
  expect(JSON.stringify(body)).not.toMatch(/\.ts|node_modules|stack/);
  return [status, body['code']];
}

describe('a request that is refused is told why as RFC 9457 says', () => {
  it.each([
    ['no key', `POST ${PROCESS}`, { body: ALERT, key: null }, 401, 'unauthenticated'],
    [
      'an unknown key',
      `POST ${PROCESS}`,
      { body: ALERT, key: UNKNOWN_KEY },
      401,
      'unauthenticated',
    ],
    ['an unknown path', 'GET /admin/nothing', {}, 404, 'not_found'],
    ['another method', `GET ${PROCESS}`, {}, 405, 'method_not_allowed'],
    ['a path that is no text', 'GET /api/v1/trades/%zz/close', {}, 400, 'malformed'],
    ['broken JSON', `POST ${PROCESS}`, { body: '{"text":' }, 400, 'malformed'],
    ['a poisoned object', `POST ${PROCESS}`, { body: '{"__proto__":{"a":1}}' }, 400, 'malformed'],
    ['a tower of lists', `POST ${PROCESS}`, { body: '['.repeat(50_000) }, 400, 'malformed'],
    ['missing fields', `POST ${PROCESS}`, { body: {} }, 422, 'invalid'],
    ['a field too many', `POST ${PROCESS}`, { body: { ...ALERT, size: 5 } }, 422, 'invalid'],
    ['a year nobody knows', `POST ${PROCESS}`, { body: at('9999-12-31') }, 422, 'invalid'],
    ['70 KB of text', `POST ${PROCESS}`, { body: say('x'.repeat(70_000)) }, 422, 'invalid'],
    [
      'control characters',
      `POST ${PROCESS}`,
      { body: say('\u0001'.repeat(15_000)) },
      422,
      'invalid',
    ],
    ['200 KB', `POST ${PROCESS}`, { body: say('x'.repeat(200_000)) }, 413, 'body_too_large'],
  ] as const)('%s', async (...given) => {
    const [, route, sent, status, code] = given;
    expect(problemOf(await ask(desk, route, sent))).toEqual([status, code]);
  });

  it('another content type', async () => {
    const headers = { 'content-type': 'text/plain' };
    const refused = await ask(desk, `POST ${PROCESS}`, { body: ALERT, headers });
    expect(problemOf(refused)).toEqual([415, 'wrong_content_type']);
  });

  it.each([
    ['PUT /api/v1/kill-state', { to: 'HALT' }],
    [`POST ${PROCESS}`, ALERT],
    ['POST /api/v1/trades/t_aaaaaaaaaaaaaaaa/close', {}],
    ['POST /api/v1/trades/t_aaaaaaaaaaaaaaaa/cancel', {}],
  ] as const)('a viewer who tries %s', async (route, body) => {
    const refused = await ask(desk, route, { body, key: viewer });
    expect(problemOf(refused)).toEqual([403, 'forbidden']);
    expect((await ask(desk, 'GET /api/v1/snapshot', { key: viewer })).status).toBe(200);
  });
});

function say(text: string): object {
  return { ...ALERT, text };
}

function at(day: string): object {
  return { ...ALERT, posted_at: `${day}T23:59:59Z` };
}

describe('strange text', () => {
  it.each([
    'BTO\u0000 UBER 78p',
    '\u001b[2J\u0007',
    '\ud800 \udfff',
    '\u202e\u200b',
    '__proto__',
    '\u4e2d'.repeat(16_000),
  ])('%j is taken, judged and recorded like any other', async (text) => {
    const answer = await post(desk, text);
    expect([answer.status, answer.body['tradeId']]).toEqual([200, undefined]);
    const records = await readRecord(desk.directory);
    const received = records.findLast(({ kind }) => kind === 'message.received');
    expect(received?.body).toMatchObject({ message: { text } });
  });
});

describe('a storm', () => {
  it('of one message two hundred times opens one trade, and answers every time', async () => {
    const text = await example(desk);
    const sent = Array.from({ length: 200 }, async () => post(desk, text, { message_id: 'same' }));
    const answers = await Promise.all(sent);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(answers.filter(({ body }) => body['verdict'] === 'order')).toHaveLength(1);
    const records = await readRecord(desk.directory);
    const opened = records.filter(
      ({ kind, message }) => kind === 'trade.opened' && message === 'local:local:same',
    );
    expect(opened).toHaveLength(1);
  });

  it('of a hundred alerts in a second meets its limits, and leaves the desk responsive', async () => {
    const before = (await readRecord(desk.directory)).length;
    const texts: string[] = [];
    for (let made = 0; made < 100; made += 1) texts.push(await example(desk));
    const began = performance.now();
    const storm = texts.map(async (text, n) => {
      await sleep(n * 10);
      return post(desk, text);
    });
    const waits: number[] = [];
    for (let looks = 0; looks < 20; looks += 1) {
      const started = performance.now();
      expect((await ask(desk, 'GET /healthz')).status).toBe(200);
      waits.push(performance.now() - started);
      await sleep(50);
    }
    const answers = await Promise.all(storm);
    const tookMs = performance.now() - began;
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    // Generous: a few milliseconds as a rule; where all of it is slow, a fraction of that.
    expect(Math.max(...waits)).toBeLessThan(Math.max(1_000, tookMs / 4));
    const since = (await readRecord(desk.directory)).slice(before);
    expect(since.filter(({ kind }) => kind === 'alert.decided')).toHaveLength(100);
    const opened = since.filter(({ kind }) => kind === 'trade.opened');
    expect(opened.length).toBeLessThanOrEqual(5);
  });

  it('of callers who never finish holds up nobody, and is ended', async () => {
    const { port } = new URL(desk.url);
    const silent = Array.from({ length: 50 }, () => connect(Number(port), '127.0.0.1'));
    const ended = Promise.all(
      silent.map(async (socket) => {
        socket.on('error', () => undefined);
        socket.write('POST /admin/alerts/process HTTP/1.1\r\nhost: 127.0.0.1\r\n');
        await new Promise((resolve) => {
          socket.on('data', () => socket.end()).once('close', resolve);
        });
      }),
    );
    expect((await post(desk, 'good morning')).status).toBe(200);
    await ended;
    expect((await post(desk, 'good morning')).status).toBe(200);
  });
});

it('starts again on whatever anybody has sent it', async () => {
  const directory = temporaryDirectory();
  const first = await openDesk(UNHURRIED, directory);
  for (const day of ['1970-01-01', '2007-01-01', '2024-02-29', '2099-12-30', '9999-12-31']) {
    await ask(first, `POST ${PROCESS}`, {
      body: { ...at(day), text: 'BTO UBER 78p 12/05 @ 0.75' },
    });
  }
  await ask(first, `POST ${PROCESS}`, { body: say('\ud800'.repeat(7_000)) });
  first.child.kill('SIGKILL');
  await first.ended;
  const second = await openDesk(UNHURRIED, directory);
  const records = await recordOnce(directory, (all) => all.at(-1)?.kind === 'reconcile.passed');
  const received = records.filter(({ kind }) => kind === 'message.received');
  const decided = records.filter(({ kind }) => kind === 'alert.decided');
  expect(decided.map(({ message }) => message)).toEqual(received.map(({ message }) => message));
  second.child.kill('SIGTERM');
  expect((await second.ended).code).toBe(0);
});
