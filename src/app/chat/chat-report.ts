/**
 * What stands between a desk and its chats, found without starting a desk: every problem of every
 * platform at once.
 *
 * It connects as the desk would, listens to nothing and posts nothing. Beside a running desk it
 * must not: a platform may hand the desk's messages to whoever else is connected.
 */
import { createRandom } from '#kernel/random.ts';
import type { Secret } from '#kernel/secret.ts';
import { type Clock, formatInstant } from '#kernel/time.ts';
import type { ChatPlatform, PlatformProblem } from '#publish/ports.ts';
import type { Config } from '../config.ts';
import { channelsOf, openPlatforms } from './platforms.ts';

export interface ChatFinding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const CONNECT_WITHIN_MS = 15_000;
/** Channels and permissions are looked at once connected. */
const LOOK_MS = 2_000;
const LOOK_EVERY_MS = 50;
const UNDECIDED = ['stopped', 'connecting'] as const;

export async function chatReport(config: Config, clock: Clock): Promise<readonly ChatFinding[]> {
  const random = createRandom(clock.now());
  const platforms = await openPlatforms({ config, clock, random, onTrouble: () => undefined });
  const reports = await Promise.all(platforms.map((platform) => reportOn(platform, clock)));
  return [...withoutPlatform(config), ...reports.flat()];
}

/** What is configured by half runs nothing, and says nothing by itself. */
export function withoutPlatform({ alerts, secrets }: Pick<Config, 'alerts' | 'secrets'>) {
  const { discordToken, slackAppToken, slackBotToken } = secrets;
  return [
    ...halfOf('discord', channelsOf(alerts, 'discord'), {
      STRIKEWIRE_DISCORD_TOKEN: discordToken,
    }),
    ...halfOf('slack', channelsOf(alerts, 'slack'), {
      STRIKEWIRE_SLACK_APP_TOKEN: slackAppToken,
      STRIKEWIRE_SLACK_BOT_TOKEN: slackBotToken,
    }),
  ];
}

function halfOf(
  name: string,
  channels: readonly string[],
  secrets: Readonly<Record<string, Secret | null>>,
): readonly ChatFinding[] {
  const isListed = channels.length > 0;
  const missing = Object.keys(secrets).filter((secret) => secrets[secret] === null);
  const isGiven = missing.length < Object.keys(secrets).length;
  if (isListed && missing.length > 0) {
    const detail = `channels are listed, and ${missing.join(', ')} is not set: nothing is heard there`;
    return [{ name, ok: false, detail }];
  }
  if (isListed || !isGiven) return [];
  const detail = 'a token is set, and no channel is listed under alerts.channels: not used';
  return [{ name, ok: true, detail }];
}

async function reportOn(platform: ChatPlatform, clock: Clock): Promise<readonly ChatFinding[]> {
  const { platform: name } = platform;
  const problems: PlatformProblem[] = [];
  const stateOf = () => platform.health().state;
  platform.onProblem((problem) => problems.push(problem));
  try {
    const started = platform.start(() => null);
    // A platform goes on trying for ever; whoever checks does not.
    void started.catch(() => undefined);
    // Before it connects, a platform may have other things to ask.
    await waitFor(clock, CONNECT_WITHIN_MS, () => UNDECIDED.every((one) => one !== stateOf()));
    if (stateOf() === 'connected') await waitFor(clock, LOOK_MS, () => false);
    const { state, detail } = platform.health();
    const found = problems.map(({ code, detail: what }) => `${code}: ${what}`);
    if (found.length > 0) return found.map((what) => ({ name, ok: false, detail: what }));
    if (state === 'connected') return [{ name, ok: true, detail: `connected ${at(clock)}` }];
    return [{ name, ok: false, detail: `${state}: ${detail}` }];
  } finally {
    await platform.stop();
  }
}

function at(clock: Clock): string {
  return formatInstant(clock.now());
}

async function waitFor(clock: Clock, ms: number, holds: () => boolean): Promise<void> {
  const until = clock.mono() + ms;
  while (!holds() && clock.mono() < until) {
    await new Promise<void>((resolve) => {
      clock.after(LOOK_EVERY_MS, resolve);
    });
  }
}
