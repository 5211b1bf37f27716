import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { failureOf } from '#adapters/discord/failures.ts';
import { closingProblem, problemOf } from '#adapters/discord/problems.ts';

const REQUEST = { body: undefined, files: undefined };

function refusal(status: number, code: number): DiscordAPIError {
  return new DiscordAPIError({ code, message: 'no' }, code, status, 'POST', 'http://x', REQUEST);
}

function limited(retryAfter: number): RateLimitError {
  const none = { timeToReset: 0, limit: 1, sublimitTimeout: 0, global: false } as const;
  const where = { method: 'POST', hash: 'h', url: 'u', route: '/r', majorParameter: '1' };
  return new RateLimitError({ ...none, ...where, retryAfter, scope: 'user' });
}

describe('a failed request', () => {
  it.each<[string, unknown, string]>([
    ['a refused token', refusal(401, 0), 'token'],
    ['no access', refusal(403, 50_001), 'forbidden'],
    ['a filter of words', refusal(403, 200_000), 'forbidden'],
    ['an unknown channel', refusal(404, 10_003), 'gone'],
    ['a bad body', refusal(400, 50_035), 'refused'],
    ['writing too fast in a slow channel', refusal(429, 20_016), 'later'],
    ['too many edits of an old message', refusal(429, 30_046), 'later'],
    ['an overload', refusal(503, 130_000), 'later'],
    ['a limit', limited(30_000), 'later'],
    ['a failure of the server', new HTTPError(502, '', 'POST', 'http://x', REQUEST), 'unknown'],
    ['a time-out', new DOMException('aborted', 'AbortError'), 'unknown'],
    ['a broken connection', new Error('ECONNRESET'), 'unknown'],
    ['anything else', 'boom', 'unknown'],
  ])('means of %s what it means', (_, error, kind) => {
    expect(failureOf(error).kind).toBe(kind);
  });

  it('says how long to wait, and a while where nothing was said', () => {
    expect(failureOf(limited(30_000))).toMatchObject({ waitMs: 30_000 });
    expect(failureOf(limited(0))).toMatchObject({ waitMs: 5_000 });
  });
});

describe('a problem', () => {
  it.each<[number, string]>([
    [50_001, 'permission_missing'],
    [50_013, 'permission_missing'],
    [200_000, 'post_refused'],
  ])('of code %i in a channel names it', (code, expected) => {
    const problem = problemOf(failureOf(refusal(403, code)), '5001', 'post');
    expect(problem).toMatchObject({ code: expected, fatal: false });
    expect(problem?.detail).toContain('5001');
  });

  it('is none where trying again will do', () => {
    for (const error of [limited(1), new Error('reset'), refusal(404, 10_008)]) {
      expect(problemOf(failureOf(error), '5001', 'post')).toBeNull();
    }
  });

  it('is a history that cannot be had', () => {
    const lost = problemOf(failureOf(new Error('reset')), '5001', 'history');
    const refused = problemOf(failureOf(refusal(400, 50_024)), '5001', 'history');
    expect([lost?.code, refused?.code]).toEqual(['history_unavailable', 'history_refused']);
  });

  it('of a token says where to get another, and shows none', () => {
    const { code, detail, fatal } = closingProblem(4004);
    expect([code, fatal]).toEqual(['token_refused', true]);
    expect(detail).toContain('STRIKEWIRE_DISCORD_TOKEN');
  });
});
