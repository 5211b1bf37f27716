/** Rooms with alerts in them and every break a connection knows, the same way for each platform. */
import type { Random } from '#kernel/random.ts';
import { openDiscordService } from '../../stand-ins/discord/service.ts';
import { openSlackStandIn } from '../../stand-ins/slack/stand-in.ts';
import { recordOf } from '../../stand-ins/support/json.ts';
import { type Given, onDiscord, onSlack, until, WIDE } from './composed.ts';

export interface BusyRooms {
  readonly given: Given;
  /** Rooms for alerts. */
  readonly channels: readonly string[];
  /** The trader speaks; resolves with the id of the message. */
  say(text: string, channelId: string): Promise<string>;
  /** Something of what happens to connections and deliveries. */
  disturb(random: Random): void;
  connected(): Promise<void>;
  /** Of each post in a room for alerts: the message it answers. */
  answered(): readonly string[];
  close(): Promise<void>;
}

/** Kills in a row are what is tried here, and a machine that is busy with other tests. */
const MORE = {
  orders: { crashStartsMax: 100, pauseMs: 60_000 },
  risk: { ...WIDE, entry: { waitMs: 100, windowMs: 600_000, convertWithinTicks: 5 } },
  alerts: { ageMsMax: 120_000 },
} as const;
const PARSER = { parser: { assets: ['option'] } } as const;
const ALERTS = { purpose: 'alerts', ...PARSER } as const;

/** With these channels for alerts, beside the one for control. */
function withChannels({ yaml, environment }: Given, channels: readonly string[]): Given {
  const before = recordOf(yaml['alerts']);
  const own = Object.fromEntries(channels.map((channel) => [channel, ALERTS]));
  const all = { ...recordOf(before['channels']), ...own };
  return {
    yaml: { ...yaml, ...MORE, alerts: { ...before, ...MORE.alerts, channels: all } },
    environment,
  };
}

export async function busyOnDiscord(): Promise<BusyRooms> {
  const service = await openDiscordService();
  const { standIn, channelId } = service;
  const { gateway } = standIn;
  return {
    given: withChannels(onDiscord(service), [`discord:${channelId}`]),
    channels: [channelId],
    say: (text) => service.say(text),
    disturb(random) {
      if (random.chance(0.05)) gateway.repeatLast();
      if (random.chance(0.01)) gateway.reset();
      if (random.chance(0.005)) gateway.askReconnect();
      if (random.chance(0.002)) gateway.invalidate();
      if (random.chance(0.01)) service.failNext('taken_then_500');
      if (random.chance(0.01)) service.failNext('answer_lost');
    },
    connected: () => gateway.until(() => gateway.connected() === 1),
    answered: () =>
      service
        .shown()
        .filter((post) => post.channelId === channelId)
        .map(({ repliesTo }) => String(repliesTo)),
    close: () => service.close(),
  };
}

/** Slack takes about one post a second and channel: a thousand answers need many channels. */
const SLACK_CHANNELS = 25;

export async function busyOnSlack(): Promise<BusyRooms> {
  const slack = await openSlackStandIn({ retryMs: [100, 1_000, 5_000] });
  const { world, socket, web } = slack;
  const channels = Array.from({ length: SLACK_CHANNELS }, (_, n) => world.addChannel(`a${n}`).id);
  const [channel = ''] = channels;
  const rooms = {
    channel,
    control: world.addChannel('control').id,
    trader: world.addPerson('Mara'),
  };
  const isAlerts = new Set(channels);
  return {
    given: withChannels(
      onSlack(slack, rooms),
      channels.map((id) => `slack:${id}`),
    ),
    channels,
    say: async (text, channelId) => world.post({ channelId, user: rooms.trader, text }).ts,
    disturb(random) {
      if (random.chance(0.05)) socket.repeatLast();
      if (random.chance(0.05)) socket.duplicateLast();
      if (random.chance(0.01)) socket.drop();
      if (random.chance(0.01)) socket.askToReconnect(random.pick(['warning', 'refresh_requested']));
      if (random.chance(0.01)) web.failNext('chat.postMessage', { kind: 'done_then_500' });
      if (random.chance(0.01)) web.failNext('chat.postMessage', { kind: 'answer_lost' });
    },
    connected: () => until(() => socket.connections > 0),
    answered: () =>
      world
        .ours()
        .filter(({ channelId }) => isAlerts.has(channelId))
        .map(({ threadTs }) => String(threadTs)),
    close: () => slack.close(),
  };
}
