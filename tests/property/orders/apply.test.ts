/** `apply` answers every record in every state; independent records change places freely. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeskEntry } from '#audit/model.ts';
import { decodeCanonical, encodeCanonical } from '#events/codec.ts';
import type { Recorded } from '#events/record.ts';
import { asFillId, asOrderId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import { money, price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { Book } from '#orders/book.ts';
import { filledKnown } from '#orders/core/exposure.ts';
import { endOf } from '#orders/core/order-life.ts';
import {
  type DeskRecord,
  ENTRY_END_REASONS,
  TRADE_END_REASONS,
  type Trade,
} from '#orders/model.ts';
import { ORDER_STATUSES } from '#orders/ports.ts';
import { exiting, sold, unknownThenFound, windowOver } from '../../fixtures/desk-courses.ts';
import { quoteOf } from '../../fixtures/risk.ts';
import {
  acked,
  type Course,
  closePlan,
  createCourse,
  type Fact,
  LOST,
  REJECTED,
} from '../../fixtures/trade-course.ts';

const NAMES = ['E0', 'E1', 'X0', 'C0'] as const;
const name = fc.constantFrom(...NAMES);
const count = fc.integer({ min: 0, max: 6 });
const terms = fc.constantFrom(
  { kind: 'limit', limit: price('0.80') } as const,
  { kind: 'market' } as const,
);

/** Every kind of order at once: an entry and its replacement, an exit, a close under way. */
function busy(): Course {
  const course = createCourse();
  course.submitted('E0', 4, '0.75');
  course.answered('E0', acked('E0'));
  course.seen('E0', { fills: [['E0-0', 2, '0.75']] });
  const orderId = asOrderId('o-E0');
  const intent = {
    op: 'replace',
    cid: course.cid('E1'),
    replaces: course.cid('E0'),
    orderId,
    terms: { kind: 'limit', limit: price('0.76') },
  } as const;
  course.add({ kind: 'order.intended', body: { intent, quote: null } });
  course.submitted('X0', 1, '1.50');
  course.add({ kind: 'close.requested', body: { plan: closePlan(course), why: 'test' } });
  course.submitted('C0', 1, '0.70');
  return course;
}

const course = busy();
const quote = quoteOf(course.plan.instrument, '0.70', '0.80');

const sighting = fc
  .record({
    of: name,
    status: fc.constantFrom(...ORDER_STATUSES),
    filled: count,
    rows: fc.array(fc.tuple(fc.nat(3), count)),
    at: fc.nat(5),
  })
  .map(({ of, status, filled, rows, at }) => ({
    cid: course.cid(of),
    orderId: asOrderId(`o-${of}`),
    status,
    statedAt: course.now() + at,
    quantity: quantity(4),
    filled,
    fills: rows.map(([id, size]) => ({
      fillId: asFillId(`${of}-${id}`),
      quantity: quantity(size),
      price: price('0.75'),
      at: course.now(),
    })),
    editable: status === 'working',
    rejection: null,
  }));

const answer = fc.constantFrom(acked('E0'), REJECTED, LOST, {
  kind: 'not_sent',
  reason: 'unreachable',
  detail: '',
} as const);

/** Any record of any kind about what the trade knows, in no order that makes sense. */
const FACTS = fc.oneof(
  fc
    .record({ cid: name, op: fc.constantFrom('submit', 'replace', 'cancel'), answer })
    .map(
      ({ cid, op, answer: said }) =>
        ({ kind: 'order.answered', body: { cid: course.cid(cid), op, answer: said } }) as const,
    ),
  sighting.map(
    (seen) => ({ kind: 'order.seen', body: { sighting: seen, source: 'poll' } }) as const,
  ),
  name.map((of) => ({ kind: 'order.missed', body: { cid: course.cid(of) } }) as const),
  fc
    .tuple(name, fc.constantFrom('absent', 'not_sent'))
    .map(([of, end]) => ({ kind: 'order.ended', body: { cid: course.cid(of), end } }) as const),
  name.map(
    (of) =>
      ({
        kind: 'order.intended',
        body: {
          intent: { op: 'cancel', cid: course.cid(of), orderId: asOrderId(`o-${of}`) },
          quote: null,
        },
      }) as const,
  ),
  terms.map(
    (wanted) => ({ kind: 'entry.stepped', body: { step: 1, terms: wanted, quote } }) as const,
  ),
  terms.map((wanted) => ({ kind: 'entry.converted', body: { terms: wanted, quote } }) as const),
  fc
    .constantFrom(...ENTRY_END_REASONS)
    .map((reason) => ({ kind: 'entry.ending', body: { reason } }) as const),
  fc
    .constantFrom(...ENTRY_END_REASONS)
    .map(
      (reason) => ({ kind: 'entry.ended', body: { reason, filled: 2, exitTarget: 1 } }) as const,
    ),
  fc.constant({ kind: 'close.requested', body: { plan: closePlan(course), why: 'x' } } as const),
  terms.map(
    (wanted) => ({ kind: 'close.stepped', body: { step: 1, terms: wanted, quote } }) as const,
  ),
  count.map((many) => ({ kind: 'close.ended', body: { sold: many } }) as const),
  count.map((by) => ({ kind: 'position.reduced', body: { by, net: 0 } }) as const),
  fc
    .constantFrom('trade.blocked', 'trade.released')
    .map((kind) => ({ kind, body: { reason: 'x' } }) as const),
  fc
    .constantFrom(...TRADE_END_REASONS)
    .map((reason) => ({ kind: 'trade.ended', body: { reason, result: money('1') } }) as const),
);

/** Orders of which less is known, or that live again after the broker's last word. */
function fallen(before: Trade, after: Trade): readonly string[] {
  return before.orders.flatMap((was) => {
    const is = after.orders.find(({ cid }) => cid === was.cid);
    if (is === undefined) return [`${was.cid} is forgotten`];
    const wasOver = was.phase === 'terminal' && was.status !== null && endOf(was.status) !== null;
    return [
      ...(filledKnown(is) < filledKnown(was) ? [`${was.cid} lost fills`] : []),
      ...(is.reported < was.reported ? [`${was.cid} lost its count`] : []),
      ...(wasOver && is.phase !== 'terminal' ? [`${was.cid} lives again`] : []),
      ...(was.ownCancel === 'possible' && is.ownCancel !== 'possible'
        ? [`${was.cid} forgot its cancel`]
        : []),
    ];
  });
}

/** Orders that wait for an answer nobody gives any more: none would be asked about again. */
function waitingInVain({ orders }: Trade, after: 'record' | 'restart'): readonly string[] {
  return orders
    .filter(({ phase, pending }) => {
      if (pending === null) return false;
      return phase === 'terminal' || (after === 'restart' && pending.answer === null);
    })
    .map(({ cid }) => cid);
}

describe('any records, in any order', () => {
  it('S8, L1: are applied without a throw; no count falls, nothing ended lives again or waits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(FACTS, fc.constant('restart' as const)), { maxLength: 40 }),
        (facts) => {
          const own = busy();
          for (const fact of facts) {
            const before = own.trade();
            if (fact === 'restart') own.restart();
            else own.add(fact as Fact);
            expect(fallen(before, own.trade())).toEqual([]);
            const after = fact === 'restart' ? 'restart' : 'record';
            expect(waitingInVain(own.trade(), after)).toEqual([]);
          }
          expect(own.replayed()).toEqual(own.trade());
          own.ask();
          own.wakeAt();
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The records of one trade, as if another alert had opened it. */
function logOf(made: () => { readonly entries: readonly DeskEntry[] }, mark: string) {
  const own = made().entries.filter(({ trade }) => trade !== undefined);
  const id = own[0]?.trade ?? '';
  return own.map((entry) => {
    const text = encodeCanonical(entry).replaceAll(id, `t_${mark.repeat(16)}`);
    const decoded = decodeCanonical(text);
    invariant(decoded.ok, 'a record reads back');
    return decoded.value as Recorded<DeskRecord>;
  });
}

const LOGS = [
  logOf(exiting, 'a'),
  logOf(sold, 'b'),
  logOf(windowOver, 'c'),
  logOf(unknownThenFound, 'd'),
];

/** Which log the next record is taken from, so often as there are records. */
const ORDER = fc.shuffledSubarray(
  LOGS.flatMap((log, which) => log.map(() => which)),
  { minLength: LOGS.flat().length },
);

function digestOf(records: readonly Recorded<DeskRecord>[]): string {
  const book = new Book();
  for (const record of records) book.apply(record);
  return encodeCanonical([...book.all()].toSorted((a, b) => a.id.localeCompare(b.id)));
}

describe('records of trades that have nothing to do with one another', () => {
  it('F83: leave the same state however they are interleaved', () => {
    const one = digestOf(LOGS.flat());
    fc.assert(
      fc.property(ORDER, (order) => {
        const taken = LOGS.map(() => 0);
        const mixed = order.flatMap((which) => {
          const next = LOGS[which]?.[taken[which] ?? 0];
          taken[which] = (taken[which] ?? 0) + 1;
          return next === undefined ? [] : [next];
        });
        expect(digestOf(mixed)).toBe(one);
      }),
    );
  });
});
