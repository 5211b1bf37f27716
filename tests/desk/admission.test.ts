/** whose messages can trigger anything, where, and in which form. */
import { afterEach, describe, expect, it } from 'vitest';
import { holdInvariants } from './invariants.ts';
import { openWorld, type Saying, type World } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const ALERT = 'BTO UBER 78p 12/04 @ 0.75';

async function open(): Promise<World> {
  const world = await openWorld();
  world.pin(UBER, '0.70', '0.80');
  return world;
}

const REFUSED: readonly (readonly [what: string, saying: Saying, code: string])[] = [
  ['a stranger in the room', { author: 'local:mallory' }, 'author_not_allowed'],
  [
    'a stranger with the name of an author',
    { author: 'local:mallory', displayName: 'ann' },
    'author_not_allowed',
  ],
  ['somebody who may operate but not alert', { author: 'local:eve' }, 'author_not_allowed'],
  ['an author in a channel that is not listed', { channel: 'local:lounge' }, 'channel_not_allowed'],
  ['an author in a channel for something else', { channel: 'local:ops' }, 'channel_not_for_alerts'],
  ['a bot under the id of an author', { authorKind: 'bot' }, 'author_is_bot'],
  ['a webhook under the id of an author', { authorKind: 'webhook' }, 'author_is_webhook'],
  ['the platform itself', { authorKind: 'system' }, 'author_is_system'],
  ['a reply', { relation: 'reply' }, 'is_reply'],
  ['a message in a thread', { relation: 'thread' }, 'is_in_thread'],
  ['a forwarded message', { relation: 'forward' }, 'is_forward'],
  ['a message published from elsewhere', { relation: 'crosspost' }, 'is_crosspost'],
];

describe('who may trigger', () => {
  it('R-04: an allowed author in an allowed channel trades', async () => {
    const world = await open();
    const answer = await world.say(ALERT);
    expect(answer.verdict).toBe('order');
    await world.run(1_000);
    expect(world.broker.ledger.mutations).toHaveLength(1);
  });

  it.each(REFUSED)('R-04, R-05: %s triggers nothing', async (_, saying, code) => {
    const world = await open();
    const answer = await world.say(ALERT, saying);
    await world.run(100_000);
    expect(answer).toMatchObject({ verdict: 'refused', code, tradeId: null });
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('an alert withdrawn by striking it through, as Slack writes that, triggers nothing', async () => {
    const permissions = ['alert'] as const;
    const world = await openWorld({
      alerts: {
        people: { 'slack:ann': { permissions: [...permissions] } },
        channels: { 'slack:room': { purpose: 'alerts' } },
      },
    });
    world.pin(UBER, '0.70', '0.80');
    const local = world.message(`~${ALERT}~`, { author: 'local:ann', channel: 'local:room' });
    const answer = await world.during(world.lane.receive({ ...local, platform: 'slack' }));
    expect(answer).toMatchObject({ verdict: 'refused', code: 'struck_through' });
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('R-04: with empty lists nobody triggers anything', async () => {
    const world = await openWorld({ alerts: { people: {}, channels: {} } });
    world.pin(UBER, '0.70', '0.80');
    expect(await world.say(ALERT)).toMatchObject({ code: 'channel_not_allowed' });
    expect(world.broker.ledger.mutations).toEqual([]);
  });
});

describe('only an initial message', () => {
  it('R-05: an edit of a traded message changes nothing', async () => {
    const world = await open();
    await world.say(ALERT, { id: 'a' });
    await world.run(1_000);
    const edit = await world.say('BTO 9 UBER 78p 12/04 @ 0.95', { id: 'a', relation: 'edit' });
    await world.run(5_000);
    expect(edit.code).toBe('is_edit');
    expect(world.broker.ledger.mutations).toHaveLength(1);
    expect(world.bodies('message.edited')).toEqual([
      { text: 'BTO 9 UBER 78p 12/04 @ 0.95', at: world.at(1_200) },
    ]);
  });

  it('R-05: a message edited into an alert never triggers', async () => {
    const world = await open();
    await world.say('good morning', { id: 'a' });
    await world.say(ALERT, { id: 'a', relation: 'edit' });
    await world.run(5_000);
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('R-05: the age limit counts from posting, to the millisecond', async () => {
    const world = await open();
    const late = await world.say(ALERT, { postedAt: world.at(200 - 30_001) });
    expect(late.code).toBe('too_old');
    const inTime = await world.say(ALERT, { postedAt: world.at(world.elapsed - 29_900) });
    expect(inTime.verdict).toBe('order');
  });

  it('R-05: an alert of the future is refused', async () => {
    const world = await open();
    const answer = await world.say(ALERT, { postedAt: world.at(60_000) });
    expect(answer.code).toBe('posted_in_future');
    expect(world.broker.ledger.mutations).toEqual([]);
  });
});

describe('every message gets its verdict', () => {
  it('R-03: chatter and refusals are on record with a reason, and trade nothing', async () => {
    const world = await open();
    await world.say('good morning everybody');
    await world.say('STO UBER 78p 12/04 @ 0.75');
    const decided = world.bodies('alert.decided');
    expect(decided.map(({ verdict }) => verdict)).toEqual(['chatter', 'refused']);
    expect(decided.every(({ code, detail }) => code !== '' && detail !== '')).toBe(true);
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('R-03: a contract that is not listed is refused with a repair, never repaired', async () => {
    const world = await open();
    const answer = await world.say('BTO UBER 78.3p 12/04 @ 0.75');
    expect(answer).toMatchObject({ verdict: 'refused', code: 'strike_not_listed' });
    expect(answer.repairs.length).toBeGreaterThan(0);
    expect(world.broker.ledger.mutations).toEqual([]);
  });
});

describe('a deleted message', () => {
  it('R-05: deleted once its order works, it is noted and the trade goes on', async () => {
    const world = await open();
    const { message } = await world.say(ALERT);
    await world.run(1_000);
    await world.during(world.lane.deleted(message, 'local:ann'));
    await world.run(5_000);
    expect(world.kinds()).toContain('message.deleted');
    expect(world.broker.ledger.mutations).toHaveLength(1);
  });

  it('R-05: deleted before anything was sent, nothing is', async () => {
    const world = await open();
    const message = world.message(ALERT);
    const answer = world.lane.receive(message);
    await world.during(world.lane.deleted(message.key, 'local:ann'));
    expect(await world.during(answer)).toMatchObject({ verdict: 'refused' });
    await world.run(5_000);
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('R-05: deleted before it arrives, nothing is made of it', async () => {
    const world = await open();
    const message = world.message(ALERT);
    await world.during(world.lane.deleted(message.key, 'local:ann'));
    const answer = await world.during(world.lane.receive(message));
    expect(answer).toMatchObject({ verdict: 'refused', code: 'message_deleted' });
    await world.run(5_000);
    expect(world.broker.ledger.mutations).toEqual([]);
  });

  it('R-05: deleted while it waits, nothing is made of it after a crash either', async () => {
    const world = await open();
    const mend = world.broker.script.onQuery({
      times: Infinity,
      fault: { kind: 'unreachable', detail: 'down' },
    });
    await world.crash();
    const key = world.tell(ALERT);
    await world.run(100);
    await world.during(world.lane.deleted(key, 'local:ann'));
    mend();
    await world.crash();
    await world.run(10_000);
    expect(world.bodies('alert.decided').map(({ code }) => code)).toEqual(['message_deleted']);
    expect(world.broker.ledger.mutations).toEqual([]);
  });
});
