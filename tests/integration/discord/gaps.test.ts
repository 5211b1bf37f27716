import { describe, expect, it } from 'vitest';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { PERMISSION } from '../../stand-ins/discord/model.ts';
import { type DeskSide, withDiscord } from './desk-side.ts';

const HISTORY = { method: 'GET', path: /\/messages$/ } as const;

async function hears({ heard }: Pick<DeskSide, 'heard'>, text: string): Promise<void> {
  await heard.until(() => heard.messages.some((message) => message.text === text));
}

const textsOf = ({ heard }: Pick<DeskSide, 'heard'>) => heard.messages.map(({ text }) => text);

describe.concurrent('what was missed', () => {
  it('is fetched from the last message on record after a restart', () =>
    withDiscord(async (side) => {
      const { service, platform, again } = side;
      const recorded = await service.say('recorded');
      await hears(side, 'recorded');
      await platform.stop();
      for (let n = 1; n <= 250; n += 1) await service.say(`missed ${n}`);
      const next = again();
      await next.platform.start((id) => (id === service.channelId ? recorded : null));
      await hears(next, 'missed 250');
      expect(textsOf(next)).toEqual([
        'recorded',
        ...Array.from({ length: 250 }, (_, n) => `missed ${n + 1}`),
      ]);
    }));

  it('is looked for a little before that too, or not', () =>
    withDiscord(
      async (side) => {
        const { service, platform } = side;
        await service.say('earlier');
        const recorded = await service.say('recorded');
        await service.say('missed');
        await platform.start((id) => (id === service.channelId ? recorded : null));
        await hears(side, 'missed');
        expect(textsOf(side)).toEqual(['missed']);
      },
      { start: false, settings: () => ({ overlapMs: 0 }) },
    ));

  it('is nothing where nothing is on record', () =>
    withDiscord(
      async (side) => {
        const { service, platform } = side;
        const { world } = service.standIn;
        const longAgo = world.create({
          ...{ channelId: service.channelId, author: service.member.user, content: 'long ago' },
          agoMs: 60_000,
        });
        await platform.start(() => null);
        await service.say('now');
        await hears(side, 'now');
        expect(world.messages.has(longAgo.id)).toBe(true);
        expect(textsOf(side)).toEqual(['now']);
      },
      { start: false },
    ));

  it('carries the roles of people, who are asked for once', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      await service.cut();
      await service.say('one');
      await service.say('two');
      await service.say('three', { as: 'bot' });
      await service.mend();
      await hears(side, 'three');
      expect(heard.messages.map(({ author }) => author.roleIds)).toEqual([
        service.trader.roleIds,
        service.trader.roleIds,
        [],
      ]);
      const asked = service.standIn.rest.seen.filter(({ path }) => path.includes('/members/'));
      expect(asked).toHaveLength(1);
    }));

  it.each([1, 50])('waits a little, not for ever, for roles that fail %i times', (times) =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      await service.cut();
      await service.say('missed');
      service.standIn.rest.fail({ path: /\/members\//, times, how: 'taken_then_500' });
      await service.mend();
      await hears(side, 'missed');
      const expected = times === 1 ? service.trader.roleIds : [];
      expect(heard.messages[0]?.author).toMatchObject({ id: service.trader.id, roleIds: expected });
    }),
  );

  it('is no first word of somebody who has edited it since', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      await service.cut();
      const id = await service.say('good morning');
      await service.edit(id, 'BTO UBER 78p 12/05 @ 0.75');
      await service.mend();
      await hears(side, 'BTO UBER 78p 12/05 @ 0.75');
      expect(heard.messages.map(({ relation }) => relation)).toEqual(['edit']);
    }));

  it('is asked for again when the answer fails, from where it stopped', () =>
    withDiscord(async (side) => {
      const { service } = side;
      await service.cut();
      for (let n = 1; n <= 150; n += 1) await service.say(`missed ${n}`);
      service.standIn.rest.fail({ ...HISTORY, times: 3, how: 'taken_then_500' });
      await service.mend();
      await hears(side, 'missed 150');
      expect(textsOf(side)).toEqual(Array.from({ length: 150 }, (_, n) => `missed ${n + 1}`));
      expect(side.heard.problems).toEqual([]);
    }));

  it('that cannot be had for long is told, and asked for on and on', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      await service.cut();
      await service.say('missed');
      const path = new RegExp(`${service.channelId}/messages$`);
      service.standIn.rest.fail({ method: 'GET', path, times: 4, how: 'taken_then_500' });
      await service.mend();
      await hears(side, 'missed');
      expect(heard.problems).toMatchObject([{ code: 'history_unavailable', fatal: false }]);
    }));

  it('comes before what is said while it is fetched', () =>
    withDiscord(async (side) => {
      const { service } = side;
      const { rest, gateway } = service.standIn;
      await service.cut();
      for (let n = 1; n <= 130; n += 1) await service.say(`missed ${n}`);
      rest.fail({ ...HISTORY, times: 4, how: 'taken_then_500' });
      await service.mend();
      await gateway.until(() => gateway.connected() === 1);
      await service.say('BTO at last');
      await hears(side, 'BTO at last');
      expect(textsOf(side)).toHaveLength(131);
      expect(textsOf(side).at(-1)).toBe('BTO at last');
    }));

  it('holds up nobody for longer than it may', () =>
    withDiscord(
      async (side) => {
        const { service } = side;
        await service.cut();
        await service.say('missed');
        service.standIn.rest.fail({ ...HISTORY, times: 1_000, how: 'hang' });
        await service.mend();
        await service.say('urgent');
        await hears(side, 'urgent');
        expect(textsOf(side)).toEqual(['urgent']);
      },
      { settings: () => ({ holdWithinMs: 50 }) },
    ));

  it('is fetched once we may read it', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      const { world, gateway } = service.standIn;
      const channel = world.channels.get(service.channelId);
      if (channel === undefined) throw new Error('no channel');
      await service.cut();
      await service.say('missed');
      channel.denied = PERMISSION.VIEW_CHANNEL;
      await service.mend();
      await heard.until(() => heard.problems.length > 0);
      channel.denied = 0n;
      gateway.dispatch('CHANNEL_UPDATE', world.channelWire(channel));
      await hears(side, 'missed');
      expect(new Set(heard.problems.map(({ code }) => code))).toEqual(
        new Set(['permission_missing']),
      );
    }));

  it('is fetched when a server was away', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      const { gateway, world } = service.standIn;
      await service.say('before');
      await hears(side, 'before');
      gateway.dispatch('GUILD_DELETE', { id: service.serverId, unavailable: true });
      gateway.frozen = true;
      await service.say('unheard');
      gateway.frozen = false;
      gateway.dispatch('GUILD_CREATE', world.guildWire(world.guild(service.serverId)));
      await hears(side, 'unheard');
      expect(heard.messages.map(({ relation }) => relation)).toEqual(['initial', 'initial']);
    }));
});

describe.concurrent('what could not be recorded', () => {
  it('is told, and comes again a little later without any break', () => {
    const clock = createVirtualClock(epochMs(Date.now()));
    return withDiscord(
      async ({ service, heard }) => {
        heard.onMessage = () => Promise.reject(new Error('the disk is full'));
        await service.say('unrecorded');
        await heard.until(() => heard.problems.length > 0);
        expect(heard.problems).toMatchObject([{ code: 'message_not_recorded', fatal: false }]);
        heard.onMessage = async () => undefined;
        const before = heard.messages.length;
        clock.advance(10_000);
        await heard.until(() => heard.messages.length > before);
        expect(new Set(heard.messages.map(({ key }) => key)).size).toBe(1);
      },
      { deskClock: clock },
    );
  });
});

describe.concurrent('what comes out of order or more than once', () => {
  it('is handed over with the keys it has', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      const { gateway } = service.standIn;
      gateway.hold();
      const ids = [await service.say('one'), await service.say('two'), await service.say('three')];
      gateway.release((frames) => [...frames.toReversed(), ...frames]);
      await service.say('last');
      await hears(side, 'last');
      const expected = ids.map((id) => `discord:${service.channelId}:${id}`);
      const keys = new Set<string>(heard.messages.map(({ key }) => key));
      expect([...keys].toSorted().slice(0, 3)).toEqual(expected);
      expect(keys.size).toBe(4);
    }));
});

describe.concurrent('changes of messages', () => {
  it('tell an edit once, however often it is sent', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      const id = await service.say('one');
      await service.edit(id, 'two');
      await service.repeatLast();
      await service.unfurl(id);
      await service.say('last');
      await hears(side, 'last');
      expect(heard.messages.map(({ text, relation }) => `${relation} ${text}`)).toEqual([
        'initial one',
        'edit two',
        'initial last',
      ]);
    }));

  it('tell an edit of what was said before the start', () =>
    withDiscord(
      async (side) => {
        const id = await side.service.say('before');
        await side.platform.start((channel) => (channel === side.service.channelId ? id : null));
        await side.service.edit(id, 'changed');
        await hears(side, 'changed');
        expect(side.heard.messages).toMatchObject([{ messageId: id, relation: 'edit' }]);
      },
      { start: false },
    ));

  it('tell every message of a purge', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      const ids = [await service.say('one'), await service.say('two')];
      await heard.texts(2);
      service.standIn.world.remove(ids);
      await heard.until(() => heard.deletions.length === 2);
      expect(heard.deletions.map(({ key }) => key)).toEqual(heard.messages.map(({ key }) => key));
    }));

  it('in direct messages and in other servers are none of ours', () =>
    withDiscord(
      async (side) => {
        const { service } = side;
        const { gateway } = service.standIn;
        const forged = {
          ...{ id: '1573278281245917185', channel_id: service.channelId, type: 0 },
          ...{ content: 'BTO UBER 78p 12/05', author: { id: service.trader.id } },
        };
        gateway.dispatch('MESSAGE_CREATE', { ...forged, guild_id: '111111111111111111' });
        gateway.dispatch('MESSAGE_CREATE', { ...forged, channel_id: '222222222222222222' });
        await service.say('last');
        await hears(side, 'last');
        expect(textsOf(side)).toEqual(['last']);
      },
      { settings: ({ serverId }) => ({ servers: [serverId] }) },
    ));
});
