/**
 * The running desk while its broker answers in any order: acts, questions and notices each come
 * when a scheduler lets them. Then everything is let through, and the trade is as it should be.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallRule } from '#adapters/simulated/script.ts';
import type { Broker } from '#orders/ports.ts';
import { fill, net, UBER } from '../../desk/holding.ts';
import { broken } from '../../desk/invariants.ts';
import { working } from '../../desk/ledger-lines.ts';
import { openWorld, takeOpened, type World } from '../../desk/world.ts';

const ENTRY = { waitMs: 2_000, windowMs: 9_000 };

/** Every answer waits for its turn. */
function holdBack({ process: { broker } }: World, scheduler: fc.Scheduler): void {
  const own: Broker = { ...broker };
  const late = <T>(name: string, answer: Promise<T>): Promise<T> =>
    answer.then((value) => scheduler.schedule(Promise.resolve(value), name));
  Object.assign(broker, {
    place: (ticket) => late('place', own.place(ticket)),
    replace: (request) => late('replace', own.replace(request)),
    cancel: (id) => late('cancel', own.cancel(id)),
    orders: (since) => late('orders', own.orders(since)),
    orderById: (id) => late('order', own.orderById(id)),
    ordersByClientId: (id, since) => late('client id', own.ordersByClientId(id, since)),
    positions: () => late('positions', own.positions()),
    balances: () => late('balances', own.balances()),
  } satisfies Partial<Broker>);
}

/** At each step time passes, and then perhaps one answer comes. */
async function pass(world: World, scheduler: fc.Scheduler, turns: readonly number[]) {
  for (const turn of turns) {
    await world.run(turn);
    if (scheduler.count() > 0 && turn % 2 === 0) await scheduler.waitNext(1);
  }
  for (let waited = 0; waited < 160; waited += 1) {
    while (scheduler.count() > 0) await scheduler.waitNext(1);
    await world.run(250);
  }
}

const PARTS: fc.Arbitrary<CallRule> = fc
  .array(fc.tuple(fc.integer({ min: 50, max: 3_000 }), fc.integer({ min: 1, max: 3 })), {
    maxLength: 3,
  })
  .map((parts) => {
    let left = 4;
    const fills = parts.flatMap(([afterMs, count]) => {
      const part = Math.min(left, count);
      left -= part;
      return part > 0 ? [fill(afterMs, part)] : [];
    });
    return { on: 'place', plan: { fills: fills.toSorted((a, b) => a.afterMs - b.afterMs) } };
  });
const TURNS = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 20, maxLength: 60 });

describe('answers in any order', () => {
  it('S3–S8: lead to one entry, its fills, and the exit they call for', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), PARTS, TURNS, async (scheduler, parts, turns) => {
        const world = await openWorld({ risk: { entry: ENTRY } });
        takeOpened();
        world.pin(UBER, '0.70', '0.85');
        world.broker.script.onCall(parts);
        world.broker.script.onCall({ on: 'place', times: Infinity, plan: { fills: 'never' } });
        holdBack(world, scheduler);
        world.tell('BTO 4 UBER 78p 12/04 @ 0.75');
        await pass(world, scheduler, turns);
        const exits = working(world.broker.ledger).map((line) => /^sell (\d+) @ 1.50$/.exec(line));
        const onSale = exits.reduce((sum, exit) => sum + Number(exit?.[1]), 0);
        expect(broken(world)).toEqual([]);
        expect(onSale).toBe(Math.floor(net(world) / 2));
      }),
      { numRuns: 60 },
    );
  });
});
