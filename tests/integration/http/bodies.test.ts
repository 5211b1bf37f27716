/** What is sent to acts and is no act: broken, huge, misspelt, or too much of it. */
import { describe, expect, it } from 'vitest';
import { ROUTES } from '#operate/api/table.ts';
import { EVERY_ROUTE } from './every-route.ts';
import { at, bearer, KEYS, serve } from './fake-desk.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const ACTS = ROUTES.filter(
  ({ method, path }) => method !== 'GET' && path !== '/api/v1/session',
).map(({ method, path }) => ({ name: `${method} ${path}` }));

function send(name: string, payload: string, type = 'application/json') {
  const [method = '', path = ''] = name.split(' ');
  const served = serve();
  const answer = served.server.app.inject({
    method: method as Method,
    url: EVERY_ROUTE[name]?.url ?? path,
    headers: { ...bearer('admin'), 'content-type': type, 'idempotency-key': 'k' },
    payload,
  });
  return answer.then((given) => ({ given, served }));
}

describe('a body that is none', () => {
  it.each(ACTS)('is refused by $name, and nothing is done', async ({ name }) => {
    const sent: readonly (readonly [string, string, readonly number[]])[] = [
      ['broken', '{"reason": ', [400]],
      ['huge', JSON.stringify({ reason: 'x'.repeat(110_000) }), [413]],
      ['deep', '['.repeat(50_000), [400]],
      ['poisoned', '{"__proto__": {"admin": true}}', [400]],
      ['misspelt', JSON.stringify({ ...EVERY_ROUTE[name]?.payload, reson: 'x' }), [422]],
      ['a list', '[]', [422]],
      ['nothing', 'null', [422]],
    ];
    for (const [what, payload, statuses] of sent) {
      const { given, served } = await send(name, payload);
      expect([what, statuses.includes(given.statusCode)]).toEqual([what, true]);
      expect(given.headers['content-type']).toContain('application/problem+json');
      expect(given.body).not.toMatch(/node_modules|at .+\.ts:\d/);
      expect(served.desk.acts).toEqual([]);
      expect(served.desk.records).toEqual([]);
    }
    const { given } = await send(name, 'reason=x', 'application/x-www-form-urlencoded');
    expect([given.statusCode, at(given, 'code')]).toEqual([415, 'wrong_content_type']);
  });
});

describe('a caller that asks too often', () => {
  it('waits, alone, and can still stop the desk', async () => {
    const { server } = serve({ requestsPerMinute: 20 });
    const read = (headers: Record<string, string>) =>
      server.app.inject({ url: '/api/v1/snapshot', headers });
    for (let n = 0; n < 20; n += 1) expect((await read(bearer('operator'))).statusCode).toBe(200);
    const over = await read(bearer('operator'));
    expect([over.statusCode, at(over, 'code')]).toEqual([429, 'too_many_requests']);
    expect(Number(over.headers['retry-after'])).toBeGreaterThan(0);
    expect((await read(bearer('viewer'))).statusCode).toBe(200);
    const halt = await server.app.inject({
      method: 'PUT',
      url: '/api/v1/kill-state',
      headers: bearer('operator'),
      payload: { to: 'HALT' },
    });
    expect(halt.statusCode).toBe(200);
  });
});

describe('somebody who is turned away too often', () => {
  it.each([
    ['a stranger', {}],
    ['a stranger with a wrong key', { authorization: 'Bearer ak_wrong' }],
    ['a viewer who may not', bearer('viewer')],
  ])('waits as well: %s', async (_who, headers) => {
    const { server } = serve({ requestsPerMinute: 3 });
    const halt = () =>
      server.app.inject({
        method: 'PUT',
        url: '/api/v1/kill-state',
        headers: { host: '127.0.0.1:7420', ...headers },
        payload: { to: 'HALT' },
      });
    for (let n = 0; n < 3; n += 1) expect([401, 403]).toContain((await halt()).statusCode);
    const over = await halt();
    expect([over.statusCode, at(over, 'code')]).toEqual([429, 'too_many_requests']);
    const known = await server.app.inject({
      url: '/api/v1/snapshot',
      headers: bearer('operator'),
    });
    expect(known.statusCode).toBe(200);
  });
});

describe('what somebody known does over and over', () => {
  const counts = (served: ReturnType<typeof serve>) =>
    served.desk.records.map(({ kind, actor, body }) => [
      `${kind} of ${actor}: ${'line' in body ? body.line : ''}`,
      'times' in body ? body.times : 1,
    ]);

  it('and is denied is on record at once, and then as one a minute with the count', async () => {
    const served = serve();
    const denied = (n: number) =>
      served.desk.ledger.note(
        { caller: 'key:viewer', line: 'PUT /x', address: '10.0.0.1', requestId: `r${n}` },
        ...([403, 'forbidden'] as const),
      );
    for (let n = 1; n <= 6_000; n += 1) denied(n);
    const what = 'request.answered of key:viewer: PUT /x';
    expect(counts(served)).toEqual([[what, 1]]);
    served.clock.advance(60_000);
    expect(counts(served).slice(1)).toEqual([[what, 5_999]]);
    expect(served.desk.records.at(-1)).toMatchObject({ body: { requestId: 'r6000', status: 403 } });
    denied(6_001);
    expect(counts(served).slice(2)).toEqual([[what, 1]]);
    served.clock.advance(60_000);
    expect(served.desk.records).toHaveLength(3);
    await served.server.close();
  });

  it('and logs in with is counted as well, and nothing is lost when the desk stops', async () => {
    const served = serve();
    const logIn = () =>
      served.server.app.inject({
        ...{ method: 'POST', url: '/api/v1/session', headers: { host: '127.0.0.1:7420' } },
        payload: { key: KEYS.viewer },
      });
    for (let n = 0; n < 5; n += 1) expect((await logIn()).statusCode).toBe(200);
    await served.server.close();
    const what = 'request.answered of key:viewer: POST /api/v1/session';
    expect(counts(served)).toEqual([
      [what, 1],
      [what, 4],
    ]);
  });

  it('stays apart by who, what and how it ended', async () => {
    const served = serve();
    const about = { caller: 'key:viewer', line: 'PUT /x', address: '::1', requestId: 'r' };
    served.desk.ledger.note(about, 403, 'forbidden');
    served.desk.ledger.note(about, 200, null);
    served.desk.ledger.note({ ...about, line: 'PUT /y' }, 403, 'forbidden');
    served.desk.ledger.note({ ...about, caller: 'key:other' }, 403, 'forbidden');
    expect(served.desk.records).toHaveLength(4);
    await served.server.close();
    expect(served.desk.records).toHaveLength(4);
  });
});

describe('an act without a key', () => {
  const line = 'POST /admin/alerts/process';
  const give = (served: ReturnType<typeof serve>) =>
    served.server.app.inject({
      method: 'POST',
      url: '/admin/alerts/process',
      headers: bearer('operator'),
      payload: EVERY_ROUTE[line]?.payload ?? {},
    });

  it('is on record with who asked for it before anything is done, and how it ended', async () => {
    const served = serve();
    served.desk.failNext(new Error('it broke'));
    let before: readonly unknown[] = [];
    const { push } = served.desk.requests;
    served.desk.requests.push = (...requests) => {
      before = [...served.desk.records];
      return push.apply(served.desk.requests, requests);
    };
    const answer = await give(served);
    expect(answer.statusCode).toBe(500);
    const taken = {
      kind: 'request.taken',
      actor: 'key:operator',
      body: { key: null, line, requestId: answer.headers['x-request-id'] },
    };
    const ended = {
      kind: 'request.answered',
      actor: 'key:operator',
      body: { key: null, line, status: 500, code: 'internal' },
    };
    expect(before).toMatchObject([taken]);
    expect(served.desk.records).toMatchObject([taken, ended]);
  });

  it('given twice is done twice', async () => {
    const served = serve();
    await give(served);
    await give(served);
    expect(served.desk.requests).toHaveLength(2);
    expect(served.desk.records.map(({ kind }) => kind)).toEqual([
      'request.taken',
      'request.answered',
      'request.taken',
      'request.answered',
    ]);
  });
});

describe('an act under a key', () => {
  const close = (served: ReturnType<typeof serve>, key: string, reason = 'news') =>
    served.server.app.inject({
      method: 'POST',
      url: '/api/v1/trades/t_aaaaaaaaaaaaaaaa/close',
      headers: { ...bearer('operator'), 'idempotency-key': key },
      payload: { reason },
    });

  it('given many times at once is done once, and answered alike', async () => {
    const served = serve();
    const release = served.desk.holdNext();
    const asked = Array.from({ length: 50 }, () => close(served, 'one'));
    release();
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect(
      answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true'),
    ).toHaveLength(49);
    expect(served.desk.acts).toHaveLength(1);
  });

  it('that was refused stays refused, and another key is another act', async () => {
    const served = serve();
    served.desk.refuseNext();
    expect((await close(served, 'one')).statusCode).toBe(409);
    expect((await close(served, 'one')).statusCode).toBe(409);
    expect(served.desk.records.map(({ kind }) => kind)).toEqual([
      'request.taken',
      'request.answered',
    ]);
    expect((await close(served, 'two')).statusCode).toBe(200);
    expect(served.desk.acts).toHaveLength(2);
  });

  it('stands for what it was first sent with, and for its caller', async () => {
    const served = serve();
    await close(served, 'one', 'news');
    const other = await close(served, 'one', 'other');
    expect([other.statusCode, at(other, 'code')]).toEqual([409, 'key_reused']);
    const admin = await served.server.app.inject({
      method: 'POST',
      url: '/api/v1/trades/t_aaaaaaaaaaaaaaaa/close',
      headers: { ...bearer('admin'), 'idempotency-key': 'one' },
      payload: { reason: 'mine' },
    });
    expect(admin.statusCode).toBe(200);
  });

  it('is on record before it is done, with the address and the request', async () => {
    const served = serve();
    const answer = await close(served, 'one');
    expect(served.desk.records).toMatchObject([
      {
        kind: 'request.taken',
        actor: 'key:operator',
        body: { key: 'one', address: '127.0.0.1', requestId: answer.headers['x-request-id'] },
      },
      { kind: 'request.answered', body: { status: 200, code: null } },
    ]);
  });
});
