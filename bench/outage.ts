/**
 * What stores that follow the desk cost an alert when they fail: from the message received to its
 * order request on record, with Redis and PostgreSQL as they should be and with each outage.
 *
 * Each desk trades with both stores sound and with an outage, half a second apart, now the one
 * first and now the other, and the outages take turns: what else the machine does falls on all
 * alike. How sure the ratio of two p99 is, is told by drawing the desks anew a thousand times.
 * Processor time does not depend on who else wants the processor, and says whether there is more to
 * do. `ROUNDS=2` makes a short run.
 */
import { isDeskEntry } from '#app/desk-entry.ts';
import type { DeskEntry } from '#audit/model.ts';
import { createRandom } from '#kernel/random.ts';
import { MANY_TRADES, type OpenDesk, openOutageDesk } from '../tests/acceptance/stores/desk.ts';
import { follow as followByPostgres } from '../tests/acceptance/stores/postgres-store.ts';
import { follow as followByRedis } from '../tests/acceptance/stores/redis-store.ts';
import { type PostgresServer, startPostgres } from '../tests/services/postgres.ts';
import { type RedisServer, startRedis } from '../tests/services/redis.ts';
import { type BenchRow, quantile, spread } from './report.ts';

interface Servers {
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
}

interface Outage {
  readonly what: string;
  begin(servers: Servers): Promise<unknown>;
  end(servers: Servers): Promise<unknown>;
}

const OUTAGES: readonly Outage[] = [
  {
    what: 'Redis is killed',
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.restart('nothing'),
  },
  {
    what: 'Redis stands still',
    begin: async ({ redis }) => redis.stall(),
    end: async ({ redis }) => redis.resume(),
  },
  {
    what: 'PostgreSQL is killed',
    begin: ({ postgres }) => postgres.kill(),
    end: ({ postgres }) => postgres.restart(),
  },
  {
    what: 'PostgreSQL stands still',
    begin: async ({ postgres }) => postgres.stall(),
    end: async ({ postgres }) => postgres.resume(),
  },
  {
    what: 'both are killed',
    begin: ({ redis, postgres }) => Promise.all([redis.kill(), postgres.kill()]),
    end: ({ redis, postgres }) => Promise.all([redis.restart('nothing'), postgres.restart()]),
  },
];

/** Desks for each outage; three hundred orders in it make a p99 that is not one alert's luck. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 20);
/** What the limits of one desk let through, which has the sound alerts of all outages beside. */
const SOUND_ALERTS = 8;
const AWAY_ALERTS = 18;
const EVERY_MS = 55;
const CURRENT_MS = 30_000;
const RESAMPLES = 1_000;
/** Cheap contracts are few at a random market: here nearly every alert becomes an order. */
const ORDERS = {
  STRIKEWIRE_RISK_LIMITS_PREMIUM_TRADE_MAX: '1500',
  STRIKEWIRE_RISK_LIMITS_CONTRACTS_MAX: '1',
};

interface Block {
  /** In ms, one for each order. */
  readonly took: readonly number[];
  /** Of the whole process for one alert, in ms. */
  readonly processorMs: number;
}

/** What one desk did. */
interface Turn {
  readonly outage: Outage;
  readonly sound: Block;
  readonly away: Block;
}

export async function measure(): Promise<readonly BenchRow[]> {
  const redis = await startRedis((why) => {
    throw new Error(why);
  });
  const postgres = await startPostgres();
  let turns: readonly Turn[];
  try {
    // The first round warms the program up: a desk does not trade its first alert cold.
    await roundOf({ redis, postgres }, 'sound');
    turns = await roundsOf({ redis, postgres });
  } finally {
    await redis.close();
    await postgres.close();
  }
  const sound = spread(
    nameOf('both stores as they should be', turns, 'sound'),
    latencies(turns, 'sound'),
    'ms',
  );
  return [
    sound,
    { what: '  p95', value: quantileOf(turns, 'sound', 0.95), unit: 'ms' },
    { what: '  processor time of an alert', value: processor(turns, 'sound'), unit: 'ms' },
    ...OUTAGES.flatMap((outage) => rowsOf(outage, turns, sound)),
  ];
}

async function roundsOf(servers: Servers): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    turns.push(...(await roundOf(servers, round % 2 === 0 ? 'away' : 'sound')));
  }
  return turns;
}

async function roundOf(servers: Servers, first: Side): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (const outage of OUTAGES) turns.push(await turnOf(servers, outage, first));
  return turns;
}

function rowsOf(outage: Outage, all: readonly Turn[], sound: BenchRow): readonly BenchRow[] {
  const turns = all.filter((turn) => turn.outage === outage);
  const row = spread(nameOf(outage.what, turns, 'away'), latencies(turns, 'away'), 'ms');
  const vs = `p99 of ${sound.what}`;
  const ratios = resampled(turns, all);
  const processorMs = processor(turns, 'away');
  return [
    { ...row, vs, ratio: (row.p99 ?? 0) / (sound.p99 ?? 1) },
    { what: '  p95', value: quantileOf(turns, 'away', 0.95), unit: 'ms' },
    {
      what: '  that ratio, of 95 in 100 draws at least',
      value: quantile(ratios, 0.025),
      unit: '×',
    },
    { what: '  and at most', value: quantile(ratios, 0.975), unit: '×' },
    {
      ...{ what: '  processor time of an alert', value: processorMs, unit: 'ms' },
      ...{ vs: 'both sound, the same desks', ratio: processorMs / processor(turns, 'sound') },
    },
  ];
}

type Side = 'sound' | 'away';

async function turnOf(servers: Servers, outage: Outage, first: Side): Promise<Turn> {
  const { redis, postgres } = servers;
  await redis.call('FLUSHALL');
  await postgres.run('drop schema if exists strikewire cascade');
  const desk = await openOutageDesk({ ...MANY_TRADES, ...ORDERS });
  const followed = [followByRedis(desk.app, redis.url), followByPostgres(desk.app, postgres.url)];
  const current = async (): Promise<void> => {
    const are = await Promise.all(followed.map((one) => one.current(CURRENT_MS)));
    if (are.includes(false)) throw new Error(`the stores were not current in ${CURRENT_MS} ms`);
  };
  const whileAway = async (): Promise<Block> => {
    await outage.begin(servers);
    try {
      return await blockOf(desk, AWAY_ALERTS);
    } finally {
      await outage.end(servers);
    }
  };
  try {
    await current();
    await desk.alerts(2, EVERY_MS);
    const early = first === 'away' ? await whileAway() : null;
    await current();
    const sound = await blockOf(desk, SOUND_ALERTS);
    return { outage, sound, away: early ?? (await whileAway()) };
  } finally {
    await Promise.all(followed.map((one) => one.stop()));
    await desk.close();
  }
}

async function blockOf(desk: OpenDesk, alerts: number): Promise<Block> {
  const from = desk.app.journal.health().lastSeq;
  const before = process.cpuUsage();
  await desk.alerts(alerts, EVERY_MS);
  const { user, system } = process.cpuUsage(before);
  const record = [...desk.app.journal.read(from + 1)].filter(isDeskEntry);
  return { took: alertsToOrders(record), processorMs: (user + system) / 1_000 / alerts };
}

function nameOf(what: string, turns: readonly Turn[], side: Side): string {
  return `alert to order, ${what} (${latencies(turns, side).length} orders)`;
}

function latencies(turns: readonly Turn[], side: Side): readonly number[] {
  return turns.flatMap((turn) => turn[side].took);
}

function quantileOf(turns: readonly Turn[], side: Side, share: number): number {
  const sorted = latencies(turns, side).toSorted((a, b) => a - b);
  return quantile(sorted, share);
}

function processor(turns: readonly Turn[], side: Side): number {
  return turns.reduce((sum, turn) => sum + turn[side].processorMs, 0) / turns.length;
}

/** The ratio of p99 in as many draws, sorted: alerts of one desk share their luck, so desks do. */
function resampled(turns: readonly Turn[], all: readonly Turn[]): readonly number[] {
  const random = createRandom('desks drawn anew');
  const drawn = (from: readonly Turn[]): readonly Turn[] => from.map(() => random.pick(from));
  return Array.from({ length: RESAMPLES }, () => {
    const away = quantileOf(drawn(turns), 'away', 0.99);
    return away / quantileOf(drawn(all), 'sound', 0.99);
  }).toSorted((a, b) => a - b);
}

/** On the run's monotonic clock, from each message received to its first order on record. */
export function alertsToOrders(record: readonly DeskEntry[]): readonly number[] {
  const received = new Map<string, number>();
  const took: number[] = [];
  for (const { kind, message, mono } of record) {
    if (message === undefined) continue;
    if (kind === 'message.received') received.set(message, mono);
    const from = received.get(message);
    if (kind !== 'order.intended' || from === undefined) continue;
    took.push(mono - from);
    received.delete(message);
  }
  return took;
}
