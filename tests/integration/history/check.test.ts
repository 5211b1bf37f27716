/**
 * What `strikewire check` says of a real PostgreSQL that is configured wrongly: one clear message
 * for each thing that is wrong, with what to do, and never the password.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { formatProblems } from '#app/config-problems.ts';
import { createHistoryStore } from '#app/history/open-store.ts';
import { type StoreFinding, storeReport } from '#app/history/store-report.ts';
import { type PostgresServer, startPostgres, whyNoOwnServer } from '../../services/postgres.ts';
import { openRewritingPipe } from '../../services/rewriting-pipe.ts';

const SECRET = 'of-somebody-in-this-test';
const leftOut = whyNoOwnServer();
let postgres: PostgresServer;

beforeAll(async () => {
  if (leftOut === null) postgres = await startPostgres();
});
afterAll(async () => {
  if (leftOut === null) await postgres.close();
});
beforeEach(({ skip }) => {
  skip(leftOut !== null, leftOut ?? '');
});

function configOf(url: string) {
  const environment = { STRIKEWIRE_STORES_SQL: 'auto', STRIKEWIRE_DATABASE_URL: url };
  const config = loadConfig({ directory: '/nonexistent', environment });
  if (!config.ok) throw new Error(formatProblems(config.error));
  return config.value;
}

async function checked(change: (url: URL) => void): Promise<StoreFinding> {
  const url = new URL(await postgres.database());
  change(url);
  return storeReport(configOf(url.href));
}

describe('the check of PostgreSQL', () => {
  it('says what a start would do where all is right', async () => {
    const finding = await checked(() => undefined);
    expect(finding).toMatchObject({ name: 'history', ok: true });
    expect(finding.detail).toMatch(/^PostgreSQL .*schema strikewire: a start runs 0001_tables/);
  });

  it('says that nothing listens at this URL', async () => {
    const finding = await checked((url) => {
      url.port = '1';
    });
    expect(finding).toMatchObject({ ok: false });
    expect(finding.detail).toMatch(
      /^The database cannot be reached\..*127\.0\.0\.1:1.*ECONNREFUSED/,
    );
  });

  it('says that there is no such database', async () => {
    const finding = await checked((url) => {
      url.pathname = '/not_there';
    });
    expect(finding).toMatchObject({ ok: false });
    expect(finding.detail).toContain('There is no such database: make it (createdb)');
  });

  it('says that the password is wrong, and does not show it', async () => {
    const finding = await checked((url) => {
      url.password = SECRET;
    });
    expect(finding).toMatchObject({ ok: false });
    expect(finding.detail).toContain(
      'The database refuses this user or password: correct STRIKEWIRE_DATABASE_URL',
    );
    expect(finding.detail).not.toContain(SECRET);
  });

  it('says that the server is too old', async () => {
    const [row] = await postgres.run(`select current_setting('server_version_num') as version`);
    const said = String(row?.['version']);
    const pipe = await openRewritingPipe(postgres, { said, instead: '130012' });
    onTestFinished(async () => pipe.close());
    const finding = await checked((url) => {
      url.port = String(pipe.port);
    });
    expect(finding).toMatchObject({ ok: false });
    expect(finding.detail).toMatch(/is PostgreSQL 13: expected 14 or newer\. Upgrade it/);
  });

  it('says which permission the user lacks', async () => {
    await postgres.run(`create user visitor password '${SECRET}'`);
    const finding = await checked((url) => {
      url.username = 'visitor';
      url.password = SECRET;
    });
    expect(finding).toMatchObject({ ok: false });
    expect(finding.detail).toContain('grant CREATE on the database, or run `strikewire migrate`');
    expect(finding.detail).not.toContain(SECRET);
  });

  it('says that a newer version of this program has been there', async () => {
    const url = await postgres.database();
    const store = await createHistoryStore(configOf(url));
    expect(await store?.open()).toMatchObject({ ok: true });
    await store?.close();
    const name = new URL(url).pathname.slice(1);
    await postgres.run(`insert into strikewire.migrations values ('9999_later', 'now')`, name);
    const finding = await storeReport(configOf(url));
    expect(finding).toMatchObject({ ok: false });
    expect(finding.detail).toMatch(
      /changed by a newer version of this program \(9999_later\): run that version/,
    );
  });
});
