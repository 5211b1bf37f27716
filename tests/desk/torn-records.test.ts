/**
 * A crash keeps a prefix of what was written together: what the desk stops itself for must not be
 * hidden by a record that came before it and was kept alone.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { BTO, fill, holding, SYMBOL, UBER } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

async function uber(world: World) {
  const found = await world.market.bySymbol(SYMBOL);
  if (!found.ok) throw new Error('not listed');
  return found.value;
}

/** Goes on until the process has died, starts another and lets it look around. */
async function throughTheCrash(world: World): Promise<void> {
  await world.run(60_000);
  expect(world.hasDied).toBe(true);
  await world.reopen();
  await world.run(60_000);
}

describe('a crash right after the record', () => {
  it('of an order with our mark that is not ours does not keep the desk from halting', async () => {
    const world = await openWorld();
    for (const id of ['S1', 'S6']) world.excuse(id, 'another desk writes to the account');
    world.dieOnce(({ kind }) => kind === 'order.foreign');
    const instrument = await uber(world);
    void world.broker.place({
      clientOrderId: asClientOrderId('sw.9.t_somebodyelse00.E0'),
      instrument,
      side: 'buy',
      effect: 'open',
      quantity: quantity(1),
      terms: { kind: 'limit', limit: price('0.10') },
      timeInForce: 'day',
    });
    await throughTheCrash(world);
    expect(world.desk.book.killState).toBe('HALT');
  });

  it('of what others have sold of ours does not keep the desk from pausing', async () => {
    const world = await holding();
    world.excuse('S5', 'until it is found, more is on sale than is held');
    world.dieOnce(({ kind }) => kind === 'position.reduced');
    const instrument = await uber(world);
    world.broker.tradeElsewhere({
      instrument,
      side: 'sell',
      quantity: quantity(7),
      price: price('0.70'),
    });
    await throughTheCrash(world);
    expect(world.desk.book.killState).toBe('PAUSE');
  });

  it('of an order that turned up too late does not keep the desk from pausing', async () => {
    const world = await openWorld({ broker: { latency: { ...NO_LATENCY, timeoutMs: 1_000 } } });
    for (const id of ['S3', 'S4']) world.excuse(id, 'a request that comes after the quarantine');
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      answer: { kind: 'ambiguous_late', afterMs: 40_000 },
    });
    await world.say(BTO);
    world.dieOnce(
      (record) => record.kind === 'order.seen' && record.body.sighting.cid.endsWith('.E0'),
    );
    await throughTheCrash(world);
    expect(world.desk.book.killState).toBe('PAUSE');
  });

  it('of fills beyond what was approved does not keep the desk from pausing', async () => {
    const world = await openWorld({ broker: { latency: { ...NO_LATENCY, timeoutMs: 1_000 } } });
    for (const id of ['S3', 'S4', 'S5', 'L2', 'L3']) {
      world.excuse(id, 'a request that comes after the quarantine');
    }
    world.pin(UBER, '0.70', '0.85');
    const late = { kind: 'ambiguous_late', afterMs: 40_000 } as const;
    world.broker.script.onCall({ on: 'place', answer: late, plan: { fills: [fill(0, 10)] } });
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(0, 10)] } });
    await world.say(BTO);
    world.dieOnce(
      (record) => record.kind === 'order.seen' && record.body.sighting.cid.endsWith('.E0'),
    );
    await throughTheCrash(world);
    expect(world.desk.book.killState).toBe('PAUSE');
  });
});
