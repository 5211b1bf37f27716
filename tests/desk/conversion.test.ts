/** an order that the market comes within a tick of is converted, or not, as configured. */
import { afterEach, describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { holdInvariants } from './invariants.ts';
import { sent, sentOnly, traded } from './ledger-lines.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';

async function entering(
  convert: 'market' | 'marketable-limit' | 'never',
  quantity = 1,
): Promise<World> {
  const world = await openWorld({
    broker: { latency: NO_LATENCY },
    risk: { entry: { convert }, limits: { collarTicksOverAlert: 6 } },
  });
  world.pin(UBER, '0.70', '0.80');
  await world.say(`BTO ${quantity} UBER 78p 12/04 @ 0.75`);
  await world.run(1_000);
  return world;
}

function entries(world: World): readonly string[] {
  return sent(world.broker.ledger).filter((line) => !line.includes('sell'));
}

describe('to a market order', () => {
  it('R-09: when the ask is one tick away at a due step', async () => {
    const world = await entering('market');
    world.pin(UBER, '0.74', '0.76');
    await world.run(25_000);
    expect(entries(world)).toEqual(['0.000 buy 1 @ 0.75', '20.000 edit @ market']);
    expect(traded(world.broker.ledger)).toEqual(['buy 1 @ 0.76']);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 1 }]);
  });

  it('R-09: several are cancelled first, and what is left goes to the market', async () => {
    const world = await entering('market', 4);
    world.pin(UBER, '0.74', '0.76');
    await world.run(25_000);
    expect(entries(world)).toEqual([
      '0.000 buy 4 @ 0.75',
      '20.000 cancel 4 @ 0.75',
      '20.000 buy 4 @ market',
    ]);
  });

  it('R-09: two ticks away it is stepped instead', async () => {
    const world = await entering('market');
    world.pin(UBER, '0.74', '0.77');
    await world.run(20_000);
    expect(entries(world)).toEqual(['0.000 buy 1 @ 0.75', '20.000 edit @ 0.76']);
  });

  it('R-09: not within the first wait', async () => {
    const world = await entering('market');
    world.pin(UBER, '0.74', '0.76');
    await world.run(18_000);
    expect(entries(world)).toEqual(['0.000 buy 1 @ 0.75']);
  });

  it('R-09: once no step is left, the moment the market comes near', async () => {
    const world = await entering('market');
    world.pin(UBER, '0.70', '0.85');
    await world.run(75_000);
    world.pin(UBER, '0.76', '0.79');
    await world.run(2_000);
    expect(entries(world).slice(-2)).toEqual(['66.667 edit @ 0.78', '76.000 edit @ market']);
  });

  it.each([
    ['crossed', '0.77', '0.76'],
    ['locked', '0.76', '0.76'],
    ['one-sided', '0', '0.76'],
    ['beyond the collar', '1.00', '1.01'],
  ])('R-09: never on a market that is %s', async (_, bid, ask) => {
    const world = await entering('market');
    world.broker.script.onCall({ on: 'any', times: Infinity, plan: { fills: 'never' } });
    world.pin(UBER, bid, ask);
    await world.run(100_000);
    expect(entries(world).some((line) => line.includes('market'))).toBe(false);
  });

  it('R-09: never on a stale quote', async () => {
    const world = await entering('market');
    world.pin(UBER, '0.74', '0.76');
    await world.run(10_000);
    world.market.freeze(asInstrumentSymbol(UBER));
    await world.run(90_000);
    expect(entries(world)).toEqual(['0.000 buy 1 @ 0.75', '90.000 cancel 1 @ 0.75']);
  });

  it('R-09: a quote that has gone when the market order is to be sent stops it', async () => {
    const world = await entering('market', 4);
    world.broker.script.onCall({ on: 'cancel', answer: { kind: 'slow', byMs: 4_000 } });
    world.broker.script.onNotice({
      when: ({ status }) => status === 'cancelled' || status === 'cancel_requested',
      times: 2,
      delivery: { kind: 'delay', byMs: 4_000 },
    });
    world.pin(UBER, '0.74', '0.76');
    await world.run(19_500);
    world.pin(UBER, '1.30', '1.50');
    await world.run(10_000);
    expect(sentOnly(world.broker.ledger)).toEqual([
      'buy 4 @ 0.75',
      'cancel 4 @ 0.75',
      'buy 4 @ 0.75',
    ]);
  });

  it('R-09: a market order the broker refuses leaves the limit order at work', async () => {
    const world = await entering('market', 1);
    world.broker.script.onCall({
      on: 'any',
      when: ({ ticket }) => ticket?.terms.kind === 'market',
      times: Infinity,
      answer: { kind: 'rejected', rejection: { code: 'no_market_orders', message: 'not here' } },
    });
    world.pin(UBER, '0.74', '0.76');
    await world.run(100_000);
    const orders = world.bodies('order.intended').map(({ intent }) => intent);
    const market = orders.filter(
      (intent) => intent.op !== 'cancel' && intent.terms.kind === 'market',
    );
    expect(market.length).toBeLessThanOrEqual(2);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled: 0 }]);
  });
});

describe('to a marketable limit', () => {
  it('R-09: one tick above the ask, inside the collar', async () => {
    const world = await entering('marketable-limit');
    world.pin(UBER, '0.74', '0.76');
    await world.run(25_000);
    expect(entries(world)).toEqual(['0.000 buy 1 @ 0.75', '20.000 edit @ 0.77']);
    expect(traded(world.broker.ledger)).toEqual(['buy 1 @ 0.76']);
  });

  it('R-09: once: an offer that runs away is not run after', async () => {
    const world = await entering('marketable-limit');
    world.broker.script.onCall({ on: 'any', times: Infinity, plan: { fills: 'never' } });
    world.pin(UBER, '0.74', '0.76');
    await world.run(25_000);
    world.pin(UBER, '0.77', '0.78');
    await world.run(70_000);
    expect(entries(world)).toEqual([
      '0.000 buy 1 @ 0.75',
      '20.000 edit @ 0.77',
      '90.000 cancel 1 @ 0.77',
    ]);
  });
});

describe('never', () => {
  it('R-09: the schedule goes on as if the market were far', async () => {
    const world = await entering('never');
    world.broker.script.onCall({ on: 'any', times: Infinity, plan: { fills: 'never' } });
    world.pin(UBER, '0.74', '0.76');
    await world.run(100_000);
    expect(entries(world)).toEqual([
      '0.000 buy 1 @ 0.75',
      '20.000 edit @ 0.76',
      '43.333 edit @ 0.77',
      '66.667 edit @ 0.78',
      '90.000 cancel 1 @ 0.78',
    ]);
  });
});
