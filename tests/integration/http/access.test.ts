import { describe, expect, it } from 'vitest';
import type { HttpOptions } from '#adapters/http/desk.ts';
import { at, bearer, KEYS, type Served, serve } from './fake-desk.ts';

const HOST = { host: '127.0.0.1:7420' };
const LOCAL = { id: 'local:operator', role: 'admin' } as const;

function ask(served: Served, url: string, headers: Record<string, string> = {}) {
  return served.server.app.inject({ url, headers: { ...HOST, ...headers } });
}

describe('a key', () => {
  it('that is unknown and one that is wrong get the same answer', async () => {
    const served = serve();
    const wrong = KEYS.viewer.replace(/v$/, 'w');
    const unknown = KEYS.viewer.replace('aaaaaaaaaaaa', 'zzzzzzzzzzzz');
    const answers = await Promise.all(
      [wrong, unknown, 'nonsense'].map((key) =>
        ask(served, '/api/v1/snapshot', { authorization: `Bearer ${key}` }),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(answers[0]?.headers['www-authenticate']).toContain('Bearer');
  });

  it('is not read from the address line', async () => {
    const answer = await ask(serve(), `/api/v1/snapshot?key=${KEYS.admin}`);
    expect(answer.statusCode).toBe(401);
  });

  it('guessed five times waits, and never locks the right one out', async () => {
    const served = serve();
    const wrong = { authorization: `Bearer ${KEYS.operator.replace(/o$/, 'x')}` };
    const attempt = () => ask(served, '/api/v1/snapshot', wrong);
    const right = () => ask(served, '/api/v1/snapshot', bearer('operator'));
    for (let n = 0; n < 5; n += 1) expect((await attempt()).statusCode).toBe(401);
    const sixth = await attempt();
    expect([sixth.statusCode, sixth.headers['retry-after']]).toEqual([429, '900']);
    expect((await right()).statusCode).toBe(200);
    const page = await served.server.app.inject({
      ...{ method: 'POST', url: '/api/v1/session', headers: HOST },
      payload: { key: KEYS.operator },
    });
    expect(page.statusCode).toBe(200);
    expect((await attempt()).statusCode).toBe(429);
    served.clock.advance(900_000);
    expect((await attempt()).statusCode).toBe(401);
  });
});

describe('a name or an origin', () => {
  it.each([
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost:7420', 200],
    ['[::1]:7420', 200],
    ['DESK.example', 200],
    ['desk.example:443', 200],
  ])('%s gets %i', async (host, status) => {
    const served = serve({ allowedHosts: ['desk.example'] });
    const answer = await served.server.app.inject({ url: '/healthz', headers: { host } });
    expect(answer.statusCode).toBe(status);
  });

  it.each([
    [{ origin: 'https://evil.example' }, 'cross_site'],
    [{ origin: 'http://127.0.0.1:3000' }, 'cross_site'],
    [{ origin: 'null' }, 'cross_site'],
    [{ 'sec-fetch-site': 'cross-site' }, 'cross_site'],
    [{ 'sec-fetch-site': 'same-site' }, 'cross_site'],
  ])('of another site is refused even with a key: %j', async (headers, code) => {
    const served = serve();
    const answer = await served.server.app.inject({
      method: 'PUT',
      url: '/api/v1/kill-state',
      headers: { ...bearer('admin'), ...headers },
      payload: { to: 'HALT' },
    });
    expect([answer.statusCode, at(answer, 'code')]).toEqual([403, code]);
    expect(served.desk.acts).toEqual([]);
  });

  it('lets a link from elsewhere open the page, and nothing more', async () => {
    const served = serve({ localCaller: LOCAL });
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await ask(served, '/', link)).statusCode).toBe(200);
    const fetched = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' };
    expect((await ask(served, '/', fetched)).statusCode).toBe(403);
  });
});

describe('the page', () => {
  async function open(options: Partial<HttpOptions>) {
    const served = serve(options);
    const page = await ask(served, '/');
    const cookie = String(page.headers['set-cookie'] ?? '').split(';')[0] ?? '';
    return { served, page, cookie };
  }

  it('is logged in by opening it where that is configured', async () => {
    const { served, page, cookie } = await open({ localCaller: LOCAL });
    expect(page.headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict$/);
    const session = await ask(served, '/api/v1/session', { cookie });
    expect(at(session)).toMatchObject({ caller: 'local:operator', role: 'admin' });
  });

  it('opened again and again is one session with its cookie, and few without', async () => {
    const { served, cookie } = await open({ localCaller: LOCAL });
    const again = await ask(served, '/', { cookie });
    expect(again.headers['set-cookie']).toBeUndefined();
    expect(served.server.sessions.openNow).toBe(1);
    expect((await ask(served, '/api/v1/snapshot', { cookie })).statusCode).toBe(200);
    for (let n = 0; n < 1_200; n += 1) await ask(served, '/');
    expect(served.server.sessions.openNow).toBeLessThanOrEqual(50);
    expect((await ask(served, '/api/v1/snapshot', { cookie })).statusCode).toBe(200);
  });

  it('asks for a key elsewhere', async () => {
    const { served, page } = await open({ localCaller: null });
    expect(page.headers['set-cookie']).toBeUndefined();
    expect((await ask(served, '/api/v1/snapshot')).statusCode).toBe(401);
    const login = await served.server.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: HOST,
      payload: { key: KEYS.viewer },
    });
    expect(at(login)).toMatchObject({ role: 'viewer' });
    const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
    expect((await ask(served, '/api/v1/snapshot', { cookie })).statusCode).toBe(200);
  });

  it('acts only with its own token', async () => {
    const { served, cookie } = await open({ localCaller: LOCAL });
    const csrf = String(at(await ask(served, '/api/v1/session', { cookie }), 'csrf'));
    const halt = (headers: Record<string, string>) =>
      served.server.app.inject({
        method: 'PUT',
        url: '/api/v1/kill-state',
        headers: { ...HOST, cookie, ...headers },
        payload: { to: 'HALT' },
      });
    expect((await halt({})).statusCode).toBe(403);
    expect((await halt({ 'x-csrf-token': 'guess' })).statusCode).toBe(403);
    expect((await halt({ 'x-csrf-token': csrf })).statusCode).toBe(200);
  });

  it('is logged out by its end, and by leaving', async () => {
    const { served, cookie } = await open({ localCaller: LOCAL, sessionMs: 60_000 });
    served.clock.advance(59_999);
    expect((await ask(served, '/api/v1/snapshot', { cookie })).statusCode).toBe(200);
    served.clock.advance(1);
    expect((await ask(served, '/api/v1/snapshot', { cookie })).statusCode).toBe(401);

    const again = await open({ localCaller: LOCAL });
    const csrf = String(
      at(await ask(again.served, '/api/v1/session', { cookie: again.cookie }), 'csrf'),
    );
    await again.served.server.app.inject({
      method: 'DELETE',
      url: '/api/v1/session',
      headers: { ...HOST, cookie: again.cookie, 'x-csrf-token': csrf },
    });
    const after = await ask(again.served, '/api/v1/snapshot', { cookie: again.cookie });
    expect(after.statusCode).toBe(401);
  });

  it('marks its cookie secure behind a proxy', async () => {
    const served = serve({ behindProxy: true });
    const login = await served.server.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      headers: HOST,
      payload: { key: KEYS.viewer },
    });
    expect(login.headers['set-cookie']).toContain('; Secure');
  });

  it('forbids scripts and frames from elsewhere', async () => {
    const { page } = await open({});
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(page.headers['content-security-policy']).not.toContain('unsafe');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
  });
});
