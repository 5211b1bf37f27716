import { describe, expect, it } from 'vitest';
import { createDiscord } from '#adapters/discord/platform.ts';
import { DiscordSettingsSchema } from '#adapters/discord/settings.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { deliveredId, Heard, postOf } from '../../contract/chat-service.ts';
import { DISCORD_ROOM } from '../../stand-ins/discord/command.ts';
import { running } from '../chat/stand-in-run.ts';

describe('npm run stand-in -- discord', () => {
  it('says what is typed, and prints what is posted', async () => {
    const typed = Promise.withResolvers<string>();
    async function* person(): AsyncIterable<string> {
      yield await typed.promise;
    }
    const command = running(DISCORD_ROOM, [], person());
    const words = await command.first;
    const find = (pattern: RegExp) => pattern.exec(words)?.[1] ?? '';
    const channelId = find(/discord:(\d+): { name: alerts/);
    const platform = createDiscord({
      settings: DiscordSettingsSchema.parse({ apiUrl: find(/API_URL=(\S+)/) }),
      token: new Secret(find(/TOKEN=(\S+)/)),
      channelIds: [channelId],
      clock: createSystemClock(),
      onTrouble: () => undefined,
    });
    const heard = new Heard(platform);
    await platform.start(() => null);
    typed.resolve('BTO UBER 78p 12/05 @ 0.75');
    expect(await heard.texts(1)).toEqual(['BTO UBER 78p 12/05 @ 0.75']);
    deliveredId(await platform.post(postOf({ key: 'a', channelId })));
    expect(command.printed.join()).toContain('Bought 1 UBER 78P');
    await platform.stop();
    command.stop();
    expect(await command.code).toBe(0);
  });

  it('tells its facts as one line of JSON', async () => {
    const command = running(DISCORD_ROOM, ['--json']);
    const facts: unknown = JSON.parse(await command.first);
    expect(facts).toMatchObject({ standIn: 'discord', channels: {} });
    command.stop();
    expect(await command.code).toBe(0);
  });

  it.each([['--port', 'x'], ['--port', '70000'], ['--colour'], ['more']])(
    'refuses %s %s',
    async (...args) => {
      const command = running(DISCORD_ROOM, args);
      expect(await command.code).toBe(2);
      expect(command.complaints.join()).toContain('--help');
    },
  );
});
