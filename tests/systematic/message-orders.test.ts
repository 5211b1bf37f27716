/**
 * F83: what the broker says of a trade, in every order it can arrive in. Each case is up to six
 * messages; all their permutations leave the same trade, and the same next move.
 */
import { describe, expect, it } from 'vitest';
import { asFillId, asOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import { seenRecord, sightingOf } from '#orders/core/facts.ts';
import type { Trade } from '#orders/model.ts';
import type { BrokerOrder, OrderStatus } from '#orders/ports.ts';
import { NOW, optionOf } from '../fixtures/risk.ts';
import { acked, type Course, createCourse } from '../fixtures/trade-course.ts';

/** An answer to what was sent, or an order as the stream states it. */
type Message = { readonly answer: 'submit' | 'replace' | 'cancel'; readonly of: string } | Stated;

interface Stated {
  readonly of: string;
  readonly status: OrderStatus;
  readonly fills?: readonly number[];
  /** Filled by the broker's count, where its rows lag behind. */
  readonly counted?: number;
}

interface Case {
  readonly what: string;
  readonly size: number;
  readonly sent: (course: Course) => void;
  readonly messages: readonly Message[];
}

const CASES: readonly Case[] = [
  {
    what: 'an entry that fills in three parts',
    size: 4,
    sent: (course) => course.submitted('E0', 4, '0.75'),
    messages: [
      { answer: 'submit', of: 'E0' },
      { of: 'E0', status: 'received' },
      { of: 'E0', status: 'working' },
      { of: 'E0', status: 'working', fills: [1] },
      { of: 'E0', status: 'working', fills: [1, 2] },
      { of: 'E0', status: 'filled', fills: [1, 2, 1] },
    ],
  },
  {
    what: 'a cancel that meets a fill',
    size: 4,
    sent(course) {
      course.submitted('E0', 4, '0.75');
      course.answered('E0', acked('E0'));
      cancelled(course);
    },
    messages: [
      { answer: 'cancel', of: 'E0' },
      { of: 'E0', status: 'working' },
      { of: 'E0', status: 'cancel_requested' },
      { of: 'E0', status: 'cancel_requested', fills: [1] },
      { of: 'E0', status: 'cancelled', fills: [1] },
    ],
  },
  {
    what: 'an end told before its fills',
    size: 4,
    sent: (course) => course.submitted('E0', 4, '0.75'),
    messages: [
      { answer: 'submit', of: 'E0' },
      { of: 'E0', status: 'working' },
      { of: 'E0', status: 'working', counted: 2 },
      { of: 'E0', status: 'filled', counted: 4 },
      { of: 'E0', status: 'filled', counted: 4, fills: [2] },
      { of: 'E0', status: 'filled', fills: [2, 2] },
    ],
  },
  {
    what: 'an edit that takes its place and fills',
    size: 1,
    sent: edited,
    messages: [
      { answer: 'replace', of: 'E1' },
      { of: 'E0', status: 'replace_requested' },
      { of: 'E1', status: 'contingent' },
      { of: 'E0', status: 'cancelled' },
      { of: 'E1', status: 'working' },
      { of: 'E1', status: 'filled', fills: [1] },
    ],
  },
  {
    what: 'an edit ended by a fill of its original',
    size: 1,
    sent: edited,
    messages: [
      { answer: 'replace', of: 'E1' },
      { of: 'E0', status: 'replace_requested' },
      { of: 'E1', status: 'contingent' },
      { of: 'E0', status: 'filled', fills: [1] },
      { of: 'E1', status: 'rejected' },
    ],
  },
  {
    what: 'an exit that fills while more is bought',
    size: 4,
    sent(course) {
      course.submitted('E0', 4, '0.75');
      course.answered('E0', acked('E0'));
      course.seen('E0', { fills: [['E0-0', 2, '0.75']], statedAt: NOW });
      course.submitted('X0', 1, '1.50');
    },
    messages: [
      { answer: 'submit', of: 'X0' },
      { of: 'X0', status: 'working' },
      { of: 'X0', status: 'filled', fills: [1] },
      { of: 'E0', status: 'working', fills: [2, 1] },
      { of: 'E0', status: 'filled', fills: [2, 1, 1] },
    ],
  },
];

function cancelled(course: Course): void {
  const intent = { op: 'cancel', cid: course.cid('E0'), orderId: asOrderId('o-E0') } as const;
  course.add({ kind: 'order.intended', body: { intent, quote: null } });
}

function edited(course: Course): void {
  course.submitted('E0', 1, '0.75');
  course.answered('E0', acked('E0'));
  course.seen('E0', { statedAt: NOW });
  const intent = {
    op: 'replace',
    cid: course.cid('E1'),
    replaces: course.cid('E0'),
    orderId: asOrderId('o-E0'),
    terms: { kind: 'limit', limit: price('0.76') },
  } as const;
  course.add({ kind: 'order.intended', body: { intent, quote: null } });
}

/** The broker's statement at its place among them all. */
function statementOf(
  { of, status, fills = [], counted }: Stated,
  size: number,
  nth: number,
): BrokerOrder {
  const rows = fills.map((count, at) => ({
    fillId: asFillId(`${of}-${at}`),
    quantity: quantity(count),
    price: price('0.75'),
    at: NOW,
  }));
  const listed = fills.reduce((sum, count) => sum + count, 0);
  const isExit = of.startsWith('X');
  const whole = isExit ? 1 : size;
  return {
    orderId: asOrderId(`o-${of}`),
    clientOrderId: null,
    symbol: optionOf().symbol,
    side: isExit ? 'sell' : 'buy',
    effect: isExit ? 'close' : 'open',
    quantity: quantity(whole),
    remaining: quantity(whole - (counted ?? listed)),
    terms: { kind: 'market' },
    status,
    fills: rows,
    rejectReason: null,
    cancellable: true,
    editable: status === 'working',
    replaces: null,
    replacedBy: null,
    receivedAt: NOW,
    updatedAt: plus(NOW, nth),
  };
}

/** As the desk's reader takes it: only what is news is put on record. */
function hear(course: Course, { size, messages }: Case, nth: number, tick: number): void {
  const message = messages[nth];
  if (message === undefined) return;
  if ('answer' in message) {
    course.answered(message.of, acked(message.of), message.answer);
    return;
  }
  const order = course.order(message.of);
  const sighting = sightingOf(order, statementOf(message, size, nth * tick), 'stream');
  if (sighting !== null) course.take(seenRecord(course.trade(), sighting, 'stream', course.now()));
}

function outcomeOf(given: Case, order: readonly number[], tick = 1): unknown {
  const course = createCourse({ quantity: quantity(given.size) });
  given.sent(course);
  for (const nth of order) hear(course, given, nth, tick);
  return { trade: compared(course.trade()), next: course.ask().write };
}

/** Rows stand in the order they came in, and an end carries the time of its first telling. */
function compared(trade: Trade): Trade {
  const orders = trade.orders.map((order) => ({
    ...order,
    statedAt: order.phase === 'terminal' ? null : order.statedAt,
    fills: order.fills.toSorted((a, b) => a.fillId.localeCompare(b.fillId)),
  }));
  return { ...trade, orders };
}

function permutations(of: readonly number[]): readonly (readonly number[])[] {
  if (of.length <= 1) return [of];
  return of.flatMap((first) =>
    permutations(of.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  );
}

describe.each(CASES)('$what', (given) => {
  const inOrder = given.messages.map((_, at) => at);

  it.each([
    ['goes', 1],
    ['stands still', 0],
    ['goes back', -1],
  ])('leaves the same trade and next move, told in any order by a clock that %s', (_, tick) => {
    const told = outcomeOf(given, inOrder);
    for (const order of permutations(inOrder)) {
      expect({ order, left: outcomeOf(given, order, tick) }).toEqual({ order, left: told });
    }
  });

  it('is changed by none of it told a second time', () => {
    const told = outcomeOf(given, inOrder);
    for (const order of permutations(inOrder).slice(0, 120)) {
      const stated = order.filter((nth) => !('answer' in (given.messages[nth] ?? {})));
      expect(outcomeOf(given, [...inOrder, ...stated])).toEqual(told);
    }
  });
});
