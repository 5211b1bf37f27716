/** streams that fall silent or speak nonsense, and figures that are none. */
import { afterEach, describe, expect, it } from 'vitest';
import { BTO, bought, holdToTheBooks, openAtVenue, UBER } from './at-venue.ts';

afterEach(holdToTheBooks);

const IN_A_WHILE = { kind: 'delayed', afterMs: 3_000 } as const;
const IMMEDIATE = { kind: 'immediate' } as const;

describe('an account stream', () => {
  it.each(['everything', 'notifications'] as const)(
    'that has frozen (%s) hides no fill: its exit rests within seconds',
    async (what) => {
      const at = await openAtVenue();
      at.standIn.behave({ side: 'buy', nth: 1, course: { fills: IN_A_WHILE } });
      at.standIn.streamer.freeze(what);
      await at.world.say(BTO);
      await at.world.run(3_000 + 12_000);
      expect(at.standIn.ledger.orders().filter(({ side }) => side === 'sell')).toMatchObject([
        { quantity: 2, status: 'Live' },
      ]);
    },
  );

  it.each([1006, 1012, 1008])(
    'that ends with %i is connected again and read after',
    async (code) => {
      const at = await openAtVenue();
      at.standIn.behave({ side: 'buy', nth: 1, course: { fills: IN_A_WHILE } });
      await at.world.say(BTO);
      at.standIn.streamer.close(code);
      await at.world.run(20_000);
      expect(at.standIn.streamer.connections()).toBe(1);
      expect(at.world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 4 }]);
    },
  );

  it.each(['duplicate', 'out_of_order', 'drop'] as const)(
    'whose news come %s tells each fill once',
    async (notifications) => {
      const at = await openAtVenue();
      const fills = { kind: 'scheduled', fills: [500, 1_500, 2_500, 3_500] } as const;
      const course = { notifications, fills: { ...fills, fills: fills.fills.map(one) } };
      at.standIn.behave({ side: 'buy', nth: 1, course });
      await at.world.say(BTO);
      await at.world.run(20_000);
      expect(at.world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 4 }]);
    },
  );
});

function one(afterMs: number) {
  return { afterMs, quantity: 1 };
}

describe('a quote stream', () => {
  it('that falls silent under an entry lets it take no step on what it last said', async () => {
    const at = await openAtVenue();
    at.standIn.behave({ side: 'buy', course: { fills: { kind: 'never' } } });
    await at.world.say(BTO);
    await at.world.run(10_000);
    at.standIn.dxlink.freeze();
    at.standIn.faults.add({ path: '/market-data', when: 'before', fault: { kind: 'drop' } });
    await at.world.run(75_000);
    expect(at.world.bodies('entry.stepped')).toEqual([]);
    expect(bought(at)).toEqual(['4 Live, 0 filled']);
  });

  it('of NaN instead of sizes prices nothing, and trades when it has numbers', async () => {
    const at = await openAtVenue();
    at.standIn.dxlink.setNaN(1);
    const answer = await at.world.say(BTO);
    expect(answer.verdict).toBe('refused');
    expect(at.standIn.ledger.mutations()).toEqual([]);
    at.standIn.dxlink.setNaN(0);
    await at.world.run(5_000);
    expect((await at.world.say(BTO)).verdict).toBe('order');
  });
});

describe('balances', () => {
  it.each(['items', 'single'] as const)('as %s size an entry', async (balances) => {
    const at = await openAtVenue({ standIn: { balances, multipliers: 'text' } });
    at.standIn.behave({ side: 'buy', course: { fills: IMMEDIATE } });
    await at.world.say(BTO);
    await at.world.run(10_000);
    expect(at.standIn.ledger.positions().get(UBER)).toBe(4);
  });

  it('of NaN open nothing', async () => {
    const figures = { currency: 'USD', 'derivative-buying-power': 'NaN', 'cash-balance': 'NaN' };
    const body = { data: { items: [{ ...figures, 'net-liquidating-value': 'NaN' }] } };
    const at = await openAtVenue();
    const fault = { kind: 'status', status: 200, body } as const;
    at.standIn.faults.add({ path: /\/balances$/, when: 'before', fault });
    await at.world.restart();
    await at.world.run(60_000);
    expect((await at.world.say(BTO)).verdict).toBe('refused');
    expect(at.standIn.ledger.mutations()).toEqual([]);
  });
});

describe('instruments', () => {
  it('that cannot be looked up are refused as that, and nothing is traded', async () => {
    const at = await openAtVenue();
    at.standIn.faults.add({ path: '/option-chains/', when: 'before', fault: { kind: 'hang' } });
    expect(await at.world.say(BTO)).toMatchObject({
      verdict: 'refused',
      code: 'lookup_unavailable',
    });
    expect(at.standIn.ledger.mutations()).toEqual([]);
  });
});
