/** `strikewire certify` as a person runs it, at the stand-in. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SCENARIO_IDS } from '#operate/certification/scenarios.ts';
import { openTastytradeStandIn } from '../stand-ins/tastytrade/stand-in.ts';
import { newDirectory, type Ran, strikewire } from './strikewire.ts';

async function certify(...args: readonly string[]): Promise<Ran> {
  const standIn = await openTastytradeStandIn({ session: 'always-open', market: 'walk' });
  const { apiUrl, streamerUrl, credentials, accounts } = standIn;
  try {
    return await strikewire(['certify', '--data', join(newDirectory(), 'desk'), ...args], {
      environment: {
        STRIKEWIRE_ENVIRONMENT: 'rehearsal',
        STRIKEWIRE_TASTYTRADE_API_URL: apiUrl,
        STRIKEWIRE_TASTYTRADE_STREAMER_URL: streamerUrl,
        STRIKEWIRE_TASTYTRADE_CLIENT_SECRET: credentials.clientSecret,
        STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN: credentials.refreshToken,
        STRIKEWIRE_TASTYTRADE_ACCOUNT: accounts[0] ?? '',
      },
    });
  } finally {
    await standIn.close();
  }
}

const Answer = z.object({
  ok: z.boolean(),
  fault: z.string().nullable(),
  report: z.string(),
  results: z.array(z.object({ scenario: z.string(), verdict: z.string() })),
});

describe('certify', () => {
  it('tells each scenario as it ends, then what it comes to', async () => {
    const { code, out, err } = await certify('--only', 'token,cancel');
    expect(code).toBe(0);
    expect(err).toMatch(/^REHEARSAL: account \*\*\*\*\w{4} at 127\.0\.0\.1:\d+\n$/);
    const [token, cancel, , count] = out.split('\n');
    expect(token).toMatch(/^passed {13}token /);
    expect(cancel).toMatch(/^passed {13}cancel .* cancelled, 0 of 1 filled$/);
    expect(count).toBe('2 passed, 0 failed, 0 not testable here');
    expect(out).toContain('is no certificate: it is of some scenarios only.');
  });

  it('prints one JSON document with --json', async () => {
    const { code, out } = await certify('--only', 'token', '--json');
    const answer = Answer.parse(JSON.parse(out));
    expect(code).toBe(0);
    expect(answer).toMatchObject({ ok: true, fault: 'is of some scenarios only' });
    expect(answer.results).toEqual([{ scenario: 'token', verdict: 'passed' }]);
  });

  it('names every scenario with --list, without a configuration', async () => {
    const { code, out } = await strikewire(['certify', '--list']);
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual([...SCENARIO_IDS, '']);
  });

  it('ends with 1 where a venue does not answer, and says so', async () => {
    const { code, out } = await strikewire(
      ['certify', '--data', join(newDirectory(), 'desk'), '--only', 'account'],
      {
        environment: {
          STRIKEWIRE_ENVIRONMENT: 'rehearsal',
          STRIKEWIRE_TASTYTRADE_API_URL: 'http://127.0.0.1:9',
          STRIKEWIRE_TASTYTRADE_STREAMER_URL: 'ws://127.0.0.1:9',
          STRIKEWIRE_TASTYTRADE_CLIENT_SECRET: 'a-client-secret',
          STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN: 'a-refresh-token',
          STRIKEWIRE_TASTYTRADE_ACCOUNT: '5WT00001',
        },
      },
    );
    expect(code).toBe(1);
    expect(out).toContain('FAILED             account ');
  });

  it('never certifies an account with money', async () => {
    const { code, err } = await strikewire(['certify'], {
      environment: {
        STRIKEWIRE_ENVIRONMENT: 'production',
        STRIKEWIRE_TASTYTRADE_PRODUCTION_CLIENT_SECRET: 'a-client-secret',
        STRIKEWIRE_TASTYTRADE_PRODUCTION_REFRESH_TOKEN: 'a-refresh-token',
        STRIKEWIRE_TASTYTRADE_ACCOUNT: '5WT00001',
      },
    });
    expect(code).toBe(2);
    expect(err).toContain('expected environment sandbox or rehearsal, was production');
  });
});
