/** what is answered, what a dry run shows, what the record holds of it. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CallRule } from '#adapters/simulated/script.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const ALERT = 'BTO 4 UBER 78p 12/04 @ 0.75';
const FILLED: CallRule = {
  on: 'place',
  plan: { fills: [{ afterMs: 500, quantity: quantity(4) }] },
};

async function open(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  world.pin(UBER, '0.70', '0.80');
  return world;
}

describe('the answer', () => {
  it('R-12: says what was understood, how many and why, and the orders to come', async () => {
    const world = await open();
    const before = world.elapsed;
    const answer = await world.say(ALERT);
    expect(world.elapsed - before).toBeLessThan(10_000);
    expect(answer).toMatchObject({
      verdict: 'order',
      environment: 'SIM',
      alert: { symbol: 'UBER', right: 'P', strike: price('78'), price: price('0.75') },
      sizing: { quantity: 4, bound: 'as stated' },
      orders: [
        { role: 'entry', side: 'buy', quantity: 4, limit: price('0.75') },
        { role: 'exit', side: 'sell', quantity: 2, limit: price('1.50') },
      ],
    });
    expect(answer.gates.every(({ outcome }) => outcome === 'pass')).toBe(true);
    expect(answer.tradeId).not.toBeNull();
  });

  it('R-12: says which characters each field came from', async () => {
    const world = await open();
    const { spans } = await world.say(ALERT);
    const written = Object.fromEntries(
      Object.entries(spans).map(([field, { from, to }]) => [field, ALERT.slice(from, to)]),
    );
    expect(written).toMatchObject({ action: 'BTO', symbol: 'UBER', price: '0.75' });
    expect(written['strike']).toMatch(/^78/);
  });

  it('R-12: comes within 10 s even when no quote ever does', async () => {
    const world = await openWorld();
    world.market.pin = () => undefined;
    const before = world.elapsed;
    const answer = await world.say('BTO 4 UBER 78.3p 12/04 @ 0.75');
    expect(answer.verdict).toBe('refused');
    expect(world.elapsed - before).toBeLessThan(10_000);
  });

  it('R-12: names the gate and the numbers when risk refuses', async () => {
    const world = await open();
    world.pin(UBER, '0.40', '1.10');
    const answer = await world.say(ALERT);
    expect(answer).toMatchObject({ verdict: 'refused', code: 'spread_too_wide' });
    expect(answer.detail).toMatch(/0\.70/);
  });
});

describe('a dry run', () => {
  it.each([
    ['of the whole desk', { dryRun: true }, {}],
    ['of the channel', {}, { channel: 'local:paper' }],
    ['of the message', {}, { dryRun: true }],
  ])('R-13: %s shows the intended orders and sends nothing', async (_, options, saying) => {
    const world = await open(options);
    const answer = await world.say(ALERT, saying);
    await world.run(100_000);
    expect(answer.orders.map((order) => `${order.role} ${order.quantity}`)).toEqual([
      'entry 4',
      'exit 2',
    ]);
    expect(answer).toMatchObject({ environment: 'DRY-RUN', tradeId: null });
    expect(world.broker.ledger.mutations).toEqual([]);
    expect(world.kinds()).toContain('preview.made');
    expect(world.desk.book.open()).toEqual([]);
  });

  it('R-13: of an STC shows the sale and sells nothing', async () => {
    const world = await open();
    world.broker.script.onCall(FILLED);
    await world.say(ALERT);
    await world.run(15_000);
    const held = world.broker.ledger.mutations.length;
    const answer = await world.say('STC UBER 78p 12/04', { dryRun: true });
    await world.run(5_000);
    expect(answer.orders).toMatchObject([{ role: 'close', quantity: 4 }]);
    expect(world.broker.ledger.mutations).toHaveLength(held);
  });

  it('R-13: is not remembered as an instruction: the real one may follow at once', async () => {
    const world = await open();
    await world.say(ALERT, { dryRun: true });
    await world.run(1_000);
    expect((await world.say(ALERT)).verdict).toBe('order');
    await world.run(1_000);
    expect(world.broker.ledger.mutations).toHaveLength(1);
  });
});

describe('a held alert', () => {
  it('R-12: is sent only after an operator lets it through, and then once', async () => {
    const world = await open();
    const held = await world.say('BTO 4 UBER 78p 12/04 @ 1.20');
    expect(held).toMatchObject({ verdict: 'refused', code: 'price_deviates' });
    await world.run(5_000);
    expect(world.broker.ledger.mutations).toEqual([]);
    const [released, again] = await world.during(
      Promise.all([
        world.lane.release(held.message, 'local:operator'),
        world.lane.release(held.message, 'local:operator'),
      ]),
    );
    expect(released?.verdict).toBe('order');
    expect(again).toBeNull();
    await world.run(1_000);
    expect(world.broker.ledger.mutations).toHaveLength(1);
  });

  it('R-12: is not let through after ten minutes', async () => {
    const world = await open();
    const held = await world.say('BTO 4 UBER 78p 12/04 @ 1.20');
    await world.run(601_000);
    expect(await world.during(world.lane.release(held.message, 'local:operator'))).toBeNull();
  });
});

describe('the record', () => {
  it('R-16: holds every step of a trade in order, from the message to its end', async () => {
    const world = await open({ risk: { exit: { fraction: '100%' } } });
    world.broker.script.onCall(FILLED);
    await world.say(ALERT);
    await world.run(3_000);
    world.pin(UBER, '1.50', '1.60');
    await world.run(3_000);
    const steps = world
      .kinds()
      .filter((kind, at, all) => all[at - 1] !== kind && !/^(order.seen|reconcile)/.test(kind));
    expect(steps).toEqual([
      'run.started',
      'buying_power.captured',
      'message.received',
      'alert.decided',
      'risk.decided',
      'trade.opened',
      'order.intended',
      'order.answered',
      'entry.ended',
      'order.intended',
      'order.answered',
      'trade.ended',
    ]);
  });

  it('R-16: holds refusals and everything they were decided on', async () => {
    const world = await open();
    world.pin(UBER, '0.40', '1.10');
    await world.say(ALERT);
    const [risk] = world.bodies('risk.decided');
    expect(risk).toMatchObject({ outcome: 'refused', code: 'spread_too_wide' });
    expect(risk?.quote?.ask).toBe(price('1.10'));
    expect(risk?.account?.initialBuyingPower).toBeGreaterThan(0n);
    expect(risk?.gates.length).toBeGreaterThan(20);
  });
});
