/** Every route × every role × every way of not being let in. */
import { describe, expect, it } from 'vitest';
import { ROUTES } from '#operate/api/table.ts';
import { ROLES } from '#operate/model.ts';
import { EVERY_ROUTE, type RouteCase } from './every-route.ts';
import { at, bearer, KEYS, PERSON, type Served, serve } from './fake-desk.ts';

const HOST = { host: '127.0.0.1:7420' };
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What a person alone can do is refused to a key, as its own answer and not for its role. */
const OF_PEOPLE = /session\/(?:totp|password)/;

const CASES = Object.entries(EVERY_ROUTE)
  .filter(([name]) => name !== 'GET /api/v1/events')
  .map(([name, route]) => ({ name, ...route }));

let lastKey = 0;

function ask(served: Served, name: string, headers: Record<string, string>) {
  const [method = '', path = ''] = name.split(' ');
  const { url = path, payload }: RouteCase = EVERY_ROUTE[name] ?? { access: 'admin' };
  lastKey += 1;
  return served.server.app.inject({
    method: method as Method,
    url,
    headers: { ...HOST, 'idempotency-key': `k${lastKey}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
}

function ready(options: Parameters<typeof serve>[0] = {}): Served {
  const served = serve(options);
  served.desk.becomeReady();
  return served;
}

async function loggedIn(served: Served, payload: object) {
  const login = await served.server.app.inject({
    method: 'POST',
    url: '/api/v1/session',
    headers: HOST,
    payload,
  });
  const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
  return { cookie, csrf: String(at(login, 'csrf')) };
}

describe('who may use what', () => {
  it('is written down for every route, and no route is open that is not listed', () => {
    const { routes } = serve().server;
    const declared = routes
      .filter(({ path }) => !/\.(?:css|js|svg)$/.test(path))
      .map(({ method, path, access }) => [`${method} ${path}`, access]);
    const expected = Object.entries(EVERY_ROUTE).map(([name, { access }]) => [name, access]);
    expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(expected));
  });

  it.each(CASES)('$name needs $access, whatever key asks', async ({ name, access }) => {
    for (const role of ROLES) {
      const served = ready();
      const answer = await ask(served, name, bearer(role));
      const isAllowed = access === 'public' || ROLES.indexOf(role) >= ROLES.indexOf(access);
      const status = isAllowed ? (OF_PEOPLE.test(name) ? 409 : 200) : 403;
      expect([role, answer.statusCode]).toEqual([role, status]);
      await served.server.close();
    }
  });

  const guarded = CASES.filter(({ access }) => access !== 'public');

  it.each(guarded)('$name lets nobody in without a good credential', async ({ name }) => {
    const served = ready();
    const { cookie } = await loggedIn(served, { key: KEYS.admin });
    served.clock.advance(60_000);
    const attempts: Record<string, Record<string, string>> = {
      nothing: {},
      'a wrong key': { authorization: `Bearer ${KEYS.admin.replace(/a$/, 'b')}` },
      'a key that is none': { authorization: 'Bearer nonsense' },
      'another scheme': { authorization: `Basic ${KEYS.admin}` },
      'a session that is over': { cookie },
      'a cookie made up': { cookie: 'strikewire_0=AAAA' },
    };
    for (const [what, headers] of Object.entries(attempts)) {
      const answer = await ask(served, name, headers);
      expect([what, answer.statusCode, at(answer, 'code')]).toEqual([what, 401, 'unauthenticated']);
    }
    expect(served.desk.acts).toEqual([]);
    expect(served.desk.requests).toEqual([]);
    await served.server.close();
  });

  const acts = guarded.filter(({ name }) => !name.startsWith('GET'));

  it.each(acts)('$name of a page takes its own token', async ({ name }) => {
    const served = ready();
    const { cookie, csrf } = await loggedIn(served, { key: KEYS.admin });
    for (const headers of [{ cookie }, { cookie, 'x-csrf-token': 'guess' }]) {
      const answer = await ask(served, name, headers);
      expect([answer.statusCode, at(answer, 'code')]).toEqual([403, 'cross_site']);
    }
    expect(served.desk.acts).toEqual([]);
    const allowed = await ask(served, name, { cookie, 'x-csrf-token': csrf });
    expect(allowed.statusCode).toBe(OF_PEOPLE.test(name) ? 409 : 200);
    await served.server.close();
  });

  it.each(acts)('$name is refused to a page of another site', async ({ name }) => {
    const served = ready();
    const { cookie, csrf } = await loggedIn(served, { key: KEYS.admin });
    const origins = [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }];
    for (const origin of origins) {
      const answer = await ask(served, name, { cookie, 'x-csrf-token': csrf, ...origin });
      expect([answer.statusCode, at(answer, 'code')]).toEqual([403, 'cross_site']);
    }
    expect(served.desk.acts).toEqual([]);
    await served.server.close();
  });

  const ofAdmins = acts.filter(({ access }) => access === 'admin');

  it.each(ofAdmins)('$name asks a person with a second factor for a code', async ({ name }) => {
    const served = ready();
    const found = served.desk.people.find(PERSON.name);
    if (found === null) throw new Error('there is a person');
    served.desk.people.put({ ...found, totp: 'JBSWY3DPEHPK3PXP' });
    const { cookie, csrf } = await loggedIn(served, PERSON);
    const answer = await ask(served, name, { cookie, 'x-csrf-token': csrf });
    expect([answer.statusCode, at(answer, 'code')]).toEqual([401, 'totp_needed']);
    await served.server.close();
  });

  const needing = ROUTES.filter(({ key }) => key === 'needed').map(({ method, path }) => ({
    name: `${method} ${path}`,
  }));

  it.each(needing)('$name is not done without an idempotency key', async ({ name }) => {
    const served = ready();
    for (const [key, code] of [
      ['', 'malformed'],
      ['a b', 'malformed'],
      ['x'.repeat(65), 'malformed'],
    ]) {
      const answer = await ask(served, name, { ...bearer('admin'), 'idempotency-key': key ?? '' });
      expect([answer.statusCode, at(answer, 'code')]).toEqual([400, code]);
    }
    const [method = '', path = ''] = name.split(' ');
    const { url = path, payload = {} } = EVERY_ROUTE[name] ?? {};
    const bare = await served.server.app.inject({
      method: method as Method,
      url,
      headers: bearer('admin'),
      payload,
    });
    expect([bare.statusCode, at(bare, 'code')]).toEqual([400, 'key_needed']);
    expect(served.desk.acts).toEqual([]);
    await served.server.close();
  });
});

describe('what is turned away', () => {
  it('is on record with who, from where and under which request, when it is somebody known', async () => {
    const denied: string[] = [];
    const served = ready({
      onAnswered: ({ isDenied, caller, route }) => {
        if (isDenied) denied.push(`${caller} ${route}`);
      },
    });
    await ask(served, 'PUT /api/v1/arming', bearer('operator'));
    await ask(served, 'PUT /api/v1/arming', {});
    const { cookie } = await loggedIn(served, { key: KEYS.admin });
    await ask(served, 'PUT /api/v1/arming', { cookie });
    expect(denied).toEqual(['key:operator /api/v1/arming', 'key:admin /api/v1/arming']);
  });

  it('with a path that tries to get around its route finds nothing', async () => {
    const served = ready();
    const paths = [
      '/api/v1/../v1/keys',
      '/api/v1/%2e%2e/v1/keys',
      '//api/v1/keys',
      '/api//v1/keys',
      '/api/v1/keys/',
      '/API/V1/KEYS',
      '/api/v1/keys%00',
      '/api/v1/keys;x=1',
      '/api/v1/keys%2f',
      '/..%2f..%2fetc%2fpasswd',
      '/assets/..%2f..%2fpackage.json',
      '/.env',
      '/data/keys.json',
    ];
    for (const url of paths) {
      const answer = await served.server.app.inject({ url, headers: HOST });
      expect([url, answer.statusCode >= 400 && answer.statusCode < 500]).toEqual([url, true]);
      expect(answer.body).not.toMatch(/ak_\w/);
      expect(answer.body).not.toContain('root:');
    }
  });

  it.each([
    ['x-http-method-override', 'PUT'],
    ['x-original-url', '/api/v1/keys'],
    ['x-rewrite-url', '/api/v1/keys'],
    ['x-forwarded-host', 'desk.example'],
    ['forwarded', 'for=127.0.0.1;host=127.0.0.1'],
  ])(
    'with a header that would make it something else stays what it is: %s',
    async (name, value) => {
      const served = ready();
      const headers = { ...bearer('viewer'), [name]: value };
      const read = await served.server.app.inject({ url: '/api/v1/snapshot', headers });
      expect(read.statusCode).toBe(200);
      const act = await served.server.app.inject({
        method: 'POST',
        url: '/api/v1/keys',
        headers: { ...headers, 'idempotency-key': 'k' },
        payload: { role: 'admin' },
      });
      expect(act.statusCode).toBe(403);
    },
  );
});
