/**
 * Ten minutes without SQL history and bus, in the middle of 50 alerts, under the virtual clock: the
 * desk does to the millisecond what it does with both, keeps nothing for them that grows, says what
 * is wrong, and brings them up to date within half a minute of their return.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryBus, type MemoryBusStore } from '#adapters/memory/bus.ts';
import { Alarms } from '#app/alarms/alarms.ts';
import type { BusHealth, DeskBus } from '#app/bus/desk-bus.ts';
import { busPart } from '#app/bus/part.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import { createDeskHistory, type DeskHistory } from '#app/history/desk-history.ts';
import { historyPart } from '#app/history/part.ts';
import { storeFigures } from '#app/store-figures.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import type { DeskEntry, Told } from '#audit/model.ts';
import { toRow } from '#audit/row.ts';
import { createTeller } from '#audit/teller.ts';
import type { BusFault } from '#bus/model.ts';
import type { Emission } from '#bus/ports.ts';
import { BusSettingsSchema } from '#bus/settings.ts';
import type { Projected } from '#history/model.ts';
import type { Step, StoreFault } from '#history/ports.ts';
import { rowsOf } from '#history/project.ts';
import { createRandom } from '#kernel/random.ts';
import { AlarmMemory } from '#operate/alarms/memory.ts';
import { ALARMS_SETTINGS } from '#operate/alarms/settings.ts';
import {
  type FailingBus,
  type FailingHistory,
  failingBus,
  failingHistory,
  postgresFault,
} from '../fixtures/failing-stores.ts';
import { FakeHistoryStore } from '../fixtures/fake-history-store.ts';
import { collectGarbage } from '../fixtures/watched.ts';
import { followByBus, recordOf, toldAt } from './followed-world.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const MINUTE_MS = 60_000;
const OUTAGE_MS = 10 * MINUTE_MS;
const BACK_MS = 30_000;
/** Before and after the outage, and during it. */
const AROUND = 10;
const DURING = 30;
const EVERY_MS = OUTAGE_MS / DURING;
const UBER = 'UBER  261204P00078000';
const SETTINGS = BusSettingsSchema.parse({});
const RETENTION = { historyDays: 730, testResultDays: 30 };

/** One step of the history and one emission, made when the first of the outage was recorded. */
const KEPT_BYTES_MAX = 200_000;
/** Of each message, trade and position the newest value waits, however often it changed. */
const VALUES_MAX = 4 * DURING;

/** What is told of an outage, once each: no sooner and no later than so long after it began. */
const TOLD: Readonly<Record<string, readonly [after: number, before: number]>> = {
  'incident.raised bus_behind': [30_000, 40_000],
  'incident.raised history_behind': [60_000, 80_000],
  'alarm.raised redis_behind': [2 * MINUTE_MS, 2 * MINUTE_MS + 20_000],
  'alarm.raised history_behind': [2 * MINUTE_MS, 2 * MINUTE_MS + 20_000],
  'alarm.cleared redis_behind': [OUTAGE_MS + 30_000, OUTAGE_MS + 70_000],
  'alarm.cleared history_behind': [OUTAGE_MS + 30_000, OUTAGE_MS + 70_000],
};

interface Outage {
  readonly what: string;
  readonly sql: StoreFault | 'stalled';
  readonly bus: BusFault | 'stalled';
}

const OUTAGES: readonly Outage[] = [
  {
    what: 'killed: refused at once',
    sql: postgresFault('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:5432'),
    bus: { kind: 'away', detail: 'Redis cannot be reached (ECONNREFUSED)' },
  },
  { what: 'stalled: never answered', sql: 'stalled', bus: 'stalled' },
  {
    what: 'read-only',
    sql: postgresFault('25006', 'cannot execute INSERT in a read-only transaction'),
    bus: { kind: 'read_only', detail: 'Redis takes no writes' },
  },
  {
    what: 'full',
    sql: postgresFault('53100', 'could not extend file: No space left on device'),
    bus: { kind: 'full', detail: 'Redis has no memory left' },
  },
];

interface Stage {
  readonly world: World;
  readonly alarms: Alarms;
  readonly history: DeskHistory;
  readonly bus: DeskBus;
  readonly failing: { readonly sql: FailingHistory; readonly bus: FailingBus };
  /** What the stores hold. */
  readonly held: { readonly sql: FakeHistoryStore; readonly bus: MemoryBusStore };
}

async function openStage(): Promise<Stage> {
  const world = await openWorld({
    alerts: { duplicateWindowMs: 0, repeat: 'allow' },
    risk: {
      limits: {
        ...{ tradesPerDayMax: 100, tradesPerAuthorHourMax: 100, contractsMax: 2 },
        ...{ openTradesMax: 20, openPerUnderlyingMax: 20, openPerInstrumentMax: 20 },
        ...{ premiumOpenMax: '30%' },
      },
    },
  });
  const { clock, journal, desk } = world;
  const held = { sql: new FakeHistoryStore(), bus: createMemoryBus(clock, SETTINGS) };
  const failing = {
    sql: failingHistory(held.sql, clock),
    bus: failingBus(held.bus, clock, SETTINGS.commandWithinMs),
  };
  const memory = new AlarmMemory();
  const { bus, snapshots } = followByBus(world, {
    store: failing.bus.store,
    settings: SETTINGS,
    onRecord: (entry) => memory.take(entry),
  });
  const history = createDeskHistory({
    app: { journal, desk, clock, snapshots },
    ...{ store: failing.sql.store, random: createRandom(1), retention: RETENTION },
    facts: () => ({ keys: [], certifications: [] }),
    onEvent: () => undefined,
  });
  history.start();
  const alarms = new Alarms({
    ...{ clock, desk, memory, settings: ALARMS_SETTINGS.parse(undefined) },
    ...{ receiver: null, signingKey: null, badge: 'SIM' },
  });
  alarms.lookAt(() => storeFigures(history, bus));
  alarms.start();
  return { world, alarms, history, bus, failing, held };
}

/** Alerts of two people at a price that moves, so that entries step, fill and take their profit. */
async function trade({ world }: Stage, count: number, chance = createRandom(count)): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const bid = chance.integer(70, 78);
    world.pin(UBER, `0.${bid}`, `0.${bid + 4}`);
    const author = chance.pick(['local:ann', 'local:bob']);
    await world.say('BTO UBER 78p 12/04 @ 0.75', { author });
    await world.run(EVERY_MS / 2);
    if (chance.chance(0.3)) world.pin(UBER, '1.60', '1.66');
    await world.run(EVERY_MS / 2);
  }
}

interface Course {
  readonly stage: Stage;
  /** When the outage began, on the run's own clock. */
  readonly from: number;
  /** Bytes in use more at its end than at its beginning, in the whole process. */
  readonly grown: number;
  readonly keeps: Kept;
  /** How health shows the stores at its end. */
  readonly parts: readonly string[];
}

/** What is kept for the stores while they are away. */
interface Kept {
  readonly steps: readonly Step[];
  readonly emissions: readonly Emission[];
  readonly waiting: number;
  readonly lags: readonly number[];
}

/** The same alerts at the same times, with both stores failing meanwhile or with neither. */
async function course(outage: Outage | null): Promise<Course> {
  const stage = await openStage();
  const { world, failing, history, bus } = stage;
  await trade(stage, AROUND);
  const from = world.elapsed;
  const before = await heapInUse();
  failing.sql.fail(outage?.sql ?? null);
  failing.bus.fail(outage?.bus ?? null);
  await trade(stage, DURING);
  const grown = (await heapInUse()) - before;
  const { follower, values } = figuresOf(bus);
  const keeps = {
    // What is in the store is the store's own.
    steps: failing.sql.steps.held().filter((step) => !stage.held.sql.steps.includes(step)),
    emissions: failing.bus.emissions.held(),
    waiting: values.waiting,
    lags: [history.health().lagRecords, follower.lagRecords],
  };
  return { stage, from, grown, keeps, parts: partsOf(stage) };
}

async function comeBack({ failing, world }: Stage): Promise<void> {
  failing.sql.fail(null);
  failing.bus.fail(null);
  await world.run(BACK_MS);
}

function figuresOf(bus: DeskBus): BusHealth {
  const health = bus.figures()?.health;
  if (health === undefined) throw new Error('the bus has started');
  return health;
}

function bytesOf(kept: readonly object[]): number {
  const inWords = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? String(value) : value;
  return JSON.stringify(kept, inWords).length;
}

async function heapInUse(): Promise<number> {
  await collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** What people hear of the stores, beside the record of trades. */
const ABOUT_STORES = new Set(['bus_behind', 'history_behind']);

function isAboutStores({ kind, body }: DeskEntry): boolean {
  if (kind === 'alarm.raised' || kind === 'alarm.cleared') return true;
  return kind === 'incident.raised' && ABOUT_STORES.has(body.code);
}

/** Everything the desk and its broker did, with its time; counted as if stores told of nothing. */
function tradedBy({ journal, broker }: World) {
  const entries = [...journal.read(1)].filter(isDeskEntry);
  const teller = createTeller(TRADE_RULES);
  const told = entries.map((entry) => teller.tell(entry));
  const kept = told.filter(({ entry }) => !isAboutStores(entry));
  const places = new Map(kept.map(({ entry }, at) => [entry.seq, at]));
  const place = (seq: number | null) => (seq === null ? null : places.get(seq));
  const { mutations, statuses, trades } = broker.ledger;
  return {
    ledger: { mutations: [...mutations], statuses: [...statuses], trades: [...trades] },
    times: kept.map(({ entry }) => [entry.kind, entry.mono]),
    audit: kept.map(toRow).map(({ seq, refs, ...row }) => ({
      ...row,
      seq: place(seq),
      refs: Object.values(refs).map(place),
    })),
  };
}

type Traded = ReturnType<typeof tradedBy>;

/** What the stores hold, against the journal: every record, once, in order. */
async function expectComplete({ world, held, history, bus }: Stage): Promise<void> {
  expect([history.health().lagRecords, figuresOf(bus).follower.lagRecords]).toEqual([0, 0]);
  const teller = createTeller(TRADE_RULES);
  const entries = [...world.journal.read(1)].filter(isDeskEntry);
  const rows = rowsOf(entries.map((entry) => project(teller.tell(entry))));
  expect(held.sql.steps.flatMap((step) => step.rows.audit)).toEqual(rows.audit);
  expect(held.sql.held?.seq).toBe(world.journal.health().durableSeq);
  expect(await toldAt(held.bus, 1)).toEqual(recordOf(world, 1));
}

function project(told: Told): Projected {
  return { told, row: toRow(told) };
}

function partsOf({ history, bus }: Stage): readonly string[] {
  return [historyPart(history), busPart(() => figuresOf(bus))].map((part) => part.health().state);
}

/** When each was told, from a moment on, by name. */
function toldSince({ world }: Stage, from: number): Readonly<Record<string, readonly number[]>> {
  const told: Record<string, number[]> = {};
  for (const entry of [...world.journal.read(1)].filter(isDeskEntry)) {
    const { kind, body, mono } = entry;
    const name = 'alarm' in body ? body.alarm : 'code' in body ? body.code : null;
    if (isAboutStores(entry)) (told[`${kind} ${name}`] ??= []).push(mono - from);
  }
  return told;
}

/** What was not told as it should be, with the times at which it was. */
function untimely(told: Readonly<Record<string, readonly number[]>>) {
  const names = new Set([...Object.keys(TOLD), ...Object.keys(told)]);
  return [...names].flatMap((name) => {
    const [at, ...more] = told[name] ?? [];
    const [after = 0, before = 0] = TOLD[name] ?? [];
    const isTimely = at !== undefined && at >= after && at < before && more.length === 0;
    return isTimely ? [] : [[name, at, ...more]];
  });
}

describe('ten minutes without SQL history and bus', () => {
  let soundly: Promise<{ readonly traded: Traded; readonly grown: number }> | null = null;

  /** Once for all of them. */
  async function soundRun() {
    const { stage, grown } = await course(null);
    await comeBack(stage);
    await trade(stage, AROUND);
    await expectComplete(stage);
    expect(toldSince(stage, 0)).toEqual({});
    return { traded: tradedBy(stage.world), grown };
  }

  it.each(OUTAGES)('that are $what cost the desk nothing', { timeout: 120_000 }, async (outage) => {
    soundly ??= soundRun();
    const sound = await soundly;
    const { stage, keeps, grown, from, parts } = await course(outage);
    await comeBack(stage);
    await expectComplete(stage);
    await trade(stage, AROUND);
    await expectComplete(stage);
    expect(tradedBy(stage.world)).toEqual(sound.traded);
    expect(sound.traded.ledger.mutations.length).toBeGreaterThan(AROUND + DURING);

    expect(Math.min(...keeps.lags)).toBeGreaterThan(5 * DURING);
    expect(keeps.steps.length).toBeLessThanOrEqual(1);
    expect(keeps.emissions.length).toBeLessThanOrEqual(1);
    expect(bytesOf([...keeps.steps.map(({ rows }) => rows), ...keeps.emissions])).toBeLessThan(
      KEPT_BYTES_MAX,
    );
    expect(keeps.waiting).toBeLessThan(VALUES_MAX);
    // The world itself keeps its record; where both stores are there, their copies grow beside it.
    expect(grown).toBeLessThan(sound.grown / 2);

    expect(parts).not.toContain('ok');
    expect(untimely(toldSince(stage, from))).toEqual([]);
    expect(partsOf(stage)).toEqual(['ok', 'ok']);
    expect(stage.alarms.list().map(({ state }) => state)).not.toContain('raised');
  });
});
