/**
 * DXLink, as the broker's market data speaks it: setup, token, odd channels, FEED.
 *
 * In `strict` a message that belongs to a later step and comes before the reply to the one before
 * ends the connection.
 */

import type { WebSocket } from 'ws';
import type { Random } from '#kernel/random.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { isRecord, type JsonObject, parseJson, recordOf, textOf } from '../../support/json.ts';
import { type SocketPath, textOfFrame } from '../../support/loopback.ts';
import type { Timers } from '../../support/timers.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Access } from '../http/access.ts';
import type { Market } from '../market.ts';
import type { DxLinkOptions } from '../options.ts';
import { createEventMaker } from './dxlink-events.ts';
import { createFeedChannel, type FeedChannel } from './feed-channel.ts';

export interface DxLinkControl {
  /** Ends every connection with close code 1012, as a restart of the service does. */
  readonly restart: () => void;
  readonly close: (code: number) => void;
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly refuse: (status: number | null) => void;
  /** Sizes are `"NaN"` with this probability. */
  readonly setNaN: (probability: number) => void;
  /** Every quote token is void: connections are told so, and new ones are not let in. */
  readonly expireTokens: () => void;
  readonly connections: () => number;
  /** Of all connections, as in `Quote SPY`. */
  readonly subscriptions: () => readonly string[];
}

export interface DxLinkServer {
  readonly paths: readonly SocketPath[];
  readonly control: DxLinkControl;
}

export interface DxLinkServerOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly access: Access;
  readonly market: Market;
  readonly catalogue: Catalogue;
  readonly settings: DxLinkOptions;
  /** How old everything on `/delayed` is. */
  readonly delayMs: number;
}

interface Connection {
  readonly socket: WebSocket;
  readonly delayMs: number;
  readonly channels: Map<number, FeedChannel>;
  step: 'new' | 'set_up' | 'authorized';
  /** A step whose reply has not been sent. */
  isPending: boolean;
  timeoutMs: number;
  watchdog: Cancel;
}

type Message = Readonly<Record<string, unknown>>;

const VERSION = '1.0-stand-in';
const TIMEOUT_SECONDS = 60;
const SERVICE_RESTART = 1012;
const POLICY_VIOLATION = 1008;

export function createDxLinkServer(options: DxLinkServerOptions): DxLinkServer {
  const { timers, access, market, catalogue, settings } = options;
  const connections = new Set<Connection>();
  const random = options.random.fork('dxlink');
  let isFrozen = false;
  let refusal: number | null = null;
  let nanProbability = 0;

  market.onChange((instrument) => {
    for (const { channels } of connections) {
      for (const channel of channels.values()) channel.changed(instrument);
    }
  });

  function open(socket: WebSocket, delayMs: number): void {
    const connection: Connection = {
      socket,
      delayMs,
      channels: new Map(),
      step: 'new',
      isPending: false,
      timeoutMs: TIMEOUT_SECONDS * 1000,
      watchdog: () => {},
    };
    connections.add(connection);
    const stop = timers.every(settings.keepaliveMs, () =>
      send(connection, { type: 'KEEPALIVE', channel: 0 }),
    );
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? undefined : parseJson(textOfFrame(data));
      if (isRecord(message)) receive(connection, message);
      else fail(connection, 0, ['INVALID_MESSAGE', 'Unable to parse message']);
    });
    socket.on('error', () => socket.close());
    socket.on('close', () => {
      stop();
      connection.watchdog();
      connections.delete(connection);
    });
    watch(connection);
  }

  function watch(connection: Connection): void {
    connection.watchdog();
    connection.watchdog = timers.after(connection.timeoutMs, () =>
      fail(connection, 0, ['TIMEOUT', 'No message within the keepalive timeout']),
    );
  }

  function send({ socket }: Connection, message: JsonObject): void {
    if (!isFrozen && socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  /** The error is only information; the close that follows is what counts. */
  function fail(connection: Connection, channel: number, fault: readonly [string, string]): void {
    const [error, message] = fault;
    send(connection, { type: 'ERROR', channel, error, message });
    connection.socket.close(POLICY_VIOLATION, error);
  }

  /** Replies to a step of the handshake, after the time the service takes. */
  function reply(connection: Connection, messages: readonly JsonObject[]): void {
    const all = (): void => {
      connection.isPending = false;
      for (const message of messages) send(connection, message);
    };
    if (settings.replyMs === 0) {
      all();
      return;
    }
    connection.isPending = true;
    timers.after(settings.replyMs, all);
  }

  function receive(connection: Connection, message: Message): void {
    watch(connection);
    const type = textOf(message['type']) ?? '';
    const channel = Number(message['channel'] ?? 0);
    if (type === 'KEEPALIVE') return;
    if (settings.handshake === 'strict' && connection.isPending) {
      fail(connection, 0, ['BAD_ACTION', `${type} was sent before the reply to the step before`]);
      return;
    }
    switch (type) {
      case 'SETUP':
        setUp(connection, message);
        return;
      case 'AUTH':
        authorize(connection, textOf(message['token']) ?? '');
        return;
      case 'CHANNEL_REQUEST':
        openChannel(connection, channel, message);
        return;
      case 'CHANNEL_CANCEL':
        connection.channels.delete(channel);
        send(connection, { type: 'CHANNEL_CLOSED', channel });
        return;
      case 'FEED_SETUP':
      case 'FEED_SUBSCRIPTION': {
        const feed = connection.channels.get(channel);
        if (feed === undefined) fail(connection, channel, ['BAD_ACTION', 'Unknown channel']);
        else if (type === 'FEED_SETUP') feed.setUp(message);
        else feed.subscribe(message);
        return;
      }
      case 'ERROR':
        return;
      default:
        fail(connection, channel, ['INVALID_MESSAGE', `Unknown type ${type}`]);
    }
  }

  function setUp(connection: Connection, message: Message): void {
    connection.step = 'set_up';
    const seconds = Number(message['keepaliveTimeout'] ?? TIMEOUT_SECONDS);
    connection.timeoutMs = (Number.isFinite(seconds) ? seconds : TIMEOUT_SECONDS) * 1000;
    watch(connection);
    reply(connection, [
      {
        type: 'SETUP',
        channel: 0,
        keepaliveTimeout: TIMEOUT_SECONDS,
        acceptKeepaliveTimeout: TIMEOUT_SECONDS,
        version: VERSION,
      },
      { type: 'AUTH_STATE', channel: 0, state: 'UNAUTHORIZED' },
    ]);
  }

  function authorize(connection: Connection, token: string): void {
    if (connection.step === 'new') {
      fail(connection, 0, ['BAD_ACTION', 'AUTH comes after SETUP']);
      return;
    }
    const isGood = access.isQuoteToken(token);
    connection.step = isGood ? 'authorized' : 'set_up';
    const state = isGood ? { state: 'AUTHORIZED', userId: 'stand-in' } : { state: 'UNAUTHORIZED' };
    reply(connection, [{ type: 'AUTH_STATE', channel: 0, ...state }]);
  }

  function openChannel(connection: Connection, id: number, message: Message): void {
    if (connection.step !== 'authorized') {
      fail(connection, id, ['UNAUTHORIZED', 'Not authorized']);
      return;
    }
    if (!Number.isInteger(id) || id % 2 === 0) {
      fail(connection, id, ['BAD_ACTION', 'Protocol violation with an even channel usage.']);
      return;
    }
    if (message['service'] !== 'FEED') {
      fail(connection, id, ['BAD_ACTION', 'Unknown service']);
      return;
    }
    connection.channels.set(id, createChannel(connection, id));
    const contract = textOf(recordOf(message['parameters'])['contract']) ?? 'AUTO';
    const parameters = { contract, subFormat: 'LIST' };
    reply(connection, [{ type: 'CHANNEL_OPENED', channel: id, service: 'FEED', parameters }]);
  }

  function createChannel(connection: Connection, id: number): FeedChannel {
    const isNaN = (): boolean => random.chance(nanProbability);
    const oddities = { isNaN, shiftMs: connection.delayMs };
    return createFeedChannel({
      id,
      timers,
      settings,
      events: createEventMaker({ market, clock: options.clock }, oddities),
      find: catalogue.byStreamer,
      watch: market.watch,
      send: (message) => send(connection, message),
    });
  }

  function pathOf(path: string, delayMs: number): SocketPath {
    return {
      path,
      frameBytesMax: settings.frameBytesMax,
      onOpen: (socket) => open(socket, delayMs),
      refusal: () => refusal,
    };
  }

  function close(code: number): void {
    for (const { socket } of connections)
      socket.close(code, code === SERVICE_RESTART ? 'Reconnection is required' : '');
  }

  return {
    paths: [pathOf('/realtime', 0), pathOf('/delayed', options.delayMs)],
    control: {
      restart: () => close(SERVICE_RESTART),
      close,
      freeze() {
        isFrozen = true;
      },
      thaw() {
        isFrozen = false;
      },
      refuse(status) {
        refusal = status;
      },
      setNaN(probability) {
        nanProbability = probability;
      },
      expireTokens() {
        access.expireQuoteTokens();
        for (const connection of connections) {
          connection.step = 'set_up';
          connection.channels.clear();
          send(connection, { type: 'AUTH_STATE', channel: 0, state: 'UNAUTHORIZED' });
        }
      },
      connections: () => connections.size,
      subscriptions: () =>
        [...connections].flatMap(({ channels }) =>
          [...channels.values()].flatMap((channel) => channel.subscriptions()),
        ),
    },
  };
}
