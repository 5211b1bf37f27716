/** Slack keeps the promises of every chat platform, with its own clients against the stand-in. */

import { createSlack } from '#adapters/slack/platform.ts';
import { SlackSettingsSchema } from '#adapters/slack/settings.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { GROUP, openSlackService } from '../stand-ins/slack/service.ts';
import { chatPlatformContract } from './chat-platform.contract.ts';
import type { ChatHarness } from './chat-service.ts';

async function open(): Promise<ChatHarness> {
  const service = await openSlackService();
  const { standIn, channelId, secondChannelId } = service;
  const { apiUrl, appToken, botToken } = standIn;
  const platform = createSlack({
    settings: SlackSettingsSchema.parse({ apiUrl, reconnectMs: 20, userGroups: [GROUP] }),
    appToken: new Secret(appToken),
    botToken: new Secret(botToken),
    channels: [channelId, secondChannelId],
    clock: createSystemClock(),
    random: createRandom('slack contract'),
  });
  return { platform, service, close: () => service.close() };
}

chatPlatformContract('Slack', open);
