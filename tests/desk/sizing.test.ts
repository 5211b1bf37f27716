/** how much is bought, from the initial buying power of the trading day. */
import { afterEach, describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { money } from '#kernel/price.ts';
import { newYorkInstant } from '#market/session.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SIX_PERCENT = { limits: { allocation: '6%', premiumTradeMax: '10000', contractsMax: 100 } };

async function open(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  world.pin(UBER, '0.70', '0.80');
  return world;
}

describe('the quantity', () => {
  it('R-07: is the allocation divided by the cost of one contract, rounded down', async () => {
    const world = await open({ broker: { cash: money('20000') } });
    const { sizing } = await world.say('BTO UBER 78p 12/04 @ 0.75');
    // 20 000 × 2 % = 400; a contract at 0.75 costs 75 + 1.15 of fees.
    expect(sizing).toMatchObject({ quantity: 5, bound: 'by allocation' });
    await world.run(1_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 5 @ 0.75']);
  });

  it('R-07: is never more than the alert states', async () => {
    const world = await open();
    const { sizing } = await world.say('BTO 2 UBER 78p 12/04 @ 0.75');
    expect(sizing).toMatchObject({ quantity: 2, bound: 'as stated' });
  });

  it('R-07: zero contracts are no order, and explained', async () => {
    const world = await open({ broker: { cash: money('3000') } });
    const answer = await world.say('BTO UBER 78p 12/04 @ 0.75');
    await world.run(5_000);
    expect(answer).toMatchObject({ verdict: 'refused', code: 'no_quantity' });
    expect(answer.sizing?.lines.length).toBeGreaterThan(2);
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('R-07: two alerts at once do not spend the same buying power twice', async () => {
    const world = await open({
      broker: { cash: money('10000') },
      risk: { limits: { ...SIX_PERCENT.limits, premiumOpenMax: '9%' } },
    });
    world.pin('UBER  261204P00077000', '0.70', '0.80');
    const answers = await world.during(
      Promise.all(
        ['BTO UBER 78p 12/04 @ 0.75', 'BTO UBER 77p 12/04 @ 0.75'].map((text) =>
          world.lane.receive(world.message(text)),
        ),
      ),
    );
    // 10 000 × 6 % buys 7; of 9 % open together 900 − 7 × 77.15 is left, which buys 4.
    expect(answers.map(({ sizing }) => sizing?.quantity)).toEqual([7, 4]);
  });

  it('R-07: what has just filled is not counted as buying power still there', async () => {
    const world = await open({
      broker: { cash: money('1000') },
      risk: {
        limits: {
          ...SIX_PERCENT.limits,
          allocation: '10%',
          premiumOpenMax: '30%',
          buyingPowerMax: '20%',
        },
      },
    });
    world.pin('UBER  261204P00077000', '0.70', '0.80');
    const first = await world.say('BTO UBER 78p 12/04 @ 0.75');
    expect(first.sizing?.quantity).toBe(1);
    await world.run(500);
    world.pin(UBER, '0.65', '0.74');
    await world.run(500);
    expect(world.broker.ledger.trades).toHaveLength(1);
    const second = await world.say('BTO UBER 77p 12/04 @ 0.75');
    // 20 % of 1 000 less the 76.15 the first one has just taken.
    const room = second.sizing?.lines.find(({ label }) => label === 'by buying power')?.value;
    expect(room).toMatch(/^20 % of 1000\.00 − 7[45]\.00 pending/);
  });
});

describe('initial buying power', () => {
  it('R-07: is captured once a day, and kept over a restart on the same day', async () => {
    const world = await open();
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    world.pin(UBER, '0.60', '0.70');
    await world.run(5_000);
    expect(world.broker.ledger.trades.length).toBeGreaterThan(0);
    await world.crash();
    await world.run(60_000);
    expect(world.bodies('buying_power.captured')).toEqual([
      { day: date('2026-11-19'), amount: money('100000') },
    ]);
    expect(world.desk.account.figures()?.initialBuyingPower).toBe(money('100000'));
  });

  it('R-07: is captured anew on the next day', async () => {
    const world = await open();
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    world.pin(UBER, '0.60', '0.70');
    await world.run(5_000);
    await world.closeUntil(newYorkInstant(date('2026-11-19'), '23:59'));
    await world.run(120_000);
    const captured = world.bodies('buying_power.captured');
    expect(captured.map(({ day }) => day)).toEqual(['2026-11-19', '2026-11-20']);
    expect(captured[1]?.amount).toBeLessThan(money('100000'));
    expect(world.desk.account.figures()?.initialBuyingPower).toBe(captured[1]?.amount);
  });
});
