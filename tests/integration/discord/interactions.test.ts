import { describe, expect, it } from 'vitest';
import type { CommandShape } from '#publish/ports.ts';
import { deliveredId, postOf } from '../../contract/chat-service.ts';
import { recordOf } from '../../stand-ins/support/json.ts';
import { type DeskSide, withDiscord } from './desk-side.ts';

const CALLBACK = { method: 'POST', path: /\/callback$/ } as const;
const BUTTON = { id: 'release:abc', label: 'Release', style: 'danger' } as const;

const STATUS: CommandShape = { name: 'status', description: 'How it stands', options: [] };
const CANCEL: CommandShape = {
  name: 'cancel',
  description: 'Takes an order back',
  options: [
    {
      ...{ name: 'order', description: 'Which', kind: 'text', required: true },
      ...{ choices: [], completes: true },
    },
  ],
};

/** A post with a button, pressed; the id of the interaction. */
async function press({ service, platform }: DeskSide): Promise<string> {
  const { channelId, member, standIn } = service;
  const post = postOf({ key: 'a', channelId, buttons: [BUTTON] });
  deliveredId(await platform.post(post));
  const data = { custom_id: BUTTON.id, component_type: 2 };
  return standIn.interactions.start({ channelId, member, type: 3, data });
}

const registrations = ({ service }: DeskSide) =>
  service.standIn.rest.seen.filter(({ method }) => method === 'PUT');

describe.concurrent('a press', () => {
  it('is answered so that only its person sees it, and the answer can change', () =>
    withDiscord(async (side) => {
      const { interactions } = side.service.standIn;
      const id = await press(side);
      await side.heard.until(() => side.heard.presses.length === 1);
      const [taken] = side.heard.presses;
      await taken?.respond('Are you sure?', [{ id: 'yes:abc', label: 'Yes', style: 'primary' }]);
      const asked = await interactions.wait(id);
      expect(asked).toMatchObject({ text: 'Are you sure?', isEphemeral: true });
      expect(asked.components).toHaveLength(1);
      await taken?.respond('Released');
      expect(await interactions.wait(id)).toMatchObject({ text: 'Released', components: [] });
    }));

  it('that came too late is not acted on: its person was told that it failed', () =>
    withDiscord(async (side) => {
      side.service.standIn.interactions.isLate = true;
      await press(side);
      side.service.standIn.interactions.isLate = false;
      await press(side);
      await side.heard.until(() => side.heard.presses.length > 0);
      expect(side.heard.presses).toHaveLength(1);
      expect(side.troubles.join()).toContain('Unknown interaction');
    }));

  it('that is delivered twice is acted on once', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      await press(side);
      await service.repeatLast();
      await heard.until(() => heard.presses.length > 0);
      await service.say('last');
      await heard.texts(1);
      expect(heard.presses).toHaveLength(1);
    }));

  it.each(['answer_lost', 'taken_then_500'] as const)('is acted on once after %s', (how) =>
    withDiscord(async (side) => {
      side.service.standIn.rest.fail({ ...CALLBACK, times: 1, how });
      await press(side);
      await side.heard.until(() => side.heard.presses.length > 0);
      expect(side.heard.presses).toHaveLength(1);
    }),
  );

  it('is answered in spite of a failing server', () =>
    withDiscord(async (side) => {
      const path = /@original$/;
      side.service.standIn.rest.fail({ path, times: 1, how: { status: 502, body: {} } });
      side.platform.onPress((taken) => void taken.respond('Released'));
      const id = await press(side);
      expect(await side.service.standIn.interactions.wait(id)).toMatchObject({ text: 'Released' });
    }));

  it('in a server that is not ours is not taken', () =>
    withDiscord(
      async (side) => {
        const { service, heard } = side;
        const { interactions } = service.standIn;
        const other = { channelId: service.otherId, member: service.member, type: 3 } as const;
        const foreign = interactions.start({ ...other, data: { custom_id: BUTTON.id } });
        await press(side);
        await heard.until(() => heard.presses.length > 0);
        expect(heard.presses).toHaveLength(1);
        expect(interactions.isAnswered(foreign)).toBe(false);
      },
      { settings: ({ serverId }) => ({ servers: [serverId] }) },
    ));

  it('in a thread names the channel of the thread', () =>
    withDiscord(async (side) => {
      const { channelId, member, standIn } = side.service;
      const channel = standIn.world.channels.get(channelId);
      if (channel === undefined) throw new Error('no channel');
      const thread = standIn.world.addThread(channel, 'incident');
      const data = { custom_id: BUTTON.id, component_type: 2 };
      standIn.interactions.start({ channelId: thread.id, member, type: 3, data });
      await side.heard.until(() => side.heard.presses.length > 0);
      expect(side.heard.presses[0]).toMatchObject({ channelId });
    }));
});

describe.concurrent('the menu of commands', () => {
  it('is put into the server once, and again only when it has changed', () =>
    withDiscord(async (side) => {
      const { platform, service, again } = side;
      const { gateway, rest } = service.standIn;
      await gateway.until(() => gateway.connected() === 1);
      await service.say('known');
      await side.heard.texts(1);
      await platform.offer([STATUS, CANCEL], () => []);
      expect(rest.commands(service.serverId)).toMatchObject([{ name: 'tt' }]);
      await platform.offer([STATUS, CANCEL], () => []);
      expect(registrations(side)).toHaveLength(1);
      const next = again();
      await next.platform.offer([STATUS], () => []);
      await next.platform.start(() => null);
      await next.platform.stop();
      expect(recordOf(rest.commands(service.serverId)[0])['options']).toHaveLength(2);
    }));

  it('is offered again where it was refused for lack of a scope, and that is told', () =>
    withDiscord(async (side) => {
      const { service, platform, heard } = side;
      await service.say('known');
      await heard.texts(1);
      const how = { status: 403, body: { code: 50_001, message: 'Missing Access' } };
      service.standIn.rest.fail({ method: 'PUT', path: /commands$/, times: 1, how });
      await platform.offer([STATUS], () => []);
      expect(heard.problems).toMatchObject([{ code: 'commands_refused', fatal: false }]);
      await platform.offer([STATUS], () => []);
      expect(service.standIn.rest.commands(service.serverId)).toHaveLength(1);
    }));

  it('proposes values while one is typed, to whoever types', () =>
    withDiscord(async ({ service, platform }) => {
      await platform.offer([CANCEL], (command, option, typed, by) => [
        `${command} ${option} ${typed} ${by.id}`,
      ]);
      const { channelId, member, standIn } = service;
      const value = { name: 'order', type: 3, value: 'o_', focused: true };
      const data = { name: 'tt', options: [{ name: 'cancel', type: 1, options: [value] }] };
      const id = standIn.interactions.start({ channelId, member, type: 4, data });
      const { choices } = await standIn.interactions.wait(id);
      expect(choices).toEqual([`cancel order o_ ${service.trader.id}`]);
    }));
});
