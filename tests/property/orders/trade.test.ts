/**
 * Any course of events between one trade and its broker: fills of any size at any time, answers
 * lost, late and out of order, old notifications, rows behind their count, restarts, closes.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plus } from '#kernel/time.ts';
import { closing } from '#orders/core/close-plan.ts';
import { bought, filledKnown, held, isLive } from '#orders/core/exposure.ts';
import type { PlanView } from '#orders/core/moves.ts';
import { plan, rests } from '#orders/core/planner.ts';
import { exitQuantity } from '#orders/exits/target.ts';
import type { Trade } from '#orders/model.ts';
import { createCourse } from '../../fixtures/trade-course.ts';
import { DOINGS, type Doing, Match } from './match.ts';
import type { ModelSettings } from './model-broker.ts';

const SETTINGS: fc.Arbitrary<ModelSettings> = fc.record({
  replacementQuantity: fc.constantFrom('remaining', 'original'),
  abortedReplacement: fc.constantFrom('rejected', 'cancelled'),
});
const MOMENTS: readonly { readonly afterMs: number; readonly change: Partial<PlanView> }[] = [
  { afterMs: 0, change: {} },
  { afterMs: 3_600_000, change: { quote: null, entries: 'kill_state' } },
  { afterMs: 500, change: { exits: false, closes: false, entries: 'shutdown' } },
  { afterMs: 60_000, change: { marketOpen: false, entryRoom: 0, sellRoom: 0 } },
  { afterMs: 400 * 86_400_000, change: {} },
];
const COUNT = fc.integer({ min: 1, max: 10 });
const COURSE = fc.array(DOINGS, { minLength: 5, maxLength: 80 });

function play(
  settings: ModelSettings,
  count: number,
  course: readonly Doing[],
  each: (match: Match) => void,
): Match {
  const match = new Match(settings, count);
  for (const doing of course) {
    match.do(doing);
    each(match);
  }
  return match;
}

function check(predicate: (settings: ModelSettings, count: number, course: Doing[]) => void): void {
  fc.assert(fc.property(SETTINGS, COUNT, COURSE, predicate), { numRuns: 300 });
}

/** Orders of which less is known than before, or that live again. */
function fallen(before: Trade, after: Trade): readonly string[] {
  return before.orders
    .filter((was) => {
      const is = after.orders.find(({ cid }) => cid === was.cid);
      if (is === undefined) return true;
      const wasOver = was.phase === 'terminal' && was.status !== null;
      return (
        filledKnown(is) < filledKnown(was) ||
        is.reported < was.reported ||
        (wasOver && is.phase !== 'terminal')
      );
    })
    .map(({ cid }) => cid);
}

describe('at every moment of any course', () => {
  it('S3: what may be bought never exceeds what was approved', () => {
    check((settings, count, course) => {
      play(settings, count, course, ({ broker }) => {
        expect(broker.worstEntry).toBeLessThanOrEqual(count);
      });
    });
  });

  it('S5: what is sold or on sale never exceeds what was bought', () => {
    check((settings, count, course) => {
      play(settings, count, course, ({ broker }) => {
        expect(broker.worstSale).toBeLessThanOrEqual(broker.bought);
        expect(broker.net).toBeGreaterThanOrEqual(0);
      });
    });
  });

  it('S7: every fill is counted at most once', () => {
    check((settings, count, course) => {
      play(settings, count, course, ({ broker, trade }) => {
        expect(bought(trade)).toBeLessThanOrEqual(broker.bought);
        const rows = trade.orders.flatMap(({ fills }) => fills.map(({ fillId }) => fillId));
        expect(new Set(rows).size).toBe(rows.length);
      });
    });
  });

  it('S8: no count falls, and what the broker has ended stays ended', () => {
    check((settings, count, course) => {
      let before: Trade | null = null;
      play(settings, count, course, ({ trade }) => {
        expect(before === null ? [] : fallen(before, trade)).toEqual([]);
        before = trade;
      });
    });
  });

  it('S15: the records give the trade back to the letter', () => {
    check((settings, count, course) => {
      const { course: told, trade } = play(settings, count, course, () => undefined);
      expect(told.replayed()).toEqual(trade);
    });
  });

  it('S16: what was said before changes nothing when it is said again', () => {
    check((settings, count, course) => {
      const match = play(settings, count, course, () => undefined);
      match.retell();
      const before = match.trade;
      match.retell();
      expect(match.trade).toEqual(before);
    });
  });

  it('the plan is the same however often it is asked for', () => {
    check((settings, count, course) => {
      play(settings, count, course, (match) => {
        expect(match.ask()).toEqual(match.ask());
      });
    });
  });

  it('what rests wants nothing, whatever the moment', () => {
    let resting = 0;
    const look = ({ trade, course: told }: Match): void => {
      if (!rests(trade)) return;
      resting += 1;
      for (const { afterMs, change } of MOMENTS) {
        const view = told.view();
        const asked = plan(trade, { ...view, ...change, now: plus(view.now, afterMs) });
        expect(asked).toEqual({ reads: [], write: null });
      }
    };
    check((settings, count, course) => {
      const match = play(settings, count, course, look);
      match.rest();
      look(match);
    });
    expect(resting).toBeGreaterThan(20);
  });

  it('the plan comes to rest', () => {
    check((settings, count, course) => {
      const match = play(settings, count, course, () => undefined);
      for (let moves = 0; match.ask().write !== null; moves += 1) {
        match.do({ what: 'plan' });
        expect(moves).toBeLessThan(20);
      }
    });
  });
});

describe('after any course, once the faults have ended', () => {
  it('L1, L2, L3: no entry works, the exit stands, and what is held is known', () => {
    check((settings, count, course) => {
      const match = play(settings, count, course, () => undefined);
      match.rest();
      const { trade, broker } = match;
      const entries = trade.orders.filter((order) => order.role === 'entry');
      expect(entries.filter(isLive)).toEqual([]);
      expect(trade.orders.filter(({ phase }) => phase !== 'live' && phase !== 'terminal')).toEqual(
        [],
      );
      expect(held(trade)).toBe(broker.net);
      expect(trade.entry.kind).toBe('ended');
      if (trade.blocked !== null || closing(trade) > 0) return;
      const onSale = broker.worstSale - (broker.bought - broker.net);
      const sold = trade.orders.filter(({ role }) => role === 'exit');
      const atTarget = onSale + sold.reduce((sum, order) => sum + filledKnown(order), 0);
      const wanted = exitQuantity(trade.plan.exit, bought(trade));
      expect(atTarget).toBe(Math.min(wanted, atTarget + Math.max(0, held(trade) - onSale)));
    });
  });
});

describe('edits of several contracts at a venue that keeps what is left', () => {
  const edits: Partial<PlanView> = {
    settings: { ...createCourse().view().settings, stepBy: 'edit' },
  };

  it('S3: hold to what was approved as well', () => {
    fc.assert(
      fc.property(COUNT, COURSE, (count, course) => {
        const settings = {
          replacementQuantity: 'remaining',
          abortedReplacement: 'rejected',
        } as const;
        const match = new Match(settings, count, edits);
        for (const doing of course) {
          match.do(doing);
          expect(match.broker.worstEntry).toBeLessThanOrEqual(count);
          expect(match.broker.worstSale).toBeLessThanOrEqual(match.broker.bought);
        }
      }),
      { numRuns: 300 },
    );
  });
});
