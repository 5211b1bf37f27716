/** The promises of the bus, kept in this process and at a real Redis. */

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, onTestFinished } from 'vitest';
import { createMemoryBus } from '#adapters/memory/bus.ts';
import { openRedisBus } from '#adapters/redis/bus.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock, epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { anyRedis } from '../services/redis.ts';
import {
  groupContract,
  hotContract,
  type OpenBus,
  recordContract,
  SMALL,
  streamContract,
} from './bus.contract.ts';

const openInMemory: OpenBus = async () => {
  const clock = createVirtualClock(epochMs(0));
  const store = createMemoryBus(clock, SMALL);
  return {
    store,
    async pass(ms) {
      await Promise.resolve();
      clock.advance(ms);
    },
    wipe: async () => store.wipe(),
  };
};

type Server = Awaited<ReturnType<typeof anyRedis>>;
let server: Promise<Server> | null = null;

afterAll(async () => {
  await (await server)?.close();
});

const openAtRedis: OpenBus = async (skip) => {
  server ??= anyRedis(skip);
  const { url } = await server;
  const namespace = `test-${randomBytes(6).toString('hex')}`;
  const store = openRedisBus({
    url: new Secret(url),
    clock: createSystemClock(),
    random: createRandom(1),
    settings: BusSettingsSchema.parse({ namespace, ...SMALL }),
    tables: ['trades'],
  });
  await store.ready;
  const wipe = async (): Promise<void> => wipeKeys(url, namespace);
  onTestFinished(async () => {
    await store.close();
    await wipe();
  });
  return {
    store,
    pass: async (ms) => sleep(ms),
    wipe,
  };
};

/** Only what is ours: the server may be somebody's. */
async function wipeKeys(url: string, namespace: string): Promise<void> {
  const { createClient } = await import('@redis/client');
  const client = createClient({ url });
  await client.connect();
  for await (const keys of client.scanIterator({ MATCH: `{${namespace}}*`, COUNT: 1_000 })) {
    if (keys.length > 0) await client.del(keys);
  }
  client.destroy();
}

describe.each([
  ['in this process', openInMemory],
  ['at Redis', openAtRedis],
])('Bus %s', (_, open) => {
  describe('streams', () => {
    streamContract(open);
  });
  describe('consumer groups', () => {
    groupContract(open);
  });
  describe('latest values', () => {
    hotContract(open);
  });
  describe('the record as others follow it', () => {
    recordContract(open);
  });
});
