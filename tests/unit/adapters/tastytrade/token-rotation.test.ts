/** Refresh tokens the venue changes, and which of them is kept. */
import { describe, expect, it } from 'vitest';
import type { RefreshTokens } from '#adapters/tastytrade/auth/token-file.ts';
import { Secret } from '#kernel/secret.ts';
import { failure, grant, REFRESH_TOKEN } from './fake-venue.ts';
import { OAUTH, openTokens, type TokenBench, tokenOf } from './token-bench.ts';

const MINUTE_MS = 60_000;

describe('a rotated refresh token', () => {
  const used = ({ venue }: TokenBench) =>
    venue
      .seen('POST', OAUTH)
      .map(({ body }) => JSON.stringify(body).match(/"refresh_token":"([^"]+)"/)?.[1]);

  it('is kept beside the good one, and takes its place once it has worked', async () => {
    const bench = openTokens();
    bench.venue.on('POST', OAUTH, (_call, nth) =>
      grant(`token-${nth}`, nth === 1 ? { refresh_token: 'rotated-token-1' } : {}),
    );
    await tokenOf(bench);
    expect(bench.saved.map(reveal)).toEqual([[REFRESH_TOKEN, 'rotated-token-1']]);
    bench.clock.advance(20 * MINUTE_MS);
    await tokenOf(bench);
    expect(used(bench)).toEqual([REFRESH_TOKEN, 'rotated-token-1']);
    expect(bench.saved.map(reveal).at(-1)).toEqual(['rotated-token-1', null]);
  });

  it('that is refused never costs the good one', async () => {
    const bench = openTokens({
      kept: { good: new Secret(REFRESH_TOKEN), candidate: new Secret('rotated-wrongly') },
    });
    bench.venue.on('POST', OAUTH, ({ body }) =>
      JSON.stringify(body).includes('rotated-wrongly')
        ? { status: 400, body: { error: 'invalid_grant' } }
        : grant('token-2'),
    );
    expect(await tokenOf(bench)).toBe('fault: refused');
    expect(await tokenOf(bench)).toBe('token-2');
    expect(used(bench)).toEqual(['rotated-wrongly', REFRESH_TOKEN]);
    expect(bench.saved.map(reveal)).toEqual([[REFRESH_TOKEN, null]]);
  });

  it('that is refused together with the one before it is not lost either', async () => {
    const rotated = new Secret('rotated-token-1');
    const bench = openTokens({ kept: { good: new Secret(REFRESH_TOKEN), candidate: rotated } });
    bench.venue.on('POST', OAUTH, { status: 401, body: failure('unauthorized') });
    await tokenOf(bench);
    expect(await tokenOf(bench)).toBe('fault: stopped');
    expect(bench.saved).toEqual([]);
    bench.venue.on('POST', OAUTH, grant('token-3'));
    bench.tokens.tryAgain();
    expect(await tokenOf(bench)).toBe('token-3');
    expect(used(bench)).toEqual(['rotated-token-1', REFRESH_TOKEN, 'rotated-token-1']);
  });

  it.each([
    [
      'with a refusal',
      { status: 401, body: { error: 'invalid_grant', refresh_token: 'bad-token-1' } },
    ],
    ['without an access token', { status: 200, body: { refresh_token: 'bad-token-1' } }],
    ['empty', grant('token-1', { refresh_token: '' })],
    ['with what no header could carry', grant('token-1', { refresh_token: 'a\nb c' })],
    ['as a number', grant('token-1', { refresh_token: 7 })],
    ['the same again', grant('token-1', { refresh_token: REFRESH_TOKEN })],
  ])('is not taken %s', async (_, answer) => {
    const bench = openTokens();
    bench.venue.on('POST', OAUTH, answer);
    await tokenOf(bench);
    expect(bench.saved).toEqual([]);
  });

  it('stays in use when it cannot be written down, and that is told', async () => {
    const bench = openTokens({ diskFault: 'ENOSPC' });
    bench.venue.on('POST', OAUTH, grant('token-1', { refresh_token: 'rotated-1' }));
    await tokenOf(bench);
    expect(bench.tokens.health().notKept).toBe('ENOSPC');
  });
});

function reveal({ good, candidate }: RefreshTokens): readonly (string | null)[] {
  return [good.reveal(), candidate?.reveal() ?? null];
}
