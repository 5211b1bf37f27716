/** the first limit is the lower of alert price and mid, rounded down to the tick. */
import { afterEach, describe, expect, it } from 'vitest';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly } from './ledger-lines.ts';
import { openWorld } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';

describe('the first limit', () => {
  it.each([
    ['the alert when it is below the mid', '0.72', ['0.70', '0.80'], 'buy 1 @ 0.72'],
    ['the mid when it is below the alert', '0.78', ['0.70', '0.80'], 'buy 1 @ 0.75'],
    ['the mid rounded down to the tick', '0.90', ['0.70', '0.81'], 'buy 1 @ 0.75'],
    ['the mid rounded down to the nickel above 3.00', '4.30', ['4.00', '4.15'], 'buy 1 @ 4.05'],
  ] as const)('R-08: is %s', async (_, stated, quote, line) => {
    const world = await openWorld();
    world.pin(UBER, quote[0], quote[1]);
    await world.say(`BTO 1 UBER 78p 12/04 @ ${stated}`);
    await world.run(1_000);
    expect(sentOnly(world.broker.ledger)).toEqual([line]);
  });

  it('R-08: is the mid when the alert has no price', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    await world.say('BTO 1 UBER 78p 12/04');
    await world.run(1_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 1 @ 0.75']);
  });

  it.each([
    ['one-sided', '0', '0.80'],
    ['crossed', '0.80', '0.70'],
  ])('R-08: without a usable quote (%s) there is no order', async (_, bid, ask) => {
    const world = await openWorld();
    world.pin(UBER, bid, ask);
    const answer = await world.say('BTO 1 UBER 78p 12/04');
    await world.run(5_000);
    expect(answer).toMatchObject({ verdict: 'refused', code: 'quote_unsound' });
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('R-08: a stale quote is none', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.80');
    const found = await world.market.bySymbol(asInstrumentSymbol(UBER));
    if (found.ok) world.desk.holdQuotes(found.value);
    world.market.freeze(asInstrumentSymbol(UBER));
    await world.run(20_000);
    const answer = await world.say('BTO 1 UBER 78p 12/04');
    expect(answer).toMatchObject({ verdict: 'refused', code: 'quote_stale' });
    expect(world.broker.ledger.mutations).toEqual([]);
  });
});
