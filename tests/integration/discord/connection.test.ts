import { describe, expect, it } from 'vitest';
import { createDiscord } from '#adapters/discord/platform.ts';
import { DiscordSettingsSchema } from '#adapters/discord/settings.ts';
import { Secret } from '#kernel/secret.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { PERMISSION } from '../../stand-ins/discord/model.ts';
import { openDiscordService } from '../../stand-ins/discord/service.ts';
import { type DeskSide, withDiscord } from './desk-side.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function hears({ service, heard }: DeskSide, text: string): Promise<void> {
  await service.say(text);
  await heard.until(() => heard.messages.some((message) => message.text === text));
}

async function saidNext({ service, heard }: DeskSide): Promise<string> {
  const text = `after ${heard.messages.length}`;
  await service.say(text);
  return text;
}

describe.concurrent('a connection that breaks', () => {
  it.each<[string, (side: DeskSide) => void]>([
    ['a close with code 4000', ({ service }) => service.standIn.gateway.close(4000)],
    ['a close with code 1000', ({ service }) => service.standIn.gateway.close(1000)],
    ['a reset', ({ service }) => service.standIn.gateway.reset()],
    ['being asked to reconnect', ({ service }) => service.standIn.gateway.askReconnect()],
    ['an invalid session', ({ service }) => service.standIn.gateway.invalidate()],
  ])('by %s loses nothing that was said meanwhile', (_, breakIt) =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      const { gateway } = service.standIn;
      await hears(side, 'before');
      breakIt(side);
      await gateway.until(() => gateway.connected() === 0);
      await service.say('meanwhile');
      await gateway.until(() => gateway.connected() === 1);
      await hears(side, 'after');
      const texts = new Set(heard.messages.map(({ text }) => text));
      expect([...texts]).toEqual(['before', 'meanwhile', 'after']);
      expect(side.platform.health().state).toBe('connected');
    }),
  );

  it('and looks open is noticed by its heartbeat', () =>
    withDiscord(
      async (side) => {
        const { service, heard } = side;
        const { gateway } = service.standIn;
        await hears(side, 'before');
        gateway.frozen = true;
        await service.say('meanwhile');
        await gateway.until(() => gateway.connected() === 0);
        gateway.frozen = false;
        await heard.until(() => heard.messages.some(({ text }) => text === 'meanwhile'));
        expect(gateway.resumes).toBeGreaterThan(0);
      },
      { heartbeatMs: 200 },
    ));

  it('is given up and made anew when it does not come back', () =>
    withDiscord(
      async (side) => {
        const { service, heard } = side;
        const { gateway } = service.standIn;
        gateway.refuses = true;
        gateway.reset();
        await heard.until(() => heard.problems.length > 0);
        expect(heard.problems).toMatchObject([{ code: 'connection_lost', fatal: false }]);
        gateway.refuses = false;
        await hears(side, 'back again');
        expect(side.platform.health().state).toBe('connected');
        expect(gateway.sockets()).toBe(1);
      },
      { settings: () => ({ reconnectWithinMs: 1_000 }) },
    ));
});

describe.concurrent('a start', () => {
  it('comes to an end although the gateway does not answer, and goes on trying', () =>
    withDiscord(
      async (side) => {
        const { service, heard, platform } = side;
        service.standIn.gateway.refuses = true;
        await platform.start(() => null);
        expect(platform.health().state).toBe('connecting');
        expect(heard.problems).toMatchObject([{ code: 'connection_lost' }]);
        service.standIn.gateway.refuses = false;
        await hears(side, 'hello');
      },
      { start: false, settings: () => ({ connectWithinMs: 1_000 }) },
    ));

  it('goes on trying while the API fails', () =>
    withDiscord(
      async (side) => {
        const { service, platform } = side;
        const error = { status: 502, body: {} };
        service.standIn.rest.fail({ path: /gateway/, times: 3, how: error });
        await platform.start(() => null);
        await hears(side, 'hello');
        const asked = service.standIn.rest.seen.filter(({ path }) => path === '/gateway/bot');
        expect(asked).toHaveLength(4);
      },
      { start: false },
    ));

  it('waits twice as long after each try that failed, up to five minutes', async () => {
    const service = await openDiscordService();
    const { rest, apiUrl, token } = service.standIn;
    const clock = createVirtualClock(epochMs(Date.now()));
    const platform = createDiscord({
      ...{ clock, token: new Secret(token), channelIds: [], onTrouble: () => undefined },
      settings: DiscordSettingsSchema.parse({ apiUrl, retryAfterMs: 2_000 }),
    });
    rest.fail({ path: /gateway/, times: 20, how: { status: 502, body: {} } });
    await platform.start(() => null);
    const pauses: number[] = [];
    while (!pauses.includes(300)) {
      const { detail } = platform.health();
      const pause = Number(/next try in (\d+) s/.exec(detail)?.[1]);
      pauses.push(pause);
      // The pause begins once the failed client has been ended.
      while (clock.nextDue() !== clock.mono() + pause * 1000) await turn();
      clock.advance(pause * 1000);
      while (pause < 300 && platform.health().detail === detail) await turn();
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300]);
    await platform.stop();
    await service.close();
  });

  it.each<[string, string, (side: DeskSide) => void]>([
    [
      'a token the API refuses',
      'token_refused',
      ({ service }) => {
        service.standIn.rest.tokenRefused = true;
      },
    ],
    [
      'a token the gateway refuses',
      'token_refused',
      ({ service }) => {
        service.standIn.gateway.tokenRefused = true;
      },
    ],
    [
      'an intent that is not allowed',
      'intent_missing',
      ({ service }) => {
        service.standIn.gateway.disallowed = 1 << 15;
      },
    ],
  ])('ends for good at %s', (_, code, spoil) =>
    withDiscord(
      async (side) => {
        const { service, platform, heard } = side;
        spoil(side);
        await platform.start(() => null);
        expect(platform.health().state).toBe('failed');
        expect(heard.problems).toMatchObject([{ code, fatal: true }]);
        await service.standIn.gateway.until(() => service.standIn.gateway.sockets() === 0);
        const asked = service.standIn.rest.seen.filter(({ path }) => path === '/gateway/bot');
        expect(asked).toHaveLength(1);
      },
      { start: false },
    ),
  );

  it('hears messages while its servers are still to come', () =>
    withDiscord(
      async (side) => {
        side.service.standIn.gateway.guildCreateDelayMs = null;
        await side.platform.start(() => null);
        await hears(side, 'early');
        expect(side.heard.messages[0]?.relation).toBe('initial');
      },
      { start: false },
    ));

  it('can follow another without a stop', () =>
    withDiscord(async (side) => {
      await side.platform.start(() => null);
      await hears(side, 'hello');
      expect(side.service.standIn.gateway.connected()).toBe(1);
    }));

  it('can follow a stop', () =>
    withDiscord(async (side) => {
      await hears(side, 'first');
      await side.platform.stop();
      const { gateway } = side.service.standIn;
      await gateway.until(() => gateway.sockets() === 0);
      const last = side.heard.messages.at(-1)?.messageId ?? null;
      await side.service.say('while stopped');
      await side.platform.start((id) => (id === side.service.channelId ? last : null));
      await hears(side, 'second');
      const texts = side.heard.messages.map(({ text }) => text);
      expect(texts).toEqual(['first', 'first', 'while stopped', 'second']);
    }));
});

describe.concurrent('a stop', () => {
  it('while the library tries to reconnect leaves no connection behind', () =>
    withDiscord(async ({ service, platform, again }) => {
      const { gateway } = service.standIn;
      gateway.refuses = true;
      gateway.reset();
      await gateway.until(() => gateway.sockets() === 0);
      await platform.stop();
      gateway.refuses = false;
      const before = gateway.identifies + gateway.resumes;
      // Another one takes as long to come back as the stopped one would have.
      await again().platform.start(() => null);
      gateway.reset();
      await gateway.until(() => gateway.resumes > 0);
      expect(gateway.identifies + gateway.resumes - before).toBe(2);
      expect(gateway.sockets()).toBe(1);
    }));
});

describe.concurrent('a stop in the middle of a start', () => {
  it.each([0, 1, 3, 10, 30])('leaves nothing behind, %i turns on', (turns) =>
    withDiscord(
      async ({ service, platform }) => {
        const { gateway } = service.standIn;
        const started = platform.start(() => null);
        for (let n = 0; n < turns; n += 1) await turn();
        await platform.stop();
        await started;
        await gateway.until(() => gateway.sockets() === 0);
        expect(platform.health().state).toBe('stopped');
      },
      { start: false },
    ),
  );
});

describe.concurrent('what Discord should never send', () => {
  it.each<[string, string]>([
    ['a message of nothing', '{"op":0,"t":"MESSAGE_CREATE","s":900,"d":null}'],
    ['a message without an author', '{"op":0,"t":"MESSAGE_CREATE","s":900,"d":{"id":"1"}}'],
    ['an interaction of nothing', '{"op":0,"t":"INTERACTION_CREATE","s":900,"d":{}}'],
    [
      'an interaction without entitlements',
      '{"op":0,"t":"INTERACTION_CREATE","s":900,"d":{"id":"1","type":2,"token":"t"}}',
    ],
    ['a server without anything', '{"op":0,"t":"GUILD_CREATE","s":900,"d":{"id":"1"}}'],
    ['a deletion of nothing', '{"op":0,"t":"MESSAGE_DELETE","s":900,"d":null}'],
    ['a member of nobody', '{"op":0,"t":"GUILD_MEMBER_UPDATE","s":900,"d":{}}'],
    ['a hello of nothing', '{"op":10}'],
    ['an invalid session of nothing', '{"op":9}'],
    ['an unknown operation', '{"op":77,"d":{}}'],
    ['a number', '5'],
    ['no JSON', '{"op":0,'],
  ])('%s ends neither the process nor the listening', (_, frame) =>
    withDiscord(async (side) => {
      await hears(side, 'before');
      side.service.standIn.gateway.sendRaw(frame);
      await hears(side, 'after');
      expect(side.heard.messages.map(({ text }) => text)).toEqual(['before', 'after']);
    }),
  );
});

describe.concurrent('an event that cannot be read, kept back while servers are still to come', () => {
  it('ends nothing either when its turn comes', () =>
    withDiscord(
      async (side) => {
        const { gateway } = side.service.standIn;
        gateway.guildCreateDelayMs = 30;
        await side.platform.start(() => null);
        const interaction = { id: '1', type: 2, token: 't' };
        gateway.dispatch('INTERACTION_CREATE', interaction);
        await side.service.say('before');
        const isTroubled = () => side.troubles.some((what) => what.includes('client library'));
        // Each one heard lets the library come to what it kept back.
        while (!isTroubled()) await hears(side, await saidNext(side));
        expect(side.platform.health().state).toBe('connected');
      },
      { start: false },
    ));
});

describe.concurrent('channels', () => {
  it('are checked for what the bot may do there, by name', () =>
    withDiscord(
      async ({ service, platform, heard }) => {
        const { world } = service.standIn;
        const channel = world.channels.get(service.channelId);
        if (channel === undefined) throw new Error('no channel');
        channel.denied = PERMISSION.READ_MESSAGE_HISTORY | PERMISSION.SEND_MESSAGES;
        await platform.start(() => null);
        await heard.until(() => heard.problems.length > 0);
        expect(heard.problems).toEqual([
          {
            code: 'permission_missing',
            detail: expect.stringContaining('Send Messages, Read Message History') as string,
            fatal: false,
          },
        ]);
      },
      { start: false },
    ));

  it.each<[string, string, (service: DeskSide['service']) => string]>([
    ['do not exist', 'channel_unknown', () => '999999999999999999'],
    ['lie in a server that is not listed', 'channel_of_other_server', (service) => service.otherId],
  ])('that %s are told', (_, code, other) =>
    withDiscord(
      async ({ platform, heard }) => {
        await platform.start(() => null);
        await heard.until(() => heard.problems.length > 0);
        expect(heard.problems).toMatchObject([{ code, fatal: false }]);
      },
      {
        start: false,
        settings: ({ serverId }) => ({ servers: [serverId] }),
        channelIds: (service) => [service.channelId, other(service)],
      },
    ),
  );

  it('without the text of messages are told of once', () =>
    withDiscord(async (side) => {
      await side.service.say('');
      await side.service.say('');
      await hears(side, 'with text');
      expect(side.heard.problems).toMatchObject([{ code: 'intent_missing', fatal: false }]);
    }));
});
