/**
 * F65: every quantity filled (q of n) at every price step (k), for one to ten contracts, while the
 * order rests, while it is cancelled for the step and while it is edited: what is bought is never
 * more than approved, and half of it, rounded down, rests at its target.
 */
import { describe, expect, it } from 'vitest';
import type { CallRule } from '#adapters/simulated/script.ts';
import type { OrderPlan } from '#adapters/simulated/venue/plan.ts';
import { quantity } from '#kernel/quantity.ts';
import { fill, net, UBER } from '../desk/holding.ts';
import { broken } from '../desk/invariants.ts';
import { working } from '../desk/ledger-lines.ts';
import { openWorld, takeOpened, type World } from '../desk/world.ts';

const STEPS = 3;
const REST_MS = 20_000;

interface Way {
  readonly how: string;
  readonly stepBy: 'edit_single' | 'edit' | 'cancel_new';
  /** What becomes of the order that works when the fill is due. */
  readonly plan: (filled: number) => OrderPlan;
  /** Steps at which it can happen: nothing is edited or cancelled for a step after the last. */
  readonly steps: readonly number[];
}

const WAYS: readonly Way[] = [
  {
    how: 'while the order rests',
    stepBy: 'edit_single',
    plan: (filled) => ({ fills: [fill(300, filled)] }),
    steps: [0, 1, 2, 3],
  },
  {
    how: 'while it is cancelled',
    stepBy: 'cancel_new',
    plan: (filled) => ({ fills: 'never', fillDuringCancel: quantity(filled) }),
    steps: [0, 1, 2, 3],
  },
  {
    how: 'while it rests and every step is an edit',
    stepBy: 'edit',
    plan: (filled) => ({ fills: [fill(300, filled)] }),
    steps: [0, 1, 2, 3],
  },
  {
    how: 'while it is edited, and the original lives',
    stepBy: 'edit',
    plan: (filled) => ({
      fills: 'never',
      fillDuringReplace: quantity(filled),
      abortedOriginal: 'lives',
    }),
    steps: [0, 1, 2],
  },
  {
    how: 'while it is edited, and the original ends as well',
    stepBy: 'edit',
    plan: (filled) => ({
      fills: 'never',
      fillDuringReplace: quantity(filled),
      abortedOriginal: 'cancelled',
    }),
    steps: [0, 1, 2],
  },
];

/** The order of step `k` is the k-th placed or edited after the first. */
async function traded(way: Way, count: number, filled: number, step: number): Promise<World> {
  const world = await openWorld({
    risk: { entry: { waitMs: 2_000, windowMs: 9_000, stepsMax: STEPS } },
    orders: { stepBy: way.stepBy },
  });
  takeOpened();
  world.pin(UBER, '0.70', '0.85');
  const rule = (times: number, plan: OrderPlan): CallRule => ({
    on: 'any',
    when: ({ kind, ticket }) => kind !== 'cancel' && ticket?.side === 'buy',
    times,
    plan,
  });
  const { script } = world.broker;
  if (step > 0) script.onCall(rule(step, { fills: 'never' }));
  script.onCall(rule(1, filled === 0 ? { fills: 'never' } : way.plan(filled)));
  script.onCall(rule(Infinity, { fills: 'never' }));
  world.tell(`BTO ${count} UBER 78p 12/04 @ 0.75`);
  await world.run(REST_MS);
  return world;
}

/** What is wrong with it, as a sentence; an empty text when all is well. */
function judge(world: World, count: number, filled: number): string {
  const half = Math.floor(filled / 2);
  const exits = working(world.broker.ledger);
  const onSale = exits.reduce((sum, line) => sum + Number(/^sell (\d+) /.exec(line)?.[1]), 0);
  const [end] = world.bodies('entry.ended');
  const reason = filled === count ? 'filled' : 'window_over';
  return [
    ...broken(world),
    ...(net(world) === filled ? [] : [`${net(world)} bought`]),
    ...(onSale === half ? [] : [`on sale: ${exits.join(', ')}`]),
    ...(end?.reason === reason && end.filled === filled ? [] : [`ended ${end?.reason}`]),
  ].join('; ');
}

describe.each(WAYS)('a fill $how', (way) => {
  it.each(way.steps)('F65: at step %i, of any size, of one to ten contracts', async (step) => {
    const wrong: string[] = [];
    for (let count = 1; count <= 10; count += 1) {
      for (let filled = 0; filled <= count; filled += 1) {
        const what = judge(await traded(way, count, filled, step), count, filled);
        if (what !== '') wrong.push(`${filled} of ${count}: ${what}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
