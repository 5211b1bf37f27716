/** A real PostgreSQL that is killed, stalled, full, read-only or cut off at COMMIT. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '#kernel/random.ts';
import { type FaultProxy, openFaultProxy, PASS } from '../../services/fault-proxy.ts';
import { type PostgresServer, startPostgres, whyNoOwnServer } from '../../services/postgres.ts';
import { mountSmallDisk } from '../../services/small-disk.ts';
import { type Feeding, startFeeding } from './feeding.ts';

/** `KILLS=50` for a longer look. */
const KILLS = Number(process.env['KILLS'] ?? 20);
/** Room for a few pages more. */
const LEFT_BYTES = 256 * 1_024;
const leftOut = whyNoOwnServer();
const random = createRandom(process.env['STRIKEWIRE_TEST_SEED'] ?? 'kills of PostgreSQL');

let postgres: PostgresServer;
let proxy: FaultProxy;
let feeding: Feeding;
let database: string;

beforeAll(async () => {
  if (leftOut === null) postgres = await startPostgres();
});
afterAll(async () => {
  if (leftOut === null) await postgres.close();
});

beforeEach(async ({ skip }) => {
  skip(leftOut !== null, leftOut ?? '');
  proxy = await openFaultProxy(postgres);
  database = await postgres.database();
  feeding = startFeeding(throughProxy(database));
});
afterEach(async () => {
  if (leftOut !== null) return;
  await feeding.close();
  await proxy.close();
});

function throughProxy(url: string): string {
  const changed = new URL(url);
  changed.host = `${proxy.host}:${proxy.port}`;
  return changed.href;
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

/** Goes on feeding until the projector has met one of these faults. */
async function meets(...codes: readonly string[]): Promise<void> {
  const until = performance.now() + 120_000;
  while (!feeding.faults.some((code) => codes.includes(code))) {
    if (performance.now() > until)
      throw new Error(`none of ${codes.join(', ')}: ${feeding.faults.join(', ')}`);
    await feeding.feed(5);
  }
}

describe('the history at PostgreSQL holds what the journal says after', () => {
  it(`${KILLS} SIGKILLs of the server at random`, {
    timeout: 300_000 + KILLS * 12_000,
  }, async () => {
    let isOver = false;
    const fed = (async () => {
      while (!isOver) await feeding.feed(20);
    })();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(random.integer(20, 400));
      await postgres.kill();
      await sleep(random.integer(0, 100));
      await postgres.restart();
    }
    isOver = true;
    await fed;
    expect(await feeding.settled()).toEqual([]);
    expect(feeding.faults.length).toBeGreaterThan(0);
  });

  it('a server that stands still (SIGSTOP)', { timeout: 300_000 }, async () => {
    await feeding.feed(50);
    await feeding.projector.catchesUp(30_000);
    postgres.stall();
    try {
      await meets('silent', 'unreachable');
      expect(feeding.projector.health()).toMatchObject({ state: 'away' });
    } finally {
      postgres.resume();
    }
    expect(await feeding.settled()).toEqual([]);
  });

  it('a server that takes no writes for a while', { timeout: 300_000 }, async () => {
    await feeding.feed(50);
    await feeding.projector.catchesUp(30_000);
    await postgres.run('alter system set default_transaction_read_only = on');
    await postgres.run('select pg_reload_conf()');
    try {
      await meets('read_only');
    } finally {
      await postgres.run('alter system reset default_transaction_read_only');
      await postgres.run('select pg_reload_conf()');
    }
    expect(await feeding.settled()).toEqual([]);
  });

  it('a disk that is full until there is room again', { timeout: 300_000 }, async ({ skip }) => {
    const disk = mountSmallDisk();
    skip(disk === null, 'a small disk can be mounted by root alone');
    if (disk === null) return;
    const { directory, fill, empty, unmount } = disk;
    try {
      await postgres.run(`create tablespace small location '${directory}'`);
      await postgres.run('create database full_one tablespace small');
      const url = new URL(throughProxy(database));
      url.pathname = '/full_one';
      const onSmall = startFeeding(url.href);
      try {
        await onSmall.feed(20);
        await onSmall.projector.catchesUp(60_000);
        fill(LEFT_BYTES);
        for (let tries = 0; tries < 300 && !onSmall.faults.includes('disk_full'); tries += 1) {
          await onSmall.feed(20);
        }
        expect(onSmall.faults).toContain('disk_full');
        empty();
        expect(await onSmall.settled()).toEqual([]);
      } finally {
        await onSmall.close();
      }
      await postgres.run('drop database full_one with (force)');
      await postgres.run('drop tablespace small');
    } finally {
      unmount();
    }
  });

  it('connections that are cut at COMMIT, its outcome unknown', { timeout: 300_000 }, async () => {
    await feeding.feed(10);
    await feeding.projector.catchesUp(30_000);
    for (let cut = 0; cut < 5; cut += 1) {
      proxy.behave({ kind: 'cut_answer', request: 'commit' });
      await meets('cut');
      feeding.faults.length = 0;
      proxy.behave(PASS);
      await feeding.projector.catchesUp(30_000);
    }
    expect(await feeding.settled()).toEqual([]);
  });

  it('an administrator who ends every connection', { timeout: 300_000 }, async () => {
    for (let round = 0; round < 10; round += 1) {
      await feeding.feed(30);
      await postgres.run(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = '${nameOf(database)}' and pid <> pg_backend_pid()`,
      );
    }
    expect(await feeding.settled()).toEqual([]);
  });

  it('a network that swallows everything, and one that breaks', { timeout: 300_000 }, async () => {
    await feeding.feed(30);
    await feeding.projector.catchesUp(30_000);
    proxy.behave({ kind: 'black_hole' });
    await meets('silent', 'unreachable');
    proxy.behave(PASS);
    proxy.cut('reset');
    await feeding.feed(30);
    expect(await feeding.settled()).toEqual([]);
  });

  it('somebody who holds the tables locked', { timeout: 300_000 }, async () => {
    await feeding.feed(30);
    await feeding.projector.catchesUp(30_000);
    const held = postgres.run(
      'begin; lock table strikewire.projection; select pg_sleep(4); commit',
      nameOf(database),
    );
    await meets('locked');
    await held;
    expect(await feeding.settled()).toEqual([]);
  });
});
