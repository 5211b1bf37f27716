/** What operators read, and decide, in their own room. */
import { afterEach, describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { newYorkInstant } from '#market/session.ts';
import { linesOf, stateFrom, stateOf } from '../fixtures/state-text.ts';
import { BTO, type ChatWorld, openChatWorld } from './chat-world.ts';
import { CONTROL } from './fake-chat.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly } from './ledger-lines.ts';

afterEach(holdInvariants);

const FAR_OFF = 'BTO 4 UBER 78p 12/04 @ 1.10';

function sent({ world }: ChatWorld): readonly string[] {
  return sentOnly(world.broker.ledger);
}

describe('an incident', () => {
  it('is one post a day, edited with how often and what last, and not at every turn', async () => {
    const chat = await openChatWorld();
    for (let n = 1; n <= 50; n += 1) {
      chat.world.desk.incident('chat_trouble', `time ${n}`);
      await chat.world.run(500);
    }
    await chat.world.run(30_000);
    expect(chat.texts(CONTROL)).toEqual([expect.stringMatching(/chat trouble \(50 times since/)]);
    expect(chat.texts(CONTROL)[0]).toContain('time 50');
    const tries = chat.service.tries.filter(({ channelId }) => channelId === CONTROL);
    expect(tries.length).toBeLessThan(8);
  });

  it('of a platform names it, its code and what to do', async () => {
    const chat = await openChatWorld();
    const detail = 'Discord refuses the token: reset it and start again.';
    chat.fake.trouble({ code: 'token_refused', detail, fatal: true });
    await chat.world.run(1_000);
    expect(chat.texts(CONTROL)[0]).toContain('discord: token_refused');
    expect(chat.texts(CONTROL)[0]).toContain(detail);
  });

  it('keeps its post over a restart', async () => {
    const chat = await openChatWorld();
    chat.world.desk.incident('chat_trouble', 'before');
    await chat.world.run(1_000);
    await chat.crash();
    chat.world.desk.incident('chat_trouble', 'after');
    await chat.world.run(25_000);
    const about = chat.texts(CONTROL).filter((text) => text.includes('chat trouble'));
    expect(about).toEqual([expect.stringMatching(/2 times.*after/)]);
  });

  it('cannot ping or link anybody', async () => {
    const chat = await openChatWorld();
    chat.world.desk.incident('chat_trouble', '@everyone <@1> [x](https://x.example)');
    await chat.world.run(1_000);
    expect(chat.texts(CONTROL)[0]).not.toMatch(/@everyone|<@1>|https:\/\//);
  });
});

describe('what cannot wait', () => {
  it('is written to each admin alone, once a day for each kind', async () => {
    const chat = await openChatWorld();
    chat.world.desk.incident('over_fill', 'first');
    chat.world.desk.incident('over_fill', 'second');
    chat.world.desk.incident('chat_trouble', 'of no hurry');
    await chat.world.run(1_000);
    expect(chat.service.directs.map(({ person }) => person)).toEqual(['4', '5']);
    expect(chat.service.directs[0]?.text).toMatch(/\[SIM\] Needs you: .*over fill: first/);
  });

  it('is tried again, and holds up nothing', async () => {
    const chat = await openChatWorld();
    chat.service.refusesDirects = true;
    chat.world.desk.raise('HALT', 'something is wrong');
    await chat.world.run(1_000);
    expect(chat.service.directs).toEqual([]);
    expect(chat.texts(CONTROL).join()).toContain('HALT');
    chat.service.refusesDirects = false;
    await chat.world.run(10_000);
    expect(chat.service.directs[0]?.text).toContain('ACTIVE → HALT: something is wrong');
  });
});

describe('a held alert', () => {
  it('is let through by somebody who may operate, once', async () => {
    const chat = await openChatWorld();
    const { key } = await chat.say(FAR_OFF);
    expect(chat.buttons(CONTROL)).toEqual([`tt:alert approve ${key}`, `tt:alert dismiss ${key}`]);
    await chat.press(`tt:alert approve ${key}`, '1');
    await chat.press(`tt:alert approve ${key}`, '2');
    expect(sent(chat)).toEqual([]);
    expect(await chat.press(`tt:alert approve ${key}`, '3')).toContain('let through');
    await chat.press(`tt:alert approve ${key}`, '4');
    expect(chat.world.bodies('trade.opened')).toHaveLength(1);
    expect(chat.buttons(CONTROL)).toEqual([]);
  });

  it('that is edited is refused, and cannot be let through as it was or as it is', async () => {
    const chat = await openChatWorld();
    const { key, messageId } = await chat.say(FAR_OFF);
    await chat.say('BTO 4 UBER 78p 12/04 @ 0.80', { relation: 'edit', messageId });
    expect(chat.buttons(CONTROL)).toEqual([]);
    expect(chat.texts(CONTROL)).toEqual([expect.stringContaining('refused')]);
    expect(await chat.press(`tt:alert approve ${key}`, '3')).toContain('nothing held');
    await chat.crash();
    expect(await chat.press(`tt:alert approve ${key}`, '3')).toContain('nothing held');
    expect(chat.world.bodies('alert.decided').at(-1)).toMatchObject({ code: 'message_edited' });
    expect(sent(chat)).toEqual([]);
  });

  it('that is told to be edited with the same words waits on', async () => {
    const chat = await openChatWorld();
    const { key, messageId } = await chat.say(FAR_OFF);
    await chat.say(FAR_OFF, { relation: 'edit', messageId });
    expect(await chat.press(`tt:alert approve ${key}`, '3')).toContain('let through');
    expect(chat.world.bodies('trade.opened')).toHaveLength(1);
  });

  it('is put aside, and then cannot be let through any more', async () => {
    const chat = await openChatWorld();
    const { key } = await chat.say(FAR_OFF);
    expect(await chat.press(`tt:alert dismiss ${key}`, '3')).toContain('put aside');
    expect(await chat.press(`tt:alert approve ${key}`, '3')).toContain('nothing held');
    expect(sent(chat)).toEqual([]);
    expect(chat.texts(CONTROL)).toEqual([expect.stringContaining('refused')]);
  });

  it('is asked about twice where orders are confirmed', async () => {
    const chat = await openChatWorld({ confirmOrders: 'always' });
    const { key } = await chat.say(FAR_OFF);
    const asked = await chat.press(`tt:alert approve ${key}`, '3');
    expect(asked).toMatch(/BTO \d* ?.*UBER 78P 2026-12-04 @ /);
    expect(asked).toMatch(/limits allow \d+ · bid \S+, ask \S+ then · held by/);
    expect(sent(chat)).toEqual([]);
    const [button] = chat.fake.responses.at(-1)?.buttons ?? [];
    await chat.press(button?.id ?? '', '4');
    expect(sent(chat)).toEqual([]);
    await chat.press(button?.id ?? '', '3');
    expect(sent(chat)).toHaveLength(1);
  });

  it('waits on over a restart, and is let through once', async () => {
    const chat = await openChatWorld();
    const { key } = await chat.say(FAR_OFF);
    await chat.crash();
    expect(await chat.press(`tt:alert approve ${key}`, '3', 'p1')).toContain('let through');
    expect(await chat.press(`tt:alert approve ${key}`, '3', 'p2')).toContain('nothing held');
    await chat.crash();
    expect(await chat.press(`tt:alert approve ${key}`, '3', 'p3')).toContain('nothing held');
    expect(chat.world.bodies('trade.opened')).toHaveLength(1);
  });

  it.each([0, 1, 5, 20, 100, 2_000])(
    'is one trade although the desk dies %i ms after it was let through',
    async (ms) => {
      const chat = await openChatWorld();
      const { key } = await chat.say(FAR_OFF);
      chat.fake.press(`tt:alert approve ${key}`, '3');
      await chat.world.run(ms);
      await chat.crash();
      await chat.press(`tt:alert approve ${key}`, '3');
      expect(chat.world.bodies('trade.opened')).toHaveLength(1);
    },
  );

  it('is asked about after a restart with what it was held for', async () => {
    const chat = await openChatWorld({ confirmOrders: 'always' });
    const { key } = await chat.say(FAR_OFF);
    const before = await chat.press(`tt:alert approve ${key}`, '3');
    await chat.crash();
    const after = await chat.press(`tt:alert approve ${key}`, '3');
    expect(before).toContain('held by');
    expect(after.split('\n')[0]).toBe(before.split('\n')[0]);
    expect(sent(chat)).toEqual([]);
  });

  it('is never traded when it is too old, restart or not', async () => {
    const chat = await openChatWorld();
    const { key } = await chat.say(FAR_OFF);
    await chat.world.run(10 * 60_000);
    await chat.crash();
    expect(await chat.press(`tt:alert approve ${key}`, '3')).toContain('nothing held');
    expect(sent(chat)).toEqual([]);
  });

  it('stays put aside, or taken back by its author, over a restart', async () => {
    const chat = await openChatWorld();
    const aside = await chat.say(FAR_OFF);
    const gone = await chat.say(FAR_OFF);
    const judged = chat.world.bodies('risk.decided').map(({ outcome }) => outcome);
    expect(judged).toEqual(['held', 'held']);
    await chat.press(`tt:alert dismiss ${aside.key}`, '3', 'p1');
    await chat.fake.remove(gone.key);
    await chat.world.run(1_000);
    await chat.crash();
    for (const [n, { key }] of [aside, gone].entries()) {
      expect(await chat.press(`tt:alert approve ${key}`, '3', `q${n}`)).toContain('nothing held');
    }
    expect(sent(chat)).toEqual([]);
  });

  it('waits after a start from a snapshot at any record as well', async () => {
    const chat = await openChatWorld();
    const { key } = await chat.say(FAR_OFF);
    const records = chat.world.records();
    const whole = stateOf(records);
    expect(whole.recollection.held.of(key)?.gates).not.toEqual([]);
    for (let cut = 0; cut <= records.length; cut += 1) {
      const state = stateFrom(linesOf(stateOf(records.slice(0, cut))), records.slice(cut));
      expect(state.recollection.held.save()).toEqual(whole.recollection.held.save());
    }
  });

  it('of somebody who may alert no more is refused, although it is let through', async () => {
    const chat = await openChatWorld();
    const { key } = await chat.say(FAR_OFF);
    await chat.crash();
    await chat.give('allow remove discord:1 alert', '4', CONTROL);
    expect(await chat.press(`tt:alert approve ${key}`, '3')).toContain('may not alert');
    expect(sent(chat)).toEqual([]);
  });
});

describe('the day', () => {
  it('is summed up once after the close, also over a restart', async () => {
    const chat = await openChatWorld();
    await chat.say(BTO);
    const evening = newYorkInstant(date('2026-11-19'), '16:07');
    await chat.world.run(evening - chat.world.clock.now());
    await chat.crash();
    await chat.world.run(120_000);
    const days = chat.texts(CONTROL).filter((text) => text.includes('2026-11-19:'));
    expect(days).toEqual([
      expect.stringContaining('1 messages, 0 refused · 1 trades opened, 1 ended'),
    ]);
  });
});
