/** What people read in a chat about their alerts, and what they may press. */
import { afterEach, describe, expect, it } from 'vitest';
import { BTO, type ChatWorld, openChatWorld, UBER } from './chat-world.ts';
import { ALERTS } from './fake-chat.ts';
import { fill, net } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly } from './ledger-lines.ts';

afterEach(holdInvariants);

const MISTAKEN = 'BTO 4 UBER 78p 12/05 @ 0.75';

function sent({ world }: ChatWorld): readonly string[] {
  return sentOnly(world.broker.ledger);
}

describe('the answer to an alert', () => {
  it('is one post that is edited as the trade lives, to its result', async () => {
    const chat = await openChatWorld();
    const { script } = chat.world.broker;
    script.onCall({ on: 'place', plan: { fills: [fill(5_000, 4)] } });
    await chat.say(BTO);
    expect(chat.texts(ALERTS)).toEqual([expect.stringContaining('Entry: buy 4 at 0.75')]);
    await chat.world.run(6_000);
    expect(net(chat.world)).toBe(4);
    expect(chat.texts(ALERTS)[0]).toContain('Exit: sell 2 at 1.50');
    chat.world.pin(UBER, '1.60', '1.70');
    await chat.world.run(6_000);
    expect(chat.texts(ALERTS)).toEqual([expect.stringContaining('sold 2 at 1.5')]);
  });

  it('says why a close waits, until it is sent', async () => {
    const chat = await openChatWorld();
    const { script } = chat.world.broker;
    script.onCall({ on: 'place', plan: { fills: [fill(500, 2)] } });
    await chat.say(BTO);
    await chat.world.run(5_000);
    script.onCall({ on: 'cancel', answer: { kind: 'slow', byMs: 2_000 } });
    await chat.say('STC UBER 78p 12/04 @ 0.80', {}, 10);
    await chat.world.during(chat.world.desk.changeKillState('HALT', 'local:operator', 'test'));
    await chat.world.run(20_000);
    const waits = 'not sent yet: the kill state sends nothing new; resting exits stay';
    expect(chat.texts(ALERTS).at(-1)).toContain(waits);
    await chat.world.during(chat.world.desk.changeKillState('ACTIVE', 'local:operator', 'over'));
    await chat.world.run(10_000);
    expect(chat.texts(ALERTS).at(-1)).not.toContain('not sent yet');
  });

  it('links to the page of its trade where there is one', async () => {
    const chat = await openChatWorld({ tradeUrl: (id) => `https://desk.example/#trade-${id}` });
    await chat.say(BTO);
    const [trade] = chat.world.desk.book.open();
    expect(chat.texts(ALERTS)[0]).toContain(`\nhttps://desk.example/#trade-${trade?.id ?? ''}`);
  });

  it.each([
    ['lost', 'lost'],
    ['shown, its receipt lost', 'taken_and_lost'],
    ['turned away for so many milliseconds', 7_000],
    ['met by a defect of the adapter', 'throws'],
  ] as const)('that was %s is there once in the end', async (_, plan) => {
    const chat = await openChatWorld();
    chat.service.plans.push(plan);
    await chat.say(BTO, {}, 10_000);
    expect(chat.service.in(ALERTS)).toHaveLength(1);
    expect([...chat.service.created].filter(([key]) => key.startsWith('ack:'))).toHaveLength(1);
    expect(new Set(chat.service.created.values())).toEqual(new Set([1]));
  });

  it('to a trade, lost again and again, comes within ten seconds of the channel working', async () => {
    const chat = await openChatWorld();
    chat.service.plans.push('lost', 'lost', 'lost', 'lost', 'lost');
    await chat.say(BTO, {}, 26_500);
    expect(chat.texts(ALERTS)).toEqual([]);
    await chat.world.run(10_000);
    expect(chat.texts(ALERTS)).toHaveLength(1);
  });

  it('that was shown before its receipt was on disk is found again after a crash', async () => {
    const chat = await openChatWorld();
    chat.service.plans.push('taken_and_lost');
    await chat.say(BTO, {}, 100);
    expect(chat.service.shown).toHaveLength(1);
    expect(chat.world.bodies('notice.delivered')).toEqual([]);
    await chat.crash();
    await chat.world.run(5_000);
    expect([...chat.service.created.values()]).toEqual([1]);
  });

  it('waits as long as the platform asks, and no channel waits for another', async () => {
    const chat = await openChatWorld();
    chat.service.plans.push(20_000);
    await chat.say(BTO, {}, 1_000);
    await chat.give('pause', '3', ALERTS);
    expect(chat.texts(ALERTS)).toEqual([]);
    expect(chat.service.shown).toHaveLength(1);
    await chat.world.run(21_000);
    expect(chat.texts(ALERTS)).toHaveLength(1);
  });

  it('that may not be posted is told to operators once, and is not tried for ever', async () => {
    const chat = await openChatWorld();
    chat.service.plans.push('refused');
    await chat.say('BTO 4 UBER 78p 12/04 @ 5.75', {}, 30_000);
    expect(chat.world.bodies('incident.raised')).toMatchObject([{ code: 'notice_undeliverable' }]);
    expect(chat.service.tries.filter(({ channelId }) => channelId === ALERTS)).toHaveLength(1);
  });

  it('comes before the changes of older answers', async () => {
    const chat = await openChatWorld({ risk: { limits: { openPerUnderlyingMax: 20 } } });
    await chat.say(BTO, {}, 100);
    chat.service.plans.push(1_000, 1_000);
    const from = chat.service.tries.length;
    await chat.say('BTO 4 UBER 77p 12/04 @ 0.50', {}, 4_000);
    const order = chat.service.tries.slice(from).map(({ postId }) => postId === null);
    expect(order.slice(0, 1)).toEqual([true]);
  });
});

describe('a repair', () => {
  it('is taken by a press of somebody who may alert, as their own message, once', async () => {
    const chat = await openChatWorld();
    const { key, messageId } = await chat.say(MISTAKEN);
    expect(sent(chat)).toEqual([]);
    expect(chat.buttons(ALERTS)).toEqual([`fix:${key}`]);
    expect(await chat.press(`fix:${key}`, '5')).toContain('Taken: BTO');
    await chat.press(`fix:${key}`, '5');
    expect(await chat.press(`fix:${key}`, '1')).toContain('taken before');
    expect(sent(chat)).toHaveLength(1);
    const [, taken] = chat.world.bodies('message.received');
    expect(taken?.message).toMatchObject({ messageId: `fix-${messageId}`, author: { id: '5' } });
    expect(chat.service.in(ALERTS)).toMatchObject([{ buttons: [] }, { inReplyTo: key }]);
  });

  it('is the same message when the press is delivered again, also after a crash', async () => {
    const chat = await openChatWorld();
    const { key } = await chat.say(MISTAKEN);
    await chat.press(`fix:${key}`, '1', '7001');
    await chat.press(`fix:${key}`, '1', '7001');
    await chat.crash();
    await chat.press(`fix:${key}`, '1', '7001');
    await chat.press(`fix:${key}`, '1', '7002');
    expect(chat.world.bodies('trade.opened')).toHaveLength(1);
  });

  it.each(['2', '3', '9'])('is not taken by %s, who may not alert', async (by) => {
    const chat = await openChatWorld();
    const { key } = await chat.say(MISTAKEN);
    expect(await chat.press(`fix:${key}`, by)).toContain('people who may');
    expect(sent(chat)).toEqual([]);
  });

  it('is too late after two minutes, and none of what was not refused', async () => {
    const chat = await openChatWorld();
    const { key } = await chat.say(MISTAKEN);
    await chat.world.run(121_000);
    expect(await chat.press(`fix:${key}`, '1')).toContain('too late');
    const taken = await chat.say(BTO);
    await chat.press(`fix:${taken.key}`, '1');
    await chat.press('fix:discord:100:1', '1');
    await chat.press('something else', '1');
    expect(chat.world.bodies('trade.opened')).toHaveLength(1);
  });
});
