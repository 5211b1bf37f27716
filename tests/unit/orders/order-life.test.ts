import { describe, expect, it } from 'vitest';
import { encodeCanonical } from '#events/codec.ts';
import { RECORD_BYTES_MAX } from '#journal/ports.ts';
import { asFillId, asOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { sightingOf } from '#orders/core/facts.ts';
import {
  afterRestart,
  answered,
  freshFills,
  givenUp,
  intendedOrder,
  isNews,
  isStale,
  missed,
  seen,
  sentAgain,
} from '#orders/core/order-life.ts';
import { ORDER_PHASES, type OrderPhase, type Sighting, type TradeOrder } from '#orders/model.ts';
import type { BrokerOrder, Fill, OrderStatus } from '#orders/ports.ts';
import { NOW } from '../../fixtures/risk.ts';
import { acked, createCourse, LOST, REJECTED } from '../../fixtures/trade-course.ts';

const LATER = plus(NOW, 1_000);
const INTENDED: TradeOrder = intendedOrder({
  cid: createCourse().cid('E0'),
  role: 'entry',
  side: 'buy',
  quantity: quantity(4),
  terms: { kind: 'limit', limit: price('0.75') },
  replaces: null,
  at: NOW,
});

function fill(id: string, count: number): Fill {
  return { fillId: asFillId(id), quantity: quantity(count), price: price('0.75'), at: NOW };
}

function sighting(status: OrderStatus, change: Partial<Sighting> = {}): Sighting {
  return {
    cid: INTENDED.cid,
    orderId: asOrderId('o-E0'),
    status,
    statedAt: LATER,
    quantity: quantity(4),
    filled: 0,
    fills: [],
    editable: status === 'working',
    rejection: null,
    ...change,
  };
}

/** One order in each phase; the terminal one as the broker said it. */
const IN_PHASE: Readonly<Record<OrderPhase, TradeOrder>> = {
  intended: INTENDED,
  unsent: answered(INTENDED, { kind: 'not_sent', reason: 'unreachable', detail: '' }, NOW),
  unknown: answered(INTENDED, LOST, NOW),
  live: seen(INTENDED, sighting('working', { statedAt: NOW }), NOW),
  terminal: seen(INTENDED, sighting('cancelled', { statedAt: NOW }), NOW),
};

type Event = (order: TradeOrder) => TradeOrder;

const EVENTS = {
  acked: (order) => answered(order, acked('E0'), LATER),
  rejected: (order) => answered(order, REJECTED, LATER),
  unreachable: (order) =>
    answered(order, { kind: 'not_sent', reason: 'unreachable', detail: '' }, LATER),
  throttled: (order) =>
    answered(order, { kind: 'not_sent', reason: 'throttled', detail: '' }, LATER),
  unauthorized: (order) =>
    answered(order, { kind: 'not_sent', reason: 'unauthorized', detail: '' }, LATER),
  withdrawn: (order) =>
    answered(order, { kind: 'not_sent', reason: 'withdrawn', detail: '' }, LATER),
  ambiguous: (order) => answered(order, LOST, LATER),
  seen_working: (order) => seen(order, sighting('working'), LATER),
  seen_unknown: (order) => seen(order, sighting('unknown'), LATER),
  seen_filled: (order) =>
    seen(order, sighting('filled', { filled: 4, fills: [fill('f', 4)] }), LATER),
  seen_rejected: (order) => seen(order, sighting('rejected'), LATER),
  missed: (order) => missed(order, LATER),
  given_up: (order) => givenUp(order, 'absent', LATER),
  sent_again: (order) => sentAgain(order, LATER),
  restarted: (order) => afterRestart(order, LATER),
} as const satisfies Record<string, Event>;

/** Phase after the event, with `?` when the order has to be read again before anything else. */
const ANSWERS: Readonly<Record<keyof typeof EVENTS, Readonly<Record<OrderPhase, string>>>> = {
  acked: {
    intended: 'live',
    unsent: 'live',
    unknown: 'live',
    live: 'live',
    terminal: 'terminal cancelled',
  },
  rejected: {
    intended: 'terminal rejected',
    unsent: 'terminal rejected',
    unknown: 'terminal rejected',
    live: 'live ?',
    terminal: 'terminal cancelled',
  },
  unreachable: {
    intended: 'unsent',
    unsent: 'unsent',
    unknown: 'unsent',
    live: 'live ?',
    terminal: 'terminal cancelled',
  },
  throttled: {
    intended: 'unsent ?',
    unsent: 'unsent ?',
    unknown: 'unsent ?',
    live: 'live ?',
    terminal: 'terminal cancelled',
  },
  unauthorized: {
    intended: 'unsent ?',
    unsent: 'unsent ?',
    unknown: 'unsent ?',
    live: 'live ?',
    terminal: 'terminal cancelled',
  },
  withdrawn: {
    intended: 'terminal not_sent',
    unsent: 'terminal not_sent',
    unknown: 'terminal not_sent',
    live: 'live ?',
    terminal: 'terminal cancelled',
  },
  ambiguous: {
    intended: 'unknown',
    unsent: 'unknown',
    unknown: 'unknown',
    live: 'live ?',
    terminal: 'terminal cancelled',
  },
  seen_working: {
    intended: 'live',
    unsent: 'live',
    unknown: 'live',
    live: 'live',
    terminal: 'terminal cancelled',
  },
  seen_unknown: {
    intended: 'live',
    unsent: 'live',
    unknown: 'live',
    live: 'live',
    terminal: 'terminal cancelled',
  },
  seen_filled: {
    intended: 'terminal filled',
    unsent: 'terminal filled',
    unknown: 'terminal filled',
    live: 'terminal filled',
    terminal: 'terminal cancelled',
  },
  seen_rejected: {
    intended: 'terminal rejected',
    unsent: 'terminal rejected',
    unknown: 'terminal rejected',
    live: 'terminal rejected',
    terminal: 'terminal cancelled',
  },
  missed: {
    intended: 'intended',
    unsent: 'unsent',
    unknown: 'unknown',
    live: 'live',
    terminal: 'terminal cancelled',
  },
  given_up: {
    intended: 'terminal absent',
    unsent: 'terminal absent',
    unknown: 'terminal absent',
    live: 'live',
    terminal: 'terminal cancelled',
  },
  sent_again: {
    intended: 'intended',
    unsent: 'intended',
    unknown: 'unknown',
    live: 'live',
    terminal: 'terminal cancelled',
  },
  restarted: {
    intended: 'unknown',
    unsent: 'unsent',
    unknown: 'unknown',
    live: 'live ?',
    terminal: 'terminal cancelled',
  },
};

function told({ phase, end, doubtful }: TradeOrder): string {
  return [phase, ...(end === null ? [] : [end]), ...(doubtful ? ['?'] : [])].join(' ');
}

describe('every event in every phase', () => {
  it.each(Object.entries(EVENTS))('%s', (name, event) => {
    const answers = Object.fromEntries(
      ORDER_PHASES.map((phase) => [phase, told(event(IN_PHASE[phase]))]),
    );
    expect(answers).toEqual(ANSWERS[name as keyof typeof EVENTS]);
  });

  it.each(Object.entries(EVENTS))('%s never loses a fill', (_, event) => {
    const filled = seen(INTENDED, sighting('working', { filled: 2, fills: [fill('a', 2)] }), NOW);
    const after = event(filled);
    expect(after.fills).toContainEqual(fill('a', 2));
    expect(after.reported).toBeGreaterThanOrEqual(2);
  });
});

describe('what we concluded ourselves', () => {
  const REFUSED = answered(INTENDED, REJECTED, NOW);
  const ABSENT = givenUp(answered(INTENDED, LOST, NOW), 'absent', NOW);
  const UNSENT = givenUp(IN_PHASE.unsent, 'not_sent', NOW);

  it.each([
    ['refused', REFUSED],
    ['absent', ABSENT],
    ['not sent', UNSENT],
  ])('an order thought %s is live when the broker shows it live', (_, order) => {
    const shown = sighting('working');
    expect(isNews(order, shown, 'poll')).toBe(true);
    expect(seen(order, shown, LATER)).toMatchObject({
      phase: 'live',
      end: null,
      status: 'working',
    });
  });

  it.each([
    ['refused', REFUSED],
    ['absent', ABSENT],
  ])('an order thought %s has the end the broker tells, with its fills', (_, order) => {
    const shown = sighting('filled', { filled: 4, fills: [fill('f', 4)] });
    expect(seen(order, shown, LATER)).toMatchObject({ phase: 'terminal', end: 'filled' });
    expect(seen(order, shown, LATER).fills).toHaveLength(1);
  });

  it('what the broker itself has refused stays refused when it says otherwise later', () => {
    const refused = seen(INTENDED, sighting('rejected', { statedAt: NOW }), NOW);
    const shown = sighting('working');
    expect(isNews(refused, shown, 'poll')).toBe(false);
    expect(seen(refused, shown, LATER)).toMatchObject({ phase: 'terminal', end: 'rejected' });
  });
});

describe('old and repeated statements', () => {
  const working = IN_PHASE.live;

  it('a statement made before the last known one brings fills and nothing else', () => {
    const old = sighting('received', { statedAt: plus(NOW, -1) });
    expect(isStale(working, old, 'poll')).toBe(true);
    expect(isNews(working, old, 'poll')).toBe(false);
    expect(isNews(working, { ...old, filled: 1 }, 'poll')).toBe(true);
  });

  it.each([
    ['stream', 'received', true],
    ['stream', 'working', true],
    ['stream', 'cancel_requested', false],
    ['answer', 'received', true],
    ['poll', 'received', false],
    ['look_up', 'received', false],
  ] as const)('of one time, %s of %s is stale: %s', (source, status, stale) => {
    expect(isStale(working, sighting(status, { statedAt: NOW }), source)).toBe(stale);
  });

  it.each(['filled', 'cancelled', 'rejected', 'expired', 'removed'] as const)(
    '%s is never stale, whatever the clock of the broker did',
    (status) => {
      expect(isStale(working, sighting(status, { statedAt: plus(NOW, -9e6) }), 'stream')).toBe(
        false,
      );
    },
  );

  it('a doubt is not lifted by what was known before it', () => {
    const doubtful = { ...working, doubtful: true };
    expect(isNews(doubtful, sighting('working', { statedAt: NOW }), 'stream')).toBe(false);
    expect(isNews(doubtful, sighting('working', { statedAt: NOW }), 'poll')).toBe(true);
  });

  it('the same statement twice is news once', () => {
    const shown = sighting('cancel_requested');
    expect(isNews(working, shown, 'stream')).toBe(true);
    expect(isNews(seen(working, shown, LATER), shown, 'stream')).toBe(false);
  });
});

describe('fills', () => {
  const two = seen(INTENDED, sighting('working', { filled: 2, fills: [fill('a', 2)] }), NOW);

  it('one that is known is not counted again', () => {
    expect(freshFills(two, { fills: [fill('a', 2), fill('b', 1)], filled: 3 })).toEqual([
      fill('b', 1),
    ]);
  });

  it('one told under another identity is not counted beyond what the broker counts', () => {
    expect(freshFills(two, { fills: [fill('z', 2)], filled: 2 })).toEqual([]);
  });

  it('are counted once in whatever order they come', () => {
    const rows = [fill('a', 1), fill('b', 2), fill('c', 1)];
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (const order of orders) {
      let after = INTENDED;
      for (const at of order) {
        const row = rows[at];
        if (row) after = seen(after, sighting('working', { filled: 4, fills: [row] }), NOW);
      }
      expect(after.fills.map(({ fillId }) => fillId).toSorted()).toEqual(['a', 'b', 'c']);
      expect(after.reported).toBe(4);
    }
  });

  it('that come after the end are counted', () => {
    const over = seen(INTENDED, sighting('cancelled', { filled: 2 }), NOW);
    const late = seen(over, sighting('cancelled', { filled: 2, fills: [fill('a', 2)] }), LATER);
    expect(late).toMatchObject({ phase: 'terminal', end: 'cancelled', reported: 2 });
    expect(late.fills).toHaveLength(1);
  });
});

describe('sending again', () => {
  it('waits half a second, then one, then two, spread by the order itself', () => {
    let order = INTENDED;
    const pauses: number[] = [];
    for (let nth = 0; nth < 3; nth += 1) {
      order = answered(order, { kind: 'not_sent', reason: 'unreachable', detail: '' }, NOW);
      pauses.push((order.retryAt ?? NOW) - NOW);
    }
    expect(pauses.map((pause, nth) => Math.floor(pause / (500 * 2 ** nth)))).toEqual([1, 1, 1]);
  });

  it('a throttled send waits until it has been looked for', () => {
    const throttled = EVENTS.throttled(INTENDED);
    expect(throttled.doubtful).toBe(true);
    expect(missed(throttled, LATER).misses?.count).toBe(1);
    expect(sentAgain(throttled, LATER).doubtful).toBe(false);
  });
});

describe('a cancel asked for in the run before', () => {
  it.each<[string, TradeOrder]>([
    ['of an order whose submit was not answered', IN_PHASE.intended],
    ['of an order not found yet', IN_PHASE.unknown],
    ['of a working order', IN_PHASE.live],
  ])('%s is taken as lost, so that it is asked for again', (_, order) => {
    const pending = { kind: 'cancel', since: NOW, at: NOW, answer: null } as const;
    expect(afterRestart({ ...order, pending }, LATER).pending?.answer).toBe('ambiguous');
  });
});

describe('an order of a thousand fills', () => {
  it('is told in records that each have room for it, and ends whole', () => {
    const count = 1_000;
    const size = quantity(count);
    const fills = Array.from({ length: count }, (_, at) => fill(`${'f'.repeat(100)}${at}`, 1));
    const { cid } = INTENDED;
    const stated: BrokerOrder = {
      ...{ orderId: asOrderId('o-E0'), clientOrderId: cid, symbol: asInstrumentSymbol('UBER') },
      ...{ side: 'buy', effect: 'open', terms: { kind: 'limit', limit: price('0.75') } },
      ...{ quantity: size, remaining: quantity(0), status: 'filled', fills, rejectReason: null },
      ...{ cancellable: false, editable: false, replaces: null, replacedBy: null },
      ...{ receivedAt: NOW, updatedAt: LATER },
    };
    let order: TradeOrder = { ...INTENDED, quantity: size };
    let sighted = sightingOf(order, stated, 'poll');
    for (; sighted !== null; sighted = sightingOf(order, stated, 'poll')) {
      expect(encodeCanonical(sighted).length).toBeLessThan(RECORD_BYTES_MAX / 1.2);
      order = seen(order, sighted, LATER);
    }
    expect(order.fills).toHaveLength(count);
    expect(order.phase).toBe('terminal');
  });
});
