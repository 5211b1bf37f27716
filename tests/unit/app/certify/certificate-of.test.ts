import { describe, expect, it } from 'vitest';
import { buildDigest, settingsDigest } from '#app/certify/build-digest.ts';
import { certificationDirectories, createCertificateLookup } from '#app/certify/certificate-of.ts';
import { type Config, loadConfig } from '#app/config.ts';
import { epochMs } from '#kernel/time.ts';

const HERE = '/nowhere';
const CREDENTIALS = {
  STRIKEWIRE_TASTYTRADE_CLIENT_SECRET: 'a-client-secret',
  STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN: 'a-refresh-token',
  STRIKEWIRE_TASTYTRADE_PRODUCTION_CLIENT_SECRET: 'a-client-secret-2',
  STRIKEWIRE_TASTYTRADE_PRODUCTION_REFRESH_TOKEN: 'a-refresh-token-2',
  STRIKEWIRE_TASTYTRADE_ACCOUNT: '5WT00001',
};

function configOf(environment: Readonly<Record<string, string>>): Config {
  const config = loadConfig({ directory: HERE, environment: { ...CREDENTIALS, ...environment } });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  return config.value;
}

const SANDBOX = { STRIKEWIRE_ENVIRONMENT: 'sandbox' };
const PRODUCTION = { STRIKEWIRE_ENVIRONMENT: 'production' };

describe('the digest of the program', () => {
  it('is sixteen hexadecimal characters, the same each time', () => {
    expect(buildDigest()).toMatch(/^[0-9a-f]{16}$/);
    expect(buildDigest()).toBe(buildDigest());
  });
});

describe('the digest of the settings', () => {
  it('is the same in the sandbox and for the account with money', () => {
    const production = { ...PRODUCTION, STRIKEWIRE_TASTYTRADE_ACCOUNT: '5WT99999' };
    expect(settingsDigest(configOf(production))).toBe(settingsDigest(configOf(SANDBOX)));
  });

  it.each([
    { STRIKEWIRE_DRY_RUN: 'true' },
    { STRIKEWIRE_RISK_LIMITS_TRADES_PER_DAY_MAX: '3' },
    { STRIKEWIRE_TASTYTRADE_ACCEPT_VERSION: '20260427' },
  ])('is another with %j', (changed) => {
    const other = configOf({ ...SANDBOX, ...changed });
    expect(settingsDigest(other)).not.toBe(settingsDigest(configOf(SANDBOX)));
  });
});

describe('certificates are looked for', () => {
  it("in a desk's own directory, and by production in the sandbox's beside it", () => {
    expect(certificationDirectories(configOf(SANDBOX))).toEqual(['/nowhere/data-sandbox']);
    expect(certificationDirectories(configOf(PRODUCTION))).toEqual([
      '/nowhere/data-production',
      '/nowhere/data-sandbox',
    ]);
    const own = configOf({ ...PRODUCTION, STRIKEWIRE_DATA_DIRECTORY: '/somewhere/desk' });
    expect(certificationDirectories(own)).toEqual(['/somewhere/desk']);
  });

  it('for desks that are armed alone', () => {
    const now = () => epochMs(0);
    expect(createCertificateLookup(configOf(SANDBOX), now)()).toEqual({
      kind: 'none',
      reason: 'environment sandbox is not armed',
    });
    expect(createCertificateLookup(configOf(PRODUCTION), now)()).toMatchObject({
      reason: 'none is on record: run `strikewire certify` in environment sandbox',
    });
  });
});
