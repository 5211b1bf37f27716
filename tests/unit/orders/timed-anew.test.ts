/** A clock that is set back: what waits from a moment on record waits from now at the latest. */
import { describe, expect, it } from 'vitest';
import { plus } from '#kernel/time.ts';
import { timedAnew } from '#orders/core/apply.ts';
import type { Trade } from '#orders/model.ts';
import { quoteOf } from '../../fixtures/risk.ts';
import { acked, type Course, closePlan, createCourse, LOST } from '../../fixtures/trade-course.ts';

const HOUR_MS = 3_600_000;

/** Stepped, partly filled, a cancel asked for, a close told, one order lost, one to be retried. */
function busy(): Course {
  const course = createCourse();
  course.settle();
  course.answered('E0', acked('E0'));
  course.seen('E0');
  course.wait(20_000);
  course.settle();
  course.seen('E0', { fills: [['f1', 2, '0.75']] });
  course.submitted('X0', 1, '1.50');
  course.answered('X0', { kind: 'not_sent', reason: 'throttled', detail: '' });
  const body = { plan: closePlan(course), why: 'test' };
  course.add({ kind: 'close.requested', body });
  course.submitted('C0', 1, '0.80');
  course.answered('C0', LOST);
  course.add({ kind: 'order.missed', body: { cid: course.cid('C0') } });
  const quote = quoteOf(course.plan.instrument, '0.70', '0.90', {});
  const { wanted } = course.trade();
  course.add({ kind: 'close.stepped', body: { step: 1, terms: wanted, quote } });
  course.seen('E0', { fills: [['f2', 1, '0.75']] });
  return course;
}

/** Every moment that something waits from. */
function momentsOf(trade: Trade): readonly (number | null)[] {
  return [
    trade.lastStepAt,
    trade.uncoveredSince,
    ...trade.closes.map(({ lastStepAt }) => lastStepAt),
    ...trade.orders.flatMap(({ intendedAt, firstSeenAt, changedAt, retryAt, pending }) => [
      intendedAt,
      firstSeenAt,
      changedAt,
      retryAt,
      pending?.at ?? null,
      pending?.since ?? null,
    ]),
  ];
}

describe('a trade timed anew', () => {
  it('waits from no later than now', () => {
    const course = busy();
    const now = plus(course.now(), -HOUR_MS);
    const before = momentsOf(course.trade());
    expect(before.filter((at) => at !== null && at > now).length).toBe(13);
    const after = momentsOf(timedAnew(course.trade(), now));
    expect(after).toEqual(before.map((at) => (at === null ? null : now)));
  });

  it('waits from when it did, as far as that is past', () => {
    const course = busy();
    const now = plus(course.now(), HOUR_MS);
    expect(momentsOf(timedAnew(course.trade(), now))).toEqual(momentsOf(course.trade()));
  });

  it('is looked for anew', () => {
    const course = busy();
    expect(course.order('C0').misses).toMatchObject({ count: 1 });
    const { orders } = timedAnew(course.trade(), course.now());
    expect(orders.map(({ misses }) => misses)).toEqual(orders.map(() => null));
  });
});
