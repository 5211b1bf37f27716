/** Redis behind a fault proxy, followed as the program follows it. */
import { DeskBus } from '#app/bus/desk-bus.ts';
import { openBusStore } from '#app/bus/open-store.ts';
import { createSeal } from '#app/bus/seal.ts';
import type { DeskApp } from '#app/desk-app.ts';
import { type BusStore, RECORDS, ROWS } from '#bus/ports.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import { encodeCanonical } from '#events/codec.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { type FaultProxy, openFaultProxy, PASS } from '../../services/fault-proxy.ts';
import { type RedisServer, startRedis } from '../../services/redis.ts';
import type { Followed, Skip, StoreFault, StoreKind, StoreUnderTest } from './store.ts';

const SETTINGS = BusSettingsSchema.parse({ behindMs: 1_000, leaseMs: 2_000 });
const SECRET = new Secret('of the tests, long enough to be one'.replaceAll(' ', '-'));

const FAULTS = {
  'is killed and comes back with nothing': (server) => ({
    stops: true,
    begin: async () => server.kill(),
    end: async () => server.restart('nothing'),
  }),
  'is killed and comes back with an old copy': (server) => ({
    stops: true,
    async begin() {
      await server.call('SAVE');
      await server.kill();
    },
    end: async () => server.restart('saved'),
  }),
  'stands still': (server) => ({
    stops: true,
    begin: async () => server.stall(),
    end: async () => server.resume(),
  }),
  'has no memory left': (server) => ({
    stops: true,
    begin: async () => void (await server.call('CONFIG', 'SET', 'maxmemory', '1')),
    end: async () => void (await server.call('CONFIG', 'SET', 'maxmemory', '0')),
  }),
  'takes no writes': (server) => ({
    stops: true,
    begin: async () => void (await server.call('REPLICAOF', '127.0.0.1', '1')),
    end: async () => void (await server.call('REPLICAOF', 'NO', 'ONE')),
  }),
  'is wiped again and again': (server) => ({
    stops: false,
    begin: async () => void (await server.call('FLUSHALL')),
    end: async () => void (await server.call('FLUSHALL')),
  }),
  'answers too late': (_, proxy) => ({
    stops: true,
    begin: async () => proxy.behave({ kind: 'delay', ms: SETTINGS.commandWithinMs * 2 }),
    end: async () => proxy.behave(PASS),
  }),
  'is a black hole': (_, proxy) => ({
    stops: true,
    begin: async () => proxy.behave({ kind: 'black_hole' }),
    end: async () => proxy.behave(PASS),
  }),
  'loses every answer to what it was told': (_, proxy) => ({
    stops: true,
    begin: async () => proxy.behave({ kind: 'cut_answer', request: 'EVALSHA' }),
    end: async () => proxy.behave(PASS),
  }),
  'is cut off in the middle of answers': (_, proxy) => ({
    stops: true,
    begin: async () => proxy.behave({ kind: 'cut_after', bytes: 7, to: 'client' }),
    end: async () => proxy.behave(PASS),
  }),
  'is cut off in the middle of requests': (_, proxy) => ({
    stops: false,
    begin: async () => proxy.behave({ kind: 'cut_after', bytes: 3_000, to: 'server' }),
    end: async () => proxy.behave(PASS),
  }),
} as const satisfies Record<string, (server: RedisServer, proxy: FaultProxy) => StoreFault>;

export const REDIS: StoreKind = {
  name: 'Redis',
  faultNames: Object.keys(FAULTS),
  open: openRedisStore,
};

async function openRedisStore(skip: Skip): Promise<StoreUnderTest> {
  const server = await startRedis(skip);
  const proxy = await openFaultProxy(server);
  const faults = Object.entries(FAULTS).map(([name, make]) => [name, make(server, proxy)] as const);
  return {
    faults: Object.fromEntries(faults),
    follow: (app) => follow(app, `redis://${proxy.host}:${proxy.port}`),
    async close() {
      await proxy.close();
      await server.close();
    },
  };
}

/** As `strikewire start` follows: nothing but the address is the test's own. */
export function follow(app: DeskApp, url: string, settings = SETTINGS): Followed {
  const clock = createSystemClock();
  const random = createRandom(1);
  const opened = openBusStore({ url: new Secret(url), settings, clock, random });
  const bus = new DeskBus({
    requestAgeMsMax: 5_000,
    ...{ app, opened, clock, random, seal: createSeal(SECRET) },
    quotes: () => ({}),
    status: () => app.readiness(),
  });
  bus.start(null);
  return {
    lag: () => bus.figures()?.health.follower.lagRecords ?? 0,
    current: async (withinMs) => bus.current(withinMs),
    difference: async () => difference(app, bus.store),
    stop: async () => bus.close(),
  };
}

/** The stream against the journal, record by record; the tables against the page. */
async function difference(app: DeskApp, { bus, hot }: BusStore): Promise<string | null> {
  const last = app.journal.health().durableSeq;
  const [record, row] = [
    await bus.read({ stream: RECORDS, after: null, max: last + 1, waitMs: 0 }),
    await bus.read({ stream: ROWS, after: null, max: last + 1, waitMs: 0 }),
  ];
  if (!record.ok || !row.ok) return 'the store does not answer';
  const wanted = [...app.journal.read(1)].filter(({ seq }) => seq <= last);
  const kept = record.value.map(({ id, fields }) => [Number.parseInt(id, 10), fields['record']]);
  const right = wanted.map((one) => [one.seq, encodeCanonical(one)]);
  const at = right.findIndex(([seq, text], n) => kept[n]?.[0] !== seq || kept[n]?.[1] !== text);
  if (at >= 0) return `record ${at + 1} is ${String(kept[at]?.[0])}: ${String(kept[at]?.[1])}`;
  if (kept.length !== right.length) return `${kept.length} records instead of ${right.length}`;
  const audit = app.audit.recent(row.value.length).toReversed();
  // Redis trims in whole blocks, and so keeps a few more than the page does.
  const rows = row.value.slice(-audit.length).map(({ fields }) => fields['row']);
  const wrongRow = audit.findIndex((one, n) => JSON.stringify(one) !== rows[n]);
  if (wrongRow >= 0 || audit.length === 0) return `row ${wrongRow} is ${rows[wrongRow]}`;
  const page = app.view.snapshot();
  const trades = await hot.values('trades');
  if (!trades.ok) return 'the store does not answer';
  for (const trade of page.trades) {
    const text = trades.value.get(trade.id)?.text;
    if (text !== JSON.stringify(trade)) return `trade ${trade.id} is ${text}`;
  }
  return null;
}
