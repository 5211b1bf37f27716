/** The chat platforms of a desk: those that have their secrets and a channel of ours. */
import type { Platform } from '#alerts/model.ts';
import type { AlertSettings } from '#alerts/settings.ts';
import type { Random } from '#kernel/random.ts';
import type { Clock } from '#kernel/time.ts';
import type { ChatPlatform } from '#publish/ports.ts';
import type { Config } from '../config.ts';

export interface PlatformsRequest {
  readonly config: Pick<Config, 'alerts' | 'discord' | 'slack' | 'secrets'>;
  readonly clock: Clock;
  readonly random: Random;
  /** For the log: what went wrong at a platform and was dealt with. */
  readonly onTrouble: (detail: string) => void;
}

/** A platform's client is loaded only where it is used: it is a third of all there is to load. */
export async function openPlatforms(request: PlatformsRequest): Promise<readonly ChatPlatform[]> {
  const { config, clock, random, onTrouble } = request;
  const { discordToken, slackAppToken, slackBotToken } = config.secrets;
  const platforms: ChatPlatform[] = [];
  const onDiscord = channelsOf(config.alerts, 'discord');
  if (discordToken !== null && onDiscord.length > 0) {
    const { createDiscord } = await import('#adapters/discord/platform.ts');
    const { discord: settings } = config;
    const token = discordToken;
    platforms.push(createDiscord({ settings, token, channelIds: onDiscord, clock, onTrouble }));
  }
  const onSlack = channelsOf(config.alerts, 'slack');
  if (slackAppToken !== null && slackBotToken !== null && onSlack.length > 0) {
    const { createSlack } = await import('#adapters/slack/platform.ts');
    platforms.push(
      createSlack({
        settings: config.slack,
        appToken: slackAppToken,
        botToken: slackBotToken,
        channels: onSlack,
        clock,
        random: random.fork('slack'),
      }),
    );
  }
  return platforms;
}

/** Ids of the listed channels of a platform, without its name. */
export function channelsOf(
  { channels }: Pick<AlertSettings, 'channels'>,
  platform: Platform,
): readonly string[] {
  const prefix = `${platform}:`;
  return Object.keys(channels)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
}
