/**
 * How much the bus carries: in this process and at a Redis of its own, beside what Redis itself can
 * take from one client (`redis-benchmark`, the same entry, the same number under way at once).
 */
import { execFileSync } from 'node:child_process';
import { createMemoryBus } from '#adapters/memory/bus.ts';
import { openRedisBus } from '#adapters/redis/bus.ts';
import type { Fields, Owner, Stream } from '#bus/model.ts';
import type { BusStore } from '#bus/ports.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { startRedis } from '../tests/services/redis.ts';
import type { BenchRow } from './report.ts';

const MESSAGE_BYTES = 800;
const BATCH = 100;
const BATCHES = 600;
const RECORDS = 256;
const EMISSIONS = 80;
const STREAM: Stream = { name: 'bench', limit: 20_000, idleMs: null };
const SETTINGS = BusSettingsSchema.parse({ commandWithinMs: 5_000 });
const ENTRY: Fields = { d: 'x'.repeat(MESSAGE_BYTES) };

export async function measure(): Promise<readonly BenchRow[]> {
  const clock = createSystemClock();
  const server = await startRedis((why) => {
    throw new Error(why);
  });
  const url = new Secret(server.url);
  const redis = openRedisBus({
    ...{ url, clock, random: createRandom(1), settings: SETTINGS, tables: [] },
  });
  await redis.ready;
  try {
    const limit = redisBenchmark(server.port);
    const memory = createMemoryBus(clock, SETTINGS);
    return [
      ...(await measureStore('in this process', memory)),
      ...(await measureStore('at Redis', redis)).map((row, at) =>
        at === 0 ? { ...row, vs: limit.what, ratio: row.value / limit.value } : row,
      ),
      limit,
    ];
  } finally {
    await redis.close();
    await server.close();
  }
}

async function measureStore(where: string, store: BusStore): Promise<readonly BenchRow[]> {
  const before = process.cpuUsage();
  const publish = await perSecond(BATCH * BATCHES, async () => {
    const entries = Array.from({ length: BATCH }, () => ENTRY);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      done(await store.bus.publish(STREAM, entries));
    }
  });
  const { user, system } = process.cpuUsage(before);
  const taken = await perSecond(STREAM.limit, async () => take(store));
  const records = await perSecond(RECORDS * EMISSIONS, async () => emit(store));
  return [
    { what: `publish ${where}, ${BATCH} at once`, value: publish, unit: 'messages/s' },
    {
      what: `CPU of the program per message published ${where}`,
      value: (user + system) / (BATCH * BATCHES),
      unit: 'µs',
    },
    { what: `take and acknowledge ${where}`, value: taken, unit: 'messages/s' },
    { what: `the record ${where}, ${RECORDS} at once`, value: records, unit: 'records/s' },
  ];
}

async function take(store: BusStore): Promise<void> {
  const consumer = store.bus.consumer({
    ...{ stream: STREAM, group: 'bench', name: 'one', from: 'oldest' },
    ...{ claimAfterMs: 60_000, deliveriesMax: 5 },
  });
  let count = 0;
  while (count < STREAM.limit) {
    const { deliveries } = done(await consumer.take(500, 0));
    if (deliveries.length === 0) break;
    count += deliveries.length;
    done(await consumer.ack(deliveries.map(({ id }) => id)));
  }
  await consumer.close();
}

async function emit(store: BusStore): Promise<void> {
  const owner: Owner = { journal: 'bench', run: 'bench', epoch: 1 };
  done(await store.record.claim(owner, 0));
  for (let batch = 0; batch < EMISSIONS; batch += 1) {
    const after = batch * RECORDS;
    const records = Array.from({ length: RECORDS }, (_, at) => ({
      ...{ seq: after + at + 1, fields: ENTRY },
    }));
    done(await store.record.emit({ owner, after, records, rows: records, hot: [] }));
  }
}

/** What one client gets in with as many under way: the limit on this machine. */
function redisBenchmark(port: number): BenchRow {
  const count = BATCH * BATCHES;
  const command = [
    'XADD',
    'limit',
    'MAXLEN',
    '~',
    String(STREAM.limit),
    '*',
    'd',
    ENTRY['d'] ?? '',
  ];
  const text = execFileSync('redis-benchmark', [
    ...['-p', String(port), '-n', String(count), '-c', '1', '-P', String(BATCH), '--csv'],
    ...command,
  ]).toString();
  const [, rate = '0'] = /"([\d.]+)"/.exec(text.split('\n')[1]?.split(',')[1] ?? '') ?? [];
  return { what: 'redis-benchmark XADD, one client', value: Number(rate), unit: 'messages/s' };
}

async function perSecond(count: number, work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - from);
}

function done<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result.value;
}
