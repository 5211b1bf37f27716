/** what turns up after it was given up is taken back, whatever comes of that. */
import { afterEach, describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import type { AnswerFault } from '#adapters/simulated/script.ts';
import type { Draft } from '#events/record.ts';
import type { Appended, Durability } from '#journal/ports.ts';
import { date } from '#kernel/calendar.ts';
import { newYorkInstant } from '#market/session.ts';
import { BTO, fill, holding, net, STC, UBER } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const ALERT = 'BTO 4 UBER 78p 12/04 @ 0.75';
/** Lost calls still take their time. */
const AT_ONCE = { broker: { latency: { ...NO_LATENCY, timeoutMs: 10_000 } } };
/** Long after the entry was given up, and its trade with it. */
const LATE_MS = 200_000;

const LOST: readonly (readonly [string, AnswerFault])[] = [
  ['is not sent', { kind: 'not_sent', reason: 'unreachable' }],
  ['is turned away', { kind: 'not_sent', reason: 'throttled' }],
  ['is refused', { kind: 'rejected', rejection: { code: 'not_cancellable', message: 'no' } }],
  ['is lost', { kind: 'ambiguous_without_effect' }],
];

/** An entry whose trade is over, and which the broker takes a moment from now. */
async function beforeLate(): Promise<World> {
  const world = await openWorld(AT_ONCE);
  world.pin(UBER, '0.70', '0.85');
  const answer = { kind: 'ambiguous_late', afterMs: LATE_MS } as const;
  world.broker.script.onCall({ on: 'place', answer });
  await world.say(ALERT);
  await world.run(LATE_MS - 10_000);
  expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'no_fill' }]);
  return world;
}

/** The disk is full when the first such record is to be written: it is lost. */
function fillUpAt({ journal }: World, kind: string): void {
  const append = journal.append.bind(journal);
  journal.append = <D extends Draft>(drafts: readonly D[], by: Durability): Appended<D> => {
    if (drafts.some((draft) => draft.kind === kind)) queueMicrotask(() => journal.fillUp());
    return append(drafts, by);
  };
}

describe('an entry that turns up late', () => {
  it.each(LOST)('R-14: is cancelled again when its cancel %s', async (_, answer) => {
    const world = await beforeLate();
    world.broker.script.onCall({ on: 'cancel', answer });
    await world.run(30_000);
    expect(working(world.broker.ledger)).toEqual([]);
  });

  it.each(LOST)('R-16: and again after a restart when its cancel %s', async (_, answer) => {
    const world = await beforeLate();
    world.broker.script.onCall({ on: 'cancel', answer });
    world.process.onSent((kind) => {
      if (kind === 'cancel') world.kill();
    });
    await world.run(15_000);
    expect(working(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    await world.reopen();
    await world.run(30_000);
    expect(working(world.broker.ledger)).toEqual([]);
  });

  it.each(LOST)('R-16: on a full disk, and its last cancel %s', async (_, answer) => {
    const world = await beforeLate();
    world.broker.script.onCall({ on: 'cancel', answer });
    fillUpAt(world, 'incident.raised');
    await world.run(15_000);
    expect(working(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    await world.crash();
    await world.during(world.desk.changeKillState('ACTIVE', 'local:operator', 'seen to'));
    await world.run(30_000);
    expect(working(world.broker.ledger)).toEqual([]);
  });
});

const REFUSED: AnswerFault = {
  kind: 'rejected',
  rejection: { code: 'closing_only', message: 'not now' },
};

describe('what turns up late, of a trade that waits for a person', () => {
  /** Bought, and its exit refused twice after the first, which comes in a moment. */
  async function beforeLateExit(): Promise<World> {
    const world = await openWorld(AT_ONCE);
    world.pin(UBER, '0.70', '0.85');
    const { script } = world.broker;
    script.onCall({ on: 'place', plan: { fills: [fill(500, 4)] } });
    script.onCall({ on: 'place', answer: { kind: 'ambiguous_late', afterMs: 120_000 } });
    script.onCall({ on: 'place', times: 2, answer: REFUSED });
    await world.say(ALERT);
    await world.run(110_000);
    expect(world.bodies('trade.blocked')).toMatchObject([{ reason: 'exit_refused_twice' }]);
    return world;
  }

  it('R-10: an exit rests: it is what the person would have placed', async () => {
    const world = await beforeLateExit();
    await world.run(40_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });

  it('R-16: and after a restart in that moment no second one is placed', async () => {
    const world = await beforeLateExit();
    fillUpAt(world, 'incident.raised');
    await world.run(15_000);
    await world.crash();
    await world.run(40_000);
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
    expect(sentOnly(world.broker.ledger).at(-1)).toBe('sell 2 @ 1.50');
  });
});

describe('an entry that turns up late when the desk is halted', () => {
  it.each(LOST)('R-50: is cancelled again when its cancel %s', async (_, answer) => {
    const world = await beforeLate();
    await world.during(world.desk.changeKillState('HALT', 'local:operator', 'test'));
    world.broker.script.onCall({ on: 'cancel', answer });
    await world.run(30_000);
    expect(working(world.broker.ledger)).toEqual([]);
  });
});

describe('an entry that is filled while no desk runs, after it was given up', () => {
  it.each([
    ['the next day', '2026-11-20'],
    ['after a weekend', '2026-11-23'],
  ])('R-16: is found %s, and its exit rests', async (_, day) => {
    const start = newYorkInstant(date('2026-11-19'), '15:30');
    const world = await openWorld({ ...AT_ONCE, start });
    world.excuse('L2', 'judged below: the trade had ended once');
    world.pin(UBER, '0.70', '0.85');
    const answer = { kind: 'ambiguous_late', afterMs: LATE_MS } as const;
    world.broker.script.onCall({ on: 'place', answer, plan: { fills: [fill(0, 4)] } });
    await world.say(ALERT);
    await world.run(LATE_MS - 10_000);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'no_fill' }]);
    world.kill();
    await world.run(newYorkInstant(date(day), '09:40') - world.clock.now());
    await world.reopen();
    await world.run(10_000);
    expect(world.bodies('incident.raised').map(({ code }) => code)).toContain('order_late');
    expect(working(world.broker.ledger)).toEqual(['sell 2 @ 1.50']);
  });
});

/** Two of ten are to be sold, and the broker takes that order long after it was given up. */
async function sellingLate(afterMs: number): Promise<World> {
  const world = await holding(AT_ONCE);
  world.broker.script.onCall({ on: 'place', answer: { kind: 'ambiguous_late', afterMs } });
  return world;
}

/** The close is over: the second order for it has sold the two. The first comes in a moment. */
async function beforeLateSell(): Promise<World> {
  const world = await sellingLate(120_000);
  world.broker.script.onCall({ on: 'place', plan: { fills: [fill(100, 2)] } });
  await world.say('STC 2 UBER 78p 12/04 @ 0.80');
  await world.run(110_000);
  expect(world.bodies('close.ended')).toMatchObject([{ sold: 2 }]);
  return world;
}

describe('a sell that turns up late', () => {
  it.each(LOST)(
    'R-11: after its close is cancelled, again when its cancel %s',
    async (_, answer) => {
      const world = await beforeLateSell();
      world.broker.script.onCall({ on: 'cancel', answer });
      await world.run(40_000);
      expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
      expect(net(world)).toBe(8);
    },
  );

  it.each(LOST)('R-16: and again after a restart when its cancel %s', async (_, answer) => {
    const world = await beforeLateSell();
    world.broker.script.onCall({ on: 'cancel', answer });
    world.process.onSent((kind) => {
      if (kind === 'cancel') world.kill();
    });
    await world.run(15_000);
    expect(working(world.broker.ledger)).toHaveLength(2);
    await world.reopen();
    await world.run(30_000);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });

  it('R-16: when the disk is full is cancelled after the restart', async () => {
    const world = await beforeLateSell();
    fillUpAt(world, 'incident.raised');
    await world.run(15_000);
    expect(working(world.broker.ledger)).toHaveLength(2);
    await world.crash();
    await world.run(30_000);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });

  it('R-11: beside the one sent for it: both are taken back, and no more is sold than asked', async () => {
    const world = await sellingLate(36_000);
    await world.say('STC 2 UBER 78p 12/04 @ 0.80');
    await world.run(39_000);
    expect(sentOnly(world.broker.ledger).slice(2)).toEqual([
      'sell 2 @ 0.75',
      'sell 2 @ 0.75',
      'cancel 2 @ 0.75',
      'cancel 2 @ 0.75',
      'sell 2 @ 0.75',
    ]);
    world.pin(UBER, '0.80', '0.85');
    await world.run(60_000);
    expect(net(world)).toBe(8);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });

  it('R-11: while the next close is worked waits for it to be gone', async () => {
    const world = await beforeLateSell();
    world.pin(UBER, '0.60', '0.90');
    await world.say('STC 1 UBER 78p 12/04 @ 0.80');
    await world.run(40_000);
    world.pin(UBER, '0.80', '0.85');
    await world.run(60_000);
    expect(net(world)).toBe(7);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });

  it("R-11: does not sell another trade's contracts", async () => {
    const world = await openWorld(AT_ONCE);
    world.excuse('S5', 'the broker executes later than the quarantine');
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 4)] } });
    await world.say(ALERT);
    await world.run(10_000);
    world.broker.script.onCall({
      on: 'place',
      answer: { kind: 'ambiguous_late', afterMs: 120_000 },
      plan: { fills: 'never' },
    });
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(100, 4)] } });
    await world.say(STC);
    await world.run(60_000);
    expect(net(world)).toBe(0);
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(100, 10)] } });
    await world.say(BTO, { author: 'local:bob' });
    await world.run(80_000);
    expect(sentOnly(world.broker.ledger).slice(-2)).toEqual(['sell 4 @ 0.75', 'cancel 4 @ 0.75']);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });

  it('R-11: an exit neither, when its trade is over', async () => {
    const world = await openWorld(AT_ONCE);
    world.excuse('S5', 'the broker executes later than the quarantine');
    world.pin(UBER, '0.70', '0.80');
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 4)] } });
    world.broker.script.onCall({
      on: 'place',
      answer: { kind: 'ambiguous_late', afterMs: 160_000 },
      plan: { fills: 'never' },
    });
    world.broker.script.onCall({ on: 'place', plan: { fills: 'never' } });
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(100, 4)] } });
    await world.say(ALERT);
    await world.run(60_000);
    await world.say(STC);
    await world.run(20_000);
    expect(net(world)).toBe(0);
    world.broker.script.onCall({ on: 'place', plan: { fills: [fill(100, 10)] } });
    await world.say(BTO, { author: 'local:bob' });
    await world.run(100_000);
    expect(sentOnly(world.broker.ledger).slice(-2)).toEqual(['sell 2 @ 1.50', 'cancel 2 @ 1.50']);
    expect(working(world.broker.ledger)).toEqual(['sell 5 @ 1.50']);
  });
});
