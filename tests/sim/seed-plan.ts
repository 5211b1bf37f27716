/**
 * What a seed plans before anything happens: settings, broker, rates, alerts, planned faults and
 * crashes, each from a stream of its own.
 */

import type { BrokerLatency, SimulatedBrokerOptions } from '#adapters/simulated/broker-settings.ts';
import { USUAL_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { type AlertSettings, AlertSettingsSchema } from '#alerts/settings.ts';
import { date } from '#kernel/calendar.ts';
import { createRandom, type Random } from '#kernel/random.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { newYorkInstant } from '#market/session.ts';
import { type OrdersSettings, OrdersSettingsSchema } from '#orders/settings.ts';
import { type RiskSettings, RiskSettingsSchema } from '#risk/settings.ts';
import { MESSAGE_FAULTS, type Rates, rateMax } from './faults.ts';
import { UNIVERSE } from './market.ts';
import { type PlannedCrash, type PlannedEvent, planCrashes, planEvents } from './seed-mishaps.ts';

export interface WorldSettings {
  readonly alerts: AlertSettings;
  readonly risk: RiskSettings;
  readonly orders: OrdersSettings;
}

export const ALERT_KINDS = [
  'open',
  'open_again',
  'exit',
  'context_exit',
  'stranger',
  'foreign_room',
  'paper_room',
  'dry',
  'bot',
  'reply',
  'old',
  'chatter',
  'far_price',
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export interface PlannedAlert {
  readonly at: number;
  readonly kind: AlertKind;
  /** Number of the contract in the universe. */
  readonly contract: number;
  readonly author: string;
  readonly quantity: number;
  /** How it is put, and at what price beside the mid. */
  readonly wording: number;
  readonly priced: 'mid' | 'above' | 'below' | 'none';
}

export interface SeedPlan {
  readonly start: EpochMs;
  readonly isDryRun: boolean;
  readonly settings: WorldSettings;
  readonly broker: Partial<SimulatedBrokerOptions>;
  readonly latency: BrokerLatency;
  readonly quoteEveryMs: number;
  readonly rates: Rates;
  readonly alerts: readonly PlannedAlert[];
  readonly events: readonly PlannedEvent[];
  readonly crashes: readonly PlannedCrash[];
  /** Orders fill soon and whole, as in a busy market: many trades, few steps. */
  readonly fillsQuickly: boolean;
  /** How often somebody looks whether the desk stands still for no reason. */
  readonly watchMs: number;
  /** Answers are posted in the channel. */
  readonly posts: boolean;
  /** The last thing planned. */
  readonly untilMs: number;
}

const PEOPLE = ['ann', 'bob', 'cyd'] as const;

const ALERTS = AlertSettingsSchema.parse({
  people: {
    'local:ann': { permissions: ['alert'] },
    'local:bob': { permissions: ['alert'] },
    'local:cyd': { permissions: ['alert', 'trade'] },
    'local:eve': { permissions: ['operate'] },
  },
  channels: {
    'local:room': { purpose: 'alerts' },
    'local:second': { purpose: 'alerts' },
    'local:paper': { purpose: 'alerts', dryRun: true },
    'local:ops': { purpose: 'control' },
  },
});

function riskOf(fraction: string): RiskSettings {
  return RiskSettingsSchema.parse({
    limits: {
      allocation: '10%',
      premiumTradeMax: '10000',
      premiumOpenMax: '30%',
      openTradesMax: 20,
      openPerUnderlyingMax: 20,
      openPerInstrumentMax: 4,
      tradesPerDayMax: 100,
      tradesPerAuthorHourMax: 100,
      mutationsPerMinuteMax: 50,
      mutationsPerSecondMax: 20,
      dailyLossMax: '10%',
      rejectsInARowMax: 8,
      unresolvedMax: 20,
      entriesUntil: '15:59',
      entriesStopBeforeCloseMs: 0,
    },
    exit: { fraction, gatherMs: 300 },
  });
}

const WHOLE = riskOf('100%');
const RISKS = [riskOf('50%'), WHOLE, WHOLE, riskOf('34%')];

const ORDERS = OrdersSettingsSchema.parse({
  quarantineMs: 5_000,
  looksMin: 3,
  lookEveryMs: 2_000,
  crashStartsMax: 100,
  readEveryMs: 700,
  pollBusyMs: 3_000,
  pollIdleMs: 15_000,
  positionsEveryMs: 15_000,
  balancesEveryMs: 15_000,
  settleMs: 1_500,
  cancelAgainMs: 1_500,
  sellRetryMs: 500,
  placeWithinMs: 4_000,
  shutdownWaitMs: 3_000,
});

const MORNING = newYorkInstant(date('2026-11-19'), '10:00');
/** Moments before the close: the day ends while trades are open. */
const EVENING = plus(newYorkInstant(date('2026-11-19'), '15:58'), 40_000);

/** Ordinary days: what is held leaves whole, orders fill soon, somebody is at the desk. */
const BRISK_SHARE = 0.6;
const WATCH_MS = { brisk: 500, usual: 1_500 } as const;

interface Size {
  readonly alertCount: number;
  readonly paceMs: number;
  readonly crashesMax: number;
}

/** Long days share what a world costs; the more is on record, the more a crash costs. */
function sizeOf(swarm: Random): Size {
  if (swarm.chance(0.35)) {
    const alertCount = swarm.integer(16, 28);
    return { alertCount, paceMs: swarm.integer(600, 1_400), crashesMax: alertCount };
  }
  const alertCount = swarm.integer(5, 11);
  return { alertCount, paceMs: swarm.integer(200, 1_600), crashesMax: 2 * alertCount };
}

export function planSeed(seed: number, faultsTimes: number): SeedPlan {
  const root = createRandom(seed);
  const swarm = root.fork('swarm');
  const { alertCount, paceMs, crashesMax } = sizeOf(swarm);
  const isBrisk = swarm.chance(BRISK_SHARE);
  const alerts = planAlerts(root.fork('alerts'), alertCount, paceMs);
  const lastAt = alerts.at(-1)?.at ?? 0;
  const untilMs = lastAt + swarm.integer(1_500, 6_000);
  const latency = latencyOf(root.fork('latency'), isBrisk);
  const withFaults = faultsTimes > 0;
  const replacementQuantity = swarm.pick(['remaining', 'original'] as const);
  const plan: SeedPlan = {
    start: swarm.chance(0.06) ? EVENING : MORNING,
    isDryRun: swarm.chance(0.02),
    settings: settingsOf(root.fork('settings'), { latency, replacementQuantity, isBrisk }),
    broker: {
      replacementQuantity,
      abortedReplacement: swarm.pick(['rejected', 'cancelled']),
      fillRowsLagMs: swarm.chance(0.3) ? swarm.integer(50, 1_500) : 0,
    },
    latency,
    quoteEveryMs: swarm.pick([1_000, 1_500, 2_000, 2_500]),
    rates: ratesOf(root.fork('rates'), faultsTimes),
    alerts,
    events: withFaults ? planEvents(root.fork('events'), untilMs) : [],
    crashes: withFaults ? planCrashes(root.fork('crashes'), crashesMax, untilMs) : [],
    posts: swarm.chance(0.04),
    fillsQuickly: isBrisk || swarm.chance(0.2),
    watchMs: isBrisk ? WATCH_MS.brisk : WATCH_MS.usual,
    untilMs,
  };
  return { ...plan, settings: freshlyQuoted(plan) };
}

/** Where quotes come often, one is not fresh for long. */
function freshlyQuoted({ settings, quoteEveryMs }: SeedPlan): WorldSettings {
  const { risk } = settings;
  if (quoteEveryMs > 1_500) return settings;
  const limits = { ...risk.limits, quoteReceivedAgeMsMax: quoteEveryMs + 200 };
  return { ...settings, risk: { ...risk, limits } };
}

function planAlerts(random: Random, count: number, paceMs: number): readonly PlannedAlert[] {
  const alerts: PlannedAlert[] = [];
  const first = random.integer(0, UNIVERSE.length - 1);
  let at = 400;
  for (let n = 0; n < count; n += 1) {
    at += Math.round(paceMs * (0.2 + 1.6 * random.next()));
    const kind = kindOf(random.next());
    const earlier = alerts[random.integer(0, Math.max(0, n - 1))];
    const follows = FOLLOWING.has(kind) ? earlier : undefined;
    const author = random.pick(PEOPLE);
    alerts.push({
      at,
      kind,
      contract: follows?.contract ?? (first + n * STRIDE) % UNIVERSE.length,
      author: follows !== undefined && kind !== 'open_again' && n % 3 > 0 ? follows.author : author,
      quantity: quantityOf(random.integer(1, 12)),
      wording: random.integer(0, 3),
      priced: random.pick(['mid', 'mid', 'above', 'below', 'none']),
    });
  }
  return alerts;
}

/** One contract more often than others: only one is edited in place. */
function quantityOf(drawn: number): number {
  return drawn > 10 ? 1 : drawn;
}

/** About the contract of an alert before. */
const FOLLOWING: ReadonlySet<AlertKind> = new Set(['open_again', 'exit', 'context_exit']);
/** Prime to the number of contracts: none comes twice before all have come. */
const STRIDE = 5;

function kindOf(drawn: number): AlertKind {
  let left = drawn;
  for (const [kind, share] of ALERT_SHARES) {
    left -= share;
    if (left < 0) return kind;
  }
  return 'open';
}

const ALERT_SHARES: readonly (readonly [AlertKind, number])[] = [
  ['exit', 0.05],
  ['context_exit', 0.02],
  ['open_again', 0.03],
  ['stranger', 0.01],
  ['foreign_room', 0.006],
  ['paper_room', 0.01],
  ['dry', 0.01],
  ['bot', 0.006],
  ['reply', 0.006],
  ['old', 0.006],
  ['chatter', 0.006],
  ['far_price', 0.01],
];

function latencyOf(random: Random, isBrisk: boolean): BrokerLatency {
  const slow = random.chance(0.3) ? 6 : 1;
  return {
    ...USUAL_LATENCY,
    requestMs: random.integer(2, 20) * slow,
    answerMs: random.integer(2, 30) * slow,
    queryMs: random.integer(5, 30) * slow,
    streamMs: random.integer(1, 40) * slow,
    listLagMs: random.chance(0.5) ? 0 : random.integer(20, 900),
    timeoutMs: random.integer(600, 2_000),
    routeMs: isBrisk ? 0 : random.integer(1, 30),
    workMs: isBrisk ? 0 : random.integer(1, 40),
    cancelMs: random.integer(5, 120) * slow,
    replaceMs: random.integer(5, 120) * slow,
  };
}

interface Circumstances {
  readonly latency: BrokerLatency;
  readonly replacementQuantity: 'remaining' | 'original';
  readonly isBrisk: boolean;
}

function settingsOf(
  random: Random,
  { latency, replacementQuantity, isBrisk }: Circumstances,
): WorldSettings {
  const drawn = random.pick(RISKS);
  const risk = isBrisk ? WHOLE : drawn;
  const waitMs = random.integer(300, 1_500);
  const windowMs = Math.max(1_000, waitMs + random.integer(700, 5_000));
  const entry = {
    waitMs,
    windowMs,
    stepsMax: random.integer(0, 4),
    convert: random.pick(['market', 'marketable-limit', 'never'] as const),
    convertWithinTicks: random.integer(0, 2),
  };
  return {
    alerts: random.chance(0.5) ? ALERTS : { ...ALERTS, repeat: 'allow', duplicateWindowMs: 3_000 },
    risk: {
      ...risk,
      entry,
      exit: { ...risk.exit, timeInForce: random.chance(0.3) ? 'day' : 'gtc' },
    },
    orders: {
      ...ORDERS,
      stepBy: random.pick([
        'edit_single',
        'cancel_new',
        replacementQuantity === 'remaining' ? 'edit' : 'edit_single',
      ] as const),
      answerWithinMs: random.chance(0.3) ? 1_000 : latency.timeoutMs + 3_000,
      onShutdown: random.pick(['cancel', 'leave'] as const),
      placeWithinMs: random.pick([1_500, 4_000]),
    },
  };
}

function ratesOf(random: Random, times: number): Rates {
  const rates: [string, number][] = [];
  for (const kind of MESSAGE_FAULTS) {
    const isOn = random.chance(0.5);
    const rate = random.next() * rateMax(kind);
    rates.push([kind, isOn ? rate * times : 0]);
  }
  return Object.fromEntries(rates) as Rates;
}
