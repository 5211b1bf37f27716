/** Messages of chat platforms on their way into the running desk. */
import { afterEach, describe, expect, it } from 'vitest';
import { BTO, type ChatWorld, openChatWorld } from './chat-world.ts';
import { ALERTS, CONTROL, ORDERS } from './fake-chat.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';

afterEach(holdInvariants);

function bought({ world }: ChatWorld): readonly string[] {
  return sentOnly(world.broker.ledger).filter((line) => line.startsWith('buy'));
}

describe('an alert in a chat (R-01)', () => {
  it('becomes one trade and is answered once, in its channel, as an answer to it', async () => {
    const chat = await openChatWorld();
    const { key } = await chat.say(BTO);
    expect(bought(chat)).toEqual(['buy 4 @ 0.75']);
    expect(chat.service.in(ALERTS)).toMatchObject([{ inReplyTo: key }]);
    expect(chat.texts(ALERTS)[0]).toContain('Entry: buy 4 at 0.75');
  });

  it('is on disk before the platform is told that it arrived', async () => {
    const chat = await openChatWorld();
    const { message, received } = chat.fake.say(BTO);
    let isTold = false;
    void received?.then(() => {
      isTold = true;
    });
    expect(isTold).toBe(false);
    await chat.world.during(Promise.resolve(received));
    const onDisk = chat.world.bodies('message.received').map(({ message: { key } }) => key);
    expect(onDisk).toContain(message.key);
  });

  it('F1, F5: told again, live, after a crash and by back-fill, is one trade', async () => {
    const chat = await openChatWorld();
    const message = await chat.say(BTO);
    void chat.fake.again(message);
    await chat.world.run(500);
    await chat.crash();
    void chat.fake.again(message);
    void chat.fake.again(message);
    await chat.world.run(2_000);
    expect(bought(chat)).toEqual(['buy 4 @ 0.75']);
    expect(chat.service.in(ALERTS)).toHaveLength(1);
  });

  it('F3, F4: fetched long after it was said is on record and not traded', async () => {
    const chat = await openChatWorld();
    await chat.say(BTO, { agoMs: 60_000 });
    expect(bought(chat)).toEqual([]);
    expect(chat.texts(ALERTS)[0]).toContain('too_old');
  });

  it.each([
    ['of a stranger', { as: '9' }],
    ['of a bot with the id of a person', { kind: 'bot' }],
    ['of a webhook with the id of a person', { kind: 'webhook' }],
    ['in a channel nobody listed', { channel: '999' }],
    ['in a room for commands', { channel: ORDERS }],
    ['in a room for operators', { channel: CONTROL }],
    ['in answer to another', { relation: 'reply' }],
    ['inside a thread', { relation: 'thread' }],
    ['passed on', { relation: 'forward' }],
    ['of an edit', { relation: 'edit' }],
    ['of somebody who may trade by command, and not alert', { as: '2' }],
  ] as const)('R-04, R-05: %s trades nothing and is met with silence', async (_, speaking) => {
    const chat = await openChatWorld();
    await chat.say(BTO, speaking);
    expect(chat.world.broker.ledger.mutations).toEqual([]);
    expect(chat.service.shown).toEqual([]);
  });

  it('of somebody whose role may alert is traded', async () => {
    const chat = await openChatWorld();
    chat.world.excuse('S1', 'it knows people and no roles');
    await chat.say(BTO, { as: '9', roleIds: ['77'] });
    expect(bought(chat)).toEqual(['buy 4 @ 0.75']);
  });
});

describe('what a platform is asked for after a gap', () => {
  it('begins at the last message on record of each channel, over restarts', async () => {
    const chat = await openChatWorld();
    const first = await chat.say('good morning');
    const second = await chat.say('!tt help', { channel: ORDERS });
    await chat.crash();
    expect(chat.fake.after?.(ALERTS)).toBe(first.messageId);
    expect(chat.fake.after?.(ORDERS)).toBe(second.messageId);
    expect(chat.fake.after?.(CONTROL)).toBe(null);
  });

  it('is never a message that the desk made itself', async () => {
    const chat = await openChatWorld();
    chat.world.excuse('S1', 'it knows alerts and no orders by command');
    const { messageId } = await chat.say('!tt help', { channel: ORDERS });
    await chat.give('buy 2 UBER 78p 12/04 @ .75', '2');
    expect(bought(chat)).toEqual(['buy 2 @ 0.75']);
    await chat.crash();
    expect(chat.fake.after?.(ORDERS)).toBe(messageId);
  });
});

describe('an edit', () => {
  it('F7: into an alert is never one', async () => {
    const chat = await openChatWorld();
    const { messageId } = await chat.say('good morning');
    await chat.say(BTO, { relation: 'edit', messageId });
    expect(bought(chat)).toEqual([]);
  });

  it('F6: of an alert whose entry works asks author and operators, and both may decide', async () => {
    const chat = await openChatWorld();
    const { messageId, key } = await chat.say(BTO);
    await chat.say('BTO 4 UBER 77p 12/04 @ 0.50', { relation: 'edit', messageId }, 5_000);
    expect(bought(chat)).toHaveLength(1);
    expect(chat.buttons(ALERTS)).toEqual([`keep:${key}`, `drop:${key}`]);
    expect(chat.buttons(CONTROL)).toEqual([`keep:${key}`, `drop:${key}`]);
    expect(chat.texts(CONTROL)[0]).toContain('was edited to');
    expect(await chat.press(`drop:${key}`, '9')).toContain('people who may');
    expect(working(chat.world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    expect(await chat.press(`drop:${key}`, '1')).toContain('taken back');
    await chat.world.run(12_000);
    expect(working(chat.world.broker.ledger)).toEqual([]);
    expect(chat.buttons(ALERTS)).toEqual([]);
    expect(chat.buttons(CONTROL)).toEqual([]);
  });

  it('that is kept is asked about no more', async () => {
    const chat = await openChatWorld();
    const { messageId, key } = await chat.say(BTO);
    await chat.say('BTO 4 UBER 77p 12/04 @ 0.50', { relation: 'edit', messageId });
    await chat.press(`keep:${key}`, '3');
    await chat.world.run(12_000);
    expect(working(chat.world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    expect(chat.buttons(ALERTS)).toEqual([]);
    expect(chat.texts(CONTROL)[0]).toContain('kept by discord:3');
  });
});

describe('a deletion', () => {
  it.each([
    ['keep', ['buy 4 @ 0.75']],
    ['cancel', []],
  ] as const)('F9: of an alert whose entry works, told to %s', async (onDeletion, left) => {
    const chat = await openChatWorld({ alerts: { onDeletion } });
    const { key } = await chat.say(BTO);
    void chat.fake.remove(key);
    await chat.world.run(2_000);
    expect(working(chat.world.broker.ledger)).toEqual(left);
    expect(chat.texts(CONTROL)[0]).toContain('was deleted');
  });
});
