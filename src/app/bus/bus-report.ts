/** What `strikewire check` says of the roles of a process, and of the Redis between them. */
import { randomInt } from 'node:crypto';
import { inspectRedis } from '#adapters/redis/inspect.ts';
import { createRandom } from '#kernel/random.ts';
import type { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { Finding } from '../cli/check.ts';
import type { Config } from '../config.ts';
import { DeskWatch } from '../roles/desk-watch.ts';
import { openBusStore } from './open-store.ts';
import { createSeal } from './seal.ts';

export async function busReport(config: Config): Promise<readonly Finding[]> {
  const { roles, secrets } = config;
  const roleFinding = { name: 'roles', ok: true, detail: roles.run.join(', ') };
  const { redisUrl } = secrets;
  if (redisUrl === null) return [roleFinding];
  const redis = await redisFinding(config, redisUrl);
  const isFollower = !roles.run.includes('desk');
  const desk = isFollower && redis.ok ? [await deskFinding(config, redisUrl)] : [];
  return [roleFinding, redis, ...desk];
}

async function redisFinding({ bus: settings }: Config, url: Secret): Promise<Finding> {
  const clock = createSystemClock();
  const random = createRandom(randomInt(2 ** 32));
  const found = await inspectRedis({ url, clock, random, settings });
  if (!found.ok) return { name: 'redis', ok: false, detail: found.error.detail };
  const { version, unfit } = found.value;
  return { name: 'redis', ok: unfit === null, detail: unfit ?? `Redis ${version}` };
}

/** A page without a desk shows nothing. */
async function deskFinding({ bus: settings, secrets }: Config, url: Secret): Promise<Finding> {
  const clock = createSystemClock();
  const random = createRandom(randomInt(2 ** 32));
  const { store, ready } = openBusStore({ url, settings, clock, random });
  const watch = new DeskWatch(store.hot, createSeal(secrets.rolesSecret), clock);
  try {
    await ready;
    await watch.start();
    const seen = watch.seen();
    return seen.kind === 'there'
      ? { name: 'desk', ok: true, detail: `run ${seen.status.run} speaks there` }
      : { name: 'desk', ok: false, detail: seen.detail };
  } finally {
    watch.stop();
    await store.close();
  }
}
