/** A desk's side of Slack against the stand-in: what it heard, and waiting for more of it. */
import { createSlack } from '#adapters/slack/platform.ts';
import { type SlackSettings, SlackSettingsSchema } from '#adapters/slack/settings.ts';
import type { ChatMessage } from '#alerts/model.ts';
import { createRandom } from '#kernel/random.ts';
import { Secret } from '#kernel/secret.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { ChatPlatform } from '#publish/ports.ts';
import { Heard } from '../../contract/chat-service.ts';
import { openSlackStandIn, type SlackStandIn } from '../../stand-ins/slack/stand-in.ts';

export interface Scene {
  readonly slack: SlackStandIn;
  readonly channel: string;
  readonly trader: string;
  /** Another desk on the same workspace, as after a restart. */
  desk(settings?: Partial<SlackSettings>): Desk;
}

export interface Desk {
  readonly platform: ChatPlatform;
  readonly heard: Heard;
}

export interface SceneOptions {
  readonly retryMs?: readonly number[];
}

export async function withSlack(
  test: (scene: Scene) => Promise<void>,
  { retryMs = [] }: SceneOptions = {},
): Promise<void> {
  const slack = await openSlackStandIn({ retryMs });
  const channel = slack.world.addChannel('alerts').id;
  const trader = slack.world.addPerson('Mara');
  const desks: Desk[] = [];
  const base = { reconnectMs: 10, overlapMs: 0 };
  function desk(settings: Partial<SlackSettings> = {}): Desk {
    const platform = createSlack({
      settings: SlackSettingsSchema.parse({ ...base, apiUrl: slack.apiUrl, ...settings }),
      appToken: new Secret(slack.appToken),
      botToken: new Secret(slack.botToken),
      channels: [channel],
      clock: createSystemClock(),
      random: createRandom('slack faults'),
    });
    const made = { platform, heard: new Heard(platform) };
    desks.push(made);
    return made;
  }
  try {
    await test({ slack, channel, trader, desk });
  } finally {
    for (const { platform } of desks) await platform.stop();
    await slack.close();
  }
}

export function textsOf(messages: readonly ChatMessage[]): readonly string[] {
  return messages.map(({ text }) => text);
}
