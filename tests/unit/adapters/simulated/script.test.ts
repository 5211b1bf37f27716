import { describe, expect, it } from 'vitest';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import { type Bench, limitAt, MORNING, openBench, ticket } from './bench.ts';

const AT_ASK = { terms: limitAt(price('0.80')) };

/** How many orders of that client id the broker really has. */
function ordersOf({ broker }: Bench, id: string): number {
  return broker.ledger.orders().filter(({ clientOrderId }) => clientOrderId === id).length;
}

describe('an answer that is lost', () => {
  it('leaves the order made', async () => {
    const bench = await openBench();
    bench.broker.script.onCall({ on: 'place', answer: { kind: 'ambiguous_with_effect' } });
    expect((await bench.send('c1')).kind).toBe('ambiguous');
    expect(ordersOf(bench, 'c1')).toBe(1);
  });

  it('leaves nothing when the request was lost with it', async () => {
    const bench = await openBench();
    bench.broker.script.onCall({ on: 'place', answer: { kind: 'ambiguous_without_effect' } });
    expect((await bench.send('c1')).kind).toBe('ambiguous');
    expect(ordersOf(bench, 'c1')).toBe(0);
    expect(bench.broker.ledger.mutations).toEqual([]);
  });

  it('may be of a request that is done only later', async () => {
    const bench = await openBench();
    const answer = { kind: 'ambiguous_late', afterMs: 30_000 } as const;
    bench.broker.script.onCall({ on: 'place', answer });
    expect((await bench.send('c1')).kind).toBe('ambiguous');
    expect(ordersOf(bench, 'c1')).toBe(0);
    await bench.pass(25_000);
    expect(ordersOf(bench, 'c1')).toBe(1);
  });

  it('may be that of a replace or of a cancel', async () => {
    const bench = await openBench();
    bench.broker.script.onCall({ on: 'replace', answer: { kind: 'ambiguous_with_effect' } });
    bench.broker.script.onCall({ on: 'cancel', answer: { kind: 'ambiguous_with_effect' } });
    const { orderId } = await bench.place('c1');
    const request = { orderId, clientOrderId: asClientOrderId('c2'), terms: AT_ASK.terms };
    expect((await bench.done(bench.broker.replace(request))).kind).toBe('ambiguous');
    expect(bench.truth(orderId).status).toBe('cancelled');
    const other = await bench.place('c3');
    expect((await bench.done(bench.broker.cancel(other.orderId))).kind).toBe('ambiguous');
    expect(bench.truth(other.orderId).status).toBe('cancelled');
  });
});

describe('a call that does not arrive, is refused, or is slow', () => {
  it('is not sent, and the broker has seen nothing', async () => {
    const bench = await openBench();
    bench.broker.script.onCall({ on: 'place', answer: { kind: 'not_sent', reason: 'throttled' } });
    expect(await bench.send('c1')).toMatchObject({ kind: 'not_sent', reason: 'throttled' });
    expect(bench.broker.ledger.mutations).toEqual([]);
  });

  it('is rejected with the code asked for', async () => {
    const bench = await openBench();
    const rejection = { code: 'closing_only', message: 'Closing only.' };
    bench.broker.script.onCall({ on: 'place', answer: { kind: 'rejected', rejection } });
    expect(await bench.send('c1')).toEqual({ kind: 'rejected', rejection });
  });

  it('is answered later than its first notifications', async () => {
    const bench = await openBench();
    bench.broker.script.onCall({ on: 'place', answer: { kind: 'slow', byMs: 2000 } });
    const heard: BrokerOrder[] = [];
    bench.broker.onOrder((order) => heard.push(order));
    let isAnswered = false;
    const call = bench.broker.place(ticket('c1', bench.put)).then(() => {
      isAnswered = true;
    });
    await bench.pass(1000);
    expect([heard.length > 0, isAnswered]).toEqual([true, false]);
    await bench.pass(2000);
    await call;
    expect(isAnswered).toBe(true);
  });
});

describe('rules of the script', () => {
  it('are used up, and choose by what is called', async () => {
    const bench = await openBench();
    bench.broker.script.onCall({
      on: 'place',
      when: ({ clientOrderId }) => clientOrderId === 'c2',
      times: 2,
      answer: { kind: 'not_sent', reason: 'unreachable' },
    });
    const kinds: string[] = [];
    for (const id of ['c1', 'c2', 'c2', 'c2']) kinds.push((await bench.send(id)).kind);
    expect(kinds).toEqual(['acked', 'not_sent', 'not_sent', 'acked']);
  });

  it('can be taken back', async () => {
    const bench = await openBench();
    const undo = bench.broker.script.onCall({
      on: 'any',
      times: Number.POSITIVE_INFINITY,
      answer: { kind: 'ambiguous_without_effect' },
    });
    undo();
    expect((await bench.send('c1')).kind).toBe('acked');
  });
});

describe('notifications', () => {
  async function heardWith(rule: Parameters<Bench['broker']['script']['onNotice']>[0]) {
    const bench = await openBench();
    bench.broker.script.onNotice(rule);
    const heard: string[] = [];
    bench.broker.onOrder(({ status }) => heard.push(status));
    await bench.place('c1', AT_ASK);
    await bench.pass(2000);
    return heard;
  }

  it('may be lost', async () => {
    const when = ({ status }: BrokerOrder): boolean => status === 'filled';
    expect(await heardWith({ when, delivery: { kind: 'drop' } })).toEqual([
      'received',
      'routed',
      'working',
    ]);
  });

  it('may come twice', async () => {
    const heard = await heardWith({ delivery: { kind: 'double' } });
    expect(heard).toEqual(['received', 'received', 'routed', 'working', 'filled']);
  });

  it('may come out of order', async () => {
    const when = ({ status }: BrokerOrder): boolean => status === 'routed';
    const heard = await heardWith({ when, delivery: { kind: 'swap' } });
    expect(heard).toEqual(['received', 'working', 'routed', 'filled']);
  });

  it('may come late', async () => {
    const when = ({ status }: BrokerOrder): boolean => status === 'routed';
    const heard = await heardWith({ when, delivery: { kind: 'delay', byMs: 1000 } });
    expect(heard).toEqual(['received', 'working', 'filled', 'routed']);
  });

  it('are lost while the stream is away, and told of once it is back', async () => {
    const bench = await openBench();
    const heard: string[] = [];
    let reconnects = 0;
    bench.broker.onOrder(({ status }) => heard.push(status));
    bench.broker.onReconnect(() => {
      reconnects += 1;
    });
    bench.broker.disconnect(1000);
    await bench.place('c1', AT_ASK);
    expect([heard.length, reconnects]).toEqual([0, 0]);
    await bench.pass(1000);
    expect([heard.length, reconnects]).toEqual([0, 1]);
  });
});

describe('queries', () => {
  it('may fail, some of them, for so many times', async () => {
    const bench = await openBench();
    const fault = { kind: 'unreachable', detail: 'by script' } as const;
    bench.broker.script.onQuery({ on: ['positions'], times: 1, fault });
    const { broker, done } = bench;
    expect((await done(broker.balances())).ok).toBe(true);
    expect(await done(broker.positions())).toEqual({ ok: false, error: fault });
    expect((await done(broker.positions())).ok).toBe(true);
  });

  it('may show lists as they were', async () => {
    const bench = await openBench();
    const { orderId } = await bench.place('c1');
    bench.broker.freezeLists(5000);
    bench.quote('0.60', '0.70');
    await bench.place('c2');
    const seen = async (): Promise<readonly (string | undefined)[]> => {
      const orders = await bench.done(bench.broker.orders(plus(MORNING, -1)));
      const one = await bench.done(bench.broker.orderById(orderId));
      if (!orders.ok || !one.ok) throw new Error('expected answers');
      return [...orders.value.map(({ status }) => status), one.value?.status];
    };
    expect(await seen()).toEqual(['working', 'working']);
    await bench.pass(5000);
    expect(await seen()).toEqual(['filled', 'filled', 'filled']);
  });

  it('may lag behind every change', async () => {
    const bench = await openBench({ latency: { listLagMs: 3000 } });
    const { orderId } = await bench.place('c1');
    expect(await bench.done(bench.broker.orderById(orderId))).toEqual({ ok: true, value: null });
    await bench.pass(3000);
    const found = await bench.done(bench.broker.orderById(orderId));
    expect(found).toMatchObject({ ok: true, value: { status: 'working' } });
  });
});
