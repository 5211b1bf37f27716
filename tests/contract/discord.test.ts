/** The real client library against the stand-in. */
import { createDiscord } from '#adapters/discord/platform.ts';
import { DiscordSettingsSchema } from '#adapters/discord/settings.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import { openDiscordService } from '../stand-ins/discord/service.ts';
import { chatPlatformContract } from './chat-platform.contract.ts';

chatPlatformContract('Discord', async () => {
  const service = await openDiscordService();
  const { channelId, secondChannelId, standIn } = service;
  const platform = createDiscord({
    settings: DiscordSettingsSchema.parse({ apiUrl: standIn.apiUrl, retryAfterMs: 20 }),
    token: new Secret(standIn.token),
    channelIds: [channelId, secondChannelId],
    clock: createSystemClock(),
    onTrouble: () => undefined,
    identifyThrottle: 'none',
  });
  return { platform, service, close: () => service.close() };
});
