import { describe, expect, it } from 'vitest';
import type { Recorded } from '#events/record.ts';
import { date } from '#kernel/calendar.ts';
import { asOrderId, asTradeId } from '#kernel/ids.ts';
import { money, price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import { Book } from '#orders/book.ts';
import { figures, uncountedDebit, watchedFigures } from '#orders/figures.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { EntryPlan } from '#risk/model.ts';
import { NOW, optionOf } from '../../fixtures/risk.ts';
import { acked, type Course, createCourse, LOST, REJECTED } from '../../fixtures/trade-course.ts';

const DAY_MS = 24 * 3_600_000;

function stamped(record: DeskRecord, seq: number): Recorded<DeskRecord> {
  return { ...record, v: 1, seq, run: 'r1', wall: NOW, mono: 0 };
}

function bookOf(...told: readonly Course[]): Book {
  const book = new Book();
  for (const { records } of told) {
    for (const [at, record] of records.entries()) book.apply(stamped(record, at + 1));
  }
  return book;
}

function course(id: string, change: Partial<EntryPlan> = {}): Course {
  return createCourse({ tradeId: asTradeId(id), ...change });
}

function bought(of: Course, count = 4, at = '0.75'): Course {
  of.settle();
  of.answered('E0', acked('E0'));
  of.seen('E0', { status: 'filled', fills: [['f1', count, at]] });
  of.settle();
  return of;
}

function deskWide(book: Book, ...records: readonly DeskRecord[]): void {
  for (const record of records) book.apply(stamped(record, 1));
}

function run(kind: 'run.started' | 'run.ended', at = NOW): DeskRecord {
  return kind === 'run.started'
    ? { kind, body: { version: '1', epoch: 7, environment: 'simulated', at }, actor: 'engine' }
    : { kind, body: { reason: 'test', at }, actor: 'engine' };
}

describe('finding', () => {
  it('a trade by its id, an order by either of its ids', () => {
    const one = bought(course('t_1'));
    const book = bookOf(one);
    expect(book.trade(asTradeId('t_1'))).toEqual(one.trade());
    expect(book.byClientId(one.cid('E0'))?.order.end).toBe('filled');
    expect(book.byOrderId(asOrderId('o-E0'))?.order.cid).toBe(one.cid('E0'));
    expect(book.byOrderId(asOrderId('o-none'))).toBeNull();
  });

  it('knows its own mark for ever, also of what it has forgotten', () => {
    const one = course('t_1');
    one.wait(20_000);
    one.settle();
    const book = bookOf(one);
    book.prune(plus(NOW, DAY_MS));
    expect(book.trade(asTradeId('t_1'))).toBeNull();
    expect(book.byClientId(one.cid('E0'))).toBeNull();
    expect(book.isOfForgotten(one.cid('E0'))).toBe(true);
    expect(book.isOfForgotten(course('t_2').cid('E0'))).toBe(false);
  });
});

describe('what is open', () => {
  it('is every trade that has not ended, oldest first', () => {
    const [one, two] = [bought(course('t_1')), course('t_2')];
    two.wait(20_000);
    const book = bookOf(one, two, course('t_3'));
    expect(book.open().map(({ id }) => id)).toEqual(['t_1', 't_2', 't_3']);
    two.settle();
    expect(
      bookOf(one, two)
        .open()
        .map(({ id }) => id),
    ).toEqual(['t_1']);
  });

  it('is a trade again of which an order turns up', () => {
    const one = course('t_1');
    one.settle();
    one.answered('E0', LOST);
    one.wait(90_000);
    one.settle();
    one.add({ kind: 'order.ended', body: { cid: one.cid('E0'), end: 'absent' } });
    one.settle();
    expect(bookOf(one).open()).toEqual([]);
    one.seen('E0');
    expect(bookOf(one).open()).toHaveLength(1);
  });

  it('is never pruned', () => {
    const book = bookOf(bought(course('t_1')));
    book.prune(plus(NOW, 100 * DAY_MS));
    expect(book.open()).toHaveLength(1);
  });
});

describe('the desk as a whole', () => {
  it('keeps kill state, buying power of each day, foreign orders and the epoch', () => {
    const book = new Book();
    const day = date('2025-12-02');
    deskWide(
      book,
      run('run.started'),
      { kind: 'kill_state.changed', body: { from: 'ACTIVE', to: 'HALT', reason: '' }, actor: 'a' },
      { kind: 'buying_power.captured', body: { day, amount: money('5') }, actor: 'broker' },
    );
    expect(book).toMatchObject({ killState: 'HALT', epoch: 7 });
    expect(book.initialBuyingPower(day)).toBe(money('5'));
    expect(book.initialBuyingPower(date('2025-12-03'))).toBeNull();
  });

  it('a new run makes what was in flight unknown and what was live doubtful', () => {
    const [intended, live] = [course('t_1'), course('t_2')];
    intended.settle();
    live.settle();
    live.answered('E0', acked('E0'));
    const book = bookOf(intended, live);
    deskWide(book, run('run.started'));
    expect(book.trade(asTradeId('t_1'))?.orders[0]?.phase).toBe('unknown');
    expect(book.trade(asTradeId('t_2'))?.orders[0]).toMatchObject({
      phase: 'live',
      doubtful: true,
    });
  });

  it('counts starts that no stop came before', () => {
    const book = new Book();
    deskWide(book, run('run.started'), run('run.ended'), run('run.started'));
    expect(book.uncleanStarts(NOW)).toBe(0);
    deskWide(book, run('run.started'), run('run.started', plus(NOW, 1_000)));
    expect(book.uncleanStarts(NOW)).toBe(2);
    expect(book.uncleanStarts(plus(NOW, 1))).toBe(1);
  });
});

describe('counting', () => {
  it('order messages: submits, edits and cancels since a time', () => {
    const one = course('t_1');
    one.settle();
    one.answered('E0', acked('E0'));
    one.seen('E0');
    one.wait(30_000);
    one.settle();
    const book = bookOf(one);
    expect(book.mutationsSince(NOW)).toBe(2);
    expect(book.mutationsSince(plus(NOW, 1))).toBe(1);
    expect(book.mutationsSince(plus(NOW, 30_001))).toBe(0);
  });

  function refused(id: string): Course {
    const one = course(id);
    one.settle();
    one.answered('E0', REJECTED);
    one.settle();
    return one;
  }

  it('refusals in a row: one at work in between begins anew', () => {
    expect(bookOf(refused('t_1'), refused('t_2')).rejectsInARow(NOW)).toBe(2);
    const worked = course('t_3');
    worked.settle();
    worked.answered('E0', acked('E0'));
    expect(bookOf(refused('t_1'), worked, refused('t_2')).rejectsInARow(NOW)).toBe(2);
    worked.seen('E0');
    expect(bookOf(refused('t_1'), worked, refused('t_2')).rejectsInARow(NOW)).toBe(1);
  });

  it('an order that is refused after it was taken counts, an aborted edit does not', () => {
    const late = course('t_1');
    late.settle();
    late.answered('E0', acked('E0'));
    late.seen('E0', { status: 'rejected' });
    expect(bookOf(late).rejectsInARow(NOW)).toBe(1);
    const edit = course('t_2', { quantity: quantity(1) });
    edit.settle();
    edit.answered('E0', acked('E0'));
    edit.seen('E0');
    edit.wait(20_000);
    edit.settle();
    edit.answered('E1', acked('E1'), 'replace');
    edit.seen('E1', { status: 'rejected' });
    expect(bookOf(edit).rejectsInARow(NOW)).toBe(0);
  });

  it('one refusal that the stream tells and the answer, too, counts once', () => {
    const told = course('t_1');
    told.settle();
    told.seen('E0', { status: 'rejected' });
    told.answered('E0', REJECTED);
    expect(bookOf(told).rejectsInARow(NOW)).toBe(1);
    const answered = refused('t_2');
    answered.seen('E0', { status: 'rejected' });
    expect(bookOf(answered).rejectsInARow(NOW)).toBe(1);
  });
});

describe('figures', () => {
  const INSTRUMENT = course('t_1').plan.instrument;

  function of(book: Book, mark: string | null = null, now = plus(NOW, 1_000)) {
    return figures(book, {
      now,
      author: 'local:ana',
      instrument: INSTRUMENT,
      mark: () => (mark === null ? null : price(mark)),
      reconciled: true,
    });
  }

  it('count what is open, by underlying and instrument, and what has been opened', () => {
    const other = optionOf('UBER', '80', 'P', '2025-12-05');
    const book = bookOf(
      bought(course('t_1')),
      course('t_2', { instrument: other }),
      course('t_3', { instrument: optionOf('AAPL', '300', 'C'), author: 'local:bob' }),
    );
    expect(of(book)).toMatchObject({
      openTrades: 3,
      openOnUnderlying: 2,
      openOnInstrument: 1,
      tradesToday: 3,
      tradesByAuthorLastHour: 2,
    });
    const tomorrow = of(book, null, plus(NOW, DAY_MS));
    expect(tomorrow).toMatchObject({ tradesToday: 0, tradesByAuthorLastHour: 0, openTrades: 3 });
  });

  it('premium: what is held at cost, what may yet be bought at the collar', () => {
    const partly = course('t_1', { quantity: quantity(10) });
    partly.settle();
    partly.answered('E0', acked('E0'));
    partly.seen('E0', { fills: [['f1', 4, '0.75']] });
    // 4 × 75 held, 6 × 78 to come.
    expect(of(bookOf(partly)).premiumOpen).toBe(money('768'));
  });

  it('premium of a future is its margin, whatever it is worth', () => {
    const future = bought(course('t_1', { marginEach: money('2800') }), 4, '6900');
    expect(of(bookOf(future)).premiumOpen).toBe(money('11200'));
  });

  it('the result of the day: sold at its price, held at the mark, at cost without one', () => {
    const one = bought(course('t_1'));
    expect(of(bookOf(one)).dayResult).toBe(money('0'));
    expect(of(bookOf(one), '0.50').dayResult).toBe(money('-100'));
    one.answered('X0', acked('X0'));
    one.seen('X0', { status: 'filled', fills: [['x1', 2, '1.50']] });
    // 2 sold 0.75 above, 2 held 0.25 below.
    expect(of(bookOf(one), '0.50').dayResult).toBe(money('100'));
  });

  it('the result of the day holds a loss of yesterday taken today, and not a day later', () => {
    const one = bought(course('t_1'));
    one.wait(DAY_MS);
    one.add({ kind: 'position.reduced', body: { by: 4, net: 0 } });
    one.settle();
    one.seen('X0', { status: 'cancelled' });
    one.settle();
    expect(one.trade().ended).toBe('closed_elsewhere');
    expect(of(bookOf(one), null, plus(NOW, DAY_MS)).dayResult).toBe(money('-300'));
    expect(of(bookOf(one), null, plus(NOW, 2 * DAY_MS)).dayResult).toBe(money('0'));
  });

  it('sales counted and not yet listed are no loss', () => {
    const one = bought(course('t_1'));
    one.seen('X0', { status: 'filled', filled: 2 });
    expect(of(bookOf(one), '0.75').dayResult).toBe(money('0'));
  });

  it('unresolved: how many, and how long the oldest', () => {
    const [one, two] = [course('t_1'), course('t_2')];
    one.settle();
    one.answered('E0', LOST);
    two.wait(400);
    two.settle();
    two.answered('E0', LOST);
    const watched = watchedFigures(bookOf(one, two), { now: plus(NOW, 1_000), mark: () => null });
    expect(watched).toMatchObject({ unresolvedOrders: 2, oldestUnresolvedMs: 1_000 });
  });
});

describe('debits a balance may not have counted', () => {
  const READ = plus(NOW, 60_000);

  it('are those of what is not sent yet, at the highest price it may pay', () => {
    expect(uncountedDebit(bookOf(course('t_1')), READ)).toBe(money('312'));
  });

  it('of an order sent before the reading are none', () => {
    const one = course('t_1');
    one.settle();
    one.answered('E0', acked('E0'));
    one.seen('E0');
    expect(uncountedDebit(bookOf(one), READ)).toBe(money('0'));
    one.seen('E0', { status: 'filled', fills: [['f1', 4, '0.75']] });
    one.settle();
    expect(uncountedDebit(bookOf(one), READ)).toBe(money('0'));
  });

  it('of an order sent since are what it has bought and what it may still buy', () => {
    const one = course('t_1');
    one.wait(60_000);
    one.settle({ entries: 'yes' });
    const late = createCourse();
    late.settle();
    late.answered('E0', acked('E0'));
    late.seen('E0', { fills: [['f1', 1, '0.75']] });
    // 75 bought, 3 × 78 to come.
    expect(uncountedDebit(bookOf(late), NOW)).toBe(money('309'));
    late.seen('E0', { status: 'filled', fills: [['f2', 3, '0.75']] });
    late.settle();
    expect(uncountedDebit(bookOf(late), NOW)).toBe(money('300'));
  });

  it('between a cancel and the order after it nothing is forgotten', () => {
    const one = course('t_1');
    one.settle();
    one.answered('E0', acked('E0'));
    one.seen('E0');
    one.wait(20_000);
    one.settle();
    one.seen('E0', { status: 'cancelled' });
    expect(uncountedDebit(bookOf(one), plus(NOW, 10_000))).toBe(money('312'));
  });
});
