import { describe, expect, it } from 'vitest';
import { asClientOrderId, type OrderId } from '#kernel/ids.ts';
import { formatMoney, formatPrice, price, subtractMoney } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import type { BrokerOrder, MutationOutcome } from '#orders/ports.ts';
import { type Bench, limitAt, MORNING, openBench, ticket } from './bench.ts';

const FIVE = { quantity: quantity(5) };

function reprice(bench: Bench, orderId: OrderId, limit: string): Promise<MutationOutcome> {
  return bench.broker.replace({
    orderId,
    clientOrderId: asClientOrderId('c2'),
    terms: limitAt(price(limit)),
  });
}

function orderOf(outcome: MutationOutcome): BrokerOrder {
  if (outcome.kind !== 'acked') throw new Error(`was ${JSON.stringify(outcome)}`);
  return outcome.order;
}

function filledOf({ fills }: BrokerOrder): number {
  return fills.reduce((sum, fill) => sum + fill.quantity, 0);
}

describe('a fill of the original while it is being replaced', () => {
  it('ends the replacement and leaves the original working for the rest', async () => {
    const bench = await openBench();
    const original = await bench.place('c1', FIVE);
    const replacement = orderOf(await bench.done(reprice(bench, original.orderId, '0.74')));
    expect(bench.truth(original.orderId).status).toBe('replace_requested');
    expect(bench.truth(replacement.orderId).status).toBe('contingent');
    bench.quote('0.65', '0.72', [10, 2]);
    await bench.pass(500);
    expect(bench.truth(original.orderId)).toMatchObject({
      status: 'working',
      remaining: 3,
      replacedBy: null,
    });
    expect(bench.truth(replacement.orderId)).toMatchObject({ status: 'rejected', fills: [] });
  });

  it('ends both when it was a whole fill', async () => {
    const bench = await openBench();
    const original = await bench.place('c1', FIVE);
    const replacement = orderOf(await bench.done(reprice(bench, original.orderId, '0.74')));
    bench.quote('0.65', '0.72', [10, 9]);
    await bench.pass(500);
    expect(bench.truth(original.orderId).status).toBe('filled');
    expect(bench.truth(replacement.orderId).status).toBe('rejected');
  });

  it('ends the replacement as cancelled at a broker that does it so', async () => {
    const bench = await openBench({ abortedReplacement: 'cancelled' });
    const original = await bench.place('c1', FIVE);
    const replacement = orderOf(await bench.done(reprice(bench, original.orderId, '0.74')));
    bench.quote('0.65', '0.72', [10, 2]);
    await bench.pass(500);
    expect(bench.truth(replacement.orderId).status).toBe('cancelled');
  });

  it('comes by script, with the original left working or cancelled', async () => {
    for (const abortedOriginal of ['lives', 'cancelled'] as const) {
      const bench = await openBench();
      const plan = { fillDuringReplace: quantity(1), abortedOriginal };
      bench.broker.script.onCall({ on: 'place', plan });
      const original = await bench.place('c1', FIVE);
      const replacement = orderOf(await bench.done(reprice(bench, original.orderId, '0.74')));
      await bench.pass(500);
      const status = abortedOriginal === 'lives' ? 'working' : 'cancelled';
      expect(bench.truth(original.orderId)).toMatchObject({ status, remaining: 4 });
      expect(bench.truth(replacement.orderId).status).toBe('rejected');
    }
  });
});

describe('a replace', () => {
  it('takes the original quantity at a broker that gives it again', async () => {
    const bench = await openBench({ replacementQuantity: 'original' });
    bench.quote('0.70', '0.80', [10, 2]);
    const original = await bench.place('c1', { ...FIVE, terms: limitAt(price('0.80')) });
    bench.quote('0.70', '0.84');
    const replacement = orderOf(await bench.done(reprice(bench, original.orderId, '0.82')));
    expect(replacement.quantity).toBe(5);
  });

  it('is refused while another one is under way', async () => {
    const bench = await openBench();
    const { orderId } = await bench.place('c1');
    await bench.done(reprice(bench, orderId, '0.74'));
    const second = await bench.done(reprice(bench, orderId, '0.75'));
    expect(second).toMatchObject({ rejection: { code: 'cannot_update_order' } });
  });

  it('holds back the dearer of the two prices, once', async () => {
    const bench = await openBench();
    const { orderId } = await bench.place('c1', FIVE);
    const reserved = async (): Promise<string> => {
      const balances = await bench.done(bench.broker.balances());
      if (!balances.ok) throw new Error('expected balances');
      return formatMoney(subtractMoney(balances.value.cash, balances.value.buyingPower));
    };
    // 5 × 100 × 0.72 and 1.12 each in fees
    expect(await reserved()).toBe('365.60');
    const call = reprice(bench, orderId, '0.74');
    await bench.pass(20);
    expect(await reserved()).toBe('375.60');
    await bench.done(call);
    await bench.pass(500);
    expect(await reserved()).toBe('375.60');
  });

  it('given up before it took over leaves the original working', async () => {
    const bench = await openBench();
    const original = await bench.place('c1');
    const replacement = orderOf(await bench.done(reprice(bench, original.orderId, '0.74')));
    await bench.done(bench.broker.cancel(replacement.orderId));
    await bench.pass(500);
    expect(bench.truth(original.orderId)).toMatchObject({ status: 'working', remaining: 2 });
    expect(bench.truth(replacement.orderId).status).toBe('cancelled');
  });
});

describe('a cancel', () => {
  it('loses the race against a fill', async () => {
    const bench = await openBench();
    const { orderId } = await bench.place('c1', FIVE);
    const cancel = bench.broker.cancel(orderId);
    await bench.pass(10);
    expect(bench.truth(orderId).status).toBe('cancel_requested');
    bench.quote('0.65', '0.72', [10, 3]);
    await bench.pass(500);
    expect((await cancel).kind).toBe('acked');
    expect(bench.truth(orderId)).toMatchObject({ status: 'cancelled', remaining: 2 });
    expect(filledOf(bench.truth(orderId))).toBe(3);
  });

  it('loses it by script, in part or in whole', async () => {
    for (const [count, status] of [
      [2, 'cancelled'],
      [5, 'filled'],
    ] as const) {
      const bench = await openBench();
      bench.broker.script.onCall({ on: 'place', plan: { fillDuringCancel: quantity(count) } });
      const { orderId } = await bench.place('c1', FIVE);
      await bench.done(bench.broker.cancel(orderId));
      await bench.pass(500);
      expect(bench.truth(orderId)).toMatchObject({ status, remaining: 5 - count });
    }
  });

  it('is refused while the order is on its way to the venue', async () => {
    const bench = await openBench();
    const outcome = bench.broker.place(ticket('c1', bench.put));
    await bench.pass(40);
    const { orderId } = orderOf(await outcome);
    expect(bench.truth(orderId).status).toBe('routed');
    const cancel = await bench.done(bench.broker.cancel(orderId));
    expect(cancel).toMatchObject({ rejection: { code: 'cannot_update_order' } });
  });

  it('may be taken and lead to nothing, until asked again', async () => {
    const bench = await openBench();
    bench.broker.script.onCall({ on: 'place', plan: { cancelsIgnored: 1 } });
    const { orderId } = await bench.place('c1');
    await bench.done(bench.broker.cancel(orderId));
    await bench.pass(60_000);
    expect(bench.truth(orderId).status).toBe('cancel_requested');
    await bench.done(bench.broker.cancel(orderId));
    await bench.pass(500);
    expect(bench.truth(orderId).status).toBe('cancelled');
  });
});

describe('planned fills', () => {
  it('come at their time and replace the market', async () => {
    const bench = await openBench();
    const fills = [
      { afterMs: 1000, quantity: quantity(2) },
      { afterMs: 3000, quantity: quantity(1), price: price('0.71') },
    ];
    bench.broker.script.onCall({ on: 'place', plan: { fills } });
    const { orderId } = await bench.place('c1', FIVE);
    bench.quote('0.50', '0.60');
    await bench.pass(900);
    expect(filledOf(bench.truth(orderId))).toBe(2);
    await bench.pass(2200);
    const prices = bench.truth(orderId).fills.map((fill) => formatPrice(fill.price));
    expect(prices).toEqual(['0.72', '0.71']);
    expect(bench.truth(orderId)).toMatchObject({ status: 'working', remaining: 2 });
  });

  it('may never come', async () => {
    const bench = await openBench();
    bench.broker.script.onCall({
      on: 'any',
      times: Number.POSITIVE_INFINITY,
      plan: { fills: 'never' },
    });
    const { orderId } = await bench.place('c1', { terms: limitAt(price('0.80')) });
    await bench.pass(5000);
    expect(bench.truth(orderId)).toMatchObject({ status: 'working', fills: [] });
  });

  it('show the filled count before the rows', async () => {
    const bench = await openBench({ fillRowsLagMs: 200 });
    const heard: BrokerOrder[] = [];
    bench.broker.onOrder((order) => heard.push(order));
    await bench.place('c1', { terms: limitAt(price('0.80')) });
    await bench.pass(500);
    const filled = heard.filter(({ status }) => status === 'filled');
    expect(filled.map((order) => [order.remaining, filledOf(order)])).toEqual([
      [0, 0],
      [0, 2],
    ]);
  });

  it('give way to a rejection after the order was taken', async () => {
    const bench = await openBench();
    const rejectLater = { afterMs: 1000, reason: 'Closing only.' };
    bench.broker.script.onCall({ on: 'place', plan: { rejectLater } });
    const { orderId } = await bench.place('c1');
    expect(bench.truth(orderId).status).toBe('working');
    await bench.pass(1000);
    const rejectReason = 'Closing only.';
    expect(bench.truth(orderId)).toMatchObject({ status: 'rejected', rejectReason });
  });
});

describe('other hands in the account', () => {
  it('trade without an order of ours, and it shows', async () => {
    const bench = await openBench();
    await bench.place('c1', { terms: limitAt(price('0.80')) });
    const [instrument, each] = [bench.put, price('0.70')];
    bench.broker.tradeElsewhere({ instrument, side: 'sell', quantity: quantity(1), price: each });
    expect(bench.broker.ledger.net(instrument.symbol)).toBe(1);
    const orders = await bench.done(bench.broker.orders(plus(MORNING, -1)));
    if (!orders.ok) throw new Error('expected orders');
    const foreign = orders.value.find(({ clientOrderId }) => clientOrderId === null);
    expect(foreign).toMatchObject({ status: 'filled', side: 'sell', effect: 'close', quantity: 1 });
  });

  it('place orders without an identifier, which take what ours would have taken', async () => {
    const bench = await openBench();
    const { side, effect, timeInForce, quantity: count } = ticket('-', bench.put);
    const answer = bench.broker.placeElsewhere({
      instrument: bench.put,
      side,
      effect,
      timeInForce,
      quantity: count,
      terms: limitAt(price('0.72')),
    });
    expect(answer).toMatchObject({ kind: 'accepted', order: { clientOrderId: null } });
    await bench.pass(200);
    const ours = await bench.place('c1');
    bench.quote('0.65', '0.72', [10, 3]);
    await bench.pass(100);
    expect(filledOf(bench.truth(ours.orderId))).toBe(1);
  });

  it('may take a position away without a trade', async () => {
    const bench = await openBench();
    await bench.place('c1', { terms: limitAt(price('0.80')) });
    bench.broker.removePosition(bench.put.symbol, price('0'));
    const positions = await bench.done(bench.broker.positions());
    expect(positions).toEqual({ ok: true, value: [] });
  });
});
