/** Commands of chats on the running desk: who may, once, on record. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  BTO,
  type ChatWorld,
  type ChatWorldOptions,
  UBER as MARKET,
  openChatWorld,
} from './chat-world.ts';
import { ALERTS, CONTROL, ORDERS } from './fake-chat.ts';
import { fill, net } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly, working } from './ledger-lines.ts';
import { takeOpened } from './world.ts';

afterEach(holdInvariants);

const ORDER = 'buy 2 UBER 78p 12/04 @ .75';

async function opened(options: ChatWorldOptions = {}): Promise<ChatWorld> {
  const chat = await openChatWorld(options);
  chat.world.excuse('S1', 'it knows alerts and no orders by command');
  return chat;
}

function sent({ world }: ChatWorld): readonly string[] {
  return sentOnly(world.broker.ledger);
}

function acts({ world }: ChatWorld): readonly string[] {
  return world.bodies('operator.acted').map(({ act }) => act);
}

describe('an order by command', () => {
  it('is placed through the whole path of an alert, and acknowledged as one', async () => {
    const chat = await opened();
    expect(await chat.give(ORDER, '2')).toContain('Trade t_');
    expect(sent(chat)).toEqual(['buy 2 @ 0.75']);
    expect(chat.service.in(ORDERS)).toMatchObject([{ inReplyTo: null }]);
    expect(chat.texts(ORDERS)[0]).toContain('Entry: buy 2 at 0.75');
    expect(chat.world.bodies('command.received')).toMatchObject([{ line: ORDER }]);
  });

  it('typed as a message is answered there, and its answer is not posted twice', async () => {
    const chat = await opened();
    const { key } = await chat.say(`!tt ${ORDER}`, { as: '2', channel: ORDERS });
    expect(sent(chat)).toEqual(['buy 2 @ 0.75']);
    const answers = chat.service.in(ORDERS).filter(({ inReplyTo }) => inReplyTo === key);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.text).toContain('Trade t_');
  });

  it.each([
    ['to which it was never given', '1'],
    ['who is nobody', '9'],
    ['who may only operate', '3'],
    ['who is only admin', '4'],
  ])('of a person %s places nothing', async (_, by) => {
    const chat = await opened();
    await chat.give(ORDER, by);
    await chat.say(`!tt ${ORDER}`, { as: by, channel: ORDERS });
    expect(sent(chat)).toEqual([]);
  });

  it('in a room for alerts or operators places nothing', async () => {
    const chat = await opened();
    for (const channel of [ALERTS, CONTROL, '999']) {
      await chat.give(ORDER, '5', channel);
      await chat.say(`!tt ${ORDER}`, { as: '5', channel });
    }
    expect(sent(chat)).toEqual([]);
  });

  it('of a bot with the id of a trader places nothing', async () => {
    const chat = await opened();
    await chat.say(`!tt ${ORDER}`, { as: '2', channel: ORDERS, kind: 'bot' });
    await chat.say(`!tt ${ORDER}`, { as: '2', channel: ORDERS, relation: 'reply' });
    await chat.say(`!tt ${ORDER}`, { as: '2', channel: ORDERS, relation: 'edit' });
    expect(sent(chat)).toEqual([]);
  });

  it('delivered again, at once and after a crash, is one order', async () => {
    const chat = await opened();
    chat.fake.invoke(ORDER, '2', ORDERS, '5001');
    chat.fake.invoke(ORDER, '2', ORDERS, '5001');
    await chat.world.run(2_000);
    await chat.crash();
    chat.fake.invoke(ORDER, '2', ORDERS, '5001');
    const typed = await chat.say('!tt pause', { as: '3', channel: ORDERS });
    await chat.crash();
    void chat.fake.again(typed);
    await chat.world.run(2_000);
    expect(sent(chat).filter((line) => line.startsWith('buy'))).toEqual(['buy 2 @ 0.75']);
    expect(chat.world.bodies('kill_state.changed')).toHaveLength(1);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'the power cut after record %i of it: never two',
    async (nth) => {
      const chat = await opened();
      let seen = 0;
      const from = chat.world.journal.health().lastSeq;
      chat.world.dieOnce((record) => record.seq > from && (seen += 1) === nth);
      chat.fake.invoke(ORDER, '2', ORDERS, '5001');
      await chat.world.run(3_000);
      await chat.crash();
      chat.fake.invoke(ORDER, '2', ORDERS, '5001');
      await chat.world.run(5_000);
      expect(chat.world.bodies('trade.opened').length).toBeLessThanOrEqual(1);
      expect(chat.world.bodies('command.received').filter(({ id }) => id === '5001')).toHaveLength(
        1,
      );
    },
  );

  it('that a crash cut off is told to be looked after', async () => {
    const chat = await opened();
    chat.world.dieOnce(({ kind }) => kind === 'command.received');
    void chat.fake
      .say('!tt positions', { as: '2', channel: ORDERS })
      .received?.catch(() => undefined);
    await chat.world.run(500);
    await chat.crash();
    expect(chat.texts(ORDERS)).toEqual([expect.stringContaining('started anew')]);
    await chat.crash();
    expect(chat.texts(ORDERS)).toHaveLength(1);
  });

  it('sells what its giver bought', async () => {
    const chat = await opened();
    chat.world.broker.script.onCall({ on: 'place', plan: { fills: [fill(500, 2)] } });
    await chat.give(ORDER, '2');
    expect(net(chat.world)).toBe(2);
    await chat.give('sell UBER 78p 12/04 @ .70', '5');
    expect(net(chat.world)).toBe(2);
    await chat.give('sell UBER 78p 12/04 @ .70', '2');
    chat.world.pin(MARKET, '0.80', '0.90');
    await chat.world.run(10_000);
    expect(net(chat.world)).toBe(0);
  });
});

describe('a confirmation', () => {
  const asked = async (chat: ChatWorld): Promise<string> => {
    const text = await chat.give(ORDER, '2');
    expect(sent(chat)).toEqual([]);
    return /“confirm (\w+)”/.exec(text)?.[1] ?? '';
  };

  it('of the same person, by button or by word, places the order once', async () => {
    const chat = await opened({ confirmOrders: 'always' });
    const code = await asked(chat);
    const [button] = chat.fake.responses.at(-1)?.buttons ?? [];
    await chat.press(button?.id ?? '', '2', undefined, ORDERS);
    await chat.press(button?.id ?? '', '2', undefined, ORDERS);
    await chat.give(`confirm ${code}`, '2');
    expect(sent(chat)).toEqual(['buy 2 @ 0.75']);
  });

  it('of somebody else, in another room or too late places nothing', async () => {
    const chat = await opened({ confirmOrders: 'always' });
    const code = await asked(chat);
    await chat.give(`confirm ${code}`, '5');
    await chat.give(`confirm ${code}`, '2', CONTROL);
    await chat.world.run(61_000);
    await chat.give(`confirm ${code}`, '2');
    expect(sent(chat)).toEqual([]);
  });
});

describe('a state of the desk', () => {
  it('is engaged by whoever may operate, from any listed room, on record with who and why', async () => {
    const chat = await opened();
    await chat.give('pause news at two', '3', ALERTS);
    expect(chat.world.desk.book.killState).toBe('PAUSE');
    expect(chat.texts(CONTROL)).toEqual(['[SIM] ACTIVE → PAUSE by discord:3: news at two']);
  });

  it('is not lowered by whoever may not resume, whatever it is called', async () => {
    const chat = await opened();
    await chat.give('halt', '3');
    await chat.give('pause', '3');
    await chat.give('reduce', '3');
    expect(await chat.give('resume all is well', '3')).toContain('takes the permission');
    expect(chat.world.desk.book.killState).toBe('HALT');
    await chat.give('resume all is well', '4');
    expect(chat.world.desk.book.killState).toBe('ACTIVE');
  });

  it('is not touched by traders and strangers', async () => {
    const chat = await opened();
    for (const by of ['1', '2', '9']) await chat.give('halt', by);
    expect(chat.world.desk.book.killState).toBe('ACTIVE');
    expect(acts(chat)).toContain('command halt');
  });
});

describe('an entry', () => {
  it('is taken back by the id of its trade or of its order', async () => {
    const chat = await opened();
    await chat.say(BTO);
    const [trade] = chat.world.desk.book.open();
    expect(await chat.give(`cancel ${trade?.orders[0]?.orderId ?? ''} wrong`, '3')).toContain(
      'taken back',
    );
    await chat.world.run(2_000);
    expect(working(chat.world.broker.ledger)).toEqual([]);
    expect(await chat.give(`cancel ${trade?.id ?? ''}`, '3')).toContain('over');
  });

  it('is worked at another limit by a replace, inside its collar', async () => {
    const chat = await opened();
    await chat.say(BTO);
    const id = chat.world.desk.book.open()[0]?.orders[0]?.orderId ?? '';
    expect(await chat.give(`order replace ${id} 9.00`, '2')).toContain('was approved');
    expect(working(chat.world.broker.ledger)).toEqual(['buy 4 @ 0.75']);
    expect(await chat.give(`order replace ${id} 0.76`, '2')).toContain('works at 0.76');
    await chat.world.run(2_000);
    expect(working(chat.world.broker.ledger)).toEqual(['buy 4 @ 0.76']);
    // A step by hand is none of the schedule that the invariants know.
    takeOpened();
  });
});

describe('the list of who may do what (R-04)', () => {
  it('is changed by an admin who confirms, at once, on record, and over restarts', async () => {
    const chat = await opened();
    const text = await chat.give('allow add discord:9 alert', '4');
    const code = /“confirm (\w+)”/.exec(text)?.[1] ?? '';
    expect(await chat.give(`confirm ${code}`, '4')).toContain('nothing → alert');
    await chat.crash();
    expect(await chat.give('allow show', '4')).toContain('discord:9: alert');
    await chat.say(BTO, { as: '9' });
    expect(sent(chat)).toEqual(['buy 4 @ 0.75']);
    expect(acts(chat)).toContain('discord:9: alert granted');
    expect(chat.texts(CONTROL)).toContain('[SIM] discord:9: alert granted by discord:4');
  });

  it('is no way for strangers to fill the disk', async () => {
    const chat = await opened();
    for (let n = 0; n < 200; n += 1) chat.fake.say('!tt help', { as: '9', channel: ORDERS });
    await chat.world.run(2_000);
    expect(chat.world.bodies('command.received').length).toBeLessThanOrEqual(31);
    const told = chat.world.bodies('incident.raised').map(({ detail }) => detail);
    expect(told).toEqual([expect.stringContaining('more than 30 commands a minute')]);
    expect(await chat.give('status', '2')).toContain('SIM');
    await chat.world.run(60_000);
    const before = chat.world.bodies('command.received').length;
    await chat.say('!tt help', { as: '9', channel: ORDERS });
    expect(chat.world.bodies('command.received').length).toBe(before + 1);
  });

  it('is not changed by anybody else', async () => {
    const chat = await opened();
    for (const by of ['1', '2', '3', '9']) await chat.give('allow remove discord:1 alert', by);
    expect(chat.world.bodies('allow_list.changed')).toEqual([]);
  });

  it('takes from a person what a role would give them, over restarts too', async () => {
    const chat = await opened();
    await chat.give('allow remove discord:9 alert', '4');
    await chat.crash();
    await chat.say(BTO, { as: '9', roleIds: ['77'] });
    expect(sent(chat)).toEqual([]);
    expect(await chat.give('allow show', '4')).toContain('discord:9 −alert');
  });

  it('says that a role is changed in the file, and leaves it as it is', async () => {
    const chat = await opened();
    const answer = await chat.give('allow remove discord:77 alert', '4');
    expect(answer).toContain('is a role');
    expect(chat.world.bodies('allow_list.changed')).toEqual([]);
  });

  it('F17: takes effect on what is being decided and has not been sent', async () => {
    const chat = await opened();
    const { market } = chat.world;
    const { find } = market;
    let goOn: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    Object.assign(market, {
      find: (...query: Parameters<typeof find>) => asked.then(() => find(...query)),
    });
    await chat.say(BTO, {}, 500);
    await chat.give('allow remove discord:1 alert', '4');
    goOn();
    await chat.world.run(2_000);
    expect(sent(chat)).toEqual([]);
    expect(chat.world.bodies('alert.decided')).toMatchObject([{ code: 'author_not_allowed' }]);
  });

  it('F17: takes back what was decided and could not be sent yet', async () => {
    const chat = await opened();
    const { script } = chat.world.broker;
    const answer = { kind: 'not_sent', reason: 'unreachable' } as const;
    const undo = script.onCall({ on: 'place', times: Infinity, answer });
    await chat.say(BTO, {}, 500);
    await chat.give('allow remove discord:1 alert', '4');
    undo();
    await chat.world.run(30_000);
    expect(working(chat.world.broker.ledger)).toEqual([]);
    expect(chat.world.bodies('entry.ended')).toMatchObject([{ reason: 'operator' }]);
  });
});

describe('an answer', () => {
  it('names the environment, and is on record with who was told what', async () => {
    const chat = await opened();
    expect(await chat.give('balance', '2')).toMatch(/^\[SIM\] buying power /);
    expect(acts(chat)).toContain('answered balance');
  });

  it('of a quote waits for one briefly', async () => {
    const chat = await opened();
    expect(await chat.give('quote UBER 78p 12/04', '1')).toContain('0.70 × 20 / 0.85 × 20');
    expect(await chat.give('quote SPY', '1')).toMatch(/SPY: \d/);
    expect(await chat.give('quote nothing at all', '1')).toContain('names no contract');
  });

  it.each([
    'status',
    'environment',
    'trades',
    'orders',
    'positions',
    'alerts',
    'certification result',
    'help',
  ])('comes to %s', async (line) => {
    const chat = await opened();
    await chat.say(BTO);
    expect(await chat.give(line, '2')).toMatch(/^\[SIM\] (?!It failed)/);
  });

  it('is given to a stranger by nobody', async () => {
    const chat = await opened();
    await chat.say('!tt balance', { as: '9', channel: ALERTS });
    await chat.say('!tt help', { as: '9', channel: ALERTS });
    expect(chat.service.shown).toEqual([]);
    expect(chat.fake.complete?.('buy', 'order', '', '9')).toEqual([]);
    expect(chat.fake.complete?.('buy', 'order', '', '2')).toContain('SPY');
  });
});
