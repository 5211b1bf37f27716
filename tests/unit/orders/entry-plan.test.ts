import { describe, expect, it } from 'vitest';
import { quantity } from '#kernel/quantity.ts';
import type { PlanView } from '#orders/core/moves.ts';
import { OrdersSettingsSchema } from '#orders/settings.ts';
import { quoteOf } from '../../fixtures/risk.ts';
import {
  acked,
  type Course,
  closePlan,
  createCourse,
  LOST,
  REJECTED,
} from '../../fixtures/trade-course.ts';

/** Placed, taken and at work. */
function working(count = 4): Course {
  const course = createCourse({ quantity: quantity(count) });
  expect(course.settle()).toEqual([`submit E0 ${count} @ 0.75`]);
  course.answered('E0', acked('E0'));
  course.seen('E0');
  return course;
}

function quote(course: Course, bid: string, ask: string): Pick<PlanView, 'quote'> {
  return { quote: quoteOf(course.plan.instrument, bid, ask, { receivedAt: course.now() }) };
}

function settings(course: Course, change: object): Pick<PlanView, 'settings'> {
  expect(course.plan.entry.stepsMax).toBe(3);
  return { settings: OrdersSettingsSchema.parse(change) };
}

describe('placing', () => {
  it.each<[string, Partial<PlanView>]>([
    ['until the desk and the broker agree', { entries: 'wait' }],
    ['until the market is open', { marketOpen: false }],
    ['until there is room to send', { entryRoom: 0 }],
  ])('waits %s', (_, view) => {
    const course = createCourse();
    expect(course.settle(view)).toEqual([]);
    expect(course.settle()).toEqual(['submit E0 4 @ 0.75']);
  });

  it('is given up when it could not be placed in its time', () => {
    const course = createCourse();
    course.wait(10_001);
    expect(course.settle()).toEqual(['entry.ended', 'trade.ended']);
    expect(course.trade()).toMatchObject({ entry: { reason: 'not_sent' }, ended: 'no_fill' });
  });

  it('asking twice asks for nothing more', () => {
    const course = createCourse();
    course.settle();
    expect(course.settle()).toEqual([]);
    expect(course.ask().write).toBeNull();
  });

  it('nothing else is decided while the answer is out', () => {
    const course = createCourse();
    course.settle();
    course.wait(50_000);
    expect(course.settle()).toEqual([]);
  });
});

describe('stepping', () => {
  it('is due 20 s after the broker took the order, and not a moment before', () => {
    const course = working();
    course.wait(19_999);
    expect(course.settle()).toEqual([]);
    course.wait(1);
    expect(course.settle()).toEqual(['entry.stepped', 'cancel E0']);
  });

  it('sends what is left once the cancelled order has ended', () => {
    const course = working();
    course.wait(20_000);
    course.settle();
    course.seen('E0', { status: 'cancel_requested' });
    expect(course.settle()).toEqual([]);
    course.answered('E0', acked('E0'), 'cancel');
    course.seen('E0', { status: 'cancelled', fills: [['f1', 1, '0.75']] });
    expect(course.settle()).toEqual(['submit E1 3 @ 0.76']);
  });

  it('waits a moment to learn whose cancel it was that ended the order', () => {
    const course = working();
    course.wait(20_000);
    course.settle();
    course.seen('E0', { status: 'cancelled' });
    expect(course.settle()).toEqual([]);
    course.wait(1_000);
    expect(course.settle()).toEqual(['submit E1 4 @ 0.76']);
  });

  it('ends when its own cancel was refused and the order is cancelled', () => {
    const course = working();
    course.wait(20_000);
    course.settle();
    course.seen('E0', { status: 'cancelled' });
    course.answered('E0', REJECTED, 'cancel');
    expect(course.settle()).toEqual(['entry.ended', 'trade.ended']);
  });

  it('counts what the broker counts, before it lists it', () => {
    const course = working();
    course.wait(20_000);
    course.settle();
    course.answered('E0', acked('E0'), 'cancel');
    course.seen('E0', { status: 'cancelled', filled: 3 });
    expect(course.settle()).toEqual(['submit E1 1 @ 0.76']);
  });

  it('edits one contract in place', () => {
    const course = working(1);
    course.wait(20_000);
    expect(course.settle()).toEqual(['entry.stepped', 'replace E1 @ 0.76']);
  });

  it.each([
    ['edit', 'replace E1 @ 0.76'],
    ['edit_single', 'cancel E0'],
    ['cancel_new', 'cancel E0'],
  ])('of several contracts under %s: %s', (stepBy, move) => {
    const course = working();
    course.wait(20_000);
    expect(course.settle(settings(course, { stepBy }))).toEqual(['entry.stepped', move]);
  });

  it.each<[string, Partial<PlanView>]>([
    ['without a usable quote', { quote: null }],
    ['without room for the cancel and the new order', { entryRoom: 1 }],
  ])('is not taken %s', (_, view) => {
    const course = working();
    course.wait(25_000);
    expect(course.settle(view)).toEqual([]);
  });

  it('is not taken while the order is in doubt', () => {
    const course = working();
    course.answered('E0', LOST, 'submit');
    course.wait(25_000);
    expect(course.ask().reads).toMatchObject([{ kind: 'read' }]);
    expect(course.settle()).toEqual([]);
  });

  it('waits for an order the broker does not let be edited yet', () => {
    const course = working(1);
    course.seen('E0', { status: 'routed', editable: false });
    course.wait(20_000);
    expect(course.settle()).toEqual(['entry.stepped']);
    course.seen('E0', { editable: true });
    expect(course.settle()).toEqual(['replace E1 @ 0.76']);
  });
});

describe('an edit', () => {
  function edited(): Course {
    const course = working(1);
    course.wait(20_000);
    course.settle();
    return course;
  }

  it('counts with its original as one', () => {
    const course = edited();
    course.answered('E1', acked('E1'), 'replace');
    course.seen('E1', { status: 'contingent' });
    expect(course.settle()).toEqual([]);
    course.seen('E0', { status: 'cancelled' });
    course.seen('E1');
    expect(course.settle()).toEqual([]);
  });

  it('refused: the original is read, then the price is reached by cancel and new', () => {
    const course = edited();
    course.answered('E1', REJECTED, 'replace');
    expect(course.ask().reads).toMatchObject([{ kind: 'read', cid: course.cid('E0') }]);
    expect(course.settle()).toEqual([]);
    course.seen('E0');
    expect(course.settle()).toEqual(['cancel E0']);
  });

  it('taken and rejected afterwards: the original is read, then goes by cancel and new', () => {
    const course = edited();
    course.answered('E1', acked('E1'), 'replace');
    course.seen('E1', { status: 'contingent' });
    course.seen('E1', { status: 'rejected' });
    expect(course.order('E0')).toMatchObject({ pending: null, doubtful: true });
    expect(course.ask().reads).toMatchObject([{ kind: 'read', cid: course.cid('E0') }]);
    course.seen('E0');
    expect(course.settle()).toEqual(['cancel E0']);
  });

  it('refused because the original has filled: the entry is over', () => {
    const course = edited();
    course.answered('E1', REJECTED, 'replace');
    course.seen('E0', { status: 'filled', fills: [['f1', 1, '0.75']] });
    expect(course.settle()).toEqual(['entry.ended']);
    expect(course.trade().entry).toMatchObject({ reason: 'filled' });
  });

  it('not sent: never sent again as it was', () => {
    const course = edited();
    course.answered('E1', { kind: 'not_sent', reason: 'unreachable', detail: '' }, 'replace');
    expect(course.order('E1')).toMatchObject({ phase: 'terminal', end: 'not_sent' });
    course.seen('E0');
    expect(course.settle()).toEqual(['cancel E0']);
  });

  it('unsupported by the broker: no other is tried', () => {
    const course = edited();
    const rejection = { code: 'replace_unsupported', message: 'no' };
    course.answered('E1', { kind: 'rejected', rejection }, 'replace');
    course.seen('E0');
    course.settle();
    course.answered('E0', acked('E0'), 'cancel');
    course.seen('E0', { status: 'cancelled' });
    expect(course.settle()).toEqual(['submit E2 1 @ 0.76']);
    course.answered('E2', acked('E2'));
    course.seen('E2');
    course.wait(24_000);
    expect(course.settle()).toEqual(['entry.stepped', 'cancel E2']);
  });
});

describe('conversion', () => {
  it('replaces the step when the ask is one tick away', () => {
    const course = working(1);
    course.wait(20_000);
    const near = quote(course, '0.74', '0.76');
    expect(course.settle(near)).toEqual(['entry.converted', 'replace E1 @ market']);
  });

  it('is not sent into a market that has gone: what rested before goes again', () => {
    const course = working();
    course.wait(20_000);
    expect(course.settle(quote(course, '0.74', '0.76'))).toEqual(['entry.converted', 'cancel E0']);
    course.answered('E0', acked('E0'), 'cancel');
    course.seen('E0', { status: 'cancelled' });
    expect(course.settle(quote(course, '1.00', '1.20'))).toEqual(['submit E1 4 @ 0.75']);
    course.answered('E1', acked('E1'));
    course.seen('E1');
    course.wait(1_000);
    expect(course.settle({ quote: null })).toEqual([]);
    expect(course.settle(quote(course, '0.74', '0.76'))).toEqual(['cancel E1']);
    course.answered('E1', acked('E1'), 'cancel');
    course.seen('E1', { status: 'cancelled' });
    expect(course.settle(quote(course, '0.74', '0.76'))).toEqual(['submit E2 4 @ market']);
  });

  it('ends the steps', () => {
    const course = working(1);
    course.wait(20_000);
    course.settle(quote(course, '0.74', '0.76'));
    expect(course.trade().steps).toBe(3);
  });

  it('refused by the broker is not asked for again', () => {
    const course = working();
    course.wait(20_000);
    course.settle(quote(course, '0.74', '0.76'));
    course.answered('E0', acked('E0'), 'cancel');
    course.seen('E0', { status: 'cancelled' });
    course.settle(quote(course, '0.74', '0.76'));
    course.answered('E1', REJECTED);
    expect(course.settle(quote(course, '0.74', '0.76'))).toEqual(['submit E2 4 @ 0.75']);
    course.answered('E2', acked('E2'));
    course.seen('E2');
    course.wait(5_000);
    expect(course.settle(quote(course, '0.74', '0.76'))).toEqual([]);
  });
});

describe('taking back', () => {
  it.each<[string, Partial<PlanView>, string]>([
    ['a kill state', { entries: 'kill_state' }, 'kill_state'],
    ['a shutdown', { entries: 'shutdown' }, 'shutdown'],
  ])('at %s', (_, view, reason) => {
    const course = working();
    expect(course.settle(view)).toEqual(['entry.ending', 'cancel E0']);
    course.seen('E0', { status: 'cancelled' });
    expect(course.settle(view)).toEqual(['entry.ended', 'trade.ended']);
    expect(course.trade().entry).toMatchObject({ kind: 'ended', reason });
  });

  it('at the end of the window, to the millisecond, with or without a quote', () => {
    const course = working();
    course.wait(89_999);
    expect(course.settle({ quote: null })).toEqual([]);
    course.wait(1);
    expect(course.settle({ quote: null })).toEqual(['entry.ending', 'cancel E0']);
  });

  it('when its author gets out', () => {
    const course = working();
    course.add({ kind: 'close.requested', body: { plan: closePlan(course), why: 'author_exit' } });
    expect(course.settle()).toEqual(['entry.ending', 'cancel E0']);
    expect(course.trade().entry).toMatchObject({ reason: 'author_exit' });
  });

  it('asks again when the cancel led to nothing, and sooner when it was refused', () => {
    const course = working();
    course.settle({ entries: 'kill_state' });
    course.answered('E0', acked('E0'), 'cancel');
    course.wait(4_999);
    expect(course.settle({ entries: 'kill_state' })).toEqual([]);
    course.wait(1);
    expect(course.settle({ entries: 'kill_state' })).toEqual(['cancel E0']);
    course.answered('E0', REJECTED, 'cancel');
    course.wait(1_499);
    expect(course.settle({ entries: 'kill_state' })).toEqual([]);
    course.wait(1);
    expect(course.settle({ entries: 'kill_state' })).toEqual(['cancel E0']);
  });

  it('an order that never arrived is given up, not cancelled', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', { kind: 'not_sent', reason: 'unreachable', detail: '' });
    expect(course.settle({ entries: 'kill_state' })).toEqual([
      'entry.ending',
      'order.ended',
      'entry.ended',
      'trade.ended',
    ]);
  });

  it('an unknown order is waited for: nothing is known to cancel', () => {
    const course = createCourse();
    course.settle();
    course.answered('E0', LOST);
    expect(course.settle({ entries: 'kill_state' })).toEqual(['entry.ending']);
    course.seen('E0');
    expect(course.settle({ entries: 'kill_state' })).toEqual(['cancel E0']);
  });

  it('waits for the fills the broker counts before it says what was bought', () => {
    const course = working();
    course.settle({ entries: 'kill_state' });
    course.seen('E0', { status: 'cancelled', filled: 2 });
    expect(course.settle({ entries: 'kill_state' })).toEqual([]);
    course.seen('E0', { status: 'cancelled', fills: [['f1', 2, '0.75']] });
    expect(course.settle({ entries: 'kill_state' })).toEqual(['entry.ended', 'submit X0 1 @ 1.50']);
    expect(course.records.at(-2)).toMatchObject({ body: { filled: 2, exitTarget: 1 } });
  });
});

describe('the end of the session', () => {
  it('ends an entry whose order the venue has ended', () => {
    const course = working();
    course.seen('E0', { status: 'expired' });
    expect(course.settle({ marketOpen: false })).toEqual(['entry.ended', 'trade.ended']);
    expect(course.trade().entry).toMatchObject({ reason: 'session_over' });
  });
});

describe('the number of orders', () => {
  it('is bounded: an entry that never comes to rest ends', () => {
    const course = createCourse();
    for (let nth = 0; nth < 12; nth += 1) {
      expect(course.settle()).toEqual([`submit E${nth} 4 @ 0.75`]);
      course.answered(`E${nth}`, LOST);
      course.add({ kind: 'order.ended', body: { cid: course.cid(`E${nth}`), end: 'absent' } });
    }
    expect(course.settle()).toEqual(['entry.ended', 'trade.ended']);
  });
});
