/**
 * A store killed again and again while the desk trades: it ends up with what the journal holds.
 *
 * STRIKEWIRE_STORE_KILLS=50 kills it that often instead of a few times.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createRandom } from '#kernel/random.ts';
import { startRedis } from '../../services/redis.ts';
import { openOutageDesk } from './desk.ts';
import { follow } from './redis-store.ts';
import { differenceOf } from './store.ts';

const KILLS = Number(process.env['STRIKEWIRE_STORE_KILLS'] ?? 6);
const LIFE_MS_MAX = 300;

it('Redis holds what the journal holds after any number of SIGKILLs', {
  timeout: 300_000 + KILLS * 3_000,
}, async ({ skip }) => {
  const random = createRandom(KILLS);
  const server = await startRedis((note) => skip(note), {
    appendonly: 'yes',
    appendfsync: 'everysec',
  });
  onTestFinished(async () => server.close());
  const desk = await openOutageDesk();
  onTestFinished(async () => desk.close());
  const followed = follow(desk.app, server.url);
  onTestFinished(async () => followed.stop());
  const trading = desk.alerts(2 * KILLS, LIFE_MS_MAX);
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(random.integer(0, LIFE_MS_MAX));
    await server.kill();
    await sleep(random.integer(0, LIFE_MS_MAX));
    await server.restart(random.chance(0.3) ? 'nothing' : 'saved');
  }
  await trading;
  expect(await differenceOf(followed)).toBeNull();
  const record = desk.app.journal.health();
  expect(record).toMatchObject({ writable: true, lastSeq: record.durableSeq });
});
