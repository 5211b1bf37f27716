/** a trade that waits for a person goes on once one has seen to it, and never blindly. */
import { afterEach, describe, expect, it } from 'vitest';
import { releaseTrade } from '#app/release-trade.ts';
import { asTradeId, type TradeId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import type { ActOutcome } from '#operate/ports.ts';
import { fill, holding, net, SYMBOL, UBER } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const ACT = { actor: 'local:operator', reason: 'the broker takes orders again' };
const REFUSED = { code: 'closing_only', message: 'not now' };

/** Four bought, and their exit refused twice. */
async function blocked(options: WorldOptions = {}): Promise<{ world: World; id: TradeId }> {
  const world = await openWorld(options);
  world.pin(UBER, '0.70', '0.85');
  const { script } = world.broker;
  script.onCall({ on: 'place', plan: { fills: [fill(500, 4)] } });
  script.onCall({ on: 'place', times: 2, answer: { kind: 'rejected', rejection: REFUSED } });
  const { tradeId } = await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
  await world.run(30_000);
  const trade = world.trade(tradeId);
  expect(trade.blocked).toBe('exit_refused_twice');
  return { world, id: trade.id };
}

function release(world: World, id: TradeId): Promise<ActOutcome> {
  return world.during(releaseTrade(world.desk, id, ACT));
}

async function sellByHand(world: World, count: number): Promise<void> {
  const found = await world.market.bySymbol(SYMBOL);
  if (!found.ok) throw new Error('not listed');
  world.broker.tradeElsewhere({
    instrument: found.value,
    side: 'sell',
    quantity: quantity(count),
    price: price('0.75'),
  });
}

describe('a trade that waits for a person', () => {
  it('rests its exit once it is released, on record with who and why', async () => {
    const { world, id } = await blocked();
    const passes = world.bodies('reconcile.passed').length;
    expect(await release(world, id)).toMatchObject({ kind: 'done' });
    expect(world.bodies('reconcile.passed')).toHaveLength(passes + 1);
    await world.run(10_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    const released = world.records().find(({ kind }) => kind === 'trade.released');
    expect(released).toMatchObject({ actor: ACT.actor, trade: id, body: { reason: ACT.reason } });
    expect(world.bodies('operator.acted')).toMatchObject([{ act: `release ${id}` }]);
  });

  it('stays released after a crash', async () => {
    const { world, id } = await blocked();
    await release(world, id);
    await world.crash();
    await world.run(10_000);
    expect(world.trade(id).blocked).toBeNull();
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });

  it('sells no more than is left when a person has just sold some by hand', async () => {
    const { world, id } = await blocked();
    const before = world.broker.ledger.mutations.length;
    await sellByHand(world, 3);
    expect(await release(world, id)).toMatchObject({ kind: 'done' });
    await world.run(60_000);
    expect(working(world.broker.ledger)).toEqual(['sell 1 @ 1.50']);
    expect(sentOnly(world.broker.ledger).slice(before)).toEqual(['sell 1 @ 1.50']);
    expect(net(world)).toBe(1);
  });

  it('waits on when the broker cannot be read', async () => {
    const { world, id } = await blocked();
    const before = world.broker.ledger.mutations.length;
    const fault = { kind: 'unreachable', detail: 'away' } as const;
    const undo = world.broker.script.onQuery({ times: Infinity, fault });
    expect(await release(world, id)).toMatchObject({ code: 'broker_silent' });
    await world.run(10_000);
    expect(world.trade(id).blocked).toBe('exit_refused_twice');
    expect(world.broker.ledger.mutations).toHaveLength(before);
    undo();
    expect(await release(world, id)).toMatchObject({ kind: 'done' });
  });

  it('is released once, however many ask', async () => {
    const { world, id } = await blocked();
    const asked = [releaseTrade(world.desk, id, ACT), releaseTrade(world.desk, id, ACT)];
    const answers = await world.during(Promise.all(asked));
    expect(answers).toMatchObject([{ kind: 'done' }, { code: 'not_blocked' }]);
    expect(world.bodies('trade.released')).toHaveLength(1);
  });

  it('waits on when all the orders it may cost are spent', async () => {
    const { world, id } = await blocked({ orders: { ordersPerPurposeMax: 2 } });
    expect(await release(world, id)).toMatchObject({ code: 'blocked_again' });
    await world.run(10_000);
    expect(world.bodies('trade.released')).toEqual([]);
  });

  it('is halted with the rest: released, its exit waits for the kill state', async () => {
    const { world, id } = await blocked();
    await world.during(world.desk.changeKillState('HALT', 'local:operator', 'test'));
    expect(await release(world, id)).toMatchObject({ kind: 'done' });
    await world.run(10_000);
    expect(working(world.broker.ledger)).toEqual([]);
  });
});

describe('a trade that waits for nobody', () => {
  it('is not released, nor is one the desk does not know', async () => {
    const world = await holding();
    const [trade] = world.desk.book.open();
    const id = trade?.id;
    if (id === undefined) throw new Error('nothing is open');
    expect(await release(world, id)).toMatchObject({ code: 'not_blocked' });
    const stranger = asTradeId('t_aaaaaaaaaaaaaaaa');
    expect(await release(world, stranger)).toMatchObject({ code: 'unknown_trade' });
  });
});
