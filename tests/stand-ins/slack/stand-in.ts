/**
 * Slack on loopback: Web API and Socket Mode as its own clients use them, with the faults real ones
 * have shown. A test is the far side: it lets people speak and press, and breaks what it likes.
 */
import { type Clock, createSystemClock } from '#kernel/time.ts';
import type { JsonObject } from '../support/json.ts';
import { openLoopback } from '../support/loopback.ts';
import { createTimers } from '../support/timers.ts';
import { SocketMode } from './socket-mode.ts';
import { WebApi } from './web-api.ts';
import { World } from './world.ts';

const FRAME_BYTES_MAX = 1_000_000;
const APP_TOKEN = 'xapp-stand-in';
const BOT_TOKEN = 'xoxb-stand-in';
const RETRY_MS = [3_000, 60_000, 300_000] as const;

export interface SlackStandInOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly retryMs?: readonly number[];
  readonly clock?: Clock;
  /** Told of everything that happens. */
  readonly onEvent?: (event: JsonObject) => void;
  /** Told of what one person alone is shown. */
  readonly onWhisper?: (text: string) => void;
}

export interface SlackStandIn {
  /** For the setting `apiUrl`. */
  readonly apiUrl: string;
  readonly appToken: string;
  readonly botToken: string;
  readonly world: World;
  readonly socket: SocketMode;
  readonly web: WebApi;
  /** An event of any form, in an envelope of ours or of another workspace. */
  send(event: JsonObject, envelope?: JsonObject): void;
  /** Somebody gives the slash command `/tt`. */
  command(user: string, channelId: string, text: string): void;
  /** Somebody presses a button of a post. */
  press(user: string, channelId: string, ts: string, value: string): void;
  close(): Promise<void>;
}

export async function openSlackStandIn(options: SlackStandInOptions = {}): Promise<SlackStandIn> {
  const { clock = createSystemClock(), port = 0, retryMs = RETRY_MS } = options;
  const timers = createTimers(clock);
  const socket = new SocketMode({ timers, retryMs });
  const world = new World({
    now: () => clock.now(),
    happen(event) {
      options.onEvent?.(event);
      send(event);
    },
    onWhisper: (text) => options.onWhisper?.(text),
  });
  let base = '';
  const web = new WebApi({
    ...{ world, appToken: APP_TOKEN, botToken: BOT_TOKEN },
    socketUrl: () => `ws://${base}/link`,
  });
  let events = 0;

  function send(event: JsonObject, envelope: JsonObject = {}): void {
    events += 1;
    const { teamId: team_id, appId: api_app_id } = world;
    const id = `Ev${events}`;
    const own = { type: 'event_callback', team_id, api_app_id, event_id: id, event };
    socket.deliver('events_api', { ...own, ...envelope });
  }

  function answerUrl(channelId: string, user: string): string {
    return `http://${base}/respond/${channelId}/${user}`;
  }

  const loopback = await openLoopback({
    port,
    answer: (request) => web.answer(request),
    sockets: [
      {
        path: '/link',
        frameBytesMax: FRAME_BYTES_MAX,
        onOpen: (opened) => socket.accept(opened),
        refusal: () => (socket.refuses ? 503 : null),
      },
    ],
  });
  base = `127.0.0.1:${loopback.port}`;

  return {
    apiUrl: `http://${base}/api/`,
    appToken: APP_TOKEN,
    botToken: BOT_TOKEN,
    world,
    socket,
    web,
    send,
    command(user_id, channel_id, text) {
      socket.deliver('slash_commands', {
        ...{ command: '/tt', text, user_id, channel_id, team_id: world.teamId },
        trigger_id: world.newId('trigger'),
        response_url: answerUrl(channel_id, user_id),
      });
    },
    press(user, channelId, ts, value) {
      socket.deliver('interactive', {
        type: 'block_actions',
        user: { id: user, team_id: world.teamId },
        team: { id: world.teamId },
        channel: { id: channelId },
        container: { type: 'message', channel_id: channelId, message_ts: ts, is_ephemeral: false },
        actions: [{ type: 'button', action_id: 'strikewire_0', value, action_ts: world.newTs() }],
        response_url: answerUrl(channelId, user),
      });
    },
    async close() {
      timers.close();
      await loopback.close();
    },
  };
}
