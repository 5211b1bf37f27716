import { describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { date } from '#kernel/calendar.ts';
import { formatPrice, money, price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { createRandom } from '#kernel/random.ts';
import { newYorkInstant } from '#market/session.ts';
import type { BrokerOrder, MutationOutcome } from '#orders/ports.ts';
import { type Bench, limitAt, openBench } from './bench.ts';

const AT_ASK = { terms: limitAt(price('0.80')) };
const SELL = { side: 'sell', effect: 'close' } as const;

function codeOf(outcome: MutationOutcome): string {
  return outcome.kind === 'rejected' ? outcome.rejection.code : outcome.kind;
}

function fillsOf(order: BrokerOrder): readonly string[] {
  return order.fills.map((fill) => `${fill.quantity} @ ${formatPrice(fill.price)}`);
}

function statusesOf(bench: Bench, orderId: BrokerOrder['orderId']): readonly string[] {
  const { statuses } = bench.broker.ledger;
  return statuses.filter((seen) => seen.orderId === orderId).map(({ status }) => status);
}

describe('the life of an order at the simulated broker', () => {
  it('is received, routed, working, filled, each a while after the other', async () => {
    const bench = await openBench();
    const { orderId } = await bench.place('c1', AT_ASK);
    expect(statusesOf(bench, orderId)).toEqual(['received', 'routed', 'working', 'filled']);
    const times = bench.broker.ledger.statuses.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const [received = 0, routed = 0, working = 0, filled = 0] = times;
    expect(routed).toBeGreaterThan(received);
    expect(working).toBeGreaterThan(routed);
    expect(filled).toBe(working);
  });

  it('takes the far side at its price when it arrives marketable', async () => {
    const bench = await openBench();
    const { orderId } = await bench.place('c1', { terms: limitAt(price('0.95')) });
    expect(fillsOf(bench.truth(orderId))).toEqual(['2 @ 0.80']);
  });

  it('trades at its own limit when the market comes to it', async () => {
    const bench = await openBench();
    const { orderId } = await bench.place('c1');
    bench.quote('0.60', '0.70');
    await bench.pass(100);
    expect(fillsOf(bench.truth(orderId))).toEqual(['2 @ 0.72']);
  });

  it('takes what is shown once, and the rest as more is shown', async () => {
    const bench = await openBench();
    bench.quote('0.70', '0.80', [10, 3]);
    const { orderId } = await bench.place('c1', { ...AT_ASK, quantity: quantity(6) });
    await bench.pass(5000);
    expect(fillsOf(bench.truth(orderId))).toEqual(['3 @ 0.80']);
    bench.quote('0.70', '0.80', [10, 1]);
    await bench.pass(100);
    bench.quote('0.70', '0.80', [10, 9]);
    await bench.pass(100);
    expect(bench.truth(orderId)).toMatchObject({ status: 'filled', remaining: 0 });
    expect(fillsOf(bench.truth(orderId))).toEqual(['3 @ 0.80', '1 @ 0.80', '2 @ 0.80']);
  });

  it('lets earlier orders take what is shown first', async () => {
    const bench = await openBench();
    const first = await bench.place('c1', { quantity: quantity(4) });
    const second = await bench.place('c2', { quantity: quantity(4) });
    bench.quote('0.65', '0.72', [10, 5]);
    await bench.pass(100);
    expect(bench.truth(first.orderId).status).toBe('filled');
    expect(fillsOf(bench.truth(second.orderId))).toEqual(['1 @ 0.72']);
  });

  it.each([
    ['halted', { bid: price('0.60'), ask: price('0.70'), halted: true }],
    ['crossed', { bid: price('0.75'), ask: price('0.70') }],
    ['without an offer', { bid: price('0.70'), ask: price('0') }],
    ['without size', { bid: price('0.60'), ask: price('0.70'), askSize: 0 }],
  ] as const)('does not trade on a quote that is %s', async (_name, pin) => {
    const bench = await openBench();
    const { orderId } = await bench.place('c1');
    bench.market.pin(bench.put.symbol, pin);
    await bench.pass(3000);
    expect(bench.truth(orderId)).toMatchObject({ status: 'working', remaining: 2 });
  });

  it('ends a day order with the session, and leaves one good till cancelled', async () => {
    const bench = await openBench({ at: newYorkInstant(date('2025-12-02'), '15:59') });
    const day = await bench.place('c1');
    const gtc = await bench.place('c2', { timeInForce: 'gtc' });
    await bench.pass(59_000);
    expect(bench.truth(day.orderId).status).toBe('working');
    await bench.pass(2000);
    expect(bench.truth(day.orderId).status).toBe('expired');
    expect(bench.truth(gtc.orderId).status).toBe('working');
  });

  it('does not trade outside the session', async () => {
    const bench = await openBench({ at: newYorkInstant(date('2025-12-02'), '15:59') });
    const { orderId } = await bench.place('c1', { timeInForce: 'gtc' });
    await bench.pass(60_000);
    bench.quote('0.60', '0.70');
    await bench.pass(2000);
    expect(bench.truth(orderId).status).toBe('working');
  });

  it('ends what is left of a contract with its last trade', async () => {
    const bench = await openBench({ at: newYorkInstant(date('2025-12-05'), '15:40') });
    await bench.place('c1', AT_ASK);
    const exit = await bench.place('c2', {
      ...SELL,
      terms: limitAt(price('1.60')),
      timeInForce: 'gtc',
    });
    expect(bench.broker.ledger.net(bench.put.symbol)).toBe(2);
    bench.clock.advance(25 * 60_000);
    expect(bench.truth(exit.orderId).status).toBe('expired');
    expect(bench.broker.ledger.net(bench.put.symbol)).toBe(0);
  });
});

describe('orders inside the spread', () => {
  /** How many of 100 orders at that limit fill in 20 s while the market stands still. */
  async function filledOf(limit: string): Promise<number> {
    let filled = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const queue = { kind: 'queue', nearMs: 90_000, farMs: 4000 } as const;
      const random = createRandom(seed);
      const bench = await openBench({ random, queue, latency: NO_LATENCY });
      bench.quote('0.70', '0.80', [30, 30]);
      const { orderId } = await bench.place('c1', { terms: limitAt(price(limit)) });
      bench.clock.advance(20_000);
      if (bench.truth(orderId).status === 'filled') filled += 1;
      bench.broker.close();
      bench.market.close();
    }
    return filled;
  }

  it('fill the more often the nearer they are to the far side', async () => {
    const [behind, joined, middle, near] = [
      await filledOf('0.65'),
      await filledOf('0.70'),
      await filledOf('0.75'),
      await filledOf('0.79'),
    ];
    expect(behind).toBe(0);
    expect(joined).toBeLessThan(middle);
    expect(middle).toBeLessThan(near);
    expect(joined).toBeLessThan(10);
    expect(near).toBeGreaterThan(80);
  });

  it('fill in parts, and the same way for the same seed', async () => {
    async function run(): Promise<readonly string[]> {
      const queue = { kind: 'queue', nearMs: 90_000, farMs: 4000 } as const;
      const bench = await openBench({ queue, random: createRandom('parts') });
      bench.quote('0.70', '0.80', [3, 3]);
      const big = { quantity: quantity(20), terms: limitAt(price('0.77')) };
      const { orderId } = await bench.place('c1', big);
      await bench.pass(90_000);
      return bench.truth(orderId).fills.map(({ quantity: count, at }) => `${count} ${at}`);
    }
    const fills = await run();
    expect(fills.length).toBeGreaterThan(2);
    expect(await run()).toEqual(fills);
  });
});

describe('what the simulated broker refuses', () => {
  it.each([
    ['a price of zero', { terms: limitAt(price('0')) }, 'validation_error'],
    ['a price below zero', { terms: limitAt(price('-0.50')) }, 'validation_error'],
    ['a quantity of zero', { quantity: quantity(0) }, 'validation_error'],
    ['a price off the grid', { terms: limitAt(price('0.725')) }, 'invalid_price_increment'],
    ['a nickel above 3.00', { terms: limitAt(price('3.01')) }, 'invalid_price_increment'],
    [
      'a market order good till cancelled',
      { terms: { kind: 'market' }, timeInForce: 'gtc' },
      'gtc_market_orders_not_supported',
    ],
    ['opening short', { side: 'sell', effect: 'open' }, 'margin_check_failed'],
    ['closing nothing', { side: 'sell', effect: 'close' }, 'invalid_position_effect'],
    ['buying to close what is not short', { effect: 'close' }, 'invalid_position_effect'],
    ['more than it can pay', { quantity: quantity(400) }, 'margin_check_failed'],
  ] as const)('%s', async (_name, over, code) => {
    const bench = await openBench();
    expect(codeOf(await bench.send('c1', over))).toBe(code);
    expect(bench.broker.ledger.orders()).toEqual([]);
    expect(bench.broker.ledger.mutations.map(({ rejection }) => rejection?.code)).toEqual([code]);
  });

  it('what a class of options quotes in cents it takes in cents', async () => {
    const bench = await openBench();
    const spy = await bench.market.find({
      kind: 'option',
      underlying: 'SPY',
      right: 'C',
      strike: price('680'),
      expiry: date('2025-12-05'),
    });
    if (!spy.ok) throw new Error('expected the option');
    const terms = limitAt(price('3.01'));
    expect(codeOf(await bench.send('c1', { instrument: spy.value, terms }))).toBe('acked');
  });

  it('an instrument it does not list', async () => {
    const bench = await openBench({ isListed: () => false });
    expect(codeOf(await bench.send('c1'))).toBe('instrument_validation_failed');
  });

  it('orders outside the session', async () => {
    const bench = await openBench({ at: newYorkInstant(date('2025-12-02'), '16:05') });
    expect(codeOf(await bench.send('c1'))).toBe('market_closed');
  });

  it('to open a contract in its last minutes, though not to close it', async () => {
    const bench = await openBench({ at: newYorkInstant(date('2025-12-05'), '15:45') });
    await bench.place('c1', AT_ASK);
    bench.clock.advance(6 * 60_000);
    expect(codeOf(await bench.send('c2'))).toBe('too_close_to_expiration');
    const close = { ...SELL, terms: limitAt(price('0.70')) };
    expect(codeOf(await bench.send('c3', close))).toBe('acked');
  });

  it('what resting orders have promised, until they end', async () => {
    const bench = await openBench({ cash: money('300.00') });
    const resting = await bench.place('c1');
    expect(codeOf(await bench.send('c2', { quantity: quantity(3) }))).toBe('margin_check_failed');
    await bench.done(bench.broker.cancel(resting.orderId));
    await bench.pass(500);
    expect(codeOf(await bench.send('c3', { quantity: quantity(3) }))).toBe('acked');
  });
});
