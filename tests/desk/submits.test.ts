/** what becomes of an order whose sending went wrong in any way. */
import { afterEach, describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import type { AnswerFault, CallRule } from '#adapters/simulated/script.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { holdInvariants } from './invariants.ts';
import { sent, sentOnly } from './ledger-lines.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const SYMBOL = asInstrumentSymbol(UBER);
const ALERT = 'BTO 4 UBER 78p 12/04 @ 0.75';
/** Lost calls still take their time. */
const AT_ONCE = { broker: { latency: { ...NO_LATENCY, timeoutMs: 10_000 } } };

async function entering(rule: Omit<CallRule, 'on'>, options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  world.pin(UBER, '0.70', '0.85');
  world.broker.script.onCall({ on: 'place', ...rule });
  await world.say(ALERT);
  return world;
}

describe('an outcome nobody knows', () => {
  it('R-14: with effect: the order is found and adopted, never sent again', async () => {
    const world = await entering({ answer: { kind: 'ambiguous_with_effect' } });
    world.broker.disconnect(60_000);
    await world.run(15_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    expect(world.desk.book.open()[0]?.orders.map(({ phase }) => phase)).toEqual(['live']);
  });

  it('R-14: adopted late, it still has its 20 s before the first step', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.disconnect(30_000);
    world.broker.script.onCall({ on: 'place', answer: { kind: 'ambiguous_with_effect' } });
    world.broker.script.onQuery({
      on: ['orders'],
      times: 4,
      fault: { kind: 'unreachable', detail: 'test' },
    });
    await world.say(ALERT);
    await world.run(100_000);
    const [, step] = sent(world.broker.ledger).filter((line) => line.includes('buy'));
    expect(Number(step?.split(' ')[0])).toBeGreaterThanOrEqual(30);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over' }]);
  });

  it('R-14: without effect: sent anew once it is proven absent, inside the window', async () => {
    const world = await entering({ answer: { kind: 'ambiguous_without_effect' } });
    await world.run(25_000);
    expect(world.broker.ledger.mutations).toEqual([]);
    await world.run(15_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    const cids = world.bodies('order.intended').map(({ intent }) => intent.cid.split('.').at(-1));
    expect(cids).toEqual(['E0', 'E1']);
  });

  it('R-14: found only after a stale list has caught up, and never sent twice', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.disconnect(40_000);
    world.broker.freezeLists(25_000);
    world.broker.script.onCall({ on: 'place', answer: { kind: 'ambiguous_with_effect' } });
    await world.say(ALERT);
    await world.run(60_000);
    expect(sentOnly(world.broker.ledger).filter((line) => line.startsWith('buy 4 @ 0.75'))).toEqual(
      ['buy 4 @ 0.75'],
    );
  });

  it('R-14: executed after it was given up: taken back at once, incident on record', async () => {
    const world = await entering({ answer: { kind: 'ambiguous_late', afterMs: 45_000 } });
    world.excuse('S3', 'the broker executes later than the quarantine');
    world.excuse('S4', 'the broker executes later than the quarantine');
    await world.run(100_000);
    expect(world.bodies('incident.raised').map(({ code }) => code)).toContain('order_late');
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(world.broker.ledger.orders().every(({ status }) => status === 'cancelled')).toBe(true);
  });

  it('R-14: and filled before it could be: the fill is kept, its exit placed, entries paused', async () => {
    const world = await entering(
      {
        answer: { kind: 'ambiguous_late', afterMs: 45_000 },
        plan: { fills: [{ afterMs: 0, quantity: quantity(4) }] },
      },
      AT_ONCE,
    );
    world.excuse('S3', 'the broker executes later than the quarantine');
    world.excuse('S4', 'the broker executes later than the quarantine');
    world.broker.script.onCall({
      on: 'place',
      plan: { fills: [{ afterMs: 0, quantity: quantity(4) }] },
    });
    await world.run(100_000);
    expect(world.broker.ledger.net(SYMBOL)).toBe(8);
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(world.bodies('incident.raised').map(({ code }) => code)).toContain('over_fill');
  });

  it('R-14: filled long after its trade was over, the trade is open again', async () => {
    const world = await entering(
      {
        answer: { kind: 'ambiguous_late', afterMs: 200_000 },
        plan: { fills: [{ afterMs: 0, quantity: quantity(4) }] },
      },
      AT_ONCE,
    );
    await world.run(120_000);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'no_fill' }]);
    await world.run(100_000);
    expect(world.desk.book.open()).toHaveLength(1);
    expect(
      world.broker.ledger
        .orders()
        .filter(({ side, status }) => side === 'sell' && status === 'working'),
    ).toHaveLength(1);
    world.excuse('L2', 'judged above: the trade had ended once');
  });
});

describe('an order that did not arrive', () => {
  it('R-14: is sent again under the same identity with growing pauses', async () => {
    const world = await entering({ answer: { kind: 'not_sent', reason: 'unreachable' }, times: 2 });
    await world.run(5_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    const intents = world.records().filter(({ kind }) => kind === 'order.intended');
    const cids = world.bodies('order.intended').map(({ intent }) => intent.cid.split('.').at(-1));
    expect(cids).toEqual(['E0', 'E0', 'E0']);
    const [first, second, third] = intents.map(({ wall }) => wall);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(500);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(1_000);
  });

  it('R-14: is given up after its retries, and no exit comes of it', async () => {
    const world = await entering({
      answer: { kind: 'not_sent', reason: 'unreachable' },
      times: Infinity,
    });
    await world.run(30_000);
    expect(world.bodies('order.intended')).toHaveLength(4);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'not_sent', filled: 0 }]);
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('R-14: throttled, it is looked for first and then sent again', async () => {
    const world = await entering({ answer: { kind: 'not_sent', reason: 'throttled' } });
    await world.run(10_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    expect(world.kinds()).toContain('order.missed');
    expect(world.desk.book.killState).toBe('ACTIVE');
  });

  it('R-14: throttled and taken all the same, in lists that lag, it is not sent twice', async () => {
    const world = await entering(
      { answer: { kind: 'not_sent', reason: 'throttled', isDone: true } },
      { broker: { latency: { listLagMs: 1_500 } } },
    );
    world.broker.disconnect(60_000);
    await world.run(15_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    expect(world.desk.book.open()[0]?.orders.map(({ phase }) => phase)).toEqual(['live']);
  });

  it('R-14: throttled and taken all the same, it is not given up before it was looked for', async () => {
    const world = await entering(
      { answer: { kind: 'not_sent', reason: 'throttled', isDone: true } },
      { broker: { latency: { listLagMs: 1_500 } } },
    );
    world.broker.disconnect(60_000);
    await world.during(world.desk.changeKillState('PAUSE', 'local:ann', 'a test'));
    await world.run(15_000);
    expect(world.bodies('order.ended')).toEqual([]);
    expect(world.broker.ledger.orders().map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('R-14: throttled, given up, and in the lists only later: it is told, and taken back', async () => {
    const world = await entering(
      { answer: { kind: 'not_sent', reason: 'throttled', isDone: true } },
      { broker: { latency: { listLagMs: 30_000 } } },
    );
    world.broker.disconnect(60_000);
    await world.during(world.desk.changeKillState('REDUCE_ONLY', 'local:ann', 'a test'));
    await world.run(20_000);
    expect(world.bodies('order.ended')).toMatchObject([{ end: 'not_sent' }]);
    await world.run(40_000);
    expect(world.bodies('incident.raised').map(({ code }) => code)).toContain('order_late');
    expect(world.broker.ledger.orders().map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('R-14: throttled three times in a minute pauses entries', async () => {
    const world = await entering({
      answer: { kind: 'not_sent', reason: 'throttled' },
      times: Infinity,
    });
    await world.run(25_000);
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'kill_state' }]);
  });

  it('R-15: without valid credentials entries pause at once and nothing is tried again', async () => {
    const world = await entering({
      answer: { kind: 'not_sent', reason: 'unauthorized' },
      times: Infinity,
    });
    await world.run(30_000);
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(world.bodies('order.intended')).toHaveLength(1);
    expect(world.bodies('incident.raised')).toMatchObject([{ code: 'broker_unauthorized' }]);
    expect(await world.say('BTO UBER 77p 12/04')).toMatchObject({ verdict: 'refused' });
  });
});

describe('an order that is refused', () => {
  const REJECTED: AnswerFault = {
    kind: 'rejected',
    rejection: { code: 'margin_check_failed', message: 'not enough' },
  };

  it('R-14: ends the entry at once: no retry, no exit', async () => {
    const world = await entering({ answer: REJECTED, times: Infinity });
    await world.run(100_000);
    expect(world.bodies('order.intended')).toHaveLength(1);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'rejected', filled: 0 }]);
    expect(world.bodies('trade.ended')).toMatchObject([{ reason: 'no_fill' }]);
  });

  it('F58: because the credentials may not trade at all pauses the desk', async () => {
    const rejection = { code: 'not_permitted', message: 'User not permitted access' };
    const world = await entering({ answer: { kind: 'rejected', rejection }, times: 1 });
    await world.run(5_000);
    expect(world.desk.book.killState).toBe('PAUSE');
    expect(world.bodies('incident.raised')).toMatchObject([{ code: 'broker_unauthorized' }]);
  });

  it('R-14: after it was accepted does the same', async () => {
    const world = await entering({
      plan: { fills: 'never', rejectLater: { afterMs: 5_000, reason: 'buying power' } },
    });
    await world.run(100_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'rejected', filled: 0 }]);
  });

  it('R-14: after it has filled in part keeps the fill and its exit', async () => {
    const world = await entering({
      plan: {
        fills: [{ afterMs: 1_000, quantity: quantity(2) }],
        rejectLater: { afterMs: 5_000, reason: 'risk' },
      },
    });
    await world.run(100_000);
    expect(sentOnly(world.broker.ledger)).toEqual(['buy 4 @ 0.75', 'sell 1 @ 1.50']);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'rejected', filled: 2 }]);
  });

  it('R-50: three in a row pause entries; one that works between them does not count', async () => {
    const world = await openWorld();
    for (const strike of ['75', '76', '77', '78', '79', '80']) {
      world.pin(`UBER  261204P000${strike}000`, '0.70', '0.85');
    }
    const refuse = () => world.broker.script.onCall({ on: 'place', answer: REJECTED });
    for (const strike of ['76', '77']) {
      refuse();
      await world.say(`BTO 1 UBER ${strike}p 12/04 @ 0.75`);
      await world.run(2_000);
    }
    await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
    await world.run(2_000);
    refuse();
    await world.say('BTO 1 UBER 79p 12/04 @ 0.75');
    await world.run(2_000);
    expect(world.desk.book.killState).toBe('ACTIVE');
    for (const strike of ['80', '75']) {
      refuse();
      await world.say(`BTO 1 UBER ${strike}p 12/04 @ 0.75`);
      await world.run(2_000);
    }
    expect(world.desk.book.killState).toBe('PAUSE');
  });

  it('R-50: three that are refused after they were accepted pause entries too', async () => {
    const world = await openWorld();
    for (const strike of ['76', '77', '78']) {
      world.pin(`UBER  261204P000${strike}000`, '0.70', '0.85');
      world.broker.script.onCall({
        on: 'place',
        plan: { fills: 'never', rejectLater: { afterMs: 5, reason: 'risk' } },
      });
      await world.say(`BTO 1 UBER ${strike}p 12/04 @ 0.75`);
      await world.run(2_000);
    }
    expect(world.desk.book.killState).toBe('PAUSE');
  });
});

describe('an adapter that fails', () => {
  it('R-14: that never answers leaves an order to be looked for', async () => {
    const world = await openWorld();
    world.pin(UBER, '0.70', '0.85');
    world.broker.disconnect(200_000);
    world.broker.script.onCall({ on: 'place', answer: { kind: 'slow', byMs: 10_000_000 } });
    await world.say(ALERT);
    await world.run(10_000);
    expect(world.desk.book.open()[0]?.orders.map(({ phase }) => phase)).toEqual(['live']);
    await world.run(100_000);
    expect(world.bodies('entry.ended')).toMatchObject([{ reason: 'window_over', filled: 0 }]);
  });
});
