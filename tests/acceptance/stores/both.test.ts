/**
 * Redis and PostgreSQL away at the same time, in the middle of alerts: nobody who trades notices.
 *
 * STRIKEWIRE_OUTAGE_SECONDS=60 makes it a minute with 50 alerts in it, half as many before and
 * after, and prints how long alerts took to become orders meanwhile.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alertsToOrders } from '../../../bench/outage.ts';
import { spread } from '../../../bench/report.ts';
import { type Answered, MANY_TRADES, type OpenDesk, openOutageDesk } from './desk.ts';
import { POSTGRES } from './postgres-store.ts';
import { REDIS } from './redis-store.ts';
import { differenceOf, type Followed, type StoreFault } from './store.ts';
import { expectUnaffected, recordOf } from './unaffected.ts';

const SHORT = { seconds: 1, alerts: 12 };
const SECONDS = Number(process.env['STRIKEWIRE_OUTAGE_SECONDS'] ?? SHORT.seconds);
const IS_SHORT = SECONDS <= SHORT.seconds;
/** During the outage; half of it before, and half after. */
const ALERTS = IS_SHORT ? SHORT.alerts : 50;
const EVERY_MS = (SECONDS * 1_000) / ALERTS;
/** What a minute of records kept for both stores would take is more than that. */
const GROWTH_BYTES_MAX = 4 * 2 ** 20;
/** The backlog is delivered so soon after their return. */
const BACK_MS = 30_000;

const OUTAGES = [
  { both: 'are killed', redis: 'is killed and comes back with nothing', postgres: 'is killed' },
  { both: 'stand still', redis: 'stands still', postgres: 'stands still' },
  { both: 'take no writes', redis: 'takes no writes', postgres: 'takes no writes' },
  { both: 'have no room', redis: 'has no memory left', postgres: 'has no disk left' },
] as const;

interface Stage {
  readonly desk: OpenDesk;
  readonly followed: readonly Followed[];
  readonly faults: readonly StoreFault[];
}

type Names = (typeof OUTAGES)[number];

async function openStage(names: Names, skip: (note: string) => never): Promise<Stage> {
  const redis = await REDIS.open(skip);
  onTestFinished(async () => redis.close());
  const postgres = await POSTGRES.open(skip);
  onTestFinished(async () => postgres.close());
  const desk = await openOutageDesk(MANY_TRADES);
  onTestFinished(async () => desk.close());
  const followed = [redis.follow(desk.app), postgres.follow(desk.app)];
  onTestFinished(async () => void (await Promise.all(followed.map((one) => one.stop()))));
  const faults = [redis.faults[names.redis], postgres.faults[names.postgres]];
  return { desk, followed, faults: faults.filter((fault) => fault !== undefined) };
}

/** Bytes that are in use once everything nobody uses is gone. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return process.memoryUsage().heapUsed;
}

/** Alerts over some time, and what became of each on the record. */
async function trade({ app, alerts }: OpenDesk, count: number) {
  const from = app.journal.health().lastSeq;
  const answered = await alerts(count, EVERY_MS);
  return { answered, from, to: app.journal.health().lastSeq };
}

describe('when Redis and PostgreSQL', () => {
  it.for(OUTAGES)(
    '$both in the middle of alerts',
    {
      timeout: 300_000 + 3_000 * SECONDS,
    },
    async (names, { skip }) => {
      const { desk, followed, faults } = await openStage(names, skip);
      // No desk trades its first alert cold: these are not measured.
      const answered: Answered[] = [...(await desk.alerts(2, 100))];
      const before = await trade(desk, ALERTS / 2);
      const kept = heapInUse();
      await Promise.all(faults.map((fault) => fault.begin()));
      const during = await trade(desk, ALERTS);
      const lags = followed.map((one) => one.lag());
      const grown = heapInUse() - kept;
      await Promise.all(faults.map((fault) => fault.end()));
      const backSince = performance.now();
      const areBack = await Promise.all(followed.map((one) => one.current(BACK_MS)));
      const backMs = performance.now() - backSince;
      const after = await trade(desk, ALERTS / 2);
      answered.push(...before.answered, ...during.answered, ...after.answered);

      const record = recordOf(desk);
      const took = ({ from, to }: typeof before): readonly number[] =>
        alertsToOrders(record.filter(({ seq }) => seq > from && seq <= to));
      const away = took(during);
      const sound = [...took(before), ...took(after)];
      if (!IS_SHORT) tell({ both: names.both, sound, away, lags, backMs, grown });

      expectUnaffected(desk, answered);
      expect(Math.min(...lags)).toBeGreaterThan(ALERTS);
      expect(grown).toBeLessThan(GROWTH_BYTES_MAX);
      expect(areBack).toEqual([true, true]);
      expect(await Promise.all(followed.map(differenceOf))).toEqual([null, null]);
    },
  );
});

interface Figures {
  readonly both: string;
  /** From the message received to the order on record, in ms. */
  readonly sound: readonly number[];
  readonly away: readonly number[];
  readonly lags: readonly number[];
  readonly backMs: number;
  readonly grown: number;
}

function tell({ both, sound, away, ...more }: Figures): void {
  const rows = [spread('sound', sound, 'ms'), spread(both, away, 'ms')];
  const [{ p99: goal = Number.NaN } = {}, { p99 = Number.NaN } = {}] = rows;
  const orders = [sound.length, away.length];
  process.stdout.write(`${JSON.stringify({ rows, orders, ratio: p99 / goal, ...more })}\n`);
}
