/** A platform beside its stand-in, with what it told, all ended together. */
import { createDiscord } from '#adapters/discord/platform.ts';
import { DiscordSettingsSchema } from '#adapters/discord/settings.ts';
import { Secret } from '#kernel/secret.ts';
import { type Clock, createSystemClock } from '#kernel/time.ts';
import type { ChatPlatform } from '#publish/ports.ts';
import { Heard } from '../../contract/chat-service.ts';
import { type DiscordService, openDiscordService } from '../../stand-ins/discord/service.ts';
import type { DiscordStandInOptions } from '../../stand-ins/discord/stand-in.ts';

export interface DeskSide {
  readonly service: DiscordService;
  readonly platform: ChatPlatform;
  readonly heard: Heard;
  readonly troubles: readonly string[];
  /** Another desk with the same token: what a restart makes. */
  again(): { readonly platform: ChatPlatform; readonly heard: Heard };
}

export interface DeskSideOptions extends DiscordStandInOptions {
  readonly settings?: (service: DiscordService) => Readonly<Record<string, unknown>>;
  readonly channelIds?: (service: DiscordService) => readonly string[];
  readonly deskClock?: Clock;
  /** `false`: the test starts it. */
  readonly start?: false;
}

export async function withDiscord(
  test: (side: DeskSide) => Promise<void>,
  options: DeskSideOptions = {},
): Promise<void> {
  const service = await openDiscordService(options);
  const { channelId, secondChannelId, standIn } = service;
  const started: ChatPlatform[] = [];
  const troubles: string[] = [];
  const again = () => {
    const given = { apiUrl: standIn.apiUrl, retryAfterMs: 10, ...options.settings?.(service) };
    const platform = createDiscord({
      settings: DiscordSettingsSchema.parse(given),
      token: new Secret(standIn.token),
      channelIds: options.channelIds?.(service) ?? [channelId, secondChannelId],
      clock: options.deskClock ?? createSystemClock(),
      onTrouble: (detail) => troubles.push(detail),
      identifyThrottle: 'none',
    });
    started.push(platform);
    return { platform, heard: new Heard(platform) };
  };
  const first = again();
  try {
    if (options.start !== false) await first.platform.start(() => null);
    await test({ ...first, service, troubles, again });
  } finally {
    for (const platform of started) await platform.stop();
    await service.close();
  }
}
