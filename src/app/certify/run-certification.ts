/**
 * Runs a certification: every scenario in its turn, each bounded in time and cleaned up behind.
 *
 * Nothing is left at the venue: orders are taken back after each scenario, contracts sold at the
 * end, whatever became of the scenarios. An account with money is never certified: there is no way
 * to say it.
 */
import { sha256Hex } from '#kernel/digest.ts';
import type { Random } from '#kernel/random.ts';
import { type Clock, formatInstant } from '#kernel/time.ts';
import type {
  Certification,
  CertifiedThing,
  Scenario,
  TestResult,
} from '#operate/certification/model.ts';
import { SCENARIOS, type ScenarioId } from '#operate/certification/scenarios.ts';
import { hasEnded } from '#orders/ports.ts';
import type { CertifyVenue } from './certify-venue.ts';
import { Course, createCourseMemory } from './course.ts';
import { fail, ScenarioEnd } from './scenario-end.ts';
import { ACCESS } from './scenarios/access.ts';
import { FILLS, sellAll } from './scenarios/fills.ts';
import { MARKET } from './scenarios/market.ts';
import { ORDERS } from './scenarios/orders.ts';
import type { Play } from './scenarios/play.ts';
import { RECORD } from './scenarios/record.ts';

const PLAYS: Readonly<Record<ScenarioId, Play>> = {
  ...ACCESS,
  ...MARKET,
  ...ORDERS,
  ...FILLS,
  ...RECORD,
};

export interface CertificationRequest {
  readonly venue: CertifyVenue;
  readonly clock: Clock;
  readonly random: Random;
  /** What is certified beside the venue and the account. */
  readonly program: Pick<CertifiedThing, 'version' | 'build' | 'settings'>;
  /** Liquid, with options of every week; SPY when absent. */
  readonly underlying?: string;
  /** Some scenarios only; all when absent. */
  readonly only?: readonly ScenarioId[];
  /** True once somebody wants it to end: the scenario at work is the last. */
  readonly isInterrupted?: () => boolean;
  readonly onStart?: (scenario: Scenario) => void;
  readonly onResult?: (result: TestResult) => void;
}

const CLEAN_UP_MS = 60_000;
const ROUND_MS = 300;
const ROUNDS_MAX = 100;

export async function runCertification(request: CertificationRequest): Promise<Certification> {
  const { venue, clock, random, only, underlying = 'SPY' } = request;
  const at = clock.now();
  const name = nameOf(formatInstant(at), random);
  const memory = createCourseMemory(at);
  const { toldOf } = memory;
  const unlisten = venue.broker.onOrder(({ orderId }) => void toldOf.add(orderId));
  const newCourse = () => new Course({ venue, clock, mark: name, underlying }, memory);
  const wanted = SCENARIOS.filter(({ id }) => only === undefined || only.includes(id));
  const results: TestResult[] = [];
  for (const scenario of wanted) {
    if (request.isInterrupted?.()) break;
    // The last one proves what all cleaning up has come to.
    if (scenario.id === 'nothing_left') await attempt(newCourse(), sellUp, CLEAN_UP_MS);
    request.onStart?.(scenario);
    const result = await tryOne(newCourse, scenario);
    results.push(result);
    request.onResult?.(result);
  }
  if (results.at(-1)?.scenario !== 'nothing_left') {
    await attempt(newCourse(), sellUp, CLEAN_UP_MS);
  }
  unlisten();
  return {
    ...{ name, at, results },
    thing: {
      ...request.program,
      environment: venue.environment,
      host: venue.host,
      account: venue.account.slice(-4),
      accountDigest: sha256Hex(venue.account),
    },
    isDelayed: venue.quotes.health().isDelayed ?? true,
    isWhole: results.length === SCENARIOS.length,
  };
}

async function tryOne(
  newCourse: () => Course,
  { id, withinMs }: Scenario<ScenarioId>,
): Promise<TestResult> {
  const course = newCourse();
  const { clock, steps, evidence } = course;
  const startedAt = clock.now();
  const from = clock.mono();
  const end = await attempt(course, PLAYS[id], withinMs);
  const cleaned = await attempt(newCourse(), takeBack, CLEAN_UP_MS);
  const isClean = cleaned.verdict === 'passed';
  return {
    scenario: id,
    verdict: isClean ? end.verdict : 'failed',
    detail: isClean ? end.detail : `${end.detail}; cleaning up: ${cleaned.detail}`,
    ...{ steps, evidence, startedAt },
    tookMs: Math.round(clock.mono() - from),
  };
}

type End = Pick<TestResult, 'verdict' | 'detail'>;

/** However it ends. One that takes too long may do nothing more. */
async function attempt(course: Course, play: Play, withinMs: number): Promise<End> {
  let cancel = (): void => {};
  const late = new Promise<End>((resolve) => {
    const detail = `not done within ${withinMs / 1_000} s`;
    cancel = course.clock.after(withinMs, () => resolve({ verdict: 'failed', detail }));
  });
  const end = await Promise.race([played(course, play), late]);
  cancel();
  course.end();
  return end;
}

async function played(course: Course, play: Play): Promise<End> {
  try {
    return { verdict: 'passed', detail: await play(course) };
  } catch (error) {
    // Whatever it is, what was placed has still to be taken back.
    const verdict = error instanceof ScenarioEnd ? error.verdict : 'failed';
    return { verdict, detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Takes back every order of the course that has not ended, and waits for its end. */
async function takeBack(course: Course): Promise<string> {
  if (course.memory.sent.size === 0) return 'nothing was sent';
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const open = (await course.ours()).filter((order) => !hasEnded(order));
    if (open.length === 0) return 'all has ended';
    for (const { orderId, cancellable } of open) {
      if (cancellable) await course.venue.broker.cancel(orderId);
    }
    await course.pause(ROUND_MS);
  }
  return fail('orders of this run are still open');
}

async function sellUp(course: Course): Promise<string> {
  if (course.memory.sent.size > 0) await sellAll(course);
  return takeBack(course);
}

/** `cert-20260302-150000-1a2b3c` */
function nameOf(instant: string, random: Random): string {
  const digits = instant.replaceAll(/\D/g, '');
  const tail = random.integer(0, 0xff_ff_ff).toString(16).padStart(6, '0');
  return `cert-${digits.slice(0, 8)}-${digits.slice(8, 14)}-${tail}`;
}
