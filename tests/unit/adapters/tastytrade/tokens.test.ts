/** Access tokens over a month, and everything that can happen to them. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createRandom } from '#kernel/random.ts';
import {
  CLIENT_SECRET,
  failure,
  grant,
  networkError,
  REFRESH_TOKEN,
  type Reaction,
} from './fake-venue.ts';
import { OAUTH, openTokens, tokenOf } from './token-bench.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('a token', () => {
  it('is asked for as the venue documents it: flat, without authorization', async () => {
    const bench = openTokens();
    await tokenOf(bench);
    const [call] = bench.venue.seen('POST', OAUTH);
    expect(call?.body).toEqual({
      grant_type: 'refresh_token',
      refresh_token: REFRESH_TOKEN,
      client_secret: CLIENT_SECRET,
    });
    expect(call?.headers).not.toHaveProperty('authorization');
    expect(call?.headers['user-agent']).toBe('strikewire/1.2.3');
  });

  it('is refreshed once for twenty who ask at once', async () => {
    const bench = openTokens();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokenOf(bench)));
    expect(new Set(all).size).toBe(1);
    expect(bench.refreshes()).toBe(1);
  });

  it('is renewed once for twenty who were refused at once', async () => {
    const bench = openTokens();
    const first = await bench.tokens.current();
    if (!first.ok) throw new Error('expected a token');
    bench.tokens.worked(first.value);
    const all = await Promise.all(
      Array.from({ length: 20 }, () => bench.tokens.renew(first.value)),
    );
    expect(new Set(all.map((token) => token.ok && token.value.reveal())).size).toBe(1);
    expect(bench.refreshes()).toBe(2);
  });

  it('is refreshed a minute before its end, while it still serves', async () => {
    const bench = openTokens();
    const first = await tokenOf(bench);
    bench.clock.advance(14 * MINUTE_MS - 1);
    expect(await tokenOf(bench)).toBe(first);
    expect(bench.refreshes()).toBe(1);
    bench.clock.advance(1);
    expect(await tokenOf(bench)).toBe(first);
    await turn();
    expect(bench.refreshes()).toBe(2);
    expect(await tokenOf(bench)).not.toBe(first);
  });

  it('is never given out with less than half a minute left', async () => {
    const bench = openTokens();
    const first = await tokenOf(bench);
    bench.venue.on('POST', OAUTH, networkError('ECONNREFUSED', 'connect'));
    bench.clock.advance(14.5 * MINUTE_MS);
    expect(await tokenOf(bench)).toBe(first);
    bench.clock.advance(1);
    await turn();
    expect(await tokenOf(bench)).toBe('fault: unreachable');
  });

  it.each([
    ['missing', { expires_in: undefined }, 900],
    ['text', { expires_in: '600' }, 600],
    ['nonsense', { expires_in: 'soon' }, 900],
    ['none', { expires_in: 0 }, 900],
    ['negative', { expires_in: -5 }, 900],
  ])('lives as long as the venue says, or a quarter of an hour: %s', async (_, over, seconds) => {
    const bench = openTokens();
    bench.venue.on('POST', OAUTH, grant('token-1', over));
    await tokenOf(bench);
    expect(bench.tokens.health().expiresInMs).toBe(seconds * 1_000);
  });

  it('of a few seconds is still given out, until its last part', async () => {
    const bench = openTokens();
    bench.venue.on('POST', OAUTH, (_call, nth) => grant(`token-${nth}`, { expires_in: 6 }));
    expect(await tokenOf(bench)).toBe('token-1');
    bench.clock.advance(3_900);
    expect(await tokenOf(bench)).toBe('token-1');
    expect(bench.refreshes()).toBe(1);
    bench.clock.advance(1_200);
    expect(await tokenOf(bench)).toBe('token-2');
  });

  it.each([
    ['set back a day', -DAY_MS],
    ['set ahead a day', DAY_MS],
  ])('does not outlive its life when the clock is %s', async (_, stepMs) => {
    const bench = openTokens();
    const first = await tokenOf(bench);
    bench.clock.step(stepMs);
    bench.clock.advance(15 * MINUTE_MS);
    expect(await tokenOf(bench)).not.toBe(first);
  });
});

describe('a month of tokens', () => {
  it('serves every minute of it through outages, at fifteen minutes a token', async () => {
    const bench = openTokens();
    const random = createRandom(7);
    const outages: readonly Reaction[] = [
      networkError('ECONNREFUSED', 'connect'),
      networkError('ECONNRESET'),
      { status: 503, body: '<html>maintenance</html>' },
      { status: 429, body: failure('throttled') },
      { status: 200, body: '<html>a portal</html>' },
      { status: 200, body: { token_type: 'Bearer' } },
    ];
    // One request in five fails in one way or another; the clock is off and drifts.
    bench.venue.on('POST', OAUTH, (_call, nth) =>
      random.chance(0.2) ? random.pick(outages) : grant(`token-${nth}`),
    );
    const served = { good: 0, none: 0 };
    for (let minute = 0; minute < 30 * 24 * 60; minute += 1) {
      if (minute % 977 === 0) bench.clock.step(random.integer(-20_000, 20_000));
      for (const _ of [1, 2, 3, 4]) {
        const token = await tokenOf(bench);
        served[token.startsWith('token-') ? 'good' : 'none'] += 1;
        bench.clock.advance(MINUTE_MS / 4);
      }
    }
    expect(served.good + served.none).toBe(172_800);
    expect(served.none).toBeLessThan(served.good / 500);
    const perDay = bench.refreshes() / 30;
    expect(perDay).toBeGreaterThan(96);
    expect(perDay).toBeLessThan(150);
    expect(bench.tokens.health().refusals).toBe(0);
  });

  it('is never used beyond its own quarter of an hour', async () => {
    const bench = openTokens();
    const issuedAt = new Map<string, number>();
    bench.venue.on('POST', OAUTH, (_call, nth) => {
      issuedAt.set(`token-${nth}`, bench.clock.mono());
      return grant(`token-${nth}`);
    });
    let oldestMs = 0;
    for (let asked = 0; asked < 10_000; asked += 1) {
      const token = await tokenOf(bench);
      oldestMs = Math.max(oldestMs, bench.clock.mono() - (issuedAt.get(token) ?? 0));
      bench.clock.advance(257_000 * ((asked % 7) / 7));
    }
    expect(oldestMs).toBeLessThanOrEqual(14.5 * MINUTE_MS);
    expect(oldestMs).toBeGreaterThan(13 * MINUTE_MS);
  });
});

describe('a revoked grant', () => {
  it.each<[string, Reaction]>([
    [
      'invalid_grant of OAuth',
      { status: 400, body: { error: 'invalid_grant', error_description: 'revoked' } },
    ],
    ['an error of the venue', { status: 401, body: failure('invalid_credentials', 'revoked') }],
    ['a number for a code', { status: 401, body: failure(401) }],
    ['a page of HTML', { status: 401, body: '<html>401</html>' }],
    ['a success with an error', { status: 200, body: { error: 'invalid_grant' } }],
    ['a scope that was taken away', { status: 403, body: failure('not_permitted') }],
  ])(
    'is asked for twice, a while apart, and no more until somebody says so: %s',
    async (_, refusal) => {
      const bench = openTokens();
      bench.venue.on('POST', OAUTH, refusal);
      expect(await tokenOf(bench)).toBe('fault: refused');
      expect(await tokenOf(bench)).toBe('fault: refused');
      expect(bench.refreshes()).toBe(1);
      bench.clock.advance(10_000);
      expect(await tokenOf(bench)).toBe('fault: stopped');
      for (let day = 0; day < 30; day += 1) {
        bench.clock.advance(DAY_MS);
        expect(await tokenOf(bench)).toBe('fault: stopped');
      }
      expect(bench.refreshes()).toBe(2);
      bench.venue.on('POST', OAUTH, grant('token-9'));
      bench.tokens.tryAgain();
      expect(await tokenOf(bench)).toBe('token-9');
    },
  );

  it('tells what to do and shows no secret', async () => {
    const bench = openTokens();
    const message = `${REFRESH_TOKEN} is revoked for ${CLIENT_SECRET}`;
    bench.venue.on('POST', OAUTH, { status: 401, body: failure('invalid_grant', message) });
    await tokenOf(bench);
    bench.clock.advance(10_000);
    const token = await bench.tokens.current();
    const detail = token.ok ? '' : token.error.detail;
    expect(detail).toContain('stopped');
    expect(detail).not.toContain('canary');
    expect(JSON.stringify(bench.tokens.health())).not.toContain('canary');
  });

  it('is not what fresh tokens mean that nobody takes: they are asked for ever less often', async () => {
    const bench = openTokens();
    const kinds = new Set<string>();
    for (let second = 0; second < 600; second += 1) {
      const token = await bench.tokens.current();
      if (!token.ok) throw new Error('expected a token');
      const renewed = await bench.tokens.renew(token.value);
      kinds.add(renewed.ok ? 'token' : renewed.error.kind);
      bench.clock.advance(1_000);
    }
    expect(bench.refreshes()).toBeLessThan(25);
    expect(kinds).toEqual(new Set(['token', 'refused']));
    const token = await bench.tokens.current();
    if (token.ok) bench.tokens.worked(token.value);
    bench.clock.advance(1_000);
    expect(token.ok && (await bench.tokens.renew(token.value)).ok).toBe(true);
  });

  it('is not what one call refused again and again means', async () => {
    const bench = openTokens();
    for (let tries = 0; tries < 100; tries += 1) {
      const token = await bench.tokens.current();
      if (!token.ok) throw new Error('expected a token');
      bench.tokens.worked(token.value);
      await bench.tokens.renew(token.value);
      bench.clock.advance(100);
    }
    expect(bench.refreshes()).toBeLessThanOrEqual(33);
    expect(await tokenOf(bench)).not.toContain('fault');
  });

  it('does not count refusals with success between them', async () => {
    const bench = openTokens();
    for (let round = 0; round < 5; round += 1) {
      bench.venue.on('POST', OAUTH, { status: 401, body: failure('unauthorized') });
      bench.clock.advance(20 * MINUTE_MS);
      expect(await tokenOf(bench)).toBe('fault: refused');
      bench.venue.on('POST', OAUTH, grant(`token-of-round-${round}`));
      bench.clock.advance(10_000);
      const token = await bench.tokens.current();
      if (token.ok) bench.tokens.worked(token.value);
      expect(token.ok).toBe(true);
    }
  });
});

describe('an outage of the token service', () => {
  it('is asked about less and less often', async () => {
    const bench = openTokens();
    bench.venue.on('POST', OAUTH, { status: 503, body: '' });
    for (let second = 0; second < 600; second += 1) {
      expect(await tokenOf(bench)).toBe('fault: unreachable');
      bench.clock.advance(1_000);
    }
    expect(bench.refreshes()).toBeGreaterThan(10);
    expect(bench.refreshes()).toBeLessThan(45);
  });

  it('is over with the first answer', async () => {
    const bench = openTokens();
    bench.venue.on('POST', OAUTH, 'silence');
    const waiting = tokenOf(bench);
    await turn();
    bench.clock.advance(8_000);
    expect(await waiting).toBe('fault: unreachable');
    bench.venue.on('POST', OAUTH, grant('token-2'));
    bench.clock.advance(30_000);
    expect(await tokenOf(bench)).toBe('token-2');
  });
});
