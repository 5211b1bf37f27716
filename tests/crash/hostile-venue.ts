/** What goes wrong at the stand-in during a run: drawn once for each run, some of it not at all. */
import type { Random } from '#kernel/random.ts';
import type { OrderBehaviour } from '../stand-ins/tastytrade/engine/behaviour.ts';
import type { FaultAction, FaultRule } from '../stand-ins/tastytrade/http/faults.ts';
import type { TastytradeStandIn } from '../stand-ins/tastytrade/stand-in.ts';

/** More than a run can send; the market alone decides on what comes after. */
const COURSES = 500;
/** Well below the desk's quarantine: what executes later than that is another drill. */
const LATE_MS_MAX = 2_500;

type Hostility = readonly [most: number, rule: (random: Random) => FaultRule];

const ORDERS = /^\/accounts\/[^/]+\/orders(?:\/\d+)?$/;
const ORDER_LISTS = /^\/accounts\/[^/]+\/orders(?:\/live)?$/;

const HOSTILITIES: readonly Hostility[] = [
  ...(['POST', 'PATCH', 'DELETE'] as const).flatMap((method): readonly Hostility[] => [
    [0.1, () => meets(method, 'before', { kind: 'drop' })],
    [0.2, () => meets(method, 'after', { kind: 'drop' })],
    [0.08, () => meets(method, 'before', { kind: 'status', status: 503 })],
    [0.12, () => meets(method, 'after', { kind: 'status', status: 502 })],
    [0.03, () => meets(method, 'before', { kind: 'status', status: 429 })],
    [0.05, () => meets(method, 'before', { kind: 'status', status: 401 })],
    [0.1, () => meets(method, 'after', { kind: 'truncate', bytes: 90 })],
    [0.1, () => meets(method, 'after', { kind: 'html', status: 502 })],
    [0.06, () => meets(method, 'after', { kind: 'hang' })],
    [0.06, (random) => meets(method, 'before', late(random))],
    [0.4, (random) => meets(method, 'after', { kind: 'delay', ms: random.integer(20, 300) })],
    [0.2, (random) => meets(method, 'before', { kind: 'delay', ms: random.integer(20, 150) })],
  ]),
  [0.2, (random) => reads({ kind: 'stale', ms: random.integer(100, 1_200) })],
  [0.08, () => reads({ kind: 'drop' })],
  [0.2, (random) => reads({ kind: 'delay', ms: random.integer(20, 200) })],
  [0.1, () => ({ method: 'GET', path: '/positions', when: 'before', fault: { kind: 'drop' } })],
];

function meets(method: string, when: FaultRule['when'], fault: FaultAction): FaultRule {
  return { method, path: ORDERS, when, fault };
}

function reads(fault: FaultAction): FaultRule {
  return { method: 'GET', path: ORDER_LISTS, when: 'before', fault };
}

function late(random: Random): FaultAction {
  return { kind: 'late', ms: random.integer(50, LATE_MS_MAX) };
}

/** Half of what could go wrong does, at rates of its own. */
export function makeHostile(standIn: TastytradeStandIn, random: Random): void {
  for (const [most, ruleOf] of HOSTILITIES) {
    const probability = random.chance(0.5) ? random.next() * most : 0;
    if (probability > 0) standIn.faults.add({ ...ruleOf(random), probability });
  }
  for (const kind of ['drop', 'duplicate', 'reorder', 'late'] as const) {
    const probability = random.chance(0.5) ? random.next() * 0.3 : 0;
    if (probability > 0) standIn.streamer.disturb({ kind, ms: 150, probability });
  }
  for (const side of ['buy', 'sell'] as const) {
    for (let order = 0; order < COURSES; order += 1) {
      // The first rule that has not met an order yet takes the next one.
      standIn.behave({ side, nth: 1, course: courseOf(random, side) });
    }
  }
}

function courseOf(random: Random, side: 'buy' | 'sell'): OrderBehaviour {
  if (side === 'buy' && random.chance(0.04)) {
    const message = 'Account does not have sufficient buying power available for this order.';
    return { refuse: { status: 422, code: 'margin_check_failed', message } };
  }
  if (random.chance(0.04)) {
    return { rejectLater: { afterMs: random.integer(0, 300), reason: 'Rejected by the venue.' } };
  }
  return {
    fills: fillsOf(random),
    fillDuringCancel: random.chance(0.25) ? random.integer(1, 4) : 0,
    fillDuringReplace: random.chance(0.25) ? random.integer(1, 4) : 0,
    abortedOriginal: random.pick(['lives', 'cancelled']),
    cancelsIgnored: random.chance(0.1) ? 1 : 0,
    fillRowsLagMs: random.chance(0.25) ? random.integer(20, 600) : 0,
    fillPieces: random.chance(0.2) ? random.integer(2, 3) : 1,
    notifications: random.pick(['normal', 'normal', 'duplicate', 'out_of_order', 'drop']),
  };
}

function fillsOf(random: Random): NonNullable<OrderBehaviour['fills']> {
  const afterMs = random.integer(10, 900);
  const thenAfterMs = random.chance(0.5) ? afterMs : null;
  return random.pick([
    { kind: 'market' },
    { kind: 'market' },
    { kind: 'immediate' },
    { kind: 'delayed', afterMs },
    { kind: 'partial', quantity: random.integer(1, 4), thenAfterMs },
    {
      kind: 'scheduled',
      fills: [
        { afterMs, quantity: 1 },
        { afterMs: 2 * afterMs, quantity: 9 },
      ],
    },
    { kind: 'never' },
  ] as const);
}
