/**
 * The account streamer: `connect`, `heartbeat`, subscriptions, notifications with whole objects.
 *
 * Nothing is replayed and nothing numbered. Every message carries a token that is valid now.
 */

import type { WebSocket } from 'ws';
import type { Random } from '#kernel/random.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { isRecord, type JsonObject, listOf, parseJson, textOf } from '../../support/json.ts';
import { type SocketPath, textOfFrame } from '../../support/loopback.ts';
import type { Timers } from '../../support/timers.ts';
import type { Access } from '../http/access.ts';
import { createDisturber, type Disturbance } from './disturbance.ts';

export interface AccountStreamControl {
  /** Connected, and silent: nothing is sent any more, or acknowledgements only. */
  readonly freeze: (what?: 'everything' | 'notifications') => void;
  readonly thaw: () => void;
  /** Ends every connection; 1006 ends them without a close frame. */
  readonly close: (code?: number) => void;
  /** Refuses new connections with this status, or takes them again. */
  readonly refuse: (status: number | null) => void;
  readonly disturb: (disturbance: Disturbance) => () => void;
  /** Connections that have connected to an account. */
  readonly connections: () => number;
}

export interface AccountStream {
  readonly path: SocketPath;
  readonly control: AccountStreamControl;
  readonly notify: (account: string, notification: Notification) => void;
}

export interface Notification {
  readonly type: string;
  readonly data: JsonObject;
  readonly manner?: 'normal' | 'duplicate' | 'out_of_order' | 'drop';
}

export interface AccountStreamOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly access: Access;
  readonly accounts: readonly string[];
  readonly heartbeatTimeoutMs: number;
  /** Several notifications may come as `{"results":[…]}`. */
  readonly streamFrames: 'single' | 'results';
}

interface Connection {
  readonly socket: WebSocket;
  readonly sessionId: string;
  readonly accounts: Set<string>;
  /** A notification that waits for the next one. */
  held: string | null;
  watchdog: Cancel;
}

const FRAME_BYTES_MAX = 65_536;
const SUBSCRIPTIONS = [
  'public-watchlists-subscribe',
  'quote-alerts-subscribe',
  'user-message-subscribe',
];
const GOING_AWAY = 1001;
const ABNORMAL = 1006;

export function createAccountStream(options: AccountStreamOptions): AccountStream {
  const { clock, timers, random, access } = options;
  const connections = new Set<Connection>();
  const disturber = createDisturber(timers, random.fork('stream'));
  let frozen: 'everything' | 'notifications' | null = null;
  let refusal: number | null = null;

  function open(socket: WebSocket): void {
    const connection: Connection = {
      socket,
      sessionId: random.integer(0x10000000, 0xffffffff).toString(16),
      accounts: new Set(),
      held: null,
      watchdog: () => {},
    };
    connections.add(connection);
    watch(connection);
    socket.on('message', (data, isBinary) => {
      if (!isBinary) receive(connection, textOfFrame(data));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      connection.watchdog();
      connections.delete(connection);
    });
  }

  function watch(connection: Connection): void {
    connection.watchdog();
    connection.watchdog = timers.after(options.heartbeatTimeoutMs, () =>
      connection.socket.close(GOING_AWAY, 'heartbeat timeout'),
    );
  }

  function receive(connection: Connection, text: string): void {
    const message = parseJson(text);
    if (!isRecord(message)) return;
    const action = textOf(message['action']) ?? '';
    const given = message['request-id'];
    const requestId =
      typeof given === 'number' || typeof given === 'string' ? { 'request-id': given } : {};
    const id = { 'web-socket-session-id': connection.sessionId };
    const reply = (body: JsonObject): void => {
      if (frozen !== 'everything') send(connection, JSON.stringify({ ...body, ...requestId }));
    };
    const fault = faultOf(connection, action, message);
    if (fault !== null) {
      reply({ status: 'error', action, ...id, message: fault });
      return;
    }
    watch(connection);
    if (action === 'connect') {
      const numbers = numbersOf(message['value']);
      for (const number of numbers) connection.accounts.add(number);
      reply({ status: 'ok', action, ...id, value: numbers });
    } else reply({ status: 'ok', action, ...id });
  }

  /** Why a message is not taken, or `null`. */
  function faultOf(
    connection: Connection,
    action: string,
    message: Readonly<Record<string, unknown>>,
  ): string | null {
    const bearer = /^Bearer (.+)$/.exec(textOf(message['auth-token']) ?? '')?.[1] ?? '';
    if (access.scopesOf(bearer) === null) return 'invalid-token';
    if (action === 'connect') {
      const numbers = numbersOf(message['value']);
      if (numbers.length === 0) return 'no-accounts';
      return numbers.every((number) => options.accounts.includes(number)) ? null : 'not-permitted';
    }
    const isConnected = connection.accounts.size > 0;
    if (action === 'heartbeat') return isConnected ? null : 'not implemented';
    if (!SUBSCRIPTIONS.includes(action)) return 'not implemented';
    return isConnected ? null : 'connect-not-completed';
  }

  function notify(account: string, { type, data, manner = 'normal' }: Notification): void {
    if (frozen !== null || manner === 'drop') return;
    const text = JSON.stringify({ type, data, timestamp: clock.now() });
    const frame = { type, status: textOf(data['status']), text };
    for (const connection of connections) {
      if (!connection.accounts.has(account)) continue;
      disturber.pass(frame, (shown) => deliver(connection, shown, manner));
    }
  }

  function deliver(
    connection: Connection,
    text: string,
    manner: 'normal' | 'duplicate' | 'out_of_order',
  ): void {
    const framed = options.streamFrames === 'results' ? `{"results":[${text}]}` : text;
    if (manner === 'out_of_order' && connection.held === null) {
      connection.held = framed;
      return;
    }
    send(connection, framed);
    if (manner === 'duplicate') send(connection, framed);
    const { held } = connection;
    connection.held = null;
    if (held !== null) send(connection, held);
  }

  return {
    path: {
      path: '/streamer',
      frameBytesMax: FRAME_BYTES_MAX,
      onOpen: open,
      refusal: () => refusal,
    },
    notify,
    control: {
      freeze(what = 'everything') {
        frozen = what;
      },
      thaw() {
        frozen = null;
      },
      close(code = GOING_AWAY) {
        for (const { socket } of connections) {
          if (code === ABNORMAL) socket.terminate();
          else socket.close(code);
        }
      },
      refuse(status) {
        refusal = status;
      },
      disturb: disturber.add,
      connections: () => [...connections].filter(({ accounts }) => accounts.size > 0).length,
    },
  };
}

function send({ socket }: Connection, text: string): void {
  if (socket.readyState === socket.OPEN) socket.send(text);
}

/** One number or a list of them. */
function numbersOf(value: unknown): readonly string[] {
  const numbers = typeof value === 'string' ? [value] : listOf(value);
  return numbers.filter((number) => typeof number === 'string');
}
