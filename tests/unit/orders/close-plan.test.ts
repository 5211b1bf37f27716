import { describe, expect, it } from 'vitest';
import { asOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { closing } from '#orders/core/close-plan.ts';
import { held } from '#orders/core/exposure.ts';
import type { ClosePlan } from '#risk/model.ts';
import { quoteOf } from '../../fixtures/risk.ts';
import {
  acked,
  type Course,
  closePlan,
  createCourse,
  LOST,
  REJECTED,
} from '../../fixtures/trade-course.ts';

/** Ten bought, five of them resting at the target. */
function holding(): Course {
  const course = createCourse({ quantity: quantity(10) });
  course.settle();
  course.answered('E0', acked('E0'));
  course.seen('E0', { status: 'filled', fills: [['f1', 10, '0.75']] });
  course.settle();
  course.answered('X0', acked('X0'));
  course.seen('X0');
  return course;
}

function close(course: Course, count: number, scope: ClosePlan['scope'] = 'part'): void {
  const plan = closePlan(course, { quantity: quantity(count), scope });
  course.add({ kind: 'close.requested', body: { plan, why: 'author_exit' } });
}

function sold(course: Course, name: string, count: number): void {
  course.answered(name, acked(name));
  course.seen(name, { status: 'filled', fills: [[`f-${name}`, count, '0.80']] });
}

describe('how much', () => {
  it('a part that no exit covers is sold beside the exit', () => {
    const course = holding();
    close(course, 5);
    expect(course.settle()).toEqual(['submit C0 5 @ 0.80']);
    sold(course, 'C0', 5);
    expect(course.settle()).toEqual(['close.ended']);
    expect(held(course.trade())).toBe(5);
  });

  it('more than that takes the exit back first, and rests what remains anew', () => {
    const course = holding();
    close(course, 7);
    expect(course.settle()).toEqual(['cancel X0']);
    course.seen('X0', { status: 'cancelled' });
    expect(course.settle()).toEqual(['submit C0 7 @ 0.80']);
    sold(course, 'C0', 7);
    expect(course.settle()).toEqual(['close.ended', 'submit X1 3 @ 1.50']);
  });

  it('everything is what is held when the exit has come back, fills counted', () => {
    const course = holding();
    close(course, 10, 'all');
    course.settle();
    course.seen('X0', { status: 'cancelled', fills: [['x1', 2, '1.50']] });
    expect(course.settle()).toEqual(['submit C0 8 @ 0.80']);
  });

  it('waits for fills of the exit that are counted and not listed', () => {
    const course = holding();
    close(course, 10, 'all');
    course.settle();
    course.seen('X0', { status: 'cancelled', filled: 2 });
    expect(course.settle()).toEqual([]);
    course.seen('X0', { status: 'cancelled', fills: [['x1', 2, '1.50']] });
    expect(course.settle()).toEqual(['submit C0 8 @ 0.80']);
  });

  it('counts what a living exit has sold by the broker, before it lists it', () => {
    const course = holding();
    course.seen('X0', { filled: 3 });
    close(course, 7);
    expect(course.settle()).toEqual(['cancel X0']);
    expect(held(course.trade())).toBe(7);
  });

  it('is nothing when everything has gone meanwhile', () => {
    const course = holding();
    close(course, 10, 'all');
    course.settle();
    course.seen('X0', { status: 'filled', fills: [['x1', 5, '1.50']] });
    course.add({ kind: 'position.reduced', body: { by: 5, net: 0 } });
    expect(course.settle()).toEqual(['close.ended', 'trade.ended']);
  });
});

describe('several', () => {
  it('are worked one after another, each for its own quantity', () => {
    const course = holding();
    close(course, 2);
    close(course, 3);
    expect(course.settle()).toEqual(['submit C0 2 @ 0.80']);
    sold(course, 'C0', 2);
    expect(course.settle()).toEqual(['close.ended', 'submit C1 3 @ 0.80']);
    sold(course, 'C1', 3);
    expect(course.settle()).toEqual(['close.ended']);
    expect(course.trade().closes.map(({ orders }) => orders)).toEqual([
      [course.cid('C0')],
      [course.cid('C1')],
    ]);
  });

  it('together count as being sold', () => {
    const course = holding();
    close(course, 2);
    close(course, 3);
    course.settle();
    course.answered('C0', acked('C0'));
    course.seen('C0', { fills: [['c1', 1, '0.80']] });
    expect(closing(course.trade())).toBe(4);
    close(course, 1, 'all');
    expect(closing(course.trade())).toBe(9);
  });

  it('one of everything takes over at once', () => {
    const course = holding();
    close(course, 5);
    course.settle();
    course.answered('C0', acked('C0'));
    course.seen('C0');
    close(course, 5, 'all');
    expect(course.settle()).toEqual(['cancel C0']);
    course.seen('C0', { status: 'cancelled', fills: [['c1', 1, '0.80']] });
    expect(course.settle()).toEqual(['close.ended', 'cancel X0']);
    course.seen('X0', { status: 'cancelled' });
    expect(course.settle()).toEqual(['submit C1 9 @ 0.80']);
  });
});

describe('working it', () => {
  function selling(): Course {
    const course = holding();
    close(course, 5);
    course.settle();
    course.answered('C0', acked('C0'));
    course.seen('C0');
    return course;
  }

  it('steps down one tick at a time on the schedule of an entry', () => {
    const course = selling();
    course.wait(19_999);
    expect(course.settle()).toEqual([]);
    course.wait(1);
    expect(course.settle()).toEqual(['close.stepped', 'cancel C0']);
    course.seen('C0', { status: 'cancelled', fills: [['c1', 2, '0.80']] });
    expect(course.settle()).toEqual(['submit C1 3 @ 0.79']);
  });

  it('rests at the bid when its time is over, and never below its floor', () => {
    const course = selling();
    course.wait(90_000);
    const low = { quote: quoteOf(course.plan.instrument, '0.30', '0.90') };
    expect(course.settle(low)).toEqual(['close.stepped', 'cancel C0']);
    course.seen('C0', { status: 'cancelled' });
    expect(course.settle(low)).toEqual(['submit C1 5 @ 0.50']);
    course.answered('C1', acked('C1'));
    course.seen('C1');
    expect(course.settle({ quote: quoteOf(course.plan.instrument, '0.40', '0.90') })).toEqual([]);
  });

  it('is taken back when less is held than is on sale', () => {
    const course = selling();
    course.add({ kind: 'position.reduced', body: { by: 8, net: 2 } });
    expect(course.settle()).toEqual(['cancel C0', 'cancel X0']);
  });

  it('stands still while the kill state forbids it, and is not taken back', () => {
    const course = selling();
    course.wait(40_000);
    expect(course.settle({ closes: false, exits: false })).toEqual([]);
  });
});

describe('what goes wrong', () => {
  it('a refusal is tried once more after two seconds, then a person is asked', () => {
    const course = holding();
    close(course, 5);
    course.settle();
    course.answered('C0', REJECTED);
    expect(course.settle()).toEqual([]);
    course.wait(2_000);
    expect(course.settle()).toEqual(['submit C1 5 @ 0.80']);
    course.answered('C1', REJECTED);
    expect(course.settle()).toEqual(['trade.blocked', 'close.ended']);
    expect(course.trade().blocked).toBe('close_refused_twice');
  });

  it('an edit aborted by a fill is no refusal', () => {
    const course = holding();
    close(course, 5);
    course.settle();
    course.answered('C0', acked('C0'));
    course.seen('C0');
    for (const name of ['C1', 'C2']) {
      const intent = {
        op: 'replace',
        cid: course.cid(name),
        replaces: course.cid('C0'),
        orderId: asOrderId('o-C0'),
        terms: { kind: 'limit', limit: price('0.79') },
      } as const;
      course.add({ kind: 'order.intended', body: { intent, quote: null } });
      course.seen('C0', { fills: [[`f-${name}`, 1, '0.80']] });
      course.seen(name, { status: 'rejected' });
      course.seen('C0');
    }
    course.seen('C0', { status: 'cancelled' });
    expect(course.settle()).toEqual(['submit C3 3 @ 0.80']);
  });

  it('what cannot be sent is tried with growing pauses', () => {
    const course = holding();
    close(course, 5);
    for (const [nth, pause] of [2_000, 4_000, 8_000].entries()) {
      expect(course.settle()).toEqual([`submit C${nth} 5 @ 0.80`]);
      course.answered(`C${nth}`, { kind: 'not_sent', reason: 'unauthorized', detail: '' });
      for (let look = 0; look < 3; look += 1) {
        course.add({ kind: 'order.missed', body: { cid: course.cid(`C${nth}`) } });
      }
      expect(course.settle()).toEqual(['order.ended']);
      course.wait(pause - 1);
      expect(course.settle()).toEqual([]);
      course.wait(1);
    }
  });

  it('an unknown sale holds everything back', () => {
    const course = holding();
    close(course, 5);
    course.settle();
    course.answered('C0', LOST);
    course.wait(60_000);
    expect(course.settle()).toEqual([]);
    expect(course.ask().reads).toMatchObject([{ kind: 'look_up', cid: course.cid('C0') }]);
  });
});

describe('a closing order of one contract that is being edited', () => {
  it('counts once with the one that takes its place, and is not taken back for it', () => {
    const course = createCourse({ quantity: quantity(1) });
    course.settle();
    course.answered('E0', acked('E0'));
    course.seen('E0', { status: 'filled', fills: [['f1', 1, '0.75']] });
    course.settle();
    close(course, 1, 'all');
    expect(course.settle()).toEqual(['submit C0 1 @ 0.80']);
    course.answered('C0', acked('C0'));
    course.seen('C0');
    course.wait(20_000);
    expect(course.settle()).toEqual(['close.stepped', 'replace C1 @ 0.79']);
    course.answered('C1', acked('C1'), 'replace');
    course.seen('C0', { status: 'replace_requested' });
    course.seen('C1', { status: 'contingent' });
    expect(course.settle()).toEqual([]);
  });
});
