/**
 * The running desk at servers that were written without looking at it: whoever else keeps to the
 * platforms' documentation must do as well as our own stand-ins.
 */
import { describe, expect, it } from 'vitest';
import { type Composed, compose, until, WIDE } from './composed.ts';
import { OutsideDiscord } from './outside-discord.ts';
import { OutsideSlack } from './outside-slack.ts';

const ALL = ['alert', 'trade', 'operate', 'admin'] as const;
const SINGLE = { duplicateWindowMs: 0, repeat: 'allow' } as const;
const RISK = { ...WIDE, limits: { ...WIDE.limits, openTradesMax: 20 } };
const TEST_MS = 300_000;

interface Outside {
  readonly server: OutsideDiscord | OutsideSlack;
  readonly desk: Composed;
}

function settings(platform: 'discord' | 'slack', server: OutsideDiscord | OutsideSlack) {
  return {
    chat: { script: 'none' },
    risk: RISK,
    alerts: {
      ...SINGLE,
      people: { [`${platform}:${server.trader}`]: { permissions: ALL } },
      channels: {
        [`${platform}:${server.alerts}`]: { purpose: 'alerts' },
        [`${platform}:${server.control}`]: { purpose: 'control' },
      },
    },
  };
}

async function atDiscord(act: (at: Outside & { server: OutsideDiscord }) => Promise<void>) {
  const server = new OutsideDiscord();
  await server.open();
  const { apiUrl, token } = server;
  const desk = await compose({
    yaml: { ...settings('discord', server), discord: { apiUrl, retryAfterMs: 20 } },
    environment: { STRIKEWIRE_DISCORD_TOKEN: token },
  });
  try {
    await until(() => server.operations.includes(2));
    await act({ server, desk });
  } finally {
    await desk.close();
    await server.close();
  }
}

async function atSlack(act: (at: Outside & { server: OutsideSlack }) => Promise<void>) {
  const server = new OutsideSlack();
  await server.open();
  const desk = await compose({
    yaml: { ...settings('slack', server), slack: { apiUrl: server.apiUrl, reconnectMs: 10 } },
    environment: {
      STRIKEWIRE_SLACK_APP_TOKEN: server.appToken,
      STRIKEWIRE_SLACK_BOT_TOKEN: server.botToken,
    },
  });
  try {
    await until(() => server.connections > 0);
    await act({ server, desk });
  } finally {
    await desk.close();
    await server.close();
  }
}

function opened({ bodies }: Composed): number {
  return bodies('trade.opened').length;
}

function received({ bodies }: Composed): readonly string[] {
  return bodies('message.received').map(({ message }) => message.messageId);
}

function troubles({ bodies }: Composed): readonly string[] {
  return bodies('incident.raised').map(({ code, detail }) => `${code}: ${detail}`);
}

describe("at somebody else's Discord", () => {
  const answers = ({ written, bot }: OutsideDiscord): readonly string[] =>
    written.filter(({ author }) => author['id'] === bot.id).map((one) => String(one['content']));
  const entries = (server: OutsideDiscord): number =>
    answers(server).filter((text) => text.includes('Entry:')).length;

  it(
    'an alert is a trade with one answer, whatever else is told, and however often',
    () =>
      atDiscord(async ({ server, desk }) => {
        server.babble();
        const id = server.say(await desk.alert());
        server.repeat();
        server.babble();
        await until(() => opened(desk) === 1 && entries(server) === 1);
        expect(received(desk)).toEqual([id]);
        // It is alive because heartbeats are answered, both ways.
        const beats = server.operations.filter((op) => op === 1).length;
        await until(() => server.operations.filter((op) => op === 1).length > beats + 2);
        expect(troubles(desk)).toEqual([]);
      }),
    TEST_MS,
  );

  it.each(['limited', 'done_then_502', 'done_then_reset'] as const)(
    'an answer is there once when it is %s',
    (mishap) =>
      atDiscord(async ({ server, desk }) => {
        server.mishaps.push(mishap);
        server.say('BTO UBER 78p 12/05 @ 0.75');
        await until(() => desk.bodies('notice.delivered').length === 1);
        expect(answers(server)).toHaveLength(1);
      }),
    TEST_MS,
  );

  it.each(['reconnect', 'close', 'reset', 'invalid', 'zombie'] as const)(
    'an alert said during a break (%s) is traded once',
    (how) =>
      atDiscord(async ({ server, desk }) => {
        const text = await desk.alert();
        server.say('good morning');
        await until(() => received(desk).length === 1);
        server.breakWith(how);
        if (how === 'invalid') server.sayUnheard(text);
        else server.say(text);
        await until(() => opened(desk) === 1);
        server.say(text);
        await until(() => opened(desk) === 2);
        await until(() => entries(server) === 2);
        expect(new Set(received(desk)).size).toBe(received(desk).length);
        expect(opened(desk)).toBe(2);
      }),
    TEST_MS,
  );

  it.each([
    ['a reply', { type: 19, message_reference: { message_id: '1', type: 0 } }],
    ['a forward', { message_reference: { type: 1, message_id: '1', channel_id: '2' } }],
    ['a webhook', { webhook_id: '1440000000000000077' }],
    ['a crosspost', { flags: 2 }],
    ['a type of 2030', { type: 77 }],
  ])('%s of the trader is none', (_, how) =>
    atDiscord(async ({ server, desk }) => {
      const text = await desk.alert();
      server.say(text, how);
      const last = server.say('good morning');
      await until(() => received(desk).includes(last));
      expect(opened(desk)).toBe(0);
    }),
  );

  it(
    'a command of the menu is answered',
    () =>
      atDiscord(async ({ server, desk }) => {
        server.command(['status', null]);
        await until(() => server.whispers.some((text) => text.includes('[SIM]')));
        expect(desk.bodies('command.received')).toHaveLength(1);
      }),
    TEST_MS,
  );
});

describe("at somebody else's Slack", () => {
  const entries = (server: OutsideSlack): number =>
    server.written.filter((one) => one['bot_id'] === 'B0BOT' && one.text.includes('Entry:')).length;

  it(
    'an alert is a trade with one answer, whatever else is told, and however often',
    () =>
      atSlack(async ({ server, desk }) => {
        server.babble();
        const ts = server.say(await desk.alert());
        server.repeat();
        server.babble();
        await until(() => opened(desk) === 1 && entries(server) === 1);
        expect(received(desk)).toEqual([ts]);
        await until(() => server.acknowledged.length >= 4);
        expect(troubles(desk)).toEqual([]);
      }),
    TEST_MS,
  );

  it.each(['limited', 'done_then_500', 'done_then_reset'] as const)(
    'an answer is there once when it is %s',
    (mishap) =>
      atSlack(async ({ server, desk }) => {
        server.mishaps.push(mishap);
        server.say('BTO UBER 78p 12/05 @ 0.75');
        await until(() => desk.bodies('notice.delivered').length === 1);
        expect(server.written.filter((one) => one['bot_id'] === 'B0BOT')).toHaveLength(1);
      }),
    TEST_MS,
  );

  it.each(['warning', 'refresh_requested', 'too_many_websockets', 'close', 'reset'] as const)(
    'an alert said during a break (%s) is traded once',
    (how) =>
      atSlack(async ({ server, desk }) => {
        const text = await desk.alert();
        server.say('good morning');
        await until(() => received(desk).length === 1);
        server.breakWith(how);
        server.sayUnheard(text);
        // A connection that was only warned of its end goes on for a while.
        if (how === 'warning') server.breakWith('refresh_requested');
        await until(() => opened(desk) === 1);
        await until(() => server.connections > 0);
        server.say(text);
        await until(() => opened(desk) === 2 && entries(server) === 2);
        expect(new Set(received(desk)).size).toBe(received(desk).length);
      }),
    TEST_MS,
  );

  it.each([
    ['a reply in a thread', { thread_ts: '1700000000.000001', parent_user_id: 'U9' }],
    ['a broadcast of a thread', { subtype: 'thread_broadcast', root: {} }],
    ['a bot', { bot_id: 'B0OTHER', app_id: 'A9' }],
    ['an edit', { edited: { user: 'W0TRADER1', ts: '1700000000.000001' } }],
    ['a subtype of 2030', { subtype: 'hologram' }],
  ])('%s of the trader is none', (_, how) =>
    atSlack(async ({ server, desk }) => {
      const text = await desk.alert();
      server.say(text, how);
      const last = server.say('good morning');
      await until(() => received(desk).includes(last));
      expect(opened(desk)).toBe(0);
    }),
  );

  it(
    'a slash command is answered',
    () =>
      atSlack(async ({ server, desk }) => {
        server.command('status');
        await until(() => server.whispers.some((text) => text.includes('[SIM]')));
        expect(desk.bodies('command.received')).toHaveLength(1);
      }),
    TEST_MS,
  );
});
