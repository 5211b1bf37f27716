/** A directory belongs to one environment and, where there is one, to one account. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJournalDisk } from '#adapters/disk/journal-disk.ts';
import { loadConfig } from '#app/config.ts';
import { openDeskApp } from '#app/desk-app.ts';
import { readAlert } from '#app/reader.ts';
import { accountDigest } from '#app/run-account.ts';
import { openJournal } from '#journal/open.ts';
import { createSystemClock } from '#kernel/time.ts';

const clock = createSystemClock();
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'strikewire-account-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const CREDENTIALS = {
  STRIKEWIRE_TASTYTRADE_CLIENT_SECRET: 'not-a-secret-of-anybody',
  STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN: 'not-a-token-of-anybody',
};
const STAND_IN = {
  STRIKEWIRE_TASTYTRADE_API_URL: 'http://127.0.0.1:9',
  STRIKEWIRE_TASTYTRADE_STREAMER_URL: 'ws://127.0.0.1:9',
};

/** What a desk of that environment leaves behind. */
async function ranIn(environment: string, account?: string): Promise<void> {
  const opened = await openJournal({ disk: createJournalDisk(directory), clock, run: 'r_0' });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const { journal } = opened.value;
  const as = account === undefined ? {} : { account: accountDigest(account) };
  const body = { version: '0', epoch: 1, environment, ...as, at: clock.now() };
  await journal.append([{ kind: 'run.started', body, actor: 'engine' }], 'sync').durable;
  await journal.close();
}

async function open(account: string, own: Readonly<Record<string, string>> = {}) {
  const config = loadConfig({
    directory,
    environment: {
      STRIKEWIRE_ENVIRONMENT: 'production',
      STRIKEWIRE_DATA_DIRECTORY: directory,
      STRIKEWIRE_TASTYTRADE_ACCOUNT: account,
      STRIKEWIRE_TASTYTRADE_PRODUCTION_CLIENT_SECRET: 'not-a-secret-of-anybody',
      STRIKEWIRE_TASTYTRADE_PRODUCTION_REFRESH_TOKEN: 'not-a-token-of-anybody',
      ...own,
    },
  });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  return openDeskApp({
    ...{ config: config.value, version: 'test', read: readAlert, roleOf: () => null },
    certificate: () => ({ kind: 'none', reason: 'none is needed' }),
  });
}

describe('a data directory', () => {
  it.each(['LIVE ****9999', 'sandbox', 'simulated'])(
    'with the record of %s is not traded on for another account',
    async (environment) => {
      await ranIn(environment);
      const opened = await open('5WT01234');
      expect(opened).toMatchObject({ ok: false, error: { kind: 'environment' } });
      expect(JSON.stringify(opened)).toContain('this is LIVE ****1234');
    },
  );

  it.each([
    ['sandbox', 'SANDBOX', {}],
    ['rehearsal', 'REHEARSAL', STAND_IN],
    ['LIVE ****1234', 'LIVE ****1234', {}],
  ])('of %s is not traded on for another account of it', async (environment, badge, own) => {
    await ranIn(environment, '9WT01234');
    const kind = environment.startsWith('LIVE') ? 'production' : environment;
    const opened = await open('5WT01234', { ...own, ...CREDENTIALS, STRIKEWIRE_ENVIRONMENT: kind });
    expect(opened).toMatchObject({ ok: false, error: { kind: 'environment' } });
    expect(JSON.stringify(opened)).toContain(`holds the record of another account of ${badge}`);
    expect(JSON.stringify(opened)).not.toContain('WT0');
  });
});
