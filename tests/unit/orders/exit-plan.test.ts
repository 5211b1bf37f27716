import { describe, expect, it } from 'vitest';
import { percent } from '#kernel/percent.ts';
import { price, priceFromUnits } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { CENT_GRID, PENNY_GRID } from '#market/tick-tables.ts';
import { exitPrice, exitQuantity } from '#orders/exits/target.ts';
import type { ExitPolicy } from '#risk/model.ts';
import {
  acked,
  type Course,
  closePlan,
  createCourse,
  LOST,
  REJECTED,
} from '../../fixtures/trade-course.ts';

const POLICY: ExitPolicy = createCourse().plan.exit;

/** Four bought in one fill, their exit taken. */
function exiting(): Course {
  const course = createCourse();
  course.settle();
  course.answered('E0', acked('E0'));
  course.seen('E0', { status: 'filled', fills: [['f1', 4, '0.75']] });
  expect(course.settle()).toEqual(['entry.ended', 'submit X0 2 @ 1.50']);
  course.answered('X0', acked('X0'));
  course.seen('X0');
  return course;
}

/** Still open, partly filled. */
function filling(count = 10): Course {
  const course = createCourse({ quantity: quantity(count) });
  course.settle();
  course.answered('E0', acked('E0'));
  course.seen('E0');
  return course;
}

describe('how much', () => {
  it('is half of what is filled, rounded down, from 0 to 1000', () => {
    for (let filled = 0; filled <= 1_000; filled += 1) {
      expect(exitQuantity(POLICY, filled)).toBe(Math.floor(filled / 2));
    }
  });

  it.each([
    ['33.33%', 1, 3, 0],
    ['33.34%', 1, 3, 1],
    ['100%', 1, 7, 7],
    ['0%', 1, 7, 0],
    ['50%', 2, 3, 0],
    ['50%', 2, 4, 2],
  ])('%s with a minimum of %i, of %i filled is %i', (share, least, filled, count) => {
    const policy = { ...POLICY, fraction: percent(share), quantityMin: quantity(least) };
    expect(exitQuantity(policy, filled)).toBe(count);
  });
});

describe('at what price', () => {
  const fills = (count: number, units: string) => ({
    quantity: quantity(count),
    units: price(units) as bigint,
  });

  it.each([
    ['exactly twice', fills(4, '3.00'), '100%', '1.50'],
    ['rounded up once, not fill by fill', fills(3, '2.23'), '100%', '1.49'],
    ['rounded up to the nickel above 3.00', fills(1, '1.51'), '100%', '3.05'],
    ['half of it more', fills(2, '1.50'), '50%', '1.13'],
    ['a hundredfold', fills(1, '0.05'), '9900%', '5.00'],
  ])('%s', (_, bought, profit, limit) => {
    expect(exitPrice(bought, percent(profit), PENNY_GRID)).toBe(price(limit));
  });

  it('is never below the profit asked for', () => {
    for (let cents = 5; cents < 400; cents += 7) {
      const units = priceFromUnits(BigInt(cents) * 10_000_000n * 3n + 10_000_000n);
      const limit = exitPrice({ quantity: quantity(3), units }, percent('100%'), CENT_GRID);
      expect(limit * 3n).toBeGreaterThanOrEqual(2n * units);
    }
  });
});

describe('when', () => {
  it('at once when the entry is over', () => {
    expect(exiting().order('X0').intendedAt).toBe(exiting().now());
  });

  it('a second after the first fill while the entry is open, for all that has come by then', () => {
    const course = filling();
    course.seen('E0', { fills: [['f1', 2, '0.75']] });
    expect(course.settle()).toEqual([]);
    expect(course.wakeAt()).toBe(course.now() + 1_000);
    course.wait(600);
    course.seen('E0', { fills: [['f2', 2, '0.75']] });
    course.wait(400);
    expect(course.settle()).toEqual(['submit X0 2 @ 1.50']);
  });

  it.each([
    ['the market is closed', { marketOpen: false }],
    ['there is no room to send', { sellRoom: 0 }],
    ['the kill state forbids it', { exits: false }],
  ])('not while %s, and then at once', (_, view) => {
    const course = createCourse();
    course.settle();
    course.answered('E0', acked('E0'));
    course.seen('E0', { status: 'filled', fills: [['f1', 4, '0.75']] });
    expect(course.settle(view)).toEqual(['entry.ended']);
    expect(course.settle()).toEqual(['submit X0 2 @ 1.50']);
  });
});

describe('further fills', () => {
  it('add an order for the difference at the average of all', () => {
    const course = filling();
    course.seen('E0', { fills: [['f1', 4, '0.75']] });
    course.wait(1_000);
    expect(course.settle()).toEqual(['submit X0 2 @ 1.50']);
    course.answered('X0', acked('X0'));
    course.seen('X0');
    course.seen('E0', { fills: [['f2', 4, '0.70']] });
    course.wait(1_000);
    expect(course.settle()).toEqual(['submit X1 2 @ 1.45']);
  });

  it('wait while an exit is unanswered or unknown', () => {
    const course = filling();
    course.seen('E0', { fills: [['f1', 4, '0.75']] });
    course.wait(1_000);
    course.settle();
    course.seen('E0', { fills: [['f2', 4, '0.75']] });
    course.wait(1_000);
    expect(course.settle()).toEqual([]);
    course.answered('X0', LOST);
    expect(course.settle()).toEqual([]);
    course.seen('X0');
    expect(course.settle()).toEqual(['submit X1 2 @ 1.50']);
  });

  it('of an odd contract add nothing', () => {
    const course = filling();
    course.seen('E0', { fills: [['f1', 4, '0.75']] });
    course.wait(1_000);
    course.settle();
    course.answered('X0', acked('X0'));
    course.seen('X0');
    course.seen('E0', { fills: [['f2', 1, '0.75']] });
    course.wait(5_000);
    expect(course.settle()).toEqual([]);
  });
});

describe('what goes wrong', () => {
  it('a refusal is tried once more after two seconds, then a person is asked', () => {
    const course = exiting();
    course.seen('X0', { status: 'rejected' });
    expect(course.settle()).toEqual([]);
    course.wait(2_000);
    expect(course.settle()).toEqual(['submit X1 2 @ 1.50']);
    course.answered('X1', REJECTED);
    course.wait(4_000);
    expect(course.settle()).toEqual(['trade.blocked']);
    course.wait(60_000);
    expect(course.settle()).toEqual([]);
    course.add({ kind: 'trade.released', body: { reason: 'seen to' } });
    expect(course.settle()).toEqual(['submit X2 2 @ 1.50']);
  });

  it.each([
    ['by the stream and then in the answer', ['stream', 'answer']],
    ['in the answer and then by the stream', ['answer', 'stream']],
  ])('one refusal told twice, %s, counts once', (_, told) => {
    const course = createCourse();
    course.settle();
    course.answered('E0', acked('E0'));
    course.seen('E0', { status: 'filled', fills: [['f1', 4, '0.75']] });
    course.settle();
    for (const by of told) {
      if (by === 'stream') course.seen('X0', { status: 'rejected' });
      else course.answered('X0', REJECTED);
    }
    course.wait(60_000);
    expect(course.settle()).toEqual(['submit X1 2 @ 1.50']);
  });

  it('what cannot be sent is tried with growing pauses', () => {
    const course = exiting();
    course.seen('X0', { status: 'cancelled' });
    const pauses: number[] = [];
    for (let nth = 1; nth <= 6; nth += 1) {
      expect(course.settle()).toEqual([`submit X${nth} 2 @ 1.50`]);
      course.answered(`X${nth}`, { kind: 'not_sent', reason: 'unauthorized', detail: '' });
      for (let look = 0; look < 3; look += 1) {
        course.add({ kind: 'order.missed', body: { cid: course.cid(`X${nth}`) } });
      }
      expect(course.settle()).toEqual(['order.ended']);
      const due = course.wakeAt() ?? course.now();
      pauses.push(due - course.now());
      course.wait(due - course.now());
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 64_000]);
  });

  it('the number of exits is bounded: then a person is asked', () => {
    const course = exiting();
    for (let nth = 0; nth < 11; nth += 1) {
      course.seen(`X${nth}`, { status: 'cancelled' });
      expect(course.settle()).toEqual([`submit X${nth + 1} 2 @ 1.50`]);
      course.answered(`X${nth + 1}`, acked(`X${nth + 1}`));
    }
    course.seen('X11', { status: 'cancelled' });
    expect(course.settle()).toEqual(['trade.blocked']);
    expect(course.trade().blocked).toBe('too_many_orders');
  });

  it('an exit thought absent that turns up beside its successor: the newest is taken back', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', acked('E0'));
    course.seen('E0', { status: 'filled', fills: [['f1', 4, '0.75']] });
    course.settle();
    course.answered('X0', LOST);
    course.add({ kind: 'order.ended', body: { cid: course.cid('X0'), end: 'absent' } });
    expect(course.settle()).toEqual(['submit X1 2 @ 1.50']);
    course.answered('X1', acked('X1'));
    course.seen('X1');
    course.seen('X0');
    expect(course.settle()).toEqual(['cancel X1']);
  });

  it('a sale by other hands takes back what is too much', () => {
    const course = exiting();
    course.add({ kind: 'position.reduced', body: { by: 3, net: 1 } });
    expect(course.settle()).toEqual(['cancel X0']);
    course.seen('X0', { status: 'cancelled' });
    expect(course.settle()).toEqual(['submit X1 1 @ 1.50']);
  });

  it('a sale of everything by other hands ends the trade', () => {
    const course = exiting();
    course.add({ kind: 'position.reduced', body: { by: 4, net: 0 } });
    expect(course.settle()).toEqual(['cancel X0']);
    course.seen('X0', { status: 'cancelled' });
    expect(course.settle()).toEqual(['trade.ended']);
    expect(course.trade().ended).toBe('closed_elsewhere');
  });
});

describe('the end of the trade', () => {
  it('waits for every fill of the exit to be listed', () => {
    const course = createCourse({ exit: { ...POLICY, fraction: percent('100%') } });
    course.settle();
    course.answered('E0', acked('E0'));
    course.seen('E0', { status: 'filled', fills: [['f1', 4, '0.75']] });
    course.settle();
    course.answered('X0', acked('X0'));
    course.seen('X0', { status: 'filled', filled: 4 });
    expect(course.settle()).toEqual([]);
    course.seen('X0', { status: 'filled', fills: [['x1', 4, '1.50']] });
    expect(course.settle()).toEqual(['trade.ended']);
    expect(course.records.at(-1)).toMatchObject({ body: { reason: 'sold', result: price('300') } });
  });

  it('comes with the expiry of what is held, half an hour after it', () => {
    const course = exiting();
    const { instrument } = course.plan;
    if (instrument.kind === 'equity') throw new Error('an option expires');
    course.wait(instrument.lastTradeAt - course.now());
    course.seen('X0', { status: 'expired' });
    expect(course.settle({ marketOpen: false })).toEqual([]);
    course.wait(30 * 60_000 + 1);
    expect(course.settle({ marketOpen: false })).toEqual(['trade.ended']);
    expect(course.trade().ended).toBe('expired');
  });
});

describe('beside a close', () => {
  it('no exit is placed while one is under way', () => {
    const course = exiting();
    const plan = closePlan(course, { quantity: quantity(1), scope: 'part' });
    course.add({ kind: 'close.requested', body: { plan, why: 'author_exit' } });
    expect(course.settle()).toEqual(['submit C0 1 @ 0.80']);
    course.seen('X0', { status: 'cancelled' });
    expect(course.settle()).toEqual([]);
  });
});
