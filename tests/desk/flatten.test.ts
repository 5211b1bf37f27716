import { afterEach, describe, expect, it } from 'vitest';
import { createDeskControl } from '#app/desk-control.ts';
import { Flattening } from '#app/flattening.ts';
import { price } from '#kernel/price.ts';
import { BTO, fill, holding, net, STC, SYMBOL, UBER } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { traded } from './ledger-lines.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

function controlOf(world: World) {
  return createDeskControl({
    desk: world.desk,
    lane: world.lane,
    risk: world.settings.risk,
    environment: 'simulated',
    newId: () => 'x',
    roleOf: () => 'admin',
    haltFile: { isThere: () => false },
  });
}

/** As `desk-app.ts` does. */
function watched(world: World): World {
  new Flattening(
    { desk: world.desk, risk: world.settings.risk, environment: 'simulated' },
    world.process.clock,
  ).watch();
  return world;
}

describe('FLATTEN', () => {
  it('closes what fills while its entry is being taken back', async () => {
    const world = watched(await openWorld());
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(4_935, 10)] } });
    await world.say(BTO);
    await world.run(5_000 - 30);
    const act = controlOf(world).setKillState('FLATTEN', 'local:operator', 'test');
    await world.during(act);
    await world.run(200_000);
    expect(traded(world.broker.ledger)[0]).toBe('buy 10 @ 0.75');
    expect(net(world)).toBe(0);
  });
  it('closes what rests above the market by an earlier close', async () => {
    const world = watched(await holding());
    await world.say(STC);
    world.pin(UBER, '0.10', '0.15');
    await world.run(120_000);
    const closed = world.desk.book
      .open()
      .map(({ id }) => controlOf(world).closeTrade(id, 'local:operator', 'get me out'));
    const [done] = await world.during(Promise.all(closed));
    expect(done?.kind).toBe('done');
    await world.during(controlOf(world).setKillState('FLATTEN', 'local:operator', 'test'));
    await world.run(200_000);
    expect(net(world)).toBe(0);
  });
  it('closes once there is a quote again', async () => {
    const world = watched(await holding());
    world.market.pin(SYMBOL, { bid: price('0'), ask: price('0.80') });
    await world.during(controlOf(world).setKillState('FLATTEN', 'local:operator', 'test'));
    world.pin(UBER, '0.70', '0.80');
    await world.run(200_000);
    expect(net(world)).toBe(0);
  });
  it('survives a crash right after it is on record', async () => {
    const world = watched(await holding());
    world.dieOnce(({ kind }) => kind === 'kill_state.changed');
    void controlOf(world)
      .setKillState('FLATTEN', 'local:operator', 'test')
      .catch(() => undefined);
    await world.run(1_000);
    expect(world.hasDied).toBe(true);
    await world.reopen();
    watched(world);
    expect(world.desk.book.killState).toBe('FLATTEN');
    await world.run(200_000);
    expect(net(world)).toBe(0);
  });
  it('does not ask a broker that refuses to sell over and over', async () => {
    const world = watched(await holding());
    const rejection = { code: 'x', message: 'no' };
    const undo = world.broker.script.onCall({
      on: 'place',
      times: Infinity,
      answer: { kind: 'rejected', rejection },
    });
    await world.during(controlOf(world).setKillState('FLATTEN', 'local:operator', 'test'));
    await world.run(300_000);
    const closes = world.bodies('order.intended').filter(({ intent }) => intent.cid.includes('.C'));
    expect(closes.length).toBeLessThanOrEqual(12);
    undo();
    await world.run(120_000);
    expect(net(world)).toBe(0);
  });
});
