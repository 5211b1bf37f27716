/**
 * Discord on loopback: REST and gateway as discord.js 14 uses them, with every fault a real one has
 * shown. A test is the far side: it lets people speak and press, and breaks what it likes.
 */
import { type Clock, createSystemClock } from '#kernel/time.ts';
import type { JsonObject } from '../support/json.ts';
import { openLoopback } from '../support/loopback.ts';
import { createTimers } from '../support/timers.ts';
import { Gateway } from './gateway.ts';
import { Interactions } from './interactions.ts';
import { Rest } from './rest.ts';
import { World } from './world.ts';

const FRAME_BYTES_MAX = 16_384;
const TOKEN = 'stand-in.discord.bot-token';

export interface DiscordStandInOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly heartbeatMs?: number;
  readonly clock?: Clock;
  /** Told of everything that happens. */
  readonly onEvent?: (event: string, data: JsonObject) => void;
}

export interface DiscordStandIn {
  /** For the setting of the API's address; the library appends the version. */
  readonly apiUrl: string;
  readonly token: string;
  readonly world: World;
  readonly gateway: Gateway;
  readonly rest: Rest;
  readonly interactions: Interactions;
  /** From now on, or again, the token is no good. */
  setToken(state: 'good' | 'refused'): void;
  close(): Promise<void>;
}

export async function openDiscordStandIn(
  options: DiscordStandInOptions = {},
): Promise<DiscordStandIn> {
  const { clock = createSystemClock(), port = 0, heartbeatMs = 41_250 } = options;
  const timers = createTimers(clock);
  let url = '';
  const world: World = new World({
    now: () => clock.now(),
    dispatch(event, data) {
      options.onEvent?.(event, data);
      gateway.dispatch(event, data);
    },
  });
  const gateway = new Gateway({
    ...{ world: () => world, token: TOKEN, url: () => url, timers, heartbeatMs },
  });
  const interactions = new Interactions(world, (event, data) => gateway.dispatch(event, data));
  const rest = new Rest({ world, interactions, token: TOKEN, gatewayUrl: () => url });
  const socket = (path: string) => ({
    path,
    frameBytesMax: FRAME_BYTES_MAX,
    onOpen: gateway.accept.bind(gateway),
    refusal: () => (gateway.refuses ? 503 : null),
  });
  const loopback = await openLoopback({
    port,
    answer: (request) => rest.answer(request),
    sockets: [socket('/'), socket('/resume')],
  });
  url = `ws://127.0.0.1:${loopback.port}`;
  return {
    apiUrl: `http://127.0.0.1:${loopback.port}/api`,
    token: TOKEN,
    world,
    gateway,
    rest,
    interactions,
    setToken(state) {
      rest.tokenRefused = state === 'refused';
      gateway.tokenRefused = state === 'refused';
    },
    async close() {
      timers.close();
      await loopback.close();
    },
  };
}
