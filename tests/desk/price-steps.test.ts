/** how an entry is worked: 20 s, then three steps of one tick within 90 s, then no more. */
import { afterEach, describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { holdInvariants } from './invariants.ts';
import { sent, sentOnly, traded } from './ledger-lines.ts';
import { openWorld, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const FUTURES = { limits: { allocation: '10%', premiumTradeMax: '10000', futuresMax: 2 } } as const;

interface Case {
  readonly what: string;
  readonly symbol: string;
  readonly quote: readonly [bid: string, ask: string];
  readonly alert: (count: number) => string;
  /** First limit and its three steps. */
  readonly limits: readonly [string, string, string, string];
  readonly options?: WorldOptions;
}

const CASES: readonly Case[] = [
  {
    what: 'an option under $3 moves by the cent',
    symbol: UBER,
    quote: ['0.70', '0.85'],
    alert: (count) => `BTO ${count} UBER 78p 12/04 @ 0.75`,
    limits: ['0.75', '0.76', '0.77', '0.78'],
  },
  {
    what: 'an option over $3 moves by the nickel',
    symbol: UBER,
    quote: ['4.00', '4.60'],
    alert: (count) => `BTO ${count} UBER 78p 12/04 @ 4.20`,
    limits: ['4.20', '4.25', '4.30', '4.35'],
  },
  {
    what: 'an option that crosses $3 changes its tick there',
    symbol: UBER,
    quote: ['2.85', '3.30'],
    alert: (count) => `BTO ${count} UBER 78p 12/04 @ 2.98`,
    limits: ['2.98', '2.99', '3.00', '3.05'],
  },
  {
    what: 'a SPY option moves by the cent at any price',
    symbol: 'SPY   261204C00700000',
    quote: ['4.00', '4.40'],
    alert: (count) => `BTO ${count} SPY 700c 12/04 @ 4.10`,
    limits: ['4.10', '4.11', '4.12', '4.13'],
  },
  {
    what: 'a stock moves by the cent',
    symbol: 'UBER',
    quote: ['79.90', '80.20'],
    alert: (count) => `BTO ${count} UBER @ 80.00`,
    limits: ['80.00', '80.01', '80.02', '80.03'],
  },
  {
    what: 'a future moves by its own tick',
    symbol: '/MESZ6',
    quote: ['6900', '6906'],
    alert: () => 'Long MES @ 6901',
    limits: ['6901.00', '6901.25', '6901.50', '6901.75'],
    options: { risk: FUTURES },
  },
];

async function worked({ symbol, quote, alert, options }: Case, count: number) {
  const world = await openWorld({ ...options, broker: { latency: NO_LATENCY } });
  world.pin(symbol, ...quote);
  const answer = await world.say(alert(count));
  expect(answer.verdict).toBe('order');
  return world;
}

describe('the schedule, tick by tick, from the ledger of the broker', () => {
  it.each(CASES.filter(({ symbol }) => symbol !== '/MESZ6'))(
    'R-09: $what: one contract is edited in place',
    async (given) => {
      const world = await worked(given, 1);
      await world.run(100_000);
      const [first, second, third, fourth] = given.limits;
      expect(sent(world.broker.ledger)).toEqual([
        `0.000 buy 1 @ ${first}`,
        `20.000 edit @ ${second}`,
        `43.333 edit @ ${third}`,
        `66.667 edit @ ${fourth}`,
        `90.000 cancel 1 @ ${fourth}`,
      ]);
    },
  );

  it.each(CASES)('R-09: $what: several are cancelled and sent anew', async (given) => {
    const world = await worked(given, 2);
    await world.run(100_000);
    const [first, second, third, fourth] = given.limits;
    expect(sent(world.broker.ledger)).toEqual([
      `0.000 buy 2 @ ${first}`,
      `20.000 cancel 2 @ ${first}`,
      `20.000 buy 2 @ ${second}`,
      `43.333 cancel 2 @ ${second}`,
      `43.333 buy 2 @ ${third}`,
      `66.667 cancel 2 @ ${third}`,
      `66.667 buy 2 @ ${fourth}`,
      `90.000 cancel 2 @ ${fourth}`,
    ]);
  });

  it('R-09: the unfilled entry is cancelled, on record, and the trade is over', async () => {
    const world = await worked(CASES[0] as Case, 2);
    await world.run(100_000);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled: 0 }]);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'no_fill', result: 0n }]);
    expect(world.broker.ledger.orders().every(({ status }) => status === 'cancelled')).toBe(true);
  });

  it('R-09: every number is configurable', async () => {
    const world = await openWorld({
      broker: { latency: NO_LATENCY },
      risk: { entry: { waitMs: 2_000, windowMs: 8_000, stepsMax: 2 } },
    });
    world.pin(UBER, '0.70', '0.85');
    await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    await world.run(10_000);
    expect(sent(world.broker.ledger)).toEqual([
      '0.000 buy 1 @ 0.75',
      '2.000 edit @ 0.76',
      '5.000 edit @ 0.77',
      '8.000 cancel 1 @ 0.77',
    ]);
  });
});

describe('a step that cannot be taken at its time', () => {
  it('R-09: waits while there is no fresh quote, and then the rest is spread anew', async () => {
    const world = await worked(CASES[0] as Case, 1);
    await world.run(15_000);
    world.market.freeze(asInstrumentSymbol(UBER));
    await world.run(15_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 1 @ 0.75']);
    world.market.thaw(asInstrumentSymbol(UBER));
    await world.run(70_000);
    expect(sent(world.broker.ledger)).toEqual([
      '0.000 buy 1 @ 0.75',
      '30.000 edit @ 0.76',
      '50.000 edit @ 0.77',
      '70.000 edit @ 0.78',
      '90.000 cancel 1 @ 0.78',
    ]);
  });

  it('R-09: is not taken at all while the quote stays away; the window ends as ever', async () => {
    const world = await worked(CASES[0] as Case, 1);
    await world.run(15_000);
    world.market.freeze(asInstrumentSymbol(UBER));
    await world.run(85_000);
    expect(sent(world.broker.ledger)).toEqual(['0.000 buy 1 @ 0.75', '90.000 cancel 1 @ 0.75']);
  });

  it('R-09: is not taken beyond the collar when the market runs away', async () => {
    const world = await openWorld({
      broker: { latency: NO_LATENCY },
      risk: { limits: { collarTicksOverAlert: 1 } },
    });
    world.pin(UBER, '0.70', '0.85');
    await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    world.pin(UBER, '1.00', '1.20');
    await world.run(100_000);
    expect(sentOnly(world.broker.ledger)).toEqual([
      'buy 1 @ 0.75',
      'edit @ 0.76',
      'cancel 1 @ 0.76',
    ]);
  });

  it('R-09: a slow acknowledgement never shortens the first wait', async () => {
    const world = await openWorld({ broker: { latency: { ...NO_LATENCY, requestMs: 1_500 } } });
    world.pin(UBER, '0.70', '0.85');
    await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    await world.run(100_000);
    const [first, second] = world.broker.ledger.mutations;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(20_000);
  });
});

/** What reaches the broker when so many fill at the price after so many steps, and no more. */
function partial(limits: Case['limits'], count: number, steps: number, filled: number) {
  const lines: string[] = [];
  for (const [step, limit] of limits.entries()) {
    const left = step <= steps ? count : count - filled;
    const isEdited = step > steps + 1 && left === 1;
    lines.push(isEdited ? `edit @ ${limit}` : `buy ${left} @ ${limit}`);
    const isNextEdited = step > steps && left === 1 && step < 3;
    if (!isNextEdited) lines.push(`cancel ${left} @ ${limit}`);
  }
  return lines;
}

describe('partial fills at every step', () => {
  const QUANTITY = 4;
  const AFTER_STEPS = [0, 1, 2, 3] as const;
  const FILLS = [1, 2, 3] as const;
  const CROSSED = AFTER_STEPS.flatMap((steps) => FILLS.map((filled) => ({ steps, filled })));
  const ROOM = { limits: { allocation: '10%', premiumTradeMax: '10000' } } as const;

  it.each(CASES.filter(({ symbol }) => symbol !== '/MESZ6'))(
    'R-09: $what: what fills at a step is not sent again',
    async (given) => {
      for (const { steps, filled } of CROSSED) {
        const world = await openWorld({ risk: ROOM, broker: { latency: NO_LATENCY } });
        world.pin(given.symbol, ...given.quote);
        let placed = 0;
        world.broker.script.onCall({
          on: 'place',
          when: (call) => call.ticket?.side === 'buy' && placed++ === steps,
          plan: { fills: [{ afterMs: 3_000, quantity: quantity(filled) }] },
        });
        await world.say(given.alert(QUANTITY));
        await world.run(100_000);
        const entries = sentOnly(world.broker.ledger).filter((line) => !line.startsWith('sell'));
        expect({ filled, steps, entries }).toEqual({
          filled,
          steps,
          entries: partial(given.limits, QUANTITY, steps, filled),
        });
        expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled }]);
      }
    },
  );

  it('R-09: a future filled in part at each step', async () => {
    const given = CASES.at(-1) as Case;
    for (const steps of AFTER_STEPS) {
      const world = await openWorld({ ...given.options, broker: { latency: NO_LATENCY } });
      world.pin(given.symbol, ...given.quote);
      let placed = 0;
      world.broker.script.onCall({
        on: 'place',
        when: (call) => call.ticket?.side === 'buy' && placed++ === steps,
        plan: { fills: [{ afterMs: 3_000, quantity: quantity(1) }] },
      });
      await world.say(given.alert(2));
      await world.run(100_000);
      expect(traded(world.broker.ledger)).toHaveLength(1);
      expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled: 1 }]);
    }
  });

  it('R-09: a fill that completes the entry ends it at any step', async () => {
    for (const steps of AFTER_STEPS) {
      const world = await openWorld({ broker: { latency: NO_LATENCY } });
      world.pin(UBER, '0.70', '0.85');
      let placed = 0;
      world.broker.script.onCall({
        on: 'place',
        when: (call) => call.ticket?.side === 'buy' && placed++ === steps,
        plan: {
          fills: [1, 2, 3, 4].map((nth) => ({ afterMs: nth * 500, quantity: quantity(1) })),
        },
      });
      await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
      await world.run(100_000);
      expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 4 }]);
      expect(world.broker.ledger.net(asInstrumentSymbol(UBER))).toBe(4);
    }
  });
});
