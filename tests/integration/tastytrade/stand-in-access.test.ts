import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { AGENT, at, ORDERS, ticket, withBench } from './bench.ts';

describe('the token endpoint', () => {
  it('answers flat, underscored and for 15 minutes', () =>
    withBench({}, async ({ standIn }) => {
      const body = await tokens(standIn.apiUrl, refresh(standIn.credentials));
      expect(body.status).toBe(200);
      expect(body.json).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    }));

  it('takes form fields as well as JSON', () =>
    withBench({}, async ({ standIn }) => {
      const response = await fetch(`${standIn.apiUrl}/oauth/token`, {
        method: 'POST',
        headers: { 'user-agent': AGENT },
        body: new URLSearchParams(refresh(standIn.credentials)),
      });
      expect(response.status).toBe(200);
    }));

  it('refuses a revoked refresh token in the words of OAuth', () =>
    withBench({}, async ({ standIn }) => {
      standIn.access.revokeRefreshTokens();
      const body = await tokens(standIn.apiUrl, refresh(standIn.credentials));
      expect([body.status, at(body.json, 'error')]).toEqual([400, 'invalid_grant']);
      expect(standIn.access.counts.refused).toBe(1);
    }));

  it('refuses it in the envelope of other endpoints when asked to', () =>
    withBench({ oauthErrors: 'envelope' }, async ({ standIn }) => {
      const body = await tokens(standIn.apiUrl, {
        ...refresh(standIn.credentials),
        client_secret: 'another',
      });
      expect([body.status, at(body.json, 'error', 'code')]).toEqual([401, 'invalid_credentials']);
    }));

  it('trades an authorization code for a refresh token', () =>
    withBench({}, async ({ standIn }) => {
      const { authorizationCode, clientId, clientSecret } = standIn.credentials;
      const granted = await tokens(standIn.apiUrl, {
        grant_type: 'authorization_code',
        code: authorizationCode,
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: 'http://127.0.0.1/',
      });
      const again = await tokens(standIn.apiUrl, {
        ...refresh(standIn.credentials),
        refresh_token: String(at(granted.json, 'refresh_token')),
      });
      expect(again.status).toBe(200);
    }));

  it('rotates the refresh token and forgets the old one when told to', () =>
    withBench({ refreshRotation: 'revoked' }, async ({ standIn }) => {
      // The bench has refreshed once already.
      const late = await tokens(standIn.apiUrl, refresh(standIn.credentials));
      expect(late.status).toBe(400);
    }));
});

it('answers nobody any more after too many refused logins', () =>
  withBench({ lockoutAfter: 2 }, async ({ standIn, get }) => {
    standIn.access.revokeRefreshTokens();
    await tokens(standIn.apiUrl, refresh(standIn.credentials));
    expect((await get('/customers/me')).status).toBe(200);
    await tokens(standIn.apiUrl, refresh(standIn.credentials));
    const call = get('/customers/me').catch(() => 'unanswered');
    while (standIn.requests().length < 5) {
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
    }
    await standIn.close();
    expect(await call).toBe('unanswered');
  }));

it('tells the time of its own clock', () =>
  withBench({}, async ({ standIn, token }) => {
    const response = await fetch(`${standIn.apiUrl}/customers/me`, {
      headers: { authorization: `Bearer ${token}`, 'user-agent': AGENT },
    });
    expect(response.headers.get('date')).toBe('Tue, 03 Mar 2026 15:00:00 GMT');
  }));

describe('the edge', () => {
  it('answers a missing User-Agent with a page of HTML', () =>
    withBench({}, async ({ standIn, token }) => {
      const { status, type, text } = await withoutAgent(`${standIn.apiUrl}/customers/me`, token);
      expect([status, type]).toEqual([401, 'text/html']);
      expect(text).toContain('nginx');
    }));

  it('can ask for a User-Agent of product and version', () =>
    withBench({ userAgent: 'product_version' }, async ({ get }) => {
      expect((await get('/customers/me', { 'user-agent': 'bench' })).status).toBe(401);
      expect((await get('/customers/me', { 'user-agent': 'bench/2' })).status).toBe(200);
    }));

  it('refuses a token that has expired, in JSON', () =>
    withBench({ tokenLifetimeMs: 60_000 }, async ({ get, clock }) => {
      clock.advance(59_999);
      expect((await get('/customers/me')).status).toBe(200);
      clock.advance(1);
      const late = await get('/customers/me');
      expect([late.status, at(late.body, 'error', 'code')]).toEqual([401, 'invalid_session']);
    }));

  it('refuses an order to a token without the scope to trade', () =>
    withBench({ scopes: ['read'] }, async ({ send, get }) => {
      const refused = await send('POST', ORDERS, ticket());
      expect([refused.status, at(refused.body, 'error', 'code')]).toEqual([403, 'not_permitted']);
      expect((await get(ORDERS)).status).toBe(200);
    }));

  it('refuses the account of somebody else, and knows no other routes', () =>
    withBench({}, async ({ get }) => {
      expect((await get('/accounts/5WT99999/balances')).status).toBe(403);
      expect((await get('/orders')).status).toBe(404);
    }));

  it('refuses a version older than every release with a number for a code', () =>
    withBench({}, async ({ get }) => {
      const refused = await get(ORDERS, { 'accept-version': '20200101' });
      expect([refused.status, at(refused.body, 'error', 'code')]).toEqual([406, 406]);
    }));

  it('can lose order placement under a version header, as the sandbox did', () =>
    withBench({ versionedPlacement: 'not_found' }, async ({ send }) => {
      const version = { 'accept-version': '20251101' };
      expect((await send('POST', ORDERS, ticket(), version)).status).toBe(404);
      expect((await send('POST', ORDERS, ticket())).status).toBe(201);
    }));
});

function refresh({ refreshToken, clientSecret }: { refreshToken: string; clientSecret: string }) {
  return {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_secret: clientSecret,
  };
}

async function tokens(apiUrl: string, body: unknown) {
  const response = await fetch(`${apiUrl}/oauth/token`, {
    method: 'POST',
    headers: { 'user-agent': AGENT, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const json: unknown = await response.json();
  return { status: response.status, json };
}

/** `fetch` always names itself; Node's own client does not. */
async function withoutAgent(url: string, token: string) {
  const answered = Promise.withResolvers<{ status: number; type: string; text: string }>();
  const headers = { authorization: `Bearer ${token}` };
  const call = request(url, { headers }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      text += part;
    });
    response.on('end', () => {
      const type = response.headers['content-type'] ?? '';
      answered.resolve({ status: response.statusCode ?? 0, type, text });
    });
  });
  call.on('error', answered.reject);
  call.end();
  return answered.promise;
}
