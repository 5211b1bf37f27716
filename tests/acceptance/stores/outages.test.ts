/**
 * What becomes of a trading desk while a store that follows it is away, slow, full or wiped?
 * Nothing. And of the store when it is back? It holds everything, once.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type OpenDesk, openOutageDesk } from './desk.ts';
import { POSTGRES } from './postgres-store.ts';
import { REDIS } from './redis-store.ts';
import { differenceOf, type Followed, type StoreKind, type StoreUnderTest } from './store.ts';
import { expectUnaffected, recordOf } from './unaffected.ts';

const STORES: readonly StoreKind[] = [REDIS, POSTGRES];

/** Alerts before, during and after; the whole of it takes some seconds. */
const BEFORE = 4;
const DURING = 12;
const AFTER = 2;
const EVERY_MS = 80;

interface Stage {
  readonly desk: OpenDesk;
  readonly store: StoreUnderTest;
}

async function openStage(kind: StoreKind, skip: (note: string) => never): Promise<Stage> {
  const store = await kind.open(skip);
  onTestFinished(async () => store.close());
  const desk = await openOutageDesk();
  onTestFinished(async () => desk.close());
  return { desk, store };
}

function follow({ store, desk }: Stage): Followed {
  const followed = store.follow(desk.app);
  onTestFinished(async () => followed.stop());
  return followed;
}

describe.each(STORES)('when $name', (kind) => {
  it.for(kind.faultNames)('%s in the middle of alerts', { timeout: 300_000 }, async (name, at) => {
    const stage = await openStage(kind, at.skip);
    const followed = follow(stage);
    const { desk, store } = stage;
    const answered = [...(await desk.alerts(BEFORE, EVERY_MS))];
    await store.faults[name]?.begin();
    answered.push(...(await desk.alerts(DURING, EVERY_MS)));
    const missing = store.faults[name]?.stops === true ? followed.lag() : Number.POSITIVE_INFINITY;
    expect(missing).toBeGreaterThan(DURING);
    await store.faults[name]?.end();
    answered.push(...(await desk.alerts(AFTER, EVERY_MS)));
    expectUnaffected(desk, answered);
    expect(await differenceOf(followed)).toBeNull();
  });

  it('is away when the desk starts, and comes later', { timeout: 300_000 }, async ({ skip }) => {
    const stage = await openStage(kind, skip);
    const { desk, store } = stage;
    const fault = store.faults[kind.faultNames[0] ?? ''];
    await fault?.begin();
    const followed = follow(stage);
    const answered = await desk.alerts(DURING, EVERY_MS);
    expect(followed.lag()).toBeGreaterThan(DURING);
    await fault?.end();
    expectUnaffected(desk, answered);
    expect(await differenceOf(followed)).toBeNull();
  });

  it('was never there, the desk stops in good time', { timeout: 300_000 }, async ({ skip }) => {
    const stage = await openStage(kind, skip);
    const { desk, store } = stage;
    await store.faults[kind.faultNames[0] ?? '']?.begin();
    const followed = store.follow(desk.app);
    await desk.alerts(2, EVERY_MS);
    const from = performance.now();
    await followed.stop();
    expect(performance.now() - from).toBeLessThan(5_000);
  });
});

// PostgreSQL may be away for a minute first: `tests/unit/history/projector.test.ts` has the time.
it('when Redis lags for long, an incident says so, once', { timeout: 300_000 }, async ({
  skip,
}) => {
  const stage = await openStage(REDIS, skip);
  const { desk, store } = stage;
  const followed = follow(stage);
  const fault = store.faults[REDIS.faultNames[0] ?? ''];
  await fault?.begin();
  await desk.alerts(1, EVERY_MS);
  const told = (): number =>
    recordOf(desk).filter(
      (one) => one.kind === 'incident.raised' && one.body.code.endsWith('_behind'),
    ).length;
  await expect.poll(told, { timeout: 60_000 }).toBe(1);
  await desk.alerts(3, EVERY_MS);
  await fault?.end();
  expect(await differenceOf(followed)).toBeNull();
  expect(told()).toBe(1);
});
