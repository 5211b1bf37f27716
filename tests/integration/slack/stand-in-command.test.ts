import { describe, expect, it } from 'vitest';
import { createSlack } from '#adapters/slack/platform.ts';
import { SlackSettingsSchema } from '#adapters/slack/settings.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { deliveredId, Heard, postOf } from '../../contract/chat-service.ts';
import { SLACK_ROOM } from '../../stand-ins/slack/command.ts';
import { running } from '../chat/stand-in-run.ts';

describe('npm run stand-in -- slack', () => {
  it('says what is typed, gives commands, and prints what is posted', async () => {
    const [alert, command] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    async function* person(): AsyncIterable<string> {
      yield await alert.promise;
      yield await command.promise;
    }
    const run = running(SLACK_ROOM, [], person());
    const words = await run.first;
    const find = (pattern: RegExp) => pattern.exec(words)?.[1] ?? '';
    const channelId = find(/slack:(\w+): { name: alerts/);
    const platform = createSlack({
      settings: SlackSettingsSchema.parse({ apiUrl: find(/API_URL=(\S+)/) }),
      appToken: new Secret(find(/APP_TOKEN=(\S+)/)),
      botToken: new Secret(find(/BOT_TOKEN=(\S+)/)),
      channels: [channelId],
      ...{ clock: createSystemClock(), random: createRandom('typed') },
    });
    const heard = new Heard(platform);
    await platform.start(() => null);
    alert.resolve('BTO UBER 78p 12/05 @ 0.75');
    expect(await heard.texts(1)).toEqual(['BTO UBER 78p 12/05 @ 0.75']);
    command.resolve('/tt status');
    await heard.until(() => heard.invocations.length === 1);
    expect(heard.invocations[0]?.line).toBe('status');
    await heard.invocations[0]?.respond('All is well');
    deliveredId(await platform.post(postOf({ key: 'a', channelId })));
    expect(run.printed.join('')).toContain('Bought 1 UBER 78P');
    expect(run.printed.join('')).toContain('All is well');
    await platform.stop();
    run.stop();
    expect(await run.code).toBe(0);
  });

  it('tells its facts as one line of JSON', async () => {
    const run = running(SLACK_ROOM, ['--json']);
    expect(JSON.parse(await run.first)).toMatchObject({ standIn: 'slack', channels: {} });
    run.stop();
    expect(await run.code).toBe(0);
  });
});
