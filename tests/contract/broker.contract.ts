/** What every broker does, whoever stands behind it. The desk relies on nothing else. */
import { describe, expect, it } from 'vitest';
import { asOrderId } from '#kernel/ids.ts';
import { notional, priceFromUnits } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import { tickAt } from '#market/tick-grid.ts';
import type { BrokerOrder } from '#orders/ports.ts';
import {
  type BrokerHarness,
  createDesk,
  type Desk,
  orderOf,
  rejectionOf,
  SELL,
  sum,
} from './broker-desk.ts';

const TERMINAL = ['filled', 'cancelled', 'rejected', 'expired', 'removed'];

export function brokerContract(name: string, open: () => Promise<BrokerHarness>): void {
  async function use(test: (desk: Desk) => Promise<void>): Promise<void> {
    const harness = await open();
    try {
      const desk = createDesk(harness);
      await harness.setQuote(desk.quote);
      await test(desk);
    } finally {
      await harness.close();
    }
  }

  describe(`Broker: ${name}`, () => {
    describe('placing', () => {
      placing(use);
    });
    describe('replacing', () => {
      replacing(use);
    });
    describe('cancelling', () => {
      cancelling(use);
    });
    describe('reading', () => {
      reading(use);
    });
    describe('the account', () => {
      account(use);
    });
  });
}

type Use = (test: (desk: Desk) => Promise<void>) => Promise<void>;

function placing(use: Use): void {
  it('answers an order taken with its id and its client id', () =>
    use(async (desk) => {
      const order = await desk.rest('c1');
      expect(order.clientOrderId).toBe('c1');
      expect(order.orderId).not.toBe('');
      expect(order.symbol).toBe(desk.harness.instrument.symbol);
      expect(order.quantity).toBe(2);
      expect(TERMINAL).not.toContain(order.status);
    }));

  it('fills a marketable limit at the ask or better and holds the position', () =>
    use(async (desk) => {
      const order = await desk.buy('c1', 3);
      expect(order.status).toBe('filled');
      expect(order.remaining).toBe(0);
      expect(sum(order)).toBe(3);
      for (const fill of order.fills) expect(fill.price).toBeLessThanOrEqual(desk.marketable);
      expect(new Set(order.fills.map(({ fillId }) => fillId)).size).toBe(order.fills.length);
      const [position] = await desk.positions();
      expect(position).toMatchObject({
        symbol: order.symbol,
        net: 3,
        multiplier: desk.harness.instrument.multiplier,
      });
    }));

  it('fills no more than is shown, and lets the rest work', () =>
    use(async (desk) => {
      await desk.harness.setQuote({ ...desk.quote, askSize: 2 });
      const order = await desk.place('c1', { quantity: quantity(5), limit: desk.marketable });
      const now = await desk.read(order);
      expect(now.status).toBe('working');
      expect([sum(now), now.remaining]).toEqual([2, 3]);
    }));

  it('fills a resting order when the market comes to it', () =>
    use(async (desk) => {
      const order = await desk.rest('c1');
      await desk.harness.setQuote({ ...desk.quote, bid: desk.at('0.65'), ask: desk.resting });
      await desk.harness.settle();
      expect(await desk.read(order)).toMatchObject({ status: 'filled', remaining: 0 });
    }));

  it('fills a market order at the touch', () =>
    use(async (desk) => {
      const placed = await desk.send('c1', { terms: { kind: 'market' } });
      const order = await desk.read(orderOf(placed));
      expect(order.status).toBe('filled');
      expect(order.fills.map((fill) => fill.price)).toEqual([desk.quote.ask]);
    }));

  it('makes two orders of one client id, and names both', () =>
    use(async (desk) => {
      const first = await desk.rest('same');
      const second = await desk.rest('same');
      expect(second.orderId).not.toBe(first.orderId);
      const found = await desk.byClientId('same');
      expect(found.map(({ orderId }) => orderId).toSorted()).toEqual(
        [first.orderId, second.orderId].toSorted(),
      );
    }));

  it('rejects a price off the tick grid, without an order', () =>
    use(async (desk) => {
      const { instrument } = desk.harness;
      const offGrid = priceFromUnits(desk.resting + tickAt(instrument.grid, desk.resting) / 2n);
      expect(
        rejectionOf(await desk.send('c1', { terms: { kind: 'limit', limit: offGrid } })),
      ).not.toBe('');
      expect(await desk.byClientId('c1')).toEqual([]);
    }));

  it('rejects what the account cannot pay', () =>
    use(async (desk) => {
      expect(rejectionOf(await desk.send('c1', { quantity: quantity(10_000_000) }))).not.toBe('');
    }));

  it('rejects a closing order without a position: it never opens one', () =>
    use(async (desk) => {
      expect(rejectionOf(await desk.send('c1', { side: 'sell', effect: 'close' }))).not.toBe('');
      expect(await desk.positions()).toEqual([]);
    }));

  it('rejects closing more than is held and not promised to another order', () =>
    use(async (desk) => {
      await desk.buy('c1', 3);
      await desk.place('c2', { ...SELL, quantity: quantity(2), limit: desk.at('1.60') });
      expect(rejectionOf(await desk.send('c3', { ...SELL, quantity: quantity(2) }))).not.toBe('');
      await desk.place('c4', { ...SELL, quantity: quantity(1), limit: desk.at('1.60') });
    }));
}

function replacing(use: Use): void {
  it('makes a new order with its own ids that ends the original', () =>
    use(async (desk) => {
      const original = await desk.rest('c1');
      const replacement = await desk.reprice(original, 'c2', desk.at('0.74'));
      expect(replacement.orderId).not.toBe(original.orderId);
      await desk.harness.settle();
      expect(await desk.read(original)).toMatchObject({ status: 'cancelled', clientOrderId: 'c1' });
      expect(await desk.read(replacement)).toMatchObject({
        status: 'working',
        clientOrderId: 'c2',
        quantity: 2,
        side: 'buy',
        effect: 'open',
        terms: { kind: 'limit', limit: desk.at('0.74') },
      });
    }));

  it('gives the replacement of a partly filled order what this venue gives it', () =>
    use(async (desk) => {
      await desk.harness.setQuote({ ...desk.quote, askSize: 2 });
      const original = await desk.place('c1', { quantity: quantity(5), limit: desk.marketable });
      await desk.harness.setQuote({ ...desk.quote, bid: desk.at('0.72'), ask: desk.at('0.84') });
      const replacement = await desk.reprice(original, 'c2', desk.at('0.82'));
      await desk.harness.settle();
      expect(sum(await desk.read(original))).toBe(2);
      const left = desk.harness.replacementQuantity === 'original' ? 5 : 3;
      expect(await desk.read(replacement)).toMatchObject({ quantity: left, status: 'working' });
    }));

  it('rejects the replace of an order that has ended', () =>
    use(async (desk) => {
      const order = await desk.buy('c1', 1);
      expect(rejectionOf(await desk.sendReplace(order, 'c2', desk.at('0.74')))).not.toBe('');
      expect(await desk.byClientId('c2')).toEqual([]);
    }));

  it('leaves the original as it was when the new price is refused', () =>
    use(async (desk) => {
      const order = await desk.rest('c1');
      expect(rejectionOf(await desk.sendReplace(order, 'c2', desk.at('0')))).not.toBe('');
      await desk.harness.settle();
      expect(await desk.read(order)).toMatchObject({ status: 'working', remaining: 2 });
    }));

  it('can chain: each replacement can be replaced', () =>
    use(async (desk) => {
      let order = await desk.rest('c1');
      for (const [id, limit] of [
        ['c2', '0.73'],
        ['c3', '0.74'],
        ['c4', '0.75'],
      ] as const) {
        order = await desk.reprice(order, id, desk.at(limit));
        await desk.harness.settle();
      }
      const live = (await desk.all()).filter(({ status }) => !TERMINAL.includes(status));
      expect(live).toHaveLength(1);
      expect(live[0]).toMatchObject({ clientOrderId: 'c4', quantity: 2 });
    }));
}

function cancelling(use: Use): void {
  it('takes a cancel as a request and sees it through', () =>
    use(async (desk) => {
      const order = await desk.rest('c1');
      const outcome = await desk.harness.done(desk.harness.broker.cancel(order.orderId));
      expect(outcome.kind).toBe('acked');
      await desk.harness.settle();
      expect(await desk.read(order)).toMatchObject({ status: 'cancelled', fills: [] });
    }));

  it('keeps the fills of an order cancelled after a partial fill', () =>
    use(async (desk) => {
      await desk.harness.setQuote({ ...desk.quote, askSize: 2 });
      const order = await desk.place('c1', { quantity: quantity(5), limit: desk.marketable });
      await desk.harness.done(desk.harness.broker.cancel(order.orderId));
      await desk.harness.settle();
      const now = await desk.read(order);
      expect(now.status).toBe('cancelled');
      expect([sum(now), now.quantity - now.remaining]).toEqual([2, 2]);
    }));

  it('rejects the cancel of an order that has ended', () =>
    use(async (desk) => {
      const order = await desk.buy('c1', 1);
      expect(
        rejectionOf(await desk.harness.done(desk.harness.broker.cancel(order.orderId))),
      ).not.toBe('');
    }));

  it('rejects the cancel of an order nobody knows', () =>
    use(async (desk) => {
      const unknown = asOrderId('999999999');
      expect(rejectionOf(await desk.harness.done(desk.harness.broker.cancel(unknown)))).not.toBe(
        '',
      );
    }));
}

function reading(use: Use): void {
  it('finds an order by id and by client id, and none that does not exist', () =>
    use(async (desk) => {
      const order = await desk.rest('c1');
      expect((await desk.read(order)).clientOrderId).toBe('c1');
      expect((await desk.byClientId('c1')).map(({ orderId }) => orderId)).toEqual([order.orderId]);
      expect(await desk.byClientId('c2')).toEqual([]);
      const { broker, done } = desk.harness;
      const missing = await done(broker.orderById(asOrderId('999999999')));
      expect(missing).toEqual({ ok: true, value: null });
    }));

  it('lists orders in every status, and none untouched since', () =>
    use(async (desk) => {
      const resting = await desk.rest('c1');
      const filled = await desk.buy('c2', 1);
      const ids = (await desk.all()).map(({ orderId }) => orderId);
      expect(ids).toContain(resting.orderId);
      expect(ids).toContain(filled.orderId);
      await desk.harness.settle();
      const { broker, done, now } = desk.harness;
      const later = await done(broker.orders(plus(now(), 1)));
      expect(later).toEqual({ ok: true, value: [] });
    }));

  it('counts as filled what is ordered and does not remain, in every status', () =>
    use(async (desk) => {
      await desk.harness.setQuote({ ...desk.quote, askSize: 2 });
      const part = await desk.place('c1', { quantity: quantity(5), limit: desk.marketable });
      const whole = await desk.place('c2', { quantity: quantity(1), limit: desk.resting });
      await desk.harness.done(desk.harness.broker.cancel(part.orderId));
      await desk.harness.setQuote({ ...desk.quote, ask: desk.resting });
      await desk.harness.settle();
      for (const order of [await desk.read(part), await desk.read(whole)]) {
        expect(order.quantity - order.remaining).toBe(sum(order));
      }
    }));

  it('tells of changes with whole orders, the last of them final', () =>
    use(async (desk) => {
      const heard: BrokerOrder[] = [];
      const stop = desk.harness.broker.onOrder((order) => heard.push(order));
      const order = await desk.buy('c1', 2);
      const own = heard.filter(({ orderId }) => orderId === order.orderId);
      expect(own.at(-1)).toEqual(order);
      let filled = 0;
      for (const each of own) {
        expect(sum(each)).toBeGreaterThanOrEqual(filled);
        filled = sum(each);
      }
      stop();
      const before = heard.length;
      await desk.rest('c2');
      expect(heard).toHaveLength(before);
    }));
}

function account(use: Use): void {
  it('holds back what a resting order may cost, and gives it back with its end', () =>
    use(async (desk) => {
      const before = await desk.buyingPower();
      const order = await desk.rest('c1');
      const cost = notional(desk.resting, quantity(2), desk.harness.instrument.multiplier);
      expect(before - (await desk.buyingPower())).toBeGreaterThanOrEqual(cost);
      await desk.harness.done(desk.harness.broker.cancel(order.orderId));
      await desk.harness.settle();
      expect(await desk.buyingPower()).toBe(before);
    }));

  it('is flat again, and no richer, after buying and selling at one quote', () =>
    use(async (desk) => {
      const before = await desk.buyingPower();
      await desk.buy('c1', 2);
      const sold = await desk.place('c2', {
        ...SELL,
        quantity: quantity(2),
        limit: desk.quote.bid,
      });
      expect(await desk.read(sold)).toMatchObject({ status: 'filled' });
      expect(await desk.positions()).toEqual([]);
      const spread = priceFromUnits(desk.quote.ask - desk.quote.bid);
      const lost = notional(spread, quantity(2), desk.harness.instrument.multiplier);
      expect(await desk.buyingPower()).toBeLessThanOrEqual(before - lost);
    }));
}
