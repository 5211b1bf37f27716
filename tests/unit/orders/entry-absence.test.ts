import { describe, expect, it } from 'vitest';
import { acked, createCourse, LOST } from '../../fixtures/trade-course.ts';

describe('an order nobody can find', () => {
  it('is given up after three looks over 20 s, and sent anew under an identity of its own', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', LOST);
    for (let look = 0; look < 10; look += 1) {
      expect(course.ask().reads).toMatchObject([{ kind: 'look_up' }]);
      course.add({ kind: 'order.missed', body: { cid: course.cid('E0') } });
      expect(course.settle()).toEqual([]);
      course.wait(2_000);
    }
    course.add({ kind: 'order.missed', body: { cid: course.cid('E0') } });
    expect(course.settle()).toEqual(['order.ended', 'submit E1 4 @ 0.75']);
  });

  it('that turns up beside its successor: both are taken back, and what is left sent once', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', LOST);
    course.add({ kind: 'order.ended', body: { cid: course.cid('E0'), end: 'absent' } });
    course.settle();
    course.answered('E1', acked('E1'));
    course.seen('E1');
    course.seen('E0');
    expect(course.settle()).toEqual(['cancel E0', 'cancel E1']);
    course.answered('E0', acked('E0'), 'cancel');
    course.seen('E0', { status: 'cancelled', fills: [['f1', 1, '0.75']] });
    expect(course.settle()).toEqual([]);
    course.answered('E1', acked('E1'), 'cancel');
    course.seen('E1', { status: 'cancelled' });
    expect(course.settle()).toEqual(['submit E2 3 @ 0.75']);
  });

  it('that turns up after the trade has ended opens it again', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', LOST);
    course.wait(90_000);
    course.settle();
    course.add({ kind: 'order.ended', body: { cid: course.cid('E0'), end: 'absent' } });
    expect(course.settle()).toEqual(['entry.ended', 'trade.ended']);
    course.seen('E0');
    expect(course.trade().ended).toBeNull();
    expect(course.settle()).toEqual(['cancel E0']);
    course.seen('E0', { status: 'filled', fills: [['f1', 4, '0.75']] });
    expect(course.settle()).toEqual(['submit X0 2 @ 1.50']);
  });
});
