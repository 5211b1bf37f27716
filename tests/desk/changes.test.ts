/** edits and cancels that get lost, are refused, or meet a fill. */
import { afterEach, describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { holdInvariants } from './invariants.ts';
import { sent, sentOnly, traded } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SYMBOL = asInstrumentSymbol(UBER);

async function entering(count: number, options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  world.pin(UBER, '0.70', '0.85');
  await world.say(`BTO ${count} UBER 78p 12/04 @ 0.75`);
  await world.run(1_000);
  return world;
}

function entries(world: World): readonly string[] {
  return sentOnly(world.broker.ledger).filter((line) => !line.startsWith('sell'));
}

describe('an edit', () => {
  it('R-14: lost with its effect: the replacement is found and worked on', async () => {
    const world = await entering(1);
    world.broker.script.onCall({ on: 'replace', answer: { kind: 'ambiguous_with_effect' } });
    await world.run(100_000);
    expect(entries(world)).toEqual([
      'buy 1 @ 0.75',
      'edit @ 0.76',
      'edit @ 0.77',
      'edit @ 0.78',
      'cancel 1 @ 0.78',
    ]);
  });

  it('R-14: lost without effect: the price is reached once that is proven', async () => {
    const world = await entering(1);
    world.broker.script.onCall({ on: 'replace', answer: { kind: 'ambiguous_without_effect' } });
    await world.run(100_000);
    expect(entries(world).slice(0, 3)).toEqual(['buy 1 @ 0.75', 'cancel 1 @ 0.75', 'buy 1 @ 0.76']);
  });

  it('R-14: refused: the price is reached by cancel and new, without a loop', async () => {
    const world = await entering(1);
    world.broker.script.onCall({
      on: 'replace',
      times: Infinity,
      answer: { kind: 'rejected', rejection: { code: 'not_editable', message: 'no' } },
    });
    await world.run(100_000);
    expect(entries(world)).toEqual([
      'buy 1 @ 0.75',
      'cancel 1 @ 0.75',
      'buy 1 @ 0.76',
      'cancel 1 @ 0.76',
      'buy 1 @ 0.77',
      'cancel 1 @ 0.77',
      'buy 1 @ 0.78',
      'cancel 1 @ 0.78',
    ]);
  });

  it.each([
    ['throttled', ['buy 1 @ 0.76']],
    // Entries pause without credentials: what is found is taken back.
    ['unauthorized', []],
  ] as const)(
    'R-14: turned away and done all the same, in lists that lag: nothing is bought twice (%s)',
    async (reason, bought) => {
      const world = await entering(1, { broker: { latency: { listLagMs: 1_500 } } });
      world.broker.disconnect(60_000);
      const answer = { kind: 'not_sent', reason, isDone: true } as const;
      world.broker.script.onCall({ on: 'replace', answer });
      await world.run(24_000);
      world.pin(UBER, '0.70', '0.76');
      await world.run(30_000);
      expect(traded(world.broker.ledger)).toEqual(bought);
    },
  );

  it('R-14: not supported by the broker: tried once, never again', async () => {
    const world = await entering(1);
    world.broker.script.onCall({
      on: 'replace',
      times: Infinity,
      answer: { kind: 'rejected', rejection: { code: 'replace_unsupported', message: 'no' } },
    });
    await world.run(100_000);
    const edits = world.bodies('order.intended').filter(({ intent }) => intent.op === 'replace');
    expect(edits).toHaveLength(1);
  });

  it('R-14: that meets a fill of its original is aborted, and the fill is kept', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: 'never', fillDuringReplace: quantity(1) },
    });
    await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    await world.run(100_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(1);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'filled', filled: 1 }]);
  });
});

describe('edits of several contracts, for venues known to keep what is left', () => {
  const EDITS = { orders: { stepBy: 'edit' } } as const;

  it.each([
    ['rejected', 'lives'],
    ['rejected', 'cancelled'],
    ['cancelled', 'lives'],
    ['cancelled', 'cancelled'],
  ] as const)(
    'R-52: the replacement ends %s and the original %s: what is left is worked on',
    async (abortedReplacement, abortedOriginal) => {
      const world = await openWorld({ ...EDITS, broker: { abortedReplacement } });
      world.pin(UBER, '0.70', '0.85');
      world.broker.script.onCall({
        on: 'place',
        plan: { fills: 'never', fillDuringReplace: quantity(3), abortedOriginal },
      });
      await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
      await world.run(100_000);
      expect(world.broker.ledger.net(SYMBOL)).toBe(3);
      expect(entries(world).slice(0, 2)).toEqual(['buy 4 @ 0.75', 'edit @ 0.76']);
      expect(entries(world)).toContain('buy 1 @ 0.76');
      expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled: 3 }]);
    },
  );

  it('R-52: a replacement that is larger than what is left is taken back at once', async () => {
    const world = await openWorld({ ...EDITS, broker: { replacementQuantity: 'original' } });
    world.excuse('S3', 'the venue gives the replacement the original size, unseen by the desk');
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onNotice({
      when: ({ status, remaining }) => status === 'working' && remaining === 2,
      delivery: { kind: 'drop' },
    });
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: [{ afterMs: 19_985, quantity: quantity(2) }] },
    });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(100_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(2);
    expect(world.bodies('entry.ended')).toMatchObject([{ filled: 2 }]);
  });
});

describe('several contracts, as the desk works them by itself', () => {
  it.each(['remaining', 'original'] as const)(
    'R-52: a fill nobody has heard of when a step is due is never bought twice (%s)',
    async (replacementQuantity) => {
      for (const filled of [1, 2, 3]) {
        const world = await openWorld({ broker: { replacementQuantity } });
        world.pin(UBER, '0.70', '0.85');
        world.broker.script.onNotice({
          when: ({ status, remaining }) => status === 'working' && remaining === 4 - filled,
          delivery: { kind: 'drop' },
        });
        world.broker.script.onCall({
          on: 'place',
          plan: { fills: [{ afterMs: 19_985, quantity: quantity(filled) }] },
        });
        await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
        await world.run(100_000);
        expect(world.broker.ledger.net(SYMBOL)).toBe(filled);
        expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled }]);
      }
    },
  );
});

describe('a cancel', () => {
  it('R-14: that loses to a fill keeps the fill, and the exit follows', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: 'never', fillDuringCancel: quantity(4) },
    });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(30_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(4);
    expect(sentOnly(world.broker.ledger)).toEqual([
      'buy 4 @ 0.75',
      'cancel 4 @ 0.75',
      'sell 2 @ 1.50',
    ]);
  });

  it('R-14: lost, with or without effect, is seen through', async () => {
    for (const kind of ['ambiguous_with_effect', 'ambiguous_without_effect'] as const) {
      const world = await entering(4);
      await world.run(85_000);
      world.broker.script.onCall({ on: 'cancel', answer: { kind } });
      await world.run(40_000);
      expect(world.broker.ledger.orders().every(({ status }) => status === 'cancelled')).toBe(true);
      expect(world.bodies('trade.ended')).toHaveLength(1);
    }
  });

  it('R-14: taken and without effect is asked for again', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', plan: { fills: 'never', cancelsIgnored: 2 } });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(40_000);
    expect(entries(world).slice(0, 5)).toEqual([
      'buy 4 @ 0.75',
      'cancel 4 @ 0.75',
      'cancel 4 @ 0.75',
      'cancel 4 @ 0.75',
      'buy 4 @ 0.76',
    ]);
  });

  it('R-09: that takes long delays the steps after it: two never bunch', async () => {
    const world = await openWorld({ broker: { latency: NO_LATENCY } });
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', plan: { fills: 'never', cancelsIgnored: 5 } });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(100_000);
    const buys = sent(world.broker.ledger).filter((line) => line.includes(' buy '));
    // Half of a third of what the window had left when the first step arrived.
    expect(buys).toEqual([
      '0.000 buy 4 @ 0.75',
      '45.000 buy 4 @ 0.76',
      '52.500 buy 4 @ 0.77',
      '71.250 buy 4 @ 0.78',
    ]);
  });

  it('R-14: that leads to nothing for a minute is told to an operator', async () => {
    const world = await openWorld();
    for (const id of ['L1', 'S14', 'S16']) world.excuse(id, 'the broker ignores every cancel');
    world.pin(UBER, '0.70', '0.85');
    world.broker.script.onCall({ on: 'place', plan: { fills: 'never', cancelsIgnored: 1_000 } });
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(100_000);
    expect(world.bodies('incident.raised').map(({ code }) => code)).toEqual(['cancel_stuck']);
  });

  it('R-14: refused again and again is not repeated in a loop', async () => {
    const world = await entering(4);
    world.broker.script.onCall({
      on: 'cancel',
      times: 8,
      answer: { kind: 'rejected', rejection: { code: 'not_cancellable', message: 'routed' } },
    });
    await world.run(40_000);
    const cancels = world
      .records()
      .filter((r) => r.kind === 'order.intended' && r.body.intent.op === 'cancel');
    expect(cancels.length).toBeGreaterThan(8);
    const pauses = cancels.slice(1, 8).map(({ wall }, at) => wall - (cancels[at]?.wall ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_500);
  });

  it('R-14: of an order just placed waits until the broker can take it', async () => {
    const world = await openWorld({ broker: { latency: { ...NO_LATENCY, workMs: 4_000 } } });
    world.pin(UBER, '0.70', '0.85');
    await world.say('BTO 4 UBER 78p 12/04 @ 0.75');
    await world.run(500);
    await world.during(world.desk.changeKillState('PAUSE', 'local:operator', 'test'));
    await world.run(10_000);
    expect(world.broker.ledger.orders().map(({ status }) => status)).toEqual(['cancelled']);
    expect(world.broker.ledger.mutations.length).toBeLessThanOrEqual(6);
  });
});
