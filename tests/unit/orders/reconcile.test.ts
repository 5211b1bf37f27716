import { describe, expect, it } from 'vitest';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import type { Trade } from '#orders/model.ts';
import type { Position } from '#orders/ports.ts';
import { attribute, comparePositions } from '#orders/reconcile/positions.ts';
import { isAbsent, nextLookAt } from '#orders/resolve/absence.ts';
import { NOW, optionOf } from '../../fixtures/risk.ts';
import { acked, createCourse, LOST } from '../../fixtures/trade-course.ts';

const SETTLE_MS = 5_000;
const LATER = plus(NOW, SETTLE_MS);

/** Bought and resting; nothing has happened since `NOW`. */
function holding(count: number): Trade {
  const course = createCourse({ quantity: quantity(count) });
  course.settle();
  course.answered('E0', acked('E0'));
  course.seen('E0', { status: 'filled', fills: [['f1', count, '0.75']] });
  course.settle();
  course.answered('X0', acked('X0'));
  course.seen('X0');
  return course.trade();
}

function position(net: number): Position {
  const { symbol } = createCourse().plan.instrument;
  return { symbol, net, averagePrice: price('0.75'), multiplier: 100 };
}

describe('comparing positions', () => {
  const { symbol } = holding(4).plan.instrument;

  it.each([
    [4, []],
    [9, []],
    [3, [{ symbol, net: 3, ours: 4, by: 1 }]],
    [0, [{ symbol, net: 0, ours: 4, by: 4 }]],
    [-2, [{ symbol, net: -2, ours: 4, by: 4 }]],
  ])('with %i at the broker', (net, found) => {
    const compared = comparePositions([holding(4)], [position(net)], LATER, SETTLE_MS);
    expect(compared).toEqual({ shortages: found, isPartial: false });
  });

  it('a symbol the broker does not list is none at all', () => {
    const compared = comparePositions([holding(4)], [], LATER, SETTLE_MS);
    expect(compared.shortages).toMatchObject([{ net: 0, by: 4 }]);
  });

  it('several trades in one contract are held against one position', () => {
    const both = [holding(4), holding(2)];
    expect(comparePositions(both, [position(6)], LATER, SETTLE_MS).shortages).toEqual([]);
    expect(comparePositions(both, [position(5)], LATER, SETTLE_MS).shortages).toMatchObject([
      { ours: 6, by: 1 },
    ]);
  });

  it('leaves out, and says so, what has just changed', () => {
    const compared = comparePositions([holding(4)], [], plus(NOW, SETTLE_MS - 1), SETTLE_MS);
    expect(compared).toEqual({ shortages: [], isPartial: true });
  });

  it('leaves out what is not understood yet', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', LOST);
    expect(comparePositions([course.trade()], [], plus(NOW, 60_000), SETTLE_MS)).toEqual({
      shortages: [],
      isPartial: true,
    });
  });

  it('leaves out what has expired: the clearing house settles it', () => {
    const expired = plus(optionOf('UBER', '78', 'P', '2025-12-05').lastTradeAt, 1);
    expect(comparePositions([holding(4)], [], expired, SETTLE_MS)).toEqual({
      shortages: [],
      isPartial: false,
    });
  });

  it('takes from the newest trade first', () => {
    const [old, young] = [holding(4), holding(2)];
    const shortage = { symbol, net: 3, ours: 6, by: 3 };
    expect(attribute([old, young], shortage)).toEqual([
      { trade: young, by: 2 },
      { trade: old, by: 1 },
    ]);
  });
});

describe('absence', () => {
  const POLICY = { looksMin: 3, lookEveryMs: 2_000, quarantineMs: 20_000 };

  function lookedFor(times: number, everyMs: number) {
    const course = createCourse();
    course.settle();
    course.answered('E0', LOST);
    for (let look = 0; look < times; look += 1) {
      if (look > 0) course.wait(everyMs);
      course.add({ kind: 'order.missed', body: { cid: course.cid('E0') } });
    }
    return course.order('E0');
  }

  it.each([
    [2, 20_000, false],
    [3, 9_999, false],
    [3, 10_000, true],
    [11, 1_999, false],
    [11, 2_000, true],
  ])('after %i looks %i ms apart: %s', (times, everyMs, absent) => {
    expect(isAbsent(lookedFor(times, everyMs), POLICY)).toBe(absent);
  });

  it('is looked for at once, then after the pause', () => {
    expect(nextLookAt(lookedFor(0, 0), POLICY)).toBe(NOW);
    expect(nextLookAt(lookedFor(1, 0), POLICY)).toBe(NOW + 2_000);
  });

  it('is looked for once a minute when it was long enough', () => {
    const order = lookedFor(11, 2_000);
    expect(nextLookAt(order, POLICY)).toBe((order.misses?.lastAt ?? NOW) + 60_000);
  });

  it('begins anew when it was seen in between', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', LOST);
    course.add({ kind: 'order.missed', body: { cid: course.cid('E0') } });
    course.seen('E0');
    expect(course.order('E0').misses).toBeNull();
  });
});
