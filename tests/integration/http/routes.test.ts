import { describe, expect, it } from 'vitest';
import { JournalUnwritable } from '#journal/ports.ts';
import type { Role } from '#operate/model.ts';
import { at, bearer, HELD, serve } from './fake-desk.ts';

const HOST = { host: '127.0.0.1:7420' };
const ALERT = { text: 'BTO UBER 78p 12/05 @ 0.75', user_id: 'operator', channel_id: 'desk' };

describe('the kill state', () => {
  it('lets an admin alone lower the kill state', async () => {
    const { server } = serve();
    const set = (role: Role, to: string) =>
      server.app.inject({
        method: 'PUT',
        url: '/api/v1/kill-state',
        headers: bearer(role),
        payload: { to, reason: 'looked into it' },
      });
    expect((await set('operator', 'HALT')).statusCode).toBe(200);
    const refused = await set('operator', 'ACTIVE');
    expect([refused.statusCode, at(refused, 'code')]).toEqual([403, 'forbidden']);
    expect(at(await set('admin', 'ACTIVE'))).toMatchObject({ killState: 'ACTIVE' });
  });
});

describe('POST /admin/alerts/process', () => {
  const post = (payload: unknown, headers: Record<string, string> = bearer('operator')) => {
    const served = serve();
    const answer = served.server.app.inject({
      method: 'POST',
      url: '/admin/alerts/process',
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
    return answer.then((given) => ({ given, desk: served.desk }));
  };

  it('hands the message to the desk as it was posted', async () => {
    const { given, desk } = await post({
      ...ALERT,
      message_id: '77',
      posted_at: '2025-12-02T15:31:00Z',
      platform: 'discord',
      dry_run: true,
    });
    expect(given.statusCode).toBe(200);
    expect(desk.requests).toEqual([
      {
        platform: 'discord',
        channelId: 'desk',
        userId: 'operator',
        messageId: '77',
        text: ALERT.text,
        postedAt: Date.parse('2025-12-02T15:31:00Z'),
        dryRun: true,
      },
    ]);
    expect(at(given)).toMatchObject({ verdict: 'order', environment: 'SIM' });
  });

  it.each(['production', 'rehearsal'] as const)(
    'opens no trade past the rooms in %s, and says what to do; a dry run is taken',
    async (environment) => {
      const { desk, server } = serve({}, environment);
      const process = (payload: object) =>
        server.app.inject({
          ...{ method: 'POST', url: '/admin/alerts/process', headers: bearer('admin'), payload },
        });
      const refused = await process({ ...ALERT, platform: 'discord' });
      expect([refused.statusCode, at(refused, 'code')]).toEqual([409, 'refused']);
      expect(at(refused, 'detail')).toMatch(/dry_run: true.*POST \/api\/v1\/orders/);
      expect(desk.requests).toEqual([]);
      expect((await process({ ...ALERT, dry_run: true })).statusCode).toBe(200);
      expect(desk.requests).toMatchObject([{ dryRun: true }]);
    },
  );

  it('takes a date alone as half past ten in New York', async () => {
    const { desk } = await post({ ...ALERT, posted_at: '2025-12-02' });
    expect(desk.requests[0]?.postedAt).toBe(Date.parse('2025-12-02T15:30:00Z'));
  });

  it.each([
    ['a misspelt field', { ...ALERT, dryrun: true }, '/dryrun'],
    ['a missing field', { text: 'BTO' }, '/user_id'],
    ['a word for a boolean', { ...ALERT, dry_run: 'false' }, '/dry_run'],
    ['an id with a colon', { ...ALERT, channel_id: 'a:b' }, '/channel_id'],
    ['a time without a zone', { ...ALERT, posted_at: '2025-12-02T10:30:00' }, '/posted_at'],
    ['a time beyond all calendars', { ...ALERT, posted_at: '9999-12-31T23:59:59Z' }, '/posted_at'],
    ['a date before them', { ...ALERT, posted_at: '1970-01-01' }, '/posted_at'],
    ['an empty text', { ...ALERT, text: '' }, '/text'],
    ['a text no record has room for', { ...ALERT, text: 'x'.repeat(16_001) }, '/text'],
    [
      'control characters no record has room for',
      { ...ALERT, text: '\u0001'.repeat(9_000) },
      '/text',
    ],
    ['half characters no record has room for', { ...ALERT, text: '\ud800'.repeat(9_000) }, '/text'],
    ['a list', [], ''],
    ['nothing', null, ''],
  ])('refuses %s and says where', async (_, payload, pointer) => {
    const { given, desk } = await post(payload);
    expect(given.statusCode).toBe(422);
    expect(given.headers['content-type']).toContain('application/problem+json');
    expect(at(given, 'errors')).toContainEqual(expect.objectContaining({ pointer }));
    expect(desk.requests).toEqual([]);
  });

  it.each([
    ['broken JSON', '{"text": ', 400, 'malformed'],
    ['an empty body', '', 400, 'malformed'],
    ['a poisoned object', '{"__proto__": {"a": 1}}', 400, 'malformed'],
    [
      '103 000 bytes',
      JSON.stringify({ ...ALERT, text: 'x'.repeat(103_000) }),
      413,
      'body_too_large',
    ],
  ])('refuses %s', async (_, payload, status, code) => {
    const { given, desk } = await post(payload);
    expect([given.statusCode, at(given, 'code')]).toEqual([status, code]);
    expect(desk.requests).toEqual([]);
  });

  it('takes what a record has room for', async () => {
    const { given } = await post({ ...ALERT, text: '\u4e2d'.repeat(16_000) });
    expect(given.statusCode).toBe(200);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/xml'])(
    'refuses the content type %s',
    async (type) => {
      const { given } = await post(ALERT, { ...bearer('operator'), 'content-type': type });
      expect([given.statusCode, at(given, 'code')]).toEqual([415, 'wrong_content_type']);
    },
  );

  it('says so when nothing is recorded any more', async () => {
    const served = serve();
    served.desk.failNext(new JournalUnwritable('write /data/journal/000001.log: ENOSPC'));
    const given = await served.server.app.inject({
      method: 'POST',
      url: '/admin/alerts/process',
      headers: bearer('operator'),
      payload: ALERT,
    });
    expect([given.statusCode, at(given, 'code')]).toEqual([503, 'not_recorded']);
  });

  it('hides what went wrong inside', async () => {
    const served = serve();
    served.desk.failNext(new Error('secret plumbing at /home/desk/src/x.ts'));
    const given = await served.server.app.inject({
      method: 'POST',
      url: '/admin/alerts/process',
      headers: bearer('operator'),
      payload: ALERT,
    });
    expect(given.statusCode).toBe(500);
    expect(given.body).not.toMatch(/plumbing|\.ts|stack/);
    expect(given.headers['x-request-id']).toBeTruthy();
  });
});

describe('releasing a held message', () => {
  const release = async (message: string) => {
    const { server } = serve();
    return server.app.inject({
      method: 'POST',
      url: '/api/v1/alerts/release',
      headers: bearer('operator'),
      payload: { message },
    });
  };

  it('answers with the new decision, and refuses what is not held', async () => {
    expect(at(await release(HELD), 'verdict')).toBe('order');
    expect((await release('local:desk:other')).statusCode).toBe(409);
    expect((await release('nonsense')).statusCode).toBe(422);
  });
});

describe('acts on trades', () => {
  it('name who acted and why', async () => {
    const { server, desk } = serve();
    const given = await server.app.inject({
      method: 'POST',
      url: '/api/v1/trades/t_aaaaaaaaaaaaaaaa/close',
      headers: bearer('operator'),
      payload: { reason: 'news' },
    });
    expect(given.statusCode).toBe(200);
    expect(desk.acts).toEqual(['close t_aaaaaaaaaaaaaaaa key:operator news']);
  });

  it('pass a refusal of the desk on with its code', async () => {
    const { server, desk } = serve();
    desk.refuseNext();
    const given = await server.app.inject({
      method: 'POST',
      url: '/api/v1/trades/t_aaaaaaaaaaaaaaaa/cancel',
      headers: bearer('operator'),
      payload: {},
    });
    expect(given.statusCode).toBe(409);
    expect(at(given, 'detail')).toContain('no_such_trade');
  });

  it('ask twice before flattening', async () => {
    const { server, desk } = serve();
    const flatten = (payload: object) =>
      server.app.inject({
        method: 'PUT',
        url: '/api/v1/kill-state',
        headers: bearer('admin'),
        payload,
      });
    expect((await flatten({ to: 'FLATTEN', reason: 'r' })).statusCode).toBe(422);
    expect(desk.acts).toEqual([]);
    const confirmed = await flatten({ to: 'FLATTEN', reason: 'r', confirm: 'FLATTEN' });
    expect(confirmed.statusCode).toBe(200);
  });
});

describe('health', () => {
  it('is live at once, and ready only once reconciled, with the reason until then', async () => {
    const { server, desk } = serve();
    const ask = async (url: string) => server.app.inject({ url, headers: HOST });
    expect(at(await ask('/healthz'))).toEqual({ live: true });
    const before = await ask('/readyz');
    expect([before.statusCode, at(before, 'code')]).toEqual([503, 'not_ready']);
    expect(at(before, 'detail')).toContain('the broker has not answered yet');
    desk.becomeReady();
    expect(at(await ask('/readyz'))).toEqual({ ready: true });
  });
});

describe('what is not there', () => {
  it('is a problem document with the methods that are', async () => {
    const { server } = serve();
    const unknown = await server.app.inject({ url: '/api/v1/nothing', headers: bearer('admin') });
    expect([unknown.statusCode, at(unknown, 'code')]).toEqual([404, 'not_found']);
    const wrong = await server.app.inject({
      method: 'DELETE',
      url: '/api/v1/kill-state',
      headers: bearer('admin'),
    });
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'PUT']);
    const outside = await server.app.inject({ url: '/..%2fpackage.json', headers: HOST });
    expect(outside.statusCode).toBe(404);
  });

  it('includes unknown queries', async () => {
    const { server } = serve();
    const given = await server.app.inject({
      url: '/admin/audit/recent?limt=5',
      headers: bearer('viewer'),
    });
    expect([given.statusCode, at(given, 'errors', 0, 'pointer')]).toEqual([422, '/limt']);
  });
});

it('describes itself: every route of the API with its role', async () => {
  const { server } = serve();
  const answer = await server.app.inject({ url: '/openapi.json', headers: HOST });
  expect(at(answer, 'paths', '/admin/alerts/process', 'post', 'x-role')).toBe('operator');
  const close = at(answer, 'paths', '/api/v1/trades/{id}/close', 'post', 'parameters');
  expect(close).toMatchObject([
    { name: 'id', in: 'path' },
    { name: 'Idempotency-Key', in: 'header' },
  ]);
});
