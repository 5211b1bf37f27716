import { describe, expect, it } from 'vitest';
import { admit } from '#alerts/admission.ts';
import { createIntakeMemory } from '#alerts/duplicates.ts';
import type { ChatMessage } from '#alerts/model.ts';
import { type AlertSettings, AlertSettingsSchema } from '#alerts/settings.ts';
import { createRandom } from '#kernel/random.ts';
import type { DiscordService } from '../../stand-ins/discord/service.ts';
import { type DeskSide, withDiscord } from './desk-side.ts';
import { hostilities } from './strangers.ts';

const MESSAGES = 10_000;

function settingsOf({ trader, channelId, secondChannelId }: DiscordService): AlertSettings {
  const may = { permissions: ['alert'] };
  return AlertSettingsSchema.parse({
    people: { [`discord:${trader.id}`]: may },
    roles: Object.fromEntries(trader.roleIds.map((id) => [`discord:${id}`, may])),
    channels: {
      [`discord:${channelId}`]: { purpose: 'alerts' },
      [`discord:${secondChannelId}`]: { purpose: 'commands' },
    },
  });
}

function admitted(service: DiscordService, messages: readonly ChatMessage[]) {
  const settings = settingsOf(service);
  return messages.filter(
    (message) =>
      admit(message, settings, createIntakeMemory(), message.receivedAt).kind === 'admitted',
  );
}

/** Everything sent so far has been taken once this one has. */
async function heardAll({ service, heard }: DeskSide): Promise<void> {
  const id = await service.say('BTO UBER 78p 12/05 @ 0.75');
  await heard.until(() => heard.messages.some(({ messageId }) => messageId === id));
}

describe(`${MESSAGES} messages that must trigger nothing`, () => {
  it('are admitted never, and the one that may is', () =>
    withDiscord(
      async (side) => {
        const { service, heard } = side;
        const random = createRandom('hostile');
        const ways = hostilities(service, random);
        await heardAll(side);
        const before = heard.messages.length;
        let expected = 0;
        for (let n = 0; n < MESSAGES; n += 1) {
          const way = ways[n % ways.length] ?? random.pick(ways);
          way.send();
          if (way.isHeard) expected += 1;
          if (n % 500 === 499) await heardAll(side);
        }
        const told = heard.messages.slice(before);
        const own = admitted(service, told);
        expect(told).toHaveLength(expected + MESSAGES / 500);
        expect(own).toHaveLength(MESSAGES / 500);
        expect(new Set(own.map(({ text }) => text))).toEqual(
          new Set(['BTO UBER 78p 12/05 @ 0.75']),
        );
      },
      { settings: ({ serverId }) => ({ servers: [serverId] }) },
    ));

  it('that were missed are admitted never when they are fetched', () =>
    withDiscord(async (side) => {
      const { service, heard } = side;
      await heardAll(side);
      const random = createRandom('hostile and missed');
      const ways = hostilities(service, random);
      await service.cut();
      for (const way of ways) way.send();
      await service.mend();
      await heardAll(side);
      expect(heard.messages.length).toBeGreaterThan(15);
      expect(admitted(service, heard.messages)).toHaveLength(2);
    }));
});
