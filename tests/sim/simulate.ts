/** One seed from its first event to its last: what is planned happens, then all comes to rest. */
import { type EpochMs, plus } from '#kernel/time.ts';
import { isOpen, newYorkDate, newYorkInstant, nextTradingDay, sessionOf } from '#market/session.ts';
import { isCalm } from '#orders/core/working.ts';
import { happen, sayAlert } from './acts.ts';
import type { SimOutcome, SimRequest } from './model.ts';
import { awaitsLateSells, judgeRecord, judgeRepetition, judgeRest } from './rest.ts';
import { SimWorld } from './world.ts';

const SETTLING_MS = 22_000;
/** Time to send what had waited for room. */
const ROOM_MS = 10_000;
const MUTATIONS_NEAR_LIMIT = 45;
const SESSION = 'equity_option';
/** Less than this before the close the rest is left for the next day. */
const DAY_END_MS = 180_000;
const REPEAT_MS = 1_500;
const LIFT_MS = 3_000;
/** With what came before, a minute and more without faults. */
const CLOSING_MS = 40_000;
const OPERATOR = 'local:operator';

interface Scheduled {
  readonly at: number;
  readonly act: () => void;
}

/** What was looked for has been found: the rest of the world does not matter. */
class Enough extends Error {}

/** The world a rejection nobody handled belongs to: they run one after another. */
let current: SimWorld | null = null;
let isWatching = false;
const SETTLED = Promise.resolve();

export async function simulate(request: SimRequest): Promise<SimOutcome> {
  watchRejections();
  const world = new SimWorld(request);
  current = world;
  const { plan } = world;
  world.settle(world.start());
  try {
    await runUntil(world, plan.untilMs, schedule(world));
    await comeToRest(world);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  const { witness, faults, judge } = world;
  request.onRecord?.(judge.state.records);
  current = null;
  world.disk.discard();
  return {
    seed: request.seed,
    violations: witness.violations,
    lifecycles: judge.state.lived.size,
    crashes: world.crashes,
    ambiguous: world.ambiguous,
    messageFaults: faults.messageFaults,
    marks: witness.marks,
    traceHash: witness.hash,
    fired: faults.fired,
    alerts: plan.alerts.length,
    story: witness.story,
  };
}

function schedule(world: SimWorld): readonly Scheduled[] {
  const { plan, request } = world;
  const acts: Scheduled[] = [];
  for (const [number, alert] of plan.alerts.entries()) {
    if (request.dropAlerts?.has(number) || request.onlyAlerts?.has(number) === false) continue;
    acts.push({ at: alert.at, act: () => sayAlert(world, alert, number) });
  }
  for (const event of plan.events) acts.push({ at: event.at, act: () => happen(world, event) });
  for (const crash of plan.crashes) acts.push({ at: crash.at, act: () => world.arm(crash) });
  for (let at = plan.watchMs; at < plan.untilMs; at += plan.watchMs) {
    acts.push({ at, act: () => resume(world) });
  }
  return acts.toSorted((a, b) => a.at - b.at);
}

/** Somebody lets the desk go on that has stopped itself, or was stopped a while ago. */
function resume(world: SimWorld): void {
  const control = world.run?.control;
  if (control === undefined || control.killState() === 'ACTIVE') return;
  if (world.clock.mono() < world.haltedUntil) return;
  world.settle(control.setKillState('ACTIVE', OPERATOR, 'seen to'));
}

async function comeToRest(world: SimWorld): Promise<void> {
  const { clock, market } = world;
  world.calm();
  await pass(world, SETTLING_MS);
  while (isOutOfRoom(world) || awaitsLateSells(world)) await pass(world, SETTLING_MS / 2);
  const leftMs = closingIn(clock.now());
  if (leftMs > 0 && leftMs < DAY_END_MS) await pass(world, leftMs + SETTLING_MS);
  const isTrading = closingIn(clock.now()) > 0;
  judgeRest(world, { isMarketOpen: isTrading, isEnd: false });
  await repeat(world);
  if (!isTrading) await sleepOver(world);
  market.lift(160n);
  await pass(world, LIFT_MS);
  closeAll(world);
  await pass(world, CLOSING_MS);
  while (isOutOfRoom(world)) await pass(world, SETTLING_MS / 2);
  judgeRest(world, { isMarketOpen: true, isEnd: true });
  judgeEnd(world);
  judgeRecord(world);
}

/** So much was sent within the last minute that what is still to be sent has to wait. */
function isOutOfRoom({ run }: SimWorld): boolean {
  if (run === null) return false;
  const { book } = run.desk;
  return book.mutationsSince(plus(run.desk.now(), -60_000 - ROOM_MS)) > MUTATIONS_NEAR_LIMIT;
}

/** How long the market is open from now on; 0 when it is not. */
function closingIn(now: EpochMs): number {
  if (!isOpen(SESSION, now)) return 0;
  return (sessionOf(SESSION, newYorkDate(now))?.close ?? now) - now;
}

/** Faultless time, somebody resuming what stands. */
async function pass(world: SimWorld, ms: number): Promise<void> {
  const from = world.clock.mono();
  const acts: Scheduled[] = [];
  for (let at = from + 1_000; at < from + ms; at += 10_000) {
    acts.push({ at, act: () => resume(world) });
  }
  await runUntil(world, from + ms, acts);
}

async function repeat(world: SimWorld): Promise<void> {
  const { run, messages, judge, clock } = world;
  if (run === null) return;
  const from = judge.state.records.length;
  const { statuses } = world.broker.ledger;
  const before = statuses.length;
  const known = messages.filter(({ key }) => judge.state.received.has(key));
  for (const message of known.slice(0, 3)) {
    world.settle(run.lane.receive({ ...message, receivedAt: clock.now() }));
  }
  run.process.notifyAgain();
  await runUntil(world, clock.mono() + REPEAT_MS, []);
  // What the broker itself or others have done meanwhile is no repetition.
  const isShared = judge.state.symbols.values().some((symbol) => symbol.isShared);
  if (statuses.length === before && !isShared) judgeRepetition(world, from);
}

/** The desk is stopped for the night and starts again in the morning. */
async function sleepOver(world: SimWorld): Promise<void> {
  const { clock, market } = world;
  world.settle(world.stop());
  await runUntil(world, clock.mono() + 15_000, []);
  if (world.run !== null) {
    world.judge.report('L1', 'the desk does not stop');
    return;
  }
  market.sleep();
  const day = nextTradingDay(newYorkDate(clock.now()));
  const until = newYorkInstant(day, '09:40') - clock.now();
  await runUntil(world, clock.mono() + until, []);
  market.wake();
  world.settle(world.start());
  await pass(world, 10_000);
}

function closeAll(world: SimWorld): void {
  const { run } = world;
  if (run === null) return;
  for (const { id } of run.desk.book.open()) {
    world.settle(run.control.closeTrade(id, OPERATOR, 'the day is over'));
  }
}

function judgeEnd({ run, judge }: SimWorld): void {
  for (const trade of run?.desk.book.open() ?? []) {
    // A close that rests, asked for by nobody to move, waits for the market.
    const asked = trade.closes.flatMap((close) => (close.ended ? [] : close.orders));
    const rests = trade.orders.some((order) => asked.includes(order.cid) && isCalm(order));
    if (trade.blocked !== null || rests) continue;
    judge.report('L1', `${trade.id} does not come to its end`);
  }
}

/** Timer by timer; between two of them every promise settles and the judge looks. */
function runUntil(world: SimWorld, until: number, acts: readonly Scheduled[]): Promise<void> {
  const { clock, judge } = world;
  let next = 0;
  return new Promise((resolve, reject) => {
    const turn = (): void => {
      try {
        judge.look();
        if (isEnough(world)) {
          reject(new Enough());
          return;
        }
        const act = acts[next];
        const due = Math.min(act?.at ?? Infinity, clock.nextDue() ?? Infinity);
        if (due > until) {
          clock.advance(Math.max(0, until - clock.mono()));
          resolve();
          return;
        }
        clock.advance(Math.max(0, due - clock.mono()));
        if (act !== undefined && act.at <= due) {
          next += 1;
          act.act();
        }
      } catch (error) {
        world.failed(error);
      }
      void SETTLED.then(later);
    };
    // A tick asked for by a microtask comes when no microtask is left: all promises have settled.
    const later = (): void => process.nextTick(turn);
    void SETTLED.then(later);
  });
}

function isEnough({ request: { until }, witness: { violations } }: SimWorld): boolean {
  if (violations.length === 0 || until === undefined) return false;
  return until === 'any' || violations.some(({ invariant }) => invariant === until);
}

function watchRejections(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('unhandledRejection', (error) => {
    if (current === null) throw error;
    current.failed(error);
  });
}
