import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { formatProblems } from '#app/config-problems.ts';
import { bindVenue } from '#app/venue-settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'strikewire-venue-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const SECRETS = {
  STRIKEWIRE_TASTYTRADE_CLIENT_SECRET: 'sandbox-client-secret',
  STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN: 'sandbox-refresh-token',
};
const ACCOUNT = { STRIKEWIRE_TASTYTRADE_ACCOUNT: '5WT00000' };
const REAL_SECRETS = {
  STRIKEWIRE_TASTYTRADE_PRODUCTION_CLIENT_SECRET: 'real-client-secret',
  STRIKEWIRE_TASTYTRADE_PRODUCTION_REFRESH_TOKEN: 'real-refresh-token',
};
const STAND_IN = {
  STRIKEWIRE_TASTYTRADE_API_URL: 'http://127.0.0.1:9000',
  STRIKEWIRE_TASTYTRADE_STREAMER_URL: 'ws://127.0.0.1:9000/stream',
};

function load(environment: Readonly<Record<string, string>>) {
  return loadConfig({ directory, environment });
}

function problemsOf(environment: Readonly<Record<string, string>>): string {
  const config = load(environment);
  return config.ok ? '' : formatProblems(config.error);
}

function valueOf(environment: Readonly<Record<string, string>>) {
  const config = load(environment);
  if (!config.ok) throw new Error(formatProblems(config.error));
  return config.value;
}

describe('a sandbox', () => {
  const sandbox = { STRIKEWIRE_ENVIRONMENT: 'sandbox', ...SECRETS, ...ACCOUNT };

  it('goes to the sandbox of the venue, with its own credentials', () => {
    const config = valueOf({ ...sandbox, ...REAL_SECRETS });
    const bound = bindVenue(config, config.secrets);
    expect(bound).toMatchObject({ value: { apiUrl: 'https://api.cert.tastyworks.com' } });
    expect(bound.ok && bound.value.credentials.refreshToken.reveal()).toBe('sandbox-refresh-token');
  });

  it('has a record of its own, no invented people, and the true time', () => {
    const config = valueOf(sandbox);
    expect(config.data.directory).toBe(join(directory, 'data-sandbox'));
    expect(config.chat.script).toBe('none');
    expect(config.market.clock).toBe('real');
  });

  it('keeps the directory it is given', () => {
    const config = valueOf({ ...sandbox, STRIKEWIRE_DATA_DIRECTORY: 'mine' });
    expect(config.data.directory).toBe(join(directory, 'mine'));
  });

  it('names every secret that is missing', () => {
    const text = problemsOf({ STRIKEWIRE_ENVIRONMENT: 'sandbox' });
    for (const name of Object.keys(SECRETS)) expect(text).toContain(name);
    expect(text).toContain('tastytrade.account');
  });

  it('takes no secrets of production in their place', () => {
    const text = problemsOf({ STRIKEWIRE_ENVIRONMENT: 'sandbox', ...REAL_SECRETS });
    expect(text).toContain('STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN');
    expect(text).not.toContain('real-');
  });
});

describe('patience', () => {
  const sandbox = { STRIKEWIRE_ENVIRONMENT: 'sandbox', ...SECRETS, ...ACCOUNT };

  it('lasts longer than the longest request', () => {
    const text = problemsOf({ ...sandbox, STRIKEWIRE_ORDERS_QUARANTINE_MS: '18000' });
    expect(text).toContain('orders.quarantineMs');
    expect(text).toContain('expected more than 18000');
  });

  it('may be shorter when requests are', () => {
    const quick = {
      STRIKEWIRE_TASTYTRADE_SEND_WITHIN_MS: '500',
      STRIKEWIRE_TASTYTRADE_ORDER_WITHIN_MS: '2000',
      STRIKEWIRE_ORDERS_QUARANTINE_MS: '5000',
    };
    expect(problemsOf({ ...sandbox, ...quick })).toBe('');
  });
});

describe('a rehearsal', () => {
  const rehearsal = { STRIKEWIRE_ENVIRONMENT: 'rehearsal', ...SECRETS };

  it('goes to the host it names', () => {
    const config = valueOf({
      ...rehearsal,
      ...STAND_IN,
      STRIKEWIRE_TASTYTRADE_ACCOUNT: '5WT00000',
    });
    expect(bindVenue(config, config.secrets)).toMatchObject({
      value: { environment: 'rehearsal', apiUrl: 'http://127.0.0.1:9000' },
    });
  });

  it('needs both hosts and the account', () => {
    const text = problemsOf(rehearsal);
    for (const setting of ['apiUrl', 'streamerUrl', 'account']) {
      expect(text).toContain(`tastytrade.${setting}`);
    }
  });

  it('never goes to a production host', () => {
    const text = problemsOf({
      ...rehearsal,
      ...STAND_IN,
      STRIKEWIRE_TASTYTRADE_ACCOUNT: '5WT00000',
      STRIKEWIRE_TASTYTRADE_API_URL: 'https://api.tastyworks.com',
    });
    expect(text).toContain('tastytrade.apiUrl');
    expect(text).toContain('expected no production host');
  });
});

describe('production', () => {
  const production = {
    STRIKEWIRE_ENVIRONMENT: 'production',
    STRIKEWIRE_TASTYTRADE_ACCOUNT: '5WT00000',
  };

  it('goes to the venue with its own credentials', () => {
    const config = valueOf({ ...production, ...SECRETS, ...REAL_SECRETS });
    const bound = bindVenue(config, config.secrets);
    expect(bound).toMatchObject({ value: { apiUrl: 'https://api.tastyworks.com' } });
    expect(bound.ok && bound.value.credentials.refreshToken.reveal()).toBe('real-refresh-token');
  });

  it.each([
    ['a custom host', STAND_IN, 'its credentials go to the venue alone'],
    ['no hours', { STRIKEWIRE_RISK_LIMITS_HOURS: 'any' }, 'keeps the hours of the exchange'],
  ])('is refused with %s', (_, change, words) => {
    expect(problemsOf({ ...production, ...REAL_SECRETS, ...change })).toContain(words);
  });
});
