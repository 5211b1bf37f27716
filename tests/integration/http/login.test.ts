/** People who log in: passwords, sessions, the second factor, and what guessing leads to. */
import { TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { JournalUnwritable } from '#journal/ports.ts';
import { at, KEYS, PERSON, type Served, serve } from './fake-desk.ts';

const HOST = { host: '127.0.0.1:7420' };
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Asked {
  readonly payload?: object;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}

function ask(served: Served, method: Method, url: string, asked: Asked = {}) {
  const { payload, headers = {}, from = '127.0.0.1' } = asked;
  return served.server.app.inject({
    ...{ method, url, headers: { ...HOST, ...headers }, remoteAddress: from },
    ...(payload === undefined ? {} : { payload }),
  });
}

const logIn = (served: Served, payload: object, from?: string) =>
  ask(served, 'POST', '/api/v1/session', { payload, ...(from !== undefined && { from }) });

async function session(served: Served, payload: object = PERSON) {
  const answer = await logIn(served, payload);
  expect(answer.statusCode).toBe(200);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  return { cookie, 'x-csrf-token': String(at(answer, 'csrf')) };
}

const WRONG = { ...PERSON, password: 'wrong horse battery' };

describe('a person', () => {
  it('logs in by name and password, acts under that name, and is logged out by leaving', async () => {
    const served = serve();
    const headers = await session(served);
    const act = { headers, payload: { to: 'HALT', reason: 'test' } };
    expect((await ask(served, 'PUT', '/api/v1/kill-state', act)).statusCode).toBe(200);
    expect(served.desk.acts).toEqual(['HALT by operator:alice: test']);
    await ask(served, 'DELETE', '/api/v1/session', { headers });
    expect((await ask(served, 'GET', '/api/v1/session', { headers })).statusCode).toBe(401);
  });

  it('gets a new session at every login, and the one that came with it ends', async () => {
    const served = serve();
    const first = await session(served);
    const again = await ask(served, 'POST', '/api/v1/session', { payload: PERSON, headers: first });
    expect(again.statusCode).toBe(200);
    expect(String(again.headers['set-cookie'])).not.toContain(first.cookie);
    expect((await ask(served, 'GET', '/api/v1/session', { headers: first })).statusCode).toBe(401);
  });

  it('is logged out after a time without a request, however young the session', async () => {
    const served = serve({ sessionMs: 600_000, sessionIdleMs: 60_000 });
    const headers = await session(served);
    for (let n = 0; n < 5; n += 1) {
      served.clock.advance(59_999);
      expect((await ask(served, 'GET', '/api/v1/session', { headers })).statusCode).toBe(200);
    }
    served.clock.advance(60_000);
    expect((await ask(served, 'GET', '/api/v1/session', { headers })).statusCode).toBe(401);
  });

  it.each([
    ['another role', { role: 'viewer' }],
    [
      'another password',
      { password: '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$dGFndGFndGFndGFndGFn' },
    ],
  ] as const)('is logged out by %s', async (_, change) => {
    const served = serve();
    const headers = await session(served);
    const found = served.desk.people.find(PERSON.name);
    if (found === null) throw new Error('there is a person');
    served.desk.people.put({ ...found, ...change });
    expect((await ask(served, 'GET', '/api/v1/session', { headers })).statusCode).toBe(401);
  });

  it('who is taken out is out at once', async () => {
    const served = serve();
    const headers = await session(served);
    served.desk.people.remove(PERSON.name);
    expect((await ask(served, 'GET', '/api/v1/snapshot', { headers })).statusCode).toBe(401);
    expect((await logIn(served, PERSON)).statusCode).toBe(401);
  });

  it('leaves attempts under the own name on record, and strangers leave none', async () => {
    const served = serve();
    await logIn(served, WRONG);
    await logIn(served, { ...WRONG, name: 'nobody' });
    await logIn(served, PERSON);
    const noted = served.desk.records.map(({ kind, actor, body }) => [
      kind,
      actor,
      'status' in body ? body.status : null,
    ]);
    expect(noted).toEqual([
      ['request.answered', 'operator:alice', 401],
      ['request.answered', 'operator:alice', 200],
    ]);
    expect(JSON.stringify(served.desk.records)).not.toMatch(/horse/);
  });
});

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

function enrolled(served: Served): void {
  const found = served.desk.people.find(PERSON.name);
  if (found === null) throw new Error('there is a person');
  served.desk.people.put({ ...found, totp: SECRET });
}

function codeAt(served: Served, secret = SECRET): string {
  return new TOTP({ secret }).generate({ timestamp: served.clock.now() });
}

/** What is on disk whenever a person is about to be written. */
function onDiskBefore({ desk }: Served): unknown[] {
  const kept: unknown[] = [];
  const { put } = desk.people;
  desk.people.put = (record) => {
    kept.push(...desk.onDisk.map(({ kind, actor }) => `${kind} ${actor}`));
    put(record);
  };
  return kept;
}

describe('one’s own password', () => {
  const NEXT = 'another horse battery';

  function change(served: Served, headers: Record<string, string>, password = PERSON.password) {
    const payload = { password, next: NEXT };
    return ask(served, 'PUT', '/api/v1/session/password', { headers, payload });
  }

  it('is changed with the present one; the page stays logged in, every other one ends', async () => {
    const served = serve();
    const elsewhere = await session(served);
    const headers = await session(served);
    const changed = await change(served, headers);
    expect(changed.statusCode).toBe(200);
    expect(at(changed, 'caller')).toBe('operator:alice');
    const cookie = String(changed.headers['set-cookie']).split(';')[0] ?? '';
    const here = { cookie, 'x-csrf-token': String(at(changed, 'csrf')) };
    const who = async (asking: Record<string, string>) =>
      (await ask(served, 'GET', '/api/v1/session', { headers: asking })).statusCode;
    expect([await who(here), await who(headers), await who(elsewhere)]).toEqual([200, 401, 401]);
    expect((await logIn(served, PERSON)).statusCode).toBe(401);
    expect((await logIn(served, { ...PERSON, password: NEXT })).statusCode).toBe(200);
  });

  it('is on disk with who asked before it is changed', async () => {
    const served = serve();
    const headers = await session(served);
    const kept = onDiskBefore(served);
    expect((await change(served, headers)).statusCode).toBe(200);
    expect(kept).toEqual(['request.taken operator:alice']);
  });

  it('stays as it is where nothing can be put on disk', async () => {
    const served = serve();
    const headers = await session(served);
    Object.assign(served.desk.ledger, {
      hold: () => Promise.reject(new JournalUnwritable('the disk is full')),
    });
    expect((await change(served, headers)).statusCode).toBe(503);
    expect((await logIn(served, PERSON)).statusCode).toBe(200);
  });

  it('does not prove a second factor, and keeps it', async () => {
    const served = serve();
    enrolled(served);
    const headers = await session(served, { ...PERSON, code: codeAt(served) });
    expect(at(await change(served, headers), 'totp')).toBe('needed');
  });

  it('cannot be guessed at an open page: five wrong ones, and the right one has to wait', async () => {
    const served = serve();
    const headers = await session(served);
    for (let n = 0; n < 5; n += 1) {
      expect((await change(served, headers, WRONG.password)).statusCode).toBe(403);
    }
    expect((await change(served, headers)).statusCode).toBe(429);
    expect((await logIn(served, PERSON)).statusCode).toBe(200);
  });

  it('leaves the role as it is by now, when that was changed meanwhile', async () => {
    const served = serve();
    const headers = await session(served);
    const changing = change(served, headers);
    const { people } = served.desk;
    const put = people.put.bind(people);
    people.put = (record) => put({ ...record, role: 'viewer' });
    expect(at(await changing, 'role')).toBe('viewer');
  });

  it('is a matter of people: a key has none', async () => {
    const served = serve();
    expect((await change(served, await session(served, { key: KEYS.admin }))).statusCode).toBe(409);
  });
});

describe('a second factor', () => {
  const arm = (served: Served, headers: Record<string, string>) =>
    ask(served, 'POST', '/api/v1/arming/code', { headers, payload: {} });

  it('is enrolled with the password, counts from a code on, and gives recovery codes', async () => {
    const served = serve();
    const headers = await session(served);
    const enrolment = '/api/v1/session/totp/enrolment';
    const begin = (password: string) =>
      ask(served, 'POST', enrolment, { headers, payload: { password } });
    expect((await begin('wrong horse battery')).statusCode).toBe(403);
    const begun = await begin(PERSON.password);
    const secret = String(at(begun, 'secret'));
    expect(String(at(begun, 'uri'))).toContain('otpauth://totp/');
    expect(served.desk.logins.totp('operator:alice')).toBe('off');
    const payload = { code: codeAt(served, secret) };
    const confirmed = await ask(served, 'PUT', enrolment, { headers, payload });
    expect(at(confirmed, 'recoveryCodes')).toHaveLength(8);
    expect((await arm(served, headers)).statusCode).toBe(200);
    expect(at(await ask(served, 'GET', '/api/v1/session', { headers }), 'totp')).toBe('fresh');
  });

  it('is asked for before acts of an admin and when lowering the kill state, and lasts', async () => {
    const served = serve({ sessionMs: 3_600_000, sessionIdleMs: 3_600_000 });
    enrolled(served);
    const headers = await session(served);
    const set = (to: string) =>
      ask(served, 'PUT', '/api/v1/kill-state', { headers, payload: { to, reason: 'test' } });
    expect((await arm(served, headers)).statusCode).toBe(401);
    expect((await set('HALT')).statusCode).toBe(200);
    expect((await set('ACTIVE')).statusCode).toBe(401);
    const payload = { code: codeAt(served) };
    await ask(served, 'POST', '/api/v1/session/totp', { headers, payload });
    expect((await arm(served, headers)).statusCode).toBe(200);
    expect((await set('ACTIVE')).statusCode).toBe(200);
    served.clock.advance(900_000);
    expect((await arm(served, headers)).statusCode).toBe(401);
  });

  it('is on disk with who asked before it is enrolled or given up', async () => {
    const served = serve();
    const headers = await session(served);
    const enrolment = '/api/v1/session/totp/enrolment';
    const payload = { password: PERSON.password };
    const begun = await ask(served, 'POST', enrolment, { headers, payload });
    const secret = String(at(begun, 'secret'));
    served.desk.records.length = 0;
    const kept = onDiskBefore(served);
    const code = { code: codeAt(served, secret) };
    await ask(served, 'PUT', enrolment, { headers, payload: code });
    expect(kept).toEqual(['request.taken operator:alice']);
    expect(served.desk.records).toMatchObject([
      { kind: 'request.taken', body: { key: null, line: `PUT ${enrolment}` } },
      { kind: 'request.answered', body: { key: null, status: 200 } },
    ]);
    kept.length = 0;
    served.desk.onDisk.length = 0;
    served.clock.advance(30_000);
    const again = { code: codeAt(served, secret) };
    await ask(served, 'DELETE', '/api/v1/session/totp', { headers, payload: again });
    expect(kept).toEqual(['request.taken operator:alice']);
    expect(served.desk.people.find(PERSON.name)?.totp).toBeNull();
  });

  it('takes each code and each recovery code once', async () => {
    const served = serve();
    enrolled(served);
    const code = codeAt(served);
    await session(served, { ...PERSON, code });
    expect((await logIn(served, { ...PERSON, code })).statusCode).toBe(401);
    const headers = await session(served);
    const { logins } = served.desk;
    const secret = logins.enrol('operator:alice')?.secret ?? '';
    served.clock.advance(60_000);
    const recovery = logins.confirmEnrolment('operator:alice', codeAt(served, secret)) ?? [];
    expect((await ask(served, 'GET', '/api/v1/session', { headers })).statusCode).toBe(401);
    const first = { ...PERSON, code: recovery[0] };
    expect((await logIn(served, first)).statusCode).toBe(200);
    expect((await logIn(served, first)).statusCode).toBe(401);
  });

  it('is on disk with who asked before a recovery code is used up by a login', async () => {
    const served = serve();
    const { logins } = served.desk;
    const secret = logins.enrol('operator:alice')?.secret ?? '';
    const codes = logins.confirmEnrolment('operator:alice', codeAt(served, secret)) ?? [];
    const kept = onDiskBefore(served);
    expect((await logIn(served, { ...PERSON, code: codes[0] })).statusCode).toBe(200);
    expect(kept).toEqual(['request.taken operator:alice']);
    served.desk.onDisk.length = 0;
    served.clock.advance(60_000);
    await logIn(served, { ...PERSON, code: codeAt(served, secret) });
    expect(served.desk.onDisk).toEqual([]);
  });

  it('is a matter of people: a key has none', async () => {
    const served = serve();
    const { cookie, ...rest } = await session(served, { key: KEYS.admin });
    const payload = { password: 'x' };
    const answer = await ask(served, 'POST', '/api/v1/session/totp/enrolment', {
      ...{ headers: { cookie, ...rest }, payload },
    });
    expect(answer.statusCode).toBe(409);
  });
});
